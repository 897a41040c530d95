//! The crate's own spec fits the bodies that the documentation shows, and the simulator's.

use futures_util::{StreamExt, TryStreamExt};
use nanonets_agents::{
    prelude::*,
    simulator::{AgentSpec, Fault, Script, Simulator},
    wait::Reply,
};

use support::documented::{AGENT, TASK, VERSION};

use crate::literal::{AGENT_ID, Literal, TASK_ID};

/// Makes a call whose reply has this body.
macro_rules! fits {
    ($server:ident, $body:expr, $call:expr) => {
        let body: String = $body.to_string();
        $server.says_json(body.as_str());
        $call.send().await.expect(&body);
    };
}

#[tokio::test]
async fn nothing_is_found_in_what_the_documentation_shows() {
    let (server, client) = Literal::with_client();
    fits!(server, AGENT, client.get_agent().agent_id(AGENT_ID));
    fits!(server, AGENT, client.create_agent());
    fits!(
        server,
        VERSION,
        client.publish_agent_version().agent_id(AGENT_ID)
    );
    fits!(server, TASK, client.get_task().task_id(TASK_ID));
    fits!(
        server,
        TASK.replace(r#""Extract the line items""#, "null"),
        client.get_task().task_id(TASK_ID)
    );
    fits!(
        server,
        TASK.replace("42Z", "42.000000+02:00"),
        client.cancel_task().task_id(TASK_ID)
    );

    let run = r#"{
        "task_id": "f1c2a3b4-5d6e-4f70-8192-a3b4c5d6e7f8",
        "agent_id": "3f2b8c1e-7d44-4a55-9a0e-5f2f0c6d7e81",
        "status": "running",
        "message": "Task created successfully. Use GET /v1/tasks/{task_id} to check status.",
        "created_at": "2026-05-12T10:15:42Z"
    }"#;
    let least = r#"{"task_id": "f1c2a3b4-5d6e-4f70-8192-a3b4c5d6e7f8",
        "agent_id": "3f2b8c1e-7d44-4a55-9a0e-5f2f0c6d7e81", "status": "queued"}"#;
    for body in [run, least] {
        let request = || {
            client
                .run_agent()
                .agent_id(AGENT_ID)
                .body_map(|body| body.query("Hi"))
        };
        fits!(server, body, request());
    }

    let agents =
        format!(r#"{{"data": [{VERSION}], "has_more": true, "next_cursor": "eyJpZCI6IjFhIn0="}}"#);
    fits!(server, agents, client.list_agents());
    fits!(
        server,
        format!(r#"{{"agents": [{VERSION}]}}"#),
        client.list_agents()
    );
    fits!(
        server,
        format!(r#"{{"data": [{VERSION}]}}"#),
        client.list_agent_versions().agent_id(AGENT_ID)
    );
    let guide = format!(r#"{{"versions": [{VERSION}], "next_cursor": ""}}"#);
    fits!(
        server,
        guide,
        client.list_agent_versions().agent_id(AGENT_ID)
    );
    let item = TASK.replace(
        r#""title""#,
        r#""agent_name": "Invoice extractor", "title""#,
    );
    fits!(
        server,
        format!(r#"{{"data": [{item}], "has_more": false, "next_cursor": null}}"#),
        client.list_tasks()
    );
    fits!(
        server,
        format!(r#"{{"tasks": [{item}], "next_cursor": "abc"}}"#),
        client.list_tasks()
    );
    fits!(
        server,
        format!(r#"{{"tasks": [], "data": [{item}]}}"#),
        client.list_tasks()
    );

    for body in [
        r#"{"status": "completed", "result": {"summary": "{\"total\": 12.5}", "completed_at": "2026-05-12T10:16:03Z"}}"#,
        r#"{"status": "completed", "extracted_data": {"total": 12.5}, "task_id": "f1c2a3b4-5d6e-4f70-8192-a3b4c5d6e7f8"}"#,
        r#"{"status": "pending"}"#,
        r#"{"result": "done"}"#,
    ] {
        fits!(server, body, client.get_task_summary().task_id(TASK_ID));
    }
    let steps =
        r#"[{"type": "tool_call", "content": "…"}, {"type": "task_complete", "result": {}}]"#;
    for name in ["feed", "data", "result"] {
        let body = format!(r#"{{"status": "failed", "{name}": {steps}}}"#);
        fits!(server, body, client.get_task_result().task_id(TASK_ID));
    }
    let messages = r#"{"data": [
        {"id": "11111111-2222-4333-8444-555555555555",
         "task_id": "f1c2a3b4-5d6e-4f70-8192-a3b4c5d6e7f8",
         "agent_id": "3f2b8c1e-7d44-4a55-9a0e-5f2f0c6d7e81",
         "role": "user", "content": "Extract", "created_at": "2026-05-12T10:15:42Z",
         "user_id": "66666666-7777-4888-8999-000000000000", "parent_id": null},
        {"id": "22222222-2222-4333-8444-555555555555", "type": "assistant",
         "content": [{"type": "text", "text": "Which currency?"}], "created_at": "2026-05-12T10:15:50Z"}
    ]}"#;
    fits!(
        server,
        messages,
        client.list_task_messages().task_id(TASK_ID)
    );
    for name in ["message_id", "id"] {
        let body = format!(
            r#"{{"{name}": "11111111-2222-4333-8444-555555555555", "status": "running", "message": "Message accepted and queued."}}"#
        );
        let request = || {
            client
                .send_task_message()
                .task_id(TASK_ID)
                .body_map(|body| body.message("Hi"))
        };
        fits!(server, body, request());
    }
    for status in [400, 401, 403, 404, 409, 418, 429, 500, 502, 503] {
        server.says(
            status,
            "application/json",
            r#"{"error": "Invalid agent_id format"}"#,
        );
        client.list_agents().send().await.expect_err("a refusal");
    }
    assert_eq!(client.drift().to_string(), "no drift\n");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_found_in_what_the_simulator_says() {
    let agent = AgentSpec::new("Asking").script(Script::empty().ask("Which one?").complete("done"));
    let simulator = Simulator::builder().agent(agent).build();
    let client = simulator.in_process_client().expect("a client");
    for fault in [
        Fault::guide_list_shape().times(2),
        Fault::status_before(503).times(3),
        Fault::too_many_requests(Some("1")).times(1),
    ] {
        simulator.inject(fault);
    }
    let run = client.run(simulator.agent_id()).query("How many?");
    let started = run.start().await.expect("a task");
    let task = started.handle();
    let wait = started
        .wait()
        .on_input(|_| async { Reply::text("this one") });
    wait.await.expect("an end");
    task.fetch_summary().await.expect("an answer");
    task.cancel().await.expect("its state");
    let tasks: Vec<_> = client
        .list_tasks()
        .items()
        .try_collect()
        .await
        .expect("tasks");
    assert_eq!(tasks.len(), 1);
    client
        .list_agents()
        .items()
        .try_collect::<Vec<_>>()
        .await
        .expect("agents");
    client
        .get_agent()
        .agent_id(simulator.agent_id())
        .send()
        .await
        .expect("an agent");
    client
        .list_agent_versions()
        .agent_id(simulator.agent_id())
        .send()
        .await
        .expect("versions");
    client
        .get_task_result()
        .task_id(tasks[0].task_id)
        .send()
        .await
        .expect("a feed");
    client
        .list_task_messages()
        .task_id(tasks[0].task_id)
        .send()
        .await
        .expect("messages");
    client
        .get_task()
        .task_id(uuid::Uuid::nil())
        .send()
        .await
        .expect_err("no such task");
    let ends: Vec<_> = client
        .wait_many([started.task_id()])
        .stream()
        .collect()
        .await;
    assert_eq!(ends.len(), 1);
    assert_eq!(client.drift().to_string(), "no drift\n");
}
