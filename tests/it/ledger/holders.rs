//! Two holders of one key, and what a person decides about it.

use nanonets_agents::{
    ErrorKind, TaskId, TaskRef,
    ledger::{Ledger, LedgerErrorKind},
    prelude::*,
    run::{Provenance, ReconcilePolicy, RunError},
    simulator::Fault,
};
use support::stage::{hour_simulator, in_time, minute_simulator, seconds};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::stage::Stage;

fn unmarked() -> ReconcilePolicy {
    ReconcilePolicy::default().with_marker(false)
}

/// A client whose run isn't polled for longer than its lease: the process was suspended.
#[tokio::test(start_paused = true)]
async fn a_frozen_holder_and_its_successor_get_one_task() {
    for policy in [ReconcilePolicy::default(), unmarked()] {
        let stage = Stage::new("suspended", minute_simulator());
        // It is carried out at once, and answered when its client is frozen.
        let slow = Fault::delay(seconds(5)).on("run_agent");
        stage.simulator.inject(slow.times(1));
        let run = || stage.run().reconcile(policy.clone()).start();
        let start = Instant::now();
        let mut first = Box::pin(run());
        let polled = timeout(seconds(1), &mut first).await;
        polled.expect_err("the reply is under way");
        let (second, first) = tokio::join!(run(), async {
            sleep_until(start + seconds(61)).await;
            first.await
        });
        let (first, second) = (first.expect("a task"), second.expect("the same"));
        assert_eq!(stage.simulator.tasks().len(), 1);
        assert_eq!(first.task_id(), second.task_id());
    }
}

/// A holder that was stalled for so long that its successor has a task of its own.
#[tokio::test(start_paused = true)]
async fn a_stalled_holder_gets_the_task_of_its_successor_and_its_own_is_cancelled() {
    let stage = Stage::new("stalled", hour_simulator());
    let simulator = &stage.simulator;
    // No list shows what the first one starts.
    simulator.inject(Fault::delay(seconds(5)).on("run_agent").times(1));
    let nothing = r#"{"data":[],"has_more":false,"next_cursor":null}"#;
    simulator.inject(Fault::reply(200, "application/json", nothing).on("list_tasks"));
    let start = Instant::now();
    let mut first = Box::pin(stage.run().start());
    let polled = timeout(seconds(1), &mut first).await;
    polled.expect_err("the reply is under way");
    let (second, first) = tokio::join!(stage.run().start(), async {
        sleep_until(start + seconds(300)).await;
        first.await
    });
    let (first, second) = (first.expect("a task"), second.expect("a task"));
    let tasks = simulator.tasks();
    assert_eq!(tasks.len(), 2);
    assert_eq!(second.task_id(), tasks[1].id);
    assert_eq!(first.task_id(), second.task_id());
    assert_eq!(first.provenance(), Provenance::Recorded);
    let [twin] = first.twins().found() else {
        panic!("{:?}", first.twins());
    };
    assert_eq!(*twin.task_id().as_uuid(), tasks[0].id);
    assert!(twin.is_certain() && twin.is_cancelled());
    assert_eq!(tasks[0].status, "stopped");
}

/// A clock that was set back between the claim and the takeover hides the task from no one.
#[tokio::test(start_paused = true)]
async fn a_key_whose_claim_is_dated_too_late_is_adopted_all_the_same() {
    let stage = Stage::new("dated", minute_simulator());
    let slow = Fault::delay(seconds(20)).on("run_agent");
    stage.simulator.inject(slow.times(1));
    stage.die_after(5.0).await;
    let file = stage.file();
    let claimed_at: String = file
        .query_row("SELECT claimed_at FROM runs", [], |row| row.get(0))
        .expect("a claim");
    let later: chrono::DateTime<chrono::Utc> = claimed_at.parse().expect("a time");
    let later = (later + chrono::TimeDelta::seconds(30)).to_rfc3339();
    file.execute("UPDATE runs SET claimed_at = ?1", [later])
        .expect("changed");
    // When the lease ends, the clock has caught up.
    sleep(seconds(60)).await;
    let started = stage.run().start().await.expect("a task");
    assert_eq!(started.provenance(), Provenance::Adopted);
    assert_eq!(stage.simulator.tasks().len(), 1);
}

