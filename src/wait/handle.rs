//! A task that exists, and what can be asked of it.

use std::fmt;

use crate::{
    api::{
        Client,
        types::{
            SendMessageRequest, SendMessageResponse, Task, TaskListItem, TaskMessage, TaskResult,
            TaskStatus, TaskSummary,
        },
    },
    error::Error,
    failure::Effect,
    ids::{TaskId, TaskRef},
};

/// A task with the client that asks the server about it, from
/// [`WaitExt::task`](super::WaitExt::task) or [`Started::handle`](crate::run::Started::handle).
///
/// Creating it sends nothing, and dropping it changes nothing at the server.
///
/// ```
/// # use nanonets_agents::{prelude::*, simulator::Simulator};
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = Simulator::builder().build();
/// # let client = simulator.in_process_client()?;
/// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
/// # let stored = started.task_ref().clone();
/// let task = client.task(stored);
/// let status = task.fetch().await?.status;
/// println!("{} is {status}", task.task_id());
/// # assert!(!status.as_str().is_empty());
/// # Ok(())
/// # }
/// ```
///
/// # Errors of its calls
///
/// Each call repeats what may be repeated, by the client's
/// [`RetryPolicy`](crate::RetryPolicy), and then fails with an [`Error`] of one of these
/// [kinds](Error::kind):
///
/// - [`Status`](crate::ErrorKind::Status): the server refused. 404: there is no such task in the
///   workspace; 401 and 403: the API key may not see it; 429 and 5xx: still after all attempts.
/// - [`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
///   [`Interrupted`](crate::ErrorKind::Interrupted): no whole reply came.
/// - [`Decode`](crate::ErrorKind::Decode), [`TooLarge`](crate::ErrorKind::TooLarge): the reply
///   can't be read, or is larger than the client accepts.
#[derive(Clone)]
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

    /// Returns the task's id.
    pub fn task_id(&self) -> TaskId {
        self.task.task_id()
    }

    /// Returns the task in a form that can be stored.
    ///
    /// ```
    /// # use nanonets_agents::{prelude::*, simulator::Simulator};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    /// # let task = started.handle();
    /// use nanonets_agents::TaskRef;
    ///
    /// let stored = serde_json::to_string(task.task_ref())?;
    /// let read: TaskRef = serde_json::from_str(&stored)?;
    /// assert_eq!(read.task_id(), task.task_id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn task_ref(&self) -> &TaskRef {
        &self.task
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Returns a handle of the same task that knows this status.
    pub(super) fn with_last_status(&self, status: TaskStatus) -> Self {
        Self {
            last_status: Some(status),
            ..self.clone()
        }
    }

    pub(super) fn last_status(&self) -> Option<&TaskStatus> {
        self.last_status.as_ref()
    }

    /// Fetches the task with its current status, once. To follow the status, take
    /// [`wait`](Self::wait). Documented at <https://agents.nanonets.com/docs/get-task-status>.
    ///
    /// ```
    /// # use nanonets_agents::{prelude::*, simulator::{AgentSpec, Script, Simulator}};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let agent = AgentSpec::new("Example").script(Script::empty().ask("Which one?"));
    /// # let simulator = Simulator::builder().agent(agent).build();
    /// # let client = simulator.in_process_client()?;
    /// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    /// # let task = started.handle();
    /// use nanonets_agents::types::TaskStatus;
    ///
    /// assert_eq!(task.fetch().await?.status, TaskStatus::WaitingForInput);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [all calls](Self#errors-of-its-calls).
    pub async fn fetch(&self) -> Result<Task, Error> {
        let call = self.client.get_task().task_id(self.task_id());
        Ok(call.send().await?.into_inner())
    }

    /// Fetches the answer of the task. Before there is one, its `result` is `None`. Documented at
    /// <https://agents.nanonets.com/docs/get-task-summary>.
    ///
    /// ```
    /// # use nanonets_agents::{prelude::*, simulator::Simulator};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    /// # let task = started.handle();
    /// task.wait().await?;
    /// let summary = task.fetch_summary().await?;
    /// assert!(summary.result.is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [all calls](Self#errors-of-its-calls).
    pub async fn fetch_summary(&self) -> Result<TaskSummary, Error> {
        let call = self.client.get_task_summary().task_id(self.task_id());
        Ok(call.send().await?.into_inner())
    }

    /// Fetches the task with all its steps, which show why a task has failed. Documented at
    /// <https://agents.nanonets.com/docs/get-task-result>.
    ///
    /// ```no_run
    /// # use nanonets_agents::wait::TaskHandle;
    /// # async fn example(task: TaskHandle) -> Result<(), nanonets_agents::Error> {
    /// println!("{:#?}", task.fetch_result().await?.feed);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [all calls](Self#errors-of-its-calls).
    pub async fn fetch_result(&self) -> Result<TaskResult, Error> {
        let call = self.client.get_task_result().task_id(self.task_id());
        Ok(call.send().await?.into_inner())
    }

    /// Fetches all messages of the conversation, oldest first. Documented at
    /// <https://agents.nanonets.com/docs/list-task-messages>.
    ///
    /// ```
    /// # use nanonets_agents::{prelude::*, simulator::{AgentSpec, Script, Simulator}};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let agent = AgentSpec::new("Example").script(Script::empty().ask("Which one?"));
    /// # let simulator = Simulator::builder().agent(agent).build();
    /// # let client = simulator.in_process_client()?;
    /// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    /// # let task = started.handle();
    /// let messages = task.fetch_messages().await?;
    /// let newest = messages.last().expect("the agent asks");
    /// assert_eq!(newest.text().as_deref(), Some("Which one?"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [all calls](Self#errors-of-its-calls).
    pub async fn fetch_messages(&self) -> Result<Vec<TaskMessage>, Error> {
        let call = self.client.list_task_messages().task_id(self.task_id());
        Ok(call.send().await?.into_inner().data)
    }

    /// Sends the agent a message of the user: the answer to a question, or something more to
    /// consider.
    ///
    /// The request is not repeated where no clear reply comes, since the message could arrive
    /// twice: [`fetch_messages`](Self::fetch_messages) tells whether it arrived. Documented at
    /// <https://agents.nanonets.com/docs/send-task-message>.
    ///
    /// ```
    /// # use nanonets_agents::{prelude::*, simulator::{AgentSpec, Script, Simulator}};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let agent = AgentSpec::new("Example").script(Script::empty().ask("Which one?"));
    /// # let simulator = Simulator::builder().agent(agent).build();
    /// # let client = simulator.in_process_client()?;
    /// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    /// # let task = started.handle();
    /// task.send_message("The second one, please.").await?;
    /// let finished = task.wait().await?;
    /// assert!(finished.is_completed());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [all calls](Self#errors-of-its-calls), and
    /// [`Status`](crate::ErrorKind::Status) with 409 where the task has ended.
    pub async fn send_message(&self, text: impl Into<String>) -> Result<(), Error> {
        self.post_message(text.into()).await?;
        Ok(())
    }

    /// Sends a message, and returns the receipt for it.
    pub(super) async fn post_message(&self, message: String) -> Result<SendMessageResponse, Error> {
        let body = SendMessageRequest::builder().message(message);
        let call = self.client.send_task_message().task_id(self.task_id());
        Ok(call.body(body).send().await?.into_inner())
    }

    /// Cancels the task and returns it as it is after that.
    ///
    /// A step that is running is not interrupted, and none follows it. A task that has ended stays
    /// as it is. Documented at <https://agents.nanonets.com/docs/cancel-task>.
    ///
    /// ```
    /// # use nanonets_agents::{prelude::*, simulator::{AgentSpec, Script, Simulator}};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let agent = AgentSpec::new("Example").script(Script::empty().ask("Which one?"));
    /// # let simulator = Simulator::builder().agent(agent).build();
    /// # let client = simulator.in_process_client()?;
    /// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    /// # let task = started.handle();
    /// use nanonets_agents::types::TaskStatus;
    ///
    /// assert_eq!(task.cancel().await?.status, TaskStatus::Stopped);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [all calls](Self#errors-of-its-calls).
    pub async fn cancel(&self) -> Result<Task, Error> {
        let call = self.client.cancel_task().task_id(self.task_id());
        match call.send().await {
            Ok(response) => Ok(response.into_inner()),
            // It was carried out, and only its reply doesn't show the task.
            Err(error) if error.failure().effect() == Effect::Done => self.fetch().await,
            Err(error) => Err(error),
        }
    }
}

/// The client, which is the same for all, is left out: handles stand in errors.
impl fmt::Debug for TaskHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskHandle")
            .field("task", &self.task)
            .field("last_status", &self.last_status)
            .finish_non_exhaustive()
    }
}

impl From<&TaskHandle> for TaskRef {
    fn from(handle: &TaskHandle) -> Self {
        handle.task_ref().clone()
    }
}

impl From<TaskHandle> for TaskRef {
    fn from(handle: TaskHandle) -> Self {
        handle.task
    }
}

impl From<&Task> for TaskRef {
    fn from(task: &Task) -> Self {
        Self::new(task.task_id).with_agent(task.agent_id)
    }
}

impl From<Task> for TaskRef {
    fn from(task: Task) -> Self {
        Self::from(&task)
    }
}

impl From<&TaskListItem> for TaskRef {
    fn from(item: &TaskListItem) -> Self {
        Self::new(item.task_id).with_agent(item.agent_id)
    }
}

impl From<TaskListItem> for TaskRef {
    fn from(item: TaskListItem) -> Self {
        Self::from(&item)
    }
}
