//! Arguments that can't work are refused before anything is sent.

use std::path::PathBuf;

use nanonets_agents::{
    Error, ErrorKind, Phase,
    prelude::*,
    run::{ReconcilePolicy, RunError},
    simulator::AgentSpec,
};
use support::stage::over_http;

pub(super) fn not_started(error: RunError) -> Error {
    match error {
        RunError::NotStarted(error) => error,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_file_that_is_not_there() {
    let (simulator, client) = over_http(AgentSpec::default()).await;
    let run = client
        .run(simulator.agent_id())
        .file(Upload::path("no/such/file.pdf"));
    let error = not_started(run.start().await.expect_err("it isn't there"));
    assert_eq!(
        (error.kind(), error.phase()),
        (ErrorKind::InvalidRequest, Phase::NotSent)
    );
    let text = error.to_string();
    assert!(
        text.contains("can't read the file no/such/file.pdf"),
        "{text}"
    );
    assert!(text.contains("(nothing was sent)"), "{text}");
    let run = client
        .run(simulator.agent_id())
        .file(PathBuf::from("examples"));
    let error = not_started(run.start().await.expect_err("it is a directory"));
    assert!(error.to_string().contains("directory"), "{error}");
    let nameless = Upload::bytes("", "abc");
    let error = client
        .run(simulator.agent_id())
        .file(nameless)
        .start()
        .await;
    assert!(
        not_started(error.expect_err("it has no name"))
            .to_string()
            .contains("needs a name")
    );
    let broken = Upload::bytes("a\r\nX-Header: b", "abc");
    let error = client.run(simulator.agent_id()).file(broken).start().await;
    let error = not_started(error.expect_err("it has a line break"));
    assert!(error.to_string().contains("control character"), "{error}");
    #[cfg(target_os = "linux")]
    {
        let run = client
            .run(simulator.agent_id())
            .file(Upload::path("/dev/null"));
        let error = not_started(run.start().await.expect_err("it is a device"));
        assert!(error.to_string().contains("no regular file"), "{error}");
    }
    let wrong = Upload::bytes("a", "abc").mime("not a type");
    let error = client.run(simulator.agent_id()).file(wrong).start().await;
    assert!(
        not_started(error.expect_err("no type"))
            .to_string()
            .contains("is not a MIME type")
    );
    assert!(simulator.requests().is_empty());
}

#[tokio::test]
async fn an_empty_run() {
    let (simulator, client) = over_http(AgentSpec::default()).await;
    for run in [
        client.run(simulator.agent_id()),
        client.run(simulator.agent_id()).query(""),
    ] {
        let error = not_started(run.start().await.expect_err("it is empty"));
        assert!(
            error
                .to_string()
                .contains("needs a query or at least one file"),
            "{error}"
        );
    }
    assert!(simulator.requests().is_empty());
    // An empty query beside a file is left out.
    let run = client
        .run(simulator.agent_id())
        .query("")
        .file(Upload::bytes("a", "abc"));
    let unmarked = ReconcilePolicy::default().with_marker(false);
    run.reconcile(unmarked).start().await.expect("a task");
    assert_eq!(simulator.tasks()[0].run.query, None);
}

#[tokio::test]
async fn a_limit_that_is_out_of_range() {
    let (simulator, client) = over_http(AgentSpec::default()).await;
    for limit in [0, 101, u32::MAX] {
        let error = client
            .list_tasks()
            .limit(limit)
            .send()
            .await
            .expect_err("out of range");
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(
            error.to_string(),
            format!("list_tasks: `limit` must be 1 to 100, not {limit} (nothing was sent)")
        );
    }
    let error = client
        .list_agents()
        .limit(-1)
        .send()
        .await
        .expect_err("negative");
    assert_eq!(
        error.to_string(),
        "list_agents: `limit` is not a whole number from 0 up (nothing was sent)"
    );
    assert!(simulator.requests().is_empty());
    client.list_tasks().limit(1).send().await.expect("a page");
    client.list_tasks().limit(100).send().await.expect("a page");
}

#[tokio::test]
async fn an_id_that_is_not_a_uuid() {
    let (simulator, client) = over_http(AgentSpec::default()).await;
    let error = not_started(
        client
            .run("invoices")
            .query("Hi")
            .start()
            .await
            .expect_err("no id"),
    );
    assert_eq!(
        error.to_string(),
        "the agent id \"invoices\" is not a UUID (nothing was sent)"
    );
    let error = client
        .get_task()
        .task_id("42")
        .send()
        .await
        .expect_err("no id");
    assert_eq!(error.operation(), Some("get_task"));
    assert_eq!(
        error.to_string(),
        "get_task: `task_id` is not a UUID (nothing was sent)"
    );
    let error = client.get_task().send().await.expect_err("no id");
    assert_eq!(
        error.to_string(),
        "get_task: `task_id` is required and was not given (nothing was sent)"
    );
    let form = client
        .run_agent_multipart()
        .agent_id("42")
        .query("Hi")
        .send()
        .await;
    let error = form.expect_err("no id");
    assert_eq!(
        error.to_string(),
        "run_agent: `agent_id` is not a UUID (nothing was sent)"
    );
    assert!(simulator.requests().is_empty());
}
