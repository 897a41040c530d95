//! Have logs, traces and figures.
//!
//! # Logs
//!
//! The crate tells what it does by [`tracing`](https://docs.rs/tracing), with the target
//! `nanonets_agents`. What matters in production is at `INFO` and above: retries, what is held
//! back, runs without a clear answer, twins, waits that fail. Nothing of bodies, queries or keys is
//! in it.
//!
//! ```sh
//! RUST_LOG=nanonets_agents=info   # what is unusual
//! RUST_LOG=nanonets_agents=debug  # each call, wait and question too
//! ```
//!
//! Calls are *spans*, which a subscriber shows when they close:
//!
//! ```
//! use tracing_subscriber::fmt::format::FmtSpan;
//!
//! tracing_subscriber::fmt()
//!     .with_max_level(tracing::Level::DEBUG)
//!     .with_span_events(FmtSpan::CLOSE)
//!     .init();
//! ```
//!
//! ```text
//! DEBUG nanonets_agents.run{agent_id=5ac5…}:nanonets_agents.call{operation="run_agent"
//! attempts=2 status=201}: close time.busy=1.2ms time.idle=1.3s
//! ```
//!
//! [`observability`](crate::observability) lists all spans, events and fields.
//!
//! # Traces
//!
//! The spans nest under yours, so that with `tracing-opentelemetry` they are parts of your traces.
//! To have a trace go on at the server, add the context of the current span to each call:
//!
//! ```
//! use nanonets_agents::{Error, http::HeaderMap, prelude::*};
//!
//! # fn example(client: Client, inject: fn(&mut HeaderMap)) -> Result<(), Error> {
//! // `inject` with OpenTelemetry:
//! // let context = Span::current().context();
//! // get_text_map_propagator(|p| p.inject_context(&context, &mut HeaderInjector(headers)));
//! let traced = client.with(|options| options.propagate(move |headers| inject(headers)))?;
//! # Ok(())
//! # }
//! ```
//!
//! # Figures
//!
//! [`snapshot()`](crate::SnapshotExt::snapshot) has the counts since the client was made, and how
//! it is now: all clones have the same. Read it when your endpoint for metrics is asked:
//!
//! ```
//! # use nanonets_agents::simulator::{Fault, Simulator};
//! use nanonets_agents::{RetryReason, prelude::*};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().fault(Fault::status_before(503).times(2)).build();
//! # let client = simulator.in_process_client()?;
//! client.list_agents().send().await?; // the server answers 503 twice
//! let figures = client.snapshot();
//! assert_eq!(figures.requests["list_agents"], 3);
//! assert_eq!(figures.retries[&RetryReason::ServerError], 2);
//! # Ok(())
//! # }
//! ```
//!
//! | figure | watch for |
//! |---|---|
//! | `requests` by operation, `retries` by reason | a share of retries that grows |
//! | `retry_budget` | less than 1 for long: the service fails more often than it is retried for |
//! | `rate_limit`, `held_back_for` | the limit of the workspace is what you wait for |
//! | `waiting_tasks` | tasks that pile up |
//!
//! What becomes of runs without a clear answer is no figure but an event each: `unclear`, `found`,
//! `sending again`, `twin`. A subscriber counts them by their names.
//!
//! [`on_call`](crate::ClientBuilder::on_call) calls a function at the end of each call, with its
//! operation, its duration, its attempts and the kind of its error: what a histogram needs.
//! [`on_retry`](crate::ClientBuilder::on_retry) calls one before each further attempt. The example
//! `metrics` exports all of this to Prometheus and OpenTelemetry.
//!
//! The feature `drift` tells where real replies differ from the spec.
//!
//! # Run it
//!
//! `cargo run --example watching`
//!
//! ```no_run
#![doc = include_str!("../../examples/watching.rs")]
//! ```
