//! Tasks from before the simulator began.

use chrono::{DateTime, Utc};

const ENDS: [&str; 3] = ["completed", "failed", "stopped"];

/// A task that had ended before the simulator began, for lists that are long or old.
///
/// It is listed and has a state. It has neither messages nor output.
///
/// ```
/// use chrono::{TimeDelta, Utc};
/// use nanonets_agents::simulator::{PastTask, Simulator};
///
/// let now = Utc::now();
/// let history = (0..1000).map(|day| PastTask::new("Invoice", now - TimeDelta::days(day)));
/// let simulator = Simulator::builder().history(history).build();
///
/// assert_eq!(simulator.tasks().len(), 1000);
/// ```
#[derive(Clone, Debug)]
pub struct PastTask {
    pub(super) created_at: DateTime<Utc>,
    pub(super) status: String,
    pub(super) title: String,
}

impl PastTask {
    /// Creates a completed task. A time later than the simulator's start counts as its start.
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use nanonets_agents::simulator::{PastTask, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let created_at = "2026-05-12T10:15:42Z".parse::<DateTime<Utc>>()?;
    /// let task = PastTask::new("Invoice", created_at);
    /// let simulator = Simulator::builder().history([task]).build();
    ///
    /// let page = simulator.in_process_client()?.list_tasks().send().await?;
    /// assert_eq!(page.data[0].created_at, created_at);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(title: impl Into<String>, created_at: DateTime<Utc>) -> Self {
        Self {
            created_at,
            status: "completed".to_owned(),
            title: title.into(),
        }
    }

    /// Sets how the task has ended: as `completed`, the default, `failed` or `stopped`.
    ///
    /// The simulator refuses any other status; see
    /// [`SimulatorBuilder::build`](super::SimulatorBuilder::build).
    ///
    /// ```
    /// use chrono::Utc;
    /// use nanonets_agents::simulator::{PastTask, Simulator};
    ///
    /// let stopped = PastTask::new("Invoice", Utc::now()).ended("stopped");
    /// let simulator = Simulator::builder().history([stopped]).build();
    /// assert_eq!(simulator.tasks()[0].status, "stopped");
    /// ```
    pub fn ended(mut self, status: impl Into<String>) -> Self {
        self.status = status.into();
        self
    }

    /// Refuses a status that doesn't end a task.
    pub(super) fn check(&self) -> Result<(), String> {
        if ENDS.contains(&self.status.as_str()) {
            Ok(())
        } else {
            Err(format!(
                "a past task can't have ended as {}; use one of {}",
                self.status,
                ENDS.join(", ")
            ))
        }
    }
}
