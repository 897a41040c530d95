//! Rate limits: the delay that a server asks for, and the pace that it allows.

use std::time::Duration;

use futures_util::future::join_all;
use nanonets_agents::{
    Phase, RetryPolicy,
    prelude::*,
    simulator::{AgentSpec, Fault, Simulator},
};
use support::stage::{in_time, list, seconds, with_agent};
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
    assert_eq!(start.elapsed(), seconds(20.0));

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
