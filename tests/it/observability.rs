//! What runs and waits tell to a subscriber of `tracing`.

use futures_util::StreamExt;
use nanonets_agents::{
    prelude::*,
    simulator::{Fault, Script},
    wait::Reply,
};
use support::{
    logs::Logs,
    stage::{minute_simulator, seconds, start_many, start_one, with_script},
};
use tokio::time::sleep;

/// Collects the events of this thread while it lives.
fn listen() -> (Logs, tracing::subscriber::DefaultGuard) {
    let logs = Logs::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(logs.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    (logs, guard)
}

#[tokio::test(start_paused = true)]
async fn ends_failures_and_answers_of_waits_are_told_without_what_was_said() {
    let (logs, _guard) = listen();
    let told = |event: &str| logs.text().matches(event).count();
    let script = Script::empty().ask("Which secret?").running(seconds(5));
    let (simulator, client) = with_script(script);

    let started = start_one(&simulator, &client).await;
    started.wait().await.expect_err("it asks");
    assert_eq!(told(r#"waiting failed task_id="#), 1, "{}", logs.text());
    assert_eq!(told(r#"reason="needs_input""#), 1);

    simulator.inject(Fault::status_before(500).on("get_task").times(6));
    simulator.inject(Fault::reset_after().on("send_task_message").times(1));
    let wait = started
        .wait()
        .on_input(|_| async { Reply::text("this one") });
    wait.await.expect("an end");
    assert_eq!(told("answering task_id="), 1);
    assert_eq!(told("answer unclear task_id="), 1);
    assert!(told("poll failed task_id=") > 0);
    assert_eq!(told("ended task_id="), 1, "{}", logs.text());
    assert_eq!(told("status=completed"), 1);

    let started = start_one(&simulator, &client).await;
    let task = started.handle().clone();
    let wait = client.wait_many([started.task_id()]).on_input(move |_| {
        let task = task.clone();
        async move {
            sleep(seconds(2)).await;
            task.send_message("by hand").await.expect("a receipt");
            Reply::text("this one")
        }
    });
    let ends: Vec<_> = wait.stream().collect().await;
    assert_eq!(ends.len(), 1);
    assert_eq!(told("answer dropped task_id="), 1);
    assert_eq!(told("ended task_id="), 2);
    for text in ["secret", "this one", "by hand"] {
        assert_eq!(told(text), 0, "{}", logs.text());
    }
}

#[tokio::test(start_paused = true)]
async fn probes_sweeps_and_calls_of_the_ledger_are_told_within_their_spans() {
    let (logs, _guard) = listen();
    let told = |event: &str| logs.text().matches(event).count();
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    simulator.inject(Fault::reset_after().on("run_agent").times(1));
    simulator.inject(Fault::status_before(400).on("list_tasks").times(1));
    let run = client.run(simulator.agent_id()).query("secret query");
    run.key("secret-key").start().await.expect("its task");
    let agent_id = simulator.agent_id();
    let run = format!("nanonets_agents.run{{agent_id={agent_id}}}");
    let in_run = |event: &str| {
        let lines = logs.text();
        let lines = lines.lines().filter(|line| line.contains(&run));
        lines.filter(|line| line.contains(event)).count()
    };
    assert_eq!(in_run("probe failed"), 1, "{}", logs.text());
    assert_eq!(in_run("matches=1 candidates=1"), 1, "{}", logs.text());
    assert_eq!(in_run(r#"method="claim""#), 1);
    assert_eq!(in_run(r#"method="record_task""#), 1);

    let tasks = start_many(&simulator, &client, 200).await;
    simulator.inject(Fault::status_before(503).on("list_tasks").times(1));
    let ends: Vec<_> = client.wait_many(tasks).stream().collect().await;
    assert_eq!(ends.len(), 200);
    let sweep = r#"nanonets_agents.sweep{tasks=200 list="live"}"#;
    assert!(told(sweep) > 0, "{}", logs.text());
    assert_eq!(told("ended task_id="), 200);
    assert_eq!(told("secret"), 0, "{}", logs.text());
}
