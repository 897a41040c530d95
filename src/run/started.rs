//! What a run has started.

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
/// use nanonets_agents::{prelude::*, run::Provenance};
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
/// ```no_run
/// use nanonets_agents::prelude::*;
///
/// # async fn example(client: Client, agent_id: &str) -> Result<(), Box<dyn std::error::Error>> {
/// let started = client.run(agent_id).query("Extract the line items.").start().await?;
/// println!("{} ({})", started.task_id(), started.provenance());
/// let stored = serde_json::to_string(started.task_ref())?;
/// let finished = started.wait().await?;
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
    /// ```no_run
    /// use nanonets_agents::{TaskRef, prelude::*, run::{Provenance, Started}};
    ///
    /// # fn example(client: Client, task: TaskRef) {
    /// let started = Started::new(client.task(task), Provenance::Recorded);
    /// assert!(started.twins().is_empty());
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

    /// Returns other tasks of the same run; nearly always none. See
    /// [`ReconcilePolicy::with_late_twin`].
    ///
    /// ```no_run
    /// # use nanonets_agents::{prelude::*, run::Started};
    /// # fn example(started: Started) {
    /// for twin in started.twins() {
    ///     println!("{} goes on: {}", twin.task_ref(), !twin.is_cancelled());
    /// }
    /// # }
    /// ```
    ///
    /// [`ReconcilePolicy::with_late_twin`]: super::ReconcilePolicy::with_late_twin
    pub fn twins(&self) -> &[Twin] {
        &self.twins
    }

    /// Returns the handle of the task, to fetch its status or answer, or to cancel it.
    pub fn handle(&self) -> &TaskHandle {
        &self.handle
    }

    /// Returns what names the task, to be stored.
    pub fn task_ref(&self) -> &TaskRef {
        self.handle.task_ref()
    }

    /// Waits for the end of the task; see [`Wait`].
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    task: TaskRef,
    is_cancelled: bool,
}

impl Twin {
    /// Creates a twin that goes on.
    pub fn new(task: impl Into<TaskRef>) -> Self {
        Self {
            task: task.into(),
            is_cancelled: false,
        }
    }

    /// Sets whether the twin was cancelled.
    #[must_use]
    pub fn with_cancelled(mut self, is_cancelled: bool) -> Self {
        self.is_cancelled = is_cancelled;
        self
    }

    /// Returns what names the twin.
    pub fn task_ref(&self) -> &TaskRef {
        &self.task
    }

    /// Whether the twin was cancelled. A twin that wasn't goes on, and may be another writer's.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled
    }
}
