//! Answers in the user's own types: from a run, a started task, an end, a handle, a recorded key.

use futures_util::TryStreamExt;
use nanonets_agents::{
    ErrorKind,
    output::OutputError,
    prelude::*,
    run::{Provenance, RunError},
    simulator::{AgentSpec, Fault, Script, Simulator},
    wait::WaitError,
};
use serde_json::{Value, json};
use support::stage::seconds;

#[derive(Debug, PartialEq, serde::Deserialize, schemars::JsonSchema)]
struct Invoice {
    number: String,
    lines: Vec<Line>,
}

#[derive(Debug, PartialEq, serde::Deserialize, schemars::JsonSchema)]
struct Line {
    price: f64,
}

fn answering(answer: &Value) -> (Simulator, Client) {
    let script = Script::empty().complete(answer.clone());
    let agent = AgentSpec::new("Invoices").script(script);
    let simulator = Simulator::builder().agent(agent).build();
    let client = simulator.in_process_client().expect("a client");
    (simulator, client)
}

fn fitting() -> Value {
    json!({"number": "A-17", "lines": [{"price": 180.0}]})
}

#[tokio::test(start_paused = true)]
async fn every_way_to_an_answer_gives_the_type_for_one_request() {
    let (simulator, client) = answering(&fitting());
    let run = || client.run(simulator.agent_id()).query("Read it.");
    let expected: Invoice = serde_json::from_value(fitting()).expect("it fits");
    let fetched = || simulator.count("get_task_summary");

    let answer = run().output::<Invoice>().await.expect("an answer");
    assert_eq!(
        (&*answer, answer.provenance()),
        (&expected, Provenance::Created)
    );
    assert_eq!(fetched(), 1);

    let started = run().key("a").start().await.expect("a task");
    let answer = started.output::<Invoice>().await.expect("an answer");
    assert_eq!(*answer, expected);
    assert_eq!(fetched(), 2);

    let mut ends = client.wait_many([&started]).stream();
    while let Some(finished) = ends.try_next().await.expect("an end") {
        let answer: Invoice = finished.output().await.expect("an answer");
        assert_eq!(answer, expected);
    }
    assert_eq!(fetched(), 3);

    let handle = client.task(started.task_id());
    assert_eq!(
        handle.output::<Invoice>().await.expect("an answer"),
        expected
    );
    assert_eq!(fetched(), 4);
    assert_eq!(simulator.count("get_task_result"), 0);

    let recorded = client.recorded("a").await.expect("the ledger works");
    let recorded = recorded.expect("it was started");
    assert_eq!(recorded.task_id(), started.task_id());
    assert_eq!(recorded.provenance(), Provenance::Recorded);
    let answer = recorded.output::<Invoice>().await.expect("an answer");
    assert_eq!(*answer, expected);
    assert_eq!(fetched(), 5);
    assert_eq!(simulator.tasks().len(), 2);

    let ledger = client.ledger();
    ledger
        .record_finished(started.task_id())
        .await
        .expect("it works");
    let recorded = client.recorded("a").await.expect("the ledger works");
    assert!(recorded.expect("it was started").is_finished());
    let unknown = client.recorded("b").await.expect("the ledger works");
    assert!(unknown.is_none());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_fit_is_not_lost() {
    let answer = json!({"number": "A-17", "lines": [{"price": 1}, {"price": "two", "more": "x"}]});
    let (simulator, client) = answering(&answer);
    let run = client.run(simulator.agent_id()).query("Read it.");
    let error = run.output::<Invoice>().await.expect_err("it doesn't fit");
    let task = &simulator.tasks()[0];
    assert_eq!(
        error.task_ref().map(|one| *one.task_id().as_uuid()),
        Some(task.id)
    );
    let text = error.to_string();
    for part in [
        &task.id.to_string(),
        "lines[1].price",
        "string \"two\"",
        "expected f64",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let RunError::Output {
        error: OutputError::Mismatch(mismatch),
        ..
    } = error
    else {
        panic!("there is an answer");
    };
    assert_eq!(mismatch.path(), "lines[1].price");
    assert_eq!(mismatch.found(), Some(&json!("two")));
    assert_eq!(mismatch.answer(), &answer);
}

#[tokio::test(start_paused = true)]
async fn an_answer_in_words_is_told_as_one() {
    let words = "I'm sorry,\u{1b}[2J the file seems to be a photo of a cat. ".repeat(20);
    let (simulator, client) = answering(&json!(words));
    let run = client.run(simulator.agent_id()).query("Read it.");
    let error = run.output::<Invoice>().await.expect_err("words");
    let text = error.to_string();
    assert!(text.contains("answered in words"), "{text}");
    assert!(text.contains("a photo of a cat"), "{text}");
    assert!(!text.contains('\u{1b}') && text.len() < 1_200, "{text}");
    let RunError::Output { error, .. } = error else {
        panic!("there is an answer");
    };
    assert_eq!(error.answer(), Some(&json!(words)));
}

#[tokio::test(start_paused = true)]
async fn why_a_task_has_failed_stands_in_the_error_that_says_so() {
    let script = Script::empty().fail("The file is no\u{7} invoice.");
    let simulator = Simulator::builder()
        .agent(AgentSpec::new("Fails").script(script))
        .build();
    let client = simulator.in_process_client().expect("a client");
    let run = || client.run(simulator.agent_id()).query("Read it.");
    let error = run().await.expect_err("it fails");
    let text = error.to_string();
    assert!(
        text.contains("failed: The file is no\u{fffd} invoice."),
        "{text}"
    );
    assert!(error.task_ref().is_some() && !error.is_retryable());
    let RunError::NotCompleted(failed) = error else {
        panic!("it has failed");
    };
    assert_eq!(failed.reason(), Some("The file is no\u{7} invoice."));
    assert_eq!(simulator.count("get_task_result"), 1);

    let started = run().start().await.expect("a task");
    let error = started.output::<Invoice>().await.expect_err("it fails");
    assert!(error.to_string().contains("no invoice") || error.to_string().contains("no\u{fffd}"));
    let error = client.task(started.task_id()).output::<Invoice>().await;
    assert!(matches!(error, Err(RunError::NotCompleted(_))), "{error:?}");

    // The reason can't be read: that the task has failed is told all the same.
    simulator.inject(Fault::status_before(403).on("get_task_result"));
    let error = run().await.expect_err("it fails");
    let text = error.to_string();
    assert!(text.contains("failed; why couldn't be read"), "{text}");
    assert_eq!(error.error().map(|one| one.kind()), Some(ErrorKind::Status));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_was_stopped_or_goes_on_has_no_answer() {
    let slow = Script::empty().running(seconds(600.0));
    let simulator = Simulator::builder()
        .agent(AgentSpec::new("Slow").script(slow))
        .build();
    let client = simulator.in_process_client().expect("a client");
    let run = || client.run(simulator.agent_id()).query("Read it.").key("a");
    let started = run().start().await.expect("a task");
    let error = started.handle().output::<Invoice>().await;
    let error = error.expect_err("it goes on");
    assert!(error.to_string().ends_with("has no answer"), "{error}");

    let early = run().deadline(seconds(5.0)).await;
    let early = early.expect_err("it takes ten minutes");
    let RunError::Wait {
        error: WaitError::Deadline(_),
        ..
    } = &early
    else {
        panic!("{early}");
    };
    assert_eq!(early.task_ref(), Some(started.task_ref()));

    started.cancel().await.expect("it is stopped");
    let error = started.output::<Invoice>().await.expect_err("stopped");
    assert!(error.to_string().ends_with("was stopped"), "{error}");
    assert_eq!(simulator.count("get_task_result"), 0);
}

/// The default limit is 64 MiB.
#[tokio::test(start_paused = true)]
async fn a_large_answer_is_read_and_one_that_is_too_large_is_saved() {
    #[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
    struct Text {
        text: String,
    }

    /// The answer stands in one place of the summary.
    fn with_text(mebibytes: usize) -> (Simulator, Client) {
        let text = "x".repeat(mebibytes << 20);
        let script = Script::empty().complete_with_result(json!({"text": text}));
        let agent = AgentSpec::new("Texts").script(script);
        let simulator = Simulator::builder().agent(agent).build();
        let client = simulator.in_process_client().expect("a client");
        (simulator, client)
    }

    let (simulator, client) = with_text(50);
    let run = client.run(simulator.agent_id()).query("Read it.");
    let answer = run.output::<Text>().await.expect("an answer");
    assert_eq!(answer.text.len(), 50 << 20);

    let (simulator, client) = with_text(70);
    let run = client.run(simulator.agent_id()).query("Read it.");
    let error = run.output::<Text>().await.expect_err("it is too large");
    let text = error.to_string();
    for part in ["larger than 64 MiB", "max_response_bytes", "download()"] {
        assert!(text.contains(part), "{text}");
    }
    let task = error.task_ref().expect("the task");
    let folder = support::folder::Folder::new("large answer");
    let path = folder.file("answer.json");
    let length = client.task(task).save_summary(&path).await;
    let length = length.expect("it is saved");
    assert!(length > 70 << 20);
    assert_eq!(std::fs::metadata(&path).expect("a file").len(), length);
}
