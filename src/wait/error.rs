//! The errors of a wait: it ends although the task has not.

use std::{error::Error as StdError, fmt, time::Duration};

use super::question::Question;
use crate::{api::types::TaskStatus, error::Error, failure::Outlook, ids::TaskRef};

/// The reason why a wait ended before its task. Every variant names the task, which can be waited
/// for again or cancelled.
///
/// ```no_run
/// use nanonets_agents::{TaskRef, prelude::*, wait::WaitError};
///
/// # async fn example(client: Client, task: TaskRef) -> Result<(), Box<dyn std::error::Error>> {
/// match client.task(task).wait().await {
///     Ok(finished) => println!("{}", finished.status()),
///     Err(WaitError::Deadline(late)) => println!("later: {}", late.task_ref().task_id()),
///     Err(WaitError::NeedsInput { question, .. }) => println!("asks: {question}"),
///     Err(error) => return Err(error.into()),
/// }
/// # Ok(())
/// # }
/// ```
///
/// It becomes a [`RunError`](crate::run::RunError) by `?`, and doesn't become an [`Error`], which
/// has no place for the task; [`error`](Self::error) is the one of the request that failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitError {
    /// The deadline came first. The task goes on.
    Deadline(Box<DeadlineExceeded>),

    /// The agent asked a question, and its task waits for the answer. After
    /// [`answer`](super::TaskHandle::answer) has given it, the task can be waited for
    /// again.
    #[non_exhaustive]
    NeedsInput {
        /// The task.
        task: TaskRef,
        /// The question that is open.
        question: Box<Question>,
    },

    /// The server doesn't show the task, or not any more: status 401, 403 or 404.
    #[non_exhaustive]
    Gone {
        /// The task.
        task: TaskRef,
        /// The server's refusal.
        error: Error,
    },

    /// The handler of questions panicked. The question is still open.
    #[non_exhaustive]
    HandlerPanicked {
        /// The task.
        task: TaskRef,
        /// The question that is open.
        question: Box<Question>,
    },

    /// The wait has a setting that can't work
    /// ([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), or the server
    /// refused to tell the status for a reason that asking again won't change.
    #[non_exhaustive]
    Refused {
        /// The task.
        task: TaskRef,
        /// Why it was refused.
        error: Error,
    },
}

impl WaitError {
    /// Creates a [`NeedsInput`](Self::NeedsInput) for the task that asks.
    ///
    /// ```
    /// use nanonets_agents::{TaskRef, wait::{Question, WaitError}};
    ///
    /// let question = Question::new(TaskRef::from(uuid::Uuid::nil()));
    /// let error = WaitError::needs_input(question);
    /// assert!(matches!(error, WaitError::NeedsInput { .. }));
    /// ```
    pub fn needs_input(question: Question) -> Self {
        Self::NeedsInput {
            task: question.task_ref().clone(),
            question: Box::new(question),
        }
    }

    /// Creates a [`HandlerPanicked`](Self::HandlerPanicked) for the task that asks.
    ///
    /// ```
    /// use nanonets_agents::{TaskRef, wait::{Question, WaitError}};
    ///
    /// let question = Question::new(TaskRef::from(uuid::Uuid::nil()));
    /// let error = WaitError::handler_panicked(question);
    /// assert!(matches!(error, WaitError::HandlerPanicked { .. }));
    /// ```
    pub fn handler_panicked(question: Question) -> Self {
        Self::HandlerPanicked {
            task: question.task_ref().clone(),
            question: Box::new(question),
        }
    }

    /// Creates a [`Gone`](Self::Gone) from the server's refusal.
    ///
    /// ```
    /// use nanonets_agents::{Error, ErrorKind, Phase, wait::WaitError};
    ///
    /// let refusal = Error::new(ErrorKind::Status, Phase::Answered, "there is no such task");
    /// let error = WaitError::gone(uuid::Uuid::nil(), refusal);
    /// assert!(matches!(error, WaitError::Gone { .. }));
    /// ```
    pub fn gone(task: impl Into<TaskRef>, error: Error) -> Self {
        Self::Gone {
            task: task.into(),
            error,
        }
    }

    /// Creates a [`Refused`](Self::Refused) from the error that polling again won't change.
    ///
    /// ```
    /// use nanonets_agents::{Error, ErrorKind, Phase, wait::WaitError};
    ///
    /// let error = Error::new(ErrorKind::Decode, Phase::Answered, "not JSON");
    /// let error = WaitError::refused(uuid::Uuid::nil(), error);
    /// assert!(error.to_string().contains("not JSON"));
    /// ```
    pub fn refused(task: impl Into<TaskRef>, error: Error) -> Self {
        Self::Refused {
            task: task.into(),
            error,
        }
    }

