//! What each operation does with a request: one function an operation, each named in the table of
//! [`routes`](super::routes).

use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    state::ids::Workspace,
    wire::{
        query::{PathId, Query},
        reply::Refusal,
    },
};

pub(super) mod agents;
pub(super) mod tasks;

/// What the handlers of all operations are given.
pub(super) struct Call {
    pub(super) workspace: Workspace,
    pub(super) id: PathId,
    pub(super) query: Query,
    /// When it is carried out.
    pub(super) now: DateTime<Utc>,
    /// How old the lists of tasks are.
    pub(super) lag: Duration,
}

impl Call {
    /// Returns the id in the path.
    fn id(&self) -> Result<Uuid, Refusal> {
        self.id.read()
    }
}
