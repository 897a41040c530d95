//! What a run sends, and the answer that comes of it.

use nanonets_agents::{
    prelude::*,
    run::RunError,
    simulator::{AgentSpec, Script},
    types::TaskStatus,
    wait::WaitError,
};
use serde_json::json;
use support::stage::{seconds, with_agent, with_script};
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn a_run_returns_the_summary_of_what_was_sent() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let summary = client
        .run(simulator.agent_id())
        .query("Read these.")
        .file(Upload::bytes("abc.txt", "abc"))
        .file(Upload::bytes("table.csv", "a,b\n").mime("application/x-table"))
        .file(Upload::path("examples/data/invoice.pdf").name("renamed.pdf"))
        .extra_field("unlisted", "test")
        .await
        .expect("an answer");
    let answer = summary.structured().expect("an answer").into_owned();
    let query = answer["query"].as_str().expect("a text");
    assert!(query.starts_with("Read these.\n\n[run "), "{query}");
    assert_eq!(answer["extra"], json!({"unlisted": "test"}));
    let files = &answer["files"];
    assert_eq!(
        files[0],
        json!({
            "name": "abc.txt",
            "mime": "text/plain",
            "size": 3,
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        })
    );
    assert_eq!(files[1]["mime"], "application/x-table");
    assert_eq!(
        (&files[2]["name"], &files[2]["mime"]),
        (&json!("renamed.pdf"), &json!("application/pdf"))
    );
    assert_eq!(simulator.count("run_agent"), 1);
    assert_eq!(simulator.count("get_task_summary"), 1);
}

#[tokio::test(start_paused = true)]
async fn the_output_is_a_type_and_its_schema_is_sent() {
    #[derive(serde::Deserialize, schemars::JsonSchema, Debug, PartialEq)]
    struct Invoice {
        total: f64,
        lines: Vec<String>,
    }
    let (simulator, client) =
        with_script(Script::empty().complete(json!({"total": 12.5, "lines": ["Paper"]})));
    for run in [
        client.run(simulator.agent_id()).query("Total?"),
        client
            .run(simulator.agent_id())
            .file(Upload::bytes("a.txt", "abc")),
    ] {
        let invoice = run.output::<Invoice>().await.expect("an invoice");
        assert_eq!(
            *invoice,
            Invoice {
                total: 12.5,
                lines: vec!["Paper".to_owned()]
            }
        );
    }
    for task in simulator.tasks() {
        let config = task.run.output_config.expect("a schema was sent");
        let schema = config["output_schema"]
            .as_str()
            .expect("the schema is text");
        let schema: serde_json::Value = serde_json::from_str(schema).expect("of JSON");
        assert_eq!(schema["properties"]["total"]["type"], "number");
    }

    #[derive(serde::Deserialize, schemars::JsonSchema, Debug)]
    struct Letter {
        #[allow(dead_code)]
        sender: String,
    }
    let error = client
        .run(simulator.agent_id())
        .query("Who?")
        .output::<Letter>()
        .await;
    let error = error.expect_err("the answer is no letter");
    assert!(matches!(error, RunError::Output { .. }));
    assert!(
        error.to_string().contains("missing field `sender`"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_schema_may_be_given_as_json() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let schema = json!({"type": "object"});
    let run = client
        .run(simulator.agent_id())
        .query("Hi")
        .output_schema(&schema);
    run.start().await.expect("a task");
    let config = simulator.tasks()[0]
        .run
        .output_config
        .clone()
        .expect("it was sent");
    assert_eq!(config["output_schema"], schema.to_string());
}

#[tokio::test(start_paused = true)]
async fn the_default_deadline_is_half_an_hour() {
    let (simulator, client) = with_script(Script::empty().running(seconds(36000)));
    let start = Instant::now();
    let error = client
        .run(simulator.agent_id())
        .query("Hi")
        .await
        .expect_err("it takes longer");
    assert!(
        matches!(
            error,
            RunError::Wait {
                error: WaitError::Deadline(_),
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(start.elapsed(), seconds(30 * 60));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_failed_is_an_error_of_the_run_and_no_error_of_the_wait() {
    let (simulator, client) = with_script(Script::empty().running(seconds(3)).fail("no such page"));
    let error = client
        .run(simulator.agent_id())
        .query("Hi")
        .await
        .expect_err("it fails");
    let text = error.to_string();
    let RunError::NotCompleted(end) = error else {
        panic!("{text}")
    };
    assert_eq!(end.status(), &TaskStatus::Failed);
    assert!(text.contains("ended as failed: no such page"), "{text}");
    let feed = end
        .finished()
        .handle()
        .fetch_result()
        .await
        .expect("a feed")
        .feed;
    assert_eq!(feed.last().expect("a step")["content"], "no such page");
}
