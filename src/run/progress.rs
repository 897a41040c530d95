//! The knowledge about a run while it is being started.

use tokio::time::Instant;

use super::{
    error::RunError,
    outcome_unknown::OutcomeUnknown,
    window::{Beginning, Window},
};
use crate::{
    api::types::{TaskListItem, TaskStatus},
    error::{Error, ErrorKind, Phase},
    ids::AgentId,
    ledger::Earlier,
    metadata::Metadata,
};

/// The times and errors of a run while it is being started.
#[derive(Debug)]
pub(super) struct Progress {
    pub(super) beginning: Beginning,
    /// The window of the last probe.
    pub(super) window: Option<Window>,
    /// How often this process has sent the run.
    pub(super) requests: u32,
    /// The attempts of all requests that failed.
    attempts: u32,
    pub(super) last_sent: Option<Instant>,
    /// The status in the answer to the request.
    pub(super) status: Option<TaskStatus>,
    /// What came back beside that answer.
    pub(super) metadata: Option<Metadata>,
    /// Why the last request of unknown outcome has no clear answer.
    pub(super) error: Option<Error>,
    /// Why the run couldn't be sent again.
    pub(super) resend_error: Option<Error>,
    /// Why the last probe failed; `None` where it didn't.
    pub(super) probe_error: Option<Error>,
}

impl Progress {
    pub(super) fn new(earlier: Option<Earlier>) -> Self {
        Self {
            beginning: Beginning::now(earlier),
            window: None,
            requests: 0,
            attempts: 0,
            last_sent: None,
            status: None,
            metadata: None,
            error: None,
            resend_error: None,
            probe_error: None,
        }
    }

    /// Whether an earlier process may have sent the run already.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.beginning.earlier().is_some()
    }

    /// Notes that the run was sent just now, or is about to be.
    pub(super) fn sending(&mut self) {
        self.requests += 1;
        self.last_sent = Some(Instant::now());
    }

    /// Notes why a request has no clear answer, or wasn't taken. `is_unclear` tells whether it may
    /// have started a task.
    pub(super) fn failed(&mut self, error: Error, is_unclear: bool) {
        if error.phase() == Phase::NotSent {
            self.requests -= 1;
        }
        self.attempts += error.attempts();
        // A refusal says nothing about the requests before it.
        if is_unclear || self.error.is_none() {
            self.error = Some(error);
        } else {
            self.resend_error = Some(error);
        }
    }

    /// Returns the error of a run whose task isn't known, with the tasks that may be the run's.
    pub(super) fn into_unknown(
        mut self,
        agent_id: AgentId,
        candidates: Vec<TaskListItem>,
    ) -> RunError {
        let (window, requests) = (self.window, self.requests);
        let sent_at = self.beginning.local();
        let (resend_error, probe_error) = (self.resend_error.take(), self.probe_error.take());
        let mut unknown = OutcomeUnknown::new(agent_id, sent_at, self.into_error())
            .with_candidates(candidates)
            .with_requests(requests);
        if let Some(window) = window {
            unknown = unknown.with_created_after(window.earliest);
        }
        if let Some(error) = resend_error {
            unknown = unknown.with_resend_error(error);
        }
        if let Some(error) = probe_error {
            unknown = unknown.with_probe_error(error);
        }
        RunError::OutcomeUnknown(Box::new(unknown))
    }

    /// Returns why the last request has no clear answer, with the attempts of all requests: to its
    /// caller, the run is one call.
    pub(super) fn into_error(self) -> Error {
        let attempts = self.attempts;
        let error = self.error.unwrap_or_else(|| {
            let message = "another holder of the key may have sent the run, and didn't record what \
                           came of it";
            Error::new(ErrorKind::Interrupted, Phase::MaybeSent, message)
        });
        error.with_attempts(attempts)
    }
}
