//! Faults that are none: other programs and persons use the same workspace.

use super::{
    Fault,
    kind::{Kind, OthersFault},
};

/// Other programs and persons, who act at the same time as a request. They do so whatever becomes
/// of the request: also where another fault hits it, and it is carried out late or not at all.
/// Where it is refused for its key or its form, they don't act.
impl Fault {
    /// Lets another program start the same run when a run arrives: of the same agent, with the same
    /// query, wanted output and files. If the run is carried out, its task is the second one.
    ///
    /// A line of the query that reads `[run …]`, with 32 hexadecimal digits, belongs to the program
    /// that sent it: the other program's query is without it. Its task
    /// [is foreign](crate::simulator::SimulatedTask::is_foreign). It hits `run_agent` only.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::lookalike()).build();
    /// let client = simulator.in_process_client()?;
    /// let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    ///
    /// let tasks = simulator.tasks();
    /// assert_eq!(tasks[0].run.text(), tasks[1].run.text());
    /// assert!(tasks[0].is_foreign);
    /// assert_eq!(tasks[1].id, *started.task_id().as_uuid());
    /// # Ok(())
    /// # }
    /// ```
    pub fn lookalike() -> Self {
        Self::new(Kind::Others(OthersFault::Lookalike))
    }

    /// Lets another program start the same run after a run was carried out, late runs included; at
    /// once where it isn't carried out. Otherwise it is as [`lookalike`](Self::lookalike).
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::lookalike_after()).build();
    /// let client = simulator.in_process_client()?;
    /// client.run(simulator.agent_id()).query("How many?").start().await?;
    ///
    /// let foreign: Vec<bool> = simulator.tasks().iter().map(|task| task.is_foreign).collect();
    /// assert_eq!(foreign, [false, true]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn lookalike_after() -> Self {
        Self::new(Kind::Others(OthersFault::LookalikeAfter))
    }

    /// Lets another person answer the task that a request names, if it asks a question, when the
    /// request arrives. It hits the operations of one task, such as `send_task_message`.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::{AgentSpec, Fault, Script, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let asking = Script::empty().ask("Which currency?").complete("done");
    /// let simulator = Simulator::builder().agent(AgentSpec::new("Asking").script(asking)).build();
    /// let client = simulator.in_process_client()?;
    /// let started = client.run(simulator.agent_id()).query("How much?").start().await?;
    ///
    /// simulator.inject(Fault::answered_by_another("EUR").on("send_task_message"));
    /// started.handle().send_message("USD").await?;
    ///
    /// let messages = &simulator.tasks()[0].messages;
    /// let texts: Vec<&str> = messages.iter().map(|message| message.text.as_str()).collect();
    /// assert_eq!(texts[1..], ["Which currency?", "EUR", "USD"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn answered_by_another(text: impl Into<String>) -> Self {
        Self::new(Kind::Others(OthersFault::Answer(text.into())))
    }

    /// Lets another person stop the task that a request names, unless it has ended, when the
    /// request arrives. It hits the operations of one task, such as `get_task`.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::{AgentSpec, Fault, Script, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let asking = Script::empty().ask("Which currency?").complete("done");
    /// let simulator = Simulator::builder().agent(AgentSpec::new("Asking").script(asking)).build();
    /// let client = simulator.in_process_client()?;
    /// let started = client.run(simulator.agent_id()).query("How much?").start().await?;
    ///
    /// simulator.inject(Fault::cancelled_by_another().on("send_task_message"));
    /// let error = started.handle().send_message("EUR").await.unwrap_err();
    /// assert_eq!(error.status().expect("a reply"), 409);
    /// assert_eq!(simulator.tasks()[0].status, "stopped");
    /// # Ok(())
    /// # }
    /// ```
    pub fn cancelled_by_another() -> Self {
        Self::new(Kind::Others(OthersFault::Cancel))
    }
}
