//! Arguments that can't work are refused before anything is sent; replies that make no sense are
//! reported.

use std::path::PathBuf;

use nanonets_agents::{
    prelude::*,
    simulator::{AgentSpec, Fault, Simulator},
};
use support::stage::over_http;

fn not_started(error: RunError) -> Error {
    match error {
        RunError::NotStarted(error) => error,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_file_that_is_not_there() {
    let (simulator, client) = over_http(AgentSpec::default()).await;
    let run = client
        .run(simulator.agent_id())
        .file(Upload::path("no/such/file.pdf"));
    let error = not_started(run.start().await.expect_err("it isn't there"));
    assert_eq!(
        (error.kind(), error.phase()),
        (ErrorKind::InvalidRequest, Phase::NotSent)
    );
    let text = error.to_string();
    assert!(
        text.contains("can't read the file no/such/file.pdf"),
        "{text}"
    );
    assert!(text.contains("(nothing was sent)"), "{text}");
    let run = client
        .run(simulator.agent_id())
        .file(PathBuf::from("examples"));
    let error = not_started(run.start().await.expect_err("it is a directory"));
    assert!(error.to_string().contains("directory"), "{error}");
    let nameless = Upload::bytes("", "abc");
    let error = client
        .run(simulator.agent_id())
        .file(nameless)
        .start()
        .await;
    assert!(
        not_started(error.expect_err("it has no name"))
            .to_string()
            .contains("needs a name")
    );
    let broken = Upload::bytes("a\r\nX-Header: b", "abc");
    let error = client.run(simulator.agent_id()).file(broken).start().await;
    let error = not_started(error.expect_err("it has a line break"));
    assert!(error.to_string().contains("control character"), "{error}");
    #[cfg(target_os = "linux")]
    {
        let run = client
            .run(simulator.agent_id())
            .file(Upload::path("/dev/null"));
        let error = not_started(run.start().await.expect_err("it is a device"));
        assert!(error.to_string().contains("no regular file"), "{error}");
    }
    let wrong = Upload::bytes("a", "abc").mime("not a type");
    let error = client.run(simulator.agent_id()).file(wrong).start().await;
    assert!(
        not_started(error.expect_err("no type"))
            .to_string()
            .contains("is not a MIME type")
    );
    assert!(simulator.requests().is_empty());
}

#[tokio::test]
async fn an_empty_run() {
    let (simulator, client) = over_http(AgentSpec::default()).await;
    for run in [
        client.run(simulator.agent_id()),
        client.run(simulator.agent_id()).query(""),
    ] {
        let error = not_started(run.start().await.expect_err("it is empty"));
        assert!(
            error
                .to_string()
                .contains("needs a query or at least one file"),
            "{error}"
        );
    }
    assert!(simulator.requests().is_empty());
    // An empty query beside a file is left out.
    let run = client
        .run(simulator.agent_id())
        .query("")
        .file(Upload::bytes("a", "abc"));
    run.start().await.expect("a task");
    assert_eq!(simulator.tasks()[0].run.query, None);
}

#[tokio::test]
async fn a_limit_that_is_out_of_range() {
    let (simulator, client) = over_http(AgentSpec::default()).await;
    for limit in [0, 101, u32::MAX] {
        let error = client
            .list_tasks()
            .limit(limit)
            .send()
            .await
            .expect_err("out of range");
        let error = Error::from(error);
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(
            error.to_string(),
            format!("list_tasks: `limit` must be 1 to 100, not {limit} (nothing was sent)")
        );
    }
    let error = Error::from(
        client
            .list_agents()
            .limit(-1)
            .send()
            .await
            .expect_err("negative"),
    );
    assert_eq!(
        error.to_string(),
        "list_agents: `limit` is not a whole number from 0 up (nothing was sent)"
    );
    assert!(simulator.requests().is_empty());
    client.list_tasks().limit(1).send().await.expect("a page");
    client.list_tasks().limit(100).send().await.expect("a page");
}

#[tokio::test]
async fn an_id_that_is_not_a_uuid() {
    let (simulator, client) = over_http(AgentSpec::default()).await;
    let error = not_started(
        client
            .run("invoices")
            .query("Hi")
            .start()
            .await
            .expect_err("no id"),
    );
    assert_eq!(
        error.to_string(),
        "the agent id \"invoices\" is not a UUID (nothing was sent)"
    );
    let error = Error::from(
        client
            .get_task()
            .task_id("42")
            .send()
            .await
            .expect_err("no id"),
    );
    assert_eq!(error.operation(), Some("get_task"));
    assert_eq!(
        error.to_string(),
        "get_task: `task_id` is not a UUID (nothing was sent)"
    );
    let error = Error::from(client.get_task().send().await.expect_err("no id"));
    assert_eq!(
        error.to_string(),
        "get_task: `task_id` is required and was not given (nothing was sent)"
    );
    let form = client
        .run_agent_multipart()
        .agent_id("42")
        .query("Hi")
        .send()
        .await;
    let error = Error::from(form.expect_err("no id"));
    assert_eq!(
        error.to_string(),
        "run_agent: `agent_id` is not a UUID (nothing was sent)"
    );
    assert!(simulator.requests().is_empty());
}

#[tokio::test]
async fn a_path_prefix_and_a_trailing_slash_work() {
    let (simulator, _) = over_http(AgentSpec::default()).await;
    for suffix in ["/", "//"] {
        let url = format!("{}{suffix}", simulator.url());
        let client = Client::builder()
            .api_key(simulator.key())
            .base_url(url)
            .build();
        client
            .expect("a client")
            .list_agents()
            .send()
            .await
            .expect("a page");
    }
    let url = format!("{}/proxy/nanonets/", simulator.url());
    let client = Client::builder()
        .api_key(simulator.key())
        .base_url(url)
        .build();
    client
        .expect("a client")
        .list_agents()
        .send()
        .await
        .expect_err("nothing is there");
    let path = simulator.requests().last().expect("a request").path.clone();
    assert_eq!(path, "/proxy/nanonets/api/v1/agents");
}

#[tokio::test]
async fn nobody_listens() {
    let (simulator, _) = over_http(AgentSpec::default()).await;
    let url = simulator.url().to_owned();
    drop(simulator);
    let client = Client::builder()
        .api_key("key")
        .base_url(url)
        .retry(RetryPolicy::off())
        .build()
        .expect("a client");
    // The port is closed as soon as the runtime has dropped the listener.
    let error = loop {
        let error = Error::from(
            client
                .list_agents()
                .send()
                .await
                .expect_err("nobody listens"),
        );
        if error.kind() == ErrorKind::Connect {
            break error;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(error.phase(), Phase::NotSent);
    assert!(
        error
            .to_string()
            .contains("check the network and the base URL"),
        "{error}"
    );
}

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
    let error = Error::from(client.list_agents().send().await.expect_err("no page"));
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
        (error.kind(), error.status().map(|it| it.as_u16())),
        (ErrorKind::Status, Some(502))
    );
    assert_eq!(
        error.message(),
        "<html> <body><h1>502 Bad Gateway</h1></body> </html>"
    );

    let error = reported(Fault::reply(200, "text/html", "<html>Welcome!</html>")).await;
    assert_eq!(
        (error.kind(), error.status().map(|it| it.as_u16())),
        (ErrorKind::Decode, Some(200))
    );
    assert!(error.message().contains("<html>Welcome!</html>"), "{error}");
}

#[tokio::test]
async fn an_empty_body() {
    let error = reported(Fault::reply(200, "application/json", "")).await;
    assert_eq!(
        (error.kind(), error.status().map(|it| it.as_u16())),
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
    assert_eq!(error.status().map(|it| it.as_u16()), Some(200));
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
    assert_eq!(error.status().map(|it| it.as_u16()), Some(503));
    assert!(
        error.message().starts_with("<html>very long very long"),
        "{error}"
    );
    assert!(error.message().chars().count() <= 301);
}

#[tokio::test]
async fn a_reply_of_another_shape_names_the_field() {
    let page = r#"{"data": [{"id": "3f2b8c1e-7d44-4a55-9a0e-5f2f0c6d7e81", "agent_group_id": 7}]}"#;
    let error = reported(Fault::reply(200, "application/json", page)).await;
    assert_eq!(
        (error.kind(), error.status().map(|it| it.as_u16())),
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
    let error = Error::from(client.list_agents().send().await.expect_err("too large"));
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::TooLarge, 1));
    assert!(
        error.to_string().contains("larger than 4096 bytes"),
        "{error}"
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let error = reported_redirect().await;
    assert_eq!(error.status().map(|it| it.as_u16()), Some(307));
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
    let error = Error::from(client.list_agents().send().await.expect_err("a redirect"));
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
    assert_eq!(error.status().map(|it| it.as_u16()), Some(401));
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
