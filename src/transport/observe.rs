//! What can be watched of calls: spans and events of `tracing`, and a callback.
//!
//! The names are listed in the documentation of [`crate::observability`].

use std::{fmt, sync::Arc, time::Duration};

use http::StatusCode;
use tracing::{Span, field::Empty};

use super::operation::Operation;
use crate::failure::RetryReason;

/// Another attempt that is about to be made.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RetryEvent {
    /// The operation, such as `get_task`.
    pub operation: &'static str,
    /// How many attempts there were so far.
    pub attempts: u32,
    /// Why another one follows.
    pub reason: RetryReason,
    /// The status of the last attempt, where there was one.
    pub status: Option<StatusCode>,
    /// How long it is waited before the next one.
    pub delay: Duration,
    /// Whether the server asked for (a part of) the delay.
    pub server_asked: bool,
}

/// A callback for retries.
#[derive(Clone)]
pub(crate) struct Observer(Arc<dyn Fn(&RetryEvent) + Send + Sync>);

impl Observer {
    pub(crate) fn new(observe: impl Fn(&RetryEvent) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// The span of a call. Its task or agent comes from the path, the rest is filled in at the end.
pub(super) fn span(operation: &Operation, url: &url::Url) -> Span {
    let span = tracing::debug_span!(
        "nanonets_agents.call",
        operation = operation.id,
        task_id = Empty,
        agent_id = Empty,
        attempts = Empty,
        status = Empty,
    );
    if !span.is_disabled() {
        let mut segments = url.path_segments().into_iter().flatten();
        while let Some(segment) = segments.next() {
            let field = match segment {
                "tasks" => "task_id",
                "agents" => "agent_id",
                _ => continue,
            };
            if let Some(id) = segments.next() {
                span.record(field, id);
            }
        }
    }
    span
}

/// Fills in what a call came to.
pub(super) fn finished(span: &Span, attempts: u32, status: Option<StatusCode>) {
    span.record("attempts", attempts);
    if let Some(status) = status {
        span.record("status", status.as_u16());
    }
}

/// Tells of a retry.
pub(super) fn retrying(observer: Option<&Observer>, event: &RetryEvent) {
    tracing::warn!(
        target: "nanonets_agents",
        operation = event.operation,
        attempts = event.attempts,
        reason = event.reason.to_string(),
        status = event.status.map(|it| it.as_u16()),
        delay_ms = u64::try_from(event.delay.as_millis()).unwrap_or(u64::MAX),
        server_asked = event.server_asked,
        "retrying"
    );
    if let Some(Observer(observe)) = observer {
        observe(event);
    }
}
