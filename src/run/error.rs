//! What can go wrong with a run.

use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

use crate::{
    error::Error,
    output::OutputError,
    wait::{Finished, TaskRef, WaitError},
};

/// Why a run has no answer, and how far it got.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// It is certain that no task was started.
    #[error("the run was not started: {0}")]
    NotStarted(#[source] Error),

    /// A task may have been started, and it isn't known which.
    #[error(transparent)]
    OutcomeUnknown(Box<OutcomeUnknown>),

    /// The task was started, but waiting for it ended early. The error holds the task.
    #[error(transparent)]
    Wait(#[from] WaitError),

    /// The task ended as failed or stopped; its [`result`](crate::wait::TaskHandle::result) shows how.
    #[error("the task {} ended as {}; `result()` of the task shows how", .0.task().task_id(), .0.status())]
    NotCompleted(Box<Finished>),

    /// The task completed, but its answer couldn't be read.
    #[error("the task {} completed, but its summary could not be read: {error}", task.task_id())]
    #[non_exhaustive]
    Answer {
        /// The task, to read the answer later.
        task: TaskRef,
        /// Why it couldn't be read.
        #[source]
        error: Error,
    },

    /// The task completed, but its answer isn't of the wanted type.
    #[error("the task {} completed, but {error}", task.task_id())]
    #[non_exhaustive]
    Output {
        /// The task, to read the answer in another way.
        task: TaskRef,
        /// What is in the way.
        #[source]
        error: OutputError,
    },
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
#[derive(Debug, thiserror::Error)]
#[error(
    "it is unknown whether the run of agent {agent_id} was started; list its tasks created since {} before \
     running it again: {error}",
    DateTime::<Utc>::from(*sent_at).to_rfc3339_opts(SecondsFormat::Secs, true)
)]
pub struct OutcomeUnknown {
    pub(super) agent_id: Uuid,
    pub(super) sent_at: SystemTime,
    #[source]
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
