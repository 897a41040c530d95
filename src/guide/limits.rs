//! Share the rate limit of the workspace.
//!
//! The limit belongs to the workspace: all keys, programs and people in it share one. The API
//! doesn't say how high it is. It answers 429 where it is used up, and may say in `Retry-After` how
//! long to wait.
//!
//! # What the crate does
//!
//! All clones of a client share a *cooldown*. One 429 slows all of them, so that a burst doesn't
//! keep hitting the limit; then they speed up again until they find it. Calls wait for their turn
//! in order of arrival. A 429 costs none of a call's five attempts while the server answers other
//! calls, so that a burst of thousands into an unknown limit succeeds: it only takes its time.
//!
#![doc = include_str!("../../docs/limits.svg")]
//!
//! Measured against token buckets and windows of 5 to 1,000 requests a second, whose replies take
//! up to 0.5 s: 90 to 98 % of the limit is used, at most 2.3 % of the requests are refused, and no
//! call fails. Before the first 429, nothing is held back.
//!
//! Therefore share one client, and clone it. Two clients in one process know nothing of each other.
//!
//! # Bursts
//!
//! Start as many runs as you like; you needn't limit how many are sent at once:
//!
//! ```
//! # use nanonets_agents::simulator::Simulator;
//! use futures_util::future::try_join_all;
//! use nanonets_agents::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! # simulator.limit_rate(Some(20));
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! // The workspace may make 20 requests a second.
//! let runs = (1..=200).map(|page| {
//!     let run = client.run(agent_id).query(format!("Read page {page}."));
//!     run.start()
//! });
//! let started = try_join_all(runs).await?;
//! assert_eq!(started.len(), 200);
//! # Ok(())
//! # }
//! ```
//!
//! A run with files opens them only when its turn has come.
//!
//! # Retries
//!
//! Other failures are bounded by attempts and by a *retry budget*. A call makes up to five
//! attempts, with delays of up to 1, 2, 5 and 10 s. Each retry takes something from a budget that
//! all clones share, and each success brings a little back: in an outage, five attempts a call
//! would be five times the load on a server that is down already, and the budget stops that.
//!
//! ```
//! use std::time::Duration;
//! use nanonets_agents::{Error, RetryPolicy, prelude::*};
//!
//! # fn example(client: Client) -> Result<(), Error> {
//! // For a page that a person waits for: one attempt, and not for long.
//! let impatient = client.with(|options| {
//!     options.retry(RetryPolicy::off()).deadline(Duration::from_secs(3))
//! })?;
//! // For a job at night.
//! let patient = client.with(|options| options.retry(RetryPolicy::default().with_attempts(10)))?;
//! # Ok(())
//! # }
//! ```
//!
//! [`with`](crate::OptionsExt::with) gives a client with other options that shares all else with
//! this one. [`defaults`](crate::defaults) has every number.
//!
//! # Seeing it
//!
//! [`snapshot()`](crate::SnapshotExt::snapshot) says how many requests a second are tried, for how
//! long all are held back, and what is left of the budget; see [watching](super::watching).
//!
//! # Run it
//!
//! `cargo run --example limits`
//!
//! ```no_run
#![doc = include_str!("../../examples/limits.rs")]
//! ```
