//! Checks that the API key is never shown. This is a program of its own, since it reads all logs
//! and panics of the process.

use std::{
    collections::{HashMap, HashSet},
    error::Error as StdError,
    fmt::{Debug, Display},
    time::Duration,
};

use futures_util::{FutureExt, StreamExt};
use nanonets_agents::{
    AgentId, Error, ErrorKind, RetryPolicy, TaskId, TaskRef,
    ledger::{
        Claim, Claimed, Doubts, Entry, Lease, Ledger, LedgerError, LedgerErrorKind, Recorded,
    },
    prelude::*,
    run::RunError,
    simulator::{AgentSpec, Fault, Script, Simulator},
};
use serde_json::json;
use support::logs::Logs;
use tracing_subscriber::fmt::format::FmtSpan;

const KEY: &str = "canary-key-c0ffee";
const QUERY: &str = "canary-query-c0ffee";

/// Searches everything that a failure leaves behind for the key and the query.
#[tokio::test(start_paused = true)]
async fn the_key_appears_in_no_error_no_log_no_panic_and_no_debug() {
    let asking = AgentSpec::new("Asking").script(Script::empty().ask("Which one?"));
    let simulator = Simulator::builder().key(KEY).agent(asking).build();
    let asking_id = simulator.agent_id();
    let builder = || {
        Client::builder()
            .api_key(KEY)
            .in_process(simulator.service())
            .max_response_bytes(1024)
    };
    let logs = Logs::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(logs.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let panics = Logs::default();
    let shown = std::panic::take_hook();
    std::panic::set_hook(Box::new({
        let panics = panics.clone();
        move |panic| {
            panics.add(&format!("{panic}\n{panic:?}"));
            shown(panic);
        }
    }));
    let mut seen = Seen::default();
    seen.debug(&builder());
    seen.debug(&builder().build());

    let faults = [
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
        Fault::reply(
            200,
            "application/json",
            r#"{"data":[],"next_cursor":"again","has_more":true}"#,
        ),
    ];
    for fault in faults.into_iter().chain(echoes()) {
        let client = builder().build().expect("a client");
        simulator.clear_faults();
        simulator.inject(fault);
        if let Err(raw) = client.list_agents().q(QUERY).send().await {
            seen.texts.push(format!("{raw:?} {raw}"));
            seen.error(raw);
        }
        let mut pages = client.list_agents().q(QUERY).pages();
        for _ in 0..3 {
            if let Some(Err(error)) = pages.next().await {
                seen.error(error);
            }
        }
        let run = client.run(asking_id).query(QUERY);
        match run.start().await {
            Ok(started) => seen.debug(&started),
            Err(error) => seen.chain(&error),
        }
        let file = Upload::bytes("a.txt", QUERY);
        if let Err(error) = client.run(asking_id).query(QUERY).file(file).await {
            seen.chain(&error);
        }
    }
    simulator.clear_faults();
    check_quotes().await;

    // Waiting: a question without an answer, a deadline, a task that isn't there.
    let client = builder().build().expect("a client");
    let started = client.run(asking_id).query(QUERY).start().await;
    let started = started.expect("a task");
    seen.chain(&started.wait().await.expect_err("there is no answer"));
    let hurried = started.wait().deadline(Duration::from_secs(1));
    seen.chain(&hurried.await.expect_err("there is no time"));
    let nowhere = client.task(uuid::Uuid::nil());
    seen.chain(&nowhere.wait().await.expect_err("it isn't there"));

    // Answers and reasons that repeat the key.
    let answers = [
        json!({"total": KEY}),
        json!({"lines": [{ KEY: 1 }], "total": 1, "text": "x".repeat(170) + KEY}),
        json!(KEY),
        json!("x".repeat(190) + KEY),
        json!({"kind": KEY, "total": 1}),
    ];
    let scripts = answers.map(|answer| Script::empty().complete(answer));
    for script in scripts.into_iter().chain([Script::empty().fail(KEY)]) {
        let agent_id = simulator.add_agent(AgentSpec::new("Echo").script(script));
        let run = client.run(agent_id).query(QUERY);
        seen.chain(&run.output::<Invoice>().await.expect_err("it is no invoice"));
    }

    // Over HTTP, to a closed port.
    let alone = Client::builder()
        .api_key(KEY)
        .base_url("http://127.0.0.1:1");
    let alone = alone.retry(RetryPolicy::off()).build().expect("a client");
    let error = alone.list_agents().q(QUERY).send().await;
    seen.error(error.expect_err("the port is closed"));
    let error = client.list_agents().limit(1000).send().await;
    seen.error(error.expect_err("it is too many"));

    for key in [
        format!("{KEY}\n"),
        format!("{KEY} "),
        format!("Bearer {KEY}"),
        format!("{KEY}é"),
    ] {
        let error = Client::builder().api_key(key).build();
        seen.error(error.expect_err("it can't be sent"));
    }

    // A ledger that fails.
    let keyed = builder().ledger(Broken).build().expect("a client");
    let run = keyed.run(asking_id).query(QUERY).key("a");
    match run.start().await.expect_err("it can't be noted") {
        RunError::NotStarted(error) => seen.error(error),
        error => panic!("{error}"),
    }

    // A panic in the middle of a call.
    simulator.inject(Fault::status_before(503));
    let watched = client.with(|o| o.on_retry(|event| panic!("at {event:?}")));
    let watched = watched.expect("options");
    let call = std::panic::AssertUnwindSafe(async { watched.list_agents().q(QUERY).send().await });
    assert!(call.catch_unwind().await.is_err());
    let _ = std::panic::take_hook();
    let panics = panics.text();
    assert!(panics.contains("list_agents"), "{panics}");
    seen.texts.push(panics);

    let logged = logs.text();
    for expected in [
        "nanonets_agents.call{operation=\"list_agents\"",
        "operation=\"run_agent\" agent_id=\"",
        "retrying",
        "reason=\"server_error\" status=503",
        "attempts=",
        "delay_ms=",
        "unclear agent_id=",
        "outcome unknown agent_id=",
    ] {
        assert!(logged.contains(expected), "{expected} is not in {logged}");
    }
    seen.texts.push(logged);
    assert_eq!(seen.kinds, HashSet::from(KINDS));
    for text in seen.texts {
        assert!(!text.contains("canary"), "{text}");
    }
}

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[allow(dead_code)]
struct Invoice {
    total: f64,
    #[serde(default)]
    lines: Vec<std::collections::BTreeMap<String, String>>,
    kind: Kind,
}

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
enum Kind {
    Invoice,
}

/// Servers that repeat the key, in all the ways that an error may quote.
fn echoes() -> Vec<Fault> {
    let json = "application/json";
    let escaped = KEY.replace('c', r"\u0063").replace('-', r"\u002D");
    let page = |before: usize| format!("{} {KEY}\x1b[2J\u{202e}", "x".repeat(before));
    let mut echoes = vec![
        Fault::reply(502, "text/html", format!("{KEY}\x1b[2J")),
        Fault::reply(403, "text/html", KEY.replace('-', "&#45;")),
        Fault::reply(
            400,
            json,
            format!(r#"{{"error":"bad header Authorization: Bearer {KEY}\u001b[2J"}}"#),
        ),
        Fault::reply(400, json, format!(r#"{{"error":"Bearer {escaped}"}}"#)),
        Fault::reply(400, json, format!(r#"{{"detail":"Bearer {escaped}"}}"#)),
        Fault::reply(400, json, format!(r#"{{"error":{{"key":"{KEY}"}}}}"#)),
        Fault::reply(
            307,
            "text/plain",
            format!("https://b/?key={}", KEY.replace('-', "%2D")),
        ),
        Fault::reply(200, "text/plain", page(0)),
        Fault::reply(200, json, format!(r#""{KEY}""#)),
        Fault::reply(
            200,
            json,
            format!(r#"{{"data":["{KEY}"],"task_id":"{KEY}"}}"#),
        ),
        Fault::reply(
            200,
            json,
            format!(r#"{{"data":"{escaped}","task_id":"{escaped}"}}"#),
        ),
        Fault::reply(
            200,
            json,
            format!(r#"{{"data":[{{"id":"{KEY}"}}],"agent_id":7}}"#),
        ),
        Fault::reply(200, json, format!(r#"{{"data": [{{"id": "{}"#, &KEY[..12])),
    ];
    // The excerpt is cut within the key, or just before it.
    for before in (284..=300).step_by(4) {
        echoes.push(Fault::reply(200, "text/html", page(before)));
        echoes.push(Fault::reply(503, "text/html", page(before)));
    }
    echoes
}

/// Checks that a server that repeats the key is quoted without it.
async fn check_quotes() {
    let simulator = Simulator::builder().key(KEY).build();
    let client = simulator.in_process_client().expect("a client");
    for (number, fault) in echoes().into_iter().enumerate() {
        simulator.clear_faults();
        simulator.inject(fault);
        let mut seen = Seen::default();
        let error = client.list_agents().send().await;
        let error = error.expect_err("it is no page");
        let raw = error.body().expect("what the server said");
        assert!(number > 0 || raw.starts_with(KEY.as_bytes()), "{raw:?}");
        seen.error(error.clone());
        let run = client.run(simulator.agent_id()).query("How many?").start();
        seen.chain(&run.await.expect_err("it is no receipt"));
        let said = error.message();
        assert!(said.contains("[API key") || said.contains('…'), "{said}");
        for text in &seen.texts {
            assert!(!text.contains("cana") && !text.contains("c0ffee"), "{text}");
            let is_hidden = |c: char| c == '\u{202e}' || c != '\n' && c.is_control();
            assert!(!text.contains(is_hidden), "{text:?}");
        }
    }
}

/// All kinds of errors.
const KINDS: [ErrorKind; 10] = [
    ErrorKind::Configuration,
    ErrorKind::InvalidRequest,
    ErrorKind::Connect,
    ErrorKind::Timeout,
    ErrorKind::Interrupted,
    ErrorKind::Status,
    ErrorKind::Decode,
    ErrorKind::TooLarge,
    ErrorKind::RepeatedCursor,
    ErrorKind::Ledger,
];

/// A ledger whose every operation fails.
#[derive(Debug)]
struct Broken;

type Done<'a, T> = futures_util::future::BoxFuture<'a, Result<T, LedgerError>>;

fn broken<T: Send + 'static>() -> Done<'static, T> {
    let error = LedgerError::new(LedgerErrorKind::Unavailable, "the ledger is broken");
    std::future::ready(Err(error.with_source("by design"))).boxed()
}

impl Ledger for Broken {
    fn claim<'a>(&'a self, _: &'a Claim) -> Done<'a, Claimed> {
        broken()
    }

    fn renew<'a>(&'a self, _: &'a Lease, _: Duration) -> Done<'a, ()> {
        broken()
    }

    fn record_task<'a>(&'a self, _: &'a Lease, _: &'a TaskRef, _: &'a Doubts) -> Done<'a, ()> {
        broken()
    }

    fn withdraw<'a>(&'a self, _: &'a Lease) -> Done<'a, ()> {
        broken()
    }

    fn abandon<'a>(&'a self, _: &'a Lease) -> Done<'a, ()> {
        broken()
    }

    fn record_finished(&self, _: TaskId) -> Done<'_, ()> {
        broken()
    }

    fn record_doubts<'a>(&'a self, _: TaskId, _: &'a Doubts) -> Done<'a, ()> {
        broken()
    }

    fn settle<'a>(&'a self, _: &'a str, _: &'a TaskRef) -> Done<'a, ()> {
        broken()
    }

    fn forget<'a>(&'a self, _: &'a str) -> Done<'a, ()> {
        broken()
    }

    fn prune(&self, _: Duration) -> Done<'_, u64> {
        broken()
    }

    fn recorded<'a>(&'a self, _: &'a str) -> Done<'a, Option<Recorded>> {
        broken()
    }

    fn keys_of_tasks<'a>(&'a self, _: &'a [TaskId]) -> Done<'a, HashMap<TaskId, String>> {
        broken()
    }

    fn lookalikes<'a>(&'a self, _: AgentId, _: &'a str) -> Done<'a, Vec<String>> {
        broken()
    }

    fn unfinished_after<'a>(&'a self, _: Option<&'a str>, _: usize) -> Done<'a, Vec<Entry>> {
        broken()
    }
}

/// Everything that a program could print.
#[derive(Default)]
struct Seen {
    texts: Vec<String>,
    kinds: HashSet<ErrorKind>,
}

impl Seen {
    fn debug(&mut self, value: &impl Debug) {
        self.texts.push(format!("{value:?}\n{value:#?}"));
    }

    fn error(&mut self, error: Error) {
        self.kinds.insert(error.kind());
        self.debug(error.headers());
        self.texts.push(error.message().to_owned());
        self.chain(&error);
    }

    /// The error and its sources, none of which repeats another.
    fn chain(&mut self, error: &(impl StdError + 'static)) {
        let mut said: Vec<String> = Vec::new();
        let mut next: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(source) = next {
            if let Some(error) = source.downcast_ref::<Error>() {
                self.kinds.insert(error.kind());
            }
            self.all(source);
            let text = source.to_string();
            let repeated = said.iter().find(|earlier| earlier.contains(&text));
            assert_eq!(repeated, None, "{text}");
            said.push(text);
            next = source.source();
        }
    }

    fn all(&mut self, value: &(impl Debug + Display + ?Sized)) {
        self.texts
            .push(format!("{value}\n{value:#}\n{value:?}\n{value:#?}"));
    }
}
