//! The task that a run has started.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    api::Client,
    ids::{TaskId, TaskRef},
    wait::{TaskHandle, Wait},
};

/// How a run came by its task.
///
/// ```
/// use nanonets_agents::run::Provenance;
///
/// assert_eq!(Provenance::Adopted.to_string(), "adopted");
/// assert_eq!(serde_json::to_string(&Provenance::Adopted)?, r#""adopted""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Provenance {
    /// The server answered the run with this task.
    Created,
    /// No clear answer came, and the task was found in the list.
    Adopted,
    /// The ledger had recorded the task: a run with the same key was started before.
    Recorded,
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Created => "created",
            Self::Adopted => "adopted",
            Self::Recorded => "recorded",
        })
    }
}

/// A task that a run has started, from [`Run::start`](super::Run::start).
///
/// It can be cloned, and dropping it changes nothing at the server. To go on with the task in
/// another process, store its [`task_ref`](Self::task_ref).
///
/// ```
/// use nanonets_agents::{prelude::*, run::Provenance};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
/// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
/// let started = client.run(agent_id).query("Extract the line items.").start().await?;
/// println!("{} ({})", started.task_id(), started.provenance());
/// # assert_eq!(started.provenance(), Provenance::Created);
/// let stored = serde_json::to_string(started.task_ref())?;
/// # assert!(stored.contains(&started.task_id().to_string()));
///
/// let finished = started.wait().await?;
/// assert!(finished.is_completed());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Started {
    handle: TaskHandle,
    provenance: Provenance,
    twins: Vec<Twin>,
}

impl Started {
    /// Creates what a run has started, for tests of code that takes one.
    ///
    /// ```
    /// use nanonets_agents::{TaskId, prelude::*, run::{Provenance, Started}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let task_id: TaskId = "0b9e6e5e-1111-4222-8333-444455556666".parse()?;
    /// let started = Started::new(client.task(task_id), Provenance::Recorded);
    /// assert!(started.twins().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(handle: TaskHandle, provenance: Provenance) -> Self {
        Self {
            handle,
            provenance,
            twins: Vec::new(),
        }
    }

    pub(super) fn of(client: Client, task: TaskRef, provenance: Provenance) -> Self {
        Self::new(TaskHandle::new(client, task, None), provenance)
    }

    /// Sets the other tasks of the same run; none by default.
    ///
    /// ```
    /// # use nanonets_agents::{TaskRef, run::{Started, Twin}};
    /// # fn example(started: Started, other: TaskRef) {
    /// let started = started.with_twins([Twin::new(other).with_cancelled(true)]);
    /// assert!(started.twins()[0].is_cancelled());
    /// # }
    /// ```
    #[must_use]
    pub fn with_twins(mut self, twins: impl IntoIterator<Item = Twin>) -> Self {
        self.twins = twins.into_iter().collect();
        self
    }

    /// Returns the id of the task.
    pub fn task_id(&self) -> TaskId {
        self.handle.task_id()
    }

    /// Returns how the run came by this task.
    pub fn provenance(&self) -> Provenance {
        self.provenance
    }

    /// Returns the other tasks of the same run; nearly always none. See
    /// [`ReconcilePolicy::with_late_twin`](super::ReconcilePolicy::with_late_twin).
    ///
    /// ```
    /// # use nanonets_agents::{prelude::*, run::Started};
    /// # fn example(started: Started) {
    /// for twin in started.twins() {
    ///     println!("{} goes on: {}", twin.task_ref(), !twin.is_cancelled());
    /// }
    /// # }
    /// ```
    pub fn twins(&self) -> &[Twin] {
        &self.twins
    }

    /// Returns the handle of the task, to fetch its status or answer, or to cancel it.
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let started = client.run(agent_id).query("Extract the line items.").start().await?;
    /// started.handle().cancel().await?;
    /// assert_eq!(started.handle().fetch().await?.status.to_string(), "stopped");
    /// # Ok(())
    /// # }
    /// ```
    pub fn handle(&self) -> &TaskHandle {
        &self.handle
    }

    /// Returns what names the task, in a form that can be stored.
    pub fn task_ref(&self) -> &TaskRef {
        self.handle.task_ref()
    }

    /// Waits for the end of the task; see [`Wait`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let started = client.run(agent_id).query("Extract the line items.").start().await?;
    /// let finished = started.wait().deadline(Duration::from_secs(600)).await?;
    /// assert!(finished.is_completed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(&self) -> Wait {
        self.handle.wait()
    }
}

impl From<&Started> for TaskRef {
    fn from(started: &Started) -> Self {
        started.handle.task_ref().clone()
    }
}

impl From<Started> for TaskRef {
    fn from(started: Started) -> Self {
        Self::from(&started)
    }
}

/// Another task of the same run, which showed up after a second request had started one.
///
/// ```
/// use nanonets_agents::{TaskId, run::Twin};
///
/// let task_id: TaskId = "0b9e6e5e-1111-4222-8333-444455556666".parse()?;
/// let twin = Twin::new(task_id).with_cancelled(true);
/// assert_eq!(twin.task_ref().task_id(), task_id);
/// assert!(twin.is_cancelled());
/// # Ok::<(), nanonets_agents::InvalidId>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    task: TaskRef,
    is_cancelled: bool,
}

impl Twin {
    /// Creates a twin that goes on, for tests of code that handles one.
    ///
    /// ```
    /// use nanonets_agents::{TaskId, run::Twin};
    ///
    /// let task_id: TaskId = "0b9e6e5e-1111-4222-8333-444455556666".parse()?;
    /// assert!(!Twin::new(task_id).is_cancelled());
    /// # Ok::<(), nanonets_agents::InvalidId>(())
    /// ```
    pub fn new(task: impl Into<TaskRef>) -> Self {
        Self {
            task: task.into(),
            is_cancelled: false,
        }
    }

    /// Sets whether the twin was cancelled; by default it wasn't.
    ///
    /// ```
    /// # use nanonets_agents::run::Twin;
    /// # fn example(twin: Twin) {
    /// assert!(twin.with_cancelled(true).is_cancelled());
    /// # }
    /// ```
    #[must_use]
    pub fn with_cancelled(mut self, is_cancelled: bool) -> Self {
        self.is_cancelled = is_cancelled;
        self
    }

    /// Returns what names the twin, in a form that can be stored.
    pub fn task_ref(&self) -> &TaskRef {
        &self.task
    }

    /// Whether the twin was cancelled. A twin that wasn't goes on, and may be another writer's.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled
    }
}
