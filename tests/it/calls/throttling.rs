//! Rate limits: the delay that a server asks for, and the pace that it allows.

use std::{
    future::ready,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, join_all},
};
use nanonets_agents::{
    Client, InProcess, InProcessReply, Phase, RetryPolicy,
    prelude::*,
    simulator::{AgentSpec, Fault, Simulator},
};
use support::{
    limiter::{Kind, LimitedServer, RetryAfter},
    stage::{in_time, list, seconds, with_agent},
};
use tokio::time::{Instant, sleep};

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
            .filter(|request| steady.contains(&request.at) && request.status == Some(200))
            .count();
        let share = good as f64 / (limit * 30.0);
        assert!(share >= 0.9, "{share} of {limit} a second");
    }
    let refused = requests
        .iter()
        .filter(|request| request.status == Some(429))
        .count();
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
    assert!((seconds(20.0)..=seconds(21.0)).contains(&start.elapsed()));

    // A call that can't wait that long is told so at once, and nothing is sent.
    simulator.inject(Fault::too_many_requests(Some("20")).times(1));
    list(&other).await.expect_err("it isn't repeated");
    let hurried = client.with(|o| o.deadline(seconds(5.0))).expect("options");
    let before = simulator.count("list_agents");
    let error = list(&hurried).await.expect_err("there is no time");
    assert_eq!((error.phase(), error.attempts()), (Phase::NotSent, 0));
    assert!(
        error
            .retry_after()
            .is_some_and(|delay| delay > seconds(15.0)),
        "{error:?}"
    );
    assert_eq!(simulator.count("list_agents"), before);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_a_floor_and_too_long_a_one_is_reported() {
    for form in ["10", "10.5"] {
        let (simulator, client) = with_agent(AgentSpec::default());
        simulator.inject(Fault::too_many_requests(Some(form)).times(1));
        let start = Instant::now();
        client.list_agents().send().await.expect("a page");
        assert!(
            (seconds(10)..seconds(12)).contains(&start.elapsed()),
            "{:?}",
            start.elapsed()
        );
    }
    let (simulator, client) = with_agent(AgentSpec::default());
    simulator.inject(Fault::too_many_requests(Some("61")).times(1));
    let start = Instant::now();
    let error = client
        .list_agents()
        .send()
        .await
        .expect_err("it is too long");
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(error.retry_after(), Some(seconds(61)));
    assert!(error.to_string().contains("try again in 61 s"), "{error}");
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
                error
                    .retry_after()
                    .is_some_and(|delay| delay >= seconds(61.0)),
                "{error:?}"
            );
        }
    }
}

/// A server that is unavailable once.
struct Unavailable(AtomicBool);

