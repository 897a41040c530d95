//! How a wait can end without the task having ended.

use std::{error::Error as StdError, fmt, time::Duration};

use super::question::Question;
use crate::{api::types::TaskStatus, error::Error, failure::Outlook, ids::TaskRef};

/// Why a wait ended early. Every variant hands the task back, to go on later or to cancel it.
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitError {
    /// The deadline came first. The task goes on.
    Deadline(Box<DeadlineExceeded>),

    /// The agent asked a question and waits for the answer: `send_task_message` gives it, after
    /// which the task can be waited for again.
    #[non_exhaustive]
    NeedsInput {
        /// The task.
        task: TaskRef,
        /// What the agent wants to know.
        question: Box<Question>,
    },

    /// The task can't be seen, or not any more: status 401, 403 or 404.
    #[non_exhaustive]
    Gone {
        /// The task.
        task: TaskRef,
        /// The server's refusal.
        error: Error,
    },

    /// The handler of questions has panicked. The question is still open.
    #[non_exhaustive]
    HandlerPanicked {
        /// The task.
        task: TaskRef,
        /// What it was asked.
        question: Box<Question>,
    },

    /// The wait can't work as it was asked for, or the server refused to tell the status for a
    /// reason that asking again won't change.
    #[non_exhaustive]
    Refused {
        /// The task.
        task: TaskRef,
        /// The server's refusal.
        error: Error,
    },
}

impl WaitError {
    /// Tells how a failed request ends the wait; `None` where it may pass, and the wait goes on.
    pub(super) fn of_poll(task: &TaskRef, error: &Error) -> Option<Self> {
        let (task, error) = (task.clone(), error.clone());
        match error.failure().outlook() {
            Outlook::Passing => None,
            Outlook::Gone => Some(Self::Gone { task, error }),
            Outlook::Lasting => Some(Self::Refused { task, error }),
        }
    }

    /// The task that was waited for.
    pub fn task(&self) -> &TaskRef {
        match self {
            Self::Deadline(it) => &it.task,
            Self::NeedsInput { task, .. }
            | Self::HandlerPanicked { task, .. }
            | Self::Gone { task, .. }
            | Self::Refused { task, .. } => task,
        }
    }
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.task().task_id();
        match self {
            Self::Deadline(it) => it.fmt(f),
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

/// The text of the inner error is a part of this one's, so that the chain goes on behind it.
impl StdError for WaitError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Deadline(it) => it.source(),
            Self::NeedsInput { .. } | Self::HandlerPanicked { .. } => None,
            Self::Gone { error, .. } | Self::Refused { error, .. } => error.source(),
        }
    }
}

/// A wait that reached its deadline.
#[derive(Debug)]
pub struct DeadlineExceeded {
    pub(super) task: TaskRef,
    pub(super) last_status: Option<TaskStatus>,
    pub(super) last_error: Option<Error>,
    pub(super) polls: u32,
    pub(super) elapsed: Duration,
    pub(super) is_cancelled: bool,
}

impl DeadlineExceeded {
    /// The task, which goes on.
    pub fn task(&self) -> &TaskRef {
        &self.task
    }

    /// The last status that was seen; `None` where no poll succeeded.
    pub fn last_status(&self) -> Option<&TaskStatus> {
        self.last_status.as_ref()
    }

    /// Why the last poll failed; `None` where it succeeded.
    pub fn last_error(&self) -> Option<&Error> {
        self.last_error.as_ref()
    }

    /// How often the status was asked for.
    pub fn polls(&self) -> u32 {
        self.polls
    }

    /// Whether the task was cancelled at the deadline, as
    /// [`Wait::cancel_at_deadline`](super::Wait::cancel_at_deadline) asks for. A step that was
    /// running is finished all the same.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled
    }

    /// How long the wait took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

impl fmt::Display for DeadlineExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self
            .last_status
            .as_ref()
            .map_or("unknown", |it| it.as_str());
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
