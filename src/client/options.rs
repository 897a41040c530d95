//! Clients with other options.

use crate::{Client, Options, error::Error, sealed::Sealed};

/// Gives some calls other options than the rest.
///
/// The trait is sealed: only this crate implements it.
///
/// ```
/// use std::time::Duration;
/// use nanonets_agents::{Error, prelude::*};
///
/// # fn example(client: &Client) -> Result<(), Error> {
/// let background = client.with(|options| options.attempt_timeout(Duration::from_secs(120)))?;
/// # Ok(())
/// # }
/// ```
pub trait OptionsExt: Sealed + Sized {
    /// Returns a client with other options, which shares connections, retry budget, cooldown and
    /// all else with this one.
    ///
    /// The function changes the options that this client has.
    ///
    /// ```
    /// use nanonets_agents::{RetryPolicy, prelude::*};
    /// # use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().fault(Fault::status_before(503).times(2)).build();
    /// # let client = simulator.in_process_client()?;
    /// // The server answers 503 twice.
    /// let impatient = client.with(|options| options.retry(RetryPolicy::off()))?;
    /// assert!(impatient.list_agents().send().await.is_err());
    /// assert!(client.list_agents().send().await.is_ok());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where an option can't work,
    /// such as a deadline of zero.
    fn with(&self, change: impl FnOnce(Options) -> Options) -> Result<Self, Error>;
}

impl OptionsExt for Client {
    fn with(&self, change: impl FnOnce(Options) -> Options) -> Result<Self, Error> {
        let options = change(self.transport().options().clone());
        options.check()?;
        let mut client = self.clone();
        client.inner.transport = self.transport().with_options(options);
        Ok(client)
    }
}
