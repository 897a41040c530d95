//! Twins: further tasks of one run.

use crate::{error::Error, ids::TaskRef};

/// What is known of the twins of a task: the tasks that other requests of the same run have
/// started.
///
/// A run is sent again where it got no clear answer and its task wasn't listed in time. If the
/// server carries the first request out after that, there are two tasks. No client can rule that
/// out, since the API has no idempotency keys; this tells what was seen, and what wasn't. Most runs
/// are sent once, and have nothing here.
///
/// [`Started::twins`](crate::run::Started::twins) has what was known when the run was started, and
/// [`Finished::twins`](crate::wait::Finished::twins) what a last look has shown when the task had
/// ended.
///
/// ```
/// use nanonets_agents::run::{Started, Twins};
///
/// fn report(twins: &Twins) {
///     for twin in twins.found() {
///         println!("also started: {}, cancelled: {}", twin.task_id(), twin.is_cancelled());
///     }
///     if let Some(error) = twins.error() {
///         println!("there may be more, they couldn't be looked for: {error}");
///     } else if twins.is_open() {
///         println!("one more may be started later");
///     }
/// }
/// # let _ = |started: &Started| report(started.twins());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Twins {
    found: Vec<Twin>,
    is_open: bool,
    error: Option<Error>,
}

impl Twins {
    /// Creates the knowledge about a run that was sent once: there are no twins.
    ///
    /// ```
    /// use nanonets_agents::run::Twins;
    ///
    /// assert!(Twins::none().found().is_empty());
    /// assert!(!Twins::none().is_open());
    /// ```
    pub fn none() -> Self {
        Self::default()
    }

    /// Sets the twins that were found.
    ///
    /// ```
    /// use nanonets_agents::run::{Twin, Twins};
    ///
    /// # let task_id = uuid::Uuid::nil();
    /// let twins = Twins::none().with_found([Twin::new(task_id)]);
    /// assert_eq!(twins.found().len(), 1);
    /// ```
    #[must_use]
    pub fn with_found(mut self, twins: impl IntoIterator<Item = Twin>) -> Self {
        self.found = twins.into_iter().collect();
        self
    }

    /// Sets whether another twin may appear.
    ///
    /// ```
    /// use nanonets_agents::run::Twins;
    ///
    /// assert!(Twins::none().with_open(true).is_open());
    /// ```
    #[must_use]
    pub fn with_open(mut self, is_open: bool) -> Self {
        self.is_open = is_open;
        self
    }

    /// Sets why twins couldn't be looked for.
    ///
    /// ```
    /// use nanonets_agents::run::Twins;
    ///
    /// # let error = nanonets_agents::Client::builder().build().unwrap_err();
    /// assert!(Twins::none().with_error(error).error().is_some());
    /// ```
    #[must_use]
    pub fn with_error(mut self, error: Error) -> Self {
        self.error = Some(error);
        self
    }

    /// Returns the twins that were found.
    ///
    /// ```
    /// use nanonets_agents::run::{Started, Twin};
    ///
    /// fn still_running(started: &Started) -> impl Iterator<Item = &Twin> {
    ///     started.twins().found().iter().filter(|twin| !twin.is_cancelled())
    /// }
    /// # let _ = |started: &Started| still_running(started).count();
    /// ```
    pub fn found(&self) -> &[Twin] {
        &self.found
    }

    /// Whether another twin may appear: a request that got no clear answer may still be carried
    /// out.
    ///
    /// Every wait of the client for the task's end then takes a last look for it. Where that finds
    /// what there can be, or comes later than 10 minutes after the run was sent last, it is `false`
    /// from then on. It stays `true` where tasks were told from the run's by their titles alone.
    ///
    /// ```
    /// use nanonets_agents::run::Started;
    ///
    /// fn is_worth_a_look_later(started: &Started) -> bool {
    ///     started.twins().is_open()
    /// }
    /// # let _ = is_worth_a_look_later;
    /// ```
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Returns why twins couldn't be looked for; `None` where they were, or where there was no
    /// reason to.
    ///
    /// ```
    /// use nanonets_agents::run::Started;
    ///
    /// fn is_known(started: &Started) -> bool {
    ///     started.twins().error().is_none()
    /// }
    /// # let _ = is_known;
    /// ```
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// Adds what was found later.
    pub(crate) fn merge(&mut self, later: Self) {
        self.is_open = later.is_open;
        self.error = later.error;
        for twin in later.found {
            match self.found.iter_mut().find(|known| known.task == twin.task) {
                Some(known) => known.is_cancelled |= twin.is_cancelled,
                None => self.found.push(twin),
            }
        }
    }
}

