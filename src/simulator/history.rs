//! Tasks from before the simulator began.

use chrono::{DateTime, Utc};

/// A task that had ended before the simulator began, for lists that are long or old; see
/// [`SimulatorBuilder::history`](super::SimulatorBuilder::history).
///
/// It is listed and has a state. It has neither messages nor output.
#[derive(Clone, Debug)]
pub struct PastTask {
    pub(super) created_at: DateTime<Utc>,
    pub(super) status: String,
    pub(super) title: String,
}

impl PastTask {
    /// A completed task. What was created later than the simulator's start is taken to be from
    /// then.
    pub fn new(title: impl Into<String>, created_at: DateTime<Utc>) -> Self {
        Self {
            created_at,
            status: "completed".to_owned(),
            title: title.into(),
        }
    }

    /// How it ended: `completed`, `failed` or `stopped`.
    ///
    /// # Panics
    ///
    /// Where that is no end of a task.
    pub fn ended(mut self, status: &str) -> Self {
        let is_end = ["completed", "failed", "stopped"].contains(&status);
        assert!(is_end, "{status} is not an end");
        self.status = status.to_owned();
        self
    }
}
