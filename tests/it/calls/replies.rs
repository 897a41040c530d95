//! Replies that make no sense are reported with what they say.

use nanonets_agents::{
    Error, ErrorKind, Phase, RetryPolicy,
    prelude::*,
    simulator::{AgentSpec, Fault, Simulator},
    types::TaskStatus,
};
use support::stage::{minute_simulator, over_http};

use super::arguments::not_started;

/// Each reply is given to a call that isn't repeated, so that the first of it is seen.
async fn reported(fault: Fault) -> Error {
    let simulator = Simulator::builder()
        .fault(fault)
        .start()
        .await
        .expect("a free port");
    let client = Client::builder()
        .api_key(simulator.key())
        .base_url(simulator.url())
        .retry(RetryPolicy::off())
        .build()
        .expect("a client");
    let error = client.list_agents().send().await.expect_err("no page");
    assert_eq!(
        (error.operation(), error.attempts()),
        (Some("list_agents"), 1)
    );
    assert_eq!(error.phase(), Phase::Answered);
    assert!(error.to_string().len() < 800, "{error}");
    error
}

#[tokio::test]
async fn html_instead_of_json() {
    let error = reported(Fault::html_error_page()).await;
    assert_eq!(
        (error.kind(), error.status().map(|status| status.as_u16())),
        (ErrorKind::Status, Some(502))
    );
    // The words of the page, without its tags.
    assert_eq!(error.message(), "502 Bad Gateway");

    let error = reported(Fault::reply(200, "text/html", "<html>Welcome!</html>")).await;
    assert_eq!(
        (error.kind(), error.status().map(|status| status.as_u16())),
        (ErrorKind::Decode, Some(200))
    );
    assert!(error.message().contains("<html>Welcome!</html>"), "{error}");
}

#[tokio::test]
async fn an_empty_body() {
    let error = reported(Fault::reply(200, "application/json", "")).await;
    assert_eq!(
        (error.kind(), error.status().map(|status| status.as_u16())),
        (ErrorKind::Decode, Some(200))
    );
    assert_eq!(error.message(), "the reply is empty");
    let error = reported(Fault::reply(500, "application/json", "")).await;
    assert_eq!(error.message(), "Internal Server Error");
}

