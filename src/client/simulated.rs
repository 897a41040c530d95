//! Clients of a simulator.

use crate::{Client, error::Error, simulator::Simulator};

impl Simulator {
    /// Makes a client that talks to the simulator over HTTP.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where no HTTP client can be
    /// made.
    pub fn client(&self) -> Result<Client, Error> {
        Client::builder()
            .api_key(self.key())
            .base_url(self.url())
            .build()
    }

    /// Makes a client that talks to the simulator without sockets, which works under tokio's paused
    /// time.
    ///
    /// # Errors
    ///
    /// Those of [`client`](Self::client).
    pub fn in_process_client(&self) -> Result<Client, Error> {
        Client::builder()
            .api_key(self.key())
            .in_process(self.service())
            .build()
    }
}
