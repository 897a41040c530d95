//! The events of waits. Where there is no subscriber, each costs a check of one number.

use crate::ids::TaskId;

/// An answer to a question is being sent.
pub(super) fn answering(task_id: TaskId) {
    tracing::debug!(target: "nanonets_agents", %task_id, "answering");
}

/// A handler's answer isn't sent, since its question isn't open any more.
pub(super) fn answer_dropped(task_id: TaskId) {
    tracing::warn!(target: "nanonets_agents", %task_id, "answer dropped");
}