impl InProcess for Unavailable {
    fn call(&self, _: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let builder = http::Response::builder();
        let reply = if self.0.swap(true, Ordering::Relaxed) {
            builder.body(r#"{"data":[]}"#.into())
        } else {
            let builder = builder.status(503);
            builder.header("retry-after", "20").body("".into())
        };
        ready(Ok(reply.expect("a reply"))).boxed()
    }
}

fn limited(kind: Kind, per_second: u32, retry_after: RetryAfter) -> (LimitedServer, Client) {
    let server = LimitedServer::new(kind, per_second, seconds(0.05), retry_after);
    let builder = Client::builder().api_key("key").in_process(server.clone());
    (server, builder.build().expect("a client"))
}

/// The pace doesn't catch up on a hold: over a window that slides, one request too early is another
/// refusal, and another halved rate.
#[tokio::test(start_paused = true)]
async fn one_caller_uses_a_sliding_window_that_names_no_delay() {
    let (server, client) = limited(Kind::SlidingWindow, 5, RetryAfter::Absent);
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(600) {
        list(&client).await.expect("an answer");
    }
    let goodput = server.counted().passed as f64 / (5.0 * start.elapsed().as_secs_f64());
    assert!(goodput > 0.92, "{goodput}");
}

/// Refusals take as long as answers do, so that many are in flight when the first one comes.
#[tokio::test(start_paused = true)]
async fn a_burst_into_a_limit_succeeds_and_costs_nothing_of_the_retry_budget() {
    for kind in [Kind::TokenBucket, Kind::FixedWindow, Kind::SlidingWindow] {
        for retry_after in [RetryAfter::Right, RetryAfter::Absent, RetryAfter::Wrong] {
            for calls in [500, 5_000] {
                let (server, client) = limited(kind, 50, retry_after);
                let start = Instant::now();
                let calls = (0..calls).map(|_| list(&client));
                let results = in_time(join_all(calls)).await;
                let failed = results.iter().filter(|result| result.is_err()).count();
                let place = format!("{kind:?} {retry_after:?} {}", results.len());
                assert_eq!(failed, 0, "{place}");
                assert_eq!(client.snapshot().retry_budget, 1.0, "{place}");
                let fair = results.len() as f64 / 50.0;
                let took = start.elapsed().as_secs_f64();
                assert!(took < 1.5 * fair + 5.0, "{place}: {took} s");
                assert!(
                    server.counted().refused < 150,
                    "{place}: {:?}",
                    server.counted()
                );
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_burst_an_outage_is_still_bridged() {
    let simulator = Simulator::builder().build();
    simulator.inject(Fault::delay(seconds(0.05)));
    simulator.limit_rate(Some(50));
    let client = simulator.in_process_client().expect("a client");
    let results = in_time(join_all((0..500).map(|_| list(&client)))).await;
    assert!(results.iter().all(Result::is_ok));
    simulator.limit_rate(None);
    simulator.inject(Fault::status_before(503).times(1));
    in_time(list(&client)).await.expect("the 503 is repeated");
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_is_waited_for_and_little_more() {
    let (simulator, client) = with_agent(AgentSpec::default());
    simulator.inject(Fault::too_many_requests(Some("1")));
    let start = Instant::now();
    let error = list(&client).await.expect_err("it never passes");
    assert_eq!(error.attempts(), 5);
    let took = start.elapsed().as_secs_f64();
    assert!((4.0..=4.5).contains(&took), "{took}");

    // After a 503 that names a delay it is the same.
    let unavailable = Unavailable(AtomicBool::new(false));
    let builder = Client::builder().api_key("key").in_process(unavailable);
    let client = builder.build().expect("a client");
    let start = Instant::now();
    list(&client).await.expect("a page");
    let took = start.elapsed().as_secs_f64();
    assert!((20.0..=21.0).contains(&took), "{took}");
}

#[tokio::test(start_paused = true)]
async fn thousands_of_calls_are_told_soon_that_the_server_refuses_everything() {
    let (simulator, client) = with_agent(AgentSpec::default());
    simulator.inject(Fault::too_many_requests(Some("1")));
    let start = Instant::now();
    let results = in_time(join_all((0..2_000).map(|_| list(&client)))).await;
    assert!(start.elapsed() < seconds(10.0), "{:?}", start.elapsed());
    for result in results {
        let error = result.expect_err("it never passes");
        assert_eq!(error.status(), Some(http::StatusCode::TOO_MANY_REQUESTS));
        assert!(error.is_retryable());
    }
    assert!(simulator.count("list_agents") < 100);
    simulator.clear_faults();
    in_time(list(&client)).await.expect("a page");
}

/// A server that refuses a quarter of all requests, however few there are.
#[tokio::test(start_paused = true)]
async fn refusals_that_no_pace_can_avoid_do_not_slow_everything_down() {
    for seed in 0..5 {
        let simulator = Simulator::builder().seed(seed).build();
        simulator.inject(Fault::delay(seconds(0.02)));
        simulator.inject(Fault::too_many_requests(Some("0.3")).chance(0.25));
        let client = simulator.in_process_client().expect("a client");
        let start = Instant::now();
        let calls = futures_util::stream::iter((0..300).map(|_| list(&client)));
        let results: Vec<_> = in_time(calls.buffer_unordered(24).collect()).await;
        assert!(results.iter().all(Result::is_ok));
        let took = start.elapsed().as_secs_f64();
        assert!(took < 60.0, "seed {seed}: {took}");
        eprintln!("seed {seed}: {took}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_short_patience_counts_for_the_delays_of_other_calls_too() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let policy = RetryPolicy::default().with_longest_retry_after(seconds(3.0));
    let client = client.with(|o| o.retry(policy)).expect("options");
    simulator.inject(Fault::too_many_requests(Some("3600")).times(1));
    list(&client).await.expect_err("it is too long");
    let start = Instant::now();
    let error = list(&client)
        .await
        .expect_err("it is too long for this one too");
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!((error.phase(), error.attempts()), (Phase::NotSent, 0));
    assert!(
        error.to_string().contains("`longest_retry_after`"),
        "{error}"
    );
    assert_eq!(simulator.count("list_agents"), 1);
}

/// The body of a loop over a stream of calls makes calls of its own, and none of the stream's is
/// polled meanwhile.
#[tokio::test(start_paused = true)]
async fn calls_that_are_not_polled_hold_no_other_back() {
    let (_server, client) = limited(Kind::TokenBucket, 20, RetryAfter::Right);
    let results = in_time(join_all((0..100).map(|_| list(&client)))).await;
    assert!(results.iter().all(Result::is_ok));
    let start = Instant::now();
    let calls = futures_util::stream::iter((0..60).map(|_| list(&client)));
    let mut calls = calls.buffer_unordered(20);
    in_time(async {
        while let Some(page) = calls.next().await {
            page.expect("a page");
            list(&client)
                .await
                .expect("a page, though others came first");
        }
    })
    .await;
    assert!(start.elapsed() < seconds(60.0), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn refusals_cost_none_of_the_attempts_that_an_outage_may_need() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let policy = RetryPolicy::default().with_attempts(3);
    let client = client.with(|o| o.retry(policy)).expect("options");
    simulator.inject(Fault::too_many_requests(Some("1")).times(2));
    simulator.inject(Fault::status_before(503).times(4));
    // Each request meets one of the faults.
    let result = in_time(list(&client)).await;
    let sent = simulator.count("list_agents");
    assert!(result.is_err() && sent == 5, "{sent}: {result:?}");
}

/// A quota of one operation doesn't end by waiting, though the server answers everything else.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_refused_again_and_again_is_given_up() {
    let (simulator, client) = with_agent(AgentSpec::default());
    simulator.inject(Fault::too_many_requests(Some("1")).on("list_agents"));
    let others = async {
        loop {
            client.list_tasks().limit(1).send().await.expect("a page");
            sleep(seconds(0.5)).await;
        }
    };
    let error = in_time(async {
        tokio::select! {
            result = list(&client) => result.expect_err("it never passes"),
            () = others => unreachable!("the loop has no end"),
        }
    })
    .await;
    assert_eq!(error.status(), Some(http::StatusCode::TOO_MANY_REQUESTS));
    assert!((20..=40).contains(&error.attempts()), "{error}");
}
