//! A server with literal replies, which keeps what it was sent.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use futures_util::{FutureExt, future::BoxFuture};
use http_body_util::BodyExt;
use nanonets_agents::{InProcess, InProcessReply, agents::AgentHandle, prelude::*};
use support::documented::AGENT;
use uuid::Uuid;

/// A reply: its status and body. Status 0 stands for a connection that breaks.
type Reply = (u16, String);

/// A service with one reply for each request.
#[derive(Clone)]
pub struct Script {
    replies: Arc<Mutex<VecDeque<Reply>>>,
    sent: Arc<Mutex<Vec<String>>>,
}

impl Script {
    pub fn new(replies: impl IntoIterator<Item = (u16, String)>) -> Self {
        Self {
            replies: Arc::new(Mutex::new(replies.into_iter().collect())),
            sent: Arc::default(),
        }
    }

    pub fn agent(&self) -> AgentHandle {
        let builder = Client::builder().api_key("key").in_process(self.clone());
        builder.build().expect("a client").agent(Uuid::nil())
    }

    /// Returns the requests, as their method and body.
    pub fn sent(&self) -> Vec<String> {
        self.sent.lock().expect("no panic").clone()
    }
}

impl InProcess for Script {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let script = self.clone();
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await?.to_bytes().to_vec();
            let line = format!("{} {}", head.method, String::from_utf8(body)?);
            script.sent.lock().expect("no panic").push(line);
            let reply = script.replies.lock().expect("no panic").pop_front();
            match reply.ok_or("there are no more")? {
                (0, why) => Err(why.into()),
                (status, body) => {
                    let reply = http::Response::builder().status(status);
                    Ok(reply.body(body.into())?)
                }
            }
        }
        .boxed()
    }
}

/// Returns the documented agent with this configuration.
pub fn agent_with(config: &str) -> String {
    let (before, rest) = AGENT.split_once(r#""config": "#).expect("it has one");
    let (_, after) = rest.split_once('\n').expect("it has more");
    format!("{before}\"config\": {config},\n{after}")
}
