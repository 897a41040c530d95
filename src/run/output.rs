//! The answer of a run in the caller's own type, wherever there is a task.

use serde::de::DeserializeOwned;

use super::{answer::Answer, error::RunError, not_completed::NotCompleted, started::Started};
use crate::{
    api::types::{TaskStatus, TaskSummary},
    error::Error,
    output::OutputError,
    wait::{Finished, TaskHandle, Wait},
};

impl Started {
    /// Waits for the end of the task, with the default settings of a [`Wait`], and returns its
    /// answer as a type of the caller's.
    ///
    /// Beside the wait it takes one request. The type's schema isn't sent, since the run has begun:
    /// give it by [`Run::output_schema`](super::Run::output_schema).
    ///
    /// ```
    /// use nanonets_agents::{output::OutputSchema, prelude::*};
    /// # use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
    ///
    /// #[derive(serde::Deserialize, schemars::JsonSchema)]
    /// struct Invoice {
    ///     total: f64,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let script = Script::empty().complete(serde_json::json!({"total": 12.5}));
    /// # let agent = AgentSpec::new("Totals").script(script);
    /// # let simulator = Simulator::builder().agent(agent).build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let schema = OutputSchema::of::<Invoice>()?;
    /// let started = client.run(agent_id).query("Total?").output_schema(schema).start().await?;
    /// let invoice = started.output::<Invoice>().await?;
    /// assert_eq!(invoice.total, 12.5);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`RunError::Wait`] where waiting ended early.
    /// - [`RunError::NotCompleted`] where the task failed or was stopped; it says why.
    /// - [`RunError::Answer`] where the answer couldn't be fetched.
    /// - [`RunError::Output`] where the answer isn't of that type; it has the raw answer.
    pub async fn output<T: DeserializeOwned>(&self) -> Result<Answer<T>, RunError> {
        read(answer_of(self, self.wait()).await?)
    }
}

impl Finished {
    /// Fetches the answer of the task and returns it as a type of the caller's, in one request.
    ///
    /// ```
    /// use futures_util::StreamExt;
    /// use nanonets_agents::prelude::*;
    /// # use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Invoice {
    ///     total: f64,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let script = Script::empty().complete(serde_json::json!({"total": 12.5}));
    /// # let agent = AgentSpec::new("Totals").script(script);
    /// # let simulator = Simulator::builder().agent(agent).build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// # let started = client.run(agent_id).query("Total?").start().await?;
    /// let mut ends = client.wait_many([started.task_ref().clone()]).stream();
    /// while let Some(end) = ends.next().await {
    ///     let invoice: Invoice = end?.output().await?;
    ///     assert_eq!(invoice.total, 12.5);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`RunError::NotCompleted`] where the task failed or was stopped; it says why.
    /// - [`RunError::Answer`] where the answer couldn't be fetched.
    /// - [`RunError::Output`] where the answer isn't of that type, or, after a wait with a
    ///   condition, where the task hasn't ended.
    pub async fn output<T: DeserializeOwned>(&self) -> Result<T, RunError> {
        let summary = summary_of(self).await?;
        output_of(&summary, self)
    }

    /// Fetches why the task has failed, from its summary or else from the errors of its feed;
    /// `None` where it hasn't failed, or where neither says why.
    ///
    /// It takes one request or two. A run whose task fails has done it:
    /// [`NotCompleted::reason`](super::NotCompleted::reason).
    ///
    /// ```
    /// # use nanonets_agents::{prelude::*, simulator::{AgentSpec, Script, Simulator}};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let damaged = Script::empty().fail("The file is damaged.");
    /// # let damaged = AgentSpec::new("Damaged").script(damaged);
    /// # let simulator = Simulator::builder().agent(damaged).build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let started = client.run(agent_id).query("Total?").start().await?;
    /// let finished = started.wait().await?;
    /// let reason = finished.fetch_failure().await?;
    /// assert_eq!(reason.as_deref(), Some("The file is damaged."));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The [errors of a handle's calls](TaskHandle#errors-of-its-calls).
    pub async fn fetch_failure(&self) -> Result<Option<String>, Error> {
        if *self.status() != TaskStatus::Failed {
            return Ok(None);
        }
        let summary = self.fetch_summary().await?;
        failure_of(&summary, self.handle()).await
    }
}

