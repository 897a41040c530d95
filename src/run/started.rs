//! The task that a run has started.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    api::{
        Client,
        types::{Task, TaskSummary},
    },
    error::Error,
    ids::{TaskId, TaskRef},
    metadata::Metadata,
    twin::Twins,
    wait::{TaskHandle, Wait},
};

/// How a run came by its task.
///
/// ```
/// use nanonets_agents::run::Provenance;
///
/// assert_eq!(Provenance::Adopted.to_string(), "adopted");
/// assert_eq!(serde_json::to_string(&Provenance::Adopted)?, r#""adopted""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Provenance {
    /// The server answered the run with this task.
    Created,
    /// No clear answer came, and the task was found in the list.
    Adopted,
    /// The ledger had recorded the task: a run with the same key was started before, or has taken
    /// the key over while this one was paused.
    Recorded,
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Created => "created",
            Self::Adopted => "adopted",
            Self::Recorded => "recorded",
        })
    }
}

/// A task that a run has started, from [`Run::start`](super::Run::start).
///
/// It can be cloned, and dropping it changes nothing at the server. To go on with the task in
/// another process, store its [`task_ref`](Self::task_ref).
///
/// ```
/// use nanonets_agents::{prelude::*, run::Provenance};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
/// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
/// let started = client.run(agent_id).query("Extract the line items.").start().await?;
/// println!("{} ({})", started.task_id(), started.provenance());
/// # assert_eq!(started.provenance(), Provenance::Created);
/// let stored = serde_json::to_string(started.task_ref())?;
/// # assert!(stored.contains(&started.task_id().to_string()));
///
/// let finished = started.wait().await?;
/// assert!(finished.is_completed());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Started {
    handle: TaskHandle,
    provenance: Provenance,
    is_finished: bool,
    twins: Twins,
    metadata: Option<Metadata>,
}

