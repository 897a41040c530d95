//! No entry holds data or a secret.

use nanonets_agents::prelude::*;

use support::documented::TASK;

use crate::literal::{KEY, Literal, TASK_ID};

const MARKER: &str = "canary data";

fn shown(client: &Client) -> String {
    let drift = client.drift();
    let json = serde_json::to_string(&drift.entries).expect("plain data");
    assert!(!drift.entries.is_empty());
    format!("{drift}\n{drift:?}\n{json}")
}

#[tokio::test]
async fn no_value_is_shown() {
    let (server, client) = Literal::with_client();
    let fields = [
        "task_id",
        "agent_id",
        "status",
        "created_at",
        "updated_at",
        "title",
        "new",
    ];
    for value in [
        format!("{MARKER:?}"),
        format!("[{MARKER:?}]"),
        format!("{{{MARKER:?}: {MARKER:?}}}"),
    ] {
        let members: Vec<_> = fields
            .iter()
            .map(|field| format!("{field:?}: {value}"))
            .collect();
        server.says_json(format!("{{{}}}", members.join(",")));
        client
            .get_task()
            .task_id(TASK_ID)
            .send()
            .await
            .expect_err("no task");
    }
    server.says(
        500,
        "application/json",
        format!(r#"{{"error": ["{MARKER}"]}}"#),
    );
    client
        .get_task()
        .task_id(TASK_ID)
        .send()
        .await
        .expect_err("no task");
    let shown = shown(&client);
    assert!(!shown.contains("canary"), "{shown}");
    assert!(shown.contains("status: unknown value (1 of 3)"), "{shown}");
}

/// The keys of what is a map in truth may be anything, and are shown only where they look like
/// names of fields.
#[tokio::test]
async fn a_name_that_may_be_data_is_not_shown() {
    let (server, client) = Literal::with_client();
    let names = [
        "canary@example.com",
        "canary data",
        "+49 canary",
        "f1c2a3b4-5d6e-4f70-8192-a3b4c5d6e7f8",
        "",
    ];
    let members: Vec<_> = names.iter().map(|name| format!("{name:?}: 1")).collect();
    server.says_json(TASK.replacen('{', &format!("{{ {},", members.join(",")), 1));
    client
        .get_task()
        .task_id(TASK_ID)
        .send()
        .await
        .expect("a task");
    let shown = shown(&client);
    assert!(
        !shown.contains("canary") && !shown.contains("f1c2"),
        "{shown}"
    );
    assert!(
        shown.starts_with("get_task 2XX {}: unknown field, integer (5 of 1)"),
        "{shown}"
    );
}

#[tokio::test]
async fn the_key_is_not_shown_wherever_a_server_puts_it() {
    let (server, client) = Literal::with_client();
    let body = TASK.replace("waiting_for_input", KEY);
    let body = body.replacen('{', &format!(r#"{{ "{KEY}": 1, "x-{KEY}-x": 2,"#), 1);
    server.says_json(body);
    client
        .get_task()
        .task_id(TASK_ID)
        .send()
        .await
        .expect("a task");
    server.says(200, "text/canary-key-c0ffee", TASK);
    client
        .get_task()
        .task_id(TASK_ID)
        .send()
        .await
        .expect("a task");
    let shown = shown(&client);
    assert!(!shown.contains("c0ffee"), "{shown}");
    for expected in [
        "{}: unknown field",
        "status: unknown value (1",
        "unknown media type (1",
    ] {
        assert!(shown.contains(expected), "{shown}");
    }
}
