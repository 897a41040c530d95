//! Runs that were sent twice: their twins are told on every path, or cancelled.

use std::time::Duration;

use nanonets_agents::{
    ledger::{LedgerErrorKind, MemoryLedger},
    prelude::*,
    run::{OnLateTwin, Provenance, ReconcilePolicy, RunError, Started},
    simulator::{AgentSpec, Fault, Script, Simulator},
    wait::WaitError,
};
use support::stage::{minute_simulator, seconds, with_script};

use crate::ledger::stage::Stage;

fn unmarked() -> ReconcilePolicy {
    ReconcilePolicy::default().with_marker(false)
}

/// The list that a replica shows that is far behind.
fn empty_list() -> Fault {
    let nothing = r#"{"data":[],"has_more":false,"next_cursor":null}"#;
    Fault::reply(200, "application/json", nothing).on("list_tasks")
}

/// A simulator that loses the reply of the first run, and lists nothing until it was sent again.
fn hidden() -> Simulator {
    let simulator = minute_simulator();
    hide(&simulator);
    simulator
}

fn hide(simulator: &Simulator) {
    simulator.inject(Fault::reset_after().on("run_agent").times(1));
    // The probes after 2 and 15 s, of which the second is late enough; and the list that tells the
    // time.
    simulator.inject(empty_list().times(3));
}

fn running(simulator: &Simulator) -> Vec<uuid::Uuid> {
    let tasks = simulator.tasks().into_iter();
    let running = tasks.filter(|task| task.status != "stopped");
    running.map(|task| task.id).collect()
}

