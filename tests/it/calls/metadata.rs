//! What comes back beside the value of a call, on success as on failure.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{FutureExt, TryStreamExt, future::BoxFuture};
use nanonets_agents::{
    ErrorKind, InProcess, InProcessReply, Metadata, RetryPolicy,
    pages::Page,
    prelude::*,
    run::{Provenance, RunError},
    simulator::{AgentSpec, Fault},
    wait::WaitError,
};
use support::stage::{seconds, with_agent};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

const ID: &str = "0b9e6e5e-1111-4222-8333-444455556666";

/// A service with one reply for each request: its status, the id of the request, its body. Each
/// takes a second.
#[derive(Clone)]
struct Replies(Arc<Mutex<VecDeque<Reply>>>);

type Reply = (u16, &'static str, String);

impl InProcess for Replies {
    fn call(&self, _: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let reply = self.0.lock().expect("no panic").pop_front();
        async move {
            sleep(seconds(1)).await;
            let (status, id, body) = reply.ok_or("there are no more")?;
            let reply = http::Response::builder().status(status);
            Ok(reply.header("x-request-id", id).body(body.into())?)
        }
        .boxed()
    }
}

fn client(replies: impl IntoIterator<Item = (u16, &'static str, &'static str)>) -> Client {
    let replies = replies.into_iter();
    let replies = replies.map(|(status, id, body)| (status, id, body.replace("ID", ID)));
    let service = Replies(Arc::new(Mutex::new(replies.collect())));
    let builder = Client::builder().api_key("key").in_process(service);
    builder.build().expect("a client")
}

/// Tells of a call that the server refused once, and answered then.
fn assert_second_attempt(metadata: &Metadata, elapsed: Duration) {
    assert_eq!(metadata.status(), 200);
    assert_eq!(metadata.headers()["x-request-id"], "r-2");
    assert_eq!(metadata.request_id(), Some("r-2"));
    assert_eq!(metadata.attempts(), 2);
    assert_eq!(metadata.elapsed(), elapsed);
    assert!(elapsed >= seconds(2), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn a_success_tells_of_its_attempts_and_its_time() {
    let client = client([(503, "r-1", "{}"), (200, "r-2", r#"{"data": []}"#)]);
    let start = Instant::now();
    let response = client.list_agents().send().await.expect("a page");
    let elapsed = start.elapsed();
    sleep(seconds(5)).await;
    assert_second_attempt(response.metadata(), elapsed);
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["x-request-id"], "r-2");
    let (page, metadata) = response.into_parts();
    assert!(page.data.is_empty());
    assert_second_attempt(&metadata.clone(), elapsed);
}

#[tokio::test(start_paused = true)]
async fn a_failure_tells_the_same() {
    for (second, kind, text) in [
        (
            (404, "r-2", r#"{"error": "gone"}"#),
            ErrorKind::Status,
            "(2 attempts, request r-2)",
        ),
        (
            (200, "r-2", r#"{"data": 7}"#),
            ErrorKind::Decode,
            "(2 attempts, request r-2)",
        ),
        ((404, "an id", "{}"), ErrorKind::Status, "(2 attempts)"),
    ] {
        let client = client([(503, "r-1", "{}"), second]);
        let start = Instant::now();
        let error = client.list_agents().send().await.expect_err("it fails");
        assert_eq!((error.kind(), error.attempts()), (kind, 2));
        assert_eq!(error.elapsed(), start.elapsed());
        assert!(error.elapsed() >= seconds(2), "{error:?}");
        assert_eq!(error.request_id(), text.contains("r-2").then_some("r-2"));
        assert!(error.to_string().ends_with(text), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_without_a_reply_tells_its_time() {
    let client = client([]);
    let start = Instant::now();
    let error = client
        .list_agents()
        .send()
        .await
        .expect_err("it breaks off");
    assert_eq!((error.attempts(), error.request_id()), (5, None));
    assert_eq!(error.elapsed(), start.elapsed());
    assert!(error.elapsed() >= seconds(5), "{error:?}");
    let error = client.list_agents().limit(-1).send().await;
    assert_eq!(
        error.expect_err("nothing was sent").elapsed(),
        Duration::ZERO
    );
}

#[tokio::test(start_paused = true)]
async fn each_page_tells_of_its_own_call() {
    let page = r#"{"data": [], "next_cursor": "next", "has_more": true}"#;
    let broken = r#"{"data": [{"id": 7}]}"#;
    let client = client([(200, "r-1", page), (503, "r-2", "{}"), (200, "r-3", broken)]);
    let pages = client.list_agents().pages().skip_undecodable(|_| ());
    let pages: Vec<_> = pages.try_collect().await.expect("two pages");
    let told = pages
        .iter()
        .map(|page| page.metadata.as_ref().expect("a reply"));
    let told: Vec<_> = told
        .map(|told| (told.request_id(), told.attempts()))
        .collect();
    // The second one was read without the item that doesn't decode.
    assert_eq!(told, [(Some("r-1"), 1), (Some("r-3"), 2)]);
    assert!(
        pages[1]
            .metadata
            .as_ref()
            .is_some_and(|told| told.elapsed() >= seconds(2))
    );
    let made = Page::new(Vec::new(), Some("next".into()));
    assert_eq!(made, pages[0], "pages are compared by what is in the list");
}

const RECEIPT: &str = r#"{"task_id": "ID", "agent_id": "ID", "status": "queued"}"#;

#[tokio::test(start_paused = true)]
async fn a_run_tells_of_the_call_that_created_its_task() {
    // The second receipt isn't as documented, and names the task all the same.
    for receipt in [RECEIPT, r#"{"task_id": "ID"}"#] {
        let client = client([(429, "r-1", "{}"), (200, "r-2", receipt)]);
        let start = Instant::now();
        let started = client.run(Uuid::nil()).query("Total?").start().await;
        let started = started.expect("a task");
        assert_eq!(started.provenance(), Provenance::Created);
        let metadata = started.metadata().expect("a reply");
        assert_second_attempt(metadata, start.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_no_reply_named_comes_without() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let run = || client.run(simulator.agent_id()).query("Total?");
    let first = run().key("a").start().await.expect("a task");
    assert!(first.metadata().is_some());
    let again = run().key("a").start().await.expect("the same");
    assert_eq!(again.provenance(), Provenance::Recorded);
    assert_eq!(again.metadata(), None);
    simulator.inject(Fault::reset_after().on("run_agent").times(1));
    let adopted = run().start().await.expect("a task");
    assert_eq!(adopted.provenance(), Provenance::Adopted);
    assert_eq!(adopted.metadata(), None);
}

#[tokio::test(start_paused = true)]
async fn the_errors_of_runs_and_waits_tell_it_too() {
    let client = client([
        (403, "r-1", r#"{"error": "no"}"#),
        (404, "r-2", r#"{"error": "gone"}"#),
        (400, "r-3", r#"{"error": "odd"}"#),
    ]);
    let client = client.with(|options| options.retry(RetryPolicy::off()));
    let client = client.expect("options");
    let run = client.run(Uuid::nil()).query("Total?").start().await;
    let RunError::NotStarted(refused) = run.expect_err("it may not run") else {
        panic!("the server refused it");
    };
    let WaitError::Gone { error: gone, .. } =
        client.task(Uuid::nil()).wait().await.expect_err("no task")
    else {
        panic!("it isn't there");
    };
    let wait = client.task(Uuid::nil()).wait().await;
    let WaitError::Refused { error: odd, .. } = wait.expect_err("it is refused") else {
        panic!("the server refused it");
    };
    for (error, id) in [(refused, "r-1"), (gone, "r-2"), (odd, "r-3")] {
        assert_eq!(error.request_id(), Some(id));
        assert_eq!(error.elapsed(), seconds(1));
    }
}
