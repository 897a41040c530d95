#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod api;
mod binding;
mod callback;
mod client;
mod cursor;
pub mod defaults;
mod error;
mod excerpt;
mod failure;
mod ids;
pub mod ledger;
pub mod observability;
pub mod output;
pub mod pages;
pub mod run;
#[cfg(feature = "simulator")]
pub mod simulator;
mod transport;
pub mod wait;

pub use api::{Client, types};
pub use binding::Response;
pub use client::{ClientBuilder, OptionsExt};
pub use error::Error;
pub use failure::{ErrorKind, Phase, RetryReason};
pub use ids::{AgentId, InvalidId, TaskId, TaskRef};
pub use transport::{InProcess, InProcessReply, Options, RetryEvent, RetryPolicy, Upload};

/// Everything most programs need: the client, the extension traits and the common types.
pub mod prelude {
    pub use crate::{
        AgentId, Client, Error, ErrorKind, OptionsExt, Phase, TaskId, TaskRef,
        api::types::{
            Agent, AgentStatus, Task, TaskListItem, TaskOutputConfig, TaskStatus, TaskSummary,
        },
        pages::{Cursor, Export, ExportState, Page, PageExt},
        run::{Provenance, ReconcilePolicy, RunError, RunExt, Started},
        transport::{RetryPolicy, Upload},
        wait::{Finished, Question, Reply, TaskHandle, WaitError, WaitExt},
    };
}