/// A ledger whose clock was an hour ahead holds no key for an hour.
#[tokio::test(start_paused = true)]
async fn a_clock_that_runs_backwards_is_an_error_before_anything_is_sent() {
    let stage = Stage::new("backwards", minute_simulator());
    let slow = Fault::delay(seconds(20)).on("run_agent");
    stage.simulator.inject(slow.times(1));
    stage.die_after(5.0).await;
    let ahead = (chrono::Utc::now() + chrono::TimeDelta::hours(1)).to_rfc3339();
    let update = "UPDATE runs SET claimed_at = ?1, changed_at = ?1, held_until = ?1";
    stage.file().execute(update, [ahead]).expect("changed");
    let sent = stage.simulator.count("run_agent");
    let outcome = stage.run().start().await;
    let Err(RunError::NotStarted(error)) = outcome else {
        panic!("its clock is behind: {outcome:?}");
    };
    assert_eq!(error.kind(), ErrorKind::Ledger);
    assert!(error.message().contains("clock"), "{error}");
    assert_eq!(stage.simulator.count("run_agent"), sent);
}

/// A person decides what a process couldn't.
#[tokio::test(start_paused = true)]
async fn a_key_in_doubt_is_settled_or_forgotten_by_a_person() {
    for is_settled in [true, false] {
        let stage = Stage::new("settled", minute_simulator());
        let (simulator, ledger, client) = (&stage.simulator, &stage.ledger, stage.client());
        simulator.inject(Fault::reset_after().on("run_agent").times(1));
        let run = || {
            let file = Upload::bytes("a.txt", "Total: 1");
            let run = client.run(simulator.agent_id()).file(file).key("a");
            run.reconcile(unmarked()).start()
        };
        for _ in 0..2 {
            let Err(RunError::OutcomeUnknown(unknown)) = run().await else {
                panic!("files can't be compared");
            };
            assert_eq!(unknown.candidates().len(), 1);
        }
        let task = TaskRef::new(simulator.tasks()[0].id).with_agent(simulator.agent_id());
        if is_settled {
            let elsewhere = task.clone().with_agent(uuid::Uuid::from_u128(1));
            let error = ledger
                .settle("a", &elsewhere)
                .await
                .expect_err("another agent's");
            assert_eq!(error.kind(), LedgerErrorKind::Mismatch);
            ledger.settle("a", &task).await.expect("it is the run's");
            let started = run().await.expect("the task");
            assert_eq!(started.provenance(), Provenance::Recorded);
            assert_eq!(started.task_ref(), &task);
        } else {
            ledger.forget("a").await.expect("there is none");
            let started = run().await.expect("a new task");
            assert_eq!(started.provenance(), Provenance::Created);
        }
        assert_eq!(simulator.tasks().len(), 2 - usize::from(is_settled));
    }
}

/// One abandoned key doesn't make every later run of its text unknown.
#[tokio::test(start_paused = true)]
async fn an_old_key_in_doubt_does_not_block_others() {
    let stage = Stage::new("old", minute_simulator());
    let simulator = &stage.simulator;
    let run = |key: &str| {
        let run = stage
            .client()
            .run(simulator.agent_id())
            .query("Same")
            .key(key);
        run.reconcile(unmarked()).start()
    };
    simulator.inject(Fault::reset_before().on("run_agent").times(3));
    run("a").await.expect_err("it is never answered");
    sleep(seconds(3600)).await;
    simulator.inject(Fault::status_after(500).on("run_agent").times(1));
    let started = run("b").await.expect("it is alone");
    assert_eq!(started.provenance(), Provenance::Adopted);

    // The old key isn't given the newer task, and what it has sent is past being carried out.
    let started = run("a").await.expect("it is sent again");
    assert_eq!(started.provenance(), Provenance::Created);
    assert_eq!(simulator.tasks().len(), 2);
}

