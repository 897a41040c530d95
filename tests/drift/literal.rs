//! A server that says what it is told, literally.

use std::sync::{Arc, Mutex};

use futures_util::future::{BoxFuture, FutureExt};
use nanonets_agents::{Client, InProcess, InProcessReply, RetryPolicy};
use support::documented::TASK;

pub const KEY: &str = "canary-key-c0ffee";

/// A status, a media type, and a body.
pub type Reply = (u16, Option<&'static str>, String);

/// Answers each request with the next reply, and further ones with the last.
#[derive(Clone, Default)]
pub struct Literal(Arc<Mutex<Vec<Reply>>>);

impl Literal {
    /// Creates a client, which makes one attempt, of a server without replies.
    pub fn with_client() -> (Self, Client) {
        let server = Self::default();
        let client = Client::builder()
            .api_key(KEY)
            .in_process(server.clone())
            .retry(RetryPolicy::off())
            .build();
        (server, client.expect("a client"))
    }

    pub fn says(&self, status: u16, media_type: &'static str, body: impl Into<String>) {
        self.sequence([(status, Some(media_type), body.into())]);
    }

    pub fn says_json(&self, body: impl Into<String>) {
        self.says(200, "application/json", body);
    }

    pub fn sequence(&self, replies: impl IntoIterator<Item = Reply>) {
        let mut all: Vec<_> = replies.into_iter().collect();
        all.reverse();
        *self.0.lock().expect("no panic") = all;
    }
}

impl InProcess for Literal {
    fn call(&self, _: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let mut replies = self.0.lock().expect("no panic");
        let next = if replies.len() > 1 {
            replies.pop()
        } else {
            replies.last().cloned()
        };
        async move {
            let (status, media_type, body) = next.ok_or("no reply")?;
            let mut reply = http::Response::builder().status(status);
            if let Some(media_type) = media_type {
                reply = reply.header("content-type", media_type);
            }
            Ok(reply.body(body.into())?)
        }
        .boxed()
    }
}

pub const AGENT_ID: &str = "3f2b8c1e-7d44-4a55-9a0e-5f2f0c6d7e81";
pub const TASK_ID: &str = "f1c2a3b4-5d6e-4f70-8192-a3b4c5d6e7f8";

/// Returns a task with this in place of its title.
pub fn task_with(member: &str) -> String {
    TASK.replace(r#""title": "Extract the line items""#, member)
}
