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
//! let answer = client.run(simulator.agent_id()).query("How many?").await?;
//!
//! assert_eq!(simulator.tasks()[0].id, *answer.task_ref().task_id().as_uuid());
//! assert_eq!(simulator.count("run_agent"), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # How unkind it is
//!
//! Without faults it is kind: each request is answered at once, by one server whose clock is right,
//! and no other program uses the workspace. The service is less so. Its documentation promises no
//! idempotency, no order, and no time after which a request without an answer can't be carried out
//! any more. With [faults](Fault), the simulator is
//!
//! - *lossy*: a reply is lost, cut or replaced, before or after the request had its effect;
//! - *late*: a request is carried out long after its caller has given up on it;
//! - *slow*: replies take their time, each another one;
//! - *stale*: lists, messages and statuses are behind, each by as much as it likes, and a status
//!   may run backwards;
//! - *garbled*: the first message isn't the query as it was sent, the reply to a run lacks fields
//!   or has odd ones, lists have another shape and cursors that lead in circles;
//! - *shared*: another program starts the same run, another person answers or stops a task;
//! - *off*: the clock differs from yours, `Date` differs from the times of tasks, or is missing.
//!
//! Faults combine: a request may be late, its reply slow, and the list that is asked for its task
//! stale. This is the world as it mostly is, to test a program against:
//!
//! ```
//! use std::time::Duration;
//! use nanonets_agents::simulator::{Fault, Simulator};
//!
//! let second = Duration::from_secs(1);
//! let simulator = Simulator::builder()
//!     .seed(7)
//!     .clock_skew(-40)
//!     .date_skew(2)
//!     // These hold for all requests.
//!     .fault(Fault::latency(second))
//!     .fault(Fault::stale_list(3 * second))
//!     .fault(Fault::stale_messages(2 * second))
//!     .fault(Fault::stale_task(second))
//!     .fault(Fault::message_prefixed_with_files())
//!     // These happen now and then.
//!     .fault(Fault::reset_after().chance(0.01))
//!     .fault(Fault::reset_before().chance(0.01))
//!     .fault(Fault::status_before(503).chance(0.02))
//!     .fault(Fault::too_many_requests(Some("2")).chance(0.02))
//!     .fault(Fault::late_after_silence(40 * second).chance(0.005))
//!     .fault(Fault::late_after_status(504, 20 * second).chance(0.005))
//!     .fault(Fault::lookalike().chance(0.01))
//!     .fault(Fault::answered_by_another("EUR").on("send_task_message").chance(0.01))
//!     .build();
//! # drop(simulator);
//! ```
//!
//! [`Fault::all`] has one of each, for the world at its worst.
//!
//! It shares no types with the client: a wrong type there can't be mirrored by the same wrong type
//! here.

// How it is built:
//
// - A request goes through `service`, whether it came over `http` or in process. What was
//   `received` is carried out at once or later.
// - `routes` is the table of operations; `operations` has one handler for each row. To add an
//   operation, add a row and a handler: faults, records and the router follow from the table, and a
//   test compares it with the spec.
// - `faults` are types by phase, each applied in one place; what `others` do is in a place of its
//   own.
// - `state` is what the server has stored, and how it changes with time; `wire` has the forms of
//   requests and replies.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

mod agent_spec;
mod builder;
mod clock;
mod faults;
mod history;
mod http;
mod operations;
mod others;
mod rate;
mod received;
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
use state::ServerState;
use world::World;

/// A running simulator. Dropping it closes its port.
///
/// [`SimulatorBuilder::build`] creates one for this process, [`SimulatorBuilder::start`] one that
/// listens on loopback. A program in any language can talk to that one, given its URL and key:
///
/// ```
/// use nanonets_agents::{Client, simulator::Simulator};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let simulator = Simulator::builder().start().await?;
/// let client = Client::builder().base_url(simulator.url()).api_key(simulator.key()).build()?;
///
/// let agent = client.get_agent().agent_id(simulator.agent_id()).send().await?;
/// assert_eq!(agent.name, "Echo");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Simulator {
    world: Arc<World>,
    key: String,
    agent_id: Uuid,
    server: Option<Server>,
}

