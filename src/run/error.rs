//! The errors of runs.

use std::{error::Error as StdError, fmt};

use super::{not_completed::NotCompleted, outcome_unknown::OutcomeUnknown};
use crate::{
    api::types::TaskStatus,
    error::{Error, ErrorKind, Phase},
    ids::TaskRef,
    ledger::LedgerError,
    output::OutputError,
    twin::Twins,
    wait::WaitError,
};

/// Why a run has no answer, and how far it got.
///
/// Each variant says whether there is a task, and names it where it is known:
///
/// | variant | task | what to do |
/// |---|---|---|
/// | `NotStarted` | none | correct it, or start it again if [retryable](Error::is_retryable) |
/// | `OutcomeUnknown` | perhaps one | look at the candidates before starting the run again |
/// | `NotRecorded` | started | go on with the task; see below |
/// | `Wait` | goes on, or waits | wait again, or answer its question |
/// | `NotCompleted` | failed or stopped | its [reason](NotCompleted::reason) says why |
/// | `Answer` | completed | read its answer again, or [save] it |
/// | `Output` | completed | read its [raw answer](OutputError::answer) in another way |
///
/// [save]: crate::wait::TaskHandle::save_summary
///
/// ```
/// use nanonets_agents::{prelude::*, run::RunError};
/// # use nanonets_agents::simulator::{AgentSpec, Script};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
/// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
/// # let damaged = Script::empty().fail("The file is damaged.");
/// # let agent_id = simulator.add_agent(AgentSpec::new("Damaged").script(damaged));
/// match client.run(agent_id).query("Extract the line items.").await {
///     Ok(answer) => println!("{:?}", answer.structured()),
///     Err(RunError::NotStarted(error)) if error.is_retryable() => println!("later: {error}"),
///     Err(RunError::OutcomeUnknown(unknown)) => println!("one of {:?}", unknown.candidates()),
///     Err(RunError::NotCompleted(end)) => {
///         assert_eq!(end.reason(), Some("The file is damaged."));
///     }
///     Err(error) => return Err(error.into()),
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Beside other errors
///
/// A [`WaitError`] becomes a `RunError` by `?`. A `RunError` doesn't become an [`Error`], which has
/// no place for the task that goes on, or for the answer that was paid for: a function that starts
/// runs returns `RunError`, or a type of its own such as `anyhow::Error`. Where the request alone
/// counts, [`error`](Self::error) has its error. Nor does an [`Error`] become a `RunError`, which
/// says that a run was not started, or what became of its task.
#[derive(Debug)]
#[non_exhaustive]
pub enum RunError {
    /// Certainly no task was started. The error says why.
    NotStarted(Error),

    /// A task may have been started, and it isn't known which.
    OutcomeUnknown(Box<OutcomeUnknown>),

    /// The task was started, but the ledger couldn't record it, although it was asked again for as
    /// long as a lease lasts.
    ///
    /// Where the ledger is [unavailable](crate::ledger::LedgerErrorKind::Unavailable), the key
    /// stays in doubt: the same run again probes for the task before it sends anything. To settle
    /// it by hand, give the task to [`Ledger::settle`](crate::ledger::Ledger::settle).
    #[non_exhaustive]
    NotRecorded {
        /// The task, which goes on.
        task: TaskRef,
        /// What is known of further tasks of the run.
        twins: Twins,
        /// Why it couldn't be recorded.
        error: LedgerError,
    },

    /// The task was started, but waiting for it ended early.
    #[non_exhaustive]
    Wait {
        /// Why it ended. It holds the task.
        error: WaitError,
        /// What is known of further tasks of the run.
        twins: Twins,
    },

    /// The task ended as failed or stopped. It says why, where anything does.
    NotCompleted(Box<NotCompleted>),

    /// The task completed, but its answer couldn't be fetched.
    #[non_exhaustive]
    Answer {
        /// The task, to fetch the answer later.
        task: TaskRef,
        /// What is known of further tasks of the run.
        twins: Twins,
        /// Why it couldn't be fetched.
        error: Error,
    },

    /// The task completed, but its answer isn't of the wanted type; or it hasn't ended.
    #[non_exhaustive]
    Output {
        /// The task, to read the answer in another way.
        task: TaskRef,
        /// What is known of further tasks of the run.
        twins: Twins,
        /// What doesn't fit.
        error: OutputError,
    },
}

