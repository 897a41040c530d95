#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
// The spec may deprecate what the crate itself calls, which is no reason to fail its build.
#![allow(deprecated)]
#![deny(missing_docs)]
// No number that a user or a server gives may panic; see `time.rs` and `clippy.toml`.
#![cfg_attr(not(test), warn(clippy::arithmetic_side_effects))]

pub mod agents;
pub mod api;
mod binding;
mod callback;
mod client;
mod cursor;
pub mod defaults;
#[cfg(feature = "drift")]
pub mod drift;
mod error;
mod excerpt;
mod failure;
mod ids;
pub mod ledger;
mod metadata;
mod newest;
pub mod observability;
pub mod output;
pub mod pages;
pub mod run;
mod sealed;
#[cfg(feature = "simulator")]
pub mod simulator;
mod size;
mod time;
mod transport;
mod twin;
pub mod wait;

pub use api::{Client, types};
pub use binding::{OneOrMany, OptionalText, Response};
pub use client::{ClientBuilder, OptionsExt, Snapshot, SnapshotExt};
pub use error::Error;
pub use failure::{ErrorKind, Phase, RetryReason};
pub use ids::{AgentId, InvalidId, TaskId, TaskRef};
pub use metadata::Metadata;
pub use transport::{
    Download, InProcess, InProcessReply, Options, RetryEvent, RetryPolicy, Upload,
};

/// The crates whose types are in this crate's signatures, in the versions that it is built with. A
/// program that names such a type through them needs no dependency of its own, and can't get
/// another version:
///
/// ```
/// use nanonets_agents::{Error, chrono, prelude::*, uuid::Uuid};
///
/// async fn recent(client: &Client, agent_id: Uuid) -> Result<usize, Error> {
///     let since = chrono::Utc::now() - chrono::TimeDelta::hours(1);
///     let tasks = client.list_tasks().agent_id(agent_id).created_after(since).send().await?;
///     Ok(tasks.data.len())
/// }
/// ```
#[doc(no_inline)]
pub use {bytes, chrono, http, reqwest, schemars, serde_json, uuid};

/// Brings the client, uploads and the methods of the extension traits into scope.
///
/// It holds no name that a program is likely to have itself, such as `Error` or `Task`: those are
/// imported from where they are defined.
///
/// ```
/// use nanonets_agents::{Error, TaskId, prelude::*};
///
/// async fn cancel(client: &Client, task_id: TaskId) -> Result<(), Error> {
///     client.task(task_id).cancel().await?;
///     Ok(())
/// }
/// ```
pub mod prelude {
    #[cfg(feature = "drift")]
    pub use crate::drift::DriftExt as _;
    pub use crate::{
        Client, Upload,
        agents::AgentsExt as _,
        client::{OptionsExt as _, SnapshotExt as _},
        ledger::LedgerExt as _,
        pages::PageExt as _,
        run::RunExt as _,
        wait::WaitExt as _,
    };
}
