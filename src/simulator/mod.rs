//! A simulator of the API, to test programs against.
//!
//! It implements every operation as the documentation describes it, strictly: authentication,
//! malformed requests, paging, filters, the life of tasks, questions, reviews, drafts. It runs over
//! HTTP on loopback, for a program in any language, or in this process without sockets, which works
//! under tokio's paused time. It follows scripts, fails on demand, and records its requests.
//!
//! ```
//! use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let fault = Fault::status_before(503).on("get_task").times(2);
//! let simulator = Simulator::builder().fault(fault).build();
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

// How it is made:
//
// - A request goes through `service`, whether it came over `http` or in process.
// - `routes` is the table of operations; `operations` has one handler for each row. To add an
//   operation, add a row and a handler: faults, records and the router follow from the table, and a
//   test compares it with the spec.
// - `faults` are types by phase, each applied in one place.
// - `state` is what the server has stored, and what becomes of it in time; `wire` is what requests
//   and replies look like.

use std::sync::Arc;

use uuid::Uuid;

mod agent_spec;
mod builder;
mod clock;
mod faults;
mod history;
mod http;
mod operations;
mod rate;
mod record;
mod routes;
mod script;
mod service;
mod state;
mod wire;
mod world;

pub use agent_spec::AgentSpec;
pub use builder::SimulatorBuilder;
pub use faults::Fault;
pub use history::PastTask;
pub use record::RecordedRequest;
pub use script::Script;
pub use service::Service;
pub use wire::run::{ReceivedFile, ReceivedRun};

use self::http::Server;
use state::State;
use world::World;

/// A running simulator. Dropping it closes its port.
///
/// [`SimulatorBuilder::build`] makes one for this process,
/// [`start`](SimulatorBuilder::start) one that listens.
#[derive(Debug)]
pub struct Simulator {
    world: Arc<World>,
    key: String,
    agent_id: Uuid,
    server: Option<Server>,
}

/// A task of the simulator, from [`Simulator::tasks`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SimulatedTask {
    /// Id of the task.
    pub id: Uuid,
    /// Id of the agent that runs it.
    pub agent_id: Uuid,
    /// The current status.
    pub status: String,
    /// What started it.
    pub run: ReceivedRun,
}

impl Simulator {
    /// Returns a builder with the default settings.
    pub fn builder() -> SimulatorBuilder {
        SimulatorBuilder::default()
    }

    /// Returns where it listens, without a slash at the end; an empty text where it has no port.
    pub fn url(&self) -> &str {
        self.server.as_ref().map_or("", |server| server.url())
    }

    /// Returns the API key of its first workspace.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the id of the agent that was there from the beginning.
    pub fn agent_id(&self) -> Uuid {
        self.agent_id
    }

    /// Adds an agent to the first workspace, published as version 1, and returns its id.
    ///
    /// ```
    /// use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
    ///
    /// let simulator = Simulator::builder().build();
    /// let failing = Script::empty().fail("The file is damaged.");
    /// let agent_id = simulator.add_agent(AgentSpec::new("Failing").script(failing));
    /// # let _ = agent_id;
    /// ```
    pub fn add_agent(&self, agent: AgentSpec) -> Uuid {
        let (mut state, now) = self.world.now();
        state.add_agent(&self.key, agent, now)
    }

    /// Adds a workspace that this key opens, with an agent that answers with what it received, and
    /// returns the agent's id.
    pub fn add_workspace(&self, key: &str) -> Uuid {
        let (mut state, now) = self.world.now();
        state.add_workspace(key);
        state.add_agent(key, AgentSpec::default(), now)
    }

    /// Edits the draft of an agent, as a person does in the dashboard, and returns the draft's id;
    /// `None` where there is no such agent.
    pub fn edit_draft(&self, agent_id: impl Into<Uuid>) -> Option<Uuid> {
        let (mut state, now) = self.world.now();
        let State { ids, agents, .. } = &mut *state;
        agents.edit_draft(ids, agent_id.into(), now)
    }

    /// Approves the step that a task waits with, as a person does in the dashboard. A task that
    /// isn't awaiting review stays as it is.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::{AgentSpec, Script, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let reviewed = AgentSpec::new("Reviewed").script(Script::empty().review());
    /// let simulator = Simulator::builder().agent(reviewed).build();
    /// let client = simulator.in_process_client()?;
    /// let task = client.run(simulator.agent_id()).query("Pay it.").start().await?;
    /// assert_eq!(simulator.tasks()[0].status, "awaiting_review");
    ///
    /// simulator.approve(task.task_id());
    ///
    /// assert_eq!(simulator.tasks()[0].status, "completed");
    /// # Ok(())
    /// # }
    /// ```
    pub fn approve(&self, task_id: impl Into<Uuid>) {
        let (mut state, now) = self.world.now();
        let State { ids, tasks, .. } = &mut *state;
        tasks.approve(ids, task_id.into(), now);
    }

    /// Adds a fault from now on.
    ///
    /// ```
    /// use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// let simulator = Simulator::builder().build();
    /// simulator.inject(Fault::reset_after().on("run_agent").times(1));
    /// ```
    ///
    /// # Panics
    ///
    /// If the fault can't happen, with a message that says why; see [`SimulatorBuilder::build`].
    #[track_caller]
    pub fn inject(&self, fault: Fault) {
        if let Err(message) = fault.check() {
            panic!("{message}");
        }
        self.world.faults.add(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.world.faults.clear();
    }

    /// Limits the requests a second, of all workspaces together; `None` lifts the limit. There is
    /// none by default.
    ///
    /// A second's worth of requests may come at once. Those that are too many are replied to with
    /// 429 and a `Retry-After` in whole seconds.
    pub fn limit_rate(&self, requests_per_second: Option<u32>) {
        self.world.rate_limit.set(requests_per_second);
    }

    /// Returns the requests so far, oldest first; as many as it
    /// [keeps](SimulatorBuilder::keep_requests).
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.world.records.all()
    }

    /// Returns the number of requests of an operation so far, such as `get_task`.
    ///
    /// # Panics
    ///
    /// If there is no such operation, with a message that names those that there are.
    #[track_caller]
    pub fn count(&self, operation: &str) -> usize {
        if let Err(message) = routes::check_operation(operation) {
            panic!("{message}");
        }
        self.world.records.count(operation)
    }

    /// Returns all tasks so far, oldest first.
    pub fn tasks(&self) -> Vec<SimulatedTask> {
        let (state, _) = self.world.now();
        let tasks = state.tasks.all().iter();
        tasks
            .map(|task| SimulatedTask {
                id: task.id,
                agent_id: task.agent_id,
                status: task.status().to_owned(),
                run: task.run.clone(),
            })
            .collect()
    }

    /// Returns the simulator as a service in this process, for
    /// [`ClientBuilder::in_process`](crate::ClientBuilder::in_process).
    pub fn service(&self) -> Service {
        Service::new(self.world.clone())
    }
}