/// A task of the simulator, from [`Simulator::tasks`].
///
/// ```
/// use nanonets_agents::{prelude::*, simulator::Simulator};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let simulator = Simulator::builder().build();
/// let client = simulator.in_process_client()?;
/// client.run(simulator.agent_id()).query("How many?").start().await?;
///
/// let task = &simulator.tasks()[0];
/// assert_eq!(task.status, "pending");
/// assert_eq!(task.run.text().as_deref(), Some("How many?"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SimulatedTask {
    /// The id of the task.
    pub id: Uuid,
    /// The id of the agent that runs it.
    pub agent_id: Uuid,
    /// The current status, such as `running`.
    pub status: String,
    /// The run that started it, as the simulator received it.
    pub run: ReceivedRun,
    /// When it was created, in whole seconds of the simulator's clock.
    pub created_at: DateTime<Utc>,
    /// Whether another program started it; see [`Fault::lookalike`].
    pub is_foreign: bool,
    /// Its messages, oldest first.
    pub messages: Vec<SimulatedMessage>,
}

/// A message of a task of the simulator, from [`SimulatedTask::messages`].
///
/// ```
/// use nanonets_agents::{prelude::*, simulator::Simulator};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let simulator = Simulator::builder().build();
/// let client = simulator.in_process_client()?;
/// client.run(simulator.agent_id()).query("How many?").start().await?;
///
/// let message = &simulator.tasks()[0].messages[0];
/// assert_eq!(message.role, "user");
/// assert!(message.text.starts_with("How many?"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SimulatedMessage {
    /// Who wrote it: `user` or `assistant`.
    pub role: String,
    /// What it says.
    pub text: String,
}

impl SimulatedMessage {
    fn new(message: &Value) -> Self {
        let text = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
        Self {
            role: text("role"),
            text: text("content"),
        }
    }
}

impl Simulator {
    /// Returns a builder with the default settings.
    ///
    /// ```
    /// use nanonets_agents::simulator::Simulator;
    ///
    /// let simulator = Simulator::builder().build();
    /// assert_eq!(simulator.key(), "simulator-key");
    /// ```
    pub fn builder() -> SimulatorBuilder {
        SimulatorBuilder::default()
    }

