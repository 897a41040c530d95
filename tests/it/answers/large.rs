//! Answers of many megabytes.

use nanonets_agents::{ErrorKind, prelude::*, run::RunError, simulator::Script};
use serde_json::{Value, json};
use support::{folder::Folder, stage::with_script};

const MIB: usize = 1 << 20;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Document {
    pages: Vec<String>,
}

fn script(mebibytes: usize) -> Script {
    let pages: Vec<Value> = (0..mebibytes).map(|_| "a".repeat(MIB).into()).collect();
    // Without a wanted output, the answer is in the summary once.
    Script::empty().complete(json!({ "pages": pages }))
}

#[tokio::test(start_paused = true)]
async fn fifty_megabytes_are_read_as_a_type() {
    let (simulator, client) = with_script(script(50));
    let run = client.run(simulator.agent_id()).query("Text?");
    let started = run.start().await.expect("a task");
    let document = started.output::<Document>().await.expect("a document");
    assert_eq!(document.pages.len(), 50);
    assert!(document.pages.iter().all(|page| page.len() == MIB));
}

#[tokio::test(start_paused = true)]
async fn what_is_too_large_to_read_names_the_task_and_can_be_saved() {
    let (simulator, client) = with_script(script(70));
    let run = client.run(simulator.agent_id()).query("Text?");
    let started = run.start().await.expect("a task");
    let error = started
        .output::<Document>()
        .await
        .map(drop)
        .expect_err("too large");
    let text = error.to_string();
    assert_eq!(
        error.error().map(|error| error.kind()),
        Some(ErrorKind::TooLarge)
    );
    assert_eq!(error.task_ref(), Some(started.task_ref()));
    assert!(text.contains(&started.task_id().to_string()), "{text}");
    assert!(text.contains("larger than 64 MiB"), "{text}");
    assert!(text.contains("`max_response_bytes`"), "{text}");
    assert!(text.contains("`save_summary`"), "{text}");

    let folder = Folder::new("large-answers");
    let path = folder.path().join("summary.json");
    let length = started.handle().save_summary(&path).await.expect("a file");
    let saved = std::fs::read(&path).expect("a file");
    assert_eq!(saved.len() as u64, length);
    let summary: nanonets_agents::types::TaskSummary =
        serde_json::from_slice(&saved).expect("a summary");
    assert_eq!(summary.output::<Document>().expect("it").pages.len(), 70);

    let path = folder.path().join("result.json");
    started.handle().save_result(&path).await.expect("a file");
    let result: Value = serde_json::from_slice(&std::fs::read(&path).expect("it")).expect("JSON");
    assert_eq!(result["feed"][0]["type"], "task_complete");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_saved_names_the_task_and_leaves_no_file() {
    use nanonets_agents::simulator::Fault;

    let (simulator, client) = with_script(script(1));
    let run = client.run(simulator.agent_id()).query("Text?");
    let started = run.start().await.expect("a task");
    started.wait().await.expect("an end");
    let folder = Folder::new("large-answers");
    let path = folder.path().join("summary.json");
    let page = Fault::reply(200, "text/html", "<h1>Log in</h1>")
        .on("get_task_summary")
        .times(1);
    let faults = [
        (page, ErrorKind::Decode),
        (
            Fault::status_before(404).on("get_task_summary").times(1),
            ErrorKind::Status,
        ),
        (
            Fault::cut_body(100).on("get_task_summary").times(1),
            ErrorKind::Interrupted,
        ),
    ];
    for (fault, kind) in faults {
        simulator.inject(fault);
        let error = started
            .handle()
            .save_summary(&path)
            .await
            .expect_err("a fault");
        let text = error.to_string();
        assert_eq!(
            error.error().map(|error| error.kind()),
            Some(kind),
            "{text}"
        );
        assert!(text.contains(&started.task_id().to_string()), "{text}");
        assert!(text.contains("get_task_summary"), "{text}");
        let left = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 0, "{text}");
    }
    let nowhere = folder.path().join("nowhere").join("summary.json");
    let error = started
        .handle()
        .save_summary(&nowhere)
        .await
        .expect_err("no folder");
    assert!(matches!(error, RunError::Answer { .. }), "{error}");
    assert!(
        error.to_string().contains("can't write the file"),
        "{error}"
    );
    // A file that was there stays as it was.
    std::fs::write(&path, "before").expect("a file");
    simulator.inject(Fault::cut_body(100).on("get_task_summary").times(1));
    started
        .handle()
        .save_summary(&path)
        .await
        .expect_err("a fault");
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), "before");
    started.handle().save_summary(&path).await.expect("a file");
    assert_ne!(std::fs::read_to_string(&path).expect("a file"), "before");
}