/// A ledger that fails for a while costs no run.
#[tokio::test(start_paused = true)]
async fn a_task_is_recorded_when_the_ledger_works_again() {
    let stage = Stage::new("refuses", minute_simulator());
    stage.refuse_tasks();
    let (started, ()) = tokio::join!(stage.run().start(), async {
        sleep(seconds(5)).await;
        stage.accept_tasks();
    });
    let started = started.expect("it is recorded at last");
    assert_eq!(started.provenance(), Provenance::Created);
    let again = stage.run().start().await.expect("the same");
    assert_eq!(again.task_id(), started.task_id());

    stage.refuse_tasks();
    let error = in_time(stage.run().key("b").start()).await;
    let error = error.expect_err("it never works");
    assert!(matches!(error, RunError::NotRecorded { .. }), "{error}");
}

/// Killed between the cancellation of a twin and the record of the task.
#[tokio::test(start_paused = true)]
async fn a_twin_outlives_no_process_that_dies_while_it_cancels() {
    let stage = Stage::new("cancels", hour_simulator());
    let simulator = &stage.simulator;
    simulator.inject(Fault::reset_after().on("run_agent").times(1));
    let nothing = r#"{"data":[],"has_more":false,"next_cursor":null}"#;
    let empty = Fault::reply(200, "application/json", nothing);
    simulator.inject(empty.on("list_tasks").times(3));
    simulator.inject(Fault::status_before(503).on("cancel_task"));
    // It was sent again after 15 s, and its twin was found 5 s later.
    stage.die_after(22.0).await;
    assert_eq!(simulator.tasks().len(), 2);
    assert!(simulator.count("cancel_task") > 0);
    simulator.clear_faults();
    let started = stage.run().start().await.expect("one of them");
    assert_eq!(started.twins().found().len(), 1);
    let tasks = simulator.tasks().into_iter();
    let running: Vec<_> = tasks.filter(|task| task.status != "stopped").collect();
    assert_eq!(running.len(), 1);
    assert_eq!(TaskId::from(running[0].id), started.task_id());
}

/// What a client only waits for isn't its own: the key of another process, for example.
#[tokio::test(start_paused = true)]
async fn a_client_that_waits_for_a_key_does_not_take_its_task_for_its_own() {
    let stage = Stage::new("waits", minute_simulator());
    let simulator = &stage.simulator;
    let (first, second) = (stage.client(), stage.client());
    let run = |client: &Client, key: &str| {
        let run = client.run(simulator.agent_id()).query("Same").key(key);
        run.extra_field("key", key).reconcile(unmarked()).start()
    };
    simulator.inject(Fault::reset_before().on("run_agent").times(1));
    let a = run(&first, "a");
    let b = async {
        sleep(seconds(1)).await;
        simulator.inject(Fault::delay(seconds(20)).on("run_agent").times(1));
        run(&second, "b").await
    };
    let b_again = async {
        sleep(seconds(2)).await;
        run(&first, "b").await
    };
    let (a, b, b_again) = tokio::join!(a, b, b_again);
    let (b, b_again) = (b.expect("its task"), b_again.expect("the same"));
    assert_eq!(b.provenance(), Provenance::Created);
    assert_eq!(b_again.task_id(), b.task_id());
    match a {
        Ok(a) => assert_ne!(a.task_id(), b.task_id()),
        Err(error) => assert!(matches!(error, RunError::OutcomeUnknown(_)), "{error}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_means_nothing_is_refused_before_anything_is_sent() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    for lease in [seconds(0), seconds(4), seconds(86_401)] {
        let run = client.run(simulator.agent_id()).query("How many?").key("a");
        let policy = ReconcilePolicy::default().with_lease(lease);
        let error = run
            .reconcile(policy)
            .start()
            .await
            .expect_err("it is refused");
        assert!(error.to_string().contains("`lease`"), "{error}");
    }
    assert!(simulator.requests().is_empty());
}
