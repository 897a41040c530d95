//! Processes that die or freeze while they hold a key, and those that come after them.

use std::time::Duration;

use futures_util::TryStreamExt;
use nanonets_agents::{
    ledger::LedgerExt,
    prelude::*,
    run::{Provenance, ReconcilePolicy, RunError},
    simulator::Fault,
};
use support::{
    folder::Folder,
    stage::{hour_simulator, minute_simulator},
};

use super::{
    keys::{client, ledger_in},
    stage::kill_after,
};

/// A process that dies while it sends: the ledger isn't told.
#[tokio::test(start_paused = true)]
async fn what_a_dead_process_left_is_adopted_or_sent() {
    for (fault, provenance) in [
        (Fault::delay(Duration::from_secs(20)), Provenance::Adopted),
        (Fault::too_many_requests(Some("50")), Provenance::Created),
    ] {
        let folder = Folder::new("dead");
        let simulator = minute_simulator();
        let ledger = ledger_in(&folder);
        simulator.inject(fault.on("run_agent").times(1));
        let dying = client(&simulator, &ledger);
        let run = |client: &Client| client.run(simulator.agent_id()).query("How many?").key("a");
        kill_after(5.0, run(&dying).start()).await;
        let unfinished: Vec<_> = ledger.unfinished().try_collect().await.expect("it works");
        assert_eq!(unfinished.len(), 1);
        assert_eq!(unfinished[0].task, None);

        let next = client(&simulator, &ledger);
        let before = tokio::time::Instant::now();
        let started = run(&next).start().await.expect("a task");
        assert_eq!(started.provenance(), provenance);
        // It isn't known to be dead before its lease ends.
        assert!(
            before.elapsed() > Duration::from_secs(50),
            "{:?}",
            before.elapsed()
        );
        assert_eq!(simulator.tasks().len(), 1);
        let unfinished: Vec<_> = ledger.unfinished().try_collect().await.expect("it works");
        assert_eq!(unfinished[0].task.as_ref(), Some(started.task_ref()));
        next.ledger()
            .record_finished(started.task_id())
            .await
            .expect("noted");
        let unfinished: Vec<_> = ledger.unfinished().try_collect().await.expect("it works");
        assert!(unfinished.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_goes_on_for_as_long_as_its_process_is_at_it() {
    let folder = Folder::new("lease");
    let simulator = minute_simulator();
    let ledger = ledger_in(&folder);
    // Longer than the lease, in doubt all the time.
    simulator.inject(Fault::reset_before().on("run_agent").times(1));
    simulator.inject(Fault::status_before(500).on("list_tasks").times(60));
    let slow = client(&simulator, &ledger);
    let other = client(&simulator, &ledger);
    let run = |client: &Client| client.run(simulator.agent_id()).query("How many?").key("a");
    let patient = ReconcilePolicy::default().with_probes(100);
    let (first, second) = tokio::join!(run(&slow).reconcile(patient).start(), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        run(&other).start().await
    });
    let (first, second) = (first.expect("a task"), second.expect("a task"));
    assert_eq!(first.task_id(), second.task_id());
    assert_eq!(second.provenance(), Provenance::Recorded);
    assert_eq!(simulator.tasks().len(), 1);
}

/// A process that is stopped and goes on later, when another one has taken its key.
#[tokio::test(start_paused = true)]
async fn a_process_that_was_frozen_between_two_attempts_sends_nothing_more() {
    let folder = Folder::new("frozen");
    let simulator = minute_simulator();
    let ledger = ledger_in(&folder);
    let (frozen, other) = (client(&simulator, &ledger), client(&simulator, &ledger));
    simulator.inject(
        Fault::too_many_requests(Some("15"))
            .on("run_agent")
            .times(1),
    );
    let run = |client: &Client| client.run(simulator.agent_id()).query("How many?").key("a");
    let mut first = Box::pin(run(&frozen).start());
    let start = tokio::time::timeout(Duration::from_secs(5), &mut first).await;
    start.expect_err("it backs off");
    let second = run(&other).start().await.expect("a task");
    let first = first.await.expect("the task of the other");
    assert_eq!(first.provenance(), Provenance::Recorded);
    assert_eq!(first.task_id(), second.task_id());
    assert_eq!(simulator.tasks().len(), 1);
    assert_eq!(simulator.tasks()[0].id, second.task_id());
}

/// It dies after the second request, before it has looked for the task of the first.
#[tokio::test(start_paused = true)]
async fn the_twin_that_a_dead_process_left_is_cancelled() {
    let folder = Folder::new("twin");
    let simulator = hour_simulator();
    let ledger = ledger_in(&folder);
    simulator.inject(Fault::reset_after().on("run_agent").times(1));
    let nothing = r#"{"data":[],"has_more":false,"next_cursor":null}"#;
    let empty = Fault::reply(200, "application/json", nothing);
    // Three probes, and the list that tells the time.
    simulator.inject(empty.on("list_tasks").times(4));
    let run = |client: &Client| {
        client
            .run(simulator.agent_id())
            .query("How many?")
            .key("a")
            .start()
    };
    kill_after(17.0, run(&client(&simulator, &ledger))).await;
    assert_eq!(simulator.tasks().len(), 2);
    let started = run(&client(&simulator, &ledger))
        .await
        .expect("one of them");
    assert_eq!(started.twins().found().len(), 1);
    let running = simulator
        .tasks()
        .into_iter()
        .filter(|task| task.status != "stopped");
    assert_eq!(
        running.map(|task| task.id).collect::<Vec<_>>(),
        [started.task_id()]
    );
}

#[tokio::test(start_paused = true)]
async fn two_processes_at_runs_that_look_alike_do_not_take_each_others_tasks() {
    let folder = Folder::new("rivals");
    let simulator = minute_simulator();
    let ledger = ledger_in(&folder);
    let (first, second) = (client(&simulator, &ledger), client(&simulator, &ledger));
    simulator.inject(Fault::reset_before().on("run_agent").times(1));
    let a = first
        .run(simulator.agent_id())
        .query("Same")
        .key("a")
        .reconcile(ReconcilePolicy::default().with_marker(false))
        .start();
    let b = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        simulator.inject(
            Fault::delay(Duration::from_secs(20))
                .on("run_agent")
                .times(1),
        );
        second
            .run(simulator.agent_id())
            .query("Same")
            .key("b")
            .reconcile(ReconcilePolicy::default().with_marker(false))
            .start()
            .await
    };
    let (a, b) = tokio::join!(a, b);
    let b = b.expect("its own task");
    assert_eq!(b.provenance(), Provenance::Created);
    match a {
        Ok(a) => assert_ne!(a.task_id(), b.task_id()),
        Err(error) => assert!(matches!(error, RunError::OutcomeUnknown(_)), "{error}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_was_known_is_noted_even_where_the_key_was_lost() {
    let folder = Folder::new("known");
    let simulator = minute_simulator();
    let client = client(&simulator, &ledger_in(&folder));
    simulator.inject(Fault::reset_before().on("run_agent").times(1));
    let run = client.run(simulator.agent_id()).query("How many?").key("a");
    let (outcome, ()) = tokio::join!(run.start(), async {
        // It was sent again after 15 s, and is looked for a twin until 20 s.
        tokio::time::sleep(Duration::from_secs(17)).await;
        simulator.inject(Fault::status_before(500).on("list_tasks").times(80));
        let file = rusqlite::Connection::open(folder.file("runs.db")).expect("a database");
        file.execute(
            "UPDATE runs SET holder = ?1",
            [uuid::Uuid::nil().to_string()],
        )
        .expect("changed");
    });
    let task = simulator.tasks()[0].id;
    assert_eq!(outcome.expect("it is known").task_id(), task);
    let keys = client.ledger().keys_of_tasks(&[task.into()]).await;
    let keys = keys.expect("it works");
    assert_eq!(keys.get(&task.into()).map(String::as_str), Some("a"));
}
