//! The one error of all calls: what happened, to which operation, how far it got, what to do.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

mod display;

pub use crate::failure::{ErrorKind, Phase};

use crate::{
    cursor::Cursor,
    failure::Failure,
    metadata::{Metadata, request_id},
};

/// Why a call failed.
///
/// Cheap to clone. Every call of the crate fails with this type, the raw generated ones too.
///
/// ```
/// use nanonets_agents::{ErrorKind, Phase, prelude::*, simulator::Fault};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
/// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
/// simulator.inject(Fault::status_before(403).on("get_task"));
/// let error = client.get_task().task_id(uuid::Uuid::nil()).send().await.unwrap_err();
///
/// assert_eq!(error.kind(), ErrorKind::Status);
/// assert_eq!(error.status(), Some(http::StatusCode::FORBIDDEN));
/// assert_eq!(error.operation(), Some("get_task"));
/// assert_eq!(error.phase(), Phase::Answered);
/// assert_eq!(error.attempts(), 1);
/// assert!(!error.is_retryable());
/// println!("{error}"); // One line, which ends in what to do.
/// # Ok(())
/// # }
/// ```
///
/// Its `Display` is one line for people. No text of it ever holds the API key: where a server
/// repeats it, `[API key]` stands instead. Nor does one hold characters that act on a terminal,
/// such as ESC, and URLs in it carry no query. [`body`](Self::body) and [`headers`](Self::headers)
/// are as the server sent them, with whatever it put there. Status codes and their meaning:
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
    elapsed: Duration,
    phase: Phase,
    status: Option<StatusCode>,
    headers: HeaderMap,
    retry_after: Option<Duration>,
    cursor: Option<Cursor>,
    body: Option<Bytes>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// Creates an error of no operation, without an answer.
    ///
    /// The client creates its own; a program needs this to test how it handles them.
    ///
    /// ```
    /// use nanonets_agents::{Error, ErrorKind, Phase};
    ///
    /// let error = Error::new(ErrorKind::Connect, Phase::NotSent, "no route to the host");
    /// assert!(error.is_retryable());
    /// assert_eq!(error.attempts(), 0);
    /// ```
    pub fn new(kind: ErrorKind, phase: Phase, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            message: message.into(),
            operation: None,
            attempts: 0,
            elapsed: Duration::ZERO,
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

    /// Creates the error of an answer.
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

    /// Sets [`status`](Self::status), by which a failure of the kind [`ErrorKind::Status`] is
    /// judged.
    ///
    /// ```
    /// use nanonets_agents::{Error, ErrorKind, Phase};
    ///
    /// let error = Error::new(ErrorKind::Status, Phase::Answered, "overloaded")
    ///     .with_status(http::StatusCode::SERVICE_UNAVAILABLE);
    /// assert!(error.is_retryable());
    /// ```
    pub fn with_status(self, status: StatusCode) -> Self {
        self.change(|inner| inner.status = Some(status))
    }

    /// Sets [`headers`](Self::headers).
    ///
    /// ```
    /// # use nanonets_agents::{Error, ErrorKind, Phase};
    /// use http::{HeaderMap, HeaderValue};
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("x-request-id", HeaderValue::from_static("r-17"));
    /// let error = Error::new(ErrorKind::Status, Phase::Answered, "overloaded")
    ///     .with_headers(headers);
    /// assert_eq!(error.headers()["x-request-id"], "r-17");
    /// ```
    pub fn with_headers(self, headers: HeaderMap) -> Self {
        self.change(|inner| inner.headers = headers)
    }

    /// Sets [`operation`](Self::operation), which begins the error's text.
    ///
    /// ```
    /// use nanonets_agents::{Error, ErrorKind, Phase};
    ///
    /// let error = Error::new(ErrorKind::Timeout, Phase::MaybeSent, "no answer")
    ///     .with_operation("get_task");
    /// assert!(error.to_string().starts_with("get_task: no answer"));
    /// ```
    pub fn with_operation(self, id: &'static str) -> Self {
        self.change(|inner| inner.operation = Some(id))
    }

    /// Sets [`attempts`](Self::attempts); 0 by default.
    ///
    /// ```
    /// use nanonets_agents::{Error, ErrorKind, Phase};
    ///
    /// let error = Error::new(ErrorKind::Timeout, Phase::MaybeSent, "no answer")
    ///     .with_attempts(5);
    /// assert!(error.to_string().ends_with("(may have reached the server, 5 attempts)"));
    /// ```
    pub fn with_attempts(self, attempts: u32) -> Self {
        self.change(|inner| inner.attempts = attempts)
    }

    /// Sets [`elapsed`](Self::elapsed); no time by default.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{Error, ErrorKind, Phase};
    ///
    /// let error = Error::new(ErrorKind::Timeout, Phase::MaybeSent, "no answer")
    ///     .with_elapsed(Duration::from_secs(30));
    /// assert_eq!(error.elapsed().as_secs(), 30);
    /// ```
    pub fn with_elapsed(self, elapsed: Duration) -> Self {
        self.change(|inner| inner.elapsed = elapsed)
    }

    /// Sets [`retry_after`](Self::retry_after); `None` removes it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{Error, ErrorKind, Phase};
    ///
    /// let error = Error::new(ErrorKind::Status, Phase::Answered, "slow down")
    ///     .with_retry_after(Duration::from_secs(3));
    /// assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
    /// ```
    pub fn with_retry_after(self, delay: impl Into<Option<Duration>>) -> Self {
        self.change(|inner| inner.retry_after = delay.into())
    }

    /// Sets [`cursor`](Self::cursor).
    ///
    /// ```
    /// use nanonets_agents::{Error, ErrorKind, Phase};
    ///
    /// let error = Error::new(ErrorKind::Timeout, Phase::MaybeSent, "no answer")
    ///     .with_cursor("dGFza3M6MTAw");
    /// assert_eq!(error.cursor().map(|cursor| cursor.as_str()), Some("dGFza3M6MTAw"));
    /// ```
    pub fn with_cursor(self, cursor: impl Into<Cursor>) -> Self {
        self.change(|inner| inner.cursor = Some(cursor.into()))
    }

    /// Sets [`body`](Self::body).
    ///
    /// ```
    /// use nanonets_agents::{Error, ErrorKind, Phase};
    ///
    /// let error = Error::new(ErrorKind::Decode, Phase::Answered, "not JSON")
    ///     .with_body("<h1>Log in</h1>");
    /// assert_eq!(error.body(), Some(b"<h1>Log in</h1>".as_slice()));
    /// ```
    pub fn with_body(self, body: impl Into<Bytes>) -> Self {
        self.change(|inner| inner.body = Some(body.into()))
    }

    /// Sets the error beneath this one, which [`source`](std::error::Error::source) returns.
    ///
    /// ```
    /// use std::{error::Error as _, io};
    /// use nanonets_agents::{Error, ErrorKind, Phase};
    ///
    /// let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
    /// let error = Error::new(ErrorKind::Connect, Phase::NotSent, "no connection")
    ///     .with_source(refused);
    /// assert_eq!(error.source().expect("it was set").to_string(), "connection refused");
    /// ```
    pub fn with_source(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.change(|inner| inner.source = Some(source.into().into()))
    }

    pub(crate) fn with_phase(self, phase: Phase) -> Self {
        self.change(|inner| inner.phase = phase)
    }

    /// Adds a note to the end of the message.
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
    ///
    /// ```
    /// use nanonets_agents::{Client, ErrorKind};
    ///
    /// let error = Client::builder().api_key("").build().unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Configuration);
    /// ```
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the status of the answer; `None` where none came.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// Returns the server's words where it answered, the crate's otherwise.
    ///
    /// The words are without the API key, and without control characters other than line breaks and
    /// tabs.
    ///
    /// Its wording may change at any time: branch on [`status`](Self::status) or
    /// [`kind`](Self::kind) instead.
    ///
    /// ```
    /// use nanonets_agents::{Error, ErrorKind, Phase};
    ///
    /// let error = Error::new(ErrorKind::Status, Phase::Answered, "The agent is archived");
    /// assert_eq!(error.message(), "The agent is archived");
    /// ```
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the id of the operation in the spec, such as `get_task`; `None` where no call was
    /// made.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// Returns the number of attempts: how often the request was sent, or tried to be.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns how long the call took, from its start to its failure, with all attempts and the
    /// delays between them; no time where no call was made.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{prelude::*, simulator::Fault};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// simulator.inject(Fault::delay(Duration::from_secs(100)).on("list_agents"));
    /// let hurried = client.with(|options| options.deadline(Duration::from_secs(45)))?;
    /// let error = hurried.list_agents().send().await.unwrap_err();
    /// assert!(error.elapsed() <= Duration::from_secs(45));
    /// # Ok(())
    /// # }
    /// ```
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Returns how far the call got, which tells whether it can have had an effect.
    ///
    /// It is that of the last attempt, unless an earlier one got further than
    /// [`Phase::NotSent`].
    ///
    /// ```
    /// use nanonets_agents::{Phase, prelude::*, simulator::Fault};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// # let task_id = client.run(agent_id).query("How many?").start().await?.task_id();
    /// simulator.inject(Fault::reset_after().on("send_task_message"));
    /// let error = client.task(task_id).send_message("Two.").await.unwrap_err();
    ///
    /// // The agent may have got the message.
    /// assert_eq!(error.phase(), Phase::MaybeSent);
    /// # Ok(())
    /// # }
    /// ```
    pub fn phase(&self) -> Phase {
        self.0.phase
    }

    /// Returns how long the server asked to wait before the next request; `None` where it didn't
    /// say.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{prelude::*, simulator::Fault};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// // The client itself waits for a minute at most.
    /// simulator.inject(Fault::too_many_requests(Some("120")).on("list_agents"));
    /// let error = client.list_agents().send().await.unwrap_err();
    /// assert_eq!(error.retry_after(), Some(Duration::from_secs(120)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns the cursor of the page of a list that failed; `None` on the first page, and where no
    /// list failed.
    ///
    /// A stream can [go on from it](crate::pages::Pages::resume_from), in another process too:
    ///
    /// ```no_run
    /// use futures_util::TryStreamExt;
    /// use nanonets_agents::{Error, pages::Cursor, prelude::*};
    ///
    /// # type Stored = Option<Cursor>;
    /// # async fn example(client: Client, stored: Stored) -> Result<Stored, Error> {
    /// let mut pages = client.list_tasks().pages();
    /// if let Some(cursor) = stored {
    ///     pages = pages.resume_from(cursor);
    /// }
    /// while let Some(page) = pages.try_next().await.transpose() {
    ///     match page {
    ///         Ok(page) => println!("{} tasks", page.items.len()),
    ///         Err(error) => return Ok(error.cursor().cloned()),
    ///     }
    /// }
    /// # Ok(None)
    /// # }
    /// ```
    pub fn cursor(&self) -> Option<&Cursor> {
        self.0.cursor.as_ref()
    }

    /// Returns the raw reply: the first 64 KiB of a refusal, or the whole of a reply that doesn't
    /// decode; `None` for any other failure.
    ///
    /// It keeps what [`message`](Self::message) leaves out, such as further fields of an error. It
    /// may hold anything, even the API key, where the server repeats what it was sent: handle it
    /// like a secret. `Debug` doesn't show it.
    ///
    /// ```
    /// use nanonets_agents::{ErrorKind, prelude::*, simulator::Fault};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// simulator.inject(Fault::reply(200, "text/html", "<h1>Log in</h1>").on("list_agents"));
    /// let error = client.list_agents().send().await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Decode);
    /// assert_eq!(error.body(), Some(b"<h1>Log in</h1>".as_slice()));
    ///
    /// let refusal = r#"{"error": "The name is taken", "code": "duplicate"}"#;
    /// simulator.inject(Fault::reply(400, "application/json", refusal).on("create_agent"));
    /// let error = client.create_agent().send().await.unwrap_err();
    /// assert_eq!(error.message(), "The name is taken");
    /// assert_eq!(error.body(), Some(refusal.as_bytes()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn body(&self) -> Option<&[u8]> {
        self.0.body.as_deref()
    }

    /// Whether the same call may succeed later.
    ///
    /// It says nothing about safety: after a failure in [`Phase::MaybeSent`] a repeated call that
    /// creates something may create it twice. [`phase`](Self::phase) tells.
    ///
    /// ```
    /// use nanonets_agents::{Error, ErrorKind, Phase};
    ///
    /// let error = Error::new(ErrorKind::Timeout, Phase::MaybeSent, "no answer");
    /// assert!(error.is_retryable());
    /// let error = Error::new(ErrorKind::InvalidRequest, Phase::NotSent, "the key is empty");
    /// assert!(!error.is_retryable());
    /// ```
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

    /// Returns the headers of the answer; an empty map where no answer came.
    ///
    /// One that repeats the API key is marked as sensitive, so that `Debug` doesn't show it.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::Fault};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// simulator.inject(Fault::status_before(404).on("get_task"));
    /// let error = client.get_task().task_id(uuid::Uuid::nil()).send().await.unwrap_err();
    /// assert_eq!(error.headers()["content-type"], "application/json");
    /// # Ok(())
    /// # }
    /// ```
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Returns the id that the server gave to the last request, as
    /// [`Metadata::request_id`](crate::Metadata::request_id) finds it; `None` where no answer came
    /// or it has none. The error's text names it.
    ///
    /// ```
    /// # use nanonets_agents::{Error, ErrorKind, Phase};
    /// use http::{HeaderMap, HeaderValue};
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("x-request-id", HeaderValue::from_static("r-17"));
    /// let error = Error::new(ErrorKind::Status, Phase::Answered, "overloaded")
    ///     .with_headers(headers)
    ///     .with_attempts(2);
    /// assert_eq!(error.request_id(), Some("r-17"));
    /// assert!(error.to_string().ends_with("(2 attempts, request r-17)"));
    /// ```
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.0.headers)
    }

    /// Returns what came back beside what couldn't be used; `None` where nothing came.
    pub(crate) fn metadata(&self) -> Option<Metadata> {
        let inner = &*self.0;
        let headers = inner.headers.clone();
        Some(Metadata::of(
            inner.status?,
            headers,
            inner.attempts,
            inner.elapsed,
        ))
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
            .field("elapsed", &inner.elapsed)
            .field("request_id", &self.request_id())
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
