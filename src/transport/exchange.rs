//! One exchange with the server: a request out, a whole answer back.

use std::{future::Future, pin::pin, time::Duration};

use bytes::Bytes;
use futures_util::future::poll_immediate;
use http::header;
use tokio::time::{Instant, timeout_at};

use super::{
    Transport,
    body::{self, BodyError, ReplyBody},
    connector::{Connector, NoResponse, unreadable},
    operation::{Operation, Reading, Reply},
    outgoing::{Outgoing, Progress},
    response::BufferedResponse,
    unreachable::not_connected,
};
use crate::{
    error::{Error, ErrorKind, Phase},
    size,
};

/// Sends the request and reads the answer, whole unless the caller reads it, within the time of one
/// attempt and before the deadline.
///
/// The time begins now: what came before, such as the wait for a permit, isn't a part of it.
pub(super) fn exchange<'a>(
    transport: &'a Transport,
    operation: &'static Operation,
    outgoing: Outgoing,
    reading: Reading,
    deadline: Option<Instant>,
) -> impl Future<Output = Result<BufferedResponse, Error>> + 'a {
    let start = Instant::now();
    let time = AttemptTime {
        limit: transport.options().attempt_timeout,
        deadline,
    };
    // Called before the `async` block: capturing the request would make every call's future larger.
    let connector = &transport.0.connector;
    let sending = connector.send(outgoing.request);
    let progress = outgoing.progress;
    let is_upload = progress.as_ref().is_some_and(Progress::is_upload);
    async move {
        let response = match &progress {
            Some(progress) if is_upload => {
                progress.begin(start);
                Box::pin(unless_stalled(sending, progress, time)).await
            }
            _ => before(time.end(start), sending).await,
        };
        if let Some(failure) = progress.as_ref().and_then(Progress::failure) {
            return Err(Error::invalid_request(failure));
        }
        let mut response = match response {
            Ok(Ok(response)) => response,
            Ok(Err(cause)) => return Err(no_response(cause, connector, progress.as_ref())),
            Err(Elapsed) => return Err(no_answer(time.limit, connector, progress.as_ref())),
        };
        if transport.clock().is_stale(start) {
            transport.clock().read(response.headers(), Instant::now());
        }
        if reading == Reading::AsItComes && response.status().is_success() {
            #[cfg(feature = "drift")]
            transport.compare(super::drift::Read {
                operation,
                status: response.status(),
                headers: response.headers(),
                body: None,
            });
            return Ok(BufferedResponse {
                status: response.status(),
                headers: response.headers().clone(),
                body: ReplyBody::new(Bytes::new(), transport.mask()),
                unread: Some(Box::new(response)),
            });
        }
        let end = time.end(if is_upload { Instant::now() } else { start });
        let body = read(transport, operation, &mut response, end).await?;
        Ok(BufferedResponse {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body,
            unread: None,
        })
    }
}

/// The time of one attempt.
#[derive(Clone, Copy)]
struct AttemptTime {
    limit: Duration,
    deadline: Option<Instant>,
}

impl AttemptTime {
    /// Returns when the attempt ends that began, or last made progress, at a moment; `None` of one
    /// whose end no clock reaches.
    fn end(self, start: Instant) -> Option<Instant> {
        let end = start.checked_add(self.limit);
        [end, self.deadline].into_iter().flatten().min()
    }
}

/// The time is over.
pub(super) struct Elapsed;

/// Waits for a future until the end, where there is one.
pub(super) async fn before<F: Future>(
    end: Option<Instant>,
    future: F,
) -> Result<F::Output, Elapsed> {
    match end {
        Some(end) => timeout_at(end, future).await.map_err(|_| Elapsed),
        None => Ok(future.await),
    }
}

