//! The agents of a simulator, as a test describes them.

use std::{fmt, sync::Arc};

use super::{script::Script, wire::run::ReceivedRun};

/// An agent of a simulator: its name, what it does with tasks, and how many it works on at once.
///
/// By default it is named `Echo`, answers with what it received, and has no limit.
///
/// ```
/// use std::time::Duration;
/// use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
///
/// let agent = AgentSpec::new("Invoices")
///     .concurrency(2)
///     .script_for(|run| match run.files.len() {
///         0 => Script::empty().fail("There is no file."),
///         count => Script::empty()
///             .running(Duration::from_secs(5))
///             .complete(serde_json::json!({ "invoices": count })),
///     });
/// let simulator = Simulator::builder().agent(agent).build();
/// # drop(simulator);
/// ```
#[derive(Clone)]
pub struct AgentSpec {
    pub(super) name: String,
    pub(super) concurrency: Option<usize>,
    pub(super) script: ChooseScript,
}

type ChooseScript = Arc<dyn Fn(&ReceivedRun) -> Script + Send + Sync>;

impl Default for AgentSpec {
    fn default() -> Self {
        Self::new("Echo")
    }
}

impl AgentSpec {
    /// Creates an agent of this name that answers with what it received.
    ///
    /// ```
    /// use nanonets_agents::simulator::{AgentSpec, Simulator};
    ///
    /// let simulator = Simulator::builder().agent(AgentSpec::new("Invoices")).build();
    /// # drop(simulator);
    /// ```
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            concurrency: None,
            script: Arc::new(|_| Script::default()),
        }
    }

    /// Sets the script that the agent follows with every task; [`Script::default`] by default.
    ///
    /// ```
    /// use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
    ///
    /// let failing = Script::empty().fail("The file is damaged.");
    /// let agent = AgentSpec::new("Failing").script(failing);
    /// let simulator = Simulator::builder().agent(agent).build();
    /// # drop(simulator);
    /// ```
    pub fn script(self, script: Script) -> Self {
        self.script_for(move |_| script.clone())
    }

    /// Sets a function that chooses the script of each task by what the run sent.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::{AgentSpec, Script, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let agent = AgentSpec::new("Clerk").script_for(|run| match run.text().as_deref() {
    ///     Some("Pay it.") => Script::empty().review(),
    ///     _ => Script::empty().complete("done"),
    /// });
    /// let simulator = Simulator::builder().agent(agent).build();
    /// let client = simulator.in_process_client()?;
    ///
    /// client.run(simulator.agent_id()).query("Pay it.").start().await?;
    /// assert_eq!(simulator.tasks()[0].status, "awaiting_review");
    /// # Ok(())
    /// # }
    /// ```
    pub fn script_for(
        mut self,
        choose: impl Fn(&ReceivedRun) -> Script + Send + Sync + 'static,
    ) -> Self {
        self.script = Arc::new(choose);
        self
    }

    /// Sets how many tasks the agent works on at once, while the others are `queued`; there is no
    /// limit by default.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::{AgentSpec, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let one_by_one = AgentSpec::new("One by one").concurrency(1);
    /// let simulator = Simulator::builder().agent(one_by_one).build();
    /// let client = simulator.in_process_client()?;
    /// for query in ["first", "second"] {
    ///     client.run(simulator.agent_id()).query(query).start().await?;
    /// }
    /// assert_eq!(simulator.tasks()[1].status, "queued");
    /// # Ok(())
    /// # }
    /// ```
    pub fn concurrency(mut self, tasks: usize) -> Self {
        self.concurrency = Some(tasks);
        self
    }
}

impl fmt::Debug for AgentSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentSpec")
            .field("name", &self.name)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}
