//! How a wait can end without the task having ended.

use std::time::Duration;

use super::{question::Question, task::TaskRef};
use crate::{api::types::TaskStatus, error::Error};

/// Why a wait ended early. Every variant hands the task back, to go on later or to cancel it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// The deadline came first. The task goes on.
    #[error(transparent)]
    Deadline(Box<DeadlineExceeded>),

    /// The agent asked a question and waits for the answer: `send_task_message` gives it, after which the
    /// task can be waited for again.
    #[error("the task {} waits for input: {question}", task.task_id())]
    #[non_exhaustive]
    NeedsInput {
        /// The task.
        task: TaskRef,
        /// What the agent wants to know.
        question: Box<Question>,
    },

    /// The task can't be seen, or not any more: status 401, 403 or 404.
    #[error("the task {} can't be seen: {error}", task.task_id())]
    #[non_exhaustive]
    Gone {
        /// The task.
        task: TaskRef,
        /// The server's refusal.
        #[source]
        error: Error,
    },

    /// The server refused to tell the status, for a reason that asking again won't change.
    #[error("waiting for the task {} failed: {error}", task.task_id())]
    #[non_exhaustive]
    Refused {
        /// The task.
        task: TaskRef,
        /// The server's refusal.
        #[source]
        error: Error,
    },
}

impl WaitError {
    /// The task that was waited for.
    pub fn task(&self) -> &TaskRef {
        match self {
            Self::Deadline(it) => &it.task,
            Self::NeedsInput { task, .. }
            | Self::Gone { task, .. }
            | Self::Refused { task, .. } => task,
        }
    }
}

/// A wait that reached its deadline.
#[derive(Debug, thiserror::Error)]
#[error(
    "the task {} had not ended after {elapsed:.1?} and {polls} polls, its status was {}{}; it goes on, and can be \
     waited for again",
    task.task_id(),
    last_status.as_ref().map_or("unknown", |it| it.as_str()),
    last_error.as_ref().map(|it| format!(", the last poll failed ({it})")).unwrap_or_default()
)]
pub struct DeadlineExceeded {
    pub(super) task: TaskRef,
    pub(super) last_status: Option<TaskStatus>,
    pub(super) last_error: Option<Error>,
    pub(super) polls: u32,
    pub(super) elapsed: Duration,
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

    /// How long the wait took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}
