//! The attempt loop: wait for a turn, send, judge, and perhaps again.

use std::time::Duration;

use futures_util::future::BoxFuture;
use http::StatusCode;
use tokio::time::{Instant, sleep};
use tracing::Instrument;

use super::{
    Transport, body,
    exchange::exchange,
    observe::{self, RetryEvent},
    operation::Operation,
    policy::Seen,
    reply::Reply,
    retry_after,
    source::Source,
};
use crate::{
    error::{CallInfo, Error, ErrorKind, Phase},
    failure::Failure,
};

/// Carries out one call.
///
/// An answer comes back whatever its status, an error's body in the documented envelope. Where
/// there is no whole answer, there is an error.
///
/// Boxed, since a future of its size is expensive to move, and callers move it often.
pub(crate) fn call<'a>(
    transport: &'a Transport,
    operation: &'static Operation,
    mut source: Source,
) -> BoxFuture<'a, Result<Reply, Error>> {
    transport.prepare(source.headers_mut());
    let span = observe::span(operation, source.url());
    let mut call = CallInfo {
        operation: Some(operation.id),
        attempts: 0,
    };
    let watched = span.clone();
    let whole = async move {
        let outcome = attempts(transport, operation, &mut source, &mut call).await;
        if !watched.is_disabled() {
            observe::finished(&watched, call.attempts, status(&outcome));
        }
        match outcome {
            Ok(mut reply) => {
                reply.call = call;
                if !reply.status.is_success() {
                    reply.body = body::error_envelope(reply.status, reply.body);
                }
                Ok(reply)
            }
            Err(error) => Err(error.of_call(call)),
        }
    };
    if span.is_disabled() {
        Box::pin(whole)
    } else {
        Box::pin(whole.instrument(span))
    }
}

async fn attempts(
    transport: &Transport,
    operation: &'static Operation,
    source: &mut Source,
    call: &mut CallInfo,
) -> Result<Reply, Error> {
    operation.check(source.url())?;
    let options = transport.options();
    let deadline = options.deadline.map(|it| Instant::now() + it);
    let mut retry = None;
    loop {
        let outgoing = source.next().await?;
        let turn = transport.cooldown().turn(deadline).await.map_err(no_turn)?;
        if let Some(gate) = &options.gate {
            // Behind all waiting, since what it asks for may have changed meanwhile.
            (gate.0)().await?;
        }
        call.attempts += 1;
        let outcome = exchange(transport, operation, outgoing, turn.at, deadline).await;

        let seen = seen(&outcome);
        if seen.is_rate_limited() {
            transport.cooldown().limited(turn, seen.retry_after);
        } else if seen.is_answered() {
            transport.cooldown().answered();
        }
        let policy = &options.retry;
        let Some(reason) = policy.reason(operation.retry, call.attempts, &seen) else {
            if seen.is_success() {
                transport.budget().succeeded(retry);
            }
            return outcome;
        };
        if let Some(why) = source.is_spent() {
            return Err(unrepeatable(outcome, &why));
        }
        let delay = policy.delay(call.attempts, seen.retry_after, transport.random());
        if deadline.is_some_and(|it| Instant::now() + delay >= it) {
            return outcome;
        }
        retry = transport.budget().take(seen.is_timeout());
        if retry.is_none() {
            return outcome;
        }
        observe::retrying(
            options.observer.as_ref(),
            &RetryEvent {
                operation: operation.id,
                attempts: call.attempts,
                reason,
                status: status(&outcome),
                delay,
                server_asked: seen.retry_after.is_some(),
            },
        );
        sleep(delay).await;
    }
}

fn seen(outcome: &Result<Reply, Error>) -> Seen {
    match outcome {
        // After a success there is nothing to wait for.
        Ok(reply) if reply.status.is_success() => Seen {
            failure: None,
            retry_after: None,
        },
        Ok(reply) => Seen {
            failure: Some(Failure::answered(reply.status)),
            retry_after: retry_after::of(&reply.headers),
        },
        Err(error) => Seen {
            failure: Some(error.failure()),
            retry_after: retry_after::of(error.headers()),
        },
    }
}

fn status(outcome: &Result<Reply, Error>) -> Option<StatusCode> {
    match outcome {
        Ok(reply) => Some(reply.status),
        Err(error) => error.status(),
    }
}

fn no_turn(wait: Duration) -> Error {
    let message = "the rate limit leaves no room for the request before its deadline";
    Error::new(ErrorKind::Timeout, Phase::NotSent, message).with_retry_after(Some(wait))
}

/// What an attempt came to that should be followed by another one, but can't be.
fn unrepeatable(outcome: Result<Reply, Error>, why: &str) -> Error {
    match outcome {
        Ok(reply) => {
            let Reply {
                status,
                headers,
                body,
                ..
            } = reply;
            let said = body::error_text(status, &body);
            let delay = retry_after::of(&headers);
            Error::answered(
                ErrorKind::Status,
                status,
                headers,
                format!("{said}; not sent again: {why}"),
            )
            .with_retry_after(delay)
        }
        Err(error) => error.with_note(&format!("not sent again: {why}")),
    }
}
