//! The way of a request through the simulator: record it, let faults hit, check the key, carry it out.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, TryStreamExt, future::BoxFuture, stream};
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Body, Frame};
use serde_json::{Map, Value};

use super::{
    fault::{Canned, Kind},
    listing::{self, Query},
    reply::{Refusal, Reply},
    route::{self, NoRoute, Route},
    run::ReceivedRun,
    world::{State, Workspace, World},
};
use crate::transport::{InProcess, InProcessReply};

/// The simulator as a service in this process, from [`Simulator::service`](super::Simulator::service).
///
/// Many clients may share it, each with a key of its own.
#[derive(Clone, Debug)]
pub struct Service(Arc<World>);

pub(super) type ReplyBody = UnsyncBoxBody<Bytes, io::Error>;

/// The connection is closed without an answer.
#[derive(Debug)]
pub(super) struct Reset;

impl std::fmt::Display for Reset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("connection reset by the simulator")
    }
}

impl std::error::Error for Reset {}

/// No request of text is larger; files come as forms, which are not held in memory.
const MAX_JSON_BYTES: usize = 10 * 1024 * 1024;

impl Service {
    pub(super) fn new(world: Arc<World>) -> Self {
        Self(world)
    }

    pub(super) async fn answer<B>(&self, request: Request<B>) -> Result<Response<ReplyBody>, Reset>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let world = &self.0;
        let route = route::route(request.method(), request.uri().path());
        let operation = route.as_ref().ok().map(|it| it.operation);
        let record = world.records().add(operation, &request);
        let faults = world.faults().hitting(operation);

        let before = faults.iter().find_map(|it| match it {
            Kind::ReplyBefore(canned) => Some(Ok(canned)),
            Kind::ResetBefore => Some(Err(Reset)),
            _ => None,
        });
        let response = match before {
            Some(Err(reset)) => return Err(reset),
            Some(Ok(canned)) => {
                // A gateway reads the request before it answers, as far as clients can tell.
                drain(request).await;
                self.canned(canned)
            }
            None => {
                let reply = self
                    .carry_out(route, request)
                    .await
                    .unwrap_or_else(Reply::from);
                self.after(operation, &faults, reply).await?
            }
        };
        world.records().answered(record, response.status().as_u16());
        Ok(response)
    }

    /// What the faults make of a reply whose request had its effect.
    async fn after(
        &self,
        operation: Option<&str>,
        faults: &[Kind],
        mut reply: Reply,
    ) -> Result<Response<ReplyBody>, Reset> {
        let mut cut = None;
        for fault in faults {
            match fault {
                Kind::ReplyAfter(canned) => return Ok(self.canned(canned)),
                Kind::ResetAfter => return Err(Reset),
                Kind::CutBody(bytes) => cut = Some(*bytes),
                Kind::Delay(time) => tokio::time::sleep(*time).await,
                Kind::GuideListShape if reply.status.is_success() => {
                    let name = match operation {
                        Some("list_tasks") => "tasks",
                        Some("list_agents") => "agents",
                        Some("list_agent_versions") => "versions",
                        _ => continue,
                    };
                    reply.body = listing::guide_shape(name, reply.body);
                }
                Kind::GuideListShape | Kind::ReplyBefore(_) | Kind::ResetBefore => (),
            }
        }
        let body = Bytes::from(reply.body.to_string());
        let response = self.head(reply.status, "application/json", body.len());
        Ok(response.map(|()| match cut {
            None => whole(body),
            Some(bytes) => broken_after(body.slice(..bytes.min(body.len()))),
        }))
    }

    fn canned(&self, canned: &Canned) -> Response<ReplyBody> {
        let status = StatusCode::from_u16(canned.status).unwrap_or(StatusCode::IM_A_TEAPOT);
        let mut response = self.head(status, &canned.content_type, canned.body.len());
        if let Some(value) = canned.retry_after.as_ref().and_then(|it| it.parse().ok()) {
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        response.map(|()| whole(canned.body.clone().into()))
    }

    fn head(&self, status: StatusCode, content_type: &str, length: usize) -> Response<()> {
        let mut response = Response::new(());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LENGTH, length.into());
        for (name, value) in [
            (header::CONTENT_TYPE, content_type),
            (header::DATE, &self.0.clock().http_date()),
        ] {
            if let Ok(value) = value.parse() {
                headers.insert(name, value);
            }
        }
        response
    }

    async fn carry_out<B>(
        &self,
        route: Result<Route, NoRoute>,
        request: Request<B>,
    ) -> Result<Reply, Refusal>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let workspace = self.authenticate(&request)?;
        let route = route.map_err(|it| match it {
            NoRoute::UnknownPath => Refusal::new(StatusCode::NOT_FOUND, "Not found"),
            NoRoute::UnknownMethod => {
                Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
            }
        })?;
        let query = Query::parse(request.uri().query().unwrap_or_default())?;
        if route.operation == "run_agent" {
            return self.run(workspace, &route, request).await;
        }
        let has_body = [Method::POST, Method::PATCH].contains(request.method())
            && !["publish_agent_version", "cancel_task"].contains(&route.operation);
        let body = match has_body {
            true => json_body(request).await?,
            false => Map::new(),
        };
        let (mut state, now) = self.0.now();
        let State {
            ids, agents, tasks, ..
        } = &mut *state;
        match route.operation {
            "list_agents" => agents.list(workspace, &query),
            "create_agent" => agents.create(ids, workspace, &body, now),
            "get_agent" => agents.get(workspace, route.id()?),
            "update_agent" => agents.update(workspace, route.id()?, &body, now),
            "list_agent_versions" => agents.versions(workspace, route.id()?, &query),
            "publish_agent_version" => agents.publish(workspace, route.id()?, now),
            "list_tasks" => tasks.list(workspace, &query),
            "get_task" => tasks.status(workspace, route.id()?),
            "get_task_summary" => tasks.summary(workspace, route.id()?),
            "get_task_result" => tasks.result(workspace, route.id()?),
            "list_task_messages" => tasks.messages(workspace, route.id()?),
            "send_task_message" => tasks.send_message(ids, workspace, route.id()?, &body, now),
            "cancel_task" => tasks.cancel(ids, workspace, route.id()?, now),
            other => Err(Refusal::new(
                StatusCode::NOT_FOUND,
                format!("No operation {other}"),
            )),
        }
    }

    fn authenticate<B>(&self, request: &Request<B>) -> Result<Workspace, Refusal> {
        let refuse = |message| Refusal::new(StatusCode::UNAUTHORIZED, message);
        let value = request
            .headers()
            .get(header::AUTHORIZATION)
            .ok_or_else(|| refuse("Missing Authorization header"))?;
        let key = value
            .to_str()
            .ok()
            .and_then(|it| it.strip_prefix("Bearer "))
            .ok_or_else(|| refuse("Authorization header must be Bearer <key>"))?;
        self.0
            .workspace(key)
            .ok_or_else(|| refuse("Invalid API key"))
    }

    async fn run<B>(
        &self,
        workspace: Workspace,
        route: &Route,
        request: Request<B>,
    ) -> Result<Reply, Refusal>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let agent_id = route.id()?;
        let check = |state: &mut State| {
            let agent = state.agents.find(workspace, agent_id)?;
            match agent.is_active {
                true => Ok(agent.clone()),
                false => Err(Refusal::new(StatusCode::FORBIDDEN, "Agent is not active")),
            }
        };
        // Before the files come in, so that a refusal doesn't wait for them.
        check(&mut self.0.now().0)?;

        let content_type = content_type(&request);
        let run = if content_type.starts_with("multipart/form-data") {
            let body = request
                .into_body()
                .into_data_stream()
                .map_err(io::Error::other);
            ReceivedRun::from_form(body, &content_type).await?
        } else {
            ReceivedRun::from_json(json_body(request).await?)?
        };

        let (mut state, now) = self.0.now();
        let agent = check(&mut state)?;
        let State { ids, tasks, .. } = &mut *state;
        Ok(tasks.create(ids, workspace, &agent, run, now))
    }
}

