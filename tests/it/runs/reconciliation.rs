//! How a run finds out what became of a request whose reply it never got.

use std::time::Duration;

use nanonets_agents::{
    prelude::*,
    run::{Provenance, ReconcilePolicy, RunError},
    simulator::Fault,
};
use support::stage::minute_simulator;

#[tokio::test(start_paused = true)]
async fn a_plain_run_makes_one_request_and_lists_nothing() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    let run = client.run(simulator.agent_id()).query("How many?");
    let started = run.start().await.expect("a task");
    assert_eq!(started.provenance(), Provenance::Created);
    assert_eq!(simulator.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_run_whose_reply_was_lost_is_adopted_by_its_marker_or_its_text() {
    for (fault, has_marker) in [
        (Fault::status_after(500), false),
        (Fault::status_after(408), true),
        (Fault::reset_after(), false),
        (Fault::cut_body(3), true),
    ] {
        let simulator = minute_simulator();
        let client = simulator.in_process_client().expect("a client");
        // The task of another run, a moment before.
        let other = client.run(simulator.agent_id()).query("How few?");
        other.start().await.expect("a task");
        let stranger = simulator.in_process_client().expect("another client");
        simulator.inject(fault.on("run_agent").times(1));
        let run = stranger.run(simulator.agent_id()).query("How many?");
        let policy = ReconcilePolicy::default().with_marker(has_marker);
        let started = run.reconcile(policy).start().await.expect("it is found");
        let tasks = simulator.tasks();
        assert_eq!(tasks.len(), 2);
        assert_eq!(started.task_id(), tasks[1].id);
        assert!(started.twins().found().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_not_taken_is_sent_again_when_the_server_had_its_time() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    simulator.inject(Fault::reset_before().on("run_agent").times(1));
    let start = tokio::time::Instant::now();
    let run = client.run(simulator.agent_id()).query("How many?");
    let started = run.start().await.expect("a task");
    assert_eq!(started.provenance(), Provenance::Created);
    assert_eq!(simulator.count("run_agent"), 2);
    // The time, two probes, and one for a late twin.
    assert_eq!(simulator.count("list_tasks"), 1 + 2 + 1);
    assert_eq!(start.elapsed().as_secs(), 15 + 5);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_created_is_never_sent_again() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    simulator.inject(Fault::cut_body(3).on("run_agent").times(1));
    let nothing = r#"{"data":[],"has_more":false,"next_cursor":null}"#;
    simulator.inject(Fault::reply(200, "application/json", nothing).on("list_tasks"));
    let run = client.run(simulator.agent_id()).query("How many?");
    let error = run.start().await.expect_err("it isn't listed");
    assert!(matches!(error, RunError::OutcomeUnknown(_)), "{error}");
    assert_eq!(simulator.count("run_agent"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_file_run_says_that_it_cannot_decide_unless_it_may() {
    let file = || Upload::bytes("a.txt", "Total: 12.50");
    let unmarked = ReconcilePolicy::default().with_marker(false);
    let sole_writer = unmarked.clone().with_sole_writer(true);
    for (query, policy, is_adopted) in [
        (Some("Extract."), unmarked.clone(), false),
        (None, unmarked, false),
        (Some("Extract."), sole_writer.clone(), true),
        (None, sole_writer, true),
        (Some("Extract."), ReconcilePolicy::default(), true),
        (None, ReconcilePolicy::default(), true),
    ] {
        let simulator = minute_simulator();
        let client = simulator.in_process_client().expect("a client");
        simulator.inject(Fault::status_after(502).on("run_agent").times(1));
        let mut run = client.run(simulator.agent_id()).file(file());
        if let Some(query) = query {
            run = run.query(query);
        }
        let outcome = run.reconcile(policy.clone()).start().await;
        let task = simulator.tasks()[0].id;
        match outcome {
            Ok(started) => {
                assert!(is_adopted, "{query:?} {policy:?}");
                assert_eq!(started.provenance(), Provenance::Adopted);
                assert_eq!(started.task_id(), task);
            }
            Err(RunError::OutcomeUnknown(unknown)) => {
                assert!(!is_adopted, "{query:?} {policy:?}");
                assert_eq!(unknown.candidates().len(), 1);
                assert_eq!(unknown.candidates()[0].task_id, task);
                assert!(unknown.to_string().contains(&task.to_string()));
            }
            Err(error) => panic!("{error}"),
        }
        assert_eq!(simulator.count("run_agent"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn lookalikes_of_one_client_do_not_adopt_each_others_tasks() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    simulator.inject(Fault::reset_after().on("run_agent").times(2));
    simulator.inject(Fault::reset_before().on("run_agent").times(2));
    let unmarked = || ReconcilePolicy::default().with_marker(false);
    let runs = (0..8).map(|_| {
        let run = client.run(simulator.agent_id()).query("Again");
        run.reconcile(unmarked()).start()
    });
    let started = futures_util::future::join_all(runs).await;
    let mut ids: Vec<_> = started
        .iter()
        .map(|started| started.as_ref().expect("a task").task_id())
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), simulator.tasks().len()), (8, 8));
}

#[tokio::test(start_paused = true)]
async fn a_match_too_many_is_not_decided() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    let stranger = simulator.in_process_client().expect("another client");
    simulator.inject(
        Fault::delay(Duration::from_secs(40))
            .on("run_agent")
            .times(1),
    );
    let unmarked = || ReconcilePolicy::default().with_marker(false);
    let ours = client.run(simulator.agent_id()).query("Same");
    let ours = ours.reconcile(unmarked()).start();
    let theirs = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        stranger
            .run(simulator.agent_id())
            .query("Same")
            .reconcile(unmarked())
            .start()
            .await
    };
    let (ours, theirs) = tokio::join!(ours, theirs);
    theirs.expect("a task");
    let Err(RunError::OutcomeUnknown(unknown)) = ours else {
        panic!("{ours:?}");
    };
    assert_eq!(unknown.candidates().len(), 2);
}

#[test]
fn a_policy_that_cannot_work_is_refused() {
    for (policy, name) in [
        (
            ReconcilePolicy::default().with_probes_before_resend(0),
            "probes_before_resend",
        ),
        (ReconcilePolicy::default().with_probes(1), "probes"),
        (
            ReconcilePolicy::default().with_lease(Duration::ZERO),
            "lease",
        ),
    ] {
        let client = Client::builder().api_key("key").reconcile(policy).build();
        let error = client.expect_err(name).to_string();
        assert!(error.contains(&format!("`{name}`")), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_sole_writer_does_not_adopt_the_task_of_another_run_in_flight() {
    let simulator = minute_simulator();
    let client = Client::builder()
        .api_key(simulator.key())
        .in_process(simulator.service())
        .reconcile(
            ReconcilePolicy::default()
                .with_marker(false)
                .with_sole_writer(true),
        )
        .build()
        .expect("a client");
    simulator.inject(Fault::reset_before().on("run_agent").times(1));
    let first = client.run(simulator.agent_id()).query("A").start();
    let second = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        simulator.inject(
            Fault::delay(Duration::from_secs(10))
                .on("run_agent")
                .times(1),
        );
        let file = Upload::bytes("b.txt", "B");
        client.run(simulator.agent_id()).file(file).start().await
    };
    let (first, second) = tokio::join!(first, second);
    let (first, second) = (first.expect("a task"), second.expect("a task"));
    assert_ne!(first.task_id(), second.task_id());
    assert_eq!(simulator.tasks().len(), 2);
}

/// A run that was started and then left alone, as in the loop over a stream that awaits another
/// run.
#[tokio::test(start_paused = true)]
async fn a_look_alike_that_is_not_polled_holds_no_run_up_for_ever() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    simulator.inject(
        Fault::delay(Duration::from_secs(5))
            .on("run_agent")
            .times(1),
    );
    let run = || {
        let run = client.run(simulator.agent_id()).query("Same");
        run.reconcile(ReconcilePolicy::default().with_marker(false))
            .start()
    };
    let mut forgotten = Box::pin(run());
    let start = tokio::time::timeout(Duration::from_secs(1), &mut forgotten).await;
    start.expect_err("it takes longer");
    simulator.inject(Fault::reset_before().on("run_agent").times(1));
    let outcome = tokio::time::timeout(Duration::from_secs(3600), run()).await;
    let error = outcome.expect("it ends").expect_err("it can't decide");
    assert!(matches!(error, RunError::OutcomeUnknown(_)), "{error}");
    forgotten.await.expect("a task");
}
