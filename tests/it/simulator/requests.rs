//! Which requests are refused, as a program in any language sees it.

use reqwest::Method;
use serde_json::json;

use super::caller::{Caller, has_only_an_error, read};

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