/// Reads the answer whole. Its status is known from here on, and every failure carries it.
async fn read(
    transport: &Transport,
    operation: &'static Operation,
    response: &mut reqwest::Response,
    end: Option<Instant>,
) -> Result<ReplyBody, Error> {
    let status = response.status();
    let has_announced_length = response.headers().contains_key(header::CONTENT_LENGTH);
    let outcome = {
        let mut reading = pin!(body::read(response, transport.max_response_bytes()));
        // A short body comes with its head, and needs no timer.
        match poll_immediate(&mut reading).await {
            Some(body) => Ok(body),
            None => Box::pin(before(end, reading)).await,
        }
    };
    #[cfg(feature = "drift")]
    transport.compare(super::drift::Read {
        operation,
        status,
        headers: response.headers(),
        body: body::whole(&outcome, status),
    });
    let mask = transport.mask();
    if !status.is_success() {
        mask.hide(response.headers_mut());
    }
    let failed = |kind, message: String| {
        let mut headers = response.headers().clone();
        mask.hide(&mut headers);
        Error::answered(kind, status, headers, message)
    };
    let bytes = match outcome {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(BodyError::TooLarge { limit })) => {
            let message = format!("the reply is larger than {}", size::shown(limit));
            return Err(failed(ErrorKind::TooLarge, message));
        }
        // An error whose text is broken is still reported by its status.
        _ if !status.is_success() => Default::default(),
        Ok(Err(BodyError::Broken(error))) => {
            let message = "the connection broke off in the middle of the reply";
            return Err(failed(ErrorKind::Interrupted, message.to_owned()).with_source(error));
        }
        Err(_) => {
            let message = "the reply wasn't whole in the time of one attempt".to_owned();
            return Err(failed(ErrorKind::Timeout, message));
        }
    };
    // A value that isn't a container is decoded in any case, which shows whether it is whole.
    let is_wanted = status.is_success() && operation.reply == Reply::Container;
    let is_wrong = is_wanted && !body::is_json(&bytes, has_announced_length);
    let body = ReplyBody::new(bytes, mask.clone());
    if is_wrong && !body.is_receipt(operation, status) {
        let message = body.instead_of_json(response.headers());
        return Err(failed(ErrorKind::Decode, message).with_body(body.bytes));
    }
    Ok(body)
}

/// Waits for the future as long as the upload makes progress: a large file takes long, but a
/// connection that accepts no bytes for the time of the limit is given up.
async fn unless_stalled<F: Future>(
    future: F,
    progress: &Progress,
    time: AttemptTime,
) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    loop {
        let waited = before(time.end(progress.last()), &mut future).await;
        let is_over = || {
            let end = time.end(progress.last());
            end.is_some_and(|end| end <= Instant::now())
        };
        match waited {
            Err(Elapsed) if is_over() => return Err(Elapsed),
            Err(Elapsed) => (),
            Ok(output) => return Ok(output),
        }
    }
}

/// Returns how far a request got that has no answer.
fn phase(connector: &Connector, progress: Option<&Progress>) -> Phase {
    match progress {
        // The server can't carry out half a form.
        Some(progress) if progress.is_upload() && !progress.is_complete() => Phase::NotSent,
        // The connection asks for the body before it sends the head.
        Some(progress) if connector.is_http() && !progress.is_begun() => Phase::NotSent,
        _ => Phase::MaybeSent,
    }
}

fn no_answer(limit: Duration, connector: &Connector, progress: Option<&Progress>) -> Error {
    let phase = phase(connector, progress);
    let what = match progress {
        Some(progress) if phase == Phase::NotSent && !progress.is_begun() => "no connection",
        Some(_) if phase == Phase::NotSent => "the upload made no progress",
        _ => "no answer",
    };
    let message = format!("{what} in the time of one attempt ({limit:?}) or before the deadline");
    Error::new(ErrorKind::Timeout, phase, message)
}

fn no_response(cause: NoResponse, connector: &Connector, progress: Option<&Progress>) -> Error {
    if let Some(failure) = progress.and_then(Progress::failure) {
        return Error::invalid_request(failure);
    }
    match cause {
        NoResponse::NotConnected(error) => not_connected(error),
        NoResponse::Broken(error) => {
            let phase = phase(connector, progress);
            let message = match progress {
                Some(progress) if progress.is_upload() && phase == Phase::NotSent => {
                    "the upload broke off; a server that refuses files of this size may end it this way"
                }
                _ => "the connection broke off before an answer came",
            };
            let message = unreadable(&*error).unwrap_or(message);
            Error::new(ErrorKind::Interrupted, phase, message).with_source(error)
        }
        NoResponse::Invalid(error) => {
            Error::invalid_request("the request can't be built").with_source(error)
        }
    }
}
