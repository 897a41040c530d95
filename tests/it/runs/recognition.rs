//! How a run recognises its task, whatever the server shows of it, and whichever way its clocks go.

use nanonets_agents::{
    prelude::*,
    run::{Provenance, ReconcilePolicy, RunError},
    simulator::{Fault, Simulator},
};
use support::stage::{in_time, minute_agent, minute_simulator, seconds};

fn unmarked() -> ReconcilePolicy {
    ReconcilePolicy::default().with_marker(false)
}

/// Whatever the server does to the first message, a run is never sent a second time while its task
/// is there; where the marker can be seen, it is adopted.
#[tokio::test(start_paused = true)]
async fn a_message_that_was_edited_is_not_anothers() {
    for (fault, is_adopted) in [
        (Fault::message_reformatted(), true),
        (Fault::message_prefixed_with_files(), true),
        (Fault::message_without_role(), true),
        (Fault::message_without_user(), true),
        (Fault::message_shortened(20), false),
        (Fault::message_missing(), false),
    ] {
        let simulator = minute_simulator();
        let client = simulator.in_process_client().expect("a client");
        simulator.inject(fault.clone());
        simulator.inject(Fault::reset_after().on("run_agent").times(1));
        let file = Upload::bytes("a.txt", "Total: 1");
        let run = client
            .run(simulator.agent_id())
            .query("Extract the line items.")
            .file(file);
        let outcome = in_time(run.start()).await;
        assert_eq!(simulator.tasks().len(), 1, "{fault:?}");
        match outcome {
            Ok(started) => assert_eq!(started.provenance(), Provenance::Adopted),
            Err(RunError::OutcomeUnknown(unknown)) if !is_adopted => {
                assert_eq!(unknown.candidates().len(), 1, "{fault:?}");
            }
            Err(error) => panic!("{fault:?}: {error}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_replica_that_lags_is_waited_for() {
    for fault in [
        Fault::stale_list(seconds(6)),
        Fault::stale_messages(seconds(6)),
        Fault::latency(seconds(5)),
    ] {
        let simulator = minute_simulator();
        let client = simulator.in_process_client().expect("a client");
        simulator.inject(fault.clone());
        simulator.inject(Fault::reset_after().on("run_agent").times(1));
        let run = client.run(simulator.agent_id()).query("How many?");
        let started = run.start().await.expect("it is found");
        assert_eq!(started.provenance(), Provenance::Adopted, "{fault:?}");
        assert_eq!(simulator.tasks().len(), 1);
    }
}

/// The id is all that a run needs of its receipt.
#[tokio::test(start_paused = true)]
async fn a_receipt_that_is_not_as_documented_is_one_all_the_same() {
    for fault in [
        Fault::receipt_without("status"),
        Fault::receipt_without("agent_id"),
        Fault::receipt_without("created_at"),
        Fault::receipt_without("message"),
        Fault::receipt_with("created_at", serde_json::json!("2026-01-01T10:00:00")),
        Fault::receipt_with("status", serde_json::json!(7)),
        Fault::receipt_with("surprise", serde_json::json!([1])),
    ] {
        let simulator = minute_simulator();
        let client = simulator.in_process_client().expect("a client");
        simulator.inject(fault.clone());
        let file = Upload::bytes("a.txt", "Total: 1");
        let run = client.run(simulator.agent_id()).file(file);
        let started = run.start().await.expect("a task");
        assert_eq!(started.provenance(), Provenance::Created, "{fault:?}");
        assert_eq!(simulator.requests().len(), 1, "{fault:?}");
        assert!(started.wait().await.expect("an end").is_completed());
    }
}

/// Only what HTTP defines as a refusal is one. Anything else may hide a task.
#[tokio::test(start_paused = true)]
async fn a_status_that_refuses_nothing_proves_nothing() {
    for status in [302, 307, 408, 418, 499, 500, 504, 600, 999] {
        let simulator = minute_simulator();
        let client = simulator.in_process_client().expect("a client");
        simulator.inject(Fault::status_after(status).on("run_agent").times(1));
        let run = client.run(simulator.agent_id()).query("How many?");
        let started = run.start().await.expect("it is found");
        assert_eq!(started.provenance(), Provenance::Adopted, "{status}");
        assert_eq!(simulator.tasks().len(), 1);
    }
    for status in [400, 401, 403, 404, 409, 413, 422] {
        let simulator = minute_simulator();
        let client = simulator.in_process_client().expect("a client");
        simulator.inject(Fault::status_before(status).on("run_agent"));
        let run = client.run(simulator.agent_id()).query("How many?");
        let error = run.start().await.expect_err("it is refused");
        assert!(matches!(error, RunError::NotStarted(_)), "{error}");
        assert_eq!(simulator.requests().len(), 1, "{status}");
    }
}

/// A simulator whose `Date` is ahead of the clock that dates its tasks.
fn ahead(seconds: i64) -> Simulator {
    Simulator::builder()
        .agent(minute_agent())
        .date_skew(seconds)
        .build()
}

/// The receipts of runs tell the clock of tasks, which decides.
#[tokio::test(start_paused = true)]
async fn a_date_that_contradicts_the_tasks_doubles_nothing() {
    for skew in [-3600, 3600] {
        for policy in [ReconcilePolicy::default(), unmarked()] {
            let simulator = ahead(skew);
            let client = simulator.in_process_client().expect("a client");
            let run = |query: &str| {
                let run = client.run(simulator.agent_id()).query(query);
                run.reconcile(policy.clone()).start()
            };
            run("How few?").await.expect("a task");
            simulator.inject(Fault::reset_after().on("run_agent").times(1));
            let started = run("How many?").await.expect("it is found");
            assert_eq!(started.provenance(), Provenance::Adopted, "{skew}");
            assert_eq!(simulator.tasks().len(), 2);
        }
    }
}

/// The first run of a client has no receipt to go by. The contradiction shows when it is sent
/// again, and its twin is found then.
#[tokio::test(start_paused = true)]
async fn the_first_run_finds_its_twin_where_dates_contradict() {
    let simulator = ahead(3600);
    let client = simulator.in_process_client().expect("a client");
    simulator.inject(Fault::reset_after().on("run_agent").times(1));
    let run = client.run(simulator.agent_id()).query("How many?");
    let started = run.start().await.expect("a task");
    let tasks = simulator.tasks();
    assert_eq!(tasks.len(), 2);
    assert_eq!(started.twins().found().len(), 1);
    assert_eq!(tasks[0].status, "stopped");
}

#[tokio::test(start_paused = true)]
async fn without_a_date_a_marker_or_a_text_decides_all_the_same() {
    for policy in [ReconcilePolicy::default(), unmarked()] {
        for has_receipt in [true, false] {
            let simulator = minute_simulator();
            let client = simulator.in_process_client().expect("a client");
            simulator.inject(Fault::no_date());
            let run = |query: &str| {
                let run = client.run(simulator.agent_id()).query(query);
                run.reconcile(policy.clone()).start()
            };
            if has_receipt {
                run("How few?").await.expect("a task");
            }
            simulator.inject(Fault::reset_after().on("run_agent").times(1));
            let started = run("How many?").await.expect("it is found");
            assert_eq!(started.provenance(), Provenance::Adopted);
            assert_eq!(simulator.tasks().len(), 1 + usize::from(has_receipt));
        }
    }
}

/// The error says why the list says nothing, and how often the run was sent.
#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_tells_its_reasons() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    simulator.inject(Fault::reset_before().on("run_agent"));
    let run = client.run(simulator.agent_id()).query("How many?");
    let error = run.start().await.expect_err("it is never answered");
    let RunError::OutcomeUnknown(unknown) = &error else {
        panic!("{error}");
    };
    assert_eq!(unknown.requests(), 3);
    assert_eq!(unknown.error().attempts(), 3);
    let text = error.to_string();
    assert!(
        text.contains("(may have reached the server, 3 attempts); it was sent 3 times"),
        "{text}"
    );
    assert!(unknown.probe_error().is_none(), "the last probe worked");

    simulator.inject(Fault::status_before(500).on("list_tasks"));
    let run = client.run(simulator.agent_id()).query("How many?");
    let error = run.start().await.expect_err("the list fails");
    assert!(
        error.to_string().contains("the list couldn't be probed: "),
        "{error}"
    );
}

/// The last probe fails, and what the others have seen isn't lost.
#[tokio::test(start_paused = true)]
async fn candidates_outlive_a_probe_that_fails() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    simulator.inject(Fault::reset_after().on("run_agent").times(1));
    let policy = unmarked().with_probes(2);
    let file = Upload::bytes("a.txt", "Total: 1");
    let run = client
        .run(simulator.agent_id())
        .file(file)
        .reconcile(policy);
    let (outcome, ()) = tokio::join!(run.start(), async {
        tokio::time::sleep(seconds(5)).await;
        simulator.inject(Fault::status_before(500).on("list_tasks"));
    });
    let Err(RunError::OutcomeUnknown(unknown)) = outcome else {
        panic!("files can't be compared: {outcome:?}");
    };
    assert_eq!(unknown.candidates().len(), 1);
}

/// A stranger's task with the same text is no match while the run's own can't be read.
#[tokio::test(start_paused = true)]
async fn a_lone_match_among_tasks_that_cannot_be_read_is_not_adopted() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    simulator.inject(Fault::lookalike_after().on("run_agent").times(1));
    simulator.inject(Fault::reset_after().on("run_agent").times(1));
    // The first task on the list is the run's own: all attempts to read it fail at first.
    simulator.inject(Fault::status_before(500).on("list_task_messages").times(5));
    let run = client.run(simulator.agent_id()).query("How many?");
    let outcome = run.reconcile(unmarked()).start().await;
    let tasks = simulator.tasks();
    assert_eq!(tasks.len(), 2);
    match outcome {
        Ok(started) => assert_eq!(*started.task_id().as_uuid(), tasks[0].id),
        Err(RunError::OutcomeUnknown(unknown)) => assert_eq!(unknown.candidates().len(), 2),
        Err(error) => panic!("{error}"),
    }
}

