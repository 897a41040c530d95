//! Conditions that end a wait before the task has ended.

use std::{fmt, sync::Arc};

use crate::api::types::{Task, TaskStatus};

/// A condition on the state of a task, for [`Wait::until`](super::Wait::until).
///
/// A status and a function of the task are conditions, too. A function that is not given to
/// [`Condition::new`] has to name the type of its argument.
///
/// ```
/// use nanonets_agents::{prelude::*, types::{Task, TaskStatus}, wait::Condition};
///
/// let at_work = Condition::status(TaskStatus::Running).or(TaskStatus::AwaitingReview);
/// let titled = at_work.and(|task: &Task| task.title.is_some());
/// # let _ = titled;
/// ```
#[derive(Clone)]
pub struct Condition(Arc<dyn Fn(&Task) -> bool + Send + Sync>);

impl Condition {
    /// Creates a condition from a function of the state as it was polled.
    pub fn new(holds: impl Fn(&Task) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(holds))
    }

    /// Holds while the task has this status.
    pub fn status(status: TaskStatus) -> Self {
        Self::new(move |task| task.status == status)
    }

    /// Holds while at least one of the two holds.
    pub fn or(self, other: impl Into<Self>) -> Self {
        let other = other.into();
        Self::new(move |task| self.holds(task) || other.holds(task))
    }

    /// Holds while both hold.
    pub fn and(self, other: impl Into<Self>) -> Self {
        let other = other.into();
        Self::new(move |task| self.holds(task) && other.holds(task))
    }

    /// Holds while this doesn't.
    #[allow(clippy::should_implement_trait, reason = "it reads like the others")]
    pub fn not(self) -> Self {
        Self::new(move |task| !self.holds(task))
    }

    /// Whether the condition holds for this state, to test it with.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, types::Task, wait::Condition};
    ///
    /// # fn example(task: &Task) {
    /// assert!(Condition::status(task.status.clone()).holds(task));
    /// # }
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
