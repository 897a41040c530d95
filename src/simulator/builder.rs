//! The settings of a simulator, and how it is made from them.

use std::{io, sync::Arc};

use super::{
    Simulator,
    agent_spec::AgentSpec,
    faults::{Fault, kind::check_date_off},
    history::PastTask,
    http::Server,
    world::World,
};

const DEFAULT_KEY: &str = "simulator-key";

/// The settings of a simulator, from [`Simulator::builder`].
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
    date_skew_seconds: i64,
    agent: AgentSpec,
    faults: Vec<Fault>,
    kept_requests: Option<usize>,
    history: Vec<PastTask>,
}

impl SimulatorBuilder {
    /// Sets the API key of the first workspace; `simulator-key` by default.
    ///
    /// ```
    /// use nanonets_agents::simulator::Simulator;
    ///
    /// let simulator = Simulator::builder().key("test-key").build();
    /// assert_eq!(simulator.key(), "test-key");
    /// ```
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Sets the port that the simulator listens on once it is [started](Self::start); a free one by
    /// default.
    ///
    /// ```no_run
    /// use nanonets_agents::simulator::Simulator;
    ///
    /// # async fn example() -> std::io::Result<()> {
    /// let simulator = Simulator::builder().port(8080).start().await?;
    /// assert_eq!(simulator.url(), "http://127.0.0.1:8080");
    /// # Ok(())
    /// # }
    /// ```
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the seed of the random numbers; 0 by default. Ids and the chances of faults are the
    /// same for the same seed and requests.
    ///
    /// ```
    /// use nanonets_agents::simulator::Simulator;
    ///
    /// let agent_id = |seed| Simulator::builder().seed(seed).build().agent_id();
    /// assert_eq!(agent_id(7), agent_id(7));
    /// assert_ne!(agent_id(7), agent_id(8));
    /// ```
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets by how many seconds the simulator's clock is ahead of this machine's, or behind it
    /// where the number is negative; 0 by default.
    ///
    /// ```
    /// use chrono::{TimeDelta, Utc};
    /// use nanonets_agents::{prelude::*, simulator::Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().clock_skew(3600).build();
    /// let client = simulator.in_process_client()?;
    /// let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    ///
    /// let task = client.get_task().task_id(started.task_id()).send().await?;
    /// assert!(task.created_at > Utc::now() + TimeDelta::minutes(59));
    /// # Ok(())
    /// # }
    /// ```
    pub fn clock_skew(mut self, seconds: i64) -> Self {
        self.clock_skew_seconds = seconds;
        self
    }

    /// Sets by how many seconds the `Date` of every reply is ahead of the times of tasks, or behind
    /// them where the number is negative; 0 by default. Behind a proxy, the two may come from
    /// different clocks.
    ///
    /// [`Fault::date_off`] does the same to some replies.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use nanonets_agents::{prelude::*, simulator::Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().date_skew(3600).build();
    /// let client = simulator.in_process_client()?;
    /// let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    ///
    /// let task = client.get_task().task_id(started.task_id()).send().await?;
    /// let date = DateTime::parse_from_rfc2822(task.headers()["date"].to_str()?)?;
    /// assert!((date.to_utc() - task.created_at).num_minutes() >= 59);
    /// # Ok(())
    /// # }
    /// ```
    pub fn date_skew(mut self, seconds: i64) -> Self {
        self.date_skew_seconds = seconds;
        self
    }

    /// Sets the agent that is there from the beginning; by default one that answers with what it
    /// received.
    ///
    /// ```
    /// use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
    ///
    /// let asking = AgentSpec::new("Asking").script(Script::empty().ask("Which currency?"));
    /// let simulator = Simulator::builder().agent(asking).build();
    /// # drop(simulator);
    /// ```
    pub fn agent(mut self, agent: AgentSpec) -> Self {
        self.agent = agent;
        self
    }

    /// Sets how many requests are kept, the newest ones; all by default. Those that aren't kept are
    /// [counted](Simulator::count) all the same.
    ///
    /// ```
    /// use nanonets_agents::simulator::Simulator;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().keep_requests(1).build();
    /// let client = simulator.in_process_client()?;
    /// for _ in 0..3 {
    ///     client.list_agents().send().await?;
    /// }
    /// assert_eq!(simulator.requests().len(), 1);
    /// assert_eq!(simulator.count("list_agents"), 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn keep_requests(mut self, requests: usize) -> Self {
        self.kept_requests = Some(requests);
        self
    }

    /// Adds tasks of the first agent that have ended before the simulator began, in any order.
    ///
    /// ```
    /// use chrono::{TimeDelta, Utc};
    /// use nanonets_agents::simulator::{PastTask, Simulator};
    ///
    /// let yesterday = PastTask::new("Invoice", Utc::now() - TimeDelta::days(1));
    /// let simulator = Simulator::builder().history([yesterday]).build();
    /// assert_eq!(simulator.tasks()[0].status, "completed");
    /// ```
    pub fn history(mut self, tasks: impl IntoIterator<Item = PastTask>) -> Self {
        self.history.extend(tasks);
        self
    }

    /// Adds a fault. [`Simulator::inject`] adds one later.
    ///
    /// ```
    /// use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// let simulator = Simulator::builder().fault(Fault::status_before(503).chance(0.1)).build();
    /// # drop(simulator);
    /// ```
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Creates a simulator without a port, for [`in_process_client`](Simulator::in_process_client).
    ///
    /// ```
    /// use nanonets_agents::simulator::Simulator;
    ///
    /// let simulator = Simulator::builder().build();
    /// assert_eq!(simulator.url(), "");
    /// ```
    ///
    /// # Panics
    ///
    /// If a setting can't work, with a message that says which and why: a fault on an operation
    /// that doesn't exist or that it can't hit, a chance that isn't from 0 to 1, a status or header
    /// that can't be sent, a `Date` that can't be written, a past task that hasn't ended.
    #[track_caller]
    pub fn build(self) -> Simulator {
        match self.without_port() {
            Ok(simulator) => simulator,
            Err(message) => panic!("{message}"),
        }
    }

    /// Creates a simulator that listens on loopback.
    ///
    /// ```
    /// use nanonets_agents::simulator::Simulator;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().start().await?;
    /// simulator.client()?.list_agents().send().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if a setting can't work, as for
    /// [`build`](Self::build); otherwise the error of listening on the port, such as
    /// [`AddrInUse`](io::ErrorKind::AddrInUse) where another program listens on it.
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
        check_date_off(self.date_skew_seconds)?;
        self.history.iter().try_for_each(PastTask::check)?;
        let key = self.key.unwrap_or_else(|| DEFAULT_KEY.to_owned());
        let world = Arc::new(World::new(
            self.seed,
            self.clock_skew_seconds,
            self.date_skew_seconds,
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
