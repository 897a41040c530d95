//! The error of a run whose task isn't known.

use std::{error::Error as StdError, fmt, time::SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};

use crate::{api::types::TaskListItem, error::Error, ids::AgentId};

/// A run that was sent without a clear answer, and whose task could not be found for certain.
///
/// It is not sent again, since there may be a task. The [candidates](Self::candidates) are the
/// tasks that may be the run's: look at them, and go on with the right one by
/// [`WaitExt::task`](crate::wait::WaitExt::task). Where there are none, list the agent's tasks once
/// more, later. For a run with a key, tell the ledger what came out:
/// [`Ledger::settle`](crate::ledger::Ledger::settle) where one of the tasks is the run's,
/// [`Ledger::forget`](crate::ledger::Ledger::forget) where none is.
///
/// ```
/// use nanonets_agents::{prelude::*, run::{ReconcilePolicy, RunError}, simulator::Fault};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
/// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
/// simulator.inject(Fault::reset_after().on("run_agent").times(1));
/// let run = client.run(agent_id).file(Upload::bytes("invoice.txt", "2 chairs at 90.00"));
/// let unmarked = ReconcilePolicy::default().with_marker(false);
///
/// let Err(RunError::OutcomeUnknown(unknown)) = run.reconcile(unmarked).start().await else {
///     panic!("files can't be compared");
/// };
/// for task in unknown.candidates() {
///     println!("{} {} {:?}", task.task_id, task.created_at, task.title);
/// }
/// # assert_eq!(unknown.candidates().len(), 1);
/// println!("sent at {:?}, and then: {}", unknown.sent_at(), unknown.error());
/// if let Some(error) = unknown.probe_error() {
///     println!("the list couldn't be read: {error}");
/// }
///
/// // Once more, later.
/// let tasks = client.list_tasks().agent_id(unknown.agent_id());
/// let created_after = unknown.created_after().expect("the list was probed");
/// let page = tasks.created_after(created_after).send().await?;
/// assert_eq!(page.data[0].task_id, unknown.candidates()[0].task_id);
/// # Ok(())
/// # }
/// ```
///
/// With a [marker](super::ReconcilePolicy::with_marker), as by default, the task of a run is
/// recognised wherever the server shows the marker.
#[derive(Debug)]
pub struct OutcomeUnknown {
    agent_id: AgentId,
    sent_at: SystemTime,
    created_after: Option<DateTime<Utc>>,
    candidates: Vec<TaskListItem>,
    requests: u32,
    resend_error: Option<Error>,
    probe_error: Option<Error>,
    error: Error,
}

impl OutcomeUnknown {
    /// Creates the error of a run without candidates, for tests of code that handles it.
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use nanonets_agents::{AgentId, Error, ErrorKind, Phase, run::{OutcomeUnknown, RunError}};
    ///
    /// let agent_id: AgentId = "0b9e6e5e-1111-4222-8333-444455556666".parse()?;
    /// let error = Error::new(ErrorKind::Timeout, Phase::MaybeSent, "no answer");
    /// let unknown = OutcomeUnknown::new(agent_id, SystemTime::now(), error);
    /// assert!(unknown.candidates().is_empty());
    /// let error = RunError::OutcomeUnknown(Box::new(unknown));
    /// # assert!(error.to_string().contains("it is unknown"));
    /// # Ok::<(), nanonets_agents::InvalidId>(())
    /// ```
    pub fn new(agent_id: impl Into<AgentId>, sent_at: impl Into<SystemTime>, error: Error) -> Self {
        Self {
            agent_id: agent_id.into(),
            sent_at: sent_at.into(),
            created_after: None,
            candidates: Vec::new(),
            requests: 1,
            resend_error: None,
            probe_error: None,
            error,
        }
    }

