//! The end of a run whose task has failed or was stopped.

use std::fmt;

use crate::{
    api::types::TaskStatus, error::Error, excerpt::excerpt, ids::TaskRef, twin::Twins,
    wait::Finished,
};

/// How a task ended that didn't complete, and why; from
/// [`RunError::NotCompleted`](super::RunError::NotCompleted).
///
/// ```
/// use nanonets_agents::{prelude::*, run::RunError};
/// # use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let damaged = AgentSpec::new("Damaged").script(Script::empty().fail("The file is damaged."));
/// # let simulator = Simulator::builder().agent(damaged).build();
/// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
/// let outcome = client.run(agent_id).query("Extract the line items.").await;
/// let Err(RunError::NotCompleted(end)) = outcome else { panic!("the file is damaged") };
/// assert_eq!(end.status().as_str(), "failed");
/// assert_eq!(end.reason(), Some("The file is damaged."));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct NotCompleted {
    finished: Finished,
    reason: Result<Option<String>, Error>,
}

impl NotCompleted {
    /// Creates the end of a task without a known reason, for tests of code that handles it.
    ///
    /// ```
    /// # use nanonets_agents::{Client, Error, prelude::*};
    /// use nanonets_agents::{run::NotCompleted, types::TaskStatus, wait::Finished};
    ///
    /// # let client = Client::builder().api_key("key").build()?;
    /// let finished = Finished::new(client.task(uuid::Uuid::nil()), TaskStatus::Failed);
    /// let end = NotCompleted::new(finished).with_reason("The file is damaged.");
    /// assert!(end.to_string().ends_with("ended as failed: The file is damaged."));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn new(finished: Finished) -> Self {
        Self {
            finished,
            reason: Ok(None),
        }
    }

    /// Sets why the task ended as it did; nothing by default.
    ///
    /// ```
    /// # use nanonets_agents::run::NotCompleted;
    /// # fn example(end: NotCompleted) {
    /// assert_eq!(end.with_reason("No funds.").reason(), Some("No funds."));
    /// # }
    /// ```
    #[must_use]
    pub fn with_reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Ok(Some(reason.into()));
        self
    }

    /// Sets why the reason couldn't be read.
    ///
    /// ```
    /// # use nanonets_agents::{Error, run::NotCompleted};
    /// # fn example(end: NotCompleted, error: Error) {
    /// assert_eq!(end.with_reason_error(error).reason(), None);
    /// # }
    /// ```
    #[must_use]
    pub fn with_reason_error(mut self, error: Error) -> Self {
        self.reason = Err(error);
        self
    }

    /// Adds the reason that was read, or why it couldn't be.
    pub(super) fn explained(finished: Finished, reason: Result<Option<String>, Error>) -> Self {
        Self { finished, reason }
    }

    /// Returns how the task ended, with its handle.
    pub fn finished(&self) -> &Finished {
        &self.finished
    }

    /// Returns the status that the task ended with: failed or stopped.
    pub fn status(&self) -> &TaskStatus {
        self.finished.status()
    }

    /// Returns the task.
    pub fn task_ref(&self) -> &TaskRef {
        self.finished.task_ref()
    }

    /// Returns what is known of further tasks of the run.
    pub fn twins(&self) -> &Twins {
        self.finished.twins()
    }

    /// Returns why the task failed, in the agent's or the server's words; `None` where the task was
    /// stopped, where nothing says why, or where that [couldn't be read](Self::reason_error).
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_ref().ok()?.as_deref()
    }

    /// Returns why the reason couldn't be read; `None` where it could. The task has failed all the
    /// same; [`Finished::fetch_failure`] asks again.
    pub fn reason_error(&self) -> Option<&Error> {
        self.reason.as_ref().err()
    }
}

impl fmt::Display for NotCompleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (task, status) = (self.task_ref().task_id(), self.status());
        write!(f, "the task {task} ended as {status}")?;
        match &self.reason {
            Ok(Some(reason)) => write!(f, ": {}", excerpt(reason)),
            Ok(None) => f.write_str("; `fetch_result()` of its handle shows how"),
            Err(error) => write!(f, ", and the reason couldn't be read: {error}"),
        }
    }
}
