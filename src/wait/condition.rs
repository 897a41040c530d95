//! What a wait waits for.

use std::{fmt, sync::Arc};

use crate::api::types::{Task, TaskStatus};

/// A condition on the state of a task, for [`Wait::until`](super::Wait::until).
///
/// ```
/// use nanonets_agents::{prelude::*, wait::Condition};
///
/// let at_work = Condition::status(TaskStatus::Running).or(Condition::status(TaskStatus::AwaitingReview));
/// let titled = at_work.and(Condition::new(|task| task.title.is_some()));
/// # let _ = titled;
/// ```
#[derive(Clone)]
pub struct Condition(Arc<dyn Fn(&Task) -> bool + Send + Sync>);

impl Condition {
    /// Any condition on the state as it was polled.
    pub fn new(holds: impl Fn(&Task) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(holds))
    }

    /// The task has this status.
    pub fn status(status: TaskStatus) -> Self {
        Self::new(move |it| it.status == status)
    }

    /// One of the two holds.
    pub fn or(self, other: Self) -> Self {
        Self::new(move |it| self.holds(it) || other.holds(it))
    }

    /// Both hold.
    pub fn and(self, other: Self) -> Self {
        Self::new(move |it| self.holds(it) && other.holds(it))
    }

    /// It doesn't hold.
    #[allow(clippy::should_implement_trait, reason = "it reads like the others")]
    pub fn not(self) -> Self {
        Self::new(move |it| !self.holds(it))
    }

    pub(super) fn holds(&self, task: &Task) -> bool {
        (self.0)(task)
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Condition")
    }
}
