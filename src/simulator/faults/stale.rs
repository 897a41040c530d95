//! Faults of replicas: what they show is some time old.

use std::time::Duration;

use super::{
    Fault,
    kind::{Kind, StaleFault},
};

/// Replicas that lag behind.
impl Fault {
    /// Lists tasks as they were some time ago: each time a random one, up to this long.
    ///
    /// It hits `list_tasks` only.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let fault = Fault::stale_list(Duration::from_secs(3));
    /// let simulator = Simulator::builder().fault(fault).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// client.run(simulator.agent_id()).query("How many?").start().await?;
    /// assert_eq!(client.list_tasks().send().await?.data.len(), 0);
    ///
    /// // After this long the task is listed in any case.
    /// tokio::time::sleep(Duration::from_secs(3)).await;
    /// assert_eq!(client.list_tasks().send().await?.data.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn stale_list(longest: Duration) -> Self {
        Self::new(Kind::Stale(StaleFault::List(longest)))
    }

    /// Leaves out the newest messages of a task, those of some time: each time a random one, up to
    /// this long. It is independent of what a list of tasks shows.
    ///
    /// It hits `list_task_messages` only.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let fault = Fault::stale_messages(Duration::from_secs(3));
    /// let simulator = Simulator::builder().fault(fault).build();
    /// let client = simulator.in_process_client()?;
    /// let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    /// assert_eq!(started.handle().fetch_messages().await?.len(), 0);
    ///
    /// // After this long the message is listed in any case.
    /// tokio::time::sleep(Duration::from_secs(3)).await;
    /// assert_eq!(started.handle().fetch_messages().await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn stale_messages(longest: Duration) -> Self {
        Self::new(Kind::Stale(StaleFault::Messages(longest)))
    }

    /// Shows the status that a task had some time ago: each time a random one, up to this long.
    /// From one request to the next, the status may run backwards.
    ///
    /// It hits `get_task` only. Before a task was created, it shows the task's first status.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().build();
    /// let client = simulator.in_process_client()?;
    /// let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    /// started.wait().await?;
    ///
    /// simulator.inject(Fault::stale_task(Duration::from_secs(60)).times(1));
    /// assert_ne!(started.handle().fetch().await?.status.to_string(), "completed");
    /// assert_eq!(started.handle().fetch().await?.status.to_string(), "completed");
    /// # Ok(())
    /// # }
    /// ```
    pub fn stale_task(longest: Duration) -> Self {
        Self::new(Kind::Stale(StaleFault::Task(longest)))
    }
}
