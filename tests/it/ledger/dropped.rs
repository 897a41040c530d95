//! Runs with keys whose caller goes away: the process lives on, and so can the next start.

use nanonets_agents::{prelude::*, run::Provenance, simulator::Fault};
use support::stage::{hour_simulator, minute_simulator, seconds};
use tokio::time::{Instant, timeout};

use super::stage::Stage;

/// The server answers late, and carries the run out before.
#[tokio::test(start_paused = true)]
async fn a_run_that_was_dropped_while_it_was_sent_is_adopted_soon() {
    let stage = Stage::new("dropped", minute_simulator());
    let slow = Fault::delay(seconds(3.0)).on("run_agent").times(1);
    stage.simulator.inject(slow);
    stage.drop_after(1.0).await;
    let start = Instant::now();
    let again = stage.run().start().await.expect("a task");
    assert_eq!(again.provenance(), Provenance::Adopted);
    assert!(start.elapsed() < seconds(15.0), "{:?}", start.elapsed());
    assert_eq!(stage.simulator.tasks().len(), 1);
}

/// The server carries the run out long after its caller has gone away and started it again.
#[tokio::test(start_paused = true)]
async fn a_run_that_was_dropped_and_carried_out_late_has_one_task() {
    let stage = Stage::new("dropped late", minute_simulator());
    let late = Fault::late_after_silence(seconds(25.0))
        .on("run_agent")
        .times(1);
    stage.simulator.inject(late);
    stage.drop_after(1.0).await;
    let again = stage.run().start().await.expect("a task");
    assert_eq!(again.provenance(), Provenance::Adopted);
    assert_eq!(stage.simulator.tasks().len(), 1);
}

/// Nothing was sent, since the limit of the workspace held the run back.
#[tokio::test(start_paused = true)]
async fn a_run_that_was_dropped_before_it_was_sent_leaves_its_key_new() {
    let stage = Stage::new("dropped early", minute_simulator());
    let client = stage.client();
    let agent_id = stage.simulator.agent_id();
    let limited = Fault::too_many_requests(Some("30")).on("get_task").times(1);
    stage.simulator.inject(limited);
    let unknown = client.get_task().task_id(uuid::Uuid::nil());
    let waiting = timeout(seconds(1.0), unknown.send()).await;
    waiting.expect_err("it waits until the server accepts requests again");

    let run = || client.run(agent_id).query("How many?").key("b");
    let dropped = timeout(seconds(5.0), run().start()).await;
    dropped.expect_err("it is held back");
    let start = Instant::now();
    let again = run().start().await.expect("a task");
    assert_eq!(again.provenance(), Provenance::Created);
    assert!(start.elapsed() < seconds(40.0), "{:?}", start.elapsed());
    assert_eq!(stage.simulator.count("run_agent"), 1);
}

/// A start that waits for a key holds nothing: dropped, it changes nothing for the holder.
#[tokio::test(start_paused = true)]
async fn a_start_that_waits_for_the_key_can_be_dropped() {
    let stage = Stage::new("dropped waiting", minute_simulator());
    let slow = Fault::delay(seconds(20.0)).on("run_agent").times(1);
    stage.simulator.inject(slow);
    let mut first = Box::pin(stage.run().start());
    let polled = timeout(seconds(1.0), &mut first).await;
    polled.expect_err("the reply is under way");
    stage.drop_after(5.0).await;
    let first = first.await.expect("a task");
    assert_eq!(first.provenance(), Provenance::Created);
    assert_eq!(stage.simulator.tasks().len(), 1);
}

/// The first request is lost and the second one answered; the caller goes away while its twin is
/// looked for, and starts the run again with the same client.
#[tokio::test(start_paused = true)]
async fn a_task_that_was_named_before_the_run_was_dropped_is_the_keys() {
    for time in [15.6, 16.5, 18.0, 19.5] {
        let stage = Stage::new("dropped named", minute_simulator());
        let lost = Fault::reset_before().on("run_agent").times(1);
        stage.simulator.inject(lost);
        let client = stage.client();
        let run = || {
            let run = client.run(stage.simulator.agent_id());
            run.query("How many?").key("a")
        };
        let dropped = timeout(seconds(time), run().start()).await;
        dropped.expect_err("it looks for twins");
        assert_eq!(stage.simulator.tasks().len(), 1, "{time}");
        let again = run().start().await.expect("a task");
        assert_eq!(*again.task_id().as_uuid(), stage.simulator.tasks()[0].id);
        assert_eq!(again.provenance(), Provenance::Recorded, "{time}");
        assert_eq!(stage.simulator.tasks().len(), 1, "{time}");
    }
}

/// What the server has certainly not carried out was not sent, as far as the key goes.
#[tokio::test(start_paused = true)]
async fn a_run_that_was_dropped_in_a_back_off_leaves_its_key_new() {
    let stage = Stage::new("dropped refused", minute_simulator());
    let refused = Fault::too_many_requests(Some("20")).on("run_agent");
    stage.simulator.inject(refused.times(1));
    let client = stage.client();
    let run = || {
        let run = client.run(stage.simulator.agent_id());
        run.query("How many?").key("a")
    };
    let dropped = timeout(seconds(5.0), run().start()).await;
    dropped.expect_err("it waits to be sent again");
    let start = Instant::now();
    let again = run().start().await.expect("a task");
    assert_eq!(again.provenance(), Provenance::Created);
    assert!(start.elapsed() < seconds(30.0), "{:?}", start.elapsed());
    assert_eq!(stage.simulator.count("run_agent"), 2);
    assert_eq!(stage.simulator.count("list_tasks"), 0);
}

/// Two tasks were started, and the caller goes away at any moment after that: while the twin is
/// searched for, cancelled or recorded.
#[tokio::test(start_paused = true)]
async fn no_twin_is_forgotten_where_the_run_is_dropped() {
    let mut dropped = 0;
    for tenths in 160..220 {
        let stage = Stage::new("dropped twins", hour_simulator());
        let simulator = &stage.simulator;
        simulator.inject(Fault::reset_after().on("run_agent").times(1));
        let nothing = r#"{"data":[],"has_more":false,"next_cursor":null}"#;
        let empty = Fault::reply(200, "application/json", nothing);
        // The probes before the second request; the search after it finds the twin.
        simulator.inject(empty.on("list_tasks").times(3));
        simulator.inject(Fault::status_before(503).on("cancel_task"));
        let client = stage.client();
        let run = || {
            let run = client.run(simulator.agent_id());
            run.query("How many?").key("a")
        };
        let first = timeout(seconds(f64::from(tenths) / 10.0), run().start()).await;
        dropped += u32::from(first.is_err());
        // What is left of the empty lists would hide the twin from a later look.
        simulator.clear_faults();
        let again = run().start().await.expect("a task");
        let finished = again.wait().deadline(seconds(7200.0)).await;
        let finished = finished.expect("an end");
        let named = finished.twins().found();
        for task in simulator.tasks() {
            let is_known = again.task_id() == task.id
                || task.status == "stopped"
                || named.iter().any(|twin| twin.task_id() == task.id);
            assert!(is_known, "dropped after {tenths} tenths: {:?}", task.id);
        }
    }
    assert!(dropped > 30, "{dropped}");
}
