//! What a client is doing, in figures for a dashboard.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use crate::{Client, RetryReason, sealed::Sealed};

/// Tells what a client and its clones are doing.
///
/// The trait is sealed: only this crate implements it.
///
/// ```
/// use nanonets_agents::prelude::*;
///
/// fn is_throttled(client: &Client) -> bool {
///     client.snapshot().rate_limit.is_some()
/// }
/// ```
pub trait SnapshotExt: Sealed {
    /// Returns figures of this moment, and counts since the client was made, to be exported to
    /// Prometheus, OpenTelemetry or a log. All clones of a client have the same. Nothing is sent.
    ///
    /// ```
    /// use nanonets_agents::{RetryReason, prelude::*};
    /// # use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().fault(Fault::status_before(503).times(2)).build();
    /// # let client = simulator.in_process_client()?;
    /// // The server answers 503 twice.
    /// client.list_agents().send().await?;
    /// let snapshot = client.snapshot();
    /// for (operation, count) in &snapshot.requests {
    ///     println!(r#"nanonets_requests_total{{operation="{operation}"}} {count}"#);
    /// }
    /// assert_eq!(snapshot.requests["list_agents"], 3);
    /// assert_eq!(snapshot.retries[&RetryReason::ServerError], 2);
    /// # Ok(())
    /// # }
    /// ```
    fn snapshot(&self) -> Snapshot;
}

/// The figures of a client at one moment, from [`SnapshotExt::snapshot`].
///
/// ```
/// use nanonets_agents::Snapshot;
///
/// fn log(snapshot: &Snapshot) {
///     let requests: u64 = snapshot.requests.values().sum();
///     println!("{requests} requests, {} tasks waited for", snapshot.waiting_tasks);
///     println!("{}", serde_json::json!(snapshot)); // for an endpoint of your own
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Snapshot {
    /// How many requests were sent, by the id of their operation; each attempt is one.
    pub requests: BTreeMap<&'static str, u64>,
    /// How many of them were retries, by what had failed before.
    pub retries: BTreeMap<RetryReason, u64>,
    /// The share of the retry budget that is left, from 0 to 1. Where nothing is left, a call fails
    /// at its first failure.
    pub retry_budget: f64,
    /// How many requests a second are tried, where the server has throttled lately.
    pub rate_limit: Option<f64>,
    /// For how long no request is sent any more, since the server said so in `Retry-After`.
    pub held_back_for: Duration,
    /// How many tasks are waited for. A task counts once for each wait that is going on.
    pub waiting_tasks: usize,
    /// How many differences between replies and the spec were found; see [`drift`](crate::drift).
    #[cfg(feature = "drift")]
    pub drift: usize,
}

impl SnapshotExt for Client {
    fn snapshot(&self) -> Snapshot {
        let transport = self.transport();
        let counted = transport.counted();
        let pace = transport.pace();
        Snapshot {
            requests: counted.requests,
            retries: counted.retries,
            retry_budget: transport.budget_left(),
            rate_limit: pace.limit,
            held_back_for: pace.held_for,
            waiting_tasks: self.live_tasks().count(),
            #[cfg(feature = "drift")]
            drift: transport.drift().count(),
        }
    }
}
