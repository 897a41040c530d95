//! The handlers of requests: one function for each operation, named in the table of
//! [`routes`](super::routes).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    faults::active::Hits,
    state::ids::Workspace,
    wire::{
        query::{PathId, Query},
        reply::Refusal,
    },
};

pub(super) mod agents;
pub(super) mod tasks;

/// A request as the handlers of all operations get it.
pub(super) struct Call<'a> {
    pub(super) workspace: Workspace,
    pub(super) id: PathId,
    pub(super) query: Query,
    /// When the operation is carried out.
    pub(super) now: DateTime<Utc>,
    /// The faults that hit it.
    pub(super) hits: &'a Hits,
}

impl Call<'_> {
    /// Returns the id in the path.
    fn id(&self) -> Result<Uuid, Refusal> {
        self.id.read()
    }
}