fn content_type<B>(request: &Request<B>) -> String {
    let value = request.headers().get(header::CONTENT_TYPE);
    value
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default()
        .to_owned()
}

async fn json_body<B>(request: Request<B>) -> Result<Map<String, Value>, Refusal>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    if !content_type(&request).starts_with("application/json") {
        return Err(Refusal::malformed("Content-Type must be application/json"));
    }
    let body = http_body_util::Limited::new(request.into_body(), MAX_JSON_BYTES);
    let bytes = body
        .collect()
        .await
        .map_err(|_| Refusal::malformed("The request body can't be read"))?
        .to_bytes();
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(Refusal::malformed("The request body must be an object")),
        Err(_) => Err(Refusal::malformed("The request body must be valid JSON")),
    }
}

async fn drain<B: Body + Send>(request: Request<B>) {
    let mut body = std::pin::pin!(request.into_body());
    while let Some(Ok(_)) = body.frame().await {}
}

fn whole(body: Bytes) -> ReplyBody {
    http_body_util::Full::new(body)
        .map_err(|never: Infallible| match never {})
        .boxed_unsync()
}

/// A body that ends in an error. The pause gives what was sent the time to arrive.
fn broken_after(body: Bytes) -> ReplyBody {
    let pieces = stream::iter([Ok(Frame::data(body))]).chain(stream::once(async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(io::Error::other(Reset))
    }));
    StreamBody::new(pieces).boxed_unsync()
}

impl InProcess for Service {
    fn call(&self, request: Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let service = self.clone();
        // As over a network, the request goes on when the caller has given up.
        let answer = tokio::spawn(async move { service.answer(request).await });
        async move {
            let response = answer.await??;
            Ok(response.map(|body| reqwest::Body::wrap_stream(body.into_data_stream())))
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_canned_reply_keeps_its_length_and_type() {
        let service = Service::new(Arc::new(World::new(0, 0)));
        let response = service.canned(&Canned {
            status: 502,
            content_type: "text/html".to_owned(),
            retry_after: Some("3".to_owned()),
            body: json!({}).to_string().into(),
        });
        assert_eq!(response.status(), 502);
        assert_eq!(response.headers()[header::CONTENT_LENGTH], "2");
        assert_eq!(response.headers()[header::RETRY_AFTER], "3");
    }
}
