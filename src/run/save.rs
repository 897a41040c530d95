//! Answers of any size, saved as files without being held in memory.

use std::path::Path;

use super::error::RunError;
use crate::{
    binding::Response,
    error::{Error, ErrorKind, Phase},
    excerpt::excerpt,
    transport::Download,
    wait::TaskHandle,
};

impl TaskHandle {
    /// Saves the summary of the task, which has its answer, as a file of JSON, and returns how many
    /// bytes it has. The summary may be of any size: it isn't held in memory.
    ///
    /// It is written to a file beside it whose name ends in `.part`, which gets its name once it is
    /// whole. Nothing checks whether the task has ended. Read the file as a
    /// [`TaskSummary`](crate::types::TaskSummary), if there is room.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, types::TaskSummary};
    /// # use nanonets_agents::simulator::Simulator;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// # let path = std::env::temp_dir().join(format!("summary-{}.json", std::process::id()));
    /// let started = client.run(agent_id).query("How many?").start().await?;
    /// let finished = started.wait().await?;
    /// finished.handle().save_summary(&path).await?;
    ///
    /// let summary: TaskSummary = serde_json::from_slice(&std::fs::read(&path)?)?;
    /// assert!(summary.structured().is_some());
    /// # std::fs::remove_file(path)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`RunError::Answer`], which names the task: the server refused, the connection broke off or
    /// stalled, the reply isn't JSON ([`Decode`](ErrorKind::Decode)), or the file can't be written
    /// ([`InvalidRequest`](ErrorKind::InvalidRequest)). No file has the name then, unless one had
    /// it before.
    pub async fn save_summary(&self, path: impl AsRef<Path>) -> Result<u64, RunError> {
        let call = self.client().get_task_summary().task_id(self.task_id());
        self.save("get_task_summary", call.download(), path.as_ref())
            .await
    }

    /// Saves the task with all its steps as a file of JSON, like
    /// [`save_summary`](Self::save_summary), and returns how many bytes it has.
    ///
    /// ```no_run
    /// # use nanonets_agents::{run::RunError, wait::TaskHandle};
    /// # async fn example(task: TaskHandle) -> Result<(), RunError> {
    /// println!("{} bytes", task.save_result("steps.json").await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`save_summary`](Self::save_summary).
    pub async fn save_result(&self, path: impl AsRef<Path>) -> Result<u64, RunError> {
        let call = self.client().get_task_result().task_id(self.task_id());
        self.save("get_task_result", call.download(), path.as_ref())
            .await
    }

    async fn save(
        &self,
        operation: &'static str,
        call: impl Future<Output = Result<Response<Download>, Error>>,
        path: &Path,
    ) -> Result<u64, RunError> {
        let saving = async {
            let response = call.await?;
            self.check_is_json(&response)
                .map_err(|error| error.with_operation(operation))?;
            response.into_inner().save_to(path).await
        };
        let saved = saving.await;
        saved.map_err(|error| RunError::answer(self, error))
    }

    /// Refuses what a server in between may have answered, such as a page to log in.
    fn check_is_json(&self, response: &Response<Download>) -> Result<(), Error> {
        let content_type = response.content_type();
        let Some(other) = content_type.filter(|name| !name.to_ascii_lowercase().contains("json"))
        else {
            return Ok(());
        };
        let other = excerpt(&self.client().transport().masked(other));
        let message = format!("the reply isn't JSON, its type is {other}");
        let error = Error::new(ErrorKind::Decode, Phase::Answered, message);
        Err(error.with_attempts(response.metadata().attempts()))
    }
}
