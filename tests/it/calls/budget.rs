//! The retry budget, and what an error says of the attempts before the last.

use std::{
    future::ready,
    io::{Read, Write},
    net::TcpListener,
    sync::Mutex,
    thread,
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use nanonets_agents::{
    ErrorKind, InProcess, InProcessReply, Phase, RetryPolicy,
    prelude::*,
    simulator::{AgentSpec, Fault},
};
use support::stage::{list, seconds, with_agent};
use tokio::time::{Instant, sleep, timeout};

fn left(client: &Client) -> f64 {
    client.snapshot().retry_budget
}

#[tokio::test(start_paused = true)]
async fn an_error_says_that_the_budget_is_used_up() {
    let (simulator, client) = with_agent(AgentSpec::default());
    simulator.inject(Fault::status_before(503));
    for _ in 0..25 {
        let error = list(&client).await.expect_err("an outage");
        assert_eq!(error.attempts(), 5);
        assert!(!error.to_string().contains("budget"), "{error}");
    }
    assert_eq!(left(&client), 0.0);
    let error = list(&client).await.expect_err("an outage");
    assert_eq!(error.attempts(), 1);
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    let reason = "not sent again: the retry budget is used up";
    assert!(error.to_string().contains(reason), "{error}");

    simulator.clear_faults();
    simulator.inject(Fault::reset_before());
    let error = list(&client).await.expect_err("an outage");
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Interrupted, 1)
    );
    assert!(error.to_string().contains(reason), "{error}");
}

/// Answers with these statuses, one after the other.
struct Statuses(Mutex<Vec<u16>>);

impl InProcess for Statuses {
    fn call(&self, _: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let status = self.0.lock().expect("no panic").remove(0);
        let reply = http::Response::builder().status(status);
        let reply = reply.body(r#"{"data": []}"#.into());
        ready(Ok(reply.expect("a reply"))).boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_costs_nothing_unless_it_fails_as_the_attempt_before_did() {
    for (statuses, expected) in [
        (vec![503, 404], 1.0),
        (vec![503, 200], 1.0),
        (vec![503, 503, 404], 1.0 - 0.01),
        (vec![503, 503, 503, 200], 1.0 - 0.02),
    ] {
        let service = Statuses(Mutex::new(statuses.clone()));
        let builder = Client::builder().api_key("key").in_process(service);
        let client = builder.build().expect("a client");
        let outcome = list(&client).await;
        assert_eq!(outcome.is_ok(), statuses.last() == Some(&200));
        assert!((left(&client) - expected).abs() < 1e-9, "{statuses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_gives_back_what_it_has_borrowed() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let steady = RetryPolicy::default().with_backoff(&[seconds(1000)], seconds(1000));
    let client = client.with(|options| options.retry(steady).attempt_timeout(seconds(5)));
    let client = client.expect("options");
    // While it waits for its retry.
    simulator.inject(Fault::status_before(503).times(1));
    let dropped = timeout(seconds(0.001), list(&client)).await;
    dropped.expect_err("it waits");
    assert_eq!((left(&client), simulator.count("list_agents")), (1.0, 1));

    // While its retry is under way.
    simulator.inject(Fault::status_before(503).times(1));
    simulator.inject(Fault::delay(seconds(4)));
    let mut call = Box::pin(list(&client));
    let start = Instant::now();
    while simulator.count("list_agents") < 3 {
        assert!(start.elapsed() < seconds(2000));
        _ = timeout(seconds(0.5), &mut call).await;
    }
    assert!(left(&client) < 1.0);
    drop(call);
    assert_eq!(left(&client), 1.0);
    sleep(seconds(2000)).await;
    assert_eq!(simulator.count("list_agents"), 3);
}

/// A server that takes one request, answers nothing and is gone.
fn gone_after_one_request() -> (String, thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("a connection");
        drop(listener);
        let read = socket.read(&mut [0; 4096]).expect("a request");
        assert!(read > 0);
        let _ = socket.flush();
    });
    (url, server)
}

#[tokio::test]
async fn what_may_have_arrived_once_is_not_called_unsent() {
    let (url, server) = gone_after_one_request();
    let quick = Duration::from_millis(1);
    let policy = RetryPolicy::default().with_backoff(&[quick], quick);
    let builder = Client::builder().api_key("key").base_url(url).retry(policy);
    let client = builder.build().expect("a client");
    let error = list(&client).await.expect_err("it is gone");
    server.join().expect("no panic");
    // The last attempt found no server, and the first one did.
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 5));
    assert_eq!(error.phase(), Phase::MaybeSent);
    let text = error.to_string();
    assert!(
        text.contains("may have reached the server, 5 attempts"),
        "{text}"
    );
    // Where no attempt found one, nothing has arrived.
    let error = list(&client).await.expect_err("it is gone");
    assert_eq!(error.phase(), Phase::NotSent);
}
