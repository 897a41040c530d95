//! The types against bodies as they stand on the wire, written down from the documentation.

use nanonets_agents::types::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use support::documented::{AGENT, TASK, VERSION};

fn read<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn refuse<T: DeserializeOwned + std::fmt::Debug>(text: &str) -> String {
    serde_json::from_str::<T>(text).expect_err(text).to_string()
}

/// Reads a body, and again with a field that no version of the documentation names.
fn read_tolerantly<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(text: &str) -> T {
    let plain: T = read(text);
    let mut body: Value = read(text);
    body["field_from_the_future"] = json!({"a": [1, null]});
    let with_unknown: T = read(&body.to_string());
    // What keeps unknown fields differs by just that one; what ignores them doesn't differ.
    let mut written = serde_json::to_value(&with_unknown).expect("it is plain data");
    if let Some(object) = written.as_object_mut()
        && let Some(kept) = object.remove("field_from_the_future")
    {
        assert_eq!(kept, json!({"a": [1, null]}));
    }
    assert_eq!(
        written,
        serde_json::to_value(&plain).expect("it is plain data")
    );
    plain
}

#[test]
fn agent() {
    let agent: Agent = read_tolerantly(AGENT);
    assert_eq!(agent.version_number, 3);
    assert_eq!(agent.status, AgentStatus::Published);
    assert_eq!(agent.config["tools"], json!([{"name": "ocr"}]));
    assert!(agent.is_active);
    // Free-form configuration survives a read and a write unchanged.
    let original: Value = read(AGENT);
    assert_eq!(
        serde_json::to_value(&agent.config).expect("plain data"),
        original["config"]
    );
}

#[test]
fn agent_version() {
    let version: AgentVersion = read_tolerantly(VERSION);
    assert_eq!(version.status, AgentStatus::Archived);
    assert!(!version.is_active);
}

#[test]
fn run_response() {
    let response: RunAgentResponse = read_tolerantly(
        r#"{
            "task_id": "f1c2a3b4-5d6e-4f70-8192-a3b4c5d6e7f8",
            "agent_id": "3f2b8c1e-7d44-4a55-9a0e-5f2f0c6d7e81",
            "status": "running",
            "message": "Task created successfully. Use GET /v1/tasks/{task_id} to check status.",
            "created_at": "2026-05-12T10:15:42Z"
        }"#,
    );
    assert_eq!(response.status, TaskStatus::Running);
    assert!(response.created_at.is_some());
    let least: RunAgentResponse = read(
        r#"{"task_id": "f1c2a3b4-5d6e-4f70-8192-a3b4c5d6e7f8",
            "agent_id": "3f2b8c1e-7d44-4a55-9a0e-5f2f0c6d7e81", "status": "queued"}"#,
    );
    assert_eq!((least.message, least.created_at), (None, None));
}

