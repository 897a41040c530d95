//! How calls are observed: by spans and events of `tracing`, and by a callback.
//!
//! The names are listed in the documentation of [`crate::observability`].

use std::time::Duration;

use http::StatusCode;
use tracing::Span;

use super::{cooldown::Pace, operation::Operation};
use crate::{
    callback::Callback,
    failure::{ErrorKind, RetryReason},
};

/// Another attempt that is about to be made.
///
/// [`Options::on_retry`](crate::Options::on_retry) observes them:
///
/// ```
/// use nanonets_agents::{Error, prelude::*};
///
/// # fn example(client: Client) -> Result<(), Error> {
/// let observed = client.with(|options| {
///     options.on_retry(|event| eprintln!("{}: {}", event.operation, event.reason))
/// })?;
/// # Ok(())
/// # }
/// ```
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
    /// How long the call waits before the next attempt.
    pub delay: Duration,
    /// Whether the server asked for (a part of) the delay.
    pub server_asked: bool,
}

impl RetryEvent {
    /// Creates an event without a status, whose delay the server didn't ask for, such as a test of
    /// an observer may need.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{RetryEvent, RetryReason};
    ///
    /// let delay = Duration::from_secs(2);
    /// let mut event = RetryEvent::new("get_task", 1, RetryReason::RateLimited, delay);
    /// event.server_asked = true;
    /// assert_eq!(event.reason.to_string(), "rate_limited");
    /// ```
    pub fn new(
        operation: &'static str,
        attempts: u32,
        reason: RetryReason,
        delay: Duration,
    ) -> Self {
        Self {
            operation,
            attempts,
            reason,
            status: None,
            delay,
            server_asked: false,
        }
    }
}

/// A call that has ended.
///
/// [`Options::on_call`](crate::Options::on_call) observes them, for a histogram of durations by
/// operation, for example:
///
/// ```
/// use nanonets_agents::{Error, prelude::*};
///
/// # fn example(client: Client) -> Result<(), Error> {
/// let observed = client.with(|options| {
///     options.on_call(|call| {
///         let outcome = call.error.map_or("ok".to_owned(), |kind| kind.to_string());
///         println!("{} {outcome} {:.3}", call.operation, call.elapsed.as_secs_f64());
///     })
/// })?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CallEvent {
    /// The operation, such as `get_task`.
    pub operation: &'static str,
    /// How many attempts it took.
    pub attempts: u32,
    /// The status of the last answer, where there was one.
    pub status: Option<StatusCode>,
    /// What kind of error the call has ended in; `None` of a success. That the reply of a success
    /// doesn't decode is found out later.
    pub error: Option<ErrorKind>,
    /// How long the call took, with all its attempts and the delays between them.
    pub elapsed: Duration,
}

impl CallEvent {
    /// Creates the event of a call that succeeded at its first attempt, such as a test of an
    /// observer may need.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::CallEvent;
    ///
    /// let mut event = CallEvent::new("get_task", Duration::from_millis(80));
    /// event.attempts = 2;
    /// assert_eq!(event.error, None);
    /// ```
    pub fn new(operation: &'static str, elapsed: Duration) -> Self {
        Self {
            operation,
            attempts: 1,
            status: Some(StatusCode::OK),
            error: None,
            elapsed,
        }
    }
}

/// Returns the span of a call, with the parameters of its path. The rest is recorded at the end.
pub(super) fn span(operation: &Operation, url: &url::Url) -> Span {
    let span = (operation.span)();
    if !span.is_disabled() {
        // From the end, since the base URL may have a path of its own.
        let segments = url.path().rsplit('/');
        for (name, segment) in operation.path.rsplit('/').zip(segments) {
            let name = name
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'));
            if let Some(name) = name {
                span.record(name, segment);
            }
        }
    }
    span
}

/// Records the end of a call.
pub(super) fn finished(span: &Span, attempts: u32, status: Option<StatusCode>) {
    span.record("attempts", attempts);
    if let Some(status) = status {
        span.record("status", status.as_u16());
    }
}

/// Reports that a call is held back by the cooldown for so long that it may seem to hang.
pub(super) fn held_back(operation: &Operation, pace: &Pace) {
    if pace.held_for >= NOTICEABLE {
        tracing::info!(
            target: "nanonets_agents",
            operation = operation.id,
            held_ms = u64::try_from(pace.held_for.as_millis()).unwrap_or(u64::MAX),
            "held back"
        );
    }
}

/// The shortest hold that is reported.
const NOTICEABLE: Duration = Duration::from_secs(1);

/// Reports a retry, to `tracing` and to the callback.
pub(super) fn retrying(observer: Option<&Callback<RetryEvent>>, event: &RetryEvent) {
    tracing::warn!(
        target: "nanonets_agents",
        operation = event.operation,
        attempts = event.attempts,
        reason = event.reason.to_string(),
        status = event.status.map(|status| status.as_u16()),
        delay_ms = u64::try_from(event.delay.as_millis()).unwrap_or(u64::MAX),
        server_asked = event.server_asked,
        "retrying"
    );
    if let Some(observer) = observer {
        observer.call(event);
    }
}
