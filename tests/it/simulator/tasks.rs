//! What becomes of a task, and how lists show it.

use std::time::Duration;

use nanonets_agents::{
    prelude::*,
    simulator::{AgentSpec, Fault, Script, Simulator},
};
use serde_json::{Value, json};

use super::caller::Caller;

#[tokio::test]
async fn a_task_goes_from_run_to_answer() {
    let caller = Caller::new().await;
    let (status, task) = caller
        .post(&caller.run_path(), json!({"query": "Hi\nthere"}))
        .await;
    assert_eq!((status, &task["status"]), (201, &json!("completed")));
    let path = format!("/tasks/{}", task["task_id"].as_str().expect("an id"));

    let (_, state) = caller.get(&path).await;
    assert_eq!(state["title"], "Hi");
    let created = state["created_at"].as_str().expect("a time");
    assert!(created.len() == 20 && created.ends_with('Z'), "{created}");

    let (_, summary) = caller.get(&format!("{path}/summary")).await;
    assert_eq!(
        summary["result"]["summary"],
        json!({"query": "Hi\nthere", "files": []})
    );
    assert!(summary["result"]["completed_at"].is_string());
    let (_, result) = caller.get(&format!("{path}/result")).await;
    assert_eq!(result["feed"][0]["type"], "task_complete");
    let (_, messages) = caller.get(&format!("{path}/messages")).await;
    assert_eq!(messages["data"][0]["content"], "Hi\nthere");
    assert_eq!(
        caller
            .post(&format!("{path}/message"), json!({"message": "x"}))
            .await
            .0,
        409
    );
    assert_eq!(
        caller.post(&format!("{path}/message"), json!({})).await.0,
        400
    );
    // Cancelling what has ended changes nothing.
    assert_eq!(
        caller.post(&format!("{path}/cancel"), json!({})).await,
        (200, state)
    );
}

#[tokio::test]
async fn the_answer_is_made_from_the_feed_as_documented() {
    let caller = Caller::new().await;
    for (script, expected) in [
        (Script::empty().complete(json!({"a": 1})), json!({"a": 1})),
        (
            Script::empty().complete_with_result(json!({"raw": true})),
            json!({"raw": true}),
        ),
        (
            Script::empty().complete_with_output("last words"),
            json!("last words"),
        ),
        (Script::empty().complete_silently(), Value::Null),
    ] {
        let agent = caller
            .simulator
            .add_agent(AgentSpec::new("One").script(script));
        let (_, task) = caller
            .post(&format!("/agents/{agent}/run"), json!({"query": "Hi"}))
            .await;
        let path = format!(
            "/tasks/{}/summary",
            task["task_id"].as_str().expect("an id")
        );
        let (_, summary) = caller.get(&path).await;
        assert_eq!(
            summary.get("result").is_none(),
            expected.is_null(),
            "{summary}"
        );
        let result = &summary["result"];
        assert_eq!(result.get("summary").unwrap_or(result), &expected);
    }
}

#[tokio::test]
async fn a_list_has_the_documented_envelope_or_the_guides() {
    let caller = Caller::new().await;
    for _ in 0..3 {
        caller
            .post(&caller.run_path(), json!({"query": "Hi"}))
            .await;
    }
    let (_, page) = caller.get("/tasks?limit=2").await;
    assert_eq!(
        (page["data"].as_array().map(Vec::len), &page["has_more"]),
        (Some(2), &json!(true))
    );
    let (_, last) = caller.get("/tasks?limit=3").await;
    assert_eq!(
        (&last["has_more"], &last["next_cursor"]),
        (&json!(false), &Value::Null)
    );
    assert!(
        last.as_object()
            .is_some_and(|fields| fields.contains_key("next_cursor"))
    );

    caller.simulator.inject(Fault::guide_list_shape());
    let (_, page) = caller.get("/tasks?limit=2").await;
    let names: Vec<&str> = page
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(names, ["next_cursor", "tasks"]);
    let (_, last) = caller.get("/tasks").await;
    assert_eq!(
        last.as_object()
            .expect("an object")
            .keys()
            .collect::<Vec<_>>(),
        ["tasks"]
    );
}

#[tokio::test(start_paused = true)]
async fn the_clock_may_be_off() {
    let simulator = Simulator::builder().clock_skew(-7200).build();
    let client = simulator.in_process_client().expect("a client");
    let reply = client.list_agents().send().await.expect("a page");
    let date = reply.headers()["date"].to_str().expect("text").to_owned();
    let server = chrono::DateTime::parse_from_rfc2822(&date)
        .expect("a date")
        .to_utc();
    let behind = (chrono::Utc::now() - server).num_seconds();
    assert!((7140..=7260).contains(&behind), "{date}");
}

#[tokio::test]
async fn a_task_is_found_by_the_time_that_is_shown_of_it() {
    let caller = Caller::new().await;
    let (_, task) = caller
        .post(&caller.run_path(), json!({"query": "Hi"}))
        .await;
    let created = task["created_at"].as_str().expect("a time");
    for filter in ["created_before", "created_after"] {
        let (_, page) = caller.get(&format!("/tasks?{filter}={created}")).await;
        assert_eq!(page["data"].as_array().map(Vec::len), Some(1), "{filter}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_queue_moves_on_and_a_cancelled_task_leaves_its_place() {
    let agent =
        AgentSpec::new("Slow")
            .concurrency(1)
            .script_for(|run| match run.text().as_deref() {
                Some("first") => Script::empty().stay("queued", Duration::from_secs(60)),
                _ => Script::empty(),
            });
    let simulator = Simulator::builder().agent(agent).build();
    let client = simulator.in_process_client().expect("a client");
    let first = client
        .run(simulator.agent_id())
        .query("first")
        .start()
        .await
        .expect("a task");
    for _ in 0..20_000 {
        client
            .run(simulator.agent_id())
            .query("other")
            .start()
            .await
            .expect("a task");
    }
    first.handle().cancel().await.expect("a state");
    let statuses: Vec<String> = simulator
        .tasks()
        .into_iter()
        .map(|task| task.status)
        .collect();
    assert_eq!(statuses[0], "stopped");
    assert!(statuses[1..].iter().all(|status| status == "completed"));
}
