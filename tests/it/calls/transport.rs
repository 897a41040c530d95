//! Calls in an outage, under a rate limit and among faults, in process under paused time.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{StreamExt, future::join_all, stream};
use nanonets_agents::{
    RetryEvent, RetryReason,
    prelude::*,
    simulator::{Fault, Simulator},
};
use support::stage::{in_time, seconds};
use tokio::time::{Instant, sleep, sleep_until};

async fn list(client: &Client) -> Result<(), Error> {
    client.list_agents().send().await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_not_multiplied_and_its_end_is_noticed() {
    const CALLERS: usize = 200;
    let simulator = Simulator::builder().build();
    simulator.inject(Fault::status_before(503));
    let client = simulator.in_process_client().expect("a client");
    let end = Instant::now() + seconds(60.0);
    let outage = async {
        sleep_until(end).await;
        simulator.clear_faults();
    };
    // Each caller calls once a second, and again until it has had a success after the outage.
    let callers = join_all((0..CALLERS).map(|_| async {
        let mut calls = 0u32;
        loop {
            calls += 1;
            let succeeded = list(&client).await.is_ok();
            if Instant::now() >= end && succeeded {
                return (calls, Instant::now() - end);
            }
            sleep(seconds(1.0)).await;
        }
    }));
    let (callers, ()) = in_time(async { tokio::join!(callers, outage) }).await;
    let first_attempts: u32 = callers.iter().map(|(calls, _)| calls).sum();
    let requests = simulator.count("list_agents") as f64;
    let ratio = requests / f64::from(first_attempts);
    let recovery = callers
        .iter()
        .map(|(_, time)| *time)
        .max()
        .expect("there are callers");
    println!("figure outage_requests {ratio:.3} ratio");
    println!("figure outage_recovery {:.2} s", recovery.as_secs_f64());
    assert!(ratio <= 1.5, "{ratio}");
    assert!(recovery <= seconds(2.0), "{recovery:?}");
}

#[tokio::test(start_paused = true)]
async fn faults_of_every_kind_are_overcome() {
    const CALLS: usize = 10_000;
    let simulator = Simulator::builder().seed(7).build();
    for fault in [
        Fault::status_before(500),
        Fault::status_after(503),
        Fault::reset_before(),
        Fault::reset_after(),
        Fault::cut_body(10),
        Fault::html_error_page(),
        Fault::reply(200, "text/html", "<html></html>"),
        Fault::delay(seconds(31.0)),
    ] {
        // Together they hit every fifth request.
        simulator.inject(fault.chance(0.0275));
    }
    let client = Client::builder()
        .api_key(simulator.key())
        .in_process(simulator.service())
        .seed(7)
        .build()
        .expect("a client");
    let succeeded = stream::iter(0..CALLS)
        .map(|_| list(&client))
        .buffer_unordered(32)
        .filter(|it| std::future::ready(it.is_ok()))
        .count()
        .await;
    let share = succeeded as f64 / CALLS as f64;
    let requests = simulator.count("list_agents") as f64 / CALLS as f64;
    println!("figure faults_success_share {share:.4} ratio (seed 7)");
    println!("figure faults_requests_a_call {requests:.3} ratio (seed 7)");
    assert!((1.15..=1.5).contains(&requests), "{requests}");
    assert!(share >= 0.999, "{share}");
}

/// Without the cooldown, some 12 % of the requests meet the limit (`cargo bench --bench limits`).
#[tokio::test(start_paused = true)]
async fn a_limit_is_found_and_followed() {
    let simulator = Simulator::builder().build();
    simulator.inject(Fault::delay(seconds(0.03)));
    let client = simulator.in_process_client().expect("a client");
    let start = Instant::now();
    let limits = async {
        for limit in [50, 20, 100] {
            simulator.limit_rate(Some(limit));
            sleep(seconds(60.0)).await;
        }
    };
    let end = start + seconds(180.0);
    let workers = join_all((0..64).map(|_| async {
        while Instant::now() < end {
            if list(&client).await.is_err() {
                // Whatever fails at once must not keep the clock from moving.
                sleep(seconds(0.03)).await;
            }
        }
    }));
    let (_, ()) = in_time(async { tokio::join!(workers, limits) }).await;

    let requests = simulator.requests();
    for (phase, limit) in [(0.0, 50.0), (1.0, 20.0), (2.0, 100.0)] {
        let steady = seconds(phase * 60.0 + 30.0)..seconds(phase * 60.0 + 60.0);
        let good = requests
            .iter()
            .filter(|it| steady.contains(&it.at) && it.status == Some(200))
            .count();
        let share = good as f64 / (limit * 30.0);
        assert!(share >= 0.9, "{share} of {limit} a second");
    }
    let refused = requests.iter().filter(|it| it.status == Some(429)).count();
    let share = refused as f64 / requests.len() as f64;
    assert!(share <= 0.05, "{share}");
}

#[tokio::test(start_paused = true)]
async fn one_429_holds_back_every_clone_whatever_its_options() {
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    let other = client
        .with(|o| o.retry(RetryPolicy::off()))
        .expect("options");
    simulator.inject(Fault::too_many_requests(Some("20")).times(1));
    let start = Instant::now();
    let error = list(&other).await.expect_err("it isn't repeated");
    assert_eq!(error.retry_after(), Some(seconds(20.0)));
    in_time(list(&client.clone())).await.expect("a page");
    assert_eq!(start.elapsed(), seconds(20.0));

    // A call that can't wait that long is told so at once, and nothing is sent.
    simulator.inject(Fault::too_many_requests(Some("20")).times(1));
    list(&other).await.expect_err("it isn't repeated");
    let hurried = client.with(|o| o.deadline(seconds(5.0))).expect("options");
    let before = simulator.count("list_agents");
    let error = list(&hurried).await.expect_err("there is no time");
    assert_eq!((error.phase(), error.attempts()), (Phase::NotSent, 0));
    assert!(
        error.retry_after().is_some_and(|it| it > seconds(15.0)),
        "{error:?}"
    );
    assert_eq!(simulator.count("list_agents"), before);
}

#[tokio::test(start_paused = true)]
async fn the_budget_is_shared_by_all_clones() {
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    simulator.inject(Fault::status_before(503));
    for _ in 0..100 {
        let clone = client.with(|o| o).expect("options");
        list(&clone).await.expect_err("an outage");
    }
    // 500 tokens are 100 retries: 25 calls of five attempts, and one attempt of each other.
    assert_eq!(simulator.count("list_agents"), 100 + 100);
}

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
async fn retries_are_told_to_the_observer() {
    let events: Arc<Mutex<Vec<RetryEvent>>> = Arc::default();
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    let log = events.clone();
    let watched =
        client.with(|o| o.on_retry(move |it| log.lock().expect("no panic").push(it.clone())));
    let watched = watched.expect("options");
    simulator.inject(Fault::too_many_requests(Some("3")).times(1));
    simulator.inject(Fault::reset_before().times(1));
    list(&watched).await.expect("a page");
    let events = events.lock().expect("no panic");
    let seen: Vec<_> = events
        .iter()
        .map(|it| (it.operation, it.attempts, it.reason))
        .collect();
    assert_eq!(
        seen,
        [
            ("list_agents", 1, RetryReason::RateLimited),
            ("list_agents", 2, RetryReason::Interrupted)
        ]
    );
    assert!(events[0].server_asked && events[0].delay >= seconds(3.0));
    assert!(!events[1].server_asked && events[1].status.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_policy_narrows_what_is_repeated() {
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    let policy = RetryPolicy::default()
        .with_attempts(3)
        .with_reasons([RetryReason::RateLimited]);
    let narrowed = client.with(|o| o.retry(policy)).expect("options");
    simulator.inject(Fault::status_before(503).times(1));
    list(&narrowed).await.expect_err("that isn't repeated");
    simulator.inject(Fault::too_many_requests(None));
    list(&narrowed).await.expect_err("it never passes");
    assert_eq!(simulator.count("list_agents"), 1 + 3);
}

/// Every status, with and without the effect, for an operation of each class: how often it is sent.
#[tokio::test(start_paused = true)]
async fn what_is_sent_again_depends_on_the_status_and_the_operation() {
    let simulator = Simulator::builder().build();
    let id = simulator.agent_id();
    for status in 300..=599 {
        for fault in [Fault::status_before(status), Fault::status_after(status)] {
            // A client of its own, since budget and cooldown go on from call to call.
            let client = simulator.in_process_client().expect("a client");
            let [safe, reconcile, never] = match status {
                429 => [5, 5, 5],
                500..=599 => [5, 1, 1],
                _ => [1, 1, 1],
            };
            simulator.inject(fault);
            let counts = ["get_agent", "run_agent", "create_agent"].map(|it| simulator.count(it));
            let _ = client.get_agent().agent_id(id).send().await;
            let _ = client.run(id).query("Hi").start().await;
            let _ = client.create_agent().send().await;
            let sent = ["get_agent", "run_agent", "create_agent"].map(|it| simulator.count(it));
            let sent = [0, 1, 2].map(|it: usize| sent[it] - counts[it]);
            assert_eq!(sent, [safe, reconcile, never], "{status}");
            simulator.clear_faults();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_counts_by_the_servers_clock() {
    for skew in [-7200, 7200] {
        let simulator = Simulator::builder().clock_skew(skew).build();
        let server_now =
            std::time::SystemTime::from(chrono::Utc::now() + chrono::TimeDelta::seconds(skew));
        let in_20_s = httpdate::fmt_http_date(server_now + seconds(20.0));
        let hour_ago = httpdate::fmt_http_date(server_now - seconds(3600.0));
        for (form, range) in [
            (in_20_s.as_str(), 18.0..23.0),
            (hour_ago.as_str(), 0.0..2.0),
            ("4", 4.0..7.0),
            ("4.5", 4.5..7.0),
            ("0", 0.0..3.0),
            ("-5", 0.0..3.0),
            ("soon", 0.0..3.0),
        ] {
            // A client of its own, which the cooldown of the others doesn't slow.
            let client = simulator.in_process_client().expect("a client");
            simulator.inject(Fault::too_many_requests(Some(form)).times(1));
            let start = Instant::now();
            in_time(list(&client)).await.expect("a page");
            let waited = start.elapsed().as_secs_f64();
            assert!(range.contains(&waited), "{form} {waited} {skew}");
        }
        for huge in ["61", "99999999999999999999999999"] {
            simulator.inject(Fault::too_many_requests(Some(huge)).times(1));
            let client = simulator.in_process_client().expect("a client");
            let error = list(&client).await.expect_err("it is too long");
            assert!(
                error.retry_after().is_some_and(|it| it >= seconds(61.0)),
                "{error:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_trickles_is_given_up_in_the_time_of_one_attempt() {
    use futures_util::future::{BoxFuture, FutureExt};
    use nanonets_agents::{InProcess, InProcessReply};

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

/// Over a real socket: the bound on headers is the connection's.
#[tokio::test]
async fn headers_without_end_are_an_error() {
    use std::io::{Read, Write};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("a connection");
        let _ = socket.read(&mut [0; 4096]);
        let _ = socket.write_all(b"HTTP/1.1 200 OK\r\n");
        let mut written = 0usize;
        // Until the client closes the connection.
        while socket
            .write_all(b"x-more: and more and more and more\r\n")
            .is_ok()
        {
            written += 36;
        }
        written
    });
    let client = Client::builder()
        .api_key("key")
        .base_url(url)
        .retry(RetryPolicy::off())
        .build();
    let error = list(&client.expect("a client"))
        .await
        .expect_err("there is no end");
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(server.join().expect("no panic") < 64 * 1024 * 1024);
}

/// Over real sockets: what is left of a bad reply must not be taken for the beginning of the next.
#[tokio::test]
async fn a_connection_that_misbehaved_is_not_used_again() {
    use std::io::{BufRead, BufReader, Write};

    const GOOD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{\"data\":[]}";
    let too_large = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n{}",
        " ".repeat(2000)
    );
    let too_long = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{";
    for (bad, kind) in [
        (too_large.as_str(), ErrorKind::TooLarge),
        (too_long, ErrorKind::Timeout),
    ] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests: Arc<Mutex<Vec<usize>>> = Arc::default();
        let counts = requests.clone();
        let bad = bad.to_owned();
        // The first reply is bad, all others are good, on whatever connection they are asked for.
        std::thread::spawn(move || {
            for (connection, socket) in listener.incoming().enumerate() {
                let mut socket = socket.expect("a connection");
                let (counts, bad) = (counts.clone(), bad.clone());
                counts.lock().expect("no panic").push(0);
                std::thread::spawn(move || {
                    let reader = BufReader::new(socket.try_clone().expect("a socket"));
                    let lines = reader.lines().map_while(Result::ok);
                    for _ in lines.filter(|it| it.is_empty()) {
                        let mut counts = counts.lock().expect("no panic");
                        counts[connection] += 1;
                        let reply = match (connection, counts[connection]) {
                            (0, 1) => &bad,
                            _ => GOOD,
                        };
                        let _ = socket.write_all(reply.as_bytes());
                    }
                });
            }
        });
        let client = Client::builder()
            .api_key("key")
            .base_url(url)
            .max_response_bytes(1000)
            .retry(RetryPolicy::off())
            .build()
            .expect("a client");
        // Only what can't come in any time is given little of it.
        let hurried = client.with(|o| match kind {
            ErrorKind::Timeout => o.attempt_timeout(Duration::from_millis(100)),
            _ => o,
        });
        let error = list(&hurried.expect("options")).await;
        assert_eq!(error.expect_err("a bad reply").kind(), kind);
        list(&client).await.expect("a page");
        list(&client).await.expect("a page");
        assert_eq!(*requests.lock().expect("no panic"), [1, 2]);
    }
}