impl RunError {
    /// Returns what is known of further tasks of the run, where it has a task: a run that was sent
    /// more than once may have started several.
    ///
    /// ```
    /// use nanonets_agents::run::RunError;
    ///
    /// fn report(error: &RunError) {
    ///     for twin in error.twins().map_or(&[][..], |twins| twins.found()) {
    ///         eprintln!("{error}; {} was started as well", twin.task_id());
    ///     }
    /// }
    /// # let _ = report;
    /// ```
    pub fn twins(&self) -> Option<&Twins> {
        match self {
            Self::NotStarted(_) | Self::OutcomeUnknown(_) => None,
            Self::NotCompleted(end) => Some(end.twins()),
            Self::NotRecorded { twins, .. }
            | Self::Wait { twins, .. }
            | Self::Answer { twins, .. }
            | Self::Output { twins, .. } => Some(twins),
        }
    }

    /// Returns the task, where it is known; `None` where none was started, or where it isn't known
    /// which.
    ///
    /// ```
    /// use nanonets_agents::{Error, prelude::*, run::RunError};
    ///
    /// async fn cancel(client: &Client, error: &RunError) -> Result<(), Error> {
    ///     if let Some(task) = error.task_ref() {
    ///         client.task(task).cancel().await?;
    ///     }
    ///     Ok(())
    /// }
    /// # let _ = cancel;
    /// ```
    pub fn task_ref(&self) -> Option<&TaskRef> {
        match self {
            Self::NotStarted(_) | Self::OutcomeUnknown(_) => None,
            Self::NotRecorded { task, .. }
            | Self::Answer { task, .. }
            | Self::Output { task, .. } => Some(task),
            Self::Wait { error, .. } => Some(error.task_ref()),
            Self::NotCompleted(end) => Some(end.task_ref()),
        }
    }

    /// Returns the last status of the task that is known; `None` where none is. The status of a
    /// refused request is that of its [`error`](Self::error).
    ///
    /// ```
    /// use nanonets_agents::{TaskId, output::OutputError, run::RunError, types::TaskStatus};
    ///
    /// let task_id: TaskId = "0b9e6e5e-1111-4222-8333-444455556666".parse()?;
    /// let error = RunError::output(task_id, OutputError::Missing);
    /// assert_eq!(error.status(), Some(&TaskStatus::Completed));
    /// # Ok::<(), nanonets_agents::InvalidId>(())
    /// ```
    pub fn status(&self) -> Option<&TaskStatus> {
        match self {
            Self::NotStarted(_) | Self::OutcomeUnknown(_) | Self::NotRecorded { .. } => None,
            Self::Wait { error, .. } => error.status(),
            Self::NotCompleted(end) => Some(end.status()),
            Self::Output {
                error: OutputError::Unfinished(status),
                ..
            } => Some(status),
            // The summary alone is read of a task whose end wasn't waited for.
            Self::Answer { .. } => None,
            Self::Output { .. } => Some(&TaskStatus::Completed),
        }
    }

