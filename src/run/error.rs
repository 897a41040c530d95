//! The errors of runs.

use std::{error::Error as StdError, fmt};

use super::outcome_unknown::OutcomeUnknown;
use crate::{
    api::types::TaskStatus,
    error::{Error, ErrorKind, Phase},
    excerpt::excerpt,
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
/// | `NotCompleted` | failed or stopped | see its reason; start another run once that is mended |
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
///     Err(RunError::NotCompleted(failed)) => {
///         assert_eq!(failed.reason(), Some("The file is damaged."));
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

    /// The task ended as failed or stopped; [`NotCompleted::reason`] says why.
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
    /// Returns the task, where there is certainly one: it can be waited for again, or asked what
    /// became of it.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, run::RunError};
    ///
    /// # async fn example(client: Client, agent_id: &str) {
    /// if let Err(error) = client.run(agent_id).query("Total?").await {
    ///     if let Some(task) = error.task_ref() {
    ///         println!("stored {task}");
    ///     }
    /// }
    /// # }
    /// ```
    pub fn task_ref(&self) -> Option<&TaskRef> {
        match self {
            Self::NotStarted(_) | Self::OutcomeUnknown(_) => None,
            Self::NotCompleted(error) => Some(error.finished.task_ref()),
            Self::Wait { error, .. } => Some(error.task_ref()),
            Self::NotRecorded { task, .. }
            | Self::Answer { task, .. }
            | Self::Output { task, .. } => Some(task),
        }
    }

    /// Returns what happened to the call that failed, where one did.
    ///
    /// ```
    /// use nanonets_agents::{ErrorKind, Phase, run::RunError};
    ///
    /// let error = nanonets_agents::Error::new(ErrorKind::Connect, Phase::NotSent, "no route");
    /// let error = RunError::NotStarted(error);
    /// assert_eq!(error.error().unwrap().kind(), ErrorKind::Connect);
    /// ```
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::NotStarted(error) | Self::Answer { error, .. } => Some(error),
            Self::OutcomeUnknown(unknown) => Some(unknown.error()),
            Self::Wait { error, .. } => error.error(),
            Self::NotCompleted(error) => error.error.as_ref(),
            Self::NotRecorded { .. } | Self::Output { .. } => None,
        }
    }

    /// Whether the same run can be started again and may succeed: nothing was started, and what
    /// failed may pass. Whatever has a task isn't retryable: [`task_ref`](Self::task_ref) is to be
    /// asked for its answer instead.
    ///
    /// ```
    /// use nanonets_agents::{ErrorKind, Phase, run::RunError};
    ///
    /// let error = nanonets_agents::Error::new(ErrorKind::Connect, Phase::NotSent, "no route");
    /// assert!(RunError::NotStarted(error).is_retryable());
    /// ```
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::NotStarted(error) if error.is_retryable())
    }

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
            Self::NotCompleted(error) => Some(error.finished.twins()),
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

/// A task that ended without an answer, and why; from [`RunError::NotCompleted`].
///
/// ```
/// use nanonets_agents::{Client, prelude::*, run::{NotCompleted, RunError}};
/// use nanonets_agents::{types::TaskStatus, wait::Finished};
///
/// # let client = Client::builder().api_key("key").build()?;
/// // As a run would return it, to test a program with.
/// let finished = Finished::new(client.task(uuid::Uuid::nil()), TaskStatus::Failed);
/// let failed = NotCompleted::new(finished).with_reason("The file is no invoice.".to_owned());
/// let error = RunError::from(failed);
/// assert!(error.to_string().ends_with("failed: The file is no invoice."));
/// # Ok::<(), nanonets_agents::Error>(())
/// ```
#[derive(Debug)]
pub struct NotCompleted {
    finished: Finished,
    reason: Option<String>,
    error: Option<Error>,
}

impl NotCompleted {
    /// Creates the error of a task that ended without saying why.
    pub fn new(finished: Finished) -> Self {
        Self {
            finished,
            reason: None,
            error: None,
        }
    }

    /// Sets the reason; none by default.
    #[must_use]
    pub fn with_reason(mut self, reason: impl Into<Option<String>>) -> Self {
        self.reason = reason.into();
        self
    }

    /// Sets why the reason couldn't be read; nothing by default.
    #[must_use]
    pub fn with_error(mut self, error: Error) -> Self {
        self.error = Some(error);
        self
    }

    /// Returns how the task ended.
    pub fn finished(&self) -> &Finished {
        &self.finished
    }

    /// Returns why the task has failed, in the words of the service; `None` where it was stopped,
    /// hasn't said why, or the reason couldn't be read.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Returns why the reason couldn't be read; `None` where nothing failed. Then
    /// [`Finished::fetch_failure`] tries again.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }
}

impl From<NotCompleted> for RunError {
    fn from(error: NotCompleted) -> Self {
        Self::NotCompleted(Box::new(error))
    }
}

impl fmt::Display for NotCompleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let task_id = self.finished.task_ref().task_id();
        match self.finished.status() {
            TaskStatus::Failed => write!(f, "the task {task_id} failed")?,
            TaskStatus::Stopped => return write!(f, "the task {task_id} was stopped"),
            other => write!(f, "the task {task_id} ended as {other}")?,
        }
        match (&self.reason, &self.error) {
            // Others have written it.
            (Some(reason), _) => write!(f, ": {}", excerpt(reason)),
            (None, Some(error)) => write!(f, "; why couldn't be read: {error}"),
            (None, None) => f.write_str(", and its feed doesn't say why"),
        }
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
            Self::NotCompleted(error) => error.fmt(f),
            Self::Answer { task, error, .. } => write!(
                f,
                "the task {} completed, but its summary could not be read: {error}",
                task.task_id()
            ),
            Self::Output { task, error, .. } => match error {
                OutputError::Missing => write!(f, "the task {} has no answer", task.task_id()),
                error => write!(f, "the task {} completed, but {error}", task.task_id()),
            },
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
            Self::NotCompleted(error) => error.error.as_ref()?.source(),
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
