//! What a client has found in its replies.

use crate::{Client, drift::Drift, sealed::Sealed};

/// Tells where the replies to a client differ from the spec.
///
/// The trait is sealed: only this crate implements it.
///
/// ```
/// use nanonets_agents::{drift::DriftExt, prelude::*};
///
/// fn differs(client: &Client) -> bool {
///     !client.drift().entries.is_empty()
/// }
/// ```
pub trait DriftExt: Sealed {
    /// Returns what was found so far, by this client and all its clones. Nothing is sent.
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    /// # use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// # let body = r#"{"data": [], "total": 0}"#;
    /// # simulator.inject(Fault::reply(200, "application/json", body));
    /// // The reply has a field `total`, which the spec doesn't name.
    /// client.list_agents().send().await?;
    /// let drift = client.drift();
    /// assert_eq!(
    ///     drift.entries[0].to_string(),
    ///     "list_agents 2XX total: unknown field, integer (1 of 1)"
    /// );
    /// # Ok(())
    /// # }
    /// ```
    fn drift(&self) -> Drift;
}

impl DriftExt for Client {
    fn drift(&self) -> Drift {
        self.transport().drift().read()
    }
}
