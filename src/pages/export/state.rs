//! The state of an export, in a form that can be stored.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    super::{Cursor, Filters},
    density::Density,
};

/// The state of an [`Export`](super::Export): what it has yielded, and where it goes on. It can be
/// stored, and another process can go on from it.
///
/// Opaque: its serialized form may change between versions of the crate.
///
/// ```
/// # use futures_util::TryStreamExt;
/// # use nanonets_agents::{pages::ExportState, prelude::*, simulator::Simulator};
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = Simulator::builder().build();
/// # let client = simulator.in_process_client()?;
/// # for _ in 0..2 {
/// #     client.run(simulator.agent_id()).query("How many?").await?;
/// # }
/// use nanonets_agents::types::TaskListItem;
///
/// let mut tasks = client.list_tasks().export();
/// let first = tasks.try_next().await?;
/// let stored = serde_json::to_string(&tasks.state().expect("nothing has gone wrong"))?;
/// # drop(tasks);
///
/// let state: ExportState<TaskListItem> = serde_json::from_str(&stored)?;
/// let mut rest = client.list_tasks().export().resume_from(state)?;
/// let second = rest.try_next().await?;
/// # assert!(first.is_some() && second.is_some() && first != second);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportState<T> {
    pub(super) filters: Filters,
    pub(super) density: Density,
    pub(super) position: ExportPosition<T>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ExportPosition<T> {
    Start,
    Within(PartPosition<T>),
    /// What is older than this is left.
    Below(DateTime<Utc>),
    End,
}

/// A place in the middle of a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PartPosition<T> {
    /// The part: everything before `until` and not before `bottom`.
    pub(super) until: Option<DateTime<Utc>>,
    pub(super) bottom: Option<DateTime<Utc>>,
    /// The cursor at which the part goes on; `None` if the pending items are its last ones.
    pub(super) next: Option<Cursor>,
    /// The items of the page that weren't handed out yet.
    pub(super) pending: Vec<T>,
}
