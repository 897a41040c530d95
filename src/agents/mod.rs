//! Agents: reading, changing and publishing them.
//!
//! ```no_run
//! use nanonets_agents::{agents::{AgentPatch, Published}, prelude::*};
//!
//! # async fn example(client: Client, agent_id: &str) -> Result<(), nanonets_agents::Error> {
//! let agent = client.agent(agent_id);
//! let patch = AgentPatch::default().system_prompt("Read the invoice.").set("model", "m2");
//! println!("{:?}", agent.update(patch).await?.config);
//!
//! match agent.publish().await? {
//!     Published::New(version) => println!("version {} is live", version.version_number),
//!     Published::Unchanged => println!("the draft has no changes"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! An agent is created with the generated `create_agent()` of the [`Client`].

mod config;
mod handle;
mod patch;
mod publish;
mod update;

use std::fmt;

pub use handle::AgentHandle;
pub use patch::AgentPatch;
pub use publish::Published;

use crate::{api::Client, ids::AgentId, sealed::Sealed};

/// The client's methods for agents that exist already. Implemented for [`Client`] alone.
///
/// ```
/// use nanonets_agents::{prelude::*, types::CreateAgentRequest};
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = nanonets_agents::simulator::Simulator::builder().build().in_process_client()?;
///
/// let body = CreateAgentRequest::builder().name("Invoices").system_prompt("Read the invoice.");
/// let created = client.create_agent().body(body).send().await?;
/// assert_eq!(client.agent(created.id).fetch().await?.name, "Invoices");
/// # Ok(())
/// # }
/// ```
pub trait AgentsExt: Sealed {
    /// Returns the handle of an agent. Nothing is sent.
    ///
    /// The id is that of [`Agent::id`](crate::types::Agent::id), as an [`AgentId`], a UUID or its
    /// text. A text that is not a UUID fails the calls of the handle, with
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest):
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// let error = client.agent("invoices").fetch().await.unwrap_err();
    /// assert_eq!(error.message(), r#"the agent id "invoices" is not a UUID"#);
    /// # Ok(())
    /// # }
    /// ```
    fn agent(&self, agent_id: impl TryInto<AgentId, Error: fmt::Display>) -> AgentHandle;
}

impl AgentsExt for Client {
    fn agent(&self, agent_id: impl TryInto<AgentId, Error: fmt::Display>) -> AgentHandle {
        let agent_id = agent_id.try_into().map_err(|error| error.to_string());
        AgentHandle::new(self.clone(), agent_id)
    }
}
