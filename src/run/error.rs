//! What can go wrong with a run.

use std::{error::Error as StdError, fmt, time::SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

use crate::{
    api::types::TaskListItem,
    error::{Error, ErrorKind, Phase},
    ids::TaskRef,
    ledger::LedgerError,
    output::OutputError,
    wait::{Finished, WaitError},
};

/// Why a run has no answer, and how far it got.
#[derive(Debug)]
#[non_exhaustive]
pub enum RunError {
    /// It is certain that no task was started.
    NotStarted(Error),

    /// A task may have been started, and it isn't known which.
    OutcomeUnknown(Box<OutcomeUnknown>),

    /// The task was started, but the ledger couldn't note it.
    ///
    /// Where the ledger is [unavailable](crate::ledger::LedgerErrorKind::Unavailable), the key
    /// stays in doubt: the same run again looks for the task before it sends anything. Where the
    /// key was [lost](crate::ledger::LedgerErrorKind::Lost), another process has started the run as
    /// well, since this one was held up for longer than its lease: one of the two tasks is too
    /// many.
    #[non_exhaustive]
    NotRecorded {
        /// The task, which goes on.
        task: TaskRef,
        /// Why it couldn't be noted.
        error: LedgerError,
    },

    /// The task was started, but waiting for it ended early. The error holds the task.
    Wait(WaitError),

    /// The task ended as failed or stopped; its [`result`](crate::wait::TaskHandle::fetch_result) shows
    /// how.
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
            Self::NotRecorded { task, error } => write!(
                f,
                "the task {} was started, but not noted: {error}",
                task.task_id()
            ),
            Self::Wait(it) => it.fmt(f),
            Self::NotCompleted(finished) => write!(
                f,
                "the task {} ended as {}; `result()` of the task shows how",
                finished.task_ref().task_id(),
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
            Self::NotRecorded { error, .. } => error.source(),
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

/// A run that was sent without a clear answer, and whose task could not be found for certain.
///
/// It is not sent again, since there may be a task. The [candidates](Self::candidates) are the
/// tasks that may be it: look at them, and go on with the right one by
/// [`RunExt::task`](super::RunExt::task). Where there are none, list the agent's tasks once more,
/// later:
///
/// ```no_run
/// # use nanonets_agents::prelude::*;
/// # use nanonets_agents::run::OutcomeUnknown;
/// # async fn example(client: Client, unknown: OutcomeUnknown) -> Result<(), Error> {
/// for task in unknown.candidates() {
///     println!("{} {} {:?}", task.task_id, task.created_at, task.title);
/// }
/// if let Some(time) = unknown.created_after() {
///     let page = client.list_tasks().agent_id(unknown.agent_id()).created_after(time).send().await?;
/// }
/// # Ok(())
/// # }
/// ```
///
/// A [marker](super::ReconcilePolicy::marker) makes sure that the task of a run is recognised.
#[derive(Debug)]
pub struct OutcomeUnknown {
    pub(super) agent_id: Uuid,
    pub(super) sent_at: SystemTime,
    pub(super) created_after: Option<DateTime<Utc>>,
    pub(super) candidates: Vec<TaskListItem>,
    pub(super) look_error: Option<Error>,
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

    /// A moment before that by the server's clock, to list the tasks since; `None` where nothing
    /// was looked for.
    pub fn created_after(&self) -> Option<DateTime<Utc>> {
        self.created_after
    }

    /// The tasks that may be the run's, oldest first.
    pub fn candidates(&self) -> &[TaskListItem] {
        &self.candidates
    }

    /// Why the last look at the list failed, where one did.
    pub fn look_error(&self) -> Option<&Error> {
        self.look_error.as_ref()
    }

    /// What came instead of a clear answer.
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
            .map(|it| it.task_id.to_string())
            .collect();
        write!(
            f,
            "it is unknown whether the run of agent {} of {sent_at} was started; ",
            self.agent_id
        )?;
        match ids.as_slice() {
            [] => f.write_str("list its tasks created since then before running it again")?,
            [id] => write!(f, "the task {id} may be it")?,
            ids => write!(f, "one of these tasks may be it: {}", ids.join(", "))?,
        }
        write!(f, ": {}", self.error)
    }
}

impl StdError for OutcomeUnknown {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.source()
    }
}

/// The ledger's failure, as one that kept something from being sent.
pub(super) fn of_ledger(error: LedgerError) -> Error {
    let message = error.to_string();
    let bare = Error::new(ErrorKind::Ledger, Phase::NotSent, message);
    match error.into_source() {
        Some(source) => bare.with_source(source),
        None => bare,
    }
}
