//! Runs of agents: a request that is sent once, and whose task is found where no answer comes.
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

// A run goes down these files, each of which uses only later ones: `builder`, `keyed`, `drive`,
// `held_key`, `probe`, `progress`, `error`, `outcome_unknown`, `started`, `state`, `siblings`,
// `keys_in_use`, `request`, `reconcile`, `policy`, `identity`.

mod builder;
mod drive;
mod error;
mod held_key;
pub(crate) mod identity;
mod keyed;
mod keys_in_use;
mod outcome_unknown;
mod policy;
mod probe;
mod progress;
mod reconcile;
mod request;
mod siblings;
mod started;
mod state;

use std::{fmt, sync::Arc};

pub use builder::Run;
pub use error::RunError;
pub use outcome_unknown::OutcomeUnknown;
pub use policy::{OnLateTwin, ReconcilePolicy};
pub use started::{Provenance, Started, Twin};
pub(crate) use state::RunState;

use crate::{api::Client, error::Error, ids::AgentId, ledger::Ledger};

/// Starts runs, on the client.
///
/// The trait is sealed: only this crate implements it.
pub trait RunExt: sealed::Sealed {
    /// Prepares a run of an agent, which is given its query and files next. Nothing is sent before
    /// it is started or awaited.
    ///
    /// The id is that of [`Agent::id`](crate::types::Agent::id), as an [`AgentId`], a UUID or its
    /// text. A text that is no UUID is refused when the run is started.
    ///
    /// ```no_run
    /// use nanonets_agents::{AgentId, prelude::*};
    ///
    /// # async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let agent_id: AgentId = "0b9e6e5e-1111-4222-8333-444455556666".parse()?;
    /// let summary = client.run(agent_id).query("Extract the line items.").await?;
    /// # Ok(())
    /// # }
    /// ```
    fn run(&self, agent_id: impl TryInto<AgentId, Error: fmt::Display>) -> Run;

    /// Returns the ledger that records the client's runs with keys.
    ///
    /// ```no_run
    /// use futures_util::TryStreamExt;
    /// use nanonets_agents::{ledger::LedgerExt, prelude::*};
    ///
    /// # async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let ledger = client.ledger();
    /// let unfinished: Vec<_> = ledger.unfinished().try_collect().await?;
    /// for entry in unfinished {
    ///     println!("{} has the task {:?}", entry.key, entry.task);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    fn ledger(&self) -> Arc<dyn Ledger>;
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for crate::api::Client {}
}

impl RunExt for Client {
    fn run(&self, agent_id: impl TryInto<AgentId, Error: fmt::Display>) -> Run {
        let agent_id = agent_id.try_into();
        let agent_id = agent_id.map_err(|error| Error::invalid_request(error.to_string()));
        Run::new(self.clone(), agent_id)
    }

    fn ledger(&self) -> Arc<dyn Ledger> {
        self.runs().ledger.clone()
    }
}
