//! How a client is made, and the state that its clones share.

use crate::{api::Client, error::Error};

mod builder;
#[cfg(feature = "drift")]
mod drift;
mod network;
mod options;
mod shared;
#[cfg(feature = "simulator")]
mod simulated;
mod snapshot;
mod validate;

pub use builder::ClientBuilder;
#[cfg(feature = "drift")]
pub use drift::DriftExt;
pub use options::OptionsExt;
pub use shared::Shared;
pub use snapshot::{Snapshot, SnapshotExt};

impl Client {
    /// Returns the settings of a client; the API key is the only one without a default.
    ///
    /// ```
    /// use nanonets_agents::{Client, Error};
    ///
    /// let client = Client::builder().api_key("key-from-the-dashboard").build()?;
    /// # Ok::<(), Error>(())
    /// ```
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Creates a client from the environment: `NANONETS_API_KEY`, and `NANONETS_BASE_URL` where it
    /// is set.
    ///
    /// ```no_run
    /// let client = nanonets_agents::Client::from_env()?;
    /// # Ok::<(), nanonets_agents::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where the key isn't set, which
    /// exporting it solves, or where one of the two can't work, such as a key with a line break.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }
}
