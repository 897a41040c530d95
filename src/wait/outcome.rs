//! What a wait tells: changes of a status, and the end.

use std::time::Duration;

use serde::Serialize;

use super::handle::TaskHandle;
use crate::{
    api::types::{TaskStatus, TaskSummary},
    error::Error,
    ids::TaskRef,
    twin::Twins,
};

/// A status as it was seen to change.
///
/// ```
/// use nanonets_agents::{TaskRef, types::TaskStatus, wait::Update};
///
/// // As a wait would tell it, to test an observer with.
/// let task = TaskRef::from(uuid::Uuid::nil());
/// let update = Update::new(task, TaskStatus::Running).with_polls(3);
/// assert_eq!(update.status, TaskStatus::Running);
/// // As a program sends it to a browser, for example.
/// let json = serde_json::to_value(&update)?;
/// assert_eq!((&json["status"], &json["polls"]), (&"running".into(), &3.into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// Creates an update of a wait that has just begun, such as a test of an observer may need.
    ///
    /// ```
    /// use nanonets_agents::{types::TaskStatus, wait::Update};
    ///
    /// let update = Update::new(uuid::Uuid::nil(), TaskStatus::Queued);
    /// assert!(update.elapsed.is_zero());
    /// ```
    pub fn new(task: impl Into<TaskRef>, status: TaskStatus) -> Self {
        Self {
            task: task.into(),
            status,
            elapsed: Duration::ZERO,
            polls: 0,
        }
    }

    /// Sets how long the wait has taken so far; zero by default.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{types::TaskStatus, wait::Update};
    ///
    /// let update = Update::new(uuid::Uuid::nil(), TaskStatus::Running);
    /// let late = update.with_elapsed(Duration::from_secs(900));
    /// assert_eq!(late.elapsed.as_secs(), 900);
    /// ```
    pub fn with_elapsed(mut self, elapsed: Duration) -> Self {
        self.elapsed = elapsed;
        self
    }

    /// Sets how often the status was asked for so far; 0 by default.
    ///
    /// ```
    /// use nanonets_agents::{types::TaskStatus, wait::Update};
    ///
    /// let update = Update::new(uuid::Uuid::nil(), TaskStatus::Running).with_polls(3);
    /// assert_eq!(update.polls, 3);
    /// ```
    pub fn with_polls(mut self, polls: u32) -> Self {
        self.polls = polls;
        self
    }
}

/// A task that has ended, or that meets the [condition](super::Wait::until) of the wait.
///
/// ```
/// # use nanonets_agents::{prelude::*, simulator::Simulator};
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = Simulator::builder().build();
/// # let client = simulator.in_process_client()?;
/// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
/// let finished = started.wait().await?;
/// println!("{} after {:?}", finished.status(), finished.elapsed());
/// if finished.is_completed() {
///     println!("{:?}", finished.fetch_summary().await?.result);
/// } else {
///     println!("{:?}", finished.handle().fetch_result().await?.feed);
/// }
/// # assert!(finished.is_completed());
/// # assert_eq!(finished.task_ref(), started.task_ref());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Finished {
    handle: TaskHandle,
    status: TaskStatus,
    polls: u32,
    elapsed: Duration,
    twins: Twins,
}

impl Finished {
    /// Creates the end of a wait that took no time and no polls, such as a test may need.
    ///
    /// ```
    /// # use nanonets_agents::{Client, prelude::*, types::TaskStatus, wait::Finished};
    /// # fn main() -> Result<(), nanonets_agents::Error> {
    /// # let client = Client::builder().api_key("key").build()?;
    /// let handle = client.task(uuid::Uuid::nil());
    /// let finished = Finished::new(handle, TaskStatus::Failed);
    /// assert!(!finished.is_completed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(handle: TaskHandle, status: TaskStatus) -> Self {
        Self {
            handle,
            status,
            polls: 0,
            elapsed: Duration::ZERO,
            twins: Twins::none(),
        }
    }

    /// Sets how often the wait asked for the status; 0 by default.
    ///
    /// ```no_run
    /// # use nanonets_agents::wait::Finished;
    /// # fn example(finished: Finished) {
    /// assert_eq!(finished.with_polls(4).polls(), 4);
    /// # }
    /// ```
    pub fn with_polls(mut self, polls: u32) -> Self {
        self.polls = polls;
        self
    }

    /// Sets how long the wait took; zero by default.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use nanonets_agents::wait::Finished;
    /// # fn example(finished: Finished) {
    /// let finished = finished.with_elapsed(Duration::from_secs(40));
    /// assert_eq!(finished.elapsed().as_secs(), 40);
    /// # }
    /// ```
    pub fn with_elapsed(mut self, elapsed: Duration) -> Self {
        self.elapsed = elapsed;
        self
    }

    /// Sets what is known of other tasks of the same run; nothing by default.
    ///
    /// ```
    /// # use nanonets_agents::{TaskRef, run::{Twin, Twins}, wait::Finished};
    /// # fn example(finished: Finished, other: TaskRef) {
    /// let finished = finished.with_twins(Twins::none().with_found([Twin::new(other)]));
    /// assert_eq!(finished.twins().found().len(), 1);
    /// # }
    /// ```
    pub fn with_twins(mut self, twins: Twins) -> Self {
        self.twins = twins;
        self
    }

    /// Returns what is known of other tasks of the same run: what was known when it was started,
    /// and what a last look has shown; see [`Twins`].
    ///
    /// A look is taken where this client has started the task, or has it from its ledger, and a
    /// request of the run may still have been carried out. It takes one request for the list, and
    /// one for each task on it that isn't known to be another run's. It may take 60 s at most.
    ///
    /// ```
    /// # use nanonets_agents::wait::Finished;
    /// # fn example(finished: Finished) {
    /// for twin in finished.twins().found() {
    ///     println!("{} was started as well", twin.task_id());
    /// }
    /// # }
    /// ```
    pub fn twins(&self) -> &Twins {
        &self.twins
    }

    /// Returns the handle of the task, to ask for more about it.
    pub fn handle(&self) -> &TaskHandle {
        &self.handle
    }

    /// Returns the task in a form that can be stored.
    pub fn task_ref(&self) -> &TaskRef {
        self.handle.task_ref()
    }

    /// Returns the status that ended the wait: completed, failed or stopped, or another one where
    /// the wait had a [condition](super::Wait::until).
    pub fn status(&self) -> &TaskStatus {
        &self.status
    }

    /// Whether the task ended with an answer.
    pub fn is_completed(&self) -> bool {
        self.status == TaskStatus::Completed
    }

    /// Returns how often the wait asked for the status.
    pub fn polls(&self) -> u32 {
        self.polls
    }

    /// Returns how long the wait took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Fetches the answer; see [`TaskHandle::fetch_summary`].
    ///
    /// ```no_run
    /// # use nanonets_agents::{Error, wait::Finished};
    /// # async fn example(finished: Finished) -> Result<(), Error> {
    /// println!("{:?}", finished.fetch_summary().await?.result);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The [errors of a handle's calls](TaskHandle#errors-of-its-calls).
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
