//! Send a file to an agent, and print what it answers.
//!
//! # What you need
//!
//! An *agent* is what you have built in the dashboard: a prompt with tools. You need its id, and an
//! API key (Settings → API Keys). Both come from the environment here, so that neither is in your
//! code:
//!
//! ```sh
//! export NANONETS_API_KEY=…
//! export NANONETS_AGENT_ID=…
//! cargo add nanonets-agents tokio --features tokio/macros,tokio/rt-multi-thread
//! ```
//!
//! # The whole program
//!
//! ```no_run
//! use nanonets_agents::prelude::*;
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let client = Client::from_env()?;
//!     let agent_id = std::env::var("NANONETS_AGENT_ID")?;
//!
//!     let answer = client
//!         .run(agent_id)
//!         .query("Extract the line items.")
//!         .file("invoice.pdf")
//!         .await?;
//!     println!("{:?}", answer.structured());
//!     Ok(())
//! }
//! ```
//!
//! A *run* is one request that the agent do something. It creates a *task* at the server, and
//! returns at once; the work goes on for seconds or hours. Awaiting the [`Run`] does the rest: it
//! waits for the end of the task, for 30 minutes at most, and fetches the answer.
//! [`structured()`](crate::types::TaskSummary::structured) is the structured part of it.
//!
//! Your query gets one more line, such as `[run 6b86b273ff34fce19d6b804eff5a3f57]`, by which the
//! crate recognises its task where a reply is lost; see [runs that happen once](super::once).
//!
//! A [`Client`] is cheap to clone, and all clones share connections and limits: make one for the
//! program, and clone it wherever it is needed.
//!
//! # Step by step
//!
//! Where a program does something between the start and the end, it starts the run first. What it
//! gets is the task, which it can print, store and wait for:
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use std::time::Duration;
//! use nanonets_agents::{prelude::*, wait::WaitError};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! let task = client.run(agent_id).query("Extract the line items.").start().await?;
//! println!("started {}", task.task_id());
//!
//! match task.wait().deadline(Duration::from_secs(900)).await {
//!     Ok(finished) if finished.is_completed() => {
//!         println!("{:?}", finished.fetch_summary().await?.structured());
//!     }
//!     Ok(finished) => println!("it ended as {}", finished.status()),
//!     Err(WaitError::NeedsInput { question, .. }) => println!("the agent asks: {question}"),
//!     Err(other) => return Err(other.into()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A wait that ends early, by its deadline or with a question, leaves the task running. Its error
//! names the task, and the same task can be waited for again, by this process or by another:
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use nanonets_agents::{TaskRef, prelude::*};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! # let task = client.run(agent_id).query("Extract the line items.").start().await?;
//! let stored = serde_json::to_string(task.task_ref())?;
//! // … in another process
//! let task: TaskRef = serde_json::from_str(&stored)?;
//! let finished = client.task(task).wait().await?;
//! # assert!(finished.is_completed());
//! # Ok(())
//! # }
//! ```
//!
//! [`Client`]: crate::Client
//! [`Run`]: crate::run::Run
//!
//! # Run it
//!
//! `cargo run --example quickstart` does this on the embedded simulator, or on the service where
//! the two variables are set.
//!
//! ```no_run
#![doc = include_str!("../../examples/quickstart.rs")]
//! ```
