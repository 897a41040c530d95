//! The builder of a run: its query, its files, its wanted output, its key.

use std::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
    time::Duration,
};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use tracing::Instrument;

use super::{
    answer::Answer,
    drive::{Starter, Stopped},
    error::RunError,
    identity::Marker,
    keyed, observe,
    output::{answer_of, read},
    policy::ReconcilePolicy,
    request::RunRequest,
    started::Started,
};
use crate::{
    api::{
        Client, operations,
        types::{TaskOutputConfig, TaskSummary},
    },
    callback::Callback,
    error::Error,
    ids::AgentId,
    output::OutputSchema,
    transport::Upload,
    wait::{InputHandler, Question, Reply, Update, Wait, WaitSettings},
};

/// A run in preparation, from [`RunExt::run`](super::RunExt::run).
///
/// Awaited, it starts the task, waits for it and returns its summary, in an [`Answer`].
/// [`start`](Self::start) stops after the first of these steps. A run that is dropped before either
/// sends nothing. A future that is dropped later leaves a task that was started running.
///
/// ```
/// use std::time::Duration;
/// use nanonets_agents::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
/// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
/// let answer = client
///     .run(agent_id)
///     .query("Extract the line items.")
///     .file(Upload::bytes("invoice.txt", "2 chairs at 90.00"))
///     .deadline(Duration::from_secs(600))
///     .await?;
///
/// let found = answer.structured().expect("an answer");
/// assert_eq!(found["files"][0]["name"], "invoice.txt");
/// # Ok(())
/// # }
/// ```
///
/// Documented at <https://agents.nanonets.com/docs/run-agent>.
#[derive(Debug)]
#[must_use = "a run does nothing before it is started or awaited"]
pub struct Run {
    client: Client,
    /// The id, or why the argument isn't one.
    agent_id: Result<AgentId, Error>,
    query: Option<String>,
    files: Vec<Upload>,
    output_config: Option<TaskOutputConfig>,
    /// Why the wanted structure isn't one.
    invalid_schema: Option<Error>,
    extra_fields: Vec<(String, String)>,
    wait: WaitSettings,
    key: Option<String>,
    policy: Option<ReconcilePolicy>,
}

impl Run {
    pub(super) fn new(client: Client, agent_id: Result<AgentId, Error>) -> Self {
        Self {
            client,
            agent_id,
            query: None,
            files: Vec::new(),
            output_config: None,
            invalid_schema: None,
            extra_fields: Vec::new(),
            wait: WaitSettings::default(),
            key: None,
            policy: None,
        }
    }

    /// Sets the prompt. A run needs one unless it has a file.
    ///
    /// A line that names the run is added below it, by which its task is recognised; see
    /// [`ReconcilePolicy::with_marker`].
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// client.run(agent_id).query("Extract the line items.").start().await?;
    /// assert_eq!(simulator.tasks()[0].run.text().as_deref(), Some("Extract the line items."));
    /// # Ok(())
    /// # }
    /// ```
    pub fn query(mut self, query: impl Into<String>) -> Self {
        self.query = Some(query.into());
        self
    }

