//! The way of a request through the simulator: it is recorded, hit by faults, read, carried out
//! now or later, and answered.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture};
use http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use hyper::body::Body;

use super::{
    faults::{
        active::{Hits, Transit},
        apply,
        kind::Canned,
    },
    others::Others,
    received::Received,
    routes::{self, MatchedRoute, NoRoute},
    wire::{
        body::{self, NoReply, ReplyBody, RequestBody, Reset},
        reply::JsonReply,
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

    /// Replies to a request, closes the connection, or never ends.
    pub(super) fn answer<B>(
        &self,
        request: Request<B>,
    ) -> BoxFuture<'static, Result<Response<ReplyBody>, Reset>>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let request = request.map(RequestBody::new);
        self.clone().respond(request).then(unless_silent).boxed()
    }

    async fn respond(self, request: Request<RequestBody>) -> Result<Response<ReplyBody>, NoReply> {
        let world = &self.0;
        let matched = routes::find(request.method(), request.uri().path());
        let operation = matched.as_ref().ok().map(|matched| matched.route.id);
        let record = world.records.add(operation, &request);
        let hits = world.faults.hitting(operation);

        let reply = self.reply(matched, request, &hits).await;
        let reply = reply.map(|response| self.dated(response, &hits.transit));
        // Silence has no end that latency could put off.
        let is_silent = matches!(reply, Err(NoReply::Silence));
        if !is_silent && !hits.transit.latency.is_zero() {
            tokio::time::sleep(hits.transit.latency).await;
        }
        let response = reply?;
        world.records.answered(record, response.status().as_u16());
        Ok(response)
    }

    /// Carries a request out, unless a fault or the rate limit comes before.
    async fn reply(
        &self,
        matched: Result<MatchedRoute, NoRoute>,
        request: Request<RequestBody>,
        hits: &Hits,
    ) -> Result<Response<ReplyBody>, NoReply> {
        let world = &self.0;
        let passed = world.rate_limit.pass();
        let (head, body) = request.into_parts();
        let instead = match (&hits.before, passed) {
            (Some(fault), _) => Some(fault.canned().ok_or(NoReply::Reset)),
            (None, Err(seconds)) => Some(Ok(Canned::too_many_requests(Some(seconds.to_string())))),
            (None, Ok(())) => None,
        };
        if let Some(instead) = instead {
            // Others act where the request isn't carried out, too.
            if !hits.others.is_empty()
                && let Ok(received) = Received::read(world, matched, &head, &body).await
                && let Some(others) = Others::of(&received, &hits.others)
            {
                others.act_before(world);
                others.act_after(world);
            }
            body.drain().await;
            return Ok(canned(instead?));
        }

        let received = Received::read(world, matched, &head, &body).await;
        body.drain().await;
        let others = received.as_ref().ok();
        let others = others.and_then(|received| Others::of(received, &hits.others));
        if let Some(others) = &others {
            others.act_before(world);
        }
        if let Some(late) = &hits.late {
            if let Ok(received) = received {
                self.carry_out_later(late.delay(), received, others);
            }
            return Ok(canned(apply::to_late(late)?));
        }
        let reply = received.and_then(|received| received.carry_out(world, hits));
        if let Some(others) = &others {
            others.act_after(world);
        }
        match apply::to_reply(&hits.reply).await? {
            Some(instead) => Ok(canned(instead)),
            None => {
                let reply = reply.unwrap_or_else(JsonReply::from);
                let content = Bytes::from(reply.body.to_string());
                let response = head_of(reply.status, "application/json", content.len());
                Ok(response.map(|()| apply::to_body(&hits.body, content)))
            }
        }
    }

    /// Carries a request out after a time, whether or not its connection is still there.
    fn carry_out_later(&self, delay: Duration, received: Received, others: Option<Others>) {
        let world = self.0.clone();
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            // Its reply reaches no one.
            let _ = received.carry_out(&world, &Hits::default());
            if let Some(others) = others {
                others.act_after(&world);
            }
        });
    }

    fn dated(&self, mut response: Response<ReplyBody>, transit: &Transit) -> Response<ReplyBody> {
        if !transit.has_no_date {
            let World {
                clock,
                date_skew_seconds,
                ..
            } = &*self.0;
            let date = clock.http_date(date_skew_seconds.saturating_add(transit.seconds_off));
            let date = date.parse().expect("a date is plain text");
            response.headers_mut().insert(header::DATE, date);
        }
        response
    }
}

fn canned(canned: Canned) -> Response<ReplyBody> {
    let status = StatusCode::from_u16(canned.status).expect("a fault's status is checked");
    let mut response = head_of(status, &canned.content_type, canned.body.len());
    if let Some(value) = canned.retry_after {
        let value = value.parse().expect("a fault's headers are checked");
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response.map(|()| body::whole(canned.body.into()))
}

fn head_of(status: StatusCode, content_type: &str, length: usize) -> Response<()> {
    let mut response = Response::new(());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length.into());
    let content_type = content_type.parse().expect("a fault's headers are checked");
    headers.insert(header::CONTENT_TYPE, content_type);
    response
}

/// Returns the reply, if any; it never ends where there is silence.
async fn unless_silent(
    reply: Result<Response<ReplyBody>, NoReply>,
) -> Result<Response<ReplyBody>, Reset> {
    match reply {
        Ok(response) => Ok(response),
        Err(NoReply::Reset) => Err(Reset),
        Err(NoReply::Silence) => std::future::pending().await,
    }
}

impl InProcess for Service {
    fn call(&self, request: Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        // As over a network, the request goes on after the caller has given up. Silence is the
        // caller's alone to wait for, or it would never be dropped.
        let reply = tokio::spawn(self.clone().respond(request.map(RequestBody::new)));
        async move {
            let response = unless_silent(reply.await?).await?;
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
        let response = canned(Canned {
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
