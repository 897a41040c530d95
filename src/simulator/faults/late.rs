//! Faults of queues: a request without a real reply is carried out later.

use std::time::Duration;

use super::{
    Fault,
    kind::{Kind, LateFault},
};

/// Requests that are carried out late: the body is read at once, and the effect comes this long
/// after, whether or not the caller still listens. It is the hardest case for a caller: when it
/// looks for the effect, there is none yet.
///
/// They hit the operations that change something, such as `run_agent`, `send_task_message` and
/// `cancel_task`. A request that is refused has no effect later either.
impl Fault {
    /// Closes the connection without a reply, and carries the request out this long after.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{prelude::*, run::ReconcilePolicy, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let fault = Fault::late_after_reset(Duration::from_secs(20)).on("run_agent").times(1);
    /// let simulator = Simulator::builder().fault(fault).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// let run = client.run(simulator.agent_id()).query("How many?");
    /// run.reconcile(ReconcilePolicy::off()).start().await.unwrap_err();
    /// assert_eq!(simulator.tasks().len(), 0);
    ///
    /// tokio::time::sleep(Duration::from_secs(60)).await;
    /// assert_eq!(simulator.tasks().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn late_after_reset(delay: Duration) -> Self {
        Self::new(Kind::Late(LateFault::Reset(delay)))
    }

    /// Never replies, which the caller ends by its timeout, and carries the request out this long
    /// after it came.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{prelude::*, run::ReconcilePolicy, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let fault = Fault::late_after_silence(Duration::from_secs(60)).on("run_agent").times(1);
    /// let simulator = Simulator::builder().fault(fault).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// let run = client.run(simulator.agent_id()).query("How many?");
    /// run.reconcile(ReconcilePolicy::off()).start().await.unwrap_err();
    /// // The attempt has timed out after its 30 s.
    /// assert_eq!(simulator.tasks().len(), 0);
    ///
    /// tokio::time::sleep(Duration::from_secs(60)).await;
    /// assert_eq!(simulator.tasks().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn late_after_silence(delay: Duration) -> Self {
        Self::new(Kind::Late(LateFault::Silence(delay)))
    }

    /// Replies with a status such as 504, from 200 to 999, and carries the request out this long
    /// after.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{prelude::*, run::ReconcilePolicy, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let fault = Fault::late_after_status(504, Duration::from_secs(20)).on("run_agent").times(1);
    /// let simulator = Simulator::builder().fault(fault).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// let run = client.run(simulator.agent_id()).query("How many?");
    /// run.reconcile(ReconcilePolicy::off()).start().await.unwrap_err();
    /// assert_eq!(simulator.tasks().len(), 0);
    ///
    /// tokio::time::sleep(Duration::from_secs(60)).await;
    /// assert_eq!(simulator.tasks().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn late_after_status(status: u16, delay: Duration) -> Self {
        Self::new(Kind::Late(LateFault::Status(status, delay)))
    }
}