    /// Adds a file. A run may have several, and sends them in this order.
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let invoice = Upload::bytes("invoice.pdf", "%PDF-1.7");
    /// let note = Upload::bytes("note.txt", "Urgent");
    /// client.run(agent_id).file(invoice).file(note).start().await?;
    ///
    /// let task = &simulator.tasks()[0];
    /// let names: Vec<&str> = task.run.files.iter().map(|file| file.name.as_str()).collect();
    /// assert_eq!(names, ["invoice.pdf", "note.txt"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn file(mut self, file: impl Into<Upload>) -> Self {
        self.files.push(file.into());
        self
    }

    /// Sets the wanted output of this task; by default that of the agent's settings in the
    /// dashboard.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, types::TaskOutputConfig};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let mut config = TaskOutputConfig::default();
    /// config.instructions = Some("Answer with the total only.".to_owned());
    /// client.run(agent_id).query("Total?").output_config(config).start().await?;
    ///
    /// let received = simulator.tasks()[0].run.output_config.clone().expect("it was sent");
    /// assert_eq!(received["instructions"], "Answer with the total only.");
    /// # Ok(())
    /// # }
    /// ```
    pub fn output_config(mut self, config: TaskOutputConfig) -> Self {
        self.output_config = Some(config);
        self.invalid_schema = None;
        self
    }

    /// Sets the wanted structure of the output: an [`OutputSchema`], or JSON or its text.
    ///
    /// [`output`](Self::output) makes one from a type. Structure in plain words goes into
    /// [`output_config`](Self::output_config). What isn't the schema of an object is refused when
    /// the run is started, with [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest).
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, run::RunError};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let schema = serde_json::json!({
    ///     "type": "object",
    ///     "properties": {"total": {"type": "number"}},
    /// });
    /// client.run(agent_id).query("Total?").output_schema(&schema).start().await?;
    ///
    /// // The API takes the schema as text.
    /// let received = simulator.tasks()[0].run.output_config.clone().expect("it was sent");
    /// assert_eq!(received["output_schema"], schema.to_string());
    ///
    /// let outcome = client.run(agent_id).query("Total?").output_schema("{total}").start().await;
    /// let Err(RunError::NotStarted(error)) = outcome else { panic!("it isn't JSON") };
    /// assert!(error.message().starts_with("the schema is not JSON"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn output_schema(self, schema: impl TryInto<OutputSchema, Error: fmt::Display>) -> Self {
        self.set_schema(schema.try_into())
    }

    /// Adds a field to the request that the documentation doesn't name (yet).
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// client.run(agent_id).query("Total?").extra_field("priority", "low").start().await?;
    /// assert_eq!(simulator.tasks()[0].run.extra["priority"], "low");
    /// # Ok(())
    /// # }
    /// ```
    pub fn extra_field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.extra_fields.push((name.into(), value.into()));
        self
    }

    /// Sets how long to wait for the task when the run is awaited, from when the task was started;
    /// 30 minutes by default.
    ///
    /// At the deadline the run ends with [`RunError::Wait`], which names the task. The task goes
    /// on.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{prelude::*, run::RunError, wait::WaitError};
    /// # use nanonets_agents::simulator::{AgentSpec, Script};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// # let slow = Script::empty().running(Duration::from_secs(3600));
    /// # let agent_id = simulator.add_agent(AgentSpec::new("Slow").script(slow));
    /// let run = client.run(agent_id).query("Total?").deadline(Duration::from_secs(600));
    ///
    /// let Err(RunError::Wait { error: WaitError::Deadline(end), .. }) = run.await else {
    ///     panic!("the agent takes an hour");
    /// };
    /// assert_eq!(simulator.tasks()[0].status, "running");
    /// let finished = client.task(end.task_ref()).wait().deadline(Duration::from_secs(7200));
    /// assert!(finished.await?.is_completed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.wait.deadline = deadline;
        self
    }

    /// Sets a handler that answers the agent's questions while the run is awaited. Without one, a
    /// question ends the run with [`RunError::Wait`]. See [`Wait::on_input`].
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, wait::Question};
    /// # use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let agent = AgentSpec::new("Asks").script(Script::empty().ask("Net or gross?"));
    /// # let simulator = Simulator::builder().agent(agent).build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let run = client.run(agent_id).query("Total?").on_input(|question: Question| async move {
    ///     println!("{question}");
    ///     "gross"
    /// });
    /// assert!(run.await?.finished().is_completed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_input<F>(mut self, handler: impl Fn(Question) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output: Into<Reply>> + Send + 'static,
    {
        self.wait.on_input = Some(InputHandler::new(handler));
        self
    }

    /// Sets a function that is called at each change of the task's status while the run is awaited.
    /// See [`Wait::on_status`].
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let run = client.run(agent_id).query("Total?");
    /// let answer = run.on_status(|update| eprintln!("{}", update.status)).await?;
    /// # assert!(answer.finished().is_completed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_status(mut self, observe: impl Fn(&Update) + Send + Sync + 'static) -> Self {
        self.wait.on_status = Some(Callback::new(observe));
        self
    }

    /// Sets whether the task is cancelled where the run reaches its [deadline](Self::deadline); off
    /// by default. See [`Wait::cancel_at_deadline`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{prelude::*, run::RunError, wait::WaitError};
    /// # use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let slow = Script::empty().running(Duration::from_secs(3600));
    /// # let simulator = Simulator::builder().agent(AgentSpec::new("Slow").script(slow)).build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let run = client.run(agent_id).query("Total?").deadline(Duration::from_secs(600));
    /// let Err(RunError::Wait { error, .. }) = run.cancel_at_deadline(true).await else {
    ///     panic!("the agent takes an hour");
    /// };
    /// assert!(matches!(error, WaitError::Deadline(end) if end.is_cancelled()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn cancel_at_deadline(mut self, cancel: bool) -> Self {
        self.wait.cancel_at_deadline = cancel;
        self
    }

    /// Sets whether the task is cancelled where the awaited run is dropped, or fails, after the
    /// task was started and before it has ended; off by default. See [`Wait::cancel_on_drop`].
    ///
    /// Where the run is dropped while it is being started, a task may be started that isn't
    /// cancelled; a [key](Self::key) finds it again.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use nanonets_agents::prelude::*;
    ///
    /// # type Failure = Box<dyn std::error::Error>;
    /// # async fn example(client: Client, id: uuid::Uuid) -> Result<(), Failure> {
    /// // Such as the handler of a web server, which is dropped where the browser goes away.
    /// let run = client.run(id).query("Total?").cancel_on_drop(true);
    /// let answer = tokio::time::timeout(Duration::from_secs(60), run).await??;
    /// # Ok(())
    /// # }
    /// ```
    pub fn cancel_on_drop(mut self, cancel: bool) -> Self {
        self.wait.cancel_on_drop = cancel;
        self
    }

    /// Makes the run idempotent: it happens once for this key, however often it is started.
    ///
    /// The [ledger](crate::ledger) records the key before the run is sent, and the task after. The
    /// same key again returns the same task, with
    /// [`Provenance::Recorded`](super::Provenance::Recorded). By default each client that is built
    /// has a ledger of its own, in memory: it serves that client and its clones, and is gone with
    /// them. [Give it one](crate::ClientBuilder::ledger) that clients share, or that outlives the
    /// process, for keys that hold for more than one client, after a crash, and in other processes.
    ///
    /// While another run holds the key, a start waits for it. It has sent nothing then, and can be
    /// dropped without a trace. A start that loses the key to another process, since its own was
    /// paused for longer than the [lease](ReconcilePolicy::with_lease), returns the task that the
    /// ledger has; one that it has started itself is then a [twin](Started::twins).
    ///
    /// Where the future of a start is dropped while its request is under way, the next start of the
    /// key looks for the task for a minute before it sends the run again. A caller's own timeout
    /// that is shorter than that, over and over, never lets it come so far: give a start 90 s.
    ///
    /// A key has 1 to 1024 bytes and belongs to one request: with another query, output, file,
    /// agent, extra field or extra parameter of the URL it is refused. Extra headers, such as those
    /// of a trace, may differ. Files are compared by name and content; a stream, which can be read
    /// only once, by name and length.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, run::Provenance};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let run = || client.run(agent_id).query("Pay invoice 17.").key("invoice-17");
    /// let first = run().start().await?;
    /// let again = run().start().await?;
    ///
    /// assert_eq!(again.task_id(), first.task_id());
    /// assert_eq!(again.provenance(), Provenance::Recorded);
    /// assert_eq!(simulator.tasks().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Sets what to do where no clear answer comes; the client's policy by default.
    ///
    /// A policy that can't work is refused when the run is started.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, run::{ReconcilePolicy, RunError}, simulator::Fault};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// simulator.inject(Fault::reset_after().on("run_agent"));
    /// let run = client.run(agent_id).query("Total?").reconcile(ReconcilePolicy::off());
    ///
    /// assert!(matches!(run.start().await, Err(RunError::OutcomeUnknown(_))));
    /// assert_eq!(simulator.count("list_tasks"), 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn reconcile(mut self, policy: ReconcilePolicy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Starts the task and returns at once; the work goes on at the server.
    ///
    /// The run is sent once. Where no clear answer comes, the list of tasks is probed for the run's
    /// task, which is adopted. The run is sent again only where two probes haven't found the task,
    /// and no earlier than the failure allows. See [`ReconcilePolicy`]. If a run that was sent
    /// again turns out to have two tasks, [`Started::twins`] names the other one.
    ///
    /// Where a run of the client without a [marker](ReconcilePolicy::with_marker) has an unknown
    /// outcome, its lookalikes (the runs whose tasks could be taken for its own) wait for it, for
    /// 10 minutes at most. Therefore poll each future of this method to its end.
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let started = client.run(agent_id).query("Extract the line items.").start().await?;
    /// println!("{} is {}", started.task_id(), started.provenance());
    /// # assert_eq!(simulator.tasks()[0].id, started.task_id());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`RunError::NotStarted`] where certainly no task was started, by the
    ///   [kind](crate::Error::kind) of its error:
    ///   - [`InvalidRequest`]: an argument can't work; correct it.
    ///   - [`Status`]: the server refused, or was too busy for all attempts. Start the run again
    ///     where the error [is retryable](crate::Error::is_retryable).
    ///   - [`Connect`]: the server couldn't be reached. Start the run again later.
    ///   - [`Ledger`]: the ledger couldn't claim the key.
    /// - [`RunError::OutcomeUnknown`] where there may be a task that can't be told from others, or
    ///   isn't listed. Look at its candidates before the run is started again.
    /// - [`RunError::NotRecorded`] where the task was started and the ledger couldn't record it. Go
    ///   on with its task.
    ///
    /// [`InvalidRequest`]: crate::ErrorKind::InvalidRequest
    /// [`Status`]: crate::ErrorKind::Status
    /// [`Connect`]: crate::ErrorKind::Connect
    /// [`Ledger`]: crate::ErrorKind::Ledger
    pub async fn start(self) -> Result<Started, RunError> {
        let agent_id = self.check().map_err(RunError::NotStarted)?;
        self.begin(agent_id)
            .instrument(observe::span(agent_id))
            .await
    }

    async fn begin(self, agent_id: AgentId) -> Result<Started, RunError> {
        let state = self.client.runs().clone();
        let policy = self.policy.unwrap_or_else(|| state.policy.clone());
        let mut request = RunRequest::new(
            agent_id,
            self.query,
            self.files,
            self.output_config,
            self.extra_fields,
        )
        .with_extras(self.client.transport().options().extras().cloned());
        let remembered = request.remember_files().await;
        remembered.map_err(RunError::NotStarted)?;
        let mut starter = Starter {
            client: self.client,
            state,
            policy,
            request,
        };
        match self.key {
            Some(key) => keyed::start_once(starter, key).await,
            None => {
                let marker = starter.policy.marker.then(Marker::random);
                let identity = starter.request.identity(marker);
                match starter.start(identity, None, None).await {
                    Ok(started) => Ok(started),
                    Err(Stopped::Failed(error)) => Err(error),
                    Err(Stopped::KeyLost { .. }) => unreachable!("the run has no key"),
                }
            }
        }
    }

    /// Runs the agent and returns its output as a type of the caller's, in an [`Answer`] that can
    /// be used as one of that type.
    ///
    /// The type's [schema](OutputSchema::of) is sent as the wanted structure, unless
    /// [`output_config`](Self::output_config) or [`output_schema`](Self::output_schema) has given
    /// one. A type that isn't an object in JSON is refused before anything is sent: put it into a
    /// field of a struct. One that may be anything, such as [`serde_json::Value`], sends none. See <https://agents.nanonets.com/docs/files-and-output>.
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    /// # use nanonets_agents::simulator::{AgentSpec, Script};
    ///
    /// #[derive(serde::Deserialize, schemars::JsonSchema)]
    /// struct Invoice {
    ///     number: String,
    ///     total: f64,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// # let answer = serde_json::json!({"number": "A-17", "total": 180.0});
    /// # let script = Script::empty().complete(answer);
    /// # let agent_id = simulator.add_agent(AgentSpec::new("Invoices").script(script));
    /// let run = client.run(agent_id).file(Upload::bytes("invoice.txt", "A-17: 180.00"));
    /// let invoice = run.output::<Invoice>().await?;
    /// assert_eq!((invoice.number.as_str(), invoice.total), ("A-17", 180.0));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`RunError::NotStarted`], [`RunError::OutcomeUnknown`] and [`RunError::NotRecorded`], as
    ///   from [`start`](Self::start).
    /// - [`RunError::Wait`] where waiting ended early, for example at the deadline.
    /// - [`RunError::NotCompleted`] where the task failed or was stopped; it says why.
    /// - [`RunError::Answer`] where the answer couldn't be fetched.
    /// - [`RunError::Output`] where the answer isn't of that type; it has the raw answer.
    pub async fn output<T: JsonSchema + DeserializeOwned>(mut self) -> Result<Answer<T>, RunError> {
        let given = self.output_config.as_ref();
        let is_given = given.is_some_and(|config| config.output_schema.is_some());
        if !is_given
            && self.invalid_schema.is_none()
            && let Some(schema) = OutputSchema::wanted::<T>()
        {
            self = self.set_schema(schema);
        }
        read(self.complete().await?)
    }

    async fn complete(mut self) -> Result<Answer<TaskSummary>, RunError> {
        let settings = std::mem::take(&mut self.wait);
        let started = self.start().await?;
        let wait = Wait::new(started.handle().clone(), settings);
        answer_of(&started, wait).await
    }

    fn set_schema(mut self, schema: Result<OutputSchema, impl fmt::Display>) -> Self {
        let config = self.output_config.get_or_insert_default();
        // The API takes the schema as text.
        config.output_schema = schema.as_ref().ok().map(OutputSchema::to_string);
        let failure = schema.err().map(|error| error.to_string());
        self.invalid_schema = failure.map(Error::invalid_request);
        self
    }

    /// Checks what can be checked before anything is sent, and returns the agent's id.
    fn check(&self) -> Result<AgentId, Error> {
        let has_query = self.query.as_ref().is_some_and(|query| !query.is_empty());
        if !has_query && self.files.is_empty() {
            return Err(Error::invalid_request(
                "a run needs a query or at least one file; it has neither",
            ));
        }
        let agent_id = self.agent_id.clone()?;
        if let Some(error) = &self.invalid_schema {
            return Err(error.clone());
        }
        if let Some(extras) = self.client.transport().options().extras() {
            // Without the list, a run of unknown outcome would stay unknown.
            extras.query_of(&operations::LIST_TASKS)?;
        }
        if let Some(policy) = &self.policy {
            policy.check().map_err(Error::invalid_request)?;
        }
        if let Some(key) = &self.key {
            keyed::check(key)?;
        }
        Ok(agent_id)
    }
}

impl IntoFuture for Run {
    type Output = Result<Answer<TaskSummary>, RunError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    /// Starts the task, waits for its end and fetches its summary.
    ///
    /// The future fails as that of [`output`](Self::output) does, but never with
    /// [`RunError::Output`].
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.complete())
    }
}
