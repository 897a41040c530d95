//! Call it without `async`, or through a proxy.
//!
//! # From sync code
//!
//! The crate needs tokio, and sync code can have one of its own. Ten lines make a client for a
//! program without `async`:
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use nanonets_agents::prelude::*;
//! use tokio::runtime::{Builder, Runtime};
//!
//! struct Agents {
//!     runtime: Runtime,
//!     client: Client,
//! }
//!
//! impl Agents {
//!     fn total(&self, agent_id: &str) -> Result<f64, Box<dyn std::error::Error>> {
//!         let run = self.client.run(agent_id).query("Total?");
//!         let answer = self.runtime.block_on(async { run.await })?;
//!         Ok(answer.structured().and_then(|answer| answer["total"].as_f64()).ok_or("no total")?)
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
//! # use nanonets_agents::simulator::{AgentSpec, Script};
//! # let script = Script::empty().complete(serde_json::json!({"total": 1.5}));
//! # let agent = AgentSpec::new("Totals").script(script);
//! # let simulator = Simulator::builder().agent(agent).build();
//! # let client = simulator.in_process_client()?;
//! # let agent_id = simulator.agent_id().to_string();
//! // `client` is `Client::from_env()?`.
//! let agents = Agents { runtime, client };
//! println!("{}", agents.total(&agent_id)?);
//! # Ok(())
//! # }
//! ```
//!
//! A run becomes a future when it is awaited, which is why it stands in an `async` block there.
//!
//! Make one runtime for the program, with a worker thread of its own: what goes on in the
//! background (connections, a task that is cancelled when its wait is dropped) goes on between two
//! calls then. Don't `block_on` inside of `async` code: tokio panics there, since it would stop
//! everything else on that thread.
//!
//! A stream is consumed one item at a time:
//!
//! ```
//! use futures_util::StreamExt;
//! use nanonets_agents::{Error, prelude::*, types::TaskListItem};
//! use tokio::runtime::Runtime;
//!
//! fn tasks<'a>(
//!     runtime: &'a Runtime,
//!     client: &Client,
//! ) -> impl Iterator<Item = Result<TaskListItem, Error>> + use<'a> {
//!     let mut items = client.list_tasks().items();
//!     std::iter::from_fn(move || runtime.block_on(items.next()))
//! }
//! # let _ = tasks;
//! ```
//!
//! # Through a proxy
//!
//! Where nothing is set, the environment names the proxy: `HTTPS_PROXY`, `ALL_PROXY` and
//! `NO_PROXY`. A company's proxy often has a password, and reads the traffic with a certificate of
//! its own:
//!
//! ```no_run
//! use std::time::Duration;
//! use nanonets_agents::{ClientBuilder, prelude::*};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let client = ClientBuilder::from_env()?
//!     .proxy("http://me:secret@proxy.internal:3128") // shown in no log and no error
//!     .root_certificate(std::fs::read("/etc/ssl/company.pem")?)
//!     .extra_header("x-cost-centre", "4711")
//!     .connect_timeout(Duration::from_secs(20))
//!     .attempt_timeout(Duration::from_secs(120))
//!     .build()?;
//! # Ok(())
//! # }
//! ```
//!
//! | what happens | setting |
//! |---|---|
//! | an error that names `root_certificate` | [`root_certificate`](crate::ClientBuilder::root_certificate), with the text of a PEM file |
//! | an error that names the proxy's password | [`proxy`](crate::ClientBuilder::proxy), with user name and password, percent-encoded |
//! | a proxy that is named by the environment and mustn't be used | [`no_proxy`](crate::ClientBuilder::no_proxy) |
//! | the proxy scans uploads before it passes them on | a longer [`attempt_timeout`](crate::ClientBuilder::attempt_timeout) |
//! | a gateway of one's own in front of the API | [`base_url`](crate::ClientBuilder::base_url), with its path |
//! | `no connection`, and nothing more | the cause is a source of the error: `{error:#}` of `anyhow` shows it |
//!
//! The first two are of the kind `Configuration` and aren't tried again, since a proxy may lock an
//! account after some wrong passwords.
//!
//! What is left, such as a client certificate, is set on a [`reqwest::Client`](crate::reqwest) of
//! your own, which [`http_client`](crate::ClientBuilder::http_client) takes. It is one of reqwest
//! 0.13, which the crate re-exports, so that you can't get another version by mistake.
//!
//! A program that uses rustls itself, with another provider of cryptography than `aws-lc-rs`, has
//! two of them, and names its own wherever it makes a configuration. With the feature `native-tls`,
//! TLS is that of the platform. `rustls`, the default, trusts the certificates of the platform as
//! well.
//!
//! # Run it
//!
//! `cargo run --example networks`
//!
//! ```no_run
#![doc = include_str!("../../examples/networks.rs")]
//! ```
