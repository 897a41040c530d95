//! The attempt loop: send, read, judge, and perhaps again.

use std::{future::Future, pin::pin, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokio::time::{Instant, error::Elapsed, sleep, timeout_at};

use super::{
    Transport, backoff,
    body::{self, BodyError},
    exit::NoResponse,
    form::Progress,
    operation::{CallInfo, Operation},
    policy::{self, Seen},
    retry_after,
    source::{Outgoing, Source},
};
use crate::error::{Error, ErrorKind, Phase};

/// Carries out one call.
///
/// An answer comes back as a response whatever its status, with its body buffered and an error's body in the
/// documented envelope. Where there is no whole answer, there is an error.
pub(crate) async fn call(
    transport: &Transport,
    operation: &'static Operation,
    mut source: Source,
) -> Result<reqwest::Response, Error> {
    let mut call = CallInfo {
        operation: Some(operation.id),
        attempts: 0,
    };
    operation
        .check(source.url())
        .map_err(|it| it.of_call(call))?;
    let mut outgoing = source.next().await.map_err(|it| it.of_call(call))?;
    loop {
        call.attempts += 1;
        let outcome = attempt(transport, operation, outgoing).await;
        let seen = seen(&outcome);
        let policy = &transport.limits().retry;
        if !policy.allows(operation.retry, call.attempts, &seen) {
            return finish(outcome, call);
        }
        if let Some(why) = source.is_spent() {
            return Err(unrepeatable(outcome, &why).of_call(call));
        }
        sleep(backoff::delay(
            call.attempts,
            seen.retry_after,
            transport.random(),
        ))
        .await;
        outgoing = source.next().await.map_err(|it| it.of_call(call))?;
    }
}

/// A whole answer.
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

fn seen(outcome: &Result<Reply, Error>) -> Seen {
    match outcome {
        Ok(reply) => Seen {
            phase: Phase::Answered,
            status: Some(reply.status),
            may_pass: policy::may_pass(reply.status),
            retry_after: retry_after::of(&reply.headers),
        },
        Err(error) => Seen {
            phase: error.phase(),
            status: error.status(),
            may_pass: !matches!(
                error.kind(),
                ErrorKind::InvalidRequest | ErrorKind::TooLarge
            ),
            retry_after: retry_after::of(error.headers()),
        },
    }
}

fn finish(outcome: Result<Reply, Error>, call: CallInfo) -> Result<reqwest::Response, Error> {
    let reply = outcome.map_err(|error| error.of_call(call))?;
    let body = match reply.status.is_success() {
        true => reply.body,
        false => body::error_envelope(reply.status, reply.body),
    };
    let mut response = http::Response::new(body);
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response.extensions_mut().insert(call);
    Ok(response.into())
}

/// What an attempt came to that should be followed by another one, but can't be.
fn unrepeatable(outcome: Result<Reply, Error>, why: &str) -> Error {
    match outcome {
        Ok(reply) => {
            let delay = retry_after::of(&reply.headers);
            let message = format!(
                "{}; not sent again: {why}",
                body::error_text(reply.status, &reply.body)
            );
            Error::answered(ErrorKind::Status, reply.status, reply.headers, message)
                .with_retry_after(delay)
        }
        Err(error) => error.with_note(&format!("not sent again: {why}")),
    }
}

async fn attempt(
    transport: &Transport,
    operation: &Operation,
    outgoing: Outgoing,
) -> Result<Reply, Error> {
    let Outgoing {
        mut request,
        progress,
    } = outgoing;
    transport.prepare(request.headers_mut());

    let limit = transport.limits().attempt_timeout;
    let deadline = Instant::now() + limit;
    let sending = transport.0.exit.send(request);
    let response = match &progress {
        None => timeout_at(deadline, sending).await,
        Some(progress) => unless_stalled(sending, progress, limit).await,
    };
    let response = response
        .map_err(|_| Error::new(ErrorKind::Timeout, Phase::MaybeSent, no_answer(limit)))?
        .map_err(|cause| no_response(cause, progress.as_ref()))?;

    let deadline = match progress {
        None => deadline,
        Some(_) => Instant::now() + limit,
    };
    read(transport, operation, response, deadline).await
}

/// Reads the answer whole. From here on there is a status, and every failure says so.
async fn read(
    transport: &Transport,
    operation: &Operation,
    mut response: reqwest::Response,
    deadline: Instant,
) -> Result<Reply, Error> {
    let limits = transport.limits();
    let status = response.status();
    let reading = body::read(&mut response, limits.max_response_bytes);
    let outcome = timeout_at(deadline, reading).await;
    let headers = std::mem::take(response.headers_mut());
    let failed = |kind, message: String| Error::answered(kind, status, headers.clone(), message);
    let body = match outcome {
        Ok(Ok(body)) => body,
        Ok(Err(BodyError::TooLarge { limit })) => {
            let message = format!("the reply is larger than {limit} bytes");
            return Err(failed(ErrorKind::TooLarge, message));
        }
        // Of an error, the status says more than the rest of its text would.
        _ if !status.is_success() => Bytes::new(),
        Ok(Err(BodyError::Broken(error))) => {
            let message = "the connection broke off in the middle of the reply";
            return Err(failed(ErrorKind::Interrupted, message.to_owned()).with_source(error));
        }
        Err(_) => {
            let message = format!("the reply wasn't whole after {:?}", limits.attempt_timeout);
            return Err(failed(ErrorKind::Timeout, message));
        }
    };
    if status.is_success() && operation.replies && !body::is_json(&body) {
        let message = match body::excerpt(&body) {
            text if text.is_empty() => "the reply is empty".to_owned(),
            text => format!("the reply isn't JSON, or not all of it: {text}"),
        };
        return Err(failed(ErrorKind::Decode, message));
    }
    Ok(Reply {
        status,
        headers,
        body,
    })
}

/// Waits for the future as long as the upload moves: a large file takes long, a stuck one doesn't get done.
async fn unless_stalled<F: Future>(
    future: F,
    progress: &Progress,
    limit: Duration,
) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    loop {
        let stalled_at = progress.last() + limit;
        match timeout_at(stalled_at, &mut future).await {
            Err(elapsed) if progress.last() + limit <= Instant::now() => return Err(elapsed),
            Err(_) => (),
            Ok(output) => return Ok(output),
        }
    }
}

fn no_answer(limit: Duration) -> String {
    format!("no answer within {limit:?}")
}

fn no_response(cause: NoResponse, progress: Option<&Progress>) -> Error {
    match cause {
        NoResponse::NotConnected(error) => {
            Error::new(ErrorKind::Connect, Phase::NotSent, "no connection").with_source(error)
        }
        // Half a form can't be carried out, so that this is as good as nothing.
        NoResponse::Broken(error) if progress.is_some_and(|it| !it.is_complete()) => {
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
