//! The API key is nowhere to be seen. A program of its own, since it listens to all logs of the process.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use nanonets_agents::{
    prelude::*,
    simulator::{Fault, Simulator},
};
use tracing_subscriber::fmt::format::FmtSpan;

/// Every way in which a call can end badly, searched for the key and the query.
#[tokio::test(start_paused = true)]
async fn the_key_appears_in_no_error_and_no_debug() {
    const KEY: &str = "canary-key-c0ffee";
    const QUERY: &str = "canary-query-c0ffee";
    let simulator = Simulator::builder().key(KEY).build();
    let client = || {
        let builder = Client::builder()
            .api_key(KEY)
            .in_process(simulator.service());
        builder.max_response_bytes(1024)
    };
    let logs = Logs::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(logs.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let mut texts = vec![format!("{:?}", client()), format!("{:?}", client().build())];
    for fault in [
        Fault::status_before(401),
        Fault::status_before(404),
        Fault::status_before(503),
        Fault::too_many_requests(Some("1000")),
        Fault::reset_before(),
        Fault::html_error_page(),
        Fault::cut_body(5),
        Fault::delay(Duration::from_secs(100)),
        Fault::reply(200, "application/json", vec![b'1'; 2048]),
        Fault::reply(200, "application/json", r#"{"data": 7}"#),
        Fault::reply(307, "text/plain", "elsewhere"),
    ] {
        let client = client().build().expect("a client");
        simulator.clear_faults();
        simulator.inject(fault);
        let raw = client
            .list_agents()
            .q(QUERY)
            .send()
            .await
            .expect_err("a fault");
        texts.push(format!("{raw:?} {raw}"));
        let error = Error::from(raw);
        texts.push(format!(
            "{error:?} {error} {:#?} {:?}",
            error,
            error.headers()
        ));
        let mut source = std::error::Error::source(&error);
        while let Some(it) = source {
            texts.push(format!("{it:?} {it}"));
            source = it.source();
        }
        let run = client.run(simulator.agent_id()).query(QUERY).start().await;
        texts.push(format!("{:?}", run.map(|it| it.task_id())));
    }
    for key in [
        format!("{KEY}\n"),
        format!("{KEY} "),
        format!("Bearer {KEY}"),
        format!("{KEY}é"),
    ] {
        let error = Client::builder()
            .api_key(key)
            .build()
            .expect_err("it can't be sent");
        texts.push(format!("{error:?} {error}"));
    }
    let logged = logs.text();
    for expected in [
        "nanonets_agents.call{operation=\"list_agents\"",
        "operation=\"run_agent\" agent_id=\"",
        "retrying",
        "reason=\"server_error\" status=503",
        "attempts=",
        "delay_ms=",
    ] {
        assert!(logged.contains(expected), "{expected} is not in {logged}");
    }
    texts.push(logged);
    assert!(texts.len() > 30);
    for text in texts {
        assert!(!text.contains("canary"), "{text}");
    }
}

/// What was logged.
#[derive(Clone, Default)]
struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no panic")).into_owned()
    }
}

impl std::io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl tracing_subscriber::fmt::MakeWriter<'_> for Logs {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