    /// Returns the URL that the simulator listens at, without a slash at the end; an empty text
    /// where it has no port.
    ///
    /// ```
    /// use nanonets_agents::simulator::Simulator;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let simulator = Simulator::builder().start().await?;
    /// println!("export NANONETS_BASE_URL={}", simulator.url());
    /// # assert!(simulator.url().starts_with("http://127.0.0.1:"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn url(&self) -> &str {
        self.server.as_ref().map_or("", |server| server.url())
    }

    /// Returns the API key of the first workspace.
    ///
    /// ```
    /// use nanonets_agents::{Client, Error, simulator::Simulator};
    ///
    /// let simulator = Simulator::builder().build();
    /// let client = Client::builder()
    ///     .api_key(simulator.key())
    ///     .in_process(simulator.service())
    ///     .build()?;
    /// # Ok::<(), Error>(())
    /// ```
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the id of the agent that was there from the beginning.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().build();
    /// let client = simulator.in_process_client()?;
    /// let answer = client.run(simulator.agent_id()).query("How many?").await?;
    /// assert_eq!(answer.agent_id, Some(simulator.agent_id()));
    /// # Ok(())
    /// # }
    /// ```
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
    /// returns the agent's id. Other keys can't see that agent.
    ///
    /// ```
    /// use nanonets_agents::simulator::Simulator;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().build();
    /// let agent_id = simulator.add_workspace("another-key");
    ///
    /// let client = simulator.in_process_client()?;
    /// let error = client.get_agent().agent_id(agent_id).send().await.unwrap_err();
    /// assert_eq!(error.status().expect("a reply"), 403);
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_workspace(&self, key: &str) -> Uuid {
        let (mut state, now) = self.world.now();
        state.add_workspace(key);
        state.add_agent(key, AgentSpec::default(), now)
    }

    /// Edits the draft of an agent, as a person does in the dashboard, and returns the draft's id;
    /// `None` where there is no such agent.
    ///
    /// ```
    /// use nanonets_agents::simulator::Simulator;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().build();
    /// let draft_id = simulator.edit_draft(simulator.agent_id());
    ///
    /// let client = simulator.in_process_client()?;
    /// let published = client.publish_agent_version().agent_id(simulator.agent_id()).send().await?;
    /// assert_eq!(Some(published.id), draft_id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn edit_draft(&self, agent_id: impl Into<Uuid>) -> Option<Uuid> {
        let (mut state, now) = self.world.now();
        let ServerState { ids, agents, .. } = &mut *state;
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
        let ServerState { ids, tasks, .. } = &mut *state;
        tasks.approve(ids, task_id.into(), now);
    }

    /// Adds a fault, which hits requests from now on.
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
    ///
    /// ```
    /// use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::status_before(404)).build();
    /// let client = simulator.in_process_client()?;
    /// client.list_agents().send().await.unwrap_err();
    ///
    /// simulator.clear_faults();
    /// client.list_agents().send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn clear_faults(&self) {
        self.world.faults.clear();
    }

    /// Sets how many requests a second the simulator takes, from all workspaces together; `None`,
    /// the default, lifts the limit.
    ///
    /// It is a token bucket that holds one second's worth of requests. Requests beyond it get a 429
    /// with a `Retry-After` in whole seconds.
    ///
    /// ```
    /// use nanonets_agents::simulator::Simulator;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().build();
    /// simulator.limit_rate(Some(1));
    /// let client = simulator.in_process_client()?;
    /// for _ in 0..2 {
    ///     client.list_agents().send().await?;
    /// }
    /// assert!(simulator.requests().iter().any(|request| request.status == Some(429)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn limit_rate(&self, requests_per_second: Option<u32>) {
        self.world.rate_limit.set(requests_per_second);
    }

    /// Returns the requests so far, oldest first; as many as the simulator
    /// [keeps](SimulatorBuilder::keep_requests).
    ///
    /// ```
    /// use nanonets_agents::simulator::Simulator;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().build();
    /// simulator.in_process_client()?.list_tasks().limit(5).send().await?;
    ///
    /// let requests = simulator.requests();
    /// assert_eq!(requests.len(), 1);
    /// assert_eq!(requests[0].operation, Some("list_tasks"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.world.records.all()
    }

    /// Returns the number of requests of an operation so far, such as `get_task`.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().build();
    /// let client = simulator.in_process_client()?;
    /// client.run(simulator.agent_id()).query("How many?").start().await?;
    /// assert_eq!(simulator.count("run_agent"), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If there is no such operation. The message names those that exist.
    #[track_caller]
    pub fn count(&self, operation: &str) -> usize {
        if let Err(message) = routes::check_operation(operation) {
            panic!("{message}");
        }
        self.world.records.count(operation)
    }

    /// Returns all tasks so far, oldest first.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().build();
    /// let client = simulator.in_process_client()?;
    /// client.run(simulator.agent_id()).query("How many?").await?;
    /// assert_eq!(simulator.tasks()[0].status, "completed");
    /// # Ok(())
    /// # }
    /// ```
    pub fn tasks(&self) -> Vec<SimulatedTask> {
        let (state, _) = self.world.now();
        let tasks = state.tasks.all().iter();
        tasks
            .map(|task| SimulatedTask {
                id: task.id,
                agent_id: task.agent_id,
                status: task.status().to_owned(),
                run: task.run.clone(),
                created_at: task.created_at,
                is_foreign: task.is_foreign,
                messages: task.messages().map(SimulatedMessage::new).collect(),
            })
            .collect()
    }

    /// Returns the simulator as a service in this process, for
    /// [`ClientBuilder::in_process`](crate::ClientBuilder::in_process).
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{Client, Error, simulator::Simulator};
    ///
    /// let simulator = Simulator::builder().build();
    /// let client = Client::builder()
    ///     .api_key(simulator.key())
    ///     .in_process(simulator.service())
    ///     .attempt_timeout(Duration::from_secs(5))
    ///     .build()?;
    /// # Ok::<(), Error>(())
    /// ```
    pub fn service(&self) -> Service {
        Service::new(self.world.clone())
    }
}
