//! A caller of the simulator in plain HTTP and JSON.

use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
use reqwest::{Client, Method, Response};
use serde_json::Value;

pub(super) struct Caller {
    pub(super) simulator: Simulator,
    pub(super) http: Client,
}

impl Caller {
    pub(super) async fn new() -> Self {
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

    pub(super) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/api/v1{path}", self.simulator.url());
        self.http
            .request(method, url)
            .bearer_auth(self.simulator.key())
    }

    pub(super) async fn get(&self, path: &str) -> (u16, Value) {
        read(
            self.request(Method::GET, path)
                .send()
                .await
                .expect("an answer"),
        )
        .await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let request = self.request(Method::POST, path).json(&body);
        read(request.send().await.expect("an answer")).await
    }

    pub(super) fn run_path(&self) -> String {
        format!("/agents/{}/run", self.simulator.agent_id())
    }
}

pub(super) async fn read(response: Response) -> (u16, Value) {
    assert_eq!(response.headers()["content-type"], "application/json");
    assert!(response.headers().contains_key("date"));
    (
        response.status().as_u16(),
        response.json().await.expect("JSON"),
    )
}

pub(super) fn has_only_an_error(body: &Value) -> bool {
    body.as_object().is_some_and(|fields| fields.len() == 1) && body["error"].is_string()
}
