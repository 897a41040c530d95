//! Runs of agents: each is sent once, and its task is found where no answer comes.
//!
//! The API has no idempotency keys, and the reply that names a run's task can be lost. The crate
//! then probes the list of tasks for the one that the run has started, adopts it, and sends the run
//! again only where there is none. It recognises the task by a
//! [marker](ReconcilePolicy::with_marker), a line that it adds to the query.
//!
//! A server may carry out a request that seemed lost after the run was sent again. Such
//! [twins](Twins) can't be ruled out; they are searched for, cancelled where they are certain, and
//! told.
//!
//! ```
//! use nanonets_agents::{prelude::*, run::Provenance, simulator::{Fault, Simulator}};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let lost_reply = Fault::reset_after().on("run_agent").times(1);
//! let simulator = Simulator::builder().fault(lost_reply).build();
//! let client = simulator.in_process_client()?;
//!
//! let run = client.run(simulator.agent_id()).query("Extract the line items.");
//! let started = run.start().await?;
//!
//! assert_eq!(started.provenance(), Provenance::Adopted);
//! assert_eq!(simulator.tasks().len(), 1);
//! # Ok(())
//! # }
//! ```

// A run goes down these files, each of which uses only later ones: `builder`, `save`, `output`,
// `answer`, `keyed`, `drive`, `sender`, `held_key`, `twin_search`, `probe`, `progress`, `error`,
// `not_completed`, `outcome_unknown`, `window`, `state`, `siblings`, `keys_in_use`, `tasks_clock`,
// `echo`, `request`, `reconcile`, `observe`, `started`, `policy`, `doubt`, `identity`.

mod answer;
mod builder;
mod doubt;
mod drive;
mod echo;
mod error;
mod foreign_messages;
mod held_key;
mod identity;
mod keyed;
mod keys_in_use;
#[cfg(test)]
mod model;
mod not_completed;
mod observe;
mod outcome_unknown;
mod output;
mod policy;
mod probe;
mod progress;
mod reconcile;
mod request;
mod save;
mod sender;
mod siblings;
mod started;
mod state;
mod tasks_clock;
mod twin_search;
mod window;

use std::{fmt, sync::Arc};

pub use answer::Answer;
pub use builder::Run;
pub use error::RunError;
pub use not_completed::NotCompleted;
pub use outcome_unknown::OutcomeUnknown;
pub use policy::{OnLateTwin, ReconcilePolicy};
pub use started::{Provenance, Started};
pub(crate) use state::RunState;

pub use crate::twin::{Twin, Twins};
use crate::{api::Client, error::Error, ids::AgentId, ledger::Ledger, sealed::Sealed};

/// The methods of a client that start runs.
///
/// The trait is sealed: only [`Client`] implements it.
///
/// ```
/// use nanonets_agents::{prelude::*, simulator::Simulator};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = Simulator::builder().build();
/// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
/// let answer = client.run(agent_id).query("How many?").await?;
/// println!("{:?}", answer.structured().expect("an answer"));
/// # Ok(())
/// # }
/// ```
pub trait RunExt: Sealed {
    /// Prepares a run of an agent, which is given its query and files next. Nothing is sent before
    /// it is started or awaited.
    ///
    /// The id is that of [`Agent::id`](crate::types::Agent::id), as an [`AgentId`], a UUID or its
    /// text. A text that is not a UUID is refused when the run is started, with
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest):
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, run::RunError};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// let outcome = client.run("invoices").query("Extract the line items.").start().await;
    ///
    /// let Err(RunError::NotStarted(error)) = outcome else { panic!("a name is not an id") };
    /// assert_eq!(error.message(), r#"the agent id "invoices" is not a UUID"#);
    /// # Ok(())
    /// # }
    /// ```
    fn run(&self, agent_id: impl TryInto<AgentId, Error: fmt::Display>) -> Run;

    /// Returns what a run with this key has started, without starting one; `None` where the ledger
    /// doesn't know the key, or its run has no task (yet).
    ///
    /// A program asks so about a job that another one has started: a web server about an order, by
    /// its number.
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    /// # use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let script = Script::empty().complete(serde_json::json!({"total": 12.5}));
    /// # let agent = AgentSpec::new("Totals").script(script);
    /// # let simulator = Simulator::builder().agent(agent).build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// #[derive(serde::Deserialize)]
    /// struct Invoice {
    ///     total: f64,
    /// }
    ///
    /// client.run(agent_id).query("Total?").key("order-17").start().await?;
    /// // … in another process with the same ledger
    /// let started = client.recorded("order-17").await?.expect("it was started");
    /// let invoice = started.output::<Invoice>().await?;
    /// assert_eq!(invoice.total, 12.5);
    /// assert!(client.recorded("order-18").await?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Ledger`](crate::ErrorKind::Ledger) where the ledger fails.
    fn recorded(&self, key: &str) -> impl Future<Output = Result<Option<Started>, Error>> + Send;

    /// Returns the ledger that records the client's runs with keys: the one that it was
    /// [built with](crate::ClientBuilder::ledger), else a
    /// [`MemoryLedger`](crate::ledger::MemoryLedger).
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// use nanonets_agents::{ledger::LedgerExt, prelude::*};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let started = client.run(agent_id).query("How many?").key("invoice-1").start().await?;
    ///
    /// let unfinished: Vec<_> = client.ledger().unfinished().try_collect().await?;
    /// assert_eq!(unfinished[0].key, "invoice-1");
    /// assert_eq!(unfinished[0].task.as_ref(), Some(started.task_ref()));
    /// # Ok(())
    /// # }
    /// ```
    fn ledger(&self) -> Arc<dyn Ledger>;
}

impl RunExt for Client {
    fn run(&self, agent_id: impl TryInto<AgentId, Error: fmt::Display>) -> Run {
        let agent_id = agent_id.try_into();
        let agent_id = agent_id.map_err(|error| Error::invalid_request(error.to_string()));
        Run::new(self.clone(), agent_id)
    }

    async fn recorded(&self, key: &str) -> Result<Option<Started>, Error> {
        let ledger = self.ledger();
        let recorded = ledger.recorded(key).await.map_err(error::of_ledger)?;
        Ok(recorded.map(|recorded| keyed::started_of(self, recorded)))
    }

    fn ledger(&self) -> Arc<dyn Ledger> {
        self.runs().ledger.clone()
    }
}
