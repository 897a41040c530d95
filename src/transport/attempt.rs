//! One call: its attempts, and the error or the answer that they end in.

use futures_util::future::BoxFuture;
use tokio::time::Instant;
use tracing::Instrument;

use super::{
    Transport,
    body::ReplyBody,
    download::{Download, Head},
    observe::{self, CallEvent},
    operation::{Operation, Reading},
    repeat::{AttemptLoop, status},
    request_source::RequestSource,
    response::BufferedResponse,
    retry_after,
};
use crate::{
    error::{Error, ErrorKind},
    metadata::Metadata,
};

/// A success, and the call that it belongs to.
pub(crate) struct Answer {
    pub(crate) operation: &'static Operation,
    pub(crate) metadata: Metadata,
    pub(crate) body: ReplyBody,
    #[cfg(feature = "drift")]
    pub(super) drift: std::sync::Arc<crate::drift::Collector>,
    /// The body, where it is still to be read.
    pub(crate) download: Option<Box<Download>>,
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
        reading: Reading,
    ) -> BoxFuture<'a, Result<Answer, Error>> {
        self.prepare(operation, source.headers_mut());
        let span = observe::span(operation, source.url());
        let propagated = match &self.options().propagator {
            Some(propagator) => span.in_scope(|| propagator.write(source.headers_mut())),
            None => Ok(()),
        };
        if let Err(error) = propagated {
            let error = error.with_operation(operation.id);
            return Box::pin(std::future::ready(Err(error)));
        }
        let observed = span.clone();
        let call = async move {
            let start = Instant::now();
            let mut attempts = AttemptLoop::new(self, operation, &mut source, reading);
            let result = attempts.run().await;
            let attempts = attempts.attempts;
            if !observed.is_disabled() {
                observe::finished(&observed, attempts, status(&result));
            }
            let elapsed = start.elapsed();
            if let Some(observer) = &self.options().on_call {
                let mut event = CallEvent::new(operation.id, elapsed);
                event.attempts = attempts;
                event.status = status(&result);
                event.error = match &result {
                    Ok(response) if response.status.is_success() => None,
                    Ok(_) => Some(ErrorKind::Status),
                    Err(error) => Some(error.kind()),
                };
                observer.call(&event);
            }
            let error = match result {
                Ok(response) if response.status.is_success() => {
                    let BufferedResponse {
                        status,
                        headers,
                        body,
                        unread,
                    } = response;
                    let metadata = Metadata::of(status, headers, attempts, elapsed);
                    let download = unread.map(|response| {
                        Box::new(self.download(*response, operation, metadata.clone()))
                    });
                    return Ok(Answer {
                        operation,
                        metadata,
                        body,
                        #[cfg(feature = "drift")]
                        drift: self.drift().clone(),
                        download,
                    });
                }
                Ok(response) => refusal(response, None),
                Err(error) => error,
            };
            let error = error.with_operation(operation.id);
            Err(error.with_attempts(attempts).with_elapsed(elapsed))
        };
        if span.is_disabled() {
            Box::pin(call)
        } else {
            Box::pin(call.instrument(span))
        }
    }
}

impl Transport {
    fn download(
        &self,
        response: reqwest::Response,
        operation: &Operation,
        metadata: Metadata,
    ) -> Download {
        let head = Head {
            operation: operation.id,
            metadata,
            mask: self.mask(),
        };
        let stall_timeout = self.options().attempt_timeout;
        Download::of(response, head, stall_timeout, self.max_response_bytes())
    }
}

/// Returns the error of an answer that isn't a success, with the delay that it asks for.
pub(super) fn refusal(response: BufferedResponse, note: Option<&str>) -> Error {
    let BufferedResponse {
        status,
        headers,
        body,
        ..
    } = response;
    let delay = retry_after::of(&headers);
    let text = body.error_text(status, &headers);
    let error = Error::answered(ErrorKind::Status, status, headers, text)
        .with_retry_after(delay)
        .with_body(body.bytes);
    match note {
        Some(note) => error.with_note(note),
        None => error,
    }
}

/// Returns the error of an attempt that should be repeated, but can't be.
pub(super) fn unrepeatable(result: Result<BufferedResponse, Error>, why: &str) -> Error {
    let note = format!("not sent again: {why}");
    match result {
        Ok(response) => refusal(response, Some(&note)),
        Err(error) => error.with_note(&note),
    }
}
