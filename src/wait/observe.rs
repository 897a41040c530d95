//! How waits are observed: by events of `tracing`.
//!
//! The names are listed in the documentation of [`crate::observability`].

use tracing::{Span, debug, debug_span, warn};

use super::{error::WaitError, outcome::Finished};
use crate::{error::Error, ids::TaskId};

/// Returns the span of a wait for one task.
pub(super) fn span(task_id: TaskId) -> Span {
    debug_span!(target: "nanonets_agents", "nanonets_agents.wait", %task_id)
}

/// Returns the span of a turn in a dialogue: a question is read, asked and answered.
pub(super) fn turn_span(task_id: TaskId) -> Span {
    debug_span!(target: "nanonets_agents", "nanonets_agents.question", %task_id)
}

/// Returns the span of a step of a sweep, which looks for so many tasks.
pub(super) fn sweep_span(tasks: usize, list: Option<&'static str>) -> Span {
    debug_span!(target: "nanonets_agents", "nanonets_agents.sweep", tasks, list)
}

/// A wait has seen the end of its task.
pub(super) fn ended(finished: &Finished) {
    let task_id = finished.task_ref().task_id();
    let (status, polls) = (finished.status(), finished.polls());
    debug!(target: "nanonets_agents", %task_id, %status, polls, "ended");
}

/// A wait ends before its task.
pub(super) fn failed(error: &WaitError) {
    let task_id = error.task_ref().task_id();
    let reason = match error {
        WaitError::Deadline(_) => "deadline",
        WaitError::NeedsInput { .. } => "needs_input",
        WaitError::HandlerPanicked { .. } => "handler_panicked",
        WaitError::Gone { .. } => "gone",
        WaitError::Refused { .. } => "refused",
    };
    warn!(target: "nanonets_agents", %task_id, reason, "waiting failed");
}

/// The status of a task couldn't be read, and the wait goes on.
pub(super) fn poll_failed(task_id: TaskId, error: &Error) {
    debug!(target: "nanonets_agents", %task_id, %error, "poll failed");
}

/// The answer to a question is being sent.
pub(super) fn answering(task_id: TaskId) {
    debug!(target: "nanonets_agents", %task_id, "answering");
}

/// It isn't known whether the answer to a question has arrived.
pub(super) fn answer_unclear(task_id: TaskId, error: &Error) {
    warn!(target: "nanonets_agents", %task_id, %error, "answer unclear");
}

/// A handler's answer isn't sent, since its question isn't open any more.
pub(super) fn answer_dropped(task_id: TaskId) {
    warn!(target: "nanonets_agents", %task_id, "answer dropped");
}
