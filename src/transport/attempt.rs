//! The attempt loop: wait for a turn, send, judge, and perhaps again.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::Instrument;

use super::{
    Transport, body,
    exchange::{Reply, exchange},
    observe::{self, RetryEvent},
    operation::Operation,
    policy::Seen,
    retry_after,
    source::Source,
};
use crate::error::{CallInfo, Error, ErrorKind, Phase};

/// Carries out one call.
///
/// An answer comes back as a response whatever its status, with its body buffered and an error's body in the
/// documented envelope. Where there is no whole answer, there is an error.
pub(crate) async fn call(
    transport: &Transport,
    operation: &'static Operation,
    source: Source,
) -> Result<reqwest::Response, Error> {
    let span = observe::span(operation, source.url());
    let mut call = CallInfo {
        operation: Some(operation.id),
        attempts: 0,
    };
    // Boxed, since a future of this size is expensive to move, and it is moved often.
    let attempts = Box::pin(attempts(transport, operation, source, &mut call));
    let outcome = attempts.instrument(span.clone()).await;
    observe::finished(&span, call.attempts, seen(&outcome).status);
    match outcome {
        Ok(reply) => Ok(reply.into_response(call)),
        Err(error) => Err(error.of_call(call)),
    }
}

async fn attempts(
    transport: &Transport,
    operation: &'static Operation,
    mut source: Source,
    call: &mut CallInfo,
) -> Result<Reply, Error> {
    operation.check(source.url())?;
    let options = transport.options();
    let deadline = options.deadline.map(|it| Instant::now() + it);
    let mut retry = None;
    loop {
        let outgoing = source.next().await?;
        let turn = transport.cooldown().turn(deadline).await.map_err(no_turn)?;
        call.attempts += 1;
        let outcome = exchange(transport, operation, outgoing, deadline).await;

        let seen = seen(&outcome);
        match seen.is_rate_limited() {
            true => transport.cooldown().limited(turn, seen.retry_after),
            false if seen.phase == Phase::Answered => transport.cooldown().answered(),
            false => (),
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
                status: seen.status,
                delay,
                server_asked: seen.retry_after.is_some(),
            },
        );
        sleep(delay).await;
    }
}

fn seen(outcome: &Result<Reply, Error>) -> Seen {
    match outcome {
        Ok(reply) => Seen {
            phase: Phase::Answered,
            status: Some(reply.status()),
            failure: None,
            retry_after: retry_after::of(reply.headers()),
        },
        Err(error) => Seen {
            phase: error.phase(),
            status: error.status(),
            failure: Some(error.kind()),
            retry_after: retry_after::of(error.headers()),
        },
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
            let (status, headers) = (reply.status(), reply.headers().clone());
            let said = body::error_text(status, &reply.body);
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
