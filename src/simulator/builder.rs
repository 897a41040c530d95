//! How a simulator is configured and made.

use std::{io, sync::Arc};

use super::{
    Simulator, agent_spec::AgentSpec, faults::Fault, history::PastTask, http::Server, world::World,
};

const DEFAULT_KEY: &str = "simulator-key";

/// How a simulator behaves. From [`Simulator::builder`].
///
/// ```
/// use std::time::Duration;
/// use nanonets_agents::simulator::{AgentSpec, Fault, Script, Simulator};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let slow = Script::empty().running(Duration::from_secs(60));
/// let simulator = Simulator::builder()
///     .key("test-key")
///     .agent(AgentSpec::new("Slow").script(slow))
///     .fault(Fault::status_before(503).chance(0.1))
///     .start()
///     .await?;
///
/// assert!(simulator.url().starts_with("http://127.0.0.1:"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct SimulatorBuilder {
    key: Option<String>,
    port: u16,
    seed: u64,
    clock_skew_seconds: i64,
    agent: AgentSpec,
    faults: Vec<Fault>,
    kept_requests: Option<usize>,
    history: Vec<PastTask>,
}

impl SimulatorBuilder {
    /// Accepts this API key; `simulator-key` by default.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Listens on this port once it is [started](Self::start); on a free one by default.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Seeds the random numbers, 0 by default: ids and the chances of faults are the same for the
    /// same seed and requests.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets its clock so many seconds ahead of this machine's, or behind; 0 by default.
    pub fn clock_skew(mut self, seconds: i64) -> Self {
        self.clock_skew_seconds = seconds;
        self
    }

    /// Has this agent from the beginning; by default one that answers with what it received.
    pub fn agent(mut self, agent: AgentSpec) -> Self {
        self.agent = agent;
        self
    }

    /// Remembers so many requests, the newest ones; all by default. All of them are
    /// [counted](Simulator::count).
    pub fn keep_requests(mut self, requests: usize) -> Self {
        self.kept_requests = Some(requests);
        self
    }

    /// Adds tasks of its first agent that have ended before it begins, in any order.
    pub fn history(mut self, tasks: impl IntoIterator<Item = PastTask>) -> Self {
        self.history.extend(tasks);
        self
    }

    /// Adds a fault; see also [`Simulator::inject`].
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Makes a simulator without a port, for [`in_process_client`](Simulator::in_process_client).
    ///
    /// # Panics
    ///
    /// If a setting can't work, with a message that says which and why: a fault that is narrowed to
    /// an operation that doesn't exist or that it can't hit, a chance that isn't from 0 to 1, a
    /// status or header that can't be sent, a past task that hasn't ended.
    #[track_caller]
    pub fn build(self) -> Simulator {
        match self.without_port() {
            Ok(simulator) => simulator,
            Err(message) => panic!("{message}"),
        }
    }

    /// Makes a simulator that listens on loopback.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if a setting can't work, as for
    /// [`build`](Self::build); otherwise the error of listening on the port.
    pub async fn start(self) -> io::Result<Simulator> {
        let port = self.port;
        let mut simulator = self
            .without_port()
            .map_err(|message| io::Error::new(io::ErrorKind::InvalidInput, message))?;
        simulator.server = Some(Server::start(simulator.service(), port).await?);
        Ok(simulator)
    }

    fn without_port(self) -> Result<Simulator, String> {
        self.faults.iter().try_for_each(Fault::check)?;
        self.history.iter().try_for_each(PastTask::check)?;
        let key = self.key.unwrap_or_else(|| DEFAULT_KEY.to_owned());
        let world = Arc::new(World::new(
            self.seed,
            self.clock_skew_seconds,
            self.kept_requests.unwrap_or(usize::MAX),
        ));
        for fault in self.faults {
            world.faults.add(fault);
        }
        let agent_id = {
            let (mut state, now) = world.now();
            state.add_workspace(&key);
            let agent_id = state.add_agent(&key, self.agent, now);
            state.add_history(agent_id, self.history, now);
            agent_id
        };
        Ok(Simulator {
            world,
            key,
            agent_id,
            server: None,
        })
    }
}