#[test]
fn task() {
    let task: Task = read_tolerantly(TASK);
    assert_eq!(task.status, TaskStatus::WaitingForInput);
    assert_eq!(task.title.as_deref(), Some("Extract the line items"));
    // The title is left out until it is set, and may be null.
    for title in [r#""title": null"#, r#""other": 1"#] {
        let text = TASK.replace(r#""title": "Extract the line items""#, title);
        assert_eq!(read::<Task>(&text).title, None);
    }
    assert!(
        refuse::<Task>(r#"{"task_id": "f1c2a3b4-5d6e-4f70-8192-a3b4c5d6e7f8"}"#)
            .contains("agent_id")
    );
}

#[test]
fn timestamps_come_in_any_form_of_rfc_3339() {
    let times = [
        "2026-05-12T10:15:42Z",
        "2026-05-12T10:15:42.000000Z",
        "2026-05-12T12:15:42+02:00",
        "2026-05-12t10:15:42z",
        "2026-05-12T10:15:42.0+00:00",
    ]
    .map(|time| read::<Task>(&TASK.replace("2026-05-12T10:15:42Z", time)).created_at);
    assert!(times.iter().all(|time| *time == times[0]), "{times:?}");
}

#[test]
fn agent_page() {
    let page: AgentPage = read_tolerantly(&format!(
        r#"{{"data": [{VERSION}], "has_more": true, "next_cursor": "eyJpZCI6IjFhIn0="}}"#
    ));
    assert_eq!(page.data.len(), 1);
    assert_eq!(
        (page.has_more, page.next_cursor.as_deref()),
        (Some(true), Some("eyJpZCI6IjFhIn0="))
    );
    let guide: AgentPage = read(&format!(r#"{{"agents": [{VERSION}]}}"#));
    assert_eq!(guide.data, page.data);
    assert_eq!((guide.has_more, guide.next_cursor), (None, None));
    assert_eq!(
        refuse::<AgentPage>(r#"{"has_more": false}"#),
        "missing field `data`"
    );
}

#[test]
fn agent_version_page() {
    let page: AgentVersionPage = read_tolerantly(&format!(r#"{{"data": [{VERSION}]}}"#));
    assert_eq!(page.has_more, None);
    let guide: AgentVersionPage = read(&format!(
        r#"{{"versions": [{VERSION}], "next_cursor": ""}}"#
    ));
    assert_eq!(guide.data, page.data);
    assert!(refuse::<AgentVersionPage>("{}").contains("missing field `data`"));
}

#[test]
fn task_page() {
    let item = TASK.replace(
        r#""title""#,
        r#""agent_name": "Invoice extractor", "title""#,
    );
    let page: TaskPage = read_tolerantly(&format!(
        r#"{{"data": [{item}], "has_more": false, "next_cursor": null}}"#
    ));
    assert_eq!(
        page.data[0].agent_name.as_deref(),
        Some("Invoice extractor")
    );
    let guide: TaskPage = read(&format!(r#"{{"tasks": [{item}], "next_cursor": "abc"}}"#));
    assert_eq!(guide.data, page.data);
    // `data` counts where both stand, as during a change of the server.
    let both: TaskPage = read(&format!(r#"{{"tasks": [], "data": [{item}]}}"#));
    assert_eq!(both.data, page.data);
    assert!(refuse::<TaskPage>(r#"{"items": []}"#).contains("missing field `data`"));
    assert!(refuse::<TaskPage>(r#"{"tasks": [{"task_id": 7}]}"#).contains("UUID"));
    // A name is optional in a list.
    assert_eq!(read::<TaskListItem>(TASK).agent_name, None);
}

#[test]
fn task_summary() {
    let summary: TaskSummary = read_tolerantly(
        r#"{"status": "completed", "result": {"summary": "{\"total\": 12.5}", "completed_at": "2026-05-12T10:16:03Z"}}"#,
    );
    assert_eq!(
        summary.result.expect("there is one")["completed_at"],
        "2026-05-12T10:16:03Z"
    );
    assert_eq!(summary.task_id, None);

    let extracted: TaskSummary = read(
        r#"{"status": "completed", "extracted_data": {"total": 12.5}, "task_id":
            "f1c2a3b4-5d6e-4f70-8192-a3b4c5d6e7f8", "workspace": "w"}"#,
    );
    assert_eq!(extracted.extracted_data, Some(json!({"total": 12.5})));
    assert_eq!(extracted.extra["workspace"], "w");

    let early: TaskSummary = read(r#"{"status": "pending"}"#);
    assert_eq!(early.result, None);
    // Nothing of this body is shown by the documentation, so that nothing of it is insisted on.
    let bare: TaskSummary = read(r#"{"result": "done"}"#);
    assert_eq!((bare.status, bare.result), (None, Some(json!("done"))));
    let odd: TaskSummary = read_tolerantly(
        r#"{"status": 3, "result": "done", "task_id": "t-1", "created_at": "yesterday"}"#,
    );
    assert_eq!(
        (odd.status, odd.task_id, odd.created_at),
        (None, None, None)
    );
    assert_eq!(odd.extra["created_at"], "yesterday");
}

#[test]
fn task_result() {
    let steps =
        r#"[{"type": "tool_call", "content": "…"}, {"type": "task_complete", "result": {}}]"#;
    let result: TaskResult =
        read_tolerantly(&format!(r#"{{"status": "failed", "feed": {steps}}}"#));
    assert_eq!(result.status, Some(TaskStatus::Failed));
    assert_eq!(result.feed[1]["type"], "task_complete");
    // The array's name isn't documented: `data`, or `result` if that is an array.
    for name in ["data", "result"] {
        let other: TaskResult = read(&format!(r#"{{"status": "failed", "{name}": {steps}}}"#));
        assert_eq!(other.feed, result.feed, "{name}");
    }
    let object: TaskResult = read(r#"{"status": "completed", "result": {"summary": "x"}}"#);
    assert!(object.feed.is_empty());
    assert_eq!(object.extra["result"]["summary"], "x");
    let object: TaskResult = read_tolerantly(r#"{"feed": {"steps": []}, "data": {}}"#);
    assert!(object.feed.is_empty());
    assert_eq!(object.extra["feed"], json!({"steps": []}));
    // What was read is written as it came.
    let written = serde_json::to_value(&object).expect("plain data");
    assert_eq!(written, json!({"feed": {"steps": []}, "data": {}}));
    let null: TaskResult = read(r#"{"feed": null}"#);
    assert!(null.feed.is_empty());
}

#[test]
fn task_messages() {
    let list: TaskMessageList = read_tolerantly(
        r#"{"data": [
            {"id": "11111111-2222-4333-8444-555555555555",
             "task_id": "f1c2a3b4-5d6e-4f70-8192-a3b4c5d6e7f8",
             "agent_id": "3f2b8c1e-7d44-4a55-9a0e-5f2f0c6d7e81",
             "role": "user", "content": "Extract", "created_at": "2026-05-12T10:15:42Z",
             "user_id": "66666666-7777-4888-8999-000000000000", "parent_id": null},
            {"id": "22222222-2222-4333-8444-555555555555", "type": "assistant",
             "content": [{"type": "text", "text": "Which currency?"}], "created_at": "2026-05-12T10:15:50Z",
             "channel": "chat"}
        ]}"#,
    );
    assert_eq!(list.data[0].role, Some(MessageRole::User));
    assert_eq!(list.data[1].role, Some(MessageRole::Assistant));
    assert_eq!(list.data[1].text().as_deref(), Some("Which currency?"));
    assert_eq!(list.data[1].extra["channel"], "chat");
    assert!(list.data[1].user_id.is_none());
}

#[test]
fn a_message_keeps_the_names_that_it_did_not_need() {
    let message: TaskMessage = read(
        r#"{"id": "11111111-2222-4333-8444-555555555555", "created_at": "2026-05-12T10:15:42Z",
            "role": "assistant", "type": "text", "sender": {"name": "Bot"}, "content": null}"#,
    );
    assert_eq!(message.role, Some(MessageRole::Assistant));
    assert_eq!(message.extra["type"], "text");
    assert_eq!(message.extra["sender"]["name"], "Bot");
}

#[test]
fn send_message_response() {
    let id = "11111111-2222-4333-8444-555555555555";
    for name in ["message_id", "id"] {
        let response: SendMessageResponse = read_tolerantly(&format!(
            r#"{{"{name}": "{id}", "status": "running", "message": "Message accepted and queued."}}"#
        ));
        assert_eq!(
            response.message_id.map(|id| id.to_string()).as_deref(),
            Some(id)
        );
        assert_eq!(response.status, Some(TaskStatus::Running));
    }
    // The message is on its way, whatever the receipt looks like.
    let odd: SendMessageResponse = read(r#"{"message_id": 7, "id": "x"}"#);
    assert_eq!(
        (odd.message_id, &odd.extra["message_id"]),
        (None, &json!(7))
    );
    let odd: SendMessageResponse = read_tolerantly(
        r#"{"message": {"id": "m-1", "content": "The second one."}, "task_id": "t-1", "status": 202}"#,
    );
    assert_eq!((odd.message, odd.task_id, odd.status), (None, None, None));
    assert_eq!(odd.extra["message"]["content"], "The second one.");
    assert_eq!(
        (&odd.extra["task_id"], &odd.extra["status"]),
        (&json!("t-1"), &json!(202))
    );
    let bare: SendMessageResponse = read("{}");
    assert_eq!(
        (bare.message_id, bare.status, bare.message),
        (None, None, None)
    );
}

#[test]
fn error_body() {
    let error: ErrorBody = read_tolerantly(r#"{"error": "Invalid agent_id format"}"#);
    assert_eq!(error.error, "Invalid agent_id format");
}

#[test]
fn requests_hold_what_was_set_and_nothing_else() {
    let written = |value: &dyn erased::Json| value.text();
    let run = RunAgentRequest::builder().query("Hi");
    let run = RunAgentRequest::try_from(run).expect("it is complete");
    assert_eq!(written(&run), r#"{"query":"Hi"}"#);
    let create = CreateAgentRequest::try_from(CreateAgentRequest::builder()).expect("all optional");
    assert_eq!(written(&create), "{}");
    let update = UpdateAgentRequest::builder().is_active(false);
    let update = UpdateAgentRequest::try_from(update).expect("all optional");
    assert_eq!(written(&update), r#"{"is_active":false}"#);
    // The name in Rust warns of what the field does.
    let whole = UpdateAgentRequest::builder().whole_config(AgentConfig::default());
    let whole = whole.name(None).system_prompt(Some("Hi".to_owned()));
    let whole = UpdateAgentRequest::try_from(whole).expect("all optional");
    assert_eq!(written(&whole), r#"{"config":{},"system_prompt":"Hi"}"#);
    let message = SendMessageRequest::builder().message("yes");
    let message = SendMessageRequest::try_from(message).expect("it is complete");
    assert_eq!(written(&message), r#"{"message":"yes"}"#);
}

mod erased {
    pub trait Json {
        fn text(&self) -> String;
    }

    impl<T: serde::Serialize> Json for T {
        fn text(&self) -> String {
            serde_json::to_string(self).expect("it is plain data")
        }
    }
}

macro_rules! open_enum {
    ($test:ident, $type:ident, $values:expr) => {
        #[test]
        fn $test() {
            for value in $values {
                let wire = Value::from(value);
                let known: $type = serde_json::from_value(wire.clone()).expect("a string");
                assert!(!matches!(known, $type::Unknown(_)), "{value}");
                assert_eq!(known.as_str(), value);
                assert_eq!(serde_json::to_value(&known).expect("plain data"), wire);
            }
            assert_eq!($type::KNOWN.len(), $values.len());
            for invented in ["unheard_of", "Completed", "", "wird geprüft ✓", "a\"b\\c"] {
                let wire = Value::from(invented);
                let unknown: $type = serde_json::from_value(wire.clone()).expect("a string");
                assert_eq!(unknown, $type::Unknown(invented.to_owned()));
                assert_eq!(serde_json::to_value(&unknown).expect("plain data"), wire);
                assert_eq!(unknown.to_string(), invented);
                assert_eq!(invented.parse::<$type>(), Ok(unknown.clone()));
                assert_eq!($type::from(invented.to_owned()), unknown);
            }
            assert!(serde_json::from_str::<$type>("7").is_err());
        }
    };
}

open_enum!(
    agent_status_is_open,
    AgentStatus,
    ["draft", "published", "archived"]
);
open_enum!(
    task_status_is_open,
    TaskStatus,
    [
        "pending",
        "queued",
        "running",
        "waiting_for_input",
        "awaiting_review",
        "completed",
        "failed",
        "stopped"
    ]
);
open_enum!(message_role_is_open, MessageRole, ["user", "assistant"]);

#[test]
fn three_statuses_are_terminal_and_an_unknown_one_is_not() {
    let terminal: Vec<&str> = TaskStatus::KNOWN
        .iter()
        .filter(|status| status.is_terminal())
        .map(TaskStatus::as_str)
        .collect();
    assert_eq!(terminal, ["completed", "failed", "stopped"]);
    assert!(!TaskStatus::from("unheard_of").is_terminal());
}

#[test]
fn a_schema_of_an_open_enum_admits_any_string() {
    let schema = schemars::schema_for!(TaskStatus).to_value();
    assert_eq!(schema["type"], "string");
    assert_eq!(schema.get("enum"), None);
}
