//! A caller in this process, under paused time, who sees replies as they are on the wire.

use std::time::Duration;

use http_body_util::BodyExt;
use nanonets_agents::{
    InProcess,
    simulator::{AgentSpec, Script, Simulator},
};
use serde_json::{Value, json};
use tokio::time::Instant;

pub(super) struct Direct {
    pub(super) simulator: Simulator,
}

/// What a caller sees of a request.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// `None` where there is no reply, or none within a minute.
    pub(super) status: Option<u16>,
    /// `None` where the body breaks off, or isn't JSON.
    pub(super) body: Option<Value>,
    pub(super) date: Option<String>,
    /// How long it took.
    pub(super) took: Duration,
}

/// Longer than any caller waits for a reply.
pub(super) const TIMEOUT: Duration = Duration::from_secs(60);

impl Direct {
    pub(super) fn new(agent: AgentSpec) -> Self {
        Self {
            simulator: Simulator::builder().agent(agent).build(),
        }
    }

    /// Creates a simulator whose agent answers at once.
    pub(super) fn echo() -> Self {
        Self::new(AgentSpec::new("Echo").script(Script::empty()))
    }

    pub(super) async fn get(&self, path: &str) -> Seen {
        self.send("GET", path, "", reqwest::Body::default()).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Seen {
        let body = reqwest::Body::from(body.to_string());
        self.send("POST", path, "application/json", body).await
    }

    pub(super) async fn run(&self, query: &str) -> Seen {
        self.post(&self.run_path(), json!({ "query": query })).await
    }

    /// Sends a run as a form of parts: a name, a file name, a text.
    pub(super) async fn run_form(&self, parts: &[(&str, Option<&str>, &str)]) -> Seen {
        let mut form = String::new();
        for (name, file_name, text) in parts {
            form += &format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"");
            if let Some(file_name) = file_name {
                form += &format!("; filename=\"{file_name}\"\r\nContent-Type: text/plain");
            }
            form += &format!("\r\n\r\n{text}\r\n");
        }
        form += "--x--\r\n";
        let content_type = "multipart/form-data; boundary=x";
        self.send("POST", &self.run_path(), content_type, form.into())
            .await
    }

    pub(super) fn run_path(&self) -> String {
        format!("/agents/{}/run", self.simulator.agent_id())
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        content_type: &str,
        body: reqwest::Body,
    ) -> Seen {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("http://simulator/api/v1{path}"))
            .header("authorization", format!("Bearer {}", self.simulator.key()))
            .header("content-type", content_type)
            .body(body)
            .expect("a request");
        let start = Instant::now();
        let reply = self.simulator.service().call(request);
        let reply = tokio::time::timeout(TIMEOUT, reply).await;
        let Ok(Ok(reply)) = reply else {
            return Seen {
                status: None,
                body: None,
                date: None,
                took: start.elapsed(),
            };
        };
        let (head, body) = reply.into_parts();
        let date = head.headers.get("date");
        let date = date.map(|date| date.to_str().expect("text").to_owned());
        let body = body.collect().await.ok();
        let body = body.and_then(|body| serde_json::from_slice(&body.to_bytes()).ok());
        Seen {
            status: Some(head.status.as_u16()),
            body,
            date,
            took: start.elapsed(),
        }
    }
}

impl Seen {
    /// Returns the reply's value, which is a success.
    pub(super) fn value(&self) -> &Value {
        assert!(self.status.is_some_and(|status| status < 300), "{self:?}");
        self.body.as_ref().expect("JSON")
    }

    /// Returns the id of the task that a run has created.
    pub(super) fn task_id(&self) -> String {
        self.value()["task_id"].as_str().expect("an id").to_owned()
    }

    /// By how many seconds `Date` is ahead of this machine's clock.
    pub(super) fn date_off(&self) -> Option<i64> {
        let date = chrono::DateTime::parse_from_rfc2822(self.date.as_deref()?).expect("a date");
        Some((date.to_utc() - chrono::Utc::now()).num_seconds())
    }

    /// Returns what is the same for the same requests to another simulator: not the times.
    pub(super) fn plain(&self) -> (Option<u16>, Option<String>, Option<bool>, Duration) {
        let body = self
            .body
            .clone()
            .map(|body| without_times(body).to_string());
        let is_far_off = self.date_off().map(|seconds| seconds.abs() > 600);
        (self.status, body, is_far_off, self.took)
    }
}

fn without_times(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                let is_time = name.ends_with("_at");
                let value = if is_time {
                    Value::Null
                } else {
                    without_times(value)
                };
                (name, value)
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(without_times).collect(),
        other => other,
    }
}
