//! The builder of runs: the query, the files, the wanted output.

use std::{
    future::{Future, IntoFuture},
    pin::Pin,
    time::Duration,
};

use schemars::{JsonSchema, schema_for};
use serde::de::DeserializeOwned;

use super::{
    drive::Starter, error::RunError, identity::Marker, keyed, policy::ReconcilePolicy,
    request::Request, started::Started,
};
use crate::{
    api::{
        Client,
        types::{TaskOutputConfig, TaskSummary},
    },
    error::Error,
    ids::AgentId,
    transport::Upload,
    wait::Finished,
};

/// A run in preparation, from [`RunExt::run`](super::RunExt::run).
///
/// Awaited, it starts the task, waits for it and returns its summary. [`start`](Self::start) stops
/// after the first of these steps. A run that is dropped before either sends nothing. A future that
/// is dropped later leaves a task that was started running.
///
/// ```no_run
/// use std::time::Duration;
///
/// use nanonets_agents::{prelude::*, run::RunError};
///
/// # async fn example(client: Client, agent_id: &str) -> Result<(), RunError> {
/// let summary = client
///     .run(agent_id)
///     .query("Extract the line items.")
///     .file(Upload::path("invoice.pdf"))
///     .deadline(Duration::from_secs(600))
///     .await?;
/// println!("{:?}", summary.result);
/// # Ok(())
/// # }
/// ```
///
/// Documented at <https://agents.nanonets.com/docs/run-agent>.
#[derive(Debug)]
#[must_use = "a run does nothing before it is started or awaited"]
pub struct Run {
    client: Client,
    /// The id, or why it is none.
    agent_id: Result<AgentId, Error>,
    query: Option<String>,
    files: Vec<Upload>,
    output_config: Option<TaskOutputConfig>,
    extra_fields: Vec<(String, String)>,
    deadline: Option<Duration>,
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
            extra_fields: Vec::new(),
            deadline: None,
            key: None,
            policy: None,
        }
    }

    /// Sets the prompt. A run needs one unless it has a file.
    ///
    /// ```no_run
    /// # use nanonets_agents::{prelude::*, run::RunError};
    /// # async fn example(client: Client, agent_id: &str) -> Result<(), RunError> {
    /// let started = client.run(agent_id).query("Extract the line items.").start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn query(mut self, query: impl Into<String>) -> Self {
        self.query = Some(query.into());
        self
    }

    /// Adds a file. A run may have several.
    ///
    /// ```no_run
    /// # use nanonets_agents::{prelude::*, run::RunError};
    /// # async fn example(client: Client, agent_id: &str) -> Result<(), RunError> {
    /// let run = client
    ///     .run(agent_id)
    ///     .file(Upload::path("invoice.pdf"))
    ///     .file(Upload::bytes("note.txt", "Urgent"));
    /// # let _ = run.start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn file(mut self, file: impl Into<Upload>) -> Self {
        self.files.push(file.into());
        self
    }

    /// Sets the wanted output of this task, instead of what the dashboard says.
    ///
    /// ```no_run
    /// # use nanonets_agents::{prelude::*, run::RunError, types::TaskOutputConfig};
    /// # async fn example(client: Client, agent_id: &str) -> Result<(), RunError> {
    /// let config = TaskOutputConfig {
    ///     instructions: Some("Answer with the total only.".to_owned()),
    ///     output_schema: None,
    /// };
    /// let summary = client.run(agent_id).query("Total?").output_config(config).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn output_config(mut self, config: TaskOutputConfig) -> Self {
        self.output_config = Some(config);
        self
    }

    /// Sets the wanted structure of the output, as a JSON schema.
    ///
    /// [`output`](Self::output) makes one from a type. Structure in plain words goes into
    /// [`output_config`](Self::output_config).
    ///
    /// ```no_run
    /// # use nanonets_agents::{prelude::*, run::RunError};
    /// # async fn example(client: Client, agent_id: &str) -> Result<(), RunError> {
    /// let schema = serde_json::json!({
    ///     "type": "object",
    ///     "properties": {"total": {"type": "number"}},
    /// });
    /// let summary = client.run(agent_id).query("Total?").output_schema(&schema).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn output_schema(mut self, schema: &serde_json::Value) -> Self {
        // The API takes the schema as text.
        self.output_config
            .get_or_insert_with(no_output_config)
            .output_schema = Some(schema.to_string());
        self
    }

    /// Adds a field that the documentation doesn't name (yet).
    ///
    /// ```no_run
    /// # use nanonets_agents::{prelude::*, run::RunError};
    /// # async fn example(client: Client, agent_id: &str) -> Result<(), RunError> {
    /// let run = client.run(agent_id).query("Total?").extra_field("priority", "low");
    /// let summary = run.await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn extra_field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.extra_fields.push((name.into(), value.into()));
        self
    }

    /// Sets how long to wait for the task when the run is awaited; 30 minutes by default.
    ///
    /// At the deadline the run ends with [`RunError::Wait`], and the task goes on.
    ///
    /// ```no_run
    /// # use nanonets_agents::{prelude::*, run::RunError};
    /// # async fn example(client: Client, agent_id: &str) -> Result<(), RunError> {
    /// use std::time::Duration;
    ///
    /// let run = client.run(agent_id).query("Total?").deadline(Duration::from_secs(600));
    /// let summary = run.await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Makes the run idempotent: it happens once for this key, however often it is started.
    ///
    /// The [ledger](crate::ledger) records the key before the run is sent, and the task after. The
    /// same key again returns the same task, with
    /// [`Provenance::Recorded`](super::Provenance::Recorded), in this process and, with a ledger
    /// that outlives it, after a crash and in other processes. A key belongs to one request: with
    /// another query, output, file or agent it is refused. It has 1 to 1024 bytes. Of a stream,
    /// only the name and length are compared.
    ///
    /// ```no_run
    /// # use nanonets_agents::{prelude::*, run::RunError};
    /// # async fn example(client: Client, agent_id: &str) -> Result<(), RunError> {
    /// let run = client.run(agent_id).file(Upload::path("invoice-17.pdf")).key("invoice-17");
    /// let started = run.start().await?;
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
    /// ```no_run
    /// # use nanonets_agents::{prelude::*, run::{ReconcilePolicy, RunError}};
    /// # async fn example(client: Client, agent_id: &str) -> Result<(), RunError> {
    /// let run = client.run(agent_id).query("Total?").reconcile(ReconcilePolicy::off());
    /// let started = run.start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn reconcile(mut self, policy: ReconcilePolicy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Starts the task and returns at once; the work goes on at the server.
    ///
    /// The run is sent once. Where no clear answer comes, its task is looked for in the list and
    /// adopted. The run is sent again only where two looks haven't found the task. See
    /// [`ReconcilePolicy`].
    ///
    /// Where a run of the client has an unknown outcome, runs that look alike wait for it.
    /// Therefore poll each future of this method to its end.
    ///
    /// ```no_run
    /// # use nanonets_agents::{prelude::*, run::RunError};
    /// # async fn example(client: Client, agent_id: &str) -> Result<(), RunError> {
    /// let started = client.run(agent_id).query("Extract the line items.").start().await?;
    /// println!("{}", started.task_id());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`RunError::NotStarted`] where certainly no task was started. Its
    ///   [kind](crate::Error::kind) is [`InvalidRequest`] for wrong arguments, [`Status`] where the
    ///   server refused, [`Connect`] where it couldn't be reached, and [`Ledger`] where the ledger
    ///   couldn't claim the key.
    /// - [`RunError::OutcomeUnknown`] where there may be a task that can't be told from others, or
    ///   isn't listed.
    /// - [`RunError::NotRecorded`] where the task was started and the ledger failed.
    ///
    /// [`InvalidRequest`]: crate::ErrorKind::InvalidRequest
    /// [`Status`]: crate::ErrorKind::Status
    /// [`Connect`]: crate::ErrorKind::Connect
    /// [`Ledger`]: crate::ErrorKind::Ledger
    pub async fn start(self) -> Result<Started, RunError> {
        let agent_id = self.check().map_err(RunError::NotStarted)?;
        let state = self.client.runs().clone();
        let policy = self.policy.unwrap_or_else(|| state.policy.clone());
        let mut request = Request::new(
            agent_id,
            self.query,
            self.files,
            self.output_config,
            self.extra_fields,
        );
        let remembered = request.remember_files().await;
        remembered.map_err(RunError::NotStarted)?;
        let starter = Starter {
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
                starter.start(identity, None, None).await
            }
        }
    }

    /// Runs the agent and returns its output as a type of the caller's.
    ///
    /// The type's JSON schema is sent as the wanted structure, unless
    /// [`output_config`](Self::output_config) holds one.
    ///
    /// ```no_run
    /// use nanonets_agents::{prelude::*, run::RunError};
    ///
    /// #[derive(serde::Deserialize, schemars::JsonSchema)]
    /// struct Invoice {
    ///     number: String,
    ///     total: f64,
    /// }
    ///
    /// # async fn example(client: Client, agent_id: &str) -> Result<(), RunError> {
    /// let run = client.run(agent_id).file(Upload::path("invoice.pdf"));
    /// let invoice: Invoice = run.output().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`RunError::NotStarted`], [`RunError::OutcomeUnknown`] and [`RunError::NotRecorded`], as
    ///   from [`start`](Self::start).
    /// - [`RunError::Wait`] where waiting ended early, for example at the deadline.
    /// - [`RunError::NotCompleted`] where the task failed or was stopped.
    /// - [`RunError::Answer`] where the answer couldn't be fetched.
    /// - [`RunError::Output`] where the answer isn't of that type.
    pub async fn output<T: JsonSchema + DeserializeOwned>(mut self) -> Result<T, RunError> {
        let config = self.output_config.get_or_insert_with(no_output_config);
        if config.output_schema.is_none() {
            config.output_schema = Some(schema_for!(T).to_value().to_string());
        }
        let (finished, summary) = self.complete().await?;
        summary.output().map_err(|error| RunError::Output {
            task: finished.task_ref().clone(),
            error,
        })
    }

    async fn complete(self) -> Result<(Finished, TaskSummary), RunError> {
        let deadline = self.deadline;
        let started = self.start().await?;
        let mut wait = started.wait();
        if let Some(deadline) = deadline {
            wait = wait.deadline(deadline);
        }
        let finished = wait.await?;
        if !finished.is_completed() {
            return Err(RunError::NotCompleted(Box::new(finished)));
        }
        let summary = finished
            .fetch_summary()
            .await
            .map_err(|error| RunError::Answer {
                task: finished.task_ref().clone(),
                error,
            })?;
        Ok((finished, summary))
    }

    /// Finds what can't work, before anything is sent.
    fn check(&self) -> Result<AgentId, Error> {
        let has_query = self.query.as_ref().is_some_and(|query| !query.is_empty());
        if !has_query && self.files.is_empty() {
            return Err(Error::invalid_request(
                "a run needs a query or at least one file; it has neither",
            ));
        }
        let agent_id = self.agent_id.clone()?;
        if let Some(policy) = &self.policy {
            policy.check().map_err(Error::invalid_request)?;
        }
        if let Some(key) = &self.key {
            keyed::check(key)?;
        }
        Ok(agent_id)
    }
}

fn no_output_config() -> TaskOutputConfig {
    TaskOutputConfig {
        instructions: None,
        output_schema: None,
    }
}

impl IntoFuture for Run {
    type Output = Result<TaskSummary, RunError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    /// Starts the task, waits for its end and fetches its summary.
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Ok(self.complete().await?.1) })
    }
}
