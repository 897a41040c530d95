//! Get the answer as a struct of your own.
//!
//! # A type
//!
//! Derive two traits on a struct: `Deserialize`, by which the answer is read, and `JsonSchema`, by
//! which the agent is told what you want. Doc comments become descriptions, which the agent reads:
//!
//! ```
//! use nanonets_agents::prelude::*;
//! # use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
//!
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! struct Invoice {
//!     /// As it is printed on the invoice.
//!     number: String,
//!     issued: chrono::NaiveDate,
//!     lines: Vec<Line>,
//!     /// With all taxes.
//!     total: f64,
//! }
//!
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! struct Line {
//!     text: String,
//!     price: f64,
//!     discount: Option<f64>,
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let script = Script::empty().complete(serde_json::json!({
//! #     "number": "A-17", "issued": "2026-05-12", "total": 180.0,
//! #     "lines": [{"text": "Chair", "price": 90.0}, {"text": "Chair", "price": 90.0}],
//! # }));
//! # let simulator = Simulator::builder().agent(AgentSpec::new("Invoices").script(script)).build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! let run = client.run(agent_id).query("Read the invoice.").file("examples/data/invoice.pdf");
//! let invoice = run.output::<Invoice>().await?;
//! println!("{} has {} lines", invoice.number, invoice.lines.len());
//! # assert_eq!(invoice.lines[1].price, 90.0);
//! # Ok(())
//! # }
//! ```
//!
//! Add `schemars` and `serde` to your dependencies: `schemars = "1"`, with the features of the
//! types that you use, such as `chrono04` or `rust_decimal1`.
//!
//! What comes back is an [`Answer`](crate::run::Answer), which derefs to your type; it has the task
//! beside it, and [`into_inner()`](crate::run::Answer::into_inner) is the value alone.
//!
//! # Wherever there is an answer
//!
//! | you have | write |
//! |---|---|
//! | a run | [`run.output::<Invoice>()`](crate::run::Run::output), which sends the schema |
//! | what it has started | [`started.output::<Invoice>()`](crate::run::Started::output), which waits first |
//! | the end of a wait, for one or many | [`finished.output::<Invoice>()`](crate::wait::Finished::output) |
//! | a task that has ended | [`client.task(id)`](crate::wait::WaitExt::task)[`.output::<Invoice>()`](crate::wait::TaskHandle::output) |
//! | a key | [`client.recorded(key)`](crate::run::RunExt::recorded), which gives what it has started |
//! | a summary | [`summary.output::<Invoice>()`](crate::types::TaskSummary::output), which sends nothing |
//!
//! Each takes one request beside the waiting. Where the run is started in one place and read in
//! another, send the schema with the run:
//!
//! ```
//! # use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
//! use nanonets_agents::{output::OutputSchema, prelude::*};
//!
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! struct Total {
//!     total: f64,
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let script = Script::empty().complete(serde_json::json!({"total": 180.0}));
//! # let simulator = Simulator::builder().agent(AgentSpec::new("Totals").script(script)).build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! let schema = OutputSchema::of::<Total>()?; // or `parse` of the text of a file
//! let started = client.run(agent_id).query("Total?").output_schema(schema).start().await?;
//! let total = started.output::<Total>().await?.total;
//! # assert_eq!(total, 180.0);
//! # Ok(())
//! # }
//! ```
//!
//! The answer of an agent is an object, and so must your type be: for a list, wrap it in a struct
//! with one field. A type that is none is refused before anything is sent.
//!
//! # When it doesn't fit
//!
//! Agents are no compilers. The error says where the answer doesn't fit and what stands there, and
//! nothing that was paid for is lost: it has the whole answer and the task.
//!
//! ```
//! # use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
//! use nanonets_agents::{prelude::*, run::RunError};
//!
//! # #[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
//! # struct Total {
//! #     total: f64,
//! # }
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let script = Script::empty().complete(serde_json::json!({"total": "180 EUR"}));
//! # let simulator = Simulator::builder().agent(AgentSpec::new("Totals").script(script)).build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! match client.run(agent_id).query("Total?").output::<Total>().await {
//!     Ok(answer) => println!("{}", answer.total),
//!     Err(RunError::Output { error, task, .. }) => {
//!         println!("{task}: at {:?}, found {:?}", error.path(), error.found());
//!         println!("to be read by a person: {:?}", error.answer());
//!     }
//!     Err(other) => return Err(other.into()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Where the agent answers in words instead, the error says that, too:
//! [`OutputError::Prose`](crate::output::OutputError::Prose). A task that has failed is
//! [`RunError::NotCompleted`](crate::run::RunError::NotCompleted), which says why.
//!
//! # As documents have it
//!
//! Documents write `1.234,50 €` and `12.05.2026`, and so do agents now and then. With the feature
//! `lenient`, [`output::lenient`](crate::output::lenient) reads such numbers and dates, and refuses
//! what can be read in two ways, unless you say which one is meant: `NumberWithComma` reads
//! `1.234 €` as 1234. They are for [`serde_with`](https://docs.rs/serde_with), with its feature
//! `schemars_1`, which has more of the kind:
//!
//! ```
//! use nanonets_agents::output::lenient;
//! use serde_with::{DefaultOnNull, OneOrMany, serde_as};
//!
//! #[serde_as]
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! struct Invoice {
//!     #[serde_as(as = "lenient::Number")]
//!     total: f64,
//!     #[serde_as(as = "lenient::Date")]
//!     issued: chrono::NaiveDate,
//!     #[serde(default)] // and nothing at all, too
//!     #[serde_as(as = "DefaultOnNull")]
//!     notes: Vec<String>, // null is an empty list
//!     #[serde_as(as = "OneOrMany<_>")]
//!     orders: Vec<String>, // one text is a list of one
//! }
//!
//! let answer = r#"{
//!     "total": "1.234,50 €",
//!     "issued": "31.12.2026",
//!     "notes": null,
//!     "orders": "B-1"
//! }"#;
//! let invoice: Invoice = serde_json::from_str(answer)?;
//! assert_eq!(invoice.total, 1234.5);
//! assert_eq!(invoice.issued.to_string(), "2026-12-31");
//! assert_eq!((invoice.notes.len(), invoice.orders.len()), (0, 1));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Run it
//!
//! `cargo run --example typed_answers`
//!
//! ```no_run
#![doc = include_str!("../../examples/typed_answers.rs")]
//! ```
