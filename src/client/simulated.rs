//! Clients of a simulator.

use crate::{Client, error::Error, simulator::Simulator};

impl Simulator {
    /// Creates a client that talks to the simulator over HTTP.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().start().await?;
    /// let client = simulator.client()?;
    /// client.run(simulator.agent_id()).query("How many?").start().await?;
    /// assert_eq!(simulator.count("run_agent"), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where the simulator was
    /// [built](crate::simulator::SimulatorBuilder::build) without a port, or no HTTP client can be
    /// created.
    pub fn client(&self) -> Result<Client, Error> {
        Client::builder()
            .api_key(self.key())
            .base_url(self.url())
            .build()
    }

    /// Creates a client that talks to the simulator without sockets, which works under tokio's
    /// paused time: hours pass at once.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{prelude::*, simulator::{AgentSpec, Script, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let slow = Script::empty().running(Duration::from_secs(20 * 60)).complete("done");
    /// let simulator = Simulator::builder().agent(AgentSpec::new("Slow").script(slow)).build();
    /// let client = simulator.in_process_client()?;
    /// client.run(simulator.agent_id()).query("How many?").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where no HTTP client can be
    /// created.
    pub fn in_process_client(&self) -> Result<Client, Error> {
        Client::builder()
            .api_key(self.key())
            .in_process(self.service())
            .build()
    }
}
