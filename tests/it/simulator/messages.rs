//! The first message of the user, the reply to a run, and messages that are no questions.

use std::time::Duration;

use nanonets_agents::simulator::{AgentSpec, Fault, Script};
use serde_json::{Value, json};

use super::direct::Direct;

const QUERY: &str = "Sum  [the\ttotals].\n\n[run 2102736286db7e34aef8d52d9de22c11]";

/// Returns the messages of a task that was asked once and answered, as the faults show them.
async fn messages_with(faults: &[Fault]) -> Vec<Value> {
    let script = Script::empty().ask("Which?").complete("done");
    let direct = Direct::new(AgentSpec::new("Asking").script(script));
    let form = [
        ("query", None, QUERY),
        ("files", Some("a.pdf"), "1"),
        ("files", Some("b.pdf"), "2"),
    ];
    let path = format!("/tasks/{}", direct.run_form(&form).await.task_id());
    let answer = json!({ "message": "[the] second" });
    direct.post(&format!("{path}/message"), answer).await;
    for fault in faults {
        direct.simulator.inject(fault.clone());
    }
    let seen = direct.get(&format!("{path}/messages")).await;
    seen.value()["data"].as_array().expect("a list").clone()
}

#[tokio::test(start_paused = true)]
async fn the_first_message_is_changed_and_the_others_stay() {
    const PREFIX: &str = "Files: a.pdf, b.pdf\n\n";
    let plain = messages_with(&[]).await;
    assert_eq!(plain[0]["content"], QUERY);
    for (fault, content) in [
        (Fault::message_shortened(7), "Sum  [t".to_owned()),
        (
            Fault::message_prefixed_with_files(),
            format!("{PREFIX}{QUERY}"),
        ),
        (
            Fault::message_reformatted(),
            "Sum the totals. run 2102736286db7e34aef8d52d9de22c11".to_owned(),
        ),
    ] {
        let messages = messages_with(&[fault]).await;
        assert_eq!(messages[0]["content"], content.as_str());
        assert_eq!(messages[0]["role"], "user");
        assert_eq!(shown(&messages[1..]), shown(&plain[1..]));
    }
    for (fault, field) in [
        (Fault::message_without_role(), "role"),
        (Fault::message_without_user(), "user_id"),
    ] {
        let messages = messages_with(&[fault]).await;
        assert!(messages[0].get(field).is_none(), "{messages:?}");
        assert_eq!(messages[0]["content"], QUERY);
        assert!(messages[2].get(field).is_some(), "{messages:?}");
    }
    let messages = messages_with(&[Fault::message_missing()]).await;
    assert_eq!(shown(&messages), shown(&plain[1..]));

    let several = [
        Fault::message_without_role(),
        Fault::message_without_user(),
        Fault::message_reformatted(),
        Fault::message_prefixed_with_files(),
        Fault::message_shortened(PREFIX.len() + 7),
        Fault::stale_messages(Duration::ZERO),
    ];
    let messages = messages_with(&several).await;
    assert_eq!(messages[0]["content"], format!("{PREFIX}Sum the"));
    assert!(messages[0].get("role").is_none() && messages[0].get("user_id").is_none());
    assert_eq!(messages.len(), 3);
}

/// Returns what can be compared of messages from two simulators.
fn shown(messages: &[Value]) -> Vec<[&Value; 2]> {
    let messages = messages.iter();
    messages
        .map(|message| [&message["role"], &message["content"]])
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_message_without_files_has_no_prefix() {
    let direct = Direct::echo();
    direct
        .simulator
        .inject(Fault::message_prefixed_with_files());
    let path = format!("/tasks/{}/messages", direct.run("Hi").await.task_id());
    let seen = direct.get(&path).await;
    assert_eq!(seen.value()["data"][0]["content"], "Hi");
}

#[tokio::test(start_paused = true)]
async fn a_receipt_loses_fields_or_has_odd_ones() {
    let direct = Direct::echo();
    let whole = direct.run("Hi").await;
    for field in ["task_id", "status", "agent_id", "created_at", "message"] {
        direct.simulator.clear_faults();
        direct.simulator.inject(Fault::receipt_without(field));
        let seen = direct.run("Hi").await;
        assert_eq!(seen.status, Some(201));
        assert!(whole.value().get(field).is_some());
        let fields = |value: &Value| value.as_object().expect("an object").len();
        assert_eq!(fields(seen.value()), fields(whole.value()) - 1, "{field}");
        assert!(seen.value().get(field).is_none(), "{field}");
    }
    direct.simulator.clear_faults();
    let local = "2026-05-12T10:15:42";
    direct
        .simulator
        .inject(Fault::receipt_with("created_at", local));
    direct
        .simulator
        .inject(Fault::receipt_with("status", json!({ "name": 7 })));
    let seen = direct.run("Hi").await;
    assert_eq!(seen.value()["created_at"], local);
    assert_eq!(seen.value()["status"], json!({ "name": 7 }));
    // The other replies have their fields.
    let path = format!("/tasks/{}", seen.task_id());
    assert_eq!(direct.get(&path).await.value()["status"], "completed");
    // A refusal is no receipt.
    let refused = direct.run("").await;
    assert_eq!(refused.status, Some(400));
    assert!(refused.body.expect("JSON").get("status").is_none());
}

#[tokio::test(start_paused = true)]
async fn an_agent_says_something_and_goes_on() {
    let script = Script::empty()
        .running(Duration::from_secs(1))
        .say("Is it this one?")
        .running(Duration::from_secs(1))
        .ask("Which?")
        .say("Thanks.")
        .complete("done");
    let direct = Direct::new(AgentSpec::new("Chatty").script(script));
    let path = format!("/tasks/{}", direct.run("Hi").await.task_id());
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(direct.get(&path).await.value()["status"], "running");
    let messages = direct.get(&format!("{path}/messages")).await;
    let said = &messages.value()["data"][1];
    assert_eq!(
        (&said["role"], &said["content"]),
        (&json!("assistant"), &json!("Is it this one?"))
    );
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(
        direct.get(&path).await.value()["status"],
        "waiting_for_input"
    );
    let answer = json!({ "message": "That one" });
    direct.post(&format!("{path}/message"), answer).await;
    tokio::time::sleep(Duration::from_secs(1)).await;

    let task = &direct.simulator.tasks()[0];
    assert_eq!(task.status, "completed");
    let texts: Vec<&str> = task
        .messages
        .iter()
        .map(|message| message.text.as_str())
        .collect();
    assert_eq!(
        texts,
        ["Hi", "Is it this one?", "Which?", "That one", "Thanks."]
    );
}