/// 60 runs that look alike, a quarter of whose replies are lost, don't wait for each other.
#[tokio::test(start_paused = true)]
async fn runs_with_files_that_look_alike_settle_in_seconds() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    simulator.inject(Fault::reset_after().on("run_agent").chance(0.25));
    let start = tokio::time::Instant::now();
    let runs = (0..60).map(|number: u32| {
        let file = Upload::bytes("a.txt", number.to_string());
        client
            .run(simulator.agent_id())
            .query("Extract.")
            .file(file)
            .start()
    });
    let started = futures_util::future::join_all(runs).await;
    let mut tasks: Vec<_> = started
        .into_iter()
        .map(|started| started.expect("a task").task_id())
        .collect();
    tasks.sort();
    tasks.dedup();
    assert_eq!(tasks.len(), 60);
    assert_eq!(simulator.tasks().len(), 60);
    assert!(start.elapsed() < seconds(10), "{:?}", start.elapsed());
}

/// The messages of others' tasks are read only where they decide, and once for all runs in doubt.
#[tokio::test(start_paused = true)]
async fn messages_of_others_are_read_only_before_a_run_is_sent_again() {
    let simulator = minute_simulator();
    let agent_id = simulator.agent_id();
    let [client, other] = [(); 2].map(|()| simulator.in_process_client().expect("a client"));
    let first = client.run(agent_id).query("How many?");
    first.start().await.expect("a task");
    for number in 0..10 {
        let run = other.run(agent_id).query(format!("Number {number}"));
        run.start().await.expect("a task");
    }

    simulator.inject(Fault::reset_after().on("run_agent").times(1));
    let adopted = client.run(agent_id).query("How few?").start().await;
    let adopted = adopted.expect("its task");
    assert_eq!(adopted.provenance(), Provenance::Adopted);
    assert_eq!(simulator.count("list_task_messages"), 1);

    simulator.inject(Fault::reset_before().on("run_agent").times(2));
    let runs = ["How large?", "How small?"].map(|query| client.run(agent_id).query(query));
    let starts = [0, 1].into_iter().zip(runs).map(|(delay, run)| async move {
        tokio::time::sleep(seconds(delay)).await;
        run.start().await.expect("a task").provenance()
    });
    let found = futures_util::future::join_all(starts).await;
    assert_eq!(found, [Provenance::Created; 2]);
    assert_eq!(simulator.count("run_agent"), 14 + 2);
    assert_eq!(simulator.count("list_task_messages"), 1 + 10);
}

/// A reading of the server's clock that is old says little: a machine's own clock drifts, or stands
/// still while it sleeps. One probe alone has to be right.
#[tokio::test(start_paused = true)]
async fn the_time_is_asked_for_where_the_last_reading_is_old() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    simulator.inject(Fault::date_off(3600).on("list_agents").times(1));
    client.list_agents().send().await.expect("a wrong time");
    tokio::time::sleep(seconds(700)).await;
    simulator.inject(Fault::reset_after().on("run_agent").times(1));
    let policy = ReconcilePolicy::default()
        .with_probes_before_resend(1)
        .with_resend_after_interruption(seconds(2));
    let run = client.run(simulator.agent_id()).query("How many?");
    let started = run.reconcile(policy).start().await.expect("its task");
    assert_eq!(started.provenance(), Provenance::Adopted);
    assert_eq!(simulator.tasks().len(), 1);
}