    /// Returns the error of the request that failed; `None` where none did.
    ///
    /// ```
    /// use nanonets_agents::{Error, ErrorKind, Phase, run::RunError};
    ///
    /// let error = Error::new(ErrorKind::Connect, Phase::NotSent, "no route to the host");
    /// let error = RunError::NotStarted(error);
    /// assert_eq!(error.error().map(Error::kind), Some(ErrorKind::Connect));
    /// ```
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::NotStarted(error) | Self::Answer { error, .. } => Some(error),
            Self::OutcomeUnknown(unknown) => Some(unknown.error()),
            Self::Wait { error, .. } => error.error(),
            Self::NotCompleted(end) => end.reason_error(),
            Self::NotRecorded { .. } | Self::Output { .. } => None,
        }
    }

    /// Whether the same run may be started again and then succeed: certainly no task was started,
    /// and what was in the way may pass.
    ///
    /// It is false wherever there is a task, or may be one: another run would be a second one. What
    /// failed then may be done again alone, such as the wait, or the reading of the answer.
    ///
    /// ```
    /// use nanonets_agents::{Error, ErrorKind, Phase, TaskId, run::RunError};
    ///
    /// let task_id: TaskId = "0b9e6e5e-1111-4222-8333-444455556666".parse()?;
    /// let error = Error::new(ErrorKind::Connect, Phase::NotSent, "no route to the host");
    /// assert!(RunError::NotStarted(error.clone()).is_retryable());
    /// assert!(!RunError::answer(task_id, error).is_retryable());
    /// # Ok::<(), nanonets_agents::InvalidId>(())
    /// ```
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::NotStarted(error) if error.is_retryable())
    }

    /// Creates a [`NotRecorded`](Self::NotRecorded), for tests of code that handles it.
    ///
    /// ```
    /// use nanonets_agents::{TaskId, ledger::{LedgerError, LedgerErrorKind}, run::RunError};
    ///
    /// let task_id: TaskId = "0b9e6e5e-1111-4222-8333-444455556666".parse()?;
    /// let error = LedgerError::new(LedgerErrorKind::Unavailable, "the disk is full");
    /// let error = RunError::not_recorded(task_id, error);
    /// assert!(error.to_string().ends_with("was started, but not recorded: the disk is full"));
    /// # Ok::<(), nanonets_agents::InvalidId>(())
    /// ```
    pub fn not_recorded(task: impl Into<TaskRef>, error: LedgerError) -> Self {
        let task = task.into();
        let twins = Twins::none();
        Self::NotRecorded { task, twins, error }
    }

    /// Creates an [`Answer`](Self::Answer), for tests of code that handles it.
    ///
    /// ```
    /// use nanonets_agents::{Error, ErrorKind, Phase, TaskId, run::RunError};
    ///
    /// let task_id: TaskId = "0b9e6e5e-1111-4222-8333-444455556666".parse()?;
    /// let error = Error::new(ErrorKind::Connect, Phase::NotSent, "no route to the host");
    /// let error = RunError::answer(task_id, error);
    /// let RunError::Answer { task, .. } = error else { panic!("it has just been made") };
    /// assert_eq!(task.task_id(), task_id);
    /// # Ok::<(), nanonets_agents::InvalidId>(())
    /// ```
    pub fn answer(task: impl Into<TaskRef>, error: Error) -> Self {
        let task = task.into();
        let twins = Twins::none();
        Self::Answer { task, twins, error }
    }

    /// Creates an [`Output`](Self::Output), for tests of code that handles it.
    ///
    /// ```
    /// use nanonets_agents::{TaskId, output::OutputError, run::RunError};
    ///
    /// let task_id: TaskId = "0b9e6e5e-1111-4222-8333-444455556666".parse()?;
    /// let error = RunError::output(task_id, OutputError::Missing);
    /// assert!(error.to_string().ends_with("completed, but the summary holds no answer"));
    /// # Ok::<(), nanonets_agents::InvalidId>(())
    /// ```
    pub fn output(task: impl Into<TaskRef>, error: OutputError) -> Self {
        let task = task.into();
        let twins = Twins::none();
        Self::Output { task, twins, error }
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted(error) => write!(f, "the run was not started: {error}"),
            Self::OutcomeUnknown(unknown) => unknown.fmt(f),
            Self::NotRecorded { task, error, .. } => write!(
                f,
                "the task {} was started, but not recorded: {error}",
                task.task_id()
            ),
            Self::Wait { error, .. } => error.fmt(f),
            Self::NotCompleted(end) => end.fmt(f),
            Self::Answer { task, error, .. } => {
                let task = task.task_id();
                write!(
                    f,
                    "the answer of the task {task} could not be read: {error}"
                )?;
                if error.kind() == ErrorKind::TooLarge {
                    f.write_str("; or save it as a file, by `save_summary` of the task's handle")?;
                }
                Ok(())
            }
            Self::Output {
                task,
                error: OutputError::Unfinished(status),
                ..
            } => {
                let task = task.task_id();
                write!(f, "the task {task} has not ended, its status is {status}; ")?;
                f.write_str("wait for its end, then read the answer")
            }
            Self::Output { task, error, .. } => {
                write!(f, "the task {} completed, but {error}", task.task_id())
            }
        }
    }
}

/// The text of an inner error is a part of this one's. The chain of sources therefore begins behind
/// the inner error.
impl StdError for RunError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::NotStarted(error) | Self::Answer { error, .. } => error.source(),
            Self::OutcomeUnknown(unknown) => unknown.source(),
            Self::NotRecorded { error, .. } => error.source(),
            Self::Wait { error, .. } => error.source(),
            Self::NotCompleted(end) => end.reason_error()?.source(),
            Self::Output { error, .. } => error.source(),
        }
    }
}

impl From<WaitError> for RunError {
    fn from(error: WaitError) -> Self {
        let twins = Twins::none();
        Self::Wait { error, twins }
    }
}

/// Turns a ledger's failure into the error of a request that was not sent because of it.
pub(super) fn of_ledger(error: LedgerError) -> Error {
    let message = error.to_string();
    let bare = Error::new(ErrorKind::Ledger, Phase::NotSent, message);
    match error.into_source() {
        Some(source) => bare.with_source(source),
        None => bare,
    }
}
