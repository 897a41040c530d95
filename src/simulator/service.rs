//! The way of a request through the simulator: record it, let faults hit, check the key, carry it
//! out.

use std::{convert::Infallible, io, pin::pin, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};
use http::{Method, Request, Response, StatusCode, header, request::Parts};
use http_body_util::{BodyExt, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Body, Frame};
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::{
    fault::{Canned, Kind},
    listing::{self, Query},
    reply::{Refusal, Reply},
    route::{self, NoRoute, Route},
    run::ReceivedRun,
    world::{State, Workspace, World},
};
use crate::transport::{InProcess, InProcessReply};

/// The simulator as a service in this process, from
/// [`Simulator::service`](super::Simulator::service).
///
/// Many clients may share it, each with a key of its own.
#[derive(Clone, Debug)]
pub struct Service(Arc<World>);

/// The body of a request, which somebody else may finish reading.
#[derive(Clone)]
struct Incoming(Arc<Mutex<UnsyncBoxBody<Bytes, io::Error>>>);

impl Incoming {
    fn new<B>(body: B) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self(Arc::new(Mutex::new(
            body.map_err(io::Error::other).boxed_unsync(),
        )))
    }

    fn chunks(&self) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        stream::unfold(self.clone(), |body| async move {
            loop {
                let frame = body.0.lock().await.frame().await?;
                match frame.map(Frame::into_data) {
                    Ok(Ok(chunk)) => return Some((Ok(chunk), body)),
                    Ok(Err(_)) => continue,
                    Err(error) => return Some((Err(error), body)),
                }
            }
        })
    }

    /// Clients send all of a request before they read the answer, so that a refusal waits for the
    /// rest.
    async fn drain(&self) {
        let mut chunks = pin!(self.chunks());
        while let Some(Ok(_)) = chunks.next().await {}
    }
}

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

    pub(super) fn answer<B>(
        &self,
        request: Request<B>,
    ) -> BoxFuture<'static, Result<Response<ReplyBody>, Reset>>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let request = request.map(Incoming::new);
        self.clone().respond(request).boxed()
    }

    async fn respond(self, request: Request<Incoming>) -> Result<Response<ReplyBody>, Reset> {
        let world = &self.0;
        let route = route::route(request.method(), request.uri().path());
        let operation = route.as_ref().ok().map(|it| it.operation);
        let record = world.records().add(operation, &request);
        let faults = world.faults().hitting(operation);

        let (parts, body) = request.into_parts();
        let limited = world
            .rate_limit()
            .pass()
            .err()
            .map(Canned::too_many_requests);
        let before = faults.iter().find_map(|it| match it {
            Kind::ReplyBefore(canned) => Some(Ok(canned)),
            Kind::ResetBefore => Some(Err(Reset)),
            _ => None,
        });
        let before = before.or(limited.as_ref().map(Ok));
        let response = match before {
            // Nobody can tell from outside that it had no effect, since all of it was read.
            Some(Err(reset)) => {
                body.drain().await;
                return Err(reset);
            }
            Some(Ok(canned)) => {
                body.drain().await;
                self.canned(canned)
            }
            None => {
                let lag = faults.iter().find_map(|it| match it {
                    Kind::StaleList(lag) => Some(*lag),
                    _ => None,
                });
                let lag = lag.unwrap_or_default();
                let reply = self.carry_out(route, &parts, &body, lag).await;
                body.drain().await;
                let mut reply = reply.unwrap_or_else(Reply::from);
                if reply.status.is_success() {
                    reshape(operation, &parts, &faults, &mut reply.body);
                }
                self.after(&faults, reply).await?
            }
        };
        world.records().answered(record, response.status().as_u16());
        Ok(response)
    }

    /// What the faults make of a reply whose request had its effect.
    async fn after(&self, faults: &[Kind], reply: Reply) -> Result<Response<ReplyBody>, Reset> {
        let (mut cut, mut pause) = (None, None);
        for fault in faults {
            match fault {
                Kind::ReplyAfter(canned) => return Ok(self.canned(canned)),
                Kind::ResetAfter => return Err(Reset),
                Kind::CutBody(bytes) => cut = Some(*bytes),
                Kind::Delay(time) => tokio::time::sleep(*time).await,
                Kind::SlowBody(time) => pause = Some(*time),
                _ => (),
            }
        }
        let body = Bytes::from(reply.body.to_string());
        let response = self.head(reply.status, "application/json", body.len());
        Ok(response.map(|()| match (cut, pause) {
            (Some(bytes), _) => broken_after(body.slice(..bytes.min(body.len()))),
            (None, Some(pause)) => slow(body, pause),
            (None, None) => whole(body),
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

    async fn carry_out(
        &self,
        route: Result<Route, NoRoute>,
        request: &Parts,
        body: &Incoming,
        lag: Duration,
    ) -> Result<Reply, Refusal> {
        let workspace = self.authenticate(request)?;
        let route = route.map_err(|it| match it {
            NoRoute::UnknownPath => Refusal::new(StatusCode::NOT_FOUND, "Not found"),
            NoRoute::UnknownMethod => {
                Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
            }
        })?;
        let query = Query::parse(request.uri.query().unwrap_or_default())?;
        if route.operation == "run_agent" {
            return self.run(workspace, &route, request, body).await;
        }
        let has_body = [Method::POST, Method::PATCH].contains(&request.method)
            && !["publish_agent_version", "cancel_task"].contains(&route.operation);
        let body = if has_body {
            json_body(request, body).await?
        } else {
            Map::new()
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
            "list_tasks" => tasks.list(workspace, &query, now - lag),
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

    fn authenticate(&self, request: &Parts) -> Result<Workspace, Refusal> {
        let refuse = |message| Refusal::new(StatusCode::UNAUTHORIZED, message);
        let value = request
            .headers
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

    async fn run(
        &self,
        workspace: Workspace,
        route: &Route,
        request: &Parts,
        body: &Incoming,
    ) -> Result<Reply, Refusal> {
        let agent_id = route.id()?;
        let run = if content_type(request).starts_with("multipart/form-data") {
            ReceivedRun::from_form(body.chunks(), content_type(request)).await?
        } else {
            ReceivedRun::from_json(json_body(request, body).await?)?
        };

        let (mut state, now) = self.0.now();
        let State {
            ids, agents, tasks, ..
        } = &mut *state;
        let agent = agents.find(workspace, agent_id)?;
        if !agent.is_active {
            return Err(Refusal::new(StatusCode::FORBIDDEN, "Agent is not active"));
        }
        Ok(tasks.create(ids, workspace, agent, run, now))
    }
}

fn content_type(request: &Parts) -> &str {
    let value = request.headers.get(header::CONTENT_TYPE);
    value.and_then(|it| it.to_str().ok()).unwrap_or_default()
}

async fn json_body(request: &Parts, body: &Incoming) -> Result<Map<String, Value>, Refusal> {
    if !content_type(request).starts_with("application/json") {
        return Err(Refusal::malformed("Content-Type must be application/json"));
    }
    let unreadable = || Refusal::malformed("The request body can't be read");
    let mut bytes = Vec::new();
    let mut chunks = pin!(body.chunks());
    while let Some(chunk) = chunks.next().await {
        bytes.extend_from_slice(&chunk.map_err(|_| unreadable())?);
        if bytes.len() > MAX_JSON_BYTES {
            return Err(unreadable());
        }
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(Refusal::malformed("The request body must be an object")),
        Err(_) => Err(Refusal::malformed("The request body must be valid JSON")),
    }
}

/// What the faults make of the body of a list.
fn reshape(operation: Option<&str>, request: &Parts, faults: &[Kind], body: &mut Value) {
    let list = match operation {
        Some("list_tasks") => "tasks",
        Some("list_agents") => "agents",
        Some("list_agent_versions") => "versions",
        _ => return,
    };
    let Ok(query) = Query::parse(request.uri.query().unwrap_or_default()) else {
        return;
    };
    for fault in faults {
        match fault {
            Kind::RepeatedCursor => listing::repeat_cursor(list, &query, body),
            Kind::RepeatedPage => listing::repeat_page(list, &query, body),
            Kind::EmptyPage => listing::empty_page(list, &query, body),
            _ => (),
        }
    }
    // Last, since the others know the reference's shape only.
    if faults.iter().any(|it| matches!(it, Kind::GuideListShape)) {
        *body = listing::guide_shape(list, body.take());
    }
}

fn whole(body: Bytes) -> ReplyBody {
    http_body_util::Full::new(body)
        .map_err(|never: Infallible| match never {})
        .boxed_unsync()
}

/// A body with a pause in its middle.
fn slow(body: Bytes, pause: Duration) -> ReplyBody {
    let (first, rest) = (body.slice(..body.len() / 2), body.slice(body.len() / 2..));
    let pieces = stream::iter([Ok(Frame::data(first))]).chain(stream::once(async move {
        tokio::time::sleep(pause).await;
        Ok(Frame::data(rest))
    }));
    StreamBody::new(pieces).boxed_unsync()
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
        // As over a network, the request goes on when the caller has given up.
        let answer = tokio::spawn(self.answer(request));
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
        let service = Service::new(Arc::new(World::new(0, 0, 1)));
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
