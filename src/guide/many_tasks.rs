//! Wait for ten tasks, or for ten thousand.
//!
//! # A few
//!
//! Each wait polls its task, after 1 s at first and then ever less often. A few of them can be
//! joined like any other futures:
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use futures_util::future::try_join;
//! use nanonets_agents::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! let invoice = client.run(agent_id).query("Read the invoice.").start().await?;
//! let order = client.run(agent_id).query("Read the order.").start().await?;
//! let (invoice, order) = try_join(invoice.wait(), order.wait()).await?;
//! # assert!(invoice.is_completed() && order.is_completed());
//! # Ok(())
//! # }
//! ```
//!
//! # Many
//!
//! A thousand polling loops would spend the rate limit of the workspace on waiting.
//! [`wait_many`](crate::wait::WaitExt::wait_many) asks the list of tasks instead, which tells of a
//! hundred at once. The more tasks there are, the cheaper each is:
//!
#![doc = include_str!("../../docs/wait.svg")]
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use futures_util::StreamExt;
//! use nanonets_agents::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! let mut started = Vec::new();
//! for page in 1..=100 {
//!     let run = client.run(agent_id).query(format!("Read page {page}."));
//!     started.push(run.start().await?);
//! }
//!
//! let mut ends = client.wait_many(&started).stream();
//! while let Some(end) = ends.next().await {
//!     match end {
//!         Ok(finished) => println!("{} {}", finished.task_ref(), finished.status()),
//!         // The wait for this task alone: the others go on.
//!         Err(error) => eprintln!("{error}"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The ends come in the order in which they are seen. Each is a [`Finished`](crate::wait::Finished)
//! or the error of one task, which names it. A task is never reported twice.
//!
//! # Starting while waiting
//!
//! Tasks may be added while the others are waited for, through a
//! [`sender`](crate::wait::WaitMany::sender). The stream ends when all senders are dropped and all
//! tasks have ended. One process needs one such wait:
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use futures_util::StreamExt;
//! use nanonets_agents::{TaskRef, prelude::*, run::RunError};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! let mut wait = client.wait_many(Vec::<TaskRef>::new());
//! let sender = wait.sender();
//! let starting = async move {
//!     for page in 1..=50 {
//!         let run = client.run(agent_id).query(format!("Read page {page}."));
//!         sender.send(run.start().await?);
//!     }
//!     Ok::<_, RunError>(()) // the sender is dropped: no more will come
//! };
//! let (started, ends) = tokio::join!(starting, wait.stream().collect::<Vec<_>>());
//! started?;
//! assert_eq!(ends.len(), 50);
//! # Ok(())
//! # }
//! ```
//!
//! # What to set
//!
//! | setting | default | when to change it |
//! |---|---|---|
//! | [`interval`](crate::wait::WaitMany::interval) | 9 s | an end may be seen later, at fewer requests, or sooner |
//! | [`requests_per_second`](crate::wait::WaitMany::requests_per_second) | 10 | other programs need more of the limit |
//! | [`deadline`](crate::wait::WaitMany::deadline) | 30 min, of each task | agents are slower |
//! | [`on_input`](crate::wait::WaitMany::on_input) | none | a question shouldn't end the wait for its task |
//!
//! # Run it
//!
//! `cargo run --example many_tasks`
//!
//! ```no_run
#![doc = include_str!("../../examples/many_tasks.rs")]
//! ```
