//! The answers of tasks in types of the user's own.
//!
//! Not beside the types: a handle and an end know nothing of runs, whose error says all that can
//! become of an answer.

use serde::de::DeserializeOwned;

use super::{
    answer::Answer,
    error::{NotCompleted, RunError},
    failure,
    started::Started,
};
use crate::{
    api::types::{TaskStatus, TaskSummary},
    error::Error,

    wait::{Finished, TaskHandle},
};

impl Started {
    /// Waits for the end of the task, and returns its answer as a type of the caller's.
    ///
    /// It waits with the default settings, for 30 minutes at most; for others, await
    /// [`wait`](Self::wait) and take [`Finished::output`]. The schema of the type isn't sent, since
    /// the run was started before: [`Run::output_schema`](super::Run::output_schema) sends it with
    /// the run.
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
    /// # let simulator = Simulator::builder().agent(AgentSpec::new("Totals").script(script)).build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let started = client.run(agent_id).query("Total?").start().await?;
    /// let invoice = started.output::<Invoice>().await?;
    /// assert_eq!(invoice.total, 12.5);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Finished::output`], and [`RunError::Wait`] where waiting ended early.
    pub async fn output<T: DeserializeOwned>(&self) -> Result<Answer<T>, RunError> {
        let finished = self.wait().await.map_err(|error| RunError::Wait {
            error,
            twins: self.twins().clone(),
        })?;
        let value = finished.output().await?;
        Ok(Answer::new(value, finished, self.provenance()))
    }
}

impl Finished {
    /// Fetches the answer, and returns it as a type of the caller's. It takes one request; so does
    /// each end of a [wait for many](crate::wait::WaitMany) whose answer is read.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
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
    /// # let simulator = Simulator::builder().agent(AgentSpec::new("Totals").script(script)).build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// # let started = [client.run(agent_id).query("Total?").start().await?];
    /// let mut ends = client.wait_many(&started).stream();
    /// while let Some(finished) = ends.try_next().await? {
    ///     println!("{}", finished.output::<Invoice>().await?.total);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`RunError::NotCompleted`] where the task failed or was stopped; it says why.
    /// - [`RunError::Answer`] where the answer couldn't be fetched.
    /// - [`RunError::Output`] where the answer isn't of that type. It holds the answer.
    pub async fn output<T: DeserializeOwned>(&self) -> Result<T, RunError> {
        read(&summary(self).await?, self)
    }

    /// Fetches why the task has failed; `None` where it hasn't said why, or hasn't failed.
    ///
    /// The reason is the last entry of the task's feed that is an error. The documentation doesn't
    /// say what such entries look like, and different forms are understood. It takes one request.
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    /// # use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let script = Script::empty().fail("The file is no invoice.");
    /// # let simulator = Simulator::builder().agent(AgentSpec::new("Fails").script(script)).build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let finished = client.run(agent_id).query("Total?").start().await?.wait().await?;
    /// let reason = finished.fetch_failure().await?;
    /// assert_eq!(reason.as_deref(), Some("The file is no invoice."));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The [errors of a handle's calls](TaskHandle#errors-of-its-calls).
    pub async fn fetch_failure(&self) -> Result<Option<String>, Error> {
        if matches!(self.status(), TaskStatus::Completed | TaskStatus::Stopped) {
            return Ok(None);
        }
        let result = self.handle().fetch_result().await?;
        Ok(failure::reason(&result.feed))
    }
}

impl TaskHandle {
    /// Fetches the answer of a task that has ended, and returns it as a type of the caller's. It
    /// doesn't wait, and takes one request.
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
    /// # let simulator = Simulator::builder().agent(AgentSpec::new("Totals").script(script)).build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// # let task_id = client.run(agent_id).query("Total?").await?.task_ref().task_id();
    /// let invoice = client.task(task_id).output::<Invoice>().await?;
    /// assert_eq!(invoice.total, 12.5);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Finished::output`]. A task that goes on has no answer yet, which is
    /// [`RunError::Output`] with [`OutputError::Missing`](crate::output::OutputError::Missing).
    pub async fn output<T: DeserializeOwned>(&self) -> Result<T, RunError> {
        let summary = self.fetch_summary().await.map_err(|error| {
            RunError::answer(self, error)
        })?;
        let status = summary.status.clone();
        let has_failed = matches!(status, Some(TaskStatus::Failed | TaskStatus::Stopped));
        match status {
            Some(status) if has_failed => {
                let finished = Finished::new(self.clone(), status);
                Err(not_completed(finished).await)
            }
            _ => summary.output().map_err(|error| RunError::output(self, error)),
        }
    }
}

/// Fetches the summary of a task that has ended.
pub(super) async fn summary(finished: &Finished) -> Result<TaskSummary, RunError> {
    if !finished.is_completed() {
        return Err(not_completed(finished.clone()).await);
    }
    let summary = finished.fetch_summary().await;
    summary.map_err(|error| RunError::Answer {
        task: finished.task_ref().clone(),
        twins: finished.twins().clone(),
        error,
    })
}

/// Reads the answer in a summary as a type.
pub(super) fn read<T: DeserializeOwned>(
    summary: &TaskSummary,
    finished: &Finished,
) -> Result<T, RunError> {
    summary.output().map_err(|error| RunError::Output {
        task: finished.task_ref().clone(),
        twins: finished.twins().clone(),
        error,
    })
}

/// Returns the error of a task that hasn't completed, with the reason.
async fn not_completed(finished: Finished) -> RunError {
    let reason = finished.fetch_failure().await;
    let error = NotCompleted::new(finished);
    match reason {
        Ok(reason) => error.with_reason(reason).into(),
        Err(unread) => error.with_error(unread).into(),
    }
}