    /// Returns how a failed request ends the wait; `None` where the failure may pass, and the wait
    /// goes on.
    pub(super) fn of_poll(task: &TaskRef, error: &Error) -> Option<Self> {
        match error.failure().outlook() {
            Outlook::Passing => None,
            Outlook::Gone => Some(Self::gone(task, error.clone())),
            Outlook::Lasting => Some(Self::refused(task, error.clone())),
        }
    }

    /// Returns the task that was waited for, to wait for it again or to cancel it.
    ///
    /// ```no_run
    /// # use nanonets_agents::{Client, Error, prelude::*, wait::WaitError};
    /// # async fn example(client: Client, error: WaitError) -> Result<(), Error> {
    /// client.task(error.task_ref()).cancel().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn task_ref(&self) -> &TaskRef {
        match self {
            Self::Deadline(exceeded) => &exceeded.task,
            Self::NeedsInput { task, .. }
            | Self::HandlerPanicked { task, .. }
            | Self::Gone { task, .. }
            | Self::Refused { task, .. } => task,
        }
    }

    /// Returns the last status of the task that is known; `None` where none is.
    ///
    /// ```
    /// use nanonets_agents::{TaskRef, types::TaskStatus, wait::{Question, WaitError}};
    ///
    /// let question = Question::new(TaskRef::from(uuid::Uuid::nil()));
    /// let error = WaitError::needs_input(question);
    /// assert_eq!(error.status(), Some(&TaskStatus::WaitingForInput));
    /// ```
    pub fn status(&self) -> Option<&TaskStatus> {
        match self {
            Self::Deadline(exceeded) => exceeded.last_status(),
            Self::NeedsInput { .. } | Self::HandlerPanicked { .. } => {
                Some(&TaskStatus::WaitingForInput)
            }
            Self::Gone { .. } | Self::Refused { .. } => None,
        }
    }

    /// Returns the error of the request that failed last; `None` where none did.
    ///
    /// ```
    /// use nanonets_agents::{Error, ErrorKind, Phase, wait::WaitError};
    ///
    /// let refusal = Error::new(ErrorKind::Status, Phase::Answered, "there is no such task");
    /// let error = WaitError::gone(uuid::Uuid::nil(), refusal);
    /// assert_eq!(error.error().map(Error::message), Some("there is no such task"));
    /// ```
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Deadline(exceeded) => exceeded.last_error(),
            Self::NeedsInput { .. } | Self::HandlerPanicked { .. } => None,
            Self::Gone { error, .. } | Self::Refused { error, .. } => Some(error),
        }
    }

    /// Whether the same wait may succeed when it is begun again: the deadline came, or what was in
    /// the way may pass. An open question has to be answered first.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::wait::{DeadlineExceeded, WaitError};
    ///
    /// let late = DeadlineExceeded::new(uuid::Uuid::nil(), Duration::from_secs(60));
    /// assert!(WaitError::from(late).is_retryable());
    /// ```
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Deadline(_) => true,
            Self::NeedsInput { .. } | Self::HandlerPanicked { .. } | Self::Gone { .. } => false,
            Self::Refused { error, .. } => error.is_retryable(),
        }
    }
}

impl From<DeadlineExceeded> for WaitError {
    fn from(exceeded: DeadlineExceeded) -> Self {
        Self::Deadline(Box::new(exceeded))
    }
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.task_ref().task_id();
        match self {
            Self::Deadline(exceeded) => exceeded.fmt(f),
            Self::NeedsInput { question, .. } => {
                write!(f, "the task {id} waits for input: {question}")
            }
            Self::HandlerPanicked { question, .. } => write!(
                f,
                "the handler of questions panicked; the task {id} still waits for input: {question}"
            ),
            Self::Gone { error, .. } => write!(f, "the task {id} can't be seen: {error}"),
            Self::Refused { error, .. } => {
                write!(f, "waiting for the task {id} failed: {error}")
            }
        }
    }
}

/// This error's text includes that of the inner error; the chain therefore goes on with the inner
/// error's source.
impl StdError for WaitError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Deadline(exceeded) => exceeded.source(),
            Self::NeedsInput { .. } | Self::HandlerPanicked { .. } => None,
            Self::Gone { error, .. } | Self::Refused { error, .. } => error.source(),
        }
    }
}

