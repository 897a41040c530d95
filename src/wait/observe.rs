//! How waits are observed: by events of `tracing`.
//!
//! The names are listed in the documentation of [`crate::observability`].

use tracing::{debug, warn};

use super::{error::WaitError, outcome::Finished};
use crate::{error::Error, ids::TaskId};

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
