//! Other options for some calls.

use crate::{Client, Options, error::Error, sealed::Sealed};

/// Options for some calls, on the client.
pub trait OptionsExt: Sealed + Sized {
    /// Returns the same client with other options. It shares connections, retry budget, cooldown
    /// and all else that the client remembers.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{RetryPolicy, prelude::*};
    ///
    /// # fn example(client: Client) -> Result<(), nanonets_agents::Error> {
    /// let impatient = client.with(|options| {
    ///     options.retry(RetryPolicy::off()).attempt_timeout(Duration::from_secs(5))
    /// })?;
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
