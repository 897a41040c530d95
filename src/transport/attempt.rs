//! The attempt loop: wait for a permit, send, judge the outcome, and perhaps repeat.

use std::time::Duration;

use futures_util::future::BoxFuture;
use http::StatusCode;
use tokio::time::{Instant, sleep};
use tracing::Instrument;

use super::{
    Transport,
    body::error_text,
    exchange::exchange,
    observe::{self, RetryEvent},
    operation::Operation,
    outcome::AttemptOutcome,
    request_source::RequestSource,
    response::BufferedResponse,
    retry_after,
};
use crate::error::{Error, ErrorKind, Phase};

/// A success, and the call that it belongs to.
pub(crate) struct Answer {
    pub(crate) operation: &'static Operation,
    pub(crate) response: BufferedResponse,
    pub(crate) attempts: u32,
}

impl Transport {
    /// Carries out one call.
    ///
    /// The future is boxed, because one of this size is expensive to move, and callers move it
    /// often.
    ///
    /// # Errors
    ///
    /// Any failure of the last attempt; an answer that isn't a success is one. The error names the
    /// operation and counts the attempts.
    pub(crate) fn call<'a>(
        &'a self,
        operation: &'static Operation,
        mut source: RequestSource,
    ) -> BoxFuture<'a, Result<Answer, Error>> {
        self.prepare(source.headers_mut());
        let span = observe::span(operation, source.url());
        let observed = span.clone();
        let call = async move {
            let mut attempts = 0;
            let result = repeat(self, operation, &mut source, &mut attempts).await;
            if !observed.is_disabled() {
                observe::finished(&observed, attempts, status(&result));
            }
            let result = match result {
                Ok(response) if response.status.is_success() => Ok(Answer {
                    operation,
                    response,
                    attempts,
                }),
                Ok(response) => Err(refusal(response, None)),
                Err(error) => Err(error),
            };
            result.map_err(|error| error.with_operation(operation.id).with_attempts(attempts))
        };
        if span.is_disabled() {
            Box::pin(call)
        } else {
            Box::pin(call.instrument(span))
        }
    }
}

/// Makes attempts until one is final.
async fn repeat(
    transport: &Transport,
    operation: &'static Operation,
    source: &mut RequestSource,
    attempts: &mut u32,
) -> Result<BufferedResponse, Error> {
    operation.check(source.url())?;
    let options = transport.options();
    let deadline = options.deadline.map(|limit| Instant::now() + limit);
    let mut loan = None;
    loop {
        let outgoing = source.next(transport.http_client()).await?;
        let permit = transport
            .cooldown()
            .permit(deadline)
            .await
            .map_err(no_permit)?;
        if let Some(check) = &options.pre_send {
            // Checked last: a file may have changed, or a lease expired, during the waits above.
            check.pass().await?;
        }
        *attempts += 1;
        transport.counts().sent(operation.id);
        let result = exchange(transport, operation, outgoing, permit.at, deadline).await;

        let outcome = AttemptOutcome::of(&result);
        if outcome.is_rate_limited() {
            transport.cooldown().limited(permit, outcome.retry_after);
        } else if outcome.is_answered() {
            transport.cooldown().answered();
        }
        let policy = &options.retry;
        let Some(reason) = policy.reason(operation.retry, *attempts, &outcome) else {
            if outcome.is_success() {
                transport.budget().succeeded(loan);
            }
            return result;
        };
        if let Some(why) = source.why_spent() {
            return Err(unrepeatable(result, &why));
        }
        let delay = policy.delay(*attempts, outcome.retry_after, transport.random());
        if deadline.is_some_and(|deadline| Instant::now() + delay >= deadline) {
            return result;
        }
        loan = transport.budget().take(outcome.is_timeout());
        if loan.is_none() {
            return result;
        }
        let event = RetryEvent {
            operation: operation.id,
            attempts: *attempts,
            reason,
            status: status(&result),
            delay,
            server_asked: outcome.retry_after.is_some(),
        };
        observe::retrying(options.on_retry.as_ref(), &event);
        sleep(delay).await;
        transport.counts().retried(reason);
    }
}

fn status(result: &Result<BufferedResponse, Error>) -> Option<StatusCode> {
    match result {
        Ok(response) => Some(response.status),
        Err(error) => error.status(),
    }
}

fn no_permit(wait: Duration) -> Error {
    let message = "the rate limit leaves no room for the request before its deadline";
    Error::new(ErrorKind::Timeout, Phase::NotSent, message).with_retry_after(wait)
}

/// Returns the error of an answer that isn't a success, with the delay that it asks for.
fn refusal(response: BufferedResponse, note: Option<&str>) -> Error {
    let BufferedResponse {
        status,
        headers,
        body,
    } = response;
    let delay = retry_after::of(&headers);
    let error = Error::answered(
        ErrorKind::Status,
        status,
        headers,
        error_text(status, &body),
    )
    .with_retry_after(delay);
    match note {
        Some(note) => error.with_note(note),
        None => error,
    }
}

/// Returns the error of an attempt that should be repeated, but can't be.
fn unrepeatable(result: Result<BufferedResponse, Error>, why: &str) -> Error {
    let note = format!("not sent again: {why}");
    match result {
        Ok(response) => refusal(response, Some(&note)),
        Err(error) => error.with_note(&note),
    }
}