impl TaskHandle {
    /// Fetches the answer of a task that has ended, and returns it as a type of the caller's, in
    /// one request. It doesn't wait.
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    /// # use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Invoice {
    ///     total: f64,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let script = Script::empty().complete(serde_json::json!({"total": 12.5}));
    /// # let agent = AgentSpec::new("Totals").script(script);
    /// # let simulator = Simulator::builder().agent(agent).build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// # let started = client.run(agent_id).query("Total?").start().await?;
    /// # started.wait().await?;
    /// # let stored = started.task_ref().clone();
    /// let invoice: Invoice = client.task(stored).output().await?;
    /// assert_eq!(invoice.total, 12.5);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`RunError::NotCompleted`] where the task failed or was stopped; it says why.
    /// - [`RunError::Answer`] where the answer couldn't be fetched.
    /// - [`RunError::Output`] where the answer isn't of that type, or where the task hasn't ended
    ///   ([`OutputError::Unfinished`]).
    pub async fn output<T: DeserializeOwned>(&self) -> Result<T, RunError> {
        let summary = self.fetch_summary().await;
        let summary = summary.map_err(|error| RunError::answer(self, error))?;
        let status = summary.status.clone().unwrap_or(TaskStatus::Completed);
        let finished = Finished::new(self.clone(), status);
        if finished.is_completed() {
            return output_of(&summary, &finished);
        }
        if finished.status().is_terminal() {
            let reason = failure_of(&summary, self).await;
            let end = not_completed(finished, reason);
            return Err(end);
        }
        let unfinished = OutputError::Unfinished(finished.status().clone());
        Err(RunError::output(self, unfinished))
    }
}

/// Waits for the end of what was started, and fetches its answer.
pub(super) async fn answer_of(
    started: &Started,
    wait: Wait,
) -> Result<Answer<TaskSummary>, RunError> {
    let finished = wait.await.map_err(|error| RunError::Wait {
        error,
        twins: started.twins().clone(),
    })?;
    let summary = summary_of(&finished).await?;
    Ok(Answer::new(summary, finished, started.provenance()))
}

/// Reads an answer as a type.
pub(super) fn read<T: DeserializeOwned>(
    answer: Answer<TaskSummary>,
) -> Result<Answer<T>, RunError> {
    let output = output_of(&answer, answer.finished())?;
    Ok(answer.map(output))
}

fn output_of<T: DeserializeOwned>(summary: &TaskSummary, of: &Finished) -> Result<T, RunError> {
    let transport = of.handle().client().transport();
    let output = summary.output_masked(&|text: &str| transport.masked(text));
    output.map_err(|error| RunError::Output {
        task: of.task_ref().clone(),
        twins: of.twins().clone(),
        error,
    })
}

/// Fetches the summary of a task that has completed; of another one, why it hasn't.
async fn summary_of(finished: &Finished) -> Result<TaskSummary, RunError> {
    if !finished.is_completed() {
        if !finished.status().is_terminal() {
            return Err(RunError::Output {
                task: finished.task_ref().clone(),
                twins: finished.twins().clone(),
                error: OutputError::Unfinished(finished.status().clone()),
            });
        }
        let reason = finished.fetch_failure().await;
        let end = not_completed(finished.clone(), reason);
        return Err(end);
    }
    finished
        .fetch_summary()
        .await
        .map_err(|error| RunError::Answer {
            task: finished.task_ref().clone(),
            twins: finished.twins().clone(),
            error,
        })
}

/// Returns why a task has failed, by its summary, else by its feed.
async fn failure_of(summary: &TaskSummary, task: &TaskHandle) -> Result<Option<String>, Error> {
    if summary.status == Some(TaskStatus::Stopped) {
        return Ok(None);
    }
    match summary.failure() {
        Some(reason) => Ok(Some(reason)),
        None => Ok(task.fetch_result().await?.failure()),
    }
}

/// Returns the error of a task that has ended without an answer. The server may repeat the API key
/// in the reason.
fn not_completed(finished: Finished, reason: Result<Option<String>, Error>) -> RunError {
    let transport = finished.handle().client().transport();
    let reason = reason.map(|reason| reason.map(|reason| transport.masked(&reason)));
    RunError::NotCompleted(Box::new(NotCompleted::explained(finished, reason)))
}
