//! What is refused, and what has no clear answer, without reconciliation.

use nanonets_agents::{
    prelude::*,
    run::{ReconcilePolicy, RunError},
    simulator::{AgentSpec, Fault, Script},
    types::TaskStatus,
};
use support::stage::{seconds, with_agent};
use tokio::time::Instant;

/// What the server may do to a run, whether a task exists afterwards, and what the caller must be
/// told.
#[tokio::test(start_paused = true)]
async fn without_reconciliation_an_unclear_start_is_reported_and_never_sent_again() {
    for (fault, tasks) in [
        (Fault::status_before(500), 0),
        (Fault::status_before(503), 0),
        (Fault::status_before(408), 0),
        (Fault::status_after(500), 1),
        (Fault::reset_before(), 0),
        (Fault::reset_after(), 1),
        (Fault::html_error_page(), 0),
        (Fault::cut_body(10), 1),
        (Fault::reply(200, "application/json", ""), 0),
        (Fault::reply(200, "text/html", "<html></html>"), 0),
        (
            Fault::reply(200, "application/json", r#"{"task_id": 7}"#),
            0,
        ),
        (Fault::delay(seconds(31)), 1),
    ] {
        for has_file in [false, true] {
            let (simulator, client) = with_agent(AgentSpec::default());
            simulator.inject(fault.clone().on("run_agent"));
            let run = client.run(simulator.agent_id()).query("Hi");
            let mut run = run.reconcile(ReconcilePolicy::off());
            if has_file {
                run = run.file(Upload::bytes("a.txt", "abc"));
            }
            let error = run.start().await.expect_err("there is no clear answer");
            let RunError::OutcomeUnknown(unknown) = error else {
                panic!("{fault:?}: {error}")
            };
            assert_eq!(unknown.agent_id(), simulator.agent_id());
            assert!(
                unknown.to_string().contains("list its tasks created since"),
                "{unknown}"
            );
            assert_eq!(unknown.error().attempts(), 1, "{fault:?}");
            assert_eq!(simulator.count("run_agent"), 1, "{fault:?}");
            assert_eq!(simulator.tasks().len(), tasks, "{fault:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_not_started_is_sent_again_or_reported_as_such() {
    // Files are opened anew for each sending.
    for upload in [None, Some("path"), Some("bytes")] {
        let (simulator, client) = with_agent(AgentSpec::default());
        simulator.inject(Fault::too_many_requests(Some("7")).on("run_agent").times(2));
        let mut run = client.run(simulator.agent_id()).query("Hi");
        match upload {
            Some("path") => run = run.file(Upload::path("examples/data/invoice.pdf")),
            Some(_) => run = run.file(Upload::bytes("a.txt", "abc")),
            None => (),
        }
        let start = Instant::now();
        run.start().await.expect("a task");
        assert!(start.elapsed() >= seconds(14), "{:?}", start.elapsed());
        assert_eq!(
            (simulator.count("run_agent"), simulator.tasks().len()),
            (3, 1)
        );
    }

    let (simulator, client) = with_agent(AgentSpec::default());
    simulator.inject(Fault::too_many_requests(Some("1")).on("run_agent"));
    let error = client
        .run(simulator.agent_id())
        .query("Hi")
        .start()
        .await
        .expect_err("429");
    let RunError::NotStarted(error) = error else {
        panic!("{error}")
    };
    assert_eq!(
        (
            error.attempts(),
            error.status().map(|status| status.as_u16())
        ),
        (5, Some(429))
    );
}

#[tokio::test(start_paused = true)]
async fn tasks_beyond_the_agents_limit_are_queued_and_done_in_turn() {
    let agent = AgentSpec::new("One at a time").concurrency(1);
    let (simulator, client) = with_agent(agent.script(Script::empty().running(seconds(10))));
    let run = || client.run(simulator.agent_id()).query("Hi").start();
    let (first, second, third) = (
        run().await.expect("a task"),
        run().await.expect("a task"),
        run().await.expect("a task"),
    );
    assert_eq!(
        second.handle().fetch().await.expect("a state").status,
        TaskStatus::Queued
    );
    third.handle().cancel().await.expect("a state");
    assert!(second.wait().await.expect("an end").is_completed());
    let first = first.handle().fetch().await.expect("a state");
    assert_eq!(first.status, TaskStatus::Completed);
    assert_eq!(
        third.wait().await.expect("an end").status(),
        &TaskStatus::Stopped
    );
}
