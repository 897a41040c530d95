//! Each operation, through the generated client, against the simulator over HTTP.

use std::time::Duration;

use nanonets_agents::{
    Error, Phase,
    prelude::*,
    simulator::{AgentSpec, Script, Simulator},
    types::*,
};
use serde_json::json;
use support::stage::over_http;

async fn invoices() -> (Simulator, Client) {
    let agent = AgentSpec::new("Invoices").script(
        Script::empty()
            .answer_delay(Duration::ZERO)
            .ask("Which currency?")
            .complete(json!({"total": 12.5})),
    );
    over_http(agent).await
}

fn status<T>(result: Result<T, Error>) -> u16 {
    match result {
        Ok(_) => panic!("it should be refused"),
        Err(error) => error.status().expect("an answer").as_u16(),
    }
}

#[tokio::test]
async fn list_agents() {
    let (simulator, client) = invoices().await;
    for name in ["Contracts", "Receipts"] {
        simulator.add_agent(AgentSpec::new(name));
    }
    let page = client
        .list_agents()
        .limit(2)
        .send()
        .await
        .expect("a page")
        .into_inner();
    let names: Vec<&str> = page.data.iter().map(|agent| agent.name.as_str()).collect();
    assert_eq!(names, ["Receipts", "Contracts"]);
    assert_eq!(page.has_more, Some(true));

    let cursor = page.next_cursor.expect("there is more");
    let rest = client
        .list_agents()
        .limit(2)
        .cursor(cursor)
        .send()
        .await
        .expect("a page");
    assert_eq!(rest.data.len(), 1);
    assert_eq!(
        (rest.has_more, rest.next_cursor.as_deref()),
        (Some(false), None)
    );

    let found = client
        .list_agents()
        .q("TRACT")
        .status([AgentStatus::Draft, AgentStatus::Published])
        .send()
        .await;
    assert_eq!(found.expect("a page").data[0].name, "Contracts");
    assert_eq!(
        status(
            client
                .list_agents()
                .status([AgentStatus::from("live")])
                .send()
                .await
        ),
        400
    );
}

#[tokio::test]
async fn create_get_and_update_agent() {
    let (_simulator, client) = invoices().await;
    let body = CreateAgentRequest::builder().name("Letters");
    let body = body.system_prompt("Read letters.");
    let created = client
        .create_agent()
        .body(body)
        .send()
        .await
        .expect("an agent")
        .into_inner();
    assert_eq!(
        (created.version_number, &created.status),
        (1, &AgentStatus::Published)
    );
    assert_eq!(created.config["system_prompt"], "Read letters.");

    let found = client
        .get_agent()
        .agent_id(created.id)
        .send()
        .await
        .expect("the agent");
    assert_eq!(found.into_inner(), created);

    let body = UpdateAgentRequest::builder().is_active(false);
    let updated = client
        .update_agent()
        .agent_id(created.id)
        .body(body)
        .send()
        .await;
    assert!(!updated.expect("the agent").is_active);
    let run = RunAgentRequest::builder().query("Hi");
    assert_eq!(
        status(
            client
                .run_agent()
                .agent_id(created.id)
                .body(run)
                .send()
                .await
        ),
        403
    );

    let taken = CreateAgentRequest::builder().name("Letters");
    assert_eq!(status(client.create_agent().body(taken).send().await), 409);
    let untitled = client.create_agent().send().await.expect("an agent");
    assert_eq!(untitled.name, "Untitled Agent 1");
    assert_eq!(
        status(client.get_agent().agent_id(uuid::Uuid::nil()).send().await),
        404
    );
}

#[tokio::test]
async fn list_and_publish_agent_versions() {
    let (simulator, client) = invoices().await;
    let id = simulator.agent_id();
    assert_eq!(
        status(client.publish_agent_version().agent_id(id).send().await),
        409
    );

    let draft = simulator.edit_draft(id).expect("the agent is there");
    let published = client
        .publish_agent_version()
        .agent_id(id)
        .send()
        .await
        .expect("a version");
    assert_eq!((published.id, published.version_number), (draft, 2));
    assert_eq!(published.status, AgentStatus::Published);

    let versions = client
        .list_agent_versions()
        .agent_id(id)
        .send()
        .await
        .expect("a list");
    let seen: Vec<_> = versions
        .data
        .iter()
        .map(|version| (version.version_number, version.status.as_str()))
        .collect();
    assert_eq!(seen, [(2, "published"), (1, "archived")]);
    assert_eq!(simulator.requests().last().expect("a request").query, "");
}

