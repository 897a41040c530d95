//! A simulator of the API, to test programs against.
//!
//! It implements every operation as the documentation describes it, strictly: authentication,
//! malformed requests, paging, filters, the life of tasks, questions, reviews, drafts. It runs over
//! HTTP on loopback, for a program in any language, or in this process without sockets, which works
//! under tokio's paused time. It follows scripts, fails on demand, and remembers what it was asked.
//!
//! ```
//! use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let simulator = Simulator::builder().fault(Fault::status_before(503).on("get_task").times(2)).build();
//! let client = simulator.in_process_client()?;
//!
//! let summary = client.run(simulator.agent_id()).query("How many?").await?;
//!
//! assert_eq!(summary.structured().expect("an answer")["query"], "How many?");
//! assert_eq!(simulator.count("run_agent"), 1);
//! # Ok(())
//! # }
//! ```
//!
//! It shares no types with the client: a wrong type there can't be mirrored by the same wrong type
//! here.

use std::{io, sync::Arc};

use uuid::Uuid;

mod agents;
mod clock;
mod fault;
mod history;
mod listing;
mod rate;
mod record;
mod reply;
mod route;
mod run;
mod script;
mod server;
mod service;
mod tasks;
mod world;

pub use agents::AgentSpec;
pub use fault::Fault;
pub use history::PastTask;
pub use record::RecordedRequest;
pub use run::{ReceivedFile, ReceivedRun};
pub use script::Script;
pub use service::Service;
pub use tasks::SimulatedTask;

use server::Server;
use world::World;

/// A running simulator. Dropping it closes its port.
#[derive(Debug)]
pub struct Simulator {
    world: Arc<World>,
    key: String,
    agent_id: Uuid,
    server: Option<Server>,
}

/// How a simulator behaves. From [`Simulator::builder`].
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
    /// The API key that it accepts; `simulator-key` by default.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The port to listen on; a free one by default.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Where chance begins: ids and faults by chance are the same for the same seed and requests.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How many seconds its clock is ahead of this machine's.
    pub fn clock_skew(mut self, seconds: i64) -> Self {
        self.clock_skew_seconds = seconds;
        self
    }

    /// The agent that is there from the beginning; by default one that answers with what it
    /// received.
    pub fn agent(mut self, agent: AgentSpec) -> Self {
        self.agent = agent;
        self
    }

    /// How many requests it remembers, the newest ones; all by default. All are counted.
    pub fn keep_requests(mut self, requests: usize) -> Self {
        self.kept_requests = Some(requests);
        self
    }

    /// Adds tasks of its first agent that have ended before it begins, in any order.
    pub fn history(mut self, tasks: impl IntoIterator<Item = PastTask>) -> Self {
        self.history.extend(tasks);
        self
    }

    /// Adds a fault.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Makes a simulator without a port, for [`in_process_client`](Simulator::in_process_client).
    pub fn build(self) -> Simulator {
        let key = self.key.unwrap_or_else(|| "simulator-key".to_owned());
        let world = Arc::new(World::new(
            self.seed,
            self.clock_skew_seconds,
            self.kept_requests.unwrap_or(usize::MAX),
        ));
        world.add_workspace(&key);
        let agent_id = world.add_agent(&key, self.agent);
        world.add_history(agent_id, self.history);
        for fault in self.faults {
            world.faults().add(fault);
        }
        Simulator {
            world,
            key,
            agent_id,
            server: None,
        }
    }

    /// Makes a simulator that listens on loopback.
    ///
    /// # Errors
    ///
    /// Where the port can't be listened on.
    pub async fn start(self) -> io::Result<Simulator> {
        let port = self.port;
        let mut simulator = self.build();
        simulator.server = Some(Server::start(simulator.service(), port).await?);
        Ok(simulator)
    }
}

impl Simulator {
    /// A simulator to be configured.
    pub fn builder() -> SimulatorBuilder {
        SimulatorBuilder::default()
    }

    /// Where it listens, without a slash at the end; empty where it has no port.
    pub fn url(&self) -> &str {
        self.server.as_ref().map_or("", |it| it.url())
    }

    /// The API key of its first workspace.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The agent that was there from the beginning.
    pub fn agent_id(&self) -> Uuid {
        self.agent_id
    }

    /// Adds an agent, published as version 1.
    pub fn add_agent(&self, agent: AgentSpec) -> Uuid {
        self.world.add_agent(&self.key, agent)
    }

    /// Adds a workspace that the key opens, with an agent that answers with what it received.
    pub fn add_workspace(&self, key: &str) -> Uuid {
        self.world.add_workspace(key);
        self.world.add_agent(key, AgentSpec::default())
    }

    /// Edits the draft of an agent, as a person does in the dashboard; returns the id of the draft,
    /// or `None` where there is no such agent.
    pub fn edit_draft(&self, agent_id: Uuid) -> Option<Uuid> {
        self.world.edit_draft(agent_id)
    }

    /// Approves the step that a task waits with, as a person does in the dashboard. Of a task that
    /// isn't awaiting review, it changes nothing.
    pub fn approve(&self, task_id: Uuid) {
        self.world.approve(task_id);
    }

    /// Adds a fault from now on.
    pub fn inject(&self, fault: Fault) {
        self.world.faults().add(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.world.faults().clear();
    }

    /// Limits the requests a second, to all of its workspaces together; `None` lifts the limit.
    ///
    /// A second's worth of requests may come at once. What is too much is answered with 429 and a
    /// `Retry-After` in whole seconds.
    pub fn limit_rate(&self, requests_per_second: Option<u32>) {
        self.world.rate_limit().set(requests_per_second);
    }

    /// The requests so far, oldest first; as many as it [keeps](SimulatorBuilder::keep_requests).
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.world.records().all()
    }

    /// How many requests of an operation, such as `get_task`, there were so far.
    ///
    /// # Panics
    ///
    /// Where there is no such operation.
    pub fn count(&self, operation: &str) -> usize {
        assert!(
            route::is_operation(operation),
            "there is no operation {operation}"
        );
        self.world.records().count(operation)
    }

    /// All tasks so far, oldest first.
    pub fn tasks(&self) -> Vec<SimulatedTask> {
        self.world.all_tasks()
    }

    /// The simulator as a service in this process.
    pub fn service(&self) -> Service {
        Service::new(self.world.clone())
    }
}