/// A second task of one run: an earlier request of the run was carried out late, or was listed
/// late.
///
/// ```
/// use nanonets_agents::run::{Started, Twin};
///
/// fn to_look_at(started: &Started) -> Vec<&Twin> {
///     let twins = started.twins().found().iter();
///     twins.filter(|twin| !twin.is_cancelled()).collect()
/// }
/// # let _ = to_look_at;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    task: TaskRef,
    is_certain: bool,
    is_cancelled: bool,
}

impl Twin {
    /// Creates a twin that may be another run's task, and that wasn't cancelled. The crate makes
    /// them by itself; tests of code that handles twins need some of their own.
    ///
    /// ```
    /// use nanonets_agents::run::Twin;
    ///
    /// # let task_id = uuid::Uuid::nil();
    /// let twin = Twin::new(task_id).with_certain(true).with_cancelled(true);
    /// assert!(twin.is_cancelled());
    /// ```
    pub fn new(task: impl Into<TaskRef>) -> Self {
        Self {
            task: task.into(),
            is_certain: false,
            is_cancelled: false,
        }
    }

    /// Sets whether it is certainly the run's.
    ///
    /// ```
    /// use nanonets_agents::run::Twin;
    ///
    /// # let task_id = uuid::Uuid::nil();
    /// assert!(Twin::new(task_id).with_certain(true).is_certain());
    /// ```
    #[must_use]
    pub fn with_certain(mut self, is_certain: bool) -> Self {
        self.is_certain = is_certain;
        self
    }

    /// Sets whether it was cancelled.
    ///
    /// ```
    /// use nanonets_agents::run::Twin;
    ///
    /// # let task_id = uuid::Uuid::nil();
    /// assert!(Twin::new(task_id).with_cancelled(true).is_cancelled());
    /// ```
    #[must_use]
    pub fn with_cancelled(mut self, is_cancelled: bool) -> Self {
        self.is_cancelled = is_cancelled;
        self
    }

    /// Returns the id of the twin.
    ///
    /// ```
    /// use nanonets_agents::{TaskId, run::Twin};
    ///
    /// fn ids(twins: &[Twin]) -> Vec<TaskId> {
    ///     twins.iter().map(Twin::task_id).collect()
    /// }
    /// # assert!(ids(&[]).is_empty());
    /// ```
    pub fn task_id(&self) -> crate::TaskId {
        self.task.task_id()
    }

    /// Returns the twin's task.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, run::Twin};
    ///
    /// async fn stop(client: &Client, twin: &Twin) -> Result<(), nanonets_agents::Error> {
    ///     client.task(twin.task_ref()).cancel().await?;
    ///     Ok(())
    /// }
    /// # let _ = stop;
    /// ```
    pub fn task_ref(&self) -> &TaskRef {
        &self.task
    }

    /// Whether it is certainly the run's: by its marker, by the server's own words, or since there
    /// is [no other writer](crate::run::ReconcilePolicy::with_sole_writer). Elsewhere it may be
    /// another run's task, and isn't cancelled.
    ///
    /// ```
    /// use nanonets_agents::run::Twin;
    ///
    /// # let task_id = uuid::Uuid::nil();
    /// assert!(!Twin::new(task_id).is_certain());
    /// ```
    pub fn is_certain(&self) -> bool {
        self.is_certain
    }

    /// Whether it was cancelled. A twin that isn't goes on, or has ended by itself.
    ///
    /// ```
    /// use nanonets_agents::run::Twin;
    ///
    /// # let task_id = uuid::Uuid::nil();
    /// assert!(!Twin::new(task_id).is_cancelled());
    /// ```
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled
    }
}
