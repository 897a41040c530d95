//! One exchange with the server: a request out, a whole answer back.

use std::{future::Future, pin::pin, time::Duration};

use bytes::Bytes;
use futures_util::future::poll_immediate;
use http::header;
use tokio::time::{Instant, error::Elapsed, timeout_at};

use super::{
    Transport,
    body::{self, BodyError},
    connector::NoResponse,
    operation::Operation,
    outgoing::{Outgoing, UploadProgress},
    response::BufferedResponse,
};
use crate::{
    error::{Error, ErrorKind, Phase},
    excerpt::excerpt,
};

/// Sends the request and reads the answer, within the time of one attempt and before the deadline.
pub(super) fn exchange<'a>(
    transport: &'a Transport,
    operation: &'a Operation,
    outgoing: Outgoing,
    start: Instant,
    deadline: Option<Instant>,
) -> impl Future<Output = Result<BufferedResponse, Error>> + 'a {
    let limit = transport.options().attempt_timeout;
    let end = move |start: Instant| {
        let end = start + limit;
        deadline.map_or(end, |deadline| deadline.min(end))
    };
    // Called before the `async` block: capturing the request would make every call's future larger.
    let sending = transport.0.connector.send(outgoing.request);
    let progress = outgoing.progress;
    async move {
        let first_end = end(start);
        let response = match &progress {
            None => timeout_at(first_end, sending).await,
            Some(progress) => Box::pin(unless_stalled(sending, progress, limit, deadline)).await,
        };
        let mut response = response
            .map_err(|_| no_answer(limit))?
            .map_err(|cause| no_response(cause, progress.as_ref()))?;
        if transport.clock().is_stale(start) {
            transport.clock().read(response.headers(), Instant::now());
        }
        let last_end = match progress {
            None => first_end,
            Some(_) => end(Instant::now()),
        };
        let body = read(transport, operation, &mut response, last_end).await?;
        Ok(BufferedResponse {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body,
        })
    }
}

/// Reads the answer whole. Its status is known from here on, and every failure carries it.
async fn read(
    transport: &Transport,
    operation: &Operation,
    response: &mut reqwest::Response,
    end: Instant,
) -> Result<Bytes, Error> {
    let status = response.status();
    let has_announced_length = response.headers().contains_key(header::CONTENT_LENGTH);
    let outcome = {
        let mut reading = pin!(body::read(response, transport.max_response_bytes()));
        // A short body comes with its head, and needs no timer.
        match poll_immediate(&mut reading).await {
            Some(body) => Ok(body),
            None => timeout_at(end, reading).await,
        }
    };
    let failed =
        |kind, message: String| Error::answered(kind, status, response.headers().clone(), message);
    let body = match outcome {
        Ok(Ok(body)) => body,
        Ok(Err(BodyError::TooLarge { limit })) => {
            let message = format!("the reply is larger than {limit} bytes");
            return Err(failed(ErrorKind::TooLarge, message));
        }
        // An error whose text is broken is still reported by its status.
        _ if !status.is_success() => Bytes::new(),
        Ok(Err(BodyError::Broken(error))) => {
            let message = "the connection broke off in the middle of the reply";
            return Err(failed(ErrorKind::Interrupted, message.to_owned()).with_source(error));
        }
        Err(_) => {
            let message = "the reply wasn't whole in the time of one attempt".to_owned();
            return Err(failed(ErrorKind::Timeout, message));
        }
    };
    if status.is_success() && operation.replies && !body::is_json(&body, has_announced_length) {
        let message = match excerpt(&body) {
            text if text.is_empty() => "the reply is empty".to_owned(),
            text => format!("the reply isn't JSON, or not all of it: {text}"),
        };
        return Err(failed(ErrorKind::Decode, message).with_body(body));
    }
    Ok(body)
}

/// Waits for the future as long as the upload makes progress: a large file takes long, but a
/// connection that accepts no bytes for the time of the limit is given up.
async fn unless_stalled<F: Future>(
    future: F,
    progress: &UploadProgress,
    limit: Duration,
    deadline: Option<Instant>,
) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    let end = |progress: &UploadProgress| {
        let stalled = progress.last() + limit;
        deadline.map_or(stalled, |deadline| deadline.min(stalled))
    };
    loop {
        match timeout_at(end(progress), &mut future).await {
            Err(elapsed) if end(progress) <= Instant::now() => return Err(elapsed),
            Err(_) => (),
            Ok(output) => return Ok(output),
        }
    }
}

fn no_answer(limit: Duration) -> Error {
    let message =
        format!("no answer in the time of one attempt ({limit:?}) or before the deadline");
    Error::new(ErrorKind::Timeout, Phase::MaybeSent, message)
}

fn no_response(cause: NoResponse, progress: Option<&UploadProgress>) -> Error {
    match cause {
        NoResponse::NotConnected(error) => {
            Error::new(ErrorKind::Connect, Phase::NotSent, "no connection").with_source(error)
        }
        // The server can't carry out half a form: nothing was done.
        NoResponse::Broken(error) if progress.is_some_and(|progress| !progress.is_complete()) => {
            let message = "the upload broke off";
            Error::new(ErrorKind::Interrupted, Phase::NotSent, message).with_source(error)
        }
        NoResponse::Broken(error) => {
            let message = "the connection broke off before an answer came";
            Error::new(ErrorKind::Interrupted, Phase::MaybeSent, message).with_source(error)
        }
        NoResponse::Invalid(error) => {
            Error::invalid_request("the request can't be built").with_source(error)
        }
    }
}
