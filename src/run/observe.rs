//! How runs are observed: by events of `tracing`.
//!
//! The names are listed in the documentation of [`crate::observability`].

use std::time::Duration;

use tracing::{Span, debug, debug_span, info, warn};
use uuid::Uuid;

use super::{doubt::Doubt, started::Provenance};
use crate::{
    error::Error,
    ids::{AgentId, TaskId},
    twin::Twin,
};

/// Returns the span of a run, from its start until it has its task.
pub(super) fn span(agent_id: AgentId) -> Span {
    debug_span!(target: "nanonets_agents", "nanonets_agents.run", %agent_id)
}

/// Another run holds the key, for so much longer unless it ends or renews its lease before.
pub(super) fn key_held(agent_id: AgentId, lease: Duration) {
    let lease_ms = u64::try_from(lease.as_millis()).unwrap_or(u64::MAX);
    info!(target: "nanonets_agents", %agent_id, lease_ms, "key held");
}

/// A key is taken over whose run may have been sent; its task is looked for.
pub(super) fn key_in_doubt(agent_id: AgentId) {
    info!(target: "nanonets_agents", %agent_id, "key in doubt");
}

/// The list was probed for a run's task.
pub(super) fn probed(agent_id: AgentId, matches: usize, candidates: usize) {
    debug!(target: "nanonets_agents", %agent_id, matches, candidates, "probed");
}

/// The list couldn't be probed for a run's task.
pub(super) fn probe_failed(agent_id: AgentId, error: &Error) {
    warn!(target: "nanonets_agents", %agent_id, %error, "probe failed");
}

/// A request of a run got no clear answer.
pub(super) fn unclear(agent_id: AgentId, doubt: Doubt, error: &Error) {
    warn!(
        target: "nanonets_agents",
        agent_id = %agent_id,
        reason = doubt.name(),
        status = error.status().map(|status| status.as_u16()),
        "unclear"
    );
}

/// A run is sent again, since its task wasn't found.
pub(super) fn sending_again(agent_id: AgentId, requests: u32) {
    warn!(target: "nanonets_agents", agent_id = %agent_id, requests, "sending again");
}

/// The server's answer has named the task of a run.
pub(super) fn started(agent_id: AgentId, task_id: Uuid) {
    debug!(target: "nanonets_agents", %agent_id, %task_id, "started");
}

/// A run has got its task other than by the server's answer.
pub(super) fn found(agent_id: AgentId, task_id: Uuid, provenance: Provenance) {
    info!(
        target: "nanonets_agents",
        agent_id = %agent_id,
        task_id = %task_id,
        provenance = %provenance,
        "found"
    );
}

/// A run has more than one task, or may have.
pub(super) fn twin(task_id: TaskId, twin: &Twin) {
    warn!(
        target: "nanonets_agents",
        task_id = %task_id,
        twin = %twin.task_id(),
        certain = twin.is_certain(),
        cancelled = twin.is_cancelled(),
        "twin"
    );
}

/// It can't be said whether a run has more than one task.
pub(super) fn twins_unknown(task_id: TaskId, error: &Error) {
    warn!(target: "nanonets_agents", task_id = %task_id, error = %error, "twins unknown");
}

/// It can't be said whether a run has a task at all.
pub(super) fn outcome_unknown(agent_id: AgentId, candidates: usize, requests: u32) {
    warn!(
        target: "nanonets_agents",
        agent_id = %agent_id,
        candidates,
        requests,
        "outcome unknown"
    );
}
