//! What names a task where a handle of it is wanted.

use super::handle::TaskHandle;
use crate::{
    api::Client,
    ids::{InvalidId, TaskRef},
};

/// What [`WaitExt::task`](super::WaitExt::task) takes: everything that can be made into a
/// [`TaskRef`], which gives a [`TaskHandle`], and text, which gives a handle or an [`InvalidId`].
///
/// ```
/// use nanonets_agents::{Client, InvalidId, prelude::*, wait::TaskHandle};
///
/// fn handle(client: &Client, argument: &str) -> Result<TaskHandle, InvalidId> {
///     client.task(argument)
/// }
/// # let _ = handle;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` doesn't name a task",
    note = "a `TaskRef`, a `TaskId`, a `Uuid`, a text, a `Task`, a `Started` and references to them do"
)]
pub trait NamesTask {
    /// The handle, or a result of it where the name may be none.
    type Handle;

    /// Returns the handle of the task, which asks the server by this client.
    ///
    /// ```
    /// use nanonets_agents::{Client, TaskId, wait::{NamesTask, TaskHandle}};
    ///
    /// fn handle(client: &Client, task: TaskId) -> TaskHandle {
    ///     task.handle(client)
    /// }
    /// # let _ = handle;
    /// ```
    fn handle(self, client: &Client) -> Self::Handle;
}

impl<T: Into<TaskRef>> NamesTask for T {
    type Handle = TaskHandle;

    fn handle(self, client: &Client) -> TaskHandle {
        TaskHandle::new(client.clone(), self.into(), None)
    }
}

impl NamesTask for &str {
    type Handle = Result<TaskHandle, InvalidId>;

    fn handle(self, client: &Client) -> Result<TaskHandle, InvalidId> {
        let task: TaskRef = self.parse()?;
        Ok(task.handle(client))
    }
}

impl NamesTask for &String {
    type Handle = Result<TaskHandle, InvalidId>;

    fn handle(self, client: &Client) -> Result<TaskHandle, InvalidId> {
        self.as_str().handle(client)
    }
}

impl NamesTask for String {
    type Handle = Result<TaskHandle, InvalidId>;

    fn handle(self, client: &Client) -> Result<TaskHandle, InvalidId> {
        self.as_str().handle(client)
    }
}
