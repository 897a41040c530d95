//! Meets a server that differs from the spec in five ways, and prints what was found.

use futures_util::future::{BoxFuture, FutureExt};
use nanonets_agents::{Client, InProcess, InProcessReply, drift::DriftExt};
use uuid::Uuid;

struct Replies;

impl InProcess for Replies {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let path = request.uri().path().to_owned();
        async move {
            let reply = http::Response::builder();
            Ok(match path.as_str() {
                // A field and a status that aren't in the spec.
                path if path.starts_with("/api/v1/tasks/") => reply.body(
                    r#"{"task_id": "f1c2a3b4-5d6e-4f70-8192-a3b4c5d6e7f8",
                        "agent_id": "0b7e6f6e-9a3c-4d4a-8f0e-1f2d3c4b5a69", "status": "unheard_of",
                        "created_at": "2026-05-12T10:15:42Z", "updated_at": "2026-05-12T10:15:42Z",
                        "priority": 3}"#
                        .into(),
                )?,
                // A required field is missing, and a text is a number.
                "/api/v1/agents" => reply.body(
                    r#"{"data": [{"id": "0b7e6f6e-9a3c-4d4a-8f0e-1f2d3c4b5a69",
                        "agent_group_id": "0b7e6f6e-9a3c-4d4a-8f0e-1f2d3c4b5a69", "status": "draft",
                        "version_number": 3, "name": "A",
                        "created_at": "2026-05-12T10:15:42Z", "updated_at": 1778580942}]}"#
                        .into(),
                )?,
                _ => reply.status(304).body("".into())?,
            })
        }
        .boxed()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder().api_key("key").in_process(Replies).build()?;
    // What doesn't decode is the most interesting.
    let _ = client.get_task().task_id(Uuid::nil()).send().await;
    let _ = client.list_agents().send().await;
    let _ = client.get_agent().agent_id(Uuid::nil()).send().await;
    for entry in client.drift().entries {
        println!("{}", serde_json::to_string(&entry)?);
    }
    Ok(())
}
