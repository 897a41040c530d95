//! What to run: the query, the files, the wanted output.

use std::{
    future::{Future, IntoFuture},
    pin::Pin,
    time::Duration,
};

use schemars::{JsonSchema, schema_for};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{
    RunState,
    error::RunError,
    keyed::{self, any_marker},
    policy::ReconcilePolicy,
    request::Request,
    start::Starter,
    started::Started,
};
use crate::{
    api::{
        Client,
        types::{TaskOutputConfig, TaskSummary},
    },
    error::Error,
    transport::Upload,
    wait::Finished,
};

/// A run in preparation, from [`RunExt::run`](super::RunExt::run).
///
/// Awaited, it starts the task, waits for it and returns its summary. [`start`](Self::start) stops
/// after the first of these steps. Dropping it before either sends nothing; dropping the future
/// later leaves a task that was started running.
///
/// Documented at <https://agents.nanonets.com/docs/run-agent>.
#[derive(Debug)]
#[must_use = "a run does nothing before it is started or awaited"]
pub struct Run {
    client: Client,
    agent_id: String,
    query: Option<String>,
    files: Vec<Upload>,
    output_config: Option<TaskOutputConfig>,
    extra_fields: Vec<(String, String)>,
    deadline: Option<Duration>,
    key: Option<String>,
    policy: Option<ReconcilePolicy>,
}

impl Run {
    pub(super) fn new(client: Client, agent_id: String) -> Self {
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

    /// The prompt. Needed unless there is a file.
    pub fn query(mut self, query: impl Into<String>) -> Self {
        self.query = Some(query.into());
        self
    }

    /// Adds a file. A run may have several.
    pub fn file(mut self, file: impl Into<Upload>) -> Self {
        self.files.push(file.into());
        self
    }

    /// What the output of this task should look like, instead of what the dashboard says.
    pub fn output_config(mut self, config: TaskOutputConfig) -> Self {
        self.output_config = Some(config);
        self
    }

    /// The wanted structure of the output, as a JSON schema.
    ///
    /// [`output`](Self::output) makes one from a type. Structure in plain words goes into
    /// [`output_config`](Self::output_config).
    pub fn output_schema(mut self, schema: &serde_json::Value) -> Self {
        // The API takes the schema as text.
        self.output_config
            .get_or_insert_with(no_output_config)
            .output_schema = Some(schema.to_string());
        self
    }

    /// Adds a field that the documentation doesn't name (yet).
    pub fn extra_field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.extra_fields.push((name.into(), value.into()));
        self
    }

    /// How long to wait for the task when the run is awaited; 30 minutes by default.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Makes the run happen once for this key, however often it is asked for.
    ///
    /// The [ledger](crate::ledger) notes the key before the run is sent, and the task after. The
    /// same key again gives the same task, with
    /// [`Provenance::Recorded`](super::Provenance::Recorded), in this process and, with a ledger
    /// that outlives it, after a crash and in other processes. A key belongs to one request: with
    /// another query, output, file or agent it is refused. It has 1 to 1024 bytes. Of a stream,
    /// only its name and length are compared.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// What to do where no clear answer comes; as the client was built by default.
    pub fn reconcile(mut self, policy: ReconcilePolicy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Starts the task and returns at once; the work goes on at the server.
    ///
    /// The run is sent once. Where no clear answer comes, its task is looked for in the list and
    /// adopted; only where it isn't there, looked for twice, the run is sent again. See
    /// [`ReconcilePolicy`].
    ///
    /// Runs of one client that look alike wait for each other where one of them is in doubt: poll
    /// what was started to its end.
    ///
    /// # Errors
    ///
    /// [`RunError::NotStarted`] where it is certain that there is no task: the arguments are wrong,
    /// the server refused, or couldn't be reached. [`RunError::OutcomeUnknown`] where there may be
    /// one that can't be told from others, or isn't listed. [`RunError::NotRecorded`] where the
    /// task was started and the ledger failed.
    pub async fn start(self) -> Result<Started, RunError> {
        let agent_id = self.check()?;
        let state = RunState::of(&self.client);
        let policy = self.policy.unwrap_or_else(|| state.policy.clone());
        policy.check().map_err(RunError::NotStarted)?;
        let (query, files) = (self.query, self.files);
        let request = Request::new(
            agent_id,
            query,
            files,
            self.output_config,
            self.extra_fields,
        );
        let mut starter = Starter {
            client: self.client,
            state,
            policy,
            request,
        };
        if let Some(key) = &self.key {
            keyed::check(key).map_err(RunError::NotStarted)?;
        }
        starter
            .request
            .remember_files()
            .await
            .map_err(RunError::NotStarted)?;
        match self.key {
            Some(key) => starter.start_once(key).await,
            None => {
                starter.request.marker = starter.policy.marker.then(any_marker);
                starter.start(None, None).await
            }
        }
    }

    /// Runs the agent and returns its output as a type of yours.
    ///
    /// The type's JSON schema is sent as the wanted structure, unless
    /// [`output_config`](Self::output_config) holds one.
    ///
    /// ```no_run
    /// use nanonets_agents::prelude::*;
    ///
    /// #[derive(serde::Deserialize, schemars::JsonSchema)]
    /// struct Invoice {
    ///     number: String,
    ///     total: f64,
    /// }
    ///
    /// # async fn example(client: Client, agent_id: &str) -> Result<(), RunError> {
    /// let invoice: Invoice = client.run(agent_id).file(Upload::path("invoice.pdf")).output().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of awaiting the run, and [`RunError::Output`] where the answer isn't of that type.
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

    /// Finds what the API would refuse, before anything is sent.
    fn check(&self) -> Result<Uuid, RunError> {
        let has_query = self.query.as_ref().is_some_and(|it| !it.is_empty());
        if !has_query && self.files.is_empty() {
            return Err(RunError::NotStarted(Error::invalid_request(
                "a run needs a query or at least one file; it has neither",
            )));
        }
        Uuid::parse_str(&self.agent_id).map_err(|_| {
            RunError::NotStarted(Error::invalid_request(format!(
                "the agent id {:?} is not a UUID",
                self.agent_id
            )))
        })
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

    /// Starts the task, waits for its end and gets its summary.
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Ok(self.complete().await?.1) })
    }
}
