//! The simulator as a program in any language sees it: plain HTTP, plain JSON.

use std::time::Duration;

use nanonets_agents::{
    prelude::RunExt,
    simulator::{AgentSpec, Fault, PastTask, Script, Simulator},
};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

struct Caller {
    simulator: Simulator,
    http: Client,
}

impl Caller {
    async fn new() -> Self {
        let agent = AgentSpec::new("Echo").script(Script::empty());
        Self {
            simulator: Simulator::builder()
                .agent(agent)
                .start()
                .await
                .expect("a free port"),
            http: Client::new(),
        }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/api/v1{path}", self.simulator.url());
        self.http
            .request(method, url)
            .bearer_auth(self.simulator.key())
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        read(
            self.request(Method::GET, path)
                .send()
                .await
                .expect("an answer"),
        )
        .await
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let request = self.request(Method::POST, path).json(&body);
        read(request.send().await.expect("an answer")).await
    }

    fn run_path(&self) -> String {
        format!("/agents/{}/run", self.simulator.agent_id())
    }
}

async fn read(response: Response) -> (u16, Value) {
    assert_eq!(response.headers()["content-type"], "application/json");
    assert!(response.headers().contains_key("date"));
    (
        response.status().as_u16(),
        response.json().await.expect("JSON"),
    )
}

fn has_only_an_error(body: &Value) -> bool {
    body.as_object().is_some_and(|fields| fields.len() == 1) && body["error"].is_string()
}

#[tokio::test]
async fn a_key_is_needed_in_the_documented_form() {
    let caller = Caller::new().await;
    let url = format!("{}/api/v1/agents", caller.simulator.url());
    for authorization in [
        None,
        Some("simulator-key"),
        Some("Basic simulator-key"),
        Some("Bearer x"),
    ] {
        let mut request = caller.http.get(&url);
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        let (status, body) = read(request.send().await.expect("an answer")).await;
        assert_eq!(status, 401, "{authorization:?}");
        assert!(has_only_an_error(&body), "{body}");
    }
    assert_eq!(caller.get("/agents").await.0, 200);
    let record = caller.simulator.requests().pop().expect("a request");
    assert!(
        !record
            .headers
            .iter()
            .any(|(name, _)| name == "authorization")
    );
}

