//! Each kind of difference, at its path and with its count.

use nanonets_agents::{
    drift::{Entry, Kind, MOST_ENTRIES},
    prelude::*,
    simulator::{Fault, Simulator},
};

use support::documented::TASK;

use crate::literal::{Literal, TASK_ID, task_with};

async fn get_task(client: &Client) {
    let _ = client.get_task().task_id(TASK_ID).send().await;
}

async fn list_tasks(client: &Client) {
    let _ = client.list_tasks().send().await;
}

fn lines(client: &Client) -> Vec<String> {
    let entries = client.drift().entries;
    entries.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_field_is_told_where_it_is_unknown_missing_or_of_another_kind() {
    for (body, expected) in [
        (
            task_with(r#""priority": 3"#),
            vec!["get_task 2XX priority: unknown field, integer (1 of 1)"],
        ),
        (
            task_with(r#""due": "2026-05-12T10:15:42Z", "tags": ["a", "b"]"#),
            vec![
                "get_task 2XX due: unknown field, string (date-time) (1 of 1)",
                "get_task 2XX tags: unknown field, array of string (1 of 1)",
            ],
        ),
        (
            TASK.replace(r#""agent_id""#, r#""agent""#),
            vec![
                "get_task 2XX agent: unknown field, string (uuid) (1 of 1)",
                "get_task 2XX agent_id: missing field (1 of 1)",
            ],
        ),
        (
            task_with(r#""title": 7"#),
            vec!["get_task 2XX title: integer instead of string (1 of 1)"],
        ),
        (
            TASK.replace(r#""2026-05-12T10:16:03Z""#, r#""yesterday""#),
            vec!["get_task 2XX updated_at: string instead of string (date-time) (1 of 1)"],
        ),
        (
            TASK.replace(r#""f1c2a3b4-5d6e-4f70-8192-a3b4c5d6e7f8""#, "null"),
            vec!["get_task 2XX task_id: null instead of string (uuid) (1 of 1)"],
        ),
        (
            TASK.replace("waiting_for_input", "unheard_of"),
            vec!["get_task 2XX status: unknown value `unheard_of` (1 of 1)"],
        ),
        (
            format!("[{TASK}]"),
            vec!["get_task 2XX: array of object instead of object (1 of 1)"],
        ),
        (
            "null".to_owned(),
            vec!["get_task 2XX: null instead of object (1 of 1)"],
        ),
        // Null is allowed where the spec says so.
        (task_with(r#""title": null"#), vec![]),
    ] {
        let (server, client) = Literal::with_client();
        server.says_json(body.as_str());
        get_task(&client).await;
        assert_eq!(lines(&client), expected, "{body}");
    }
}

#[tokio::test]
async fn a_reply_is_told_by_its_status_its_media_type_and_what_it_lacks() {
    for (status, media_type, body, expected) in [
        (
            307,
            "application/json",
            "{}",
            "get_task 307: undocumented status (1 of 1)",
        ),
        (
            200,
            "text/html",
            "<p>",
            "get_task 2XX: unknown media type text/html (1 of 1)",
        ),
        (
            200,
            "text/plain; charset=utf-8",
            TASK,
            "get_task 2XX: unknown media type text/plain (1 of 1)",
        ),
        (
            502,
            "text/html",
            "<p>",
            "get_task 5XX: unknown media type text/html (1 of 1)",
        ),
        (
            200,
            "secret text",
            TASK,
            "get_task 2XX: unknown media type (1 of 1)",
        ),
        (
            200,
            "application/json",
            "",
            "get_task 2XX: no body (1 of 1)",
        ),
        (
            200,
            "application/json",
            r#"{"data": "#,
            "get_task 2XX: not JSON (1 of 1)",
        ),
        (
            404,
            "application/json",
            r#"{"detail": "No"}"#,
            "get_task 404 detail: unknown field, string (1 of 1)",
        ),
        (
            404,
            "application/json",
            r#"{"detail": "No"}"#,
            "get_task 404 error: missing field (1 of 1)",
        ),
        (
            429,
            "application/json",
            r#"{"error": 7}"#,
            "get_task 429 error: integer instead of string (1 of 1)",
        ),
    ] {
        let (server, client) = Literal::with_client();
        server.says(status, media_type, body);
        get_task(&client).await;
        let lines = lines(&client);
        assert!(lines.contains(&expected.to_owned()), "{lines:?}");
        assert!(lines.len() == 1 || status == 404, "{lines:?}");
    }
    // No media type says nothing of it.
    let (server, client) = Literal::with_client();
    server.sequence([(200, None, TASK.to_owned())]);
    get_task(&client).await;
    assert_eq!(lines(&client), [""; 0]);
}

#[tokio::test]
async fn places_in_lists_are_counted_one_by_one() {
    let (server, client) = Literal::with_client();
    let data = [
        TASK.to_owned(),
        task_with(r#""priority": 3"#),
        task_with(r#""priority": 4, "title": 5"#),
    ];
    server.says_json(format!(r#"{{"data": [{}], "total": 3}}"#, data.join(",")));
    list_tasks(&client).await;
    // A page of the other shape is the same place.
    server.says_json(format!(r#"{{"tasks": [{}]}}"#, data[1]));
    list_tasks(&client).await;
    assert_eq!(
        lines(&client),
        [
            "list_tasks 2XX data[].priority: unknown field, integer (3 of 4)",
            "list_tasks 2XX data[].title: integer instead of string (1 of 2)",
            "list_tasks 2XX total: unknown field, integer (1 of 2)",
        ]
    );
    let drift = client.drift();
    let entry = &drift.entries[0];
    assert_eq!(entry.property.as_deref(), Some("priority"));
    assert_eq!(entry.schema.as_deref(), Some("TaskListItem.priority"));
    assert!(!entry.is_always());
    let schemas: Vec<_> = drift
        .entries
        .iter()
        .filter_map(|entry| entry.schema.as_deref())
        .collect();
    assert_eq!(
        schemas,
        [
            "TaskListItem.priority",
            "TaskListItem.title",
            "TaskPage.total"
        ]
    );
}

#[tokio::test]
async fn an_enum_is_told_by_its_own_schema_and_free_form_objects_are_not_told() {
    let (server, client) = Literal::with_client();
    server.says_json(r#"{"status": "unheard_of", "result": {"a": 1}, "workspace": {"b": 2}}"#);
    client
        .get_task_summary()
        .task_id(TASK_ID)
        .send()
        .await
        .expect("a summary");
    let entries = client.drift().entries;
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.path.as_str(), entry.schema.as_deref()))
        .collect();
    let expected = [
        ("status", Some("TaskStatus")),
        ("workspace", Some("TaskSummary.workspace")),
    ];
    assert_eq!(told, expected);
}

/// What was found must explain why a call failed; where it doesn't, that is told too.
#[tokio::test]
async fn a_reply_that_does_not_decode_is_always_told() {
    let (server, client) = Literal::with_client();
    let twice = task_with(r#""status": "running""#);
    server.says_json(format!(r#"{{"data": [{TASK}, {twice}]}}"#));
    client.list_tasks().send().await.expect_err("a name twice");
    assert_eq!(
        lines(&client),
        ["list_tasks 2XX data[]: undecodable (1 of 2)"]
    );
    let schema = client.drift().entries[0].schema.clone();
    assert_eq!(schema.as_deref(), Some("TaskListItem"));

    let (server, client) = Literal::with_client();
    server.says_json(TASK.replace(r#""agent_id""#, r#""agent""#));
    client
        .get_task()
        .task_id(TASK_ID)
        .send()
        .await
        .expect_err("no agent");
    let drift = client.drift();
    assert!(
        drift
            .entries
            .iter()
            .all(|entry| entry.kind != Kind::Undecodable),
        "{drift}"
    );
}

#[tokio::test]
async fn entries_are_bounded_and_those_that_are_known_are_counted_on() {
    let (server, client) = Literal::with_client();
    let known = task_with(r#""priority": 3"#);
    server.says_json(known.as_str());
    get_task(&client).await;
    for part in 0..11 {
        let fields: Vec<_> = (0..100)
            .map(|number| format!(r#""field_{part}_{number}": 1"#))
            .collect();
        server.says_json(task_with(&fields.join(",")));
        get_task(&client).await;
    }
    // What has no room is left out, whatever its kind.
    server.says_json(TASK.replace("waiting_for_input", "unheard_of"));
    get_task(&client).await;
    server.says_json(known);
    get_task(&client).await;
    let drift = client.drift();
    assert_eq!((drift.entries.len(), drift.left_out), (MOST_ENTRIES, 102));
    assert_eq!(client.snapshot().drift, MOST_ENTRIES);
    let known = drift.entries.iter().find(|entry| entry.path == "priority");
    let counts = known.map(|entry| (entry.count, entry.of));
    assert_eq!(counts, Some((2, 14)));
    assert!(
        drift.to_string().ends_with("\n102 more were left out\n"),
        "{drift}"
    );
}

#[tokio::test]
async fn entries_are_lines_of_json_that_can_be_read_again() {
    let (server, client) = Literal::with_client();
    let fields = r#""priority": [1], "title": 7, "updated_at": null"#;
    server.says_json(
        TASK.replace("waiting_for_input", "unheard_of")
            .replace(r#""title""#, &format!(r#"{fields}, "x""#)),
    );
    get_task(&client).await;
    server.says(418, "text/html", "<p>");
    get_task(&client).await;
    server.says(302, "text/html", "<p>");
    get_task(&client).await;
    let drift = client.drift();
    assert!(drift.entries.len() > 5, "{drift}");
    for entry in drift.entries {
        let line = serde_json::to_string(&entry).expect("plain data");
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<Entry>(&line).expect(&line), entry);
    }
}

#[tokio::test(start_paused = true)]
async fn five_deviations_of_the_simulator_are_five_entries() {
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    let run = |fault: Fault| {
        simulator.clear_faults();
        simulator.inject(fault.times(1));
        client.run(simulator.agent_id()).query("How many?").start()
    };
    run(Fault::receipt_with("status", "unheard_of"))
        .await
        .expect("a task");
    run(Fault::receipt_with("created_at", 7))
        .await
        .expect("a task, found in the list");
    run(Fault::receipt_with("queue", "fast"))
        .await
        .expect("a task");
    run(Fault::receipt_without("agent_id"))
        .await
        .expect("a task, found in the list");
    run(Fault::html_error_page().on("run_agent"))
        .await
        .expect("a task, sent again");
    assert_eq!(
        lines(&client),
        [
            "run_agent 2XX agent_id: missing field (1 of 5)",
            "run_agent 2XX created_at: integer instead of string (date-time) (1 of 5)",
            "run_agent 2XX queue: unknown field, string (1 of 5)",
            "run_agent 2XX status: unknown value `unheard_of` (1 of 5)",
            "run_agent 5XX: unknown media type text/html (1 of 1)",
        ]
    );
}
