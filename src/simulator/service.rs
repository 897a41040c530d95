//! The way of a request through the simulator: it is recorded, hit by faults, authenticated,
//! carried out by its operation's handler, and answered.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture};
use http::{Request, Response, StatusCode, header, request::Parts};
use http_body_util::BodyExt;
use hyper::body::Body;

use super::{
    faults::{active::Hits, apply, kind::Canned},
    operations::Call,
    routes::{self, MatchedRoute, NoRoute, RouteHandler},
    state::ids::Workspace,
    wire::{
        body::{self, ReplyBody, RequestBody, Reset, content_type},
        page::ListRequest,
        query::Query,
        reply::{JsonReply, Refusal},
        run::ReceivedRun,
    },
    world::World,
};
use crate::transport::{InProcess, InProcessReply};

/// The simulator as a service in this process, from
/// [`Simulator::service`](super::Simulator::service).
///
/// Many clients may share it, each with a key of its own:
///
/// ```
/// use nanonets_agents::{Client, simulator::Simulator};
///
/// let simulator = Simulator::builder().build();
/// simulator.add_workspace("another-key");
/// let client = Client::builder()
///     .api_key("another-key")
///     .in_process(simulator.service())
///     .build()?;
/// # drop(client);
/// # Ok::<(), nanonets_agents::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Service(Arc<World>);

impl Service {
    pub(super) fn new(world: Arc<World>) -> Self {
        Self(world)
    }

    /// Replies to a request, or closes the connection.
    pub(super) fn answer<B>(
        &self,
        request: Request<B>,
    ) -> BoxFuture<'static, Result<Response<ReplyBody>, Reset>>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let request = request.map(RequestBody::new);
        self.clone().respond(request).boxed()
    }

    async fn respond(self, request: Request<RequestBody>) -> Result<Response<ReplyBody>, Reset> {
        let world = &self.0;
        let matched = routes::find(request.method(), request.uri().path());
        let operation = matched.as_ref().ok().map(|matched| matched.route.id);
        let record = world.records.add(operation, &request);
        let hits = world.faults.hitting(operation);
        let passed = world.rate_limit.pass();

        let (head, body) = request.into_parts();
        let response = if let Some(fault) = &hits.before {
            body.drain().await;
            self.canned(fault.canned().ok_or(Reset)?)
        } else if let Err(seconds) = passed {
            body.drain().await;
            self.canned(Canned::too_many_requests(Some(seconds.to_string())))
        } else {
            let reply = self.carry_out(matched, &head, &body, &hits).await;
            body.drain().await;
            match apply::to_reply(&hits.reply).await? {
                Some(instead) => self.canned(instead),
                None => {
                    let reply = reply.unwrap_or_else(JsonReply::from);
                    let content = Bytes::from(reply.body.to_string());
                    let response = self.head(reply.status, "application/json", content.len());
                    response.map(|()| apply::to_body(&hits.body, content))
                }
            }
        };
        world.records.answered(record, response.status().as_u16());
        Ok(response)
    }

    async fn carry_out(
        &self,
        matched: Result<MatchedRoute, NoRoute>,
        head: &Parts,
        body: &RequestBody,
        hits: &Hits,
    ) -> Result<JsonReply, Refusal> {
        let workspace = self.authenticate(head)?;
        let MatchedRoute { route, id } = matched?;
        let query = Query::parse(head.uri.query().unwrap_or_default())?;
        let lag = hits.lag.unwrap_or_default();
        let call = |now| Call {
            workspace,
            id,
            query,
            now,
            lag,
        };
        // The state isn't locked while a body is read.
        match route.handler {
            RouteHandler::Plain(handle) => {
                let (mut state, now) = self.0.now();
                handle(&mut state, &call(now))
            }
            RouteHandler::List(name, handle) => {
                let (mut state, now) = self.0.now();
                let call = call(now);
                let request = ListRequest::new(name, &call.query);
                let mut list = handle(&mut state, &call, &request)?;
                apply::to_list(&hits.list, &request, &mut list);
                Ok(JsonReply::ok(list))
            }
            RouteHandler::Json(handle) => {
                let object = body.json(&head.headers).await?;
                let (mut state, now) = self.0.now();
                handle(&mut state, &call(now), &object)
            }
            RouteHandler::Run(handle) => {
                let run = receive_run(head, body).await?;
                let (mut state, now) = self.0.now();
                handle(&mut state, &call(now), run)
            }
        }
    }

    fn authenticate(&self, head: &Parts) -> Result<Workspace, Refusal> {
        let refuse = |message| Refusal::new(StatusCode::UNAUTHORIZED, message);
        let value = head
            .headers
            .get(header::AUTHORIZATION)
            .ok_or_else(|| refuse("Missing Authorization header"))?;
        let key = value
            .to_str()
            .ok()
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(|| refuse("Authorization header must be Bearer <key>"))?;
        let (state, _) = self.0.now();
        state
            .workspace(key)
            .ok_or_else(|| refuse("Invalid API key"))
    }

    fn canned(&self, canned: Canned) -> Response<ReplyBody> {
        let status = StatusCode::from_u16(canned.status).expect("a fault's status is checked");
        let mut response = self.head(status, &canned.content_type, canned.body.len());
        if let Some(value) = canned.retry_after {
            let value = value.parse().expect("a fault's headers are checked");
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        response.map(|()| body::whole(canned.body.into()))
    }

    fn head(&self, status: StatusCode, content_type: &str, length: usize) -> Response<()> {
        let mut response = Response::new(());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LENGTH, length.into());
        for (name, value) in [
            (header::CONTENT_TYPE, content_type),
            (header::DATE, &self.0.clock.http_date()),
        ] {
            let value = value.parse().expect("a fault's headers are checked");
            headers.insert(name, value);
        }
        response
    }
}

async fn receive_run(head: &Parts, body: &RequestBody) -> Result<ReceivedRun, Refusal> {
    let content_type = content_type(&head.headers);
    if content_type.starts_with("multipart/form-data") {
        ReceivedRun::from_form(body.chunks(), content_type).await
    } else {
        ReceivedRun::from_json(body.json(&head.headers).await?)
    }
}

impl InProcess for Service {
    fn call(&self, request: Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        // As over a network, the request goes on after the caller has given up.
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
    use super::*;

    #[test]
    fn a_canned_reply_keeps_its_length_and_type() {
        let service = Service::new(Arc::new(World::new(0, 0, 1)));
        let response = service.canned(Canned {
            status: 502,
            content_type: "text/html".to_owned(),
            retry_after: Some("3".to_owned()),
            body: "{}".into(),
        });
        assert_eq!(response.status(), 502);
        assert_eq!(response.headers()[header::CONTENT_LENGTH], "2");
        assert_eq!(response.headers()[header::RETRY_AFTER], "3");
    }
}