    /// Sets the moment since which the list was probed, by the server's clock.
    ///
    /// ```
    /// # use nanonets_agents::run::OutcomeUnknown;
    /// # fn example(unknown: OutcomeUnknown) {
    /// let unknown = unknown.with_created_after(chrono::DateTime::UNIX_EPOCH);
    /// assert!(unknown.created_after().is_some());
    /// # }
    /// ```
    #[must_use]
    pub fn with_created_after(mut self, time: DateTime<Utc>) -> Self {
        self.created_after = Some(time);
        self
    }

    /// Sets the tasks that may be the run's, oldest first.
    ///
    /// ```
    /// # use nanonets_agents::{run::OutcomeUnknown, types::TaskListItem};
    /// # fn example(unknown: OutcomeUnknown, older: TaskListItem, newer: TaskListItem) {
    /// let unknown = unknown.with_candidates([older, newer]);
    /// assert_eq!(unknown.candidates().len(), 2);
    /// # }
    /// ```
    #[must_use]
    pub fn with_candidates(mut self, candidates: impl IntoIterator<Item = TaskListItem>) -> Self {
        self.candidates = candidates.into_iter().collect();
        self
    }

    /// Sets why the run couldn't be sent again; nothing by default.
    ///
    /// ```
    /// # use nanonets_agents::{Error, run::OutcomeUnknown};
    /// # fn example(unknown: OutcomeUnknown, error: Error) {
    /// assert!(unknown.with_resend_error(error).resend_error().is_some());
    /// # }
    /// ```
    #[must_use]
    pub fn with_resend_error(mut self, error: Error) -> Self {
        self.resend_error = Some(error);
        self
    }

    /// Sets how often this process has sent the run; once by default.
    ///
    /// ```
    /// # use nanonets_agents::run::OutcomeUnknown;
    /// # fn example(unknown: OutcomeUnknown) {
    /// assert_eq!(unknown.with_requests(3).requests(), 3);
    /// # }
    /// ```
    #[must_use]
    pub fn with_requests(mut self, requests: u32) -> Self {
        self.requests = requests;
        self
    }

    /// Sets why the last probe of the list failed.
    ///
    /// ```
    /// # use nanonets_agents::{Error, ErrorKind, Phase, run::OutcomeUnknown};
    /// # fn example(unknown: OutcomeUnknown) {
    /// let error = Error::new(ErrorKind::Connect, Phase::NotSent, "no route to the host");
    /// let unknown = unknown.with_probe_error(error);
    /// assert!(unknown.probe_error().is_some());
    /// # }
    /// ```
    #[must_use]
    pub fn with_probe_error(mut self, error: Error) -> Self {
        self.probe_error = Some(error);
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

    /// Returns the moment since which the list was probed, by the server's clock; `None` where it
    /// wasn't. It is before [`sent_at`](Self::sent_at).
    pub fn created_after(&self) -> Option<DateTime<Utc>> {
        self.created_after
    }

    /// Returns the tasks that may be the run's, oldest first.
    pub fn candidates(&self) -> &[TaskListItem] {
        &self.candidates
    }

    /// Returns why the run couldn't be sent again where its task wasn't listed: a file had changed,
    /// for example, or the server refused. `None` where it was, or where there was no reason to.
    pub fn resend_error(&self) -> Option<&Error> {
        self.resend_error.as_ref()
    }

    /// Returns how often this process has sent the run; 0 where only an earlier one may have.
    pub fn requests(&self) -> u32 {
        self.requests
    }

    /// Returns why the last probe of the list failed; `None` where none did.
    pub fn probe_error(&self) -> Option<&Error> {
        self.probe_error.as_ref()
    }

    /// Returns the error that came instead of a clear answer.
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
        write!(f, ": {}", self.error)?;
        if self.requests > 1 {
            write!(f, "; it was sent {} times", self.requests)?;
        }
        if let Some(error) = &self.resend_error {
            write!(f, "; it couldn't be sent again: {error}")?;
        }
        match &self.probe_error {
            Some(error) => write!(f, "; the list couldn't be probed: {error}"),
            None => Ok(()),
        }
    }
}

impl StdError for OutcomeUnknown {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.source()
    }
}
