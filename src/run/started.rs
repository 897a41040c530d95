//! What a run has started.

use crate::{
    api::{Client, types::TaskStatus},
    ids::{TaskId, TaskRef},
    wait::{TaskHandle, Wait},
};

/// How it came that a run has its task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Provenance {
    /// The server answered the run with this task.
    Created,
    /// No clear answer came, and the task was found in the list.
    Adopted,
    /// The ledger had noted it: a run with the same key was started before.
    Recorded,
}

/// A task that a run has started, from [`Run::start`](super::Run::start).
#[derive(Clone, Debug)]
pub struct Started {
    handle: TaskHandle,
    provenance: Provenance,
    twins: Vec<Twin>,
}

/// Another task of the same run, which showed up after a second request had started one.
#[derive(Clone, Debug, PartialEq)]
pub struct Twin {
    pub(super) task: TaskRef,
    pub(super) is_cancelled: bool,
}

impl Twin {
    /// The task.
    pub fn task(&self) -> &TaskRef {
        &self.task
    }

    /// Whether it was cancelled. Where it wasn't, it goes on, and may be somebody else's.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled
    }
}

impl Started {
    pub(super) fn new(
        client: Client,
        task: TaskRef,
        status: Option<TaskStatus>,
        provenance: Provenance,
        twins: Vec<Twin>,
    ) -> Self {
        Self {
            handle: TaskHandle::new(client, task, status),
            provenance,
            twins,
        }
    }

    /// Id of the task.
    pub fn task_id(&self) -> TaskId {
        self.handle.task_id()
    }

    /// How it came that the run has this task.
    pub fn provenance(&self) -> Provenance {
        self.provenance
    }

    /// Other tasks of the same run; nearly always none. See [`ReconcilePolicy::late_twin`].
    ///
    /// [`ReconcilePolicy::late_twin`]: super::ReconcilePolicy::late_twin
    pub fn twins(&self) -> &[Twin] {
        &self.twins
    }

    /// The task, to ask for its status, answer or cancellation.
    pub fn task(&self) -> &TaskHandle {
        &self.handle
    }

    /// What identifies the task, to be stored.
    pub fn reference(&self) -> &TaskRef {
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
