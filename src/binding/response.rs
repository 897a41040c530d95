//! The answer of a raw call.

use std::ops::{Deref, DerefMut};

use http::{HeaderMap, StatusCode};

use crate::metadata::Metadata;

/// The decoded answer of a raw call, with what it came with: see [`Metadata`].
///
/// It dereferences to the answer:
///
/// ```
/// # use nanonets_agents::simulator::Simulator;
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = Simulator::builder().build().in_process_client()?;
/// let response = client.list_agents().send().await?;
/// assert_eq!(response.data.len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Response<T> {
    value: T,
    metadata: Metadata,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, metadata: Metadata) -> Self {
        Self { value, metadata }
    }

    /// Returns the answer alone.
    ///
    /// ```
    /// # use nanonets_agents::simulator::Simulator;
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = Simulator::builder().build().in_process_client()?;
    /// let agents = client.list_agents().send().await?.into_inner().data;
    /// assert_eq!(agents.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Returns the answer, and what came back beside it.
    ///
    /// ```
    /// # use nanonets_agents::simulator::Simulator;
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = Simulator::builder().build().in_process_client()?;
    /// let (agents, metadata) = client.list_agents().send().await?.into_parts();
    /// assert_eq!((agents.data.len(), metadata.attempts()), (1, 1));
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_parts(self) -> (T, Metadata) {
        (self.value, self.metadata)
    }

    /// Returns what came back beside the answer, and what the call took.
    ///
    /// ```
    /// # use nanonets_agents::simulator::Simulator;
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = Simulator::builder().build().in_process_client()?;
    /// let response = client.list_agents().send().await?;
    /// println!("{:?} for {} agents", response.metadata().elapsed(), response.data.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Returns the status of the answer, which is a success.
    ///
    /// ```
    /// # use nanonets_agents::simulator::Simulator;
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = Simulator::builder().build().in_process_client()?;
    /// let response = client.list_agents().send().await?;
    /// assert_eq!(response.status(), 200);
    /// # Ok(())
    /// # }
    /// ```
    pub fn status(&self) -> StatusCode {
        self.metadata.status()
    }

    /// Returns the headers of the answer.
    ///
    /// ```
    /// # use nanonets_agents::simulator::Simulator;
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = Simulator::builder().build().in_process_client()?;
    /// let response = client.list_agents().send().await?;
    /// assert_eq!(response.headers()["content-type"], "application/json");
    /// # Ok(())
    /// # }
    /// ```
    pub fn headers(&self) -> &HeaderMap {
        self.metadata.headers()
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}
