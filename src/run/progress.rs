//! The knowledge about a run while it is being started.

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use super::{error::RunError, outcome_unknown::OutcomeUnknown, policy::ReconcilePolicy};
use crate::{
    api::{
        Client,
        types::{TaskListItem, TaskStatus},
    },
    error::{Error, ErrorKind, Phase},
    ids::AgentId,
    ledger::Intent,
    transport::local_now,
};

/// The times and errors of a run while it is being started.
#[derive(Debug)]
pub(super) struct Progress {
    started_at: Instant,
    /// The same moment by this machine's wall clock, which goes on while the machine sleeps.
    local_started_at: DateTime<Utc>,
    /// The claim of a process that ended before it learned what came of its request.
    earlier: Option<Intent>,
    /// The moment before which the task can't have been created, by the server's clock.
    created_after: Option<DateTime<Utc>>,
    /// The status in the answer to the request.
    pub(super) status: Option<TaskStatus>,
    /// Why the last request has no clear answer.
    pub(super) error: Option<Error>,
    /// Why the last failed probe failed; `None` where none did.
    pub(super) probe_error: Option<Error>,
}

impl Progress {
    pub(super) fn new(earlier: Option<Intent>) -> Self {
        Self {
            started_at: Instant::now(),
            local_started_at: local_now(),
            earlier,
            created_after: None,
            status: None,
            error: None,
            probe_error: None,
        }
    }

    /// Whether an earlier process may have sent the run already.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.earlier.is_some()
    }

    /// Returns the moment before which the task can't have been created, by the server's clock.
    ///
    /// Asks the server for the time where no reply has shown it yet.
    pub(super) async fn created_after(
        &mut self,
        client: &Client,
        policy: &ReconcilePolicy,
    ) -> Result<DateTime<Utc>, Error> {
        if let Some(created_after) = self.created_after {
            return Ok(created_after);
        }
        let clock = client.transport().clock();
        if clock.at(self.started_at).is_none() {
            // Any reply tells the time.
            client.list_tasks().limit(1).send().await?;
        }
        let started_at = clock.at(self.started_at).ok_or_else(undated)?;
        let back = self.reach(policy)?;
        let created_after = started_at
            .checked_sub_signed(back)
            .unwrap_or(DateTime::UNIX_EPOCH);
        self.created_after = Some(created_after);
        Ok(created_after)
    }

    /// Returns how long before the start the task may have been created.
    fn reach(&self, policy: &ReconcilePolicy) -> Result<TimeDelta, Error> {
        let margin = TimeDelta::from_std(policy.clock_margin).unwrap_or_default();
        let since_claim = match &self.earlier {
            Some(earlier) => self.local_started_at - earlier.local_time,
            None => TimeDelta::zero(),
        };
        if since_claim < -margin {
            return Err(Error::configuration(
                "the clock of this machine is behind the one that the ledger was written by, so \
                 new tasks can't be told from old ones; set the clocks right",
            ));
        }
        // The server's clock went on while this machine slept, and the counted time didn't.
        let counted = TimeDelta::from_std(self.started_at.elapsed()).unwrap_or_default();
        let slept = (local_now() - self.local_started_at) - counted;
        Ok(since_claim.max(TimeDelta::zero()) + slept.max(TimeDelta::zero()) + margin)
    }

    /// Returns the error of a run whose task isn't known, with the tasks that may be the run's.
    pub(super) fn into_unknown(
        mut self,
        agent_id: AgentId,
        candidates: Vec<TaskListItem>,
    ) -> RunError {
        let sent_at = match &self.earlier {
            Some(earlier) => earlier.local_time,
            None => self.local_started_at,
        };
        let created_after = self.created_after;
        let probe_error = self.probe_error.take();
        let mut unknown =
            OutcomeUnknown::new(agent_id, sent_at, self.into_error()).with_candidates(candidates);
        if let Some(created_after) = created_after {
            unknown = unknown.with_created_after(created_after);
        }
        if let Some(error) = probe_error {
            unknown = unknown.with_probe_error(error);
        }
        RunError::OutcomeUnknown(Box::new(unknown))
    }

    /// Returns why the last request has no clear answer.
    pub(super) fn into_error(self) -> Error {
        self.error.unwrap_or_else(|| {
            let message = "a process that was to start it ended before it learned what came of it";
            Error::new(ErrorKind::Interrupted, Phase::MaybeSent, message)
        })
    }
}

fn undated() -> Error {
    let message = "the server's replies carry no `Date`, so new tasks can't be told from old ones";
    Error::new(ErrorKind::Decode, Phase::Answered, message)
}
