//! The errors of runs.

use std::{error::Error as StdError, fmt};

use super::outcome_unknown::OutcomeUnknown;
use crate::{
    error::{Error, ErrorKind, Phase},
    ids::TaskRef,
    ledger::LedgerError,
    output::OutputError,
    twin::Twins,
    wait::{Finished, WaitError},
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
/// | `NotCompleted` | failed or stopped | fetch its result, whose steps show how |
/// | `Answer`, `Output` | completed | fetch its summary again, or read it as another type |
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
///     Err(RunError::NotCompleted(finished)) => {
///         assert_eq!(finished.status().to_string(), "failed");
///     }
///     Err(error) => return Err(error.into()),
/// }
/// # Ok(())
/// # }
/// ```
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

    /// The task ended as failed or stopped. The steps of its
    /// [result](crate::wait::TaskHandle::fetch_result) show how.
    NotCompleted(Box<Finished>),

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

    /// The task completed, but its answer isn't of the wanted type.
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
            Self::NotCompleted(finished) => Some(finished.twins()),
            Self::NotRecorded { twins, .. }
            | Self::Wait { twins, .. }
            | Self::Answer { twins, .. }
            | Self::Output { twins, .. } => Some(twins),
        }
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
            Self::NotCompleted(finished) => write!(
                f,
                "the task {} ended as {}; `fetch_result()` of its handle shows how",
                finished.task_ref().task_id(),
                finished.status()
            ),
            Self::Answer { task, error, .. } => write!(
                f,
                "the task {} completed, but its summary could not be read: {error}",
                task.task_id()
            ),
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
            Self::NotCompleted(_) => None,
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
