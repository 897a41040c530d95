//! Conditions that end a wait before the task has ended.

use std::{fmt, sync::Arc};

use crate::api::types::{Task, TaskStatus};

/// A condition on a task, which ends a wait early; see [`Wait::until`](super::Wait::until).
///
/// A status and a function of the task can be given where a condition is expected. A function that
/// is not given to [`Condition::new`] has to name the type of its argument.
///
/// ```
/// use nanonets_agents::{types::{Task, TaskStatus}, wait::Condition};
///
/// let at_work = Condition::status(TaskStatus::Running).or(TaskStatus::AwaitingReview);
/// let titled = at_work.and(|task: &Task| task.title.is_some());
/// # let _ = titled;
/// ```
#[derive(Clone)]
pub struct Condition(Arc<dyn Fn(&Task) -> bool + Send + Sync>);

impl Condition {
    /// Creates a condition from a function of the task as it was polled. The function may be called
    /// several times for each poll, and must not block.
    ///
    /// ```
    /// use nanonets_agents::wait::Condition;
    ///
    /// let is_titled = Condition::new(|task| task.title.is_some());
    /// # let _ = is_titled;
    /// ```
    pub fn new(holds: impl Fn(&Task) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(holds))
    }

    /// Creates a condition that holds while the task has this status.
    ///
    /// A wait sees the status at its polls only: a status that comes and goes between two of them
    /// may be missed.
    ///
    /// ```
    /// use nanonets_agents::{types::TaskStatus, wait::Condition};
    ///
    /// let in_review = Condition::status(TaskStatus::AwaitingReview);
    /// # let _ = in_review;
    /// ```
    pub fn status(status: TaskStatus) -> Self {
        Self::new(move |task| task.status == status)
    }

    /// Returns a condition that holds while at least one of the two holds.
    ///
    /// ```
    /// use nanonets_agents::{types::TaskStatus, wait::Condition};
    ///
    /// let needs_a_person =
    ///     Condition::status(TaskStatus::AwaitingReview).or(TaskStatus::WaitingForInput);
    /// # let _ = needs_a_person;
    /// ```
    pub fn or(self, other: impl Into<Self>) -> Self {
        let other = other.into();
        Self::new(move |task| self.holds(task) || other.holds(task))
    }

    /// Returns a condition that holds while both hold.
    ///
    /// ```
    /// use nanonets_agents::{types::{Task, TaskStatus}, wait::Condition};
    ///
    /// let running = Condition::status(TaskStatus::Running);
    /// let titled_early = running.and(|task: &Task| task.title.is_some());
    /// # let _ = titled_early;
    /// ```
    pub fn and(self, other: impl Into<Self>) -> Self {
        let other = other.into();
        Self::new(move |task| self.holds(task) && other.holds(task))
    }

    /// Returns a condition that holds while this one doesn't.
    ///
    /// ```
    /// use nanonets_agents::{types::TaskStatus, wait::Condition};
    ///
    /// let has_left_the_queue = Condition::status(TaskStatus::Queued).not();
    /// # let _ = has_left_the_queue;
    /// ```
    #[allow(
        clippy::should_implement_trait,
        reason = "`or` and `and` are methods, too"
    )]
    pub fn not(self) -> Self {
        Self::new(move |task| !self.holds(task))
    }

    /// Whether the condition holds for this task, to test it without a wait.
    ///
    /// ```
    /// use nanonets_agents::{types::{Task, TaskStatus}, wait::Condition};
    ///
    /// let task: Task = serde_json::from_str(
    ///     r#"{"task_id": "0b9e6e5e-1111-4222-8333-444455556666",
    ///         "agent_id": "0b9e6e5e-1111-4222-8333-444455557777", "status": "running",
    ///         "created_at": "2026-05-12T10:15:42Z", "updated_at": "2026-05-12T10:15:43Z"}"#,
    /// )?;
    /// assert!(Condition::status(TaskStatus::Running).holds(&task));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn holds(&self, task: &Task) -> bool {
        (self.0)(task)
    }
}

impl From<TaskStatus> for Condition {
    fn from(status: TaskStatus) -> Self {
        Self::status(status)
    }
}

impl<F> From<F> for Condition
where
    F: Fn(&Task) -> bool + Send + Sync + 'static,
{
    fn from(holds: F) -> Self {
        Self::new(holds)
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Condition")
    }
}
