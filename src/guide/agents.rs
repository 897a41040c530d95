//! Create, change and publish agents.
//!
//! Most agents are made in the dashboard, by people. A program may keep them in version control,
//! give each customer one, or change a prompt everywhere.
//!
//! # Create
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use nanonets_agents::{prelude::*, types::CreateAgentRequest};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let client = simulator.in_process_client()?;
//! let request = CreateAgentRequest::builder().name("Invoices").system_prompt("Read the invoice.");
//! let agent = client.create_agent().body(request).send().await?;
//! let answer = client.run(agent.id).query("Total?").await?;
//! # assert!(answer.finished().is_completed());
//! # Ok(())
//! # }
//! ```
//!
//! A name is unique in the workspace. Creating isn't repeated where no clear reply comes; look for
//! the name in [`list_agents`](crate::Client::list_agents) then.
//!
//! # Change
//!
//! The configuration of an agent is one JSON object: prompt, tools, model and whatever else the
//! dashboard keeps there. The API replaces all of it at once, so that a request with one key throws
//! the others away. An [`AgentPatch`](crate::agents::AgentPatch) names what is to change;
//! [`update`](crate::agents::AgentHandle::update) gets the agent, merges, and sends what must be
//! sent:
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use nanonets_agents::{agents::AgentPatch, prelude::*};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! let patch = AgentPatch::default()
//!     .name("Invoices, 2026")
//!     .system_prompt("Read the invoice, and its order number.")
//!     .set("model", "m2")
//!     .remove("milestones");
//! let agent = client.agent(agent_id).update(patch).await?;
//! assert_eq!(agent.config.system_prompt(), Some("Read the invoice, and its order number."));
//! # Ok(())
//! # }
//! ```
//!
//! A prompt that is no text is refused before anything is sent. Keys that the crate doesn't know
//! are kept as they are. [`active(false)`](crate::agents::AgentPatch::active) keeps the agent from
//! running. The API has no lock: of two people who change the same agent within the same second,
//! one may overwrite the other; [`if_unchanged`](crate::agents::AgentPatch::if_unchanged) refuses a
//! patch whose author has read an older agent.
//!
//! An update is live at once, and makes no draft: there is nothing to publish after it.
//!
//! # Publish
//!
//! What is edited in the dashboard is a draft, until it is published as a new version. The draft is
//! a copy: published after an update, it takes the update back. That there is nothing to publish is
//! a normal outcome, and no error.
//!
//! The id of an agent is that of one version, and a run uses the version that it names. After
//! publishing, go on with the new id; an update of the old version is refused.
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use nanonets_agents::{agents::Published, prelude::*};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! match client.agent(agent_id).publish().await? {
//!     Published::New(version) => println!("run {} from now on", version.id),
//!     Published::Unchanged => println!("there was nothing to publish"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Versions
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use futures_util::TryStreamExt;
//! use nanonets_agents::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! let mut versions = client.agent(agent_id).versions()?;
//! while let Some(version) = versions.try_next().await? {
//!     println!("{} [{:<10}] {}", version.version_number, version.status, version.created_at);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Run it
//!
//! `cargo run --example agents`
//!
//! ```no_run
#![doc = include_str!("../../examples/agents.rs")]
//! ```
