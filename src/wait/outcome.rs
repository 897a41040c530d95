//! What a wait tells: changes of a status, and the end.

use std::time::Duration;

use super::handle::TaskHandle;
use crate::{
    api::types::{TaskStatus, TaskSummary},
    error::Error,
    ids::TaskRef,
};

/// A status as it was seen to change.
///
/// ```
/// use nanonets_agents::{TaskRef, prelude::*, types::TaskStatus, wait::Update};
///
/// // As a wait would tell it, to test an observer with.
/// let task = TaskRef::from(uuid::Uuid::nil());
/// let update = Update::new(task, TaskStatus::Running).with_polls(3);
/// assert_eq!(update.status, TaskStatus::Running);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Update {
    /// The task.
    pub task: TaskRef,
    /// The status that it has now.
    pub status: TaskStatus,
    /// How long the wait has taken so far.
    pub elapsed: Duration,
    /// How often the status was asked for so far.
    pub polls: u32,
}

impl Update {
    /// Creates an update with a wait that has just begun.
    pub fn new(task: impl Into<TaskRef>, status: TaskStatus) -> Self {
        Self {
            task: task.into(),
            status,
            elapsed: Duration::ZERO,
            polls: 0,
        }
    }

    /// Sets how long the wait has taken so far.
    pub fn with_elapsed(mut self, elapsed: Duration) -> Self {
        self.elapsed = elapsed;
        self
    }

    /// Sets how often the status was asked for so far.
    pub fn with_polls(mut self, polls: u32) -> Self {
        self.polls = polls;
        self
    }
}

/// A task that has ended, or that meets the [condition](super::Wait::until) of the wait.
///
/// ```no_run
/// use nanonets_agents::{prelude::*, run::Started};
///
/// # async fn example(started: Started) -> Result<(), Box<dyn std::error::Error>> {
/// let finished = started.wait().await?;
/// if finished.is_completed() {
///     println!("{:?}", finished.fetch_summary().await?.result);
/// } else {
///     println!("{}: {:?}", finished.status(), finished.handle().fetch_result().await?.feed);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Finished {
    handle: TaskHandle,
    status: TaskStatus,
    polls: u32,
    elapsed: Duration,
}

impl Finished {
    /// Creates the end of a wait that took no time and no polls.
    pub fn new(handle: TaskHandle, status: TaskStatus) -> Self {
        Self {
            handle,
            status,
            polls: 0,
            elapsed: Duration::ZERO,
        }
    }

    /// Sets how often the wait asked for the status.
    pub fn with_polls(mut self, polls: u32) -> Self {
        self.polls = polls;
        self
    }

    /// Sets how long the wait took.
    pub fn with_elapsed(mut self, elapsed: Duration) -> Self {
        self.elapsed = elapsed;
        self
    }

    /// The task, to be asked for more.
    pub fn handle(&self) -> &TaskHandle {
        &self.handle
    }

    /// The task, to be stored.
    pub fn task_ref(&self) -> &TaskRef {
        self.handle.task_ref()
    }

    /// The status that ended the wait: completed, failed or stopped, or another one where the wait
    /// had a [condition](super::Wait::until).
    pub fn status(&self) -> &TaskStatus {
        &self.status
    }

    /// Whether the task ended with an answer.
    pub fn is_completed(&self) -> bool {
        self.status == TaskStatus::Completed
    }

    /// How often the wait asked for the status.
    pub fn polls(&self) -> u32 {
        self.polls
    }

    /// How long the wait took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Fetches the answer; see [`TaskHandle::fetch_summary`], also for its errors.
    ///
    /// # Errors
    ///
    /// The same as of [`TaskHandle::fetch_summary`].
    pub async fn fetch_summary(&self) -> Result<TaskSummary, Error> {
        self.handle.fetch_summary().await
    }
}

impl From<&Finished> for TaskRef {
    fn from(finished: &Finished) -> Self {
        finished.task_ref().clone()
    }
}

impl From<Finished> for TaskRef {
    fn from(finished: Finished) -> Self {
        Self::from(&finished)
    }
}
