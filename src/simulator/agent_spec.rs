//! What an agent is to do.

use std::{fmt, sync::Arc};

use super::{script::Script, wire::run::ReceivedRun};

/// An agent to be simulated: its name, what it does with tasks, and how many it works on at once.
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
    /// Makes an agent of this name that answers with what it received.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            concurrency: None,
            script: Arc::new(|_| Script::default()),
        }
    }

    /// Follows this script with every task; [`Script::default`] by default.
    pub fn script(self, script: Script) -> Self {
        self.script_for(move |_| script.clone())
    }

    /// Follows a script that depends on what the run sent.
    pub fn script_for(
        mut self,
        choose: impl Fn(&ReceivedRun) -> Script + Send + Sync + 'static,
    ) -> Self {
        self.script = Arc::new(choose);
        self
    }

    /// Works on so many tasks at once, the others being `queued`; without a limit by default.
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
