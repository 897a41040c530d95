//! What can go wrong with a run.

use std::{error::Error as StdError, fmt, time::SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

use crate::{
    error::Error,
    output::OutputError,
    wait::{Finished, TaskRef, WaitError},
};

/// Why a run has no answer, and how far it got.
#[derive(Debug)]
#[non_exhaustive]
pub enum RunError {
    /// It is certain that no task was started.
    NotStarted(Error),

    /// A task may have been started, and it isn't known which.
    OutcomeUnknown(Box<OutcomeUnknown>),

    /// The task was started, but waiting for it ended early. The error holds the task.
    Wait(WaitError),

    /// The task ended as failed or stopped; its [`result`](crate::wait::TaskHandle::result) shows how.
    NotCompleted(Box<Finished>),

    /// The task completed, but its answer couldn't be read.
    #[non_exhaustive]
    Answer {
        /// The task, to read the answer later.
        task: TaskRef,
        /// Why it couldn't be read.
        error: Error,
    },

    /// The task completed, but its answer isn't of the wanted type.
    #[non_exhaustive]
    Output {
        /// The task, to read the answer in another way.
        task: TaskRef,
        /// What is in the way.
        error: OutputError,
    },
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted(error) => write!(f, "the run was not started: {error}"),
            Self::OutcomeUnknown(it) => it.fmt(f),
            Self::Wait(it) => it.fmt(f),
            Self::NotCompleted(finished) => write!(
                f,
                "the task {} ended as {}; `result()` of the task shows how",
                finished.task().task_id(),
                finished.status()
            ),
            Self::Answer { task, error } => write!(
                f,
                "the task {} completed, but its summary could not be read: {error}",
                task.task_id()
            ),
            Self::Output { task, error } => {
                write!(f, "the task {} completed, but {error}", task.task_id())
            }
        }
    }
}

/// The text of the inner error is a part of this one's, so that the chain goes on behind it.
impl StdError for RunError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::NotStarted(error) | Self::Answer { error, .. } => error.source(),
            Self::OutcomeUnknown(it) => it.source(),
            Self::Wait(it) => it.source(),
            Self::NotCompleted(_) => None,
            Self::Output { error, .. } => error.source(),
        }
    }
}

impl From<WaitError> for RunError {
    fn from(error: WaitError) -> Self {
        Self::Wait(error)
    }
}

/// A run that was sent without a clear answer.
///
/// It is not sent again, since the first request may have started the task. To find out, list the agent's
/// tasks that were created since [`sent_at`](Self::sent_at):
///
/// ```no_run
/// # use nanonets_agents::prelude::*;
/// # use nanonets_agents::run::OutcomeUnknown;
/// # async fn example(client: Client, unknown: OutcomeUnknown) -> Result<(), Error> {
/// // The server's clock may be off from ours; allow for that.
/// let since = chrono::DateTime::<chrono::Utc>::from(unknown.sent_at()) - chrono::TimeDelta::minutes(1);
/// let page = client.list_tasks().agent_id(unknown.agent_id()).created_after(since).send().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct OutcomeUnknown {
    pub(super) agent_id: Uuid,
    pub(super) sent_at: SystemTime,
    pub(super) error: Error,
}

impl OutcomeUnknown {
    /// The agent that was to run.
    pub fn agent_id(&self) -> Uuid {
        self.agent_id
    }

    /// The moment before the request was sent, by this machine's clock.
    pub fn sent_at(&self) -> SystemTime {
        self.sent_at
    }

    /// What came instead of a clear answer.
    pub fn error(&self) -> &Error {
        &self.error
    }
}

impl fmt::Display for OutcomeUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sent_at = DateTime::<Utc>::from(self.sent_at);
        write!(
            f,
            "it is unknown whether the run of agent {} was started; list its tasks created since {} before \
             running it again: {}",
            self.agent_id,
            sent_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            self.error
        )
    }
}

impl StdError for OutcomeUnknown {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.source()
    }
}
