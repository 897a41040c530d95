//! Ledgers with one flaw each, which the checks have to find.

use std::{panic::AssertUnwindSafe, time::Duration};

use chrono::{DateTime, Utc};
use futures_util::FutureExt;

use super::check;
use crate::{
    ids::{AgentId, TaskId, TaskRef},
    ledger::{Claim, Claimed, Entry, Lease, Ledger, LedgerErrorKind, LedgerFuture, MemoryLedger},
};

#[derive(Clone, Copy, Debug)]
enum Flaw {
    /// Forgetting and abandoning are mixed up.
    AbandonForgets,
    /// The lease counts twice.
    HoldsTooLong,
    /// Only a key's present holder can record its task.
    RefusesLateTasks,
    /// A page holds one entry more than was asked for, which the stream then takes for the last.
    LongPages,
    /// Every key of the agent is a lookalike.
    IgnoresHashes,
    /// A lost lease is no failure.
    HidesLosses,
}

/// A ledger in memory, but for its flaw.
#[derive(Debug)]
struct Flawed(Flaw, MemoryLedger);

impl Ledger for Flawed {
    fn claim<'a>(&'a self, claim: &'a Claim) -> LedgerFuture<'a, Claimed> {
        let mut claim = claim.clone();
        if matches!(self.0, Flaw::HoldsTooLong) {
            claim.lease_duration *= 2;
        }
        Box::pin(async move { self.1.claim(&claim).await })
    }

    fn renew<'a>(
        &'a self,
        lease: &'a Lease,
        now: DateTime<Utc>,
        lease_duration: Duration,
    ) -> LedgerFuture<'a> {
        let renewing = self.1.renew(lease, now, lease_duration);
        let hides_losses = matches!(self.0, Flaw::HidesLosses);
        Box::pin(renewing.map(move |renewed| match renewed {
            Err(error) if hides_losses && error.kind() == LedgerErrorKind::Lost => Ok(()),
            other => other,
        }))
    }

    fn record_task<'a>(&'a self, lease: &'a Lease, task: &'a TaskRef) -> LedgerFuture<'a> {
        Box::pin(async move {
            if matches!(self.0, Flaw::RefusesLateTasks) {
                // Only the holder's lease can be renewed, at any time.
                self.1.renew(lease, Utc::now(), Duration::ZERO).await?;
            }
            self.1.record_task(lease, task).await
        })
    }

    fn forget<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
        self.1.forget(lease)
    }

    fn abandon<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
        if matches!(self.0, Flaw::AbandonForgets) {
            self.1.forget(lease)
        } else {
            self.1.abandon(lease)
        }
    }

    fn record_finished(&self, task_id: TaskId) -> LedgerFuture<'_> {
        self.1.record_finished(task_id)
    }

    fn key_of_task(&self, task_id: TaskId) -> LedgerFuture<'_, Option<String>> {
        self.1.key_of_task(task_id)
    }

    fn lookalikes<'a>(
        &'a self,
        agent_id: AgentId,
        lookalike_hash: &'a str,
    ) -> LedgerFuture<'a, Vec<String>> {
        Box::pin(async move {
            let mut keys = self.1.lookalikes(agent_id, lookalike_hash).await?;
            if matches!(self.0, Flaw::IgnoresHashes) {
                keys.extend(self.1.lookalikes(agent_id, "m2").await?);
            }
            Ok(keys)
        })
    }

    fn unfinished_after<'a>(
        &'a self,
        key: Option<&'a str>,
        limit: usize,
    ) -> LedgerFuture<'a, Vec<Entry>> {
        let is_long = matches!(self.0, Flaw::LongPages);
        let limit = limit.saturating_add(usize::from(is_long));
        self.1.unfinished_after(key, limit)
    }
}

#[tokio::test]
async fn every_flaw_is_found_and_named() {
    for (flaw, promise) in [
        (Flaw::AbandonForgets, "an_abandoned_key_is_in_doubt_at_once"),
        (Flaw::HoldsTooLong, "a_key_is_held_until_its_lease_ends"),
        (
            Flaw::RefusesLateTasks,
            "a_new_key_is_claimed_and_started_once",
        ),
        (Flaw::LongPages, "what_is_unfinished_is_streamed"),
        (
            Flaw::IgnoresHashes,
            "lookalikes_are_claimed_and_have_the_same_hash",
        ),
        (Flaw::HidesLosses, "a_lost_lease_is_noticed"),
    ] {
        let checking = check(|| async { Flawed(flaw, MemoryLedger::new()) });
        let outcome = AssertUnwindSafe(checking).catch_unwind().await;
        let panic = outcome.expect_err("the flaw is found");
        let message = panic.downcast_ref::<String>().expect("a text");
        let found = format!("the ledger breaks the promise `{promise}`: ");
        assert!(message.starts_with(&found), "{flaw:?}: {message}");
    }
}
