//! Runs that look alike, of one client and without markers.

use nanonets_agents::{
    ErrorKind,
    prelude::*,
    run::{Provenance, ReconcilePolicy, RunError},
    simulator::{Fault, Simulator},
};
use support::stage::{minute_simulator, seconds};

fn client(simulator: &Simulator, policy: ReconcilePolicy) -> Client {
    Client::builder()
        .api_key(simulator.key())
        .in_process(simulator.service())
        .reconcile(policy.with_marker(false))
        .build()
        .expect("a client")
}

/// Two runs with one text that want different outputs: neither takes the other's task.
#[tokio::test(start_paused = true)]
async fn runs_that_want_different_outputs_do_not_swap_their_tasks() {
    for is_marked in [false, true] {
        let simulator = minute_simulator();
        let client = client(&simulator, ReconcilePolicy::default());
        simulator.inject(Fault::delay(seconds(40)).on("run_agent").times(1));
        let run = |name: &str| {
            let schema = serde_json::json!({"type": "object", "title": name});
            let policy = ReconcilePolicy::default().with_marker(is_marked);
            let run = client
                .run(simulator.agent_id())
                .query("Same")
                .output_schema(&schema);
            run.reconcile(policy).start()
        };
        let (first, second) = tokio::join!(run("first"), async {
            tokio::time::sleep(seconds(1)).await;
            simulator.inject(Fault::status_after(500).on("run_agent").times(1));
            run("second").await
        });
        assert_eq!(simulator.tasks().len(), 2);
        for (outcome, name) in [(first, "first"), (second, "second")] {
            match outcome {
                Ok(started) => {
                    let tasks = simulator.tasks().into_iter();
                    let mut own = tasks.filter(|task| started.task_id() == task.id);
                    let config = own.next().expect("it is there").run.output_config;
                    let config = config.expect("it was sent").to_string();
                    assert!(config.contains(name), "{name} has the task of {config}");
                }
                Err(RunError::OutcomeUnknown(unknown)) if !is_marked => {
                    assert!(!unknown.candidates().is_empty());
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
}

/// A run that waits to be sent is no other writer: it can't have started the task.
#[tokio::test(start_paused = true)]
async fn a_sole_writer_adopts_while_others_wait() {
    let simulator = minute_simulator();
    let client = client(
        &simulator,
        ReconcilePolicy::default().with_sole_writer(true),
    );
    let run = |text: &'static str| {
        let file = Upload::bytes("a.txt", text);
        client
            .run(simulator.agent_id())
            .query("Extract.")
            .file(file)
            .start()
    };
    simulator.inject(Fault::status_after(502).on("run_agent").times(1));
    let start = tokio::time::Instant::now();
    let (first, second) = tokio::join!(run("1"), async {
        tokio::time::sleep(seconds(1)).await;
        run("2").await
    });
    let first = first.expect("a task");
    assert_eq!(first.provenance(), Provenance::Adopted);
    assert_ne!(first.task_id(), second.expect("a task").task_id());
    assert_eq!(simulator.tasks().len(), 2);
    assert!(start.elapsed() < seconds(5), "{:?}", start.elapsed());
}

/// A run in doubt that isn't polled any more doesn't hold the next ones up for ever.
#[tokio::test(start_paused = true)]
async fn a_run_that_waits_for_a_forgotten_one_is_not_started() {
    let simulator = minute_simulator();
    let client = client(&simulator, ReconcilePolicy::default());
    let run = || client.run(simulator.agent_id()).query("Same").start();
    simulator.inject(Fault::reset_before().on("run_agent").times(1));
    let mut forgotten = Box::pin(run());
    let polled = tokio::time::timeout(seconds(3), &mut forgotten).await;
    polled.expect_err("it is in doubt");
    let second = tokio::time::timeout(seconds(3600), run()).await;
    let error = second.expect("it ends").expect_err("it may not be sent");
    let RunError::NotStarted(error) = error else {
        panic!("{error}");
    };
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(simulator.count("run_agent"), 1);
    forgotten.await.expect("a task");
}

/// The candidates that one caller was told of aren't given to another one in silence.
#[tokio::test(start_paused = true)]
async fn a_candidate_is_not_adopted_by_the_next_run() {
    let simulator = minute_simulator();
    let client = client(&simulator, ReconcilePolicy::default());
    let run = |name: &str| {
        let run = client.run(simulator.agent_id()).query("Same");
        run.extra_field("name", name).start()
    };
    simulator.inject(Fault::lookalike().on("run_agent").times(1));
    simulator.inject(Fault::reset_before().on("run_agent").times(2));
    let first = run("first").await;
    // A task with its text is there, and it can't know that it is a stranger's.
    let first = first.expect("it is adopted");
    assert_eq!(first.provenance(), Provenance::Adopted);
    let second = run("second").await.expect("it is sent again");
    assert_eq!(second.provenance(), Provenance::Created);
    assert_ne!(first.task_id(), second.task_id());
}