#[tokio::test]
async fn malformed_requests_are_refused() {
    let caller = Caller::new().await;
    let run = caller.run_path();
    for path in [
        "/tasks/42",
        "/tasks/42/summary",
        "/agents/urn:uuid:3f2b8c1e-7d44-4a55-9a0e-5f2f0c6d7e81",
        "/tasks?limit=0",
        "/tasks?limit=101",
        "/tasks?limit=ten",
        "/tasks?limit=%2B5",
        "/tasks?agent_id=3f2b8c1e7d444a559a0e5f2f0c6d7e81",
        "/tasks?limit=1&limit=2",
        "/tasks?status=done",
        "/tasks?status=running&status=failed",
        "/tasks?created_after=yesterday",
        "/tasks?agent_id=42",
        "/tasks?cursor=nonsense",
        "/agents?status=running",
    ] {
        let (status, body) = caller.get(path).await;
        assert_eq!(status, 400, "{path} {body}");
        assert!(has_only_an_error(&body), "{body}");
    }
    for body in [
        json!({}),
        json!({"query": ""}),
        json!({"query": 7}),
        json!([]),
        json!({"query": "Hi", "output_config": "text"}),
        json!({"query": "Hi", "output_config": {"output_schema": {"type": "object"}}}),
    ] {
        assert_eq!(caller.post(&run, body.clone()).await.0, 400, "{body}");
    }
    for (content_type, body) in [
        ("text/plain", r#"{"query":"Hi"}"#),
        ("application/json", "{"),
        ("multipart/form-data", "x"),
    ] {
        let request = caller
            .request(Method::POST, &run)
            .header("content-type", content_type);
        let (status, answer) = read(request.body(body).send().await.expect("an answer")).await;
        assert_eq!(status, 400, "{content_type} {answer}");
    }
    assert!(caller.simulator.tasks().is_empty());
}

#[tokio::test]
async fn unknown_things_are_not_found() {
    let caller = Caller::new().await;
    let nil = uuid::Uuid::nil();
    assert_eq!(caller.get(&format!("/tasks/{nil}")).await.0, 404);
    assert_eq!(caller.get(&format!("/agents/{nil}")).await.0, 404);
    assert_eq!(caller.get("/nothing").await.0, 404);
    assert_eq!(caller.post("/tasks", json!({})).await.0, 405);
}

#[tokio::test]
async fn forms_are_checked_part_by_part() {
    use reqwest::multipart::{Form, Part};
    let caller = Caller::new().await;
    let file = || Part::bytes(b"abc".to_vec()).file_name("a.txt");
    let typed = || file().mime_str("text/plain").expect("a type");
    for (form, expected) in [
        (
            Form::new().part("files", typed()).part("files", typed()),
            201,
        ),
        (Form::new().part("file", typed()), 201),
        (Form::new().text("query", "Hi"), 201),
        (Form::new().text("query", ""), 400),
        (Form::new(), 400),
        (Form::new().part("files", file()), 400),
        (Form::new().part("files[]", typed()), 400),
        (Form::new().part("files.items", typed()), 400),
        (Form::new().text("files", "abc"), 400),
        (Form::new().text("query", "a").text("query", "b"), 400),
        (
            Form::new()
                .part("files", typed())
                .text("output_config", "{"),
            400,
        ),
        (
            Form::new()
                .part("files", typed())
                .text("output_config", "{\"instructions\":\"x\"}"),
            201,
        ),
    ] {
        let shown = format!("{form:?}");
        let request = caller
            .request(Method::POST, &caller.run_path())
            .multipart(form);
        let (status, body) = read(request.send().await.expect("an answer")).await;
        assert_eq!(status, expected, "{shown} {body}");
    }
}

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

#[tokio::test]
async fn faults_happen_before_or_after_the_effect() {
    let caller = Caller::new().await;
    let run = caller.run_path();
    let request = || {
        caller
            .request(Method::POST, &run)
            .json(&json!({"query": "Hi"}))
            .send()
    };
    for (fault, tasks) in [
        (Fault::status_before(500), 0),
        (Fault::status_after(500), 1),
        (Fault::reset_before(), 0),
        (Fault::reset_after(), 1),
        (Fault::too_many_requests(Some("3")), 0),
        (Fault::html_error_page(), 0),
    ] {
        let before = caller.simulator.tasks().len();
        caller.simulator.clear_faults();
        caller.simulator.inject(fault.clone().times(1));
        let answer = request().await;
        let is_reset = format!("{fault:?}").contains("Reset");
        assert_eq!(answer.is_err(), is_reset, "{fault:?}");
        let record = caller.simulator.requests().pop().expect("a request");
        assert_eq!(record.operation, Some("run_agent"));
        assert_eq!(
            record.status,
            answer.ok().map(|answer| answer.status().as_u16()),
            "{fault:?}"
        );
        assert_eq!(caller.simulator.tasks().len() - before, tasks, "{fault:?}");
    }
    caller.simulator.inject(Fault::too_many_requests(Some(
        "Wed, 21 Oct 2015 07:28:00 GMT",
    )));
    let answer = request().await.expect("an answer");
    assert_eq!(
        answer.headers()["retry-after"],
        "Wed, 21 Oct 2015 07:28:00 GMT"
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

#[tokio::test]
async fn each_fault_hits_a_request_of_its_own() {
    let caller = Caller::new().await;
    caller
        .simulator
        .inject(Fault::status_before(500).on("list_tasks").times(1));
    caller
        .simulator
        .inject(Fault::status_before(503).on("list_tasks").times(1));
    let seen = [
        caller.get("/tasks").await.0,
        caller.get("/tasks").await.0,
        caller.get("/tasks").await.0,
    ];
    assert_eq!(seen, [500, 503, 200]);
}

#[tokio::test]
async fn a_setting_that_cannot_work_is_refused() {
    for (builder, expected) in [
        (
            Simulator::builder().fault(Fault::reset_before().on("list_task")),
            "there is no operation list_task; there are list_agents, create_agent, ",
        ),
        (
            Simulator::builder().fault(Fault::empty_page().on("get_task")),
            "get_task doesn't return a list",
        ),
        (
            Simulator::builder().fault(Fault::stale_list(Duration::ZERO).on("list_agents")),
            "only list_tasks can be stale",
        ),
        (
            Simulator::builder().fault(Fault::reset_before().chance(1.5)),
            "chance of 1.5",
        ),
        (
            Simulator::builder().fault(Fault::status_after(99)),
            "status of 99",
        ),
        (
            Simulator::builder().fault(Fault::too_many_requests(Some("a\nb"))),
            "Retry-After",
        ),
        (
            Simulator::builder().history([PastTask::new("Old", chrono::Utc::now()).ended("done")]),
            "can't have ended as done",
        ),
    ] {
        let error = builder.start().await.expect_err(expected);
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
#[should_panic(expected = "there is no operation list_task; there are list_agents, ")]
fn a_fault_on_nothing_is_refused() {
    let _ = Simulator::builder()
        .fault(Fault::reset_before().on("list_task"))
        .build();
}

#[tokio::test]
#[should_panic(expected = "there is no operation list_task; there are list_agents, ")]
async fn a_fault_on_nothing_is_refused_later_too() {
    let simulator = Simulator::builder().build();
    simulator.inject(Fault::reset_before().on("list_task"));
}

#[tokio::test]
async fn every_fault_is_noticed_in_a_list() {
    let caller = Caller::new().await;
    caller
        .post(&caller.run_path(), json!({"query": "Hi"}))
        .await;
    let whole = caller.get("/tasks").await;
    for fault in Fault::all() {
        caller.simulator.clear_faults();
        caller.simulator.inject(fault.clone().on("list_tasks"));
        let begun = tokio::time::Instant::now();
        let reply = caller.request(Method::GET, "/tasks").send().await;
        let is_same = match reply {
            Ok(reply) => {
                let status = reply.status().as_u16();
                let body = reply.json::<Value>().await;
                body.is_ok_and(|body| (status, body) == whole)
            }
            Err(_) => false,
        };
        let is_late = begun.elapsed() >= Duration::from_millis(990);
        assert!(!is_same || is_late, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_queue_moves_on_and_a_cancelled_task_leaves_its_place() {
    let agent =
        AgentSpec::new("Slow")
            .concurrency(1)
            .script_for(|run| match run.query.as_deref() {
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
