//! Raw calls fail with the crate's own error, wherever `?` takes it.

use std::error::Error as StdError;

use nanonets_agents::{
    Client, Error, ErrorKind, Phase, Response, RetryPolicy,
    simulator::{Fault, Simulator},
    types::{AgentPage, Task},
};

type Boxed = Box<dyn StdError + Send + Sync>;

/// An enum as programs have it.
#[derive(Debug)]
enum Failure {
    Api(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Api(error)
    }
}

async fn get_task(client: &Client, id: &str) -> Result<Task, Boxed> {
    let response: Response<Task> = client.get_task().task_id(id).send().await?;
    Ok(response.into_inner())
}

async fn list_agents(client: &Client) -> Result<AgentPage, Failure> {
    Ok(client.list_agents().send().await?.into_inner())
}

async fn failure_of(client: &Client, id: &str) -> Error {
    let error = get_task(client, id).await.expect_err("it fails");
    let ours = error.downcast_ref::<Error>().expect("the crate's error");
    assert_eq!(error.to_string(), ours.to_string());
    ours.clone()
}

#[tokio::test]
async fn question_marks_keep_the_crates_error_and_its_words() {
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    let nowhere = uuid::Uuid::nil().to_string();

    let error = failure_of(&client, &nowhere).await;
    assert_eq!(
        error.to_string(),
        "get_task: 404 Not Found: Task not found; check the id: it isn't there, or not in this \
         workspace (1 attempt)"
    );
    assert!(!error.headers().is_empty());

    let error = failure_of(&client, "7").await;
    assert_eq!(
        error.to_string(),
        "get_task: `task_id` is not a UUID (nothing was sent)"
    );
    assert_eq!(error.operation(), Some("get_task"));

    simulator.inject(Fault::reply(200, "application/json", r#"{"status": 7}"#));
    let once = RetryPolicy::off();
    let client = Client::builder()
        .api_key(simulator.key())
        .in_process(simulator.service())
        .retry(once.clone())
        .build()
        .expect("a client");
    let error = failure_of(&client, &nowhere).await;
    assert_eq!(
        (error.kind(), error.phase(), error.attempts()),
        (ErrorKind::Decode, Phase::Answered, 1)
    );
    let text = error.to_string();
    let expected = "get_task: 200 OK: the reply doesn't decode: ";
    assert!(text.starts_with(expected), "{text}");
    let Failure::Api(error) = list_agents(&client).await.expect_err("no page");
    assert_eq!(error.kind(), ErrorKind::Decode);

    let refused = Client::builder()
        .api_key("key")
        .base_url("http://127.0.0.1:1")
        .retry(once)
        .build()
        .expect("a client");
    let error = failure_of(&refused, &nowhere).await;
    assert_eq!(
        error.to_string(),
        "get_task: no connection; check the network and the base URL (not sent, 1 attempt)"
    );
    assert!(error.source().is_some());
}

#[tokio::test]
async fn a_response_is_its_value_with_status_and_headers() {
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    let id = simulator.agent_id();
    let response = client
        .get_agent()
        .agent_id(id)
        .send()
        .await
        .expect("an agent");
    assert_eq!(response.id, id);
    assert_eq!(response.status(), http::StatusCode::OK);
    assert!(response.headers().contains_key("date"));
    assert_eq!(response.into_inner().id, id);
}
