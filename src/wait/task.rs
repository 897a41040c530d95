//! A task that exists: how to name it, store it and ask for it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Wait;
use crate::{
    api::{
        Client,
        types::{SendMessageRequest, Task, TaskMessage, TaskResult, TaskStatus, TaskSummary},
    },
    error::Error,
};

/// What identifies a task, to be stored and picked up again with
/// [`RunExt::task`](crate::run::RunExt::task).
///
/// ```
/// use nanonets_agents::prelude::*;
///
/// let text = r#"{"version":1,"task_id":"0b9e6e5e-1111-4222-8333-444455556666"}"#;
/// let task: TaskRef = serde_json::from_str(text)?;
/// assert_eq!(task.task_id().to_string(), "0b9e6e5e-1111-4222-8333-444455556666");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct TaskRef {
    task_id: Uuid,
    agent_id: Option<Uuid>,
}

/// The stored form. Its version is raised when a reader of the old form would misread the new one.
#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    task_id: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    agent_id: Option<Uuid>,
}

const VERSION: u32 = 1;

impl TaskRef {
    pub(crate) fn new(task_id: Uuid, agent_id: Option<Uuid>) -> Self {
        Self { task_id, agent_id }
    }

    /// Id of the task.
    pub fn task_id(&self) -> Uuid {
        self.task_id
    }

    /// Id of the agent that runs it, where it is known.
    pub fn agent_id(&self) -> Option<Uuid> {
        self.agent_id
    }
}

impl From<Uuid> for TaskRef {
    fn from(task_id: Uuid) -> Self {
        Self::new(task_id, None)
    }
}

impl From<TaskRef> for Stored {
    fn from(task: TaskRef) -> Self {
        Self {
            version: VERSION,
            task_id: task.task_id,
            agent_id: task.agent_id,
        }
    }
}

impl TryFrom<Stored> for TaskRef {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        match stored.version {
            VERSION => Ok(Self::new(stored.task_id, stored.agent_id)),
            other => Err(format!(
                "the task was stored in version {other}, of which this version of the crate knows nothing"
            )),
        }
    }
}

/// A task, with the client to ask for it. From [`RunExt::task`](crate::run::RunExt::task).
///
/// Dropping it changes nothing at the server.
#[derive(Clone, Debug)]
pub struct TaskHandle {
    client: Client,
    task: TaskRef,
    /// The status that a reply has shown already, if one has.
    last_status: Option<TaskStatus>,
}

impl TaskHandle {
    pub(crate) fn new(client: Client, task: TaskRef, last_status: Option<TaskStatus>) -> Self {
        Self {
            client,
            task,
            last_status,
        }
    }

    /// Id of the task.
    pub fn task_id(&self) -> Uuid {
        self.task.task_id
    }

    pub(super) fn last_status(&self) -> Option<&TaskStatus> {
        self.last_status.as_ref()
    }

    /// What identifies the task, to be stored.
    pub fn reference(&self) -> &TaskRef {
        &self.task
    }

    /// Waits for the end of the task; see [`Wait`].
    pub fn wait(&self) -> Wait {
        Wait::new(self.client.clone(), self.clone())
    }

    /// The state of the task now. Documented at <https://agents.nanonets.com/docs/get-task-status>.
    ///
    /// # Errors
    ///
    /// What the call can fail with.
    pub async fn status(&self) -> Result<Task, Error> {
        Ok(self
            .client
            .get_task()
            .task_id(self.task_id())
            .send()
            .await?
            .into_inner())
    }

    /// The answer of the task. Before there is one, its `result` is `None`. Documented at
    /// <https://agents.nanonets.com/docs/get-task-summary>.
    ///
    /// # Errors
    ///
    /// What the call can fail with.
    pub async fn summary(&self) -> Result<TaskSummary, Error> {
        Ok(self
            .client
            .get_task_summary()
            .task_id(self.task_id())
            .send()
            .await?
            .into_inner())
    }

    /// The task with all its steps, for debugging and failed tasks. Documented at
    /// <https://agents.nanonets.com/docs/get-task-result>.
    ///
    /// # Errors
    ///
    /// What the call can fail with.
    pub async fn result(&self) -> Result<TaskResult, Error> {
        Ok(self
            .client
            .get_task_result()
            .task_id(self.task_id())
            .send()
            .await?
            .into_inner())
    }

    /// All messages of the conversation, oldest first. Documented at
    /// <https://agents.nanonets.com/docs/list-task-messages>.
    ///
    /// # Errors
    ///
    /// What the call can fail with.
    pub async fn messages(&self) -> Result<Vec<TaskMessage>, Error> {
        let messages = self.client.list_task_messages().task_id(self.task_id());
        Ok(messages.send().await?.into_inner().data)
    }

    /// Sends the agent a message of the user: the answer to a question, or something more to
    /// consider.
    ///
    /// It is not repeated where no clear answer comes, since it could arrive twice; look into
    /// [`messages`](Self::messages) then. Documented at
    /// <https://agents.nanonets.com/docs/send-task-message>.
    ///
    /// # Errors
    ///
    /// What the call can fail with; status 409 where the task has ended.
    pub async fn send_message(&self, text: impl Into<String>) -> Result<(), Error> {
        let body = SendMessageRequest {
            message: text.into(),
        };
        let message = self.client.send_task_message().task_id(self.task_id());
        message.body(body).send().await?;
        Ok(())
    }

    /// Cancels the task and returns its state after that.
    ///
    /// A step that is running is not interrupted; nothing follows it. Of a task that has ended, it
    /// returns the state unchanged. Documented at <https://agents.nanonets.com/docs/cancel-task>.
    ///
    /// # Errors
    ///
    /// What the call can fail with.
    pub async fn cancel(&self) -> Result<Task, Error> {
        Ok(self
            .client
            .cancel_task()
            .task_id(self.task_id())
            .send()
            .await?
            .into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0b9e6e5e-1111-4222-8333-444455556666";

    #[test]
    fn a_stored_task_is_read_again() {
        let text = format!(r#"{{"version":1,"task_id":"{ID}","agent_id":"{ID}"}}"#);
        let task: TaskRef = serde_json::from_str(&text).expect("the form of version 1");
        assert_eq!(task.agent_id(), Some(task.task_id()));
        assert_eq!(serde_json::to_string(&task).expect("it is plain"), text);
    }

    #[test]
    fn a_newer_form_is_refused() {
        let text = format!(r#"{{"version":2,"task_id":"{ID}"}}"#);
        let error = serde_json::from_str::<TaskRef>(&text).expect_err("it is newer");
        assert!(error.to_string().contains("version 2"), "{error}");
    }
}
