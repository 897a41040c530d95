//! Running agents.
//!
//! ```no_run
//! use nanonets_agents::prelude::*;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::from_env()?;
//! let agent_id = "0b9e6e5e-1111-4222-8333-444455556666";
//! let summary = client
//!     .run(agent_id)
//!     .query("Extract the line items.")
//!     .file(Upload::path("invoice.pdf"))
//!     .await?;
//! println!("{:?}", summary.result);
//! # Ok(())
//! # }
//! ```

mod builder;
mod error;
mod fingerprint;
mod keyed;
mod look;
mod policy;
mod reconcile;
mod request;
mod siblings;
mod start;
mod started;

pub use builder::Run;
pub use error::{OutcomeUnknown, RunError};
pub use policy::{LateTwin, ReconcilePolicy};
pub use started::{Provenance, Started, Twin};

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    api::Client,
    ledger::{Ledger, MemoryLedger},
};

/// Runs, on the client.
pub trait RunExt {
    /// A run of an agent, to be given its query and files. Nothing is sent before `start` or
    /// `await`.
    ///
    /// The id is that of [`Agent::id`](crate::types::Agent::id), as a UUID or as its text.
    fn run(&self, agent_id: impl ToString) -> Run;

    /// The ledger of the client's runs with keys.
    fn ledger(&self) -> Arc<dyn Ledger>;
}

impl RunExt for Client {
    fn run(&self, agent_id: impl ToString) -> Run {
        Run::new(self.clone(), agent_id.to_string())
    }

    fn ledger(&self) -> Arc<dyn Ledger> {
        RunState::of(self).ledger.clone()
    }
}

/// What all clones of a client share about their runs.
#[derive(Debug)]
pub(crate) struct RunState {
    siblings: Arc<siblings::Siblings>,
    ledger: Arc<dyn Ledger>,
    policy: ReconcilePolicy,
    /// The keys that this client is at, and how many runs are at each: of those, the siblings take
    /// care.
    keys: Mutex<HashMap<String, usize>>,
}

impl RunState {
    pub(crate) fn new(ledger: Option<Arc<dyn Ledger>>, policy: ReconcilePolicy) -> Self {
        Self {
            siblings: Arc::default(),
            ledger: ledger.unwrap_or_else(|| Arc::new(MemoryLedger::new())),
            policy,
            keys: Mutex::default(),
        }
    }

    fn keys(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(client: &Client) -> Arc<Self> {
        client.runs().clone()
    }
}
