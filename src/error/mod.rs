//! The one error of a call: what happened, to which operation, how far it got, and what to do.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

mod display;

pub use crate::failure::{ErrorKind, Phase};

use crate::{cursor::Cursor, failure::Failure};

/// Why a call failed.
///
/// Cheap to clone. Every call of the crate fails with this type, the raw generated ones too.
///
/// ```
/// # use nanonets_agents::{Client, Error};
/// async fn title(client: &Client, task_id: &str) -> Result<Option<String>, Error> {
///     let task = client.get_task().task_id(task_id).send().await?;
///     Ok(task.into_inner().title)
/// }
/// ```
///
/// Its `Display` is one line for people. No text of it ever holds the API key, and URLs in it carry
/// no query. Status codes and their meaning:
/// <https://agents.nanonets.com/docs/errors-and-pagination>.
///
/// A program that handles errors can make them for its tests:
///
/// ```
/// use std::time::Duration;
/// use nanonets_agents::{Error, ErrorKind, Phase};
///
/// let error = Error::new(ErrorKind::Status, Phase::Answered, "slow down")
///     .with_status(http::StatusCode::TOO_MANY_REQUESTS)
///     .with_operation("list_tasks")
///     .with_attempts(1)
///     .with_retry_after(Duration::from_secs(3));
/// assert!(error.is_retryable());
/// assert_eq!(
///     error.to_string(),
///     "list_tasks: 429 Too Many Requests: slow down; try again in 3 s (1 attempt)"
/// );
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    operation: Option<&'static str>,
    attempts: u32,
    phase: Phase,
    status: Option<StatusCode>,
    headers: HeaderMap,
    retry_after: Option<Duration>,
    cursor: Option<Cursor>,
    body: Option<Bytes>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// Makes an error of no operation, without an answer.
    ///
    /// The client makes its own; a program needs this to test how it handles them.
    pub fn new(kind: ErrorKind, phase: Phase, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            message: message.into(),
            operation: None,
            attempts: 0,
            phase,
            status: None,
            headers: HeaderMap::new(),
            retry_after: None,
            cursor: None,
            body: None,
            source: None,
        }))
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, Phase::NotSent, message)
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidRequest, Phase::NotSent, message)
    }

    /// Makes the error of an answer.
    pub(crate) fn answered(
        kind: ErrorKind,
        status: StatusCode,
        headers: HeaderMap,
        message: impl Into<String>,
    ) -> Self {
        Self::new(kind, Phase::Answered, message)
            .with_status(status)
            .with_headers(headers)
    }

    /// Sets [`status`](Self::status).
    pub fn with_status(self, status: StatusCode) -> Self {
        self.change(|inner| inner.status = Some(status))
    }

    /// Sets [`headers`](Self::headers).
    pub fn with_headers(self, headers: HeaderMap) -> Self {
        self.change(|inner| inner.headers = headers)
    }

    /// Sets [`operation`](Self::operation).
    pub fn with_operation(self, id: &'static str) -> Self {
        self.change(|inner| inner.operation = Some(id))
    }

    /// Sets [`attempts`](Self::attempts).
    pub fn with_attempts(self, attempts: u32) -> Self {
        self.change(|inner| inner.attempts = attempts)
    }

    /// Sets [`retry_after`](Self::retry_after).
    pub fn with_retry_after(self, delay: impl Into<Option<Duration>>) -> Self {
        self.change(|inner| inner.retry_after = delay.into())
    }

    /// Sets [`cursor`](Self::cursor).
    pub fn with_cursor(self, cursor: impl Into<Cursor>) -> Self {
        self.change(|inner| inner.cursor = Some(cursor.into()))
    }

    /// Sets [`body`](Self::body).
    pub fn with_body(self, body: impl Into<Bytes>) -> Self {
        self.change(|inner| inner.body = Some(body.into()))
    }

    /// Sets the error beneath this one.
    pub fn with_source(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.change(|inner| inner.source = Some(source.into().into()))
    }

    /// Adds to the message.
    pub(crate) fn with_note(self, note: &str) -> Self {
        self.change(|inner| {
            inner.message.push_str("; ");
            inner.message.push_str(note);
        })
    }

    /// Changes this error alone: its clones stay as they were.
    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Returns the kind of the failure.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the status of the answer; `None` where none came.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// Returns the server's words where it answered, the crate's otherwise.
    ///
    /// Free-form and subject to change: branch on [`status`](Self::status) or [`kind`](Self::kind)
    /// instead.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the id of the operation in the spec, such as `get_task`; `None` where no call was
    /// made.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// Returns how often the request was sent, or tried to be.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns how far the last attempt got.
    pub fn phase(&self) -> Phase {
        self.0.phase
    }

    /// Returns how long the server asked to wait before the next request.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns the cursor of the page of a list that failed; `None` on the first page, and where no
    /// list failed.
    ///
    /// A stream can [go on from it](crate::pages::Pages::resume_from).
    pub fn cursor(&self) -> Option<&Cursor> {
        self.0.cursor.as_ref()
    }

    /// Returns the reply that doesn't decode, whole, which keeps what the server said; `None` for
    /// any other failure.
    ///
    /// It isn't part of any text of the error, since it may hold anything.
    pub fn body(&self) -> Option<&[u8]> {
        self.0.body.as_deref()
    }

    /// Whether the same call may succeed later.
    ///
    /// It says nothing about safety: after a failure in [`Phase::MaybeSent`] a repeated call that
    /// creates something may create it twice.
    pub fn is_retryable(&self) -> bool {
        self.failure().is_retryable()
    }

    /// Returns the facts that the judge of failures needs.
    pub(crate) fn failure(&self) -> Failure {
        Failure {
            phase: self.0.phase,
            kind: self.0.kind,
            status: self.0.status,
        }
    }

    /// Returns the headers of the answer; none where no answer came.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("operation", &inner.operation)
            .field("status", &inner.status)
            .field("message", &inner.message)
            .field("attempts", &inner.attempts)
            .field("phase", &inner.phase)
            .field("retry_after", &inner.retry_after)
            .field("source", &inner.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_keeps_what_it_says_when_the_other_is_changed() {
        let error = Error::new(ErrorKind::Timeout, Phase::MaybeSent, "no answer");
        let placed = error.clone().with_cursor("page 2");
        assert_eq!(placed.cursor().map(Cursor::as_str), Some("page 2"));
        assert_eq!(error.cursor(), None);
    }
}
