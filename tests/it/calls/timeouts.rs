//! How long an attempt and a call may take.

use std::{
    collections::BTreeMap,
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture, stream};
use nanonets_agents::{
    ErrorKind, InProcess, InProcessReply, Options, Phase, RetryPolicy,
    prelude::*,
    simulator::{AgentSpec, Fault, Simulator},
    types::CreateAgentRequest,
};
use support::stage::{list, minute_simulator, seconds, with_agent};
use tokio::{
    net::TcpListener,
    time::{Instant, sleep, timeout},
};
use uuid::Uuid;

use super::arguments::not_started;

#[tokio::test(start_paused = true)]
async fn a_deadline_bounds_the_whole_call() {
    let simulator = Simulator::builder().build();
    simulator.inject(Fault::delay(seconds(40.0)));
    let client = simulator.in_process_client().expect("a client");
    let hurried = client.with(|o| o.deadline(seconds(12.0))).expect("options");
    let start = Instant::now();
    let error = list(&hurried).await.expect_err("it takes longer");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(start.elapsed(), seconds(12.0));
    let error = client
        .with(|o| o.deadline(Duration::ZERO))
        .expect_err("no time at all");
    assert!(
        error
            .to_string()
            .contains("`deadline` must be more than zero"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_is_given_up_and_repeated() {
    let (simulator, client) = with_agent(AgentSpec::default());
    simulator.inject(Fault::delay(seconds(40)).on("list_agents").times(1));
    let start = Instant::now();
    client.list_agents().send().await.expect("a page");
    assert!(
        (seconds(30)..seconds(31)).contains(&start.elapsed()),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(simulator.count("list_agents"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_trickles_is_given_up_in_the_time_of_one_attempt() {
    struct Trickle;

    impl InProcess for Trickle {
        fn call(&self, _: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
            let bytes = stream::unfold((), |()| async {
                sleep(seconds(1.0)).await;
                Some((Ok::<_, std::io::Error>(" "), ()))
            });
            let body = reqwest::Body::wrap_stream(bytes);
            async { Ok(http::Response::new(body)) }.boxed()
        }
    }

    let client = Client::builder()
        .api_key("key")
        .in_process(Trickle)
        .retry(RetryPolicy::off())
        .build()
        .expect("a client");
    let start = Instant::now();
    let error = list(&client).await.expect_err("it never ends");
    assert_eq!(
        (error.kind(), error.phase()),
        (ErrorKind::Timeout, Phase::Answered)
    );
    assert_eq!(start.elapsed(), seconds(30.0));
}

/// A TLS handshake that never ends: nothing of a request can have been sent.
#[tokio::test(start_paused = true)]
async fn an_attempt_that_ends_before_there_is_a_connection_was_not_sent() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("https://{}", silent.local_addr().expect("an address"));
    let builder = Client::builder().api_key("key").base_url(url);
    let client = builder.attempt_timeout(seconds(0.2)).build();
    let client = client.expect("a client");
    let run = || client.run(Uuid::nil()).query("How many?");
    let file = || Upload::bytes("a.txt", "Total: 1");
    let body = CreateAgentRequest::builder().name("A".to_owned());
    let create = client.create_agent().body(body).send();
    let mut errors = vec![create.await.expect_err("no handshake")];
    for run in [run(), run().file(file())] {
        let outcome = run.start().await;
        errors.push(not_started(outcome.expect_err("no handshake")));
    }
    for error in errors {
        assert_eq!(
            (error.kind(), error.phase(), error.attempts()),
            (ErrorKind::Timeout, Phase::NotSent, 5),
            "{error}"
        );
        assert!(error.message().starts_with("no connection in"), "{error}");
    }
    // No probe was sent for the runs.
    let requests = client.snapshot().requests;
    let expected = BTreeMap::from([("create_agent", 5), ("run_agent", 10)]);
    assert_eq!(requests, expected);
}

#[tokio::test(start_paused = true)]
async fn durations_without_end_are_none() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    let client = client.with(|options| {
        let options = options.deadline(Duration::MAX);
        options.attempt_timeout(Duration::MAX)
    });
    let client = client.expect("options");
    simulator.inject(Fault::too_many_requests(Some("1")).times(1));
    simulator.inject(Fault::status_before(503).times(1));
    list(&client).await.expect("a page");
    simulator.inject(Fault::delay(seconds(100_000)).on("run_agent").times(1));
    let run = client.run(simulator.agent_id());
    let run = run.file(Upload::bytes("a.txt", "Total: 1")).start();
    let started = run.await.expect("a task");
    assert_eq!(simulator.count("run_agent"), 1);
    let finished = started.wait().deadline(Duration::MAX).await;
    assert!(finished.expect("an end").is_completed());
    for change in [
        |options: Options| options.attempt_timeout(Duration::ZERO),
        |options: Options| options.deadline(Duration::ZERO),
    ] {
        let error = client.with(change).expect_err("no time at all");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(
            error.message().ends_with("must be more than zero"),
            "{error}"
        );
    }
}

/// Asks everything to come back after so many seconds.
struct ComesBack(u16, String, Arc<AtomicU32>);

impl InProcess for ComesBack {
    fn call(&self, _: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        self.2.fetch_add(1, Ordering::Relaxed);
        let reply = http::Response::builder().status(self.0);
        let reply = reply.header("retry-after", &self.1).body("".into());
        ready(Ok(reply.expect("a reply"))).boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_without_end_is_waited_for_or_fails_at_once() {
    let day = seconds(86_400);
    for status in [429, 503] {
        for delay in ["9223372036854775808".to_owned(), "9".repeat(40)] {
            let count = Arc::new(AtomicU32::new(0));
            let service = ComesBack(status, delay, count.clone());
            let policy = RetryPolicy::default().with_longest_retry_after(Duration::MAX);
            let builder = Client::builder().api_key("key").in_process(service);
            let client = builder.retry(policy).build().expect("a client");
            let hurried = client
                .with(|options| options.deadline(day))
                .expect("options");
            let start = Instant::now();
            let error = list(&hurried).await.expect_err("it takes longer");
            assert_eq!((error.attempts(), start.elapsed()), (1, Duration::ZERO));
            assert!(error.retry_after().is_some_and(|delay| delay > 1000 * day));
            assert_eq!(error.status().map(|code| code.as_u16()), Some(status));

            for client in [
                client.clone(),
                client
                    .with(|options| options.deadline(Duration::MAX))
                    .expect("options"),
            ] {
                let before = count.load(Ordering::Relaxed);
                let waiting = timeout(100 * day, list(&client)).await;
                waiting.expect_err("it waits for ever");
                assert_eq!(count.load(Ordering::Relaxed), before + 1, "{status}");
            }
        }
    }
}
