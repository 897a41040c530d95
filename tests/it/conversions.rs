//! What a hand writes without looking it up: it compiles, and means what it seems to.

use futures_util::future::join_all;
use nanonets_agents::{
    TaskRef,
    prelude::*,
    run::Started,
    simulator::{AgentSpec, Fault, Script, Simulator},
    types::TaskStatus,
    wait::{Question, Reply},
};
use support::stage::seconds;

#[tokio::test(start_paused = true)]
async fn a_task_is_named_by_all_that_names_one() {
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    let run = client.run(simulator.agent_id()).query("How many?");
    let started = run.start().await.expect("a task");
    let id = started.task_id();
    let task = started.fetch().await.expect("a task");
    let listed = client.list_tasks().send().await.expect("a list");
    let text = id.to_string();
    for handle in [
        client.task(id),
        client.task(*id.as_uuid()),
        client.task(started.task_ref()),
        client.task(started.task_ref().clone()),
        client.task(&started),
        client.task(started.handle()),
        client.task(&task),
        client.task(&listed.data[0]),
        client.task(text.as_str()).expect("an id"),
        client.task(&text).expect("an id"),
        client.task(text.clone()).expect("an id"),
    ] {
        assert_eq!(handle.task_id(), id);
    }
    let error = client.task("").expect_err("it isn't one");
    assert_eq!(error.to_string(), r#"the task id "" is not a UUID"#);
}

#[tokio::test(start_paused = true)]
async fn waits_are_joined_spawned_and_waited_for_together() {
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    let mut started: Vec<Started> = Vec::new();
    for _ in 0..3 {
        let run = client.run(simulator.agent_id()).query("How many?");
        started.push(run.start().await.expect("a task"));
    }
    let ends = join_all(started.iter().map(|one| one.wait())).await;
    assert!(ends.iter().all(|end| end.is_ok()));
    let spawned = tokio::spawn(started[0].wait());
    let end = spawned.await.expect("no panic").expect("an end");
    assert!(end.is_completed());
    let ids = started.iter().map(|one| one.task_id());
    for many in [
        client.wait_many(&started),
        client.wait_many(ids),
        client.wait_many(started.iter().map(TaskRef::from)),
        client.wait_many(started),
    ] {
        let ends: Vec<_> = futures_util::StreamExt::collect(many.stream()).await;
        assert_eq!(ends.len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_answers_questions_and_shows_its_status() {
    let agent = AgentSpec::new("Asks").script(Script::empty().ask("Net or gross?"));
    let simulator = Simulator::builder().agent(agent).build();
    let client = simulator.in_process_client().expect("a client");
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let statuses = seen.clone();
    let run = client
        .run(simulator.agent_id())
        .query("Total?")
        .on_status(move |update| {
            statuses
                .lock()
                .expect("no panic")
                .push(update.status.clone())
        })
        .on_input(|question: Question| async move { format!("to {question}: gross") });
    let answer = run.await.expect("an answer");
    assert!(answer.finished().is_completed());
    let task = client.task(answer.task_ref());
    let messages = task.fetch_messages().await.expect("messages");
    let texts: Vec<_> = messages.iter().filter_map(|one| one.text()).collect();
    assert!(
        texts.contains(&"to Net or gross?: gross".to_owned()),
        "{texts:?}"
    );
    let seen = seen.lock().expect("no panic");
    assert_eq!(seen.last(), Some(&TaskStatus::Completed), "{seen:?}");
    assert!(seen.contains(&TaskStatus::WaitingForInput), "{seen:?}");
    assert_eq!(Reply::from("yes"), Reply::text("yes"));
}

/// The browser has gone away, and the handler of the web server with it.
#[tokio::test(start_paused = true)]
async fn a_dropped_run_cancels_its_task_if_it_is_told_to() {
    let slow = Script::empty().running(seconds(600.0));
    let agent = AgentSpec::new("Slow").script(slow);
    for (is_told, expected) in [(true, "stopped"), (false, "running")] {
        let simulator = Simulator::builder().agent(agent.clone()).build();
        let client = simulator.in_process_client().expect("a client");
        let run = client.run(simulator.agent_id()).query("Total?");
        let run = run.cancel_on_drop(is_told);
        let end = tokio::time::timeout(seconds(10.0), run).await;
        end.expect_err("it takes ten minutes");
        tokio::time::sleep(seconds(5.0)).await;
        assert_eq!(simulator.tasks()[0].status, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_dropped_before_its_first_poll_cancels_too() {
    let slow = Script::empty().running(seconds(600.0));
    let simulator = Simulator::builder()
        .agent(AgentSpec::new("Slow").script(slow))
        .build();
    let client = simulator.in_process_client().expect("a client");
    let run = client.run(simulator.agent_id()).query("Total?");
    let started = run.start().await.expect("a task");
    drop(started.wait().cancel_on_drop(true).cancel_on_drop(false));
    tokio::time::sleep(seconds(5.0)).await;
    assert_ne!(simulator.tasks()[0].status, "stopped");
    drop(started.wait().cancel_on_drop(true));
    tokio::time::sleep(seconds(5.0)).await;
    assert_eq!(simulator.tasks()[0].status, "stopped");
}

/// A path, and not the content: a mistake of one for the other is told before anything is sent.
#[tokio::test(start_paused = true)]
async fn a_text_as_a_file_is_its_path() {
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    let run = || client.run(simulator.agent_id());
    run().file("Cargo.toml").start().await.expect("a task");
    let task = simulator.tasks().remove(0);
    assert_eq!(task.run.files[0].name, "Cargo.toml");
    let error = run().file("2 chairs at 90.00").start().await;
    let error = error.expect_err("there is no such file").to_string();
    assert!(error.contains("2 chairs at 90.00"), "{error}");
    assert_eq!(simulator.count("run_agent"), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_printed_is_short_and_a_status_compares_with_its_text() {
    let agent = AgentSpec::new("Fails").script(Script::empty().fail("no invoice"));
    let simulator = Simulator::builder().agent(agent).build();
    let client = simulator.in_process_client().expect("a client");
    let run = client.run(simulator.agent_id()).query("Total?");
    let error = run.await.expect_err("it fails");
    let shown = format!("{error:?}");
    assert!(shown.len() < 500 && !shown.contains("Transport"), "{shown}");
    let task = client.task(error.task_ref().expect("a task"));
    let status = task.fetch().await.expect("a task").status;
    assert!(status == "failed" && status == *"failed" && status != "completed");
    assert_eq!(format!("[{status:<8}]"), "[failed  ]");

    simulator.inject(Fault::html_error_page());
    let error = client.list_agents().send().await;
    let text = error.expect_err("a page").to_string();
    assert!(
        text.contains("502 Bad Gateway") && !text.contains('<'),
        "{text}"
    );
}
