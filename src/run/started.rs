//! What a run has started.

use uuid::Uuid;

use crate::{
    api::{Client, types::TaskStatus},
    wait::{TaskHandle, TaskRef, Wait},
};

/// How it came that a run has its task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Provenance {
    /// The server answered the run with this task.
    Created,
}

/// A task that a run has started, from [`Run::start`](super::Run::start).
#[derive(Clone, Debug)]
pub struct Started {
    handle: TaskHandle,
    provenance: Provenance,
}

impl Started {
    pub(super) fn created(client: Client, task: TaskRef, status: TaskStatus) -> Self {
        Self {
            handle: TaskHandle::new(client, task, Some(status)),
            provenance: Provenance::Created,
        }
    }

    /// Id of the task.
    pub fn task_id(&self) -> Uuid {
        self.handle.task_id()
    }

    /// How it came that the run has this task.
    pub fn provenance(&self) -> Provenance {
        self.provenance
    }

    /// The task, to ask for its status, answer or cancellation.
    pub fn task(&self) -> &TaskHandle {
        &self.handle
    }

    /// What identifies the task, to be stored.
    pub fn reference(&self) -> &TaskRef {
        self.handle.reference()
    }

    /// Waits for the end of the task; see [`Wait`].
    pub fn wait(&self) -> Wait {
        self.handle.wait()
    }
}
