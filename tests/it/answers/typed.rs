//! Answers as types, wherever there is a task, and what is told where there is none.

use futures_util::StreamExt;
use nanonets_agents::{
    ErrorKind, TaskRef,
    output::{OutputError, OutputSchema},
    prelude::*,
    run::{Provenance, RunError},
    simulator::{AgentSpec, Fault, Script, Simulator},
    types::TaskStatus,
};
use serde_json::{Map, Value, json};
use support::stage::{seconds, with_script};

#[derive(serde::Deserialize, schemars::JsonSchema, Debug, PartialEq)]
struct Invoice {
    total: f64,
}

fn requests_after(simulator: &Simulator, before: usize) -> Vec<String> {
    let all = simulator.requests();
    let new = all.into_iter().skip(before);
    new.filter_map(|request| request.operation.map(str::to_owned))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_read_wherever_there_is_a_task_and_costs_one_request() {
    let (simulator, client) = with_script(Script::empty().complete(json!({"total": 12.5})));
    let run = client.run(simulator.agent_id()).query("Total?").key("1");
    let started = run.start().await.expect("a task");
    assert_eq!(started.output::<Invoice>().await.expect("it").total, 12.5);
    assert_eq!(simulator.count("get_task_summary"), 1);

    let before = simulator.requests().len();
    let task = client.task(started.task_ref().clone());
    assert_eq!(task.output::<Invoice>().await.expect("it").total, 12.5);
    assert_eq!(requests_after(&simulator, before), ["get_task_summary"]);

    let mut ends = client.wait_many([started.task_ref().clone()]).stream();
    let end = ends.next().await.expect("one end").expect("it ended");
    let before = simulator.requests().len();
    assert_eq!(end.output::<Invoice>().await.expect("it").total, 12.5);
    assert_eq!(requests_after(&simulator, before), ["get_task_summary"]);

    let before = simulator.requests().len();
    let recorded = client.recorded("1").await.expect("a ledger");
    let recorded = recorded.expect("it was started");
    assert_eq!(requests_after(&simulator, before), [""; 0]);
    assert_eq!(recorded.task_id(), started.task_id());
    assert_eq!(recorded.provenance(), Provenance::Recorded);
    let answer = recorded.output::<Invoice>().await.expect("it");
    assert_eq!(answer.provenance(), Provenance::Recorded);
    let new = requests_after(&simulator, before);
    let summaries = new
        .iter()
        .filter(|operation| *operation == "get_task_summary");
    assert_eq!(summaries.count(), 1, "{new:?}");
}

#[tokio::test(start_paused = true)]
async fn a_recorded_key_keeps_its_twins_and_whether_it_is_finished() {
    let (simulator, client) = with_script(Script::empty().running(seconds(300)));
    assert!(client.recorded("1").await.expect("a ledger").is_none());
    // The first request is carried out long after the run was sent again.
    simulator.inject(
        Fault::late_after_reset(seconds(100))
            .on("run_agent")
            .times(1),
    );
    let run = client.run(simulator.agent_id()).query("Total?").key("1");
    let started = run.start().await.expect("a task");
    assert!(started.twins().is_open(), "{:?}", started.twins());
    let recorded = || async {
        client
            .recorded("1")
            .await
            .expect("a ledger")
            .expect("a task")
    };
    assert!(recorded().await.twins().is_open());
    assert!(!recorded().await.is_finished());

    let finished = started.wait().await.expect("an end");
    assert_eq!(finished.twins().found().len(), 1);
    assert_eq!(recorded().await.twins().found().len(), 1);
    let ledger = client.ledger();
    ledger
        .record_finished(started.task_id())
        .await
        .expect("it is known");
    assert!(recorded().await.is_finished());
}

#[tokio::test(start_paused = true)]
async fn what_does_not_fit_is_told_with_its_place_and_the_whole_answer() {
    let answer = json!({"total": "12.50 EUR", "text": "a".repeat(1000)});
    let (simulator, client) = with_script(Script::empty().complete(answer.clone()));
    let run = client.run(simulator.agent_id()).query("Total?");
    let error = run.output::<Invoice>().await.expect_err("a text");
    let task = TaskRef::from(simulator.tasks()[0].id);
    assert_eq!(error.task_ref().map(TaskRef::task_id), Some(task.task_id()));
    assert_eq!(error.status(), Some(&TaskStatus::Completed));
    assert!(error.error().is_none() && !error.is_retryable());
    let text = error.to_string();
    assert!(
        text.contains("completed, but the answer doesn't fit"),
        "{text}"
    );
    assert!(
        text.contains("at `total`: found \"12.50 EUR\", expected f64"),
        "{text}"
    );
    assert!(text.len() < 500, "{text}");
    let RunError::Output { error, .. } = error else {
        panic!("{text}")
    };
    assert_eq!(error.path().as_deref(), Some("total"));
    assert_eq!(error.found(), Some(&json!("12.50 EUR")));
    assert_eq!(error.answer(), Some(&answer));
}

#[tokio::test(start_paused = true)]
async fn text_where_a_type_was_asked_for_is_called_text() {
    let said = "I could not find a total on this page.";
    let (simulator, client) = with_script(Script::empty().complete(said));
    let run = client.run(simulator.agent_id()).query("Total?");
    let error = run.output::<Invoice>().await.expect_err("a text");
    let text = error.to_string();
    assert!(text.contains("the agent answered in text"), "{text}");
    assert!(text.contains(said), "{text}");
    assert!(
        text.contains(&simulator.tasks()[0].id.to_string()),
        "{text}"
    );
    let RunError::Output { error, .. } = error else {
        panic!("{text}")
    };
    assert!(matches!(error, OutputError::Prose(_)));
    assert_eq!(error.into_answer(), Some(json!(said)));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_has_not_ended_is_not_waited_for() {
    let (simulator, client) = with_script(Script::empty().running(seconds(60)));
    let run = client.run(simulator.agent_id()).query("Total?");
    let started = run.start().await.expect("a task");
    let error = started
        .handle()
        .output::<Invoice>()
        .await
        .expect_err("it runs");
    assert_eq!(error.status(), Some(&TaskStatus::Running));
    let text = error.to_string();
    assert!(
        text.contains("has not ended, its status is running; wait"),
        "{text}"
    );
    let wait = started
        .wait()
        .until(|task: &nanonets_agents::types::Task| task.status == TaskStatus::Running);
    let running = wait.await.expect("it runs");
    let error = running.output::<Invoice>().await.expect_err("it runs");
    assert!(matches!(
        error,
        RunError::Output {
            error: OutputError::Unfinished(TaskStatus::Running),
            ..
        }
    ));
}

#[tokio::test(start_paused = true)]
async fn why_a_task_failed_is_in_the_error_that_says_so() {
    let (simulator, client) = with_script(Script::empty().fail("The file is\n damaged."));
    let run = || client.run(simulator.agent_id()).query("Total?");
    let started = run().start().await.expect("a task");
    let finished = started.wait().await.expect("an end");
    let errors = [
        run().output::<Invoice>().await.expect_err("it failed"),
        run().await.expect_err("it failed"),
        started.output::<Invoice>().await.expect_err("it failed"),
        finished.output::<Invoice>().await.expect_err("it failed"),
        started
            .handle()
            .output::<Invoice>()
            .await
            .expect_err("it failed"),
    ];
    for error in errors {
        let text = error.to_string();
        assert!(
            text.ends_with("ended as failed: The file is damaged."),
            "{text}"
        );
        assert_eq!(error.status(), Some(&TaskStatus::Failed));
        let RunError::NotCompleted(end) = error else {
            panic!("{text}")
        };
        assert_eq!(end.reason(), Some("The file is\n damaged."));
    }
    let reason = finished.fetch_failure().await.expect("a reason");
    assert_eq!(reason.as_deref(), Some("The file is\n damaged."));
    assert_eq!(simulator.count("get_task_result"), 0);
}

#[tokio::test(start_paused = true)]
async fn the_reason_is_read_from_the_feed_where_the_summary_has_none() {
    let (simulator, client) = with_script(Script::empty().fail("The file is damaged."));
    let run = || client.run(simulator.agent_id()).query("Total?");
    let bare = r#"{"status": "failed"}"#;
    simulator.inject(Fault::reply(200, "application/json", bare).on("get_task_summary"));
    let error = run().await.expect_err("it failed");
    assert!(
        error.to_string().ends_with("failed: The file is damaged."),
        "{error}"
    );
    let started = run().start().await.expect("a task");
    let error = started
        .wait()
        .await
        .expect("an end")
        .handle()
        .output::<Invoice>()
        .await;
    let error = error.expect_err("it failed");
    assert!(
        error.to_string().ends_with("failed: The file is damaged."),
        "{error}"
    );

    simulator.inject(Fault::reply(200, "application/json", bare).on("get_task_result"));
    let error = run().await.expect_err("it failed");
    assert!(
        error.to_string().contains("failed; `fetch_result()`"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_reason_that_cannot_be_read_does_not_hide_that_the_task_failed() {
    let (simulator, client) = with_script(Script::empty().fail("The file is damaged."));
    simulator.inject(Fault::status_before(403).on("get_task_summary"));
    let run = client.run(simulator.agent_id()).query("Total?");
    let error = run.output::<Invoice>().await.expect_err("it failed");
    let text = error.to_string();
    assert!(
        text.contains("ended as failed, and the reason couldn't be read: "),
        "{text}"
    );
    assert_eq!(
        error.error().map(|error| error.kind()),
        Some(ErrorKind::Status)
    );
    let RunError::NotCompleted(end) = error else {
        panic!("{text}")
    };
    assert_eq!((end.reason(), end.status()), (None, &TaskStatus::Failed));
}

#[tokio::test(start_paused = true)]
async fn a_stopped_task_has_no_reason_and_costs_no_request_for_one() {
    let (simulator, client) = with_script(Script::empty().running(seconds(600)));
    let run = client.run(simulator.agent_id()).query("Total?");
    let started = run.start().await.expect("a task");
    started.handle().cancel().await.expect("it stops");
    let error = started
        .output::<Invoice>()
        .await
        .expect_err("it was stopped");
    assert!(error.to_string().contains("ended as stopped"), "{error}");
    assert_eq!(simulator.count("get_task_summary"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_schema_that_is_none_is_refused_before_anything_is_sent() {
    let (simulator, client) = with_script(Script::empty().complete(json!({"total": 1})));
    let run = || client.run(simulator.agent_id()).query("Total?");
    let refused = |outcome: Result<(), RunError>| {
        let Err(RunError::NotStarted(error)) = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        error.message().to_owned()
    };
    let list = refused(run().output::<Vec<String>>().await.map(drop));
    let advice = "ask for `struct Output { items: Vec<String> }`";
    assert!(list.contains(advice), "{list}");
    let text = refused(
        run()
            .output_schema("{\n  \"type\" \"object\"}")
            .start()
            .await
            .map(drop),
    );
    assert!(
        text.contains("is not JSON: expected `:` at line 2 column 10"),
        "{text}"
    );
    let schema = refused(run().output_schema(json!([1])).start().await.map(drop));
    assert!(schema.contains("no schema of an output"), "{schema}");
    assert_eq!(simulator.requests().len(), 0);

    // What may be anything sends none.
    let values = run().output::<Value>().await;
    assert_eq!(*values.expect("an answer"), json!({"total": 1}));
    assert_eq!(simulator.tasks()[0].run.output_config, None);

    // A schema that is given goes before that of the type, which may then be any.
    let given = OutputSchema::try_from(json!({"properties": {"total": {}}})).expect("one");
    let values = run()
        .output_schema("x")
        .output_schema(given)
        .output::<Value>()
        .await;
    assert_eq!(*values.expect("an answer"), json!({"total": 1}));
    let sent = simulator.tasks()[1]
        .run
        .output_config
        .clone()
        .expect("a schema");
    assert_eq!(
        sent["output_schema"],
        r#"{"properties":{"total":{}},"type":"object"}"#
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_content_is_missing() {
    let script = Script::empty().complete_with_fields(Map::new());
    let simulator = Simulator::builder()
        .agent(AgentSpec::new("Silent").script(script))
        .build();
    let client = simulator.in_process_client().expect("a client");
    let run = client.run(simulator.agent_id()).query("Total?");
    let error = run.output::<Invoice>().await.expect_err("nothing");
    assert!(
        error.to_string().ends_with("the summary holds no answer"),
        "{error}"
    );
}
