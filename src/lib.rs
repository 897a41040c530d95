//! A client for the [Nanonets Agents API](https://agents.nanonets.com/docs): spec-exact types, and
//! calls that survive the real world.
//!
//! ```no_run
//! use nanonets_agents::prelude::*;
//!
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! struct Invoice {
//!     number: String,
//!     total: f64,
//! }
//!
//! # async fn example(agent_id: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::from_env()?; // NANONETS_API_KEY
//! let run = client.run(agent_id).query("Read the invoice.").file("invoice.pdf");
//! let invoice = run.output::<Invoice>().await?;
//! println!("{}: {}", invoice.number, invoice.total);
//! # Ok(())
//! # }
//! ```
//!
//! Starting a run returns the id of a task at once; the work goes on for seconds or hours. Between
//! the two, replies are lost, processes die, agents ask, and the whole workspace shares one rate
//! limit. That is what this crate is for.
//!
//! # Where to begin
//!
//! The [`guide`] has a chapter for each thing that you may want to do, from the
//! [first run](guide::first_run) to [scaling out](guide::scaling). To look something up:
//!
//! | you look for | it is in |
//! |---|---|
//! | starting a run, and what became of it | [`run`] |
//! | waiting for one task or many, questions | [`wait`] |
//! | answers as types of your own | [`output`] |
//! | agents and their versions | [`agents`] |
//! | streams and exports of lists | [`pages`] |
//! | keys, and what is unfinished | [`ledger`] |
//! | a single call, by its name in the documentation | [`Client`] |
//! | what such a call sends and returns | [`types`] |
//! | a setting of the client | [`ClientBuilder`], with its [`defaults`] |
//! | an error | [`Error`], [`run::RunError`], [`wait::WaitError`] |
//! | logs, traces and figures | [`observability`] |
//! | a server to test against | [`simulator`] |
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `generate` | yes | generates the bindings from the spec when the crate is built; without it, the copy of them that was checked is compiled, and no build dependency is |
//! | `rustls` | yes | TLS by rustls, with the certificates of the platform |
//! | `native-tls` | | TLS by the library of the platform |
//! | `http2` | | HTTP/2, where the server offers it |
//! | `lenient` | | readings of numbers and dates as documents have them |
//! | `ledger-sqlite` | | a ledger of runs with keys in a SQLite file |
//! | `ledger-conformance` | | checks for a ledger of your own |
//! | `simulator` | | the simulator |
//! | `drift` | | tells where real replies differ from the spec |
//!
//! The crate needs Rust 1.89 or newer, and a runtime of tokio.

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
#[cfg(any(doc, doctest))]
pub mod guide;
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
mod stored;
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
    CallEvent, Download, InProcess, InProcessReply, Options, RetryEvent, RetryPolicy, Upload,
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

/// The snippets of the README, to be compiled with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
