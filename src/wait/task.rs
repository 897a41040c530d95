//! A task that exists: how to name it, store it and ask for it.

use super::Wait;
use crate::{
    api::{
        Client,
        types::{SendMessageRequest, Task, TaskMessage, TaskResult, TaskStatus, TaskSummary},
    },
    error::Error,
    ids::{TaskId, TaskRef},
};

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
    pub fn task_id(&self) -> TaskId {
        self.task.task_id()
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