#[tokio::test]
async fn run_an_agent_and_follow_its_task() {
    let (simulator, client) = invoices().await;
    let id = simulator.agent_id();
    let run = RunAgentRequest::builder().query("Total?");
    let task = client
        .run_agent()
        .agent_id(id)
        .body(run)
        .send()
        .await
        .expect("a task")
        .into_inner();
    assert_eq!(
        (task.agent_id, &task.status),
        (id, &TaskStatus::WaitingForInput)
    );

    let state = client
        .get_task()
        .task_id(task.task_id)
        .send()
        .await
        .expect("a state");
    assert_eq!(state.title.as_deref(), Some("Total?"));
    let early = client
        .get_task_summary()
        .task_id(task.task_id)
        .send()
        .await
        .expect("a summary");
    assert_eq!(early.result, Some(json!("Which currency?")));

    let messages = client
        .list_task_messages()
        .task_id(task.task_id)
        .send()
        .await
        .expect("a list");
    let texts: Vec<_> = messages.data.iter().filter_map(TaskMessage::text).collect();
    assert_eq!(texts, ["Total?", "Which currency?"]);
    assert!(messages.data[0].is_from_user() && !messages.data[1].is_from_user());

    let body = SendMessageRequest::builder().message("EUR");
    let sent = client
        .send_task_message()
        .task_id(task.task_id)
        .body(body)
        .send()
        .await;
    let sent = sent.expect("a receipt").into_inner();
    assert!(sent.message_id.is_some());
    // The effect is asynchronous, however soon it comes.
    assert_eq!(sent.status, Some(TaskStatus::WaitingForInput));

    let finished = client.task(task.task_id).wait().await.expect("an end");
    assert!(finished.is_completed());
    let summary = client
        .get_task_summary()
        .task_id(task.task_id)
        .send()
        .await
        .expect("a summary");
    assert_eq!(
        summary.structured().as_deref(),
        Some(&json!({"total": 12.5}))
    );
    let result = client
        .get_task_result()
        .task_id(task.task_id)
        .send()
        .await
        .expect("a feed");
    assert_eq!(result.feed.last().expect("a step")["type"], "task_complete");
}

#[tokio::test]
async fn run_an_agent_with_a_form() {
    let (_simulator, client) = invoices().await;
    let id = client.list_agents().send().await.expect("a page").data[0].id;
    let task = client
        .run_agent_multipart()
        .agent_id(id)
        .query("Total?")
        .files(Upload::bytes("a.txt", "one"))
        .files(Upload::bytes("b.txt", "two"))
        .output_config(r#"{"instructions": "Be brief."}"#)
        .extra_field("unlisted", "test")
        .send()
        .await
        .expect("a task");
    assert_eq!(task.agent_id, id);
}

#[tokio::test]
async fn list_tasks() {
    let (simulator, client) = invoices().await;
    let id = simulator.agent_id();
    for query in ["first", "second", "third"] {
        client.run(id).query(query).start().await.expect("a task");
    }
    let titles = |page: TaskPage| -> Vec<String> {
        page.data
            .into_iter()
            .filter_map(|task| task.title)
            .collect()
    };
    let page = client
        .list_tasks()
        .agent_id(id)
        .send()
        .await
        .expect("a page");
    assert_eq!(titles(page.into_inner()), ["third", "second", "first"]);
    let page = client
        .list_tasks()
        .status([TaskStatus::WaitingForInput, TaskStatus::Running])
        .q("SEC")
        .send()
        .await
        .expect("a page");
    assert_eq!(titles(page.into_inner()), ["second"]);
    let waiting = |page: TaskPage| titles(page).len();
    for call in [
        client.list_tasks().status(TaskStatus::WaitingForInput),
        client.list_tasks().status("waiting_for_input"),
        client.list_tasks().status(["waiting_for_input", "running"]),
        client
            .list_tasks()
            .status(vec![TaskStatus::WaitingForInput]),
        client
            .list_tasks()
            .status(Some(TaskStatus::WaitingForInput)),
        client.list_tasks().status(
            ["waiting_for_input"]
                .iter()
                .map(|name| TaskStatus::from(*name)),
        ),
    ] {
        let page = call.send().await.expect("a page");
        assert_eq!(waiting(page.into_inner()), 3);
    }
    let none = client.list_tasks().status("running").send().await;
    assert_eq!(waiting(none.expect("a page").into_inner()), 0);
    let now = chrono::Utc::now();
    let minute = chrono::TimeDelta::minutes(1);
    let none = client
        .list_tasks()
        .created_after(now + minute)
        .send()
        .await
        .expect("a page");
    assert!(none.data.is_empty());
    let all = client
        .list_tasks()
        .created_after(now - minute)
        .created_before(now + minute);
    assert_eq!(all.send().await.expect("a page").data.len(), 3);
    let other = client
        .list_tasks()
        .agent_id(uuid::Uuid::nil())
        .send()
        .await
        .expect("a page");
    assert!(other.data.is_empty());
}

#[tokio::test]
async fn cancel_task() {
    let (simulator, client) = invoices().await;
    let task = client
        .run(simulator.agent_id())
        .query("Total?")
        .start()
        .await
        .expect("a task");
    for _ in 0..2 {
        let state = client
            .cancel_task()
            .task_id(task.task_id())
            .send()
            .await
            .expect("a state");
        assert_eq!(state.status, TaskStatus::Stopped);
    }
    let foreign = simulator.add_workspace("other-key");
    assert_eq!(
        status(client.get_agent().agent_id(foreign).send().await),
        403
    );
}

#[tokio::test]
async fn errors_have_the_same_parts_however_they_come_about() {
    let (simulator, client) = invoices().await;
    let raw = client.get_task().task_id(uuid::Uuid::nil()).send().await;
    let error = raw.expect_err("there is no such task");
    assert_eq!(error.operation(), Some("get_task"));
    assert_eq!((error.attempts(), error.phase()), (1, Phase::Answered));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(404));
    assert_eq!(error.message(), "Task not found");
    assert!(error.headers().contains_key("date"));
    assert!(
        !error
            .headers()
            .keys()
            .any(|name| name.as_str().contains("nanonets"))
    );
    assert_eq!(
        error.to_string(),
        "get_task: 404 Not Found: Task not found; check the id: it isn't there, or not in this \
         workspace (1 attempt)"
    );

    let stranger = Client::builder()
        .api_key("wrong")
        .base_url(simulator.url())
        .build();
    let raw = stranger.expect("a client").list_tasks().send().await;
    let error = raw.expect_err("the key is wrong");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    assert!(error.to_string().contains("check the API key"), "{error}");
}