/// Returns the ids of the twins, and whether each is certain and was cancelled.
fn twins(started: &Started) -> Vec<(uuid::Uuid, bool, bool)> {
    let found = started.twins().found().iter();
    found
        .map(|twin| {
            (
                *twin.task_id().as_uuid(),
                twin.is_certain(),
                twin.is_cancelled(),
            )
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_twin_of_a_run_with_files_is_named_and_cancelled_where_it_is_certain() {
    for (policy, is_certain) in [
        (ReconcilePolicy::default(), true),
        (unmarked(), false),
        (unmarked().with_sole_writer(true), true),
    ] {
        let simulator = hidden();
        let client = simulator.in_process_client().expect("a client");
        let file = Upload::bytes("a.txt", "Total: 1");
        let run = client
            .run(simulator.agent_id())
            .query("Extract.")
            .file(file);
        let started = run.reconcile(policy).start().await.expect("a task");
        let tasks = simulator.tasks();
        assert_eq!(tasks.len(), 2);
        assert_eq!(started.task_id(), tasks[1].id);
        assert_eq!(twins(&started), [(tasks[0].id, is_certain, is_certain)]);
        assert_eq!(running(&simulator).len(), 2 - usize::from(is_certain));
    }
}

/// The list fails for as long as the outage lasts that has made the twin.
#[tokio::test(start_paused = true)]
async fn twins_that_cannot_be_looked_for_are_unknown_until_the_task_ends() {
    let simulator = hidden();
    let client = simulator.in_process_client().expect("a client");
    let run = client.run(simulator.agent_id()).query("How many?").start();
    let (started, ()) = tokio::join!(run, async {
        tokio::time::sleep(seconds(16)).await;
        simulator.inject(Fault::status_before(500).on("list_tasks"));
    });
    let started = started.expect("its task is known");
    let twins = started.twins();
    assert!(twins.found().is_empty() && twins.is_open());
    let error = twins.error().expect("the list fails");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(500));

    // Each end of a wait looks again, until a look works.
    let finished = started.wait().await.expect("an end");
    assert!(finished.twins().error().is_some() && finished.twins().is_open());
    simulator.clear_faults();
    let finished = started.wait().await.expect("an end");
    assert_eq!(finished.twins().found().len(), 1);
    assert!(!finished.twins().is_open());
}

/// The first request is carried out when its caller has its task already.
fn late(simulator: &Simulator, delay: f64) {
    let late = Fault::late_after_reset(seconds(delay));
    simulator.inject(late.on("run_agent").times(1));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_carried_out_late_is_found_when_the_task_ends() {
    let long = AgentSpec::new("Long").script(Script::empty().running(seconds(300)));
    let simulator = Simulator::builder().agent(long).build();
    let client = simulator.in_process_client().expect("a client");
    late(&simulator, 100.0);
    let run = client.run(simulator.agent_id()).query("How many?");
    let started = run.start().await.expect("a task");
    assert!(started.twins().is_open(), "it may still come");
    assert_eq!(simulator.tasks().len(), 1);
    let lists = simulator.count("list_tasks");

    let finished = started.wait().await.expect("an end");
    let [twin] = finished.twins().found() else {
        panic!("{:?}", finished.twins());
    };
    assert_eq!(*twin.task_id().as_uuid(), simulator.tasks()[1].id);
    assert!(twin.is_certain() && twin.is_cancelled() && !finished.twins().is_open());
    assert_eq!(simulator.count("list_tasks"), lists + 1, "one request");
    // It isn't looked for again.
    let again = started.wait().await.expect("an end");
    assert!(again.twins().found().is_empty());
    assert_eq!(simulator.count("list_tasks"), lists + 1);
}

#[tokio::test(start_paused = true)]
async fn waits_for_many_take_the_last_look_as_well() {
    use futures_util::StreamExt;
    let long = AgentSpec::new("Long").script(Script::empty().running(seconds(300)));
    let simulator = Simulator::builder().agent(long).build();
    let client = simulator.in_process_client().expect("a client");
    late(&simulator, 100.0);
    let run = client.run(simulator.agent_id()).query("How many?");
    let started = run.start().await.expect("a task");
    let ends: Vec<_> = client
        .wait_many([started.task_ref()])
        .stream()
        .collect()
        .await;
    let finished = ends.into_iter().next().expect("one").expect("an end");
    assert_eq!(finished.twins().found().len(), 1);
}

/// A look that takes long, as in an outage, holds no other end back.
#[tokio::test(start_paused = true)]
async fn a_slow_last_look_delays_only_its_own_task() {
    use futures_util::StreamExt;
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    let run = |query: &str| client.run(simulator.agent_id()).query(query).start();
    simulator.inject(Fault::reset_before().on("run_agent").times(1));
    let doubtful = run("How many?").await.expect("a task");
    assert!(doubtful.twins().is_open());
    let other = run("How few?").await.expect("a task");
    let tasks = [doubtful.task_ref(), other.task_ref()];
    let ends = client
        .wait_many(tasks)
        .stream()
        .map(|end| end.expect("an end"));
    let (ends, ()) = tokio::join!(ends.collect::<Vec<_>>(), async {
        // Both are waited for by polls, and the list is left to the look.
        tokio::time::sleep(seconds(50)).await;
        simulator.inject(Fault::delay(seconds(300)).on("list_tasks"));
    });
    let order: Vec<_> = ends.iter().map(|end| end.task_ref()).collect();
    assert_eq!(order, [other.task_ref(), doubtful.task_ref()]);
    assert!(ends[1].twins().error().is_some(), "the look took too long");
}

#[tokio::test(start_paused = true)]
async fn an_awaited_run_tells_of_its_twins() {
    let simulator = hidden();
    let client = simulator.in_process_client().expect("a client");
    let answer = client
        .run(simulator.agent_id())
        .query("How many?")
        .await
        .expect("an answer");
    assert_eq!(answer.twins().found().len(), 1);

    let simulator = hidden();
    let client = simulator.in_process_client().expect("a client");
    let run = client.run(simulator.agent_id()).query("How many?");
    let answer = run.output::<serde_json::Value>().await.expect("an answer");
    assert_eq!(answer.twins().found().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn errors_of_an_awaited_run_tell_of_its_twins() {
    let run = |simulator: &Simulator| {
        hide(simulator);
        let client = simulator.in_process_client().expect("a client");
        client
            .run(simulator.agent_id())
            .query("How many?")
            .deadline(seconds(100))
    };
    let (simulator, _) = with_script(Script::empty().running(seconds(3600)));
    let error = run(&simulator).await.expect_err("it takes an hour");
    let is_deadline = matches!(
        &error,
        RunError::Wait {
            error: WaitError::Deadline(_),
            ..
        }
    );
    assert!(is_deadline, "{error}");
    assert_eq!(error.twins().expect("there is a task").found().len(), 1);

    let (simulator, _) = with_script(Script::empty().running(seconds(60)).fail("Damaged"));
    let error = run(&simulator).await.expect_err("it fails");
    assert!(matches!(error, RunError::NotCompleted(_)), "{error}");
    assert_eq!(error.twins().expect("there is a task").found().len(), 1);

    let (simulator, _) = with_script(Script::empty().running(seconds(60)));
    simulator.inject(Fault::status_before(400).on("get_task_summary"));
    let error = run(&simulator)
        .await
        .expect_err("the summary can't be read");
    assert!(matches!(error, RunError::Answer { .. }), "{error}");
    assert_eq!(error.twins().expect("there is a task").found().len(), 1);

    let (simulator, _) = with_script(Script::empty().running(seconds(60)));
    let error = run(&simulator)
        .output::<std::collections::BTreeMap<String, u32>>()
        .await
        .expect_err("it holds texts");
    assert!(matches!(error, RunError::Output { .. }), "{error}");
    assert_eq!(error.twins().expect("there is a task").found().len(), 1);
}

/// The lease, the ledger and the caller know nothing of a twin that can't be told for certain.
#[tokio::test(start_paused = true)]
async fn the_twins_of_a_key_outlive_the_process() {
    let ledger = std::sync::Arc::new(MemoryLedger::new());
    let long = AgentSpec::new("Long").script(Script::empty().running(seconds(300)));
    let simulator = Simulator::builder().agent(long).build();
    let client = || {
        Client::builder()
            .api_key(simulator.key())
            .in_process(simulator.service())
            .ledger(ledger.clone())
            .build()
            .expect("a client")
    };
    let run = |client: &Client| client.run(simulator.agent_id()).query("How many?").key("a");
    late(&simulator, 100.0);
    let started = run(&client()).start().await.expect("a task");
    assert!(started.twins().is_open());

    // The process has died; another one waits for its task.
    let next = run(&client()).start().await.expect("the same");
    assert_eq!(next.provenance(), Provenance::Recorded);
    assert_eq!(next.task_id(), started.task_id());
    assert!(next.twins().is_open(), "the ledger knows");
    let finished = next.wait().await.expect("an end");
    assert_eq!(finished.twins().found().len(), 1);
    assert_eq!(running(&simulator).len(), 1);

    // What it has found is in the ledger.
    let last = run(&client()).start().await.expect("the same");
    assert_eq!(last.twins().found().len(), 1);
    // How many requests there were isn't known to it, but when they are past.
    assert!(last.twins().is_open());
    tokio::time::sleep(seconds(600)).await;
    let finished = last.wait().await.expect("an end");
    assert!(!finished.twins().is_open());
}

#[tokio::test(start_paused = true)]
async fn a_twin_is_told_where_the_ledger_cannot_record_the_task() {
    let stage = Stage::new("untold", hidden());
    let simulator = &stage.simulator;
    stage.refuse_tasks();
    let error = stage.run().start().await.expect_err("it isn't recorded");
    let RunError::NotRecorded {
        task,
        error: ledger_error,
        ..
    } = &error
    else {
        panic!("{error}");
    };
    assert_eq!(ledger_error.kind(), LedgerErrorKind::Unavailable);
    assert_eq!(*task.task_id().as_uuid(), simulator.tasks()[1].id);
    assert_eq!(error.twins().expect("there is a task").found().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_policy_can_have_twins_reported_alone() {
    let simulator = hidden();
    let client = simulator.in_process_client().expect("a client");
    let run = client.run(simulator.agent_id()).query("How many?");
    let policy = ReconcilePolicy::default().with_late_twin(OnLateTwin::Report);
    let started = run.reconcile(policy).start().await.expect("a task");
    assert_eq!(twins(&started), [(simulator.tasks()[0].id, true, false)]);
    assert_eq!(running(&simulator).len(), 2);
}

/// A run is sent again only when the server had the time that the failure asks for.
#[tokio::test(start_paused = true)]
async fn how_late_a_request_may_be_carried_out_depends_on_what_was_seen() {
    for (fault, longest) in [
        (Fault::late_after_reset as fn(Duration) -> Fault, 15.0),
        (|delay| Fault::late_after_status(503, delay), 15.0),
        (|delay| Fault::late_after_status(504, delay), 60.0),
        // The client waits for an answer for 30 s first.
        (Fault::late_after_silence, 90.0),
    ] {
        let simulator = minute_simulator();
        let client = simulator.in_process_client().expect("a client");
        let late = fault(seconds(longest));
        simulator.inject(late.on("run_agent").times(1));
        let run = client.run(simulator.agent_id()).query("How many?");
        let started = run.start().await.expect("a task");
        assert_eq!(started.provenance(), Provenance::Adopted, "{longest}");
        assert_eq!(simulator.tasks().len(), 1);
    }
}
