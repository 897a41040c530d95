//! The one error of a call: what happened, to which operation, how far it got, and what to do.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

pub use crate::failure::{ErrorKind, Phase};

use crate::failure::Failure;

/// Why a call failed.
///
/// Cheap to clone. Raw generated calls return `api::Error`, which converts into this type with `?`,
/// so that one error type serves for everything the crate does.
///
/// ```
/// # use nanonets_agents::prelude::*;
/// async fn title(client: &Client, task_id: &str) -> Result<Option<String>, Error> {
///     let task = client.get_task().task_id(task_id).send().await?;
///     Ok(task.into_inner().title)
/// }
/// ```
///
/// Its `Display` is one line for people. No text of it ever holds the API key, and URLs in it carry
/// no query. Status codes and their meaning:
/// <https://agents.nanonets.com/docs/errors-and-pagination>.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    call: CallInfo,
    phase: Phase,
    status: Option<StatusCode>,
    headers: HeaderMap,
    retry_after: Option<Duration>,
    cursor: Option<String>,
    body: Option<Bytes>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, phase: Phase, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            message: message.into(),
            call: CallInfo::default(),
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

    /// An answer that is the failure.
    pub(crate) fn answered(
        kind: ErrorKind,
        status: StatusCode,
        headers: HeaderMap,
        message: impl Into<String>,
    ) -> Self {
        let mut error = Self::new(kind, Phase::Answered, message);
        let inner = error.inner_mut();
        inner.status = Some(status);
        inner.headers = headers;
        error
    }

    pub(crate) fn of_call(mut self, call: CallInfo) -> Self {
        self.inner_mut().call = call;
        self
    }

    pub(crate) fn with_retry_after(mut self, delay: Option<Duration>) -> Self {
        self.inner_mut().retry_after = delay;
        self
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        self.inner_mut().source = Some(source.into());
        self
    }

    pub(crate) fn with_body(mut self, body: Bytes) -> Self {
        self.inner_mut().body = Some(body);
        self
    }

    pub(crate) fn at_cursor(mut self, cursor: &str) -> Self {
        // Others may hold it, too, and then it is theirs as it was.
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.cursor = Some(cursor.to_owned());
        }
        self
    }

    pub(crate) fn with_note(mut self, note: &str) -> Self {
        let message = &mut self.inner_mut().message;
        message.push_str("; ");
        message.push_str(note);
        self
    }

    fn inner_mut(&mut self) -> &mut Inner {
        Arc::get_mut(&mut self.0).expect("an error is changed only while it is made")
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The status of the answer; `None` where none came.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The server's words where it answered, ours otherwise.
    ///
    /// Free-form and subject to change: branch on [`status`](Self::status) or [`kind`](Self::kind)
    /// instead.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The id of the operation in the spec, such as `get_task`; `None` where no call was made.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.call.operation
    }

    /// How often the request was sent, or tried to be.
    pub fn attempts(&self) -> u32 {
        self.0.call.attempts
    }

    /// How far the last attempt got.
    pub fn phase(&self) -> Phase {
        self.0.phase
    }

    /// How long the server asked to wait before the next request.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The cursor of the page of a list that failed; `None` on the first page, and where no list
    /// failed.
    ///
    /// [`Cursor::new`](crate::pages::Cursor::new) makes it one to go on from.
    pub fn cursor(&self) -> Option<&str> {
        self.0.cursor.as_deref()
    }

    /// The reply that doesn't decode, whole, so that nothing of it is lost; `None` for any other
    /// failure.
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

    /// Returns what the judge of failures has to know.
    pub(crate) fn failure(&self) -> Failure {
        Failure {
            phase: self.0.phase,
            kind: self.0.kind,
            status: self.0.status,
        }
    }

    /// The headers of the answer; empty where none came.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Says what the user can do about it.
    fn advice(&self) -> Option<String> {
        let failure = self.failure();
        match self.0.retry_after {
            Some(delay) if failure.is_throttled() => {
                Some(format!("try again in {} s", delay.as_secs_f64().ceil()))
            }
            _ => failure.advice().map(str::to_owned),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.call.operation {
            write!(f, "{operation}: ")?;
        }
        if let Some(status) = self.0.status {
            write!(f, "{status}: ")?;
        }
        f.write_str(&excerpt(self.0.message.as_bytes()))?;
        if let Some(advice) = self.advice() {
            write!(f, "; {advice}")?;
        }
        match (self.0.phase, self.0.call.attempts) {
            (Phase::NotSent, 0) => f.write_str(" (nothing was sent)"),
            (Phase::NotSent, attempts) => write!(f, " (not sent, {})", Attempts(attempts)),
            (Phase::MaybeSent, attempts) => {
                write!(f, " (may have reached the server, {})", Attempts(attempts))
            }
            (Phase::Answered, attempts) => write!(f, " ({})", Attempts(attempts)),
        }
    }
}

struct Attempts(u32);

impl fmt::Display for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("1 attempt"),
            attempts => write!(f, "{attempts} attempts"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("operation", &inner.call.operation)
            .field("status", &inner.status)
            .field("message", &inner.message)
            .field("attempts", &inner.call.attempts)
            .field("phase", &inner.phase)
            .field("retry_after", &inner.retry_after)
            .field("source", &inner.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|it| it as _)
    }
}

/// Which call an error or a reply belongs to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CallInfo {
    pub(crate) operation: Option<&'static str>,
    pub(crate) attempts: u32,
}

/// As much of a text as goes into a message.
const MAX_EXCERPT: usize = 300;

/// The beginning of a body on one line, for a message.
pub(crate) fn excerpt(body: &[u8]) -> String {
    let start = String::from_utf8_lossy(&body[..body.len().min(4 * MAX_EXCERPT)]);
    let words: Vec<&str> = start.split_whitespace().collect();
    let mut text = words.join(" ");
    if text.chars().count() > MAX_EXCERPT {
        text = text.chars().take(MAX_EXCERPT).chain(['…']).collect();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_bounded_even_for_wide_characters() {
        assert_eq!(
            excerpt("é".repeat(10_000).as_bytes()).chars().count(),
            MAX_EXCERPT + 1
        );
        assert_eq!(excerpt(&[0xff; 10]).chars().count(), 10);
    }
}