impl Started {
    /// Creates what a run has started, for tests of code that takes one.
    ///
    /// ```
    /// use nanonets_agents::{TaskId, prelude::*, run::{Provenance, Started}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let task_id: TaskId = "0b9e6e5e-1111-4222-8333-444455556666".parse()?;
    /// let started = Started::new(client.task(task_id), Provenance::Recorded);
    /// assert!(started.twins().found().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(handle: TaskHandle, provenance: Provenance) -> Self {
        Self {
            handle,
            provenance,
            is_finished: false,
            twins: Twins::none(),
            metadata: None,
        }
    }

    pub(super) fn of(client: Client, task: TaskRef, provenance: Provenance) -> Self {
        Self::new(TaskHandle::new(client, task, None), provenance)
    }

    /// Sets what is known of other tasks of the same run; nothing by default.
    ///
    /// ```
    /// # use nanonets_agents::{TaskRef, run::{Started, Twin, Twins}};
    /// # fn example(started: Started, other: TaskRef) {
    /// let started = started.with_twins(Twins::none().with_found([Twin::new(other)]));
    /// assert!(!started.twins().found()[0].is_cancelled());
    /// # }
    /// ```
    #[must_use]
    pub fn with_twins(mut self, twins: Twins) -> Self {
        self.twins = twins;
        self
    }

    /// Sets whether the ledger has the task as finished; by default it doesn't.
    ///
    /// ```
    /// # use nanonets_agents::run::Started;
    /// # fn example(started: Started) {
    /// assert!(started.with_finished(true).is_finished());
    /// # }
    /// ```
    #[must_use]
    pub fn with_finished(mut self, is_finished: bool) -> Self {
        self.is_finished = is_finished;
        self
    }

    /// Sets [`metadata`](Self::metadata); none by default.
    ///
    /// ```
    /// # use nanonets_agents::{Metadata, run::Started};
    /// # fn example(started: Started) {
    /// let started = started.with_metadata(Metadata::new(http::StatusCode::CREATED));
    /// assert_eq!(started.metadata().map(Metadata::attempts), Some(1));
    /// # }
    /// ```
    #[must_use]
    pub fn with_metadata(mut self, metadata: impl Into<Option<Metadata>>) -> Self {
        self.metadata = metadata.into();
        self
    }

    /// Returns the id of the task.
    pub fn task_id(&self) -> TaskId {
        self.handle.task_id()
    }

    /// Returns how the run came by this task.
    pub fn provenance(&self) -> Provenance {
        self.provenance
    }

    /// Whether the ledger has the task as
    /// [finished](crate::ledger::Ledger::record_finished): it was dealt with before, and needs no
    /// more attention. Only a run with a key can be.
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let run = || client.run(agent_id).query("How many?").key("invoice-1").start();
    /// let started = run().await?;
    /// started.wait().await?;
    /// client.ledger().record_finished(started.task_id()).await?;
    ///
    /// assert!(!started.is_finished());
    /// assert!(run().await?.is_finished());
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_finished(&self) -> bool {
        self.is_finished
    }

    /// Returns what is known of other tasks of the same run; nearly always nothing. See [`Twins`].
    ///
    /// ```
    /// # use nanonets_agents::{prelude::*, run::Started};
    /// # fn example(started: Started) {
    /// for twin in started.twins().found() {
    ///     println!("{} goes on: {}", twin.task_id(), !twin.is_cancelled());
    /// }
    /// # }
    /// ```
    pub fn twins(&self) -> &Twins {
        &self.twins
    }

    /// Returns what came back beside the reply that named the task, and what that call took; `None`
    /// where the task was adopted or recorded, which no reply to this run has named.
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let started = client.run(agent_id).query("Extract the line items.").start().await?;
    /// let metadata = started.metadata().expect("this run has created its task");
    /// assert!(metadata.status().is_success());
    /// # Ok(())
    /// # }
    /// ```
    pub fn metadata(&self) -> Option<&Metadata> {
        self.metadata.as_ref()
    }

    /// Returns the handle of the task, to fetch its status or answer, or to cancel it.
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let started = client.run(agent_id).query("Extract the line items.").start().await?;
    /// started.handle().cancel().await?;
    /// assert_eq!(started.handle().fetch().await?.status.to_string(), "stopped");
    /// # Ok(())
    /// # }
    /// ```
    pub fn handle(&self) -> &TaskHandle {
        &self.handle
    }

    /// Returns what names the task, in a form that can be stored.
    pub fn task_ref(&self) -> &TaskRef {
        self.handle.task_ref()
    }

    /// Fetches the task with its current status, once; see [`TaskHandle::fetch`].
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let started = client.run(agent_id).query("Extract the line items.").start().await?;
    /// println!("{}", started.fetch().await?.status);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [all calls](TaskHandle#errors-of-its-calls).
    pub async fn fetch(&self) -> Result<Task, Error> {
        self.handle.fetch().await
    }

    /// Fetches the answer of the task. Before there is one, its `result` is `None`. See
    /// [`TaskHandle::fetch_summary`].
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let started = client.run(agent_id).query("Extract the line items.").start().await?;
    /// started.wait().await?;
    /// assert!(started.fetch_summary().await?.result.is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [all calls](TaskHandle#errors-of-its-calls).
    pub async fn fetch_summary(&self) -> Result<TaskSummary, Error> {
        self.handle.fetch_summary().await
    }

    /// Cancels the task and returns it as it is after that; see [`TaskHandle::cancel`].
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let started = client.run(agent_id).query("Extract the line items.").start().await?;
    /// assert_eq!(started.cancel().await?.status.as_str(), "stopped");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [all calls](TaskHandle#errors-of-its-calls).
    pub async fn cancel(&self) -> Result<Task, Error> {
        self.handle.cancel().await
    }

    /// Waits for the end of the task; see [`Wait`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// let started = client.run(agent_id).query("Extract the line items.").start().await?;
    /// let finished = started.wait().deadline(Duration::from_secs(600)).await?;
    /// assert!(finished.is_completed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(&self) -> Wait {
        self.handle.wait()
    }
}

impl From<&Started> for TaskRef {
    fn from(started: &Started) -> Self {
        started.handle.task_ref().clone()
    }
}

impl From<Started> for TaskRef {
    fn from(started: Started) -> Self {
        Self::from(&started)
    }
}
