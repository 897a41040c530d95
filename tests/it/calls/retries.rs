//! Which calls are repeated, how often, and at whose cost.

use std::sync::{Arc, Mutex};

use futures_util::{StreamExt, future::join_all, stream};
use nanonets_agents::{
    RetryEvent, RetryPolicy, RetryReason,
    prelude::*,
    simulator::{AgentSpec, Fault, Simulator},
};
use support::stage::{in_time, list, seconds, with_agent};
use tokio::time::{Instant, sleep, sleep_until};

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
        .filter(|end| std::future::ready(end.is_ok()))
        .count()
        .await;
    let share = succeeded as f64 / CALLS as f64;
    let requests = simulator.count("list_agents") as f64 / CALLS as f64;
    println!("figure faults_success_share {share:.4} ratio (seed 7)");
    println!("figure faults_requests_a_call {requests:.3} ratio (seed 7)");
    assert!((1.15..=1.5).contains(&requests), "{requests}");
    assert!(share >= 0.999, "{share}");
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
async fn retries_are_told_to_the_observer() {
    let events: Arc<Mutex<Vec<RetryEvent>>> = Arc::default();
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    let log = events.clone();
    let watched =
        client.with(|o| o.on_retry(move |event| log.lock().expect("no panic").push(event.clone())));
    let watched = watched.expect("options");
    simulator.inject(Fault::too_many_requests(Some("3")).times(1));
    simulator.inject(Fault::reset_before().times(1));
    list(&watched).await.expect("a page");
    let events = events.lock().expect("no panic");
    let seen: Vec<_> = events
        .iter()
        .map(|event| (event.operation, event.attempts, event.reason))
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
    simulator.inject(Fault::too_many_requests(Some("1")));
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
                // Refusals within a second count once.
                429 => [5..=8, 5..=8, 5..=8],
                500..=599 => [5..=5, 1..=1, 1..=1],
                _ => [1..=1, 1..=1, 1..=1],
            };
            simulator.inject(fault);
            let counts = ["get_agent", "run_agent", "create_agent"]
                .map(|operation| simulator.count(operation));
            let _ = client.get_agent().agent_id(id).send().await;
            let _ = client.run(id).query("Hi").start().await;
            let _ = client.create_agent().send().await;
            let sent = ["get_agent", "run_agent", "create_agent"]
                .map(|operation| simulator.count(operation));
            let sent = [0, 1, 2].map(|index: usize| sent[index] - counts[index]);
            let is_right = [safe, reconcile, never]
                .iter()
                .zip(&sent)
                .all(|(expected, sent)| expected.contains(sent));
            assert!(is_right, "{status}: {sent:?}");
            simulator.clear_faults();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_never_repeats_is_sent_once_and_what_is_safe_up_to_five_times() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let id = simulator.agent_id();
    let task = client
        .run(id)
        .query("Hi")
        .start()
        .await
        .expect("a task")
        .task_id();
    for fault in [
        Fault::status_before(503),
        Fault::reset_before(),
        Fault::reset_after(),
    ] {
        simulator.clear_faults();
        simulator.inject(fault);
        let before = |operation| simulator.count(operation);
        let counts = ["create_agent", "publish_agent_version", "send_task_message"].map(before);
        client.create_agent().send().await.expect_err("a fault");
        client
            .publish_agent_version()
            .agent_id(id)
            .send()
            .await
            .expect_err("a fault");
        let body = nanonets_agents::types::SendMessageRequest::builder().message("x");
        client
            .send_task_message()
            .task_id(task)
            .body(body)
            .send()
            .await
            .expect_err("a fault");
        let after = ["create_agent", "publish_agent_version", "send_task_message"].map(before);
        assert_eq!(after, counts.map(|count| count + 1));

        let counts = ["cancel_task", "update_agent", "get_agent", "list_tasks"].map(before);
        client
            .cancel_task()
            .task_id(task)
            .send()
            .await
            .expect_err("a fault");
        client
            .update_agent()
            .agent_id(id)
            .send()
            .await
            .expect_err("a fault");
        client
            .get_agent()
            .agent_id(id)
            .send()
            .await
            .expect_err("a fault");
        client.list_tasks().send().await.expect_err("a fault");
        let after = ["cancel_task", "update_agent", "get_agent", "list_tasks"].map(before);
        assert_eq!(after, counts.map(|count| count + 5));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_is_only_half_of_its_json_is_asked_for_again() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let half = r#"{"data": [], "more": {"a": 1"#;
    simulator.inject(Fault::reply(200, "application/json", half).times(2));
    client.list_agents().send().await.expect("a page");
    assert_eq!(simulator.count("list_agents"), 3);
}
