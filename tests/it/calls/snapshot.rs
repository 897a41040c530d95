//! The figures of a client.

use futures_util::StreamExt;
use nanonets_agents::{
    RetryReason, Snapshot,
    prelude::*,
    simulator::{Fault, Script},
};
use support::stage::{list, seconds, start_many, start_one, with_script};
use tokio::time::{sleep, timeout};

#[tokio::test(start_paused = true)]
async fn requests_and_retries_are_counted_for_all_clones() {
    let (simulator, client) = with_script(Script::default());
    let new = client.snapshot();
    assert!(new.requests.is_empty() && new.retries.is_empty());
    assert_eq!((new.retry_budget, new.rate_limit), (1.0, None));

    simulator.inject(Fault::status_before(503).on("list_agents").times(2));
    simulator.inject(Fault::reset_before().on("list_agents").times(1));
    let clone = client.with(|options| options.attempt_timeout(seconds(10)));
    list(&clone.expect("a client")).await.expect("agents");
    start_one(&simulator, &client).await;
    let seen = client.snapshot();
    let count = |operation| seen.requests[operation] as usize;
    assert_eq!(count("list_agents"), simulator.count("list_agents"));
    assert_eq!(count("run_agent"), 1);
    assert_eq!(seen.retries[&RetryReason::ServerError], 2);
    assert_eq!(seen.retries[&RetryReason::Interrupted], 1);
    assert!(seen.retry_budget < 1.0);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_client_says_so() {
    let (simulator, client) = with_script(Script::default());
    let fault = Fault::too_many_requests(Some("20"));
    simulator.inject(fault.on("list_agents").times(1));
    let call = timeout(seconds(5), list(&client));
    call.await.expect_err("it is held back");
    let Snapshot {
        rate_limit,
        held_back_for,
        ..
    } = client.snapshot();
    assert!(rate_limit.is_some_and(|rate| rate > 0.0));
    assert!((seconds(15)..=seconds(16)).contains(&held_back_for));
}

#[tokio::test(start_paused = true)]
async fn tasks_count_while_they_are_waited_for() {
    let (simulator, client) = with_script(Script::empty().running(seconds(60)));
    let tasks = start_many(&simulator, &client, 10).await;
    let waiting = || client.snapshot().waiting_tasks;
    let mut ends = client.wait_many(tasks).stream();
    let one = start_one(&simulator, &client).await;
    let mut updates = one.wait().updates();
    assert_eq!(waiting(), 11);
    updates.next().await.expect("an update").expect("a status");
    ends.next().await.expect("an end").expect("it has ended");
    sleep(seconds(20)).await;
    while ends.next().await.is_some() {}
    assert_eq!(waiting(), 1);
    drop(updates);
    assert_eq!(waiting(), 0);
}
