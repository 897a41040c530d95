//! The handlers of requests: one function for each operation, named in the table of
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

/// A request as the handlers of all operations get it.
pub(super) struct Call {
    pub(super) workspace: Workspace,
    pub(super) id: PathId,
    pub(super) query: Query,
    /// When the operation is carried out.
    pub(super) now: DateTime<Utc>,
    /// How old the state is that lists of tasks show.
    pub(super) lag: Duration,
}

impl Call {
    /// Returns the id in the path.
    fn id(&self) -> Result<Uuid, Refusal> {
        self.id.read()
    }
}
