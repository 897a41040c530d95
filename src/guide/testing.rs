//! Test your program without the network.
//!
//! Switch on the feature `simulator` in the dev-dependencies. It is a server of the whole API that
//! shares no types with the client: over HTTP, for programs in any language, or in process, without
//! sockets.
//!
//! ```toml
//! [dev-dependencies]
//! nanonets-agents = { version = "0.1", features = ["simulator"] }
//! tokio = { version = "1", features = ["macros", "test-util"] }
//! ```
//!
//! # Time that passes at once
//!
//! In process and under tokio's paused clock, hours of waiting take milliseconds, and no test
//! depends on how fast the machine is:
//!
//! ```
//! use std::time::Duration;
//! use nanonets_agents::{prelude::*, simulator::{AgentSpec, Script, Simulator}};
//!
//! # /*
//! #[tokio::test(start_paused = true)]
//! async fn a_slow_agent_is_waited_for() -> Result<(), Box<dyn std::error::Error>> {
//! # */
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let slow = Script::empty()
//!         .running(Duration::from_secs(600))
//!         .complete(serde_json::json!({"total": 12.5}));
//!     let simulator = Simulator::builder().agent(AgentSpec::new("Slow").script(slow)).build();
//!     let client = simulator.in_process_client()?;
//!
//!     let answer = client.run(simulator.agent_id()).query("Total?").await?;
//!     assert_eq!(answer.structured().expect("an answer")["total"], 12.5);
//!     Ok(())
//! }
//! ```
//!
//! What isn't tokio's goes on as ever: `chrono::Utc::now()` stands still in such a test. Where your
//! program compares times with "an hour ago", give it the time as an argument.
//!
//! # Agents that do as they are told
//!
//! A [`Script`](crate::simulator::Script) is what a task goes through: it runs, asks, says
//! something, and completes or fails. [`script_for`](crate::simulator::AgentSpec::script_for) gives
//! each run its own, by what was sent:
//!
//! ```
//! use nanonets_agents::{prelude::*, simulator::{AgentSpec, Script, Simulator}};
//! use serde_json::json;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let agent = AgentSpec::new("Invoices").script_for(|run| match run.text().as_deref() {
//!     Some("ask") => Script::empty().ask("Which currency?").complete(json!({"total": 1})),
//!     Some("fail") => Script::empty().fail("The file is no invoice."),
//!     _ => Script::empty().complete(json!({"files": run.files.len()})),
//! });
//! let simulator = Simulator::builder().agent(agent).build();
//! let client = simulator.in_process_client()?;
//!
//! let run = client.run(simulator.agent_id()).query("ask").on_input(|_| async { "EUR" });
//! assert_eq!(run.await?.structured().expect("an answer")["total"], 1);
//! # let error = client.run(simulator.agent_id()).query("fail").await.unwrap_err();
//! # assert!(error.to_string().contains("failed"), "{error}");
//! # Ok(())
//! # }
//! ```
//!
//! # Faults
//!
//! A [`Fault`](crate::simulator::Fault) is something that goes wrong: for all requests or for one
//! operation, always, a number of times, or by chance. They combine, and a
//! [seed](crate::simulator::SimulatorBuilder::seed) makes them repeatable. The simulator is kind
//! unless it is told otherwise, and a test against a kind server proves little:
//!
//! ```
//! use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let simulator = Simulator::builder()
//!     .seed(7)
//!     .fault(Fault::reset_after().on("run_agent").times(1)) // carried out; the reply is lost
//!     .fault(Fault::status_before(503).chance(0.2))         // an outage now and then
//!     .build();
//! let client = simulator.in_process_client()?;
//! client.run(simulator.agent_id()).query("Total?").await?;
//! assert_eq!(simulator.tasks().len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! The [module](crate::simulator) has a set of faults that is like the world.
//!
//! # What was sent
//!
//! [`tasks()`](crate::simulator::Simulator::tasks) shows each task with the run that started it,
//! [`requests()`](crate::simulator::Simulator::requests) each request with its headers, and
//! [`count`](crate::simulator::Simulator::count) how many there were of an operation:
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use nanonets_agents::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # let client = simulator.in_process_client()?;
//! let file = Upload::bytes("invoice.txt", "A-17");
//! client.run(simulator.agent_id()).query("Total?").file(file).start().await?;
//! let run = &simulator.tasks()[0].run;
//! assert_eq!(run.text().as_deref(), Some("Total?"));
//! assert_eq!(run.files[0].name, "invoice.txt");
//! assert_eq!(simulator.count("run_agent"), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # Without any server
//!
//! Where a test is about your own code, it may want no client at all. Put your question behind a
//! trait of your own: it has the one method that your program needs, in your own types, and a fake
//! of it is three lines. Whatever the crate returns can be constructed, errors included; what has
//! the handle of a task in it takes a client, which may be one of a simulator:
//!
//! ```
//! use nanonets_agents::{ErrorKind, Phase, prelude::*, run::RunError};
//!
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! struct Invoice {
//!     total: f64,
//! }
//!
//! trait Invoices {
//!     fn read(&self, pdf: Vec<u8>) -> impl Future<Output = Result<Invoice, RunError>>;
//! }
//!
//! /// What the program has.
//! struct ByAgent {
//!     client: Client,
//!     agent_id: String,
//! }
//!
//! impl Invoices for ByAgent {
//!     async fn read(&self, pdf: Vec<u8>) -> Result<Invoice, RunError> {
//!         let run = self.client.run(&self.agent_id).file(Upload::bytes("invoice.pdf", pdf));
//!         Ok(run.output::<Invoice>().await?.into_inner())
//!     }
//! }
//!
//! /// What a test has: the service is down.
//! struct Down;
//!
//! impl Invoices for Down {
//!     async fn read(&self, _: Vec<u8>) -> Result<Invoice, RunError> {
//!         let error = nanonets_agents::Error::new(ErrorKind::Connect, Phase::NotSent, "no route");
//!         Err(RunError::NotStarted(error))
//!     }
//! }
//!
//! async fn total(invoices: &impl Invoices, pdf: Vec<u8>) -> String {
//!     match invoices.read(pdf).await {
//!         Ok(invoice) => format!("{:.2}", invoice.total),
//!         Err(RunError::NotStarted(error)) if error.is_retryable() => "later".to_owned(),
//!         Err(error) => error.to_string(),
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! assert_eq!(total(&Down, vec![]).await, "later");
//! # let _ = |client| ByAgent { client, agent_id: String::new() };
//! # }
//! ```
//!
//! The crate has no such trait itself: one of all methods would make each fake implement what its
//! test doesn't need. Between the two is [`InProcess`](crate::InProcess), which answers requests
//! with literal replies.
//!
//! # From another language
//!
//! A program of five lines serves it over HTTP, to programs in any language:
//!
//! ```no_run
//! use nanonets_agents::simulator::Simulator;
//!
//! #[tokio::main]
//! async fn main() -> std::io::Result<()> {
//!     let simulator = Simulator::builder().port(8080).start().await?;
//!     println!("export NANONETS_BASE_URL={}", simulator.url());
//!     println!("export NANONETS_API_KEY={}", simulator.key());
//!     println!("export NANONETS_AGENT_ID={}", simulator.agent_id());
//!     std::future::pending().await
//! }
//! ```
//!
//! In a checkout, `cargo run --example simulator -- --port 8080` does the same, and prints a `curl`
//! to try.
//!
//! # Run it
//!
//! `cargo run --example testing`
//!
//! ```no_run
#![doc = include_str!("../../examples/testing.rs")]
//! ```