/// The end of a wait that reached its deadline, from [`WaitError::Deadline`].
///
/// ```
/// use std::time::Duration;
/// use nanonets_agents::{
///     TaskRef, types::TaskStatus, wait::{DeadlineExceeded, WaitError},
/// };
///
/// // As a wait would return it, to test a program with.
/// let late = DeadlineExceeded::new(TaskRef::from(uuid::Uuid::nil()), Duration::from_secs(60))
///     .with_last_status(TaskStatus::Running)
///     .with_polls(9);
/// assert_eq!(late.last_status(), Some(&TaskStatus::Running));
/// assert_eq!((late.polls(), late.elapsed()), (9, Duration::from_secs(60)));
/// assert!(late.last_error().is_none() && !late.is_cancelled());
/// let error = WaitError::from(late);
/// # let _ = error;
/// ```
#[derive(Clone, Debug)]
pub struct DeadlineExceeded {
    task: TaskRef,
    last_status: Option<TaskStatus>,
    last_error: Option<Error>,
    polls: u32,
    elapsed: Duration,
    is_cancelled: bool,
}

impl DeadlineExceeded {
    /// Creates the end of a wait that took this long and saw nothing.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::wait::DeadlineExceeded;
    ///
    /// let late = DeadlineExceeded::new(uuid::Uuid::nil(), Duration::from_secs(60));
    /// assert_eq!(late.last_status(), None);
    /// ```
    pub fn new(task: impl Into<TaskRef>, elapsed: Duration) -> Self {
        Self {
            task: task.into(),
            last_status: None,
            last_error: None,
            polls: 0,
            elapsed,
            is_cancelled: false,
        }
    }

    /// Sets the last status that was seen; none by default.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use nanonets_agents::wait::DeadlineExceeded;
    /// # let late = DeadlineExceeded::new(uuid::Uuid::nil(), Duration::from_secs(60));
    /// use nanonets_agents::types::TaskStatus;
    ///
    /// let late = late.with_last_status(TaskStatus::Queued);
    /// assert!(late.to_string().contains("queued"));
    /// ```
    pub fn with_last_status(mut self, status: impl Into<Option<TaskStatus>>) -> Self {
        self.last_status = status.into();
        self
    }

    /// Sets why the last poll failed; by default, it succeeded.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use nanonets_agents::wait::DeadlineExceeded;
    /// # let late = DeadlineExceeded::new(uuid::Uuid::nil(), Duration::from_secs(60));
    /// use nanonets_agents::{Error, ErrorKind, Phase};
    ///
    /// let error = Error::new(ErrorKind::Timeout, Phase::MaybeSent, "no reply");
    /// let late = late.with_last_error(error);
    /// assert_eq!(late.last_error().map(Error::kind), Some(ErrorKind::Timeout));
    /// ```
    pub fn with_last_error(mut self, error: impl Into<Option<Error>>) -> Self {
        self.last_error = error.into();
        self
    }

    /// Sets how often the status was asked for; 0 by default.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use nanonets_agents::wait::DeadlineExceeded;
    /// # let late = DeadlineExceeded::new(uuid::Uuid::nil(), Duration::from_secs(60));
    /// assert_eq!(late.with_polls(9).polls(), 9);
    /// ```
    pub fn with_polls(mut self, polls: u32) -> Self {
        self.polls = polls;
        self
    }

    /// Sets whether the task was cancelled at the deadline; false by default.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use nanonets_agents::wait::DeadlineExceeded;
    /// # let late = DeadlineExceeded::new(uuid::Uuid::nil(), Duration::from_secs(60));
    /// assert!(late.with_cancelled(true).is_cancelled());
    /// ```
    pub fn with_cancelled(mut self, is_cancelled: bool) -> Self {
        self.is_cancelled = is_cancelled;
        self
    }

    /// Returns the task. It goes on, unless it was [cancelled](Self::is_cancelled).
    pub fn task_ref(&self) -> &TaskRef {
        &self.task
    }

    /// Returns the last status that was seen; `None` where no poll succeeded.
    pub fn last_status(&self) -> Option<&TaskStatus> {
        self.last_status.as_ref()
    }

    /// Returns why the last poll failed; `None` where it succeeded.
    pub fn last_error(&self) -> Option<&Error> {
        self.last_error.as_ref()
    }

    /// Returns how often the status was asked for.
    pub fn polls(&self) -> u32 {
        self.polls
    }

    /// Whether the task was cancelled at the deadline, as
    /// [`Wait::cancel_at_deadline`](super::Wait::cancel_at_deadline) asks for. The server still
    /// finishes a step that was running.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled
    }

    /// Returns how long the wait took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

impl fmt::Display for DeadlineExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self
            .last_status
            .as_ref()
            .map_or("unknown", TaskStatus::as_str);
        write!(
            f,
            "the task {} had not ended after {:.1?} and {} polls, its status was {status}",
            self.task.task_id(),
            self.elapsed,
            self.polls
        )?;
        if let Some(error) = &self.last_error {
            write!(f, ", the last poll failed ({error})")?;
        }
        f.write_str(if self.is_cancelled {
            "; it was cancelled"
        } else {
            "; it goes on, and can be waited for again"
        })
    }
}

impl StdError for DeadlineExceeded {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.last_error.as_ref()?.source()
    }
}