#[tokio::test]
async fn a_body_cut_short() {
    let error = reported(Fault::cut_body(20)).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
    assert!(
        error.to_string().contains("in the middle of the reply"),
        "{error}"
    );
    // A body that ends early without the connection saying so.
    let error = reported(Fault::reply(200, "application/json", r#"{"data": [{"id""#)).await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.message().contains("not all of it"), "{error}");
}

#[tokio::test]
async fn a_large_error_page() {
    let page = format!("<html>{}</html>", "very long ".repeat(1024 * 1024));
    assert!(page.len() > 10 * 1024 * 1024);
    let error = reported(Fault::reply(503, "text/html", page)).await;
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    assert!(
        error.message().starts_with("very long very long"),
        "{error}"
    );
    assert!(error.message().chars().count() <= 301);
}

#[tokio::test]
async fn a_reply_of_another_shape_names_the_field() {
    let page = r#"{"data": [{"id": "3f2b8c1e-7d44-4a55-9a0e-5f2f0c6d7e81", "agent_group_id": 7}]}"#;
    let error = reported(Fault::reply(200, "application/json", page)).await;
    assert_eq!(
        (error.kind(), error.status().map(|status| status.as_u16())),
        (ErrorKind::Decode, Some(200))
    );
    assert!(
        error.message().contains("at `data[0].agent_group_id`"),
        "{error}"
    );
    assert!(
        error.message().contains("begins with: {\"data\""),
        "{error}"
    );
}

#[tokio::test]
async fn a_reply_that_is_too_large() {
    let simulator = Simulator::builder()
        .fault(Fault::reply(200, "application/json", vec![b' '; 4097]))
        .start()
        .await
        .expect("a free port");
    let client = Client::builder()
        .api_key(simulator.key())
        .base_url(simulator.url())
        .max_response_bytes(4096)
        .build()
        .expect("a client");
    let error = client.list_agents().send().await.expect_err("too large");
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::TooLarge, 1));
    assert!(error.to_string().contains("larger than 4 KiB"), "{error}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let error = reported_redirect().await;
    assert_eq!(error.status().map(|status| status.as_u16()), Some(307));
    assert!(
        error.to_string().contains("redirects are not followed"),
        "{error}"
    );
}

async fn reported_redirect() -> Error {
    let fault = Fault::reply(307, "text/plain", "elsewhere");
    let simulator = Simulator::builder()
        .fault(fault)
        .start()
        .await
        .expect("a free port");
    let client = simulator.client().expect("a client");
    let error = client.list_agents().send().await.expect_err("a redirect");
    assert_eq!(simulator.requests().len(), 1);
    error
}

/// A server may refuse before it has read a large upload; the refusal must not get lost.
#[tokio::test]
async fn a_refusal_of_a_large_upload_is_a_refusal() {
    let (simulator, _) = over_http(AgentSpec::default()).await;
    let client = Client::builder()
        .api_key("wrong")
        .base_url(simulator.url())
        .build();
    let client = client.expect("a client");
    let upload = Upload::bytes("large.bin", vec![7; 30 * 1024 * 1024]);
    let error = client.run(simulator.agent_id()).file(upload).start().await;
    let error = not_started(error.expect_err("the key is wrong"));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
}

#[tokio::test]
async fn a_long_message_is_cut_and_put_on_one_line() {
    let body = format!(r#"{{"error": "first\nsecond {}"}}"#, "word ".repeat(12_000));
    let error = reported(Fault::reply(400, "application/json", body)).await;
    let text = error.to_string();
    assert!(
        text.contains("first second word") && !text.contains('\n'),
        "{text}"
    );
    assert!(error.message().len() > 60_000);
}

/// What isn't repeated has had its effect, so that a receipt of another shape is no failure.
#[tokio::test(start_paused = true)]
async fn an_accepted_message_is_no_failure_whatever_its_receipt() {
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    let run = client.run(simulator.agent_id()).query("How many?");
    let started = run.start().await.expect("a task");
    let task = started.handle();
    for (status, body) in [
        (202, ""),
        (204, ""),
        (200, " \n"),
        (200, "null"),
        (
            200,
            r#"{"message": {"id": "m-1", "content": "Two."}, "task_id": "t-1", "status": 1}"#,
        ),
    ] {
        simulator.clear_faults();
        let fault = Fault::reply(status, "application/json", body).times(1);
        simulator.inject(fault.on("send_task_message"));
        task.send_message("Two.")
            .await
            .unwrap_or_else(|error| panic!("{body}: {error}"));
    }
    // A page of a portal is no receipt.
    simulator.inject(Fault::reply(200, "text/html", "<h1>Log in</h1>").on("send_task_message"));
    let error = task
        .send_message("Two.")
        .await
        .expect_err("it is no receipt");
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[tokio::test(start_paused = true)]
async fn a_cancellation_without_a_reply_shows_the_task() {
    for status in [202, 204] {
        let simulator = minute_simulator();
        let client = simulator.in_process_client().expect("a client");
        let run = client.run(simulator.agent_id()).query("How many?");
        let started = run.start().await.expect("a task");
        let task = started.handle();
        // The fault replaces the reply of a cancellation that was carried out.
        task.cancel().await.expect("a task");
        simulator.inject(Fault::reply(status, "text/plain", "").on("cancel_task"));
        let before = simulator.count("cancel_task");
        let cancelled = task.cancel().await.expect("a task");
        assert_eq!(cancelled.status, TaskStatus::Stopped);
        assert_eq!(simulator.count("cancel_task"), before + 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_needs_a_reply_fails_without_one() {
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    for status in [200, 202, 204] {
        simulator.clear_faults();
        simulator.inject(Fault::reply(status, "application/json", ""));
        let error = client.create_agent().send().await.expect_err("no agent");
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::Decode, "the reply is empty")
        );
        let summary = client.get_task_summary().task_id(uuid::Uuid::nil());
        let error = summary.send().await.expect_err("no summary");
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::Decode, "the reply is empty")
        );
    }
}
