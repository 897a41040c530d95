//! Running agents.
//!
//! ```no_run
//! use nanonets_agents::prelude::*;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::from_env()?;
//! let agent_id = "0b9e6e5e-1111-4222-8333-444455556666";
//! let summary = client
//!     .run(agent_id)
//!     .query("Extract the line items.")
//!     .file(Upload::path("invoice.pdf"))
//!     .await?;
//! println!("{:?}", summary.result);
//! # Ok(())
//! # }
//! ```

mod error;
mod request;
mod started;

pub use error::{OutcomeUnknown, RunError};
pub use request::Run;
pub use started::{Provenance, Started};

use crate::{
    api::Client,
    wait::{TaskHandle, TaskRef},
};

/// Runs and tasks, on the client.
pub trait RunExt {
    /// A run of an agent, to be given its query and files. Nothing is sent before `start` or `await`.
    ///
    /// The id is that of [`Agent::id`](crate::types::Agent::id), as a UUID or as its text.
    fn run(&self, agent_id: impl ToString) -> Run;

    /// A task that was started before, perhaps by another process.
    fn task(&self, task: impl Into<TaskRef>) -> TaskHandle;
}

impl RunExt for Client {
    fn run(&self, agent_id: impl ToString) -> Run {
        Run::new(self.clone(), agent_id.to_string())
    }

    fn task(&self, task: impl Into<TaskRef>) -> TaskHandle {
        TaskHandle::new(self.clone(), task.into(), None)
    }
}
