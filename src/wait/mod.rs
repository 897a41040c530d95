//! Waiting for tasks: one by one, or [many](WaitExt::wait_many) at once.
//!
//! ```no_run
//! use std::time::Duration;
//! use nanonets_agents::{prelude::*, run::Started};
//!
//! # async fn example(client: Client, started: Started) -> Result<(), Box<dyn std::error::Error>> {
//! let finished = started.wait().deadline(Duration::from_secs(900)).await?;
//! let summary = finished.fetch_summary().await?;
//! # Ok(())
//! # }
//! ```

mod answering;
mod condition;
mod dialogue;
mod durations;
mod error;
mod handle;
mod last_look;
mod live;
mod many;
mod names_task;
mod observe;
mod one;
mod order;
mod outcome;
mod policy;
mod question;
mod reply;
mod transcript;
mod watch;

pub use answering::Answered;
pub use condition::Condition;
pub(crate) use dialogue::Dialogues;
pub(crate) use durations::Durations;
pub use error::{DeadlineExceeded, WaitError};
pub use handle::TaskHandle;
pub(crate) use last_look::{LastLook, LastLooks};
pub(crate) use live::LiveTasks;
pub use many::{ManyEnds, ManyUpdates, TaskSender, WaitMany};
pub use names_task::NamesTask;
pub use one::{Updates, Wait};
pub use outcome::{Finished, Update};
pub use policy::PollPolicy;
pub use question::Question;
pub(crate) use reply::InputHandler;
pub use reply::Reply;
pub(crate) use watch::WaitSettings;

use crate::{api::Client, ids::TaskRef, sealed::Sealed};

/// The client's methods for tasks that exist already. Implemented for [`Client`] alone.
///
/// ```
/// # use nanonets_agents::{prelude::*, simulator::Simulator};
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = Simulator::builder().build();
/// # let client = simulator.in_process_client()?;
/// # let started = client.run(simulator.agent_id()).query("How many?").start().await?;
/// # let task_id = started.task_id();
/// let finished = client.task(task_id).wait().await?;
/// assert!(finished.is_completed());
/// # Ok(())
/// # }
/// ```
pub trait WaitExt: Sealed {
    /// Returns the handle of a task that was started before, perhaps by another process. Nothing is
    /// sent.
    ///
    /// ```no_run
    /// use nanonets_agents::{TaskRef, prelude::*};
    ///
    /// # async fn example(client: Client, json: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// let saved: TaskRef = serde_json::from_str(json)?;
    /// let finished = client.task(saved).wait().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Whatever names a task without fail gives the handle: a [`TaskRef`], a [`TaskId`], a
    /// [`Uuid`], a [`Task`](crate::types::Task), a [`Started`](crate::run::Started). A text gives a
    /// [`Result`], since it may be no UUID:
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = nanonets_agents::simulator::Simulator::builder().build();
    /// # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
    /// # let started = client.run(agent_id).query("How many?").start().await?;
    /// let argument = started.task_id().to_string();
    /// let task = client.task(argument.as_str())?.fetch().await?;
    /// assert_eq!(task.task_id, *started.task_id().as_uuid());
    ///
    /// let error = client.task("invoices").unwrap_err();
    /// assert_eq!(error.to_string(), r#"the task id "invoices" is not a UUID"#);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`TaskId`]: crate::TaskId
    /// [`Uuid`]: uuid::Uuid
    fn task<T: NamesTask>(&self, task: T) -> T::Handle;

    /// Returns a wait for all of these tasks at once, which takes a few requests for all of them
    /// together; see [`WaitMany`]. A task that is given twice is waited for once.
    ///
    /// ```no_run
    /// use futures_util::StreamExt;
    /// use nanonets_agents::{prelude::*, run::Started};
    ///
    /// # async fn example(client: Client, started: Vec<Started>) {
    /// let mut ends = client.wait_many(&started).stream();
    /// while let Some(end) = ends.next().await {
    ///     println!("{:?}", end.map(|finished| finished.status().clone()));
    /// }
    /// # }
    /// ```
    fn wait_many(&self, tasks: impl IntoIterator<Item: Into<TaskRef>>) -> WaitMany;
}

impl WaitExt for Client {
    fn task<T: NamesTask>(&self, task: T) -> T::Handle {
        task.handle(self)
    }

    fn wait_many(&self, tasks: impl IntoIterator<Item: Into<TaskRef>>) -> WaitMany {
        let tasks = tasks.into_iter().map(Into::into);
        WaitMany::new(self.clone(), tasks.collect())
    }
}
