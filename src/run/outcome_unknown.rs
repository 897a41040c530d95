//! The error of a run whose task isn't known.

use std::{error::Error as StdError, fmt, time::SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};

use crate::{api::types::TaskListItem, error::Error, ids::AgentId};

/// A run that was sent without a clear answer, and whose task could not be found for certain.
///
/// It is not sent again, since there may be a task. The [candidates](Self::candidates) are the
/// tasks that may be the run's: look at them, and go on with the right one by
/// [`WaitExt::task`](crate::wait::WaitExt::task). Where there are none, list the agent's tasks once
/// more, later:
///
/// ```no_run
/// # use nanonets_agents::{Error, prelude::*, run::OutcomeUnknown};
/// # async fn example(client: Client, unknown: OutcomeUnknown) -> Result<(), Error> {
/// for task in unknown.candidates() {
///     println!("{} {} {:?}", task.task_id, task.created_at, task.title);
/// }
/// if let Some(time) = unknown.created_after() {
///     let tasks = client.list_tasks().agent_id(unknown.agent_id());
///     let page = tasks.created_after(time).send().await?;
/// }
/// # Ok(())
/// # }
/// ```
///
/// With a [marker](super::ReconcilePolicy::with_marker) the task of a run is always recognised.
#[derive(Debug)]
pub struct OutcomeUnknown {
    agent_id: AgentId,
    sent_at: SystemTime,
    created_after: Option<DateTime<Utc>>,
    candidates: Vec<TaskListItem>,
    look_error: Option<Error>,
    error: Error,
}

impl OutcomeUnknown {
    /// Creates the error of a run without candidates.
    ///
    /// It is for tests of code that handles it:
    ///
    /// ```no_run
    /// use std::time::SystemTime;
    ///
    /// use nanonets_agents::{prelude::*, run::{OutcomeUnknown, RunError}};
    ///
    /// # fn example(agent_id: nanonets_agents::AgentId, error: nanonets_agents::Error) {
    /// let unknown = OutcomeUnknown::new(agent_id, SystemTime::now(), error);
    /// let error = RunError::OutcomeUnknown(Box::new(unknown));
    /// # }
    /// ```
    pub fn new(agent_id: impl Into<AgentId>, sent_at: impl Into<SystemTime>, error: Error) -> Self {
        Self {
            agent_id: agent_id.into(),
            sent_at: sent_at.into(),
            created_after: None,
            candidates: Vec::new(),
            look_error: None,
            error,
        }
    }

    /// Sets the moment since which the tasks were looked for, by the server's clock.
    #[must_use]
    pub fn with_created_after(mut self, time: DateTime<Utc>) -> Self {
        self.created_after = Some(time);
        self
    }

    /// Sets the tasks that may be the run's, oldest first.
    #[must_use]
    pub fn with_candidates(mut self, candidates: impl IntoIterator<Item = TaskListItem>) -> Self {
        self.candidates = candidates.into_iter().collect();
        self
    }

    /// Sets why the last look at the list failed.
    #[must_use]
    pub fn with_look_error(mut self, error: Error) -> Self {
        self.look_error = Some(error);
        self
    }

    /// Returns the agent that was to run.
    pub fn agent_id(&self) -> AgentId {
        self.agent_id
    }

    /// Returns the moment before the request was sent, by this machine's clock.
    pub fn sent_at(&self) -> SystemTime {
        self.sent_at
    }

    /// Returns the moment since which the tasks were looked for, by the server's clock; `None`
    /// where they weren't. It is before [`sent_at`](Self::sent_at).
    pub fn created_after(&self) -> Option<DateTime<Utc>> {
        self.created_after
    }

    /// Returns the tasks that may be the run's, oldest first.
    pub fn candidates(&self) -> &[TaskListItem] {
        &self.candidates
    }

    /// Returns why the last look at the list failed, where one did.
    pub fn look_error(&self) -> Option<&Error> {
        self.look_error.as_ref()
    }

    /// Returns what came instead of a clear answer.
    pub fn error(&self) -> &Error {
        &self.error
    }
}

impl fmt::Display for OutcomeUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sent_at = DateTime::<Utc>::from(self.sent_at);
        let sent_at = sent_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let ids: Vec<String> = self
            .candidates
            .iter()
            .map(|task| task.task_id.to_string())
            .collect();
        write!(
            f,
            "it is unknown whether the run of agent {} of {sent_at} was started; ",
            self.agent_id
        )?;
        match ids.as_slice() {
            [] => f.write_str("list its tasks created since then before running it again")?,
            [id] => write!(f, "the task {id} may be the run's")?,
            ids => write!(f, "one of these tasks may be the run's: {}", ids.join(", "))?,
        }
        write!(f, ": {}", self.error)
    }
}

impl StdError for OutcomeUnknown {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.source()
    }
}
