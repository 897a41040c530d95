//! Faults of the reply to a run.

use serde_json::Value;

use super::{
    Fault,
    kind::{Kind, ReceiptFault},
};

/// The reply to a run: most fields of it are in no example of the documentation. These faults hit
/// `run_agent` only.
impl Fault {
    /// Leaves this field out: `task_id`, `agent_id`, `status`, `message` or `created_at`. The
    /// simulator refuses any other.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let fault = Fault::receipt_without("created_at");
    /// let simulator = Simulator::builder().fault(fault).build();
    /// let client = simulator.in_process_client()?;
    /// client.run(simulator.agent_id()).query("How many?").start().await?;
    /// assert_eq!(simulator.count("run_agent"), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn receipt_without(field: impl Into<String>) -> Self {
        Self::new(Kind::Receipt(ReceiptFault::Without(field.into())))
    }

    /// Gives this field this value, which may be one that the documentation doesn't know, such as
    /// another status, or a time without an offset.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let fault = Fault::receipt_with("status", "unheard_of");
    /// let simulator = Simulator::builder().fault(fault).build();
    /// let client = simulator.in_process_client()?;
    /// client.run(simulator.agent_id()).query("How many?").start().await?;
    /// assert_eq!(simulator.count("run_agent"), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn receipt_with(field: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::new(Kind::Receipt(ReceiptFault::With(
            field.into(),
            value.into(),
        )))
    }
}
