//! Ledgers with one flaw each, which the checks have to find.

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::FutureExt;
use tokio::time::advance;

use super::check;
use crate::{
    ids::{AgentId, TaskId, TaskRef},
    ledger::{
        Claim, Claimed, Doubts, Entry, Intent, Lease, Ledger, LedgerError, LedgerErrorKind,
        LedgerFuture, MemoryLedger, Recorded,
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    /// Withdrawing and abandoning are mixed up.
    AbandonWithdraws,
    /// The lease counts twice.
    HoldsTooLong,
    /// Only a key's present holder can record its task.
    RefusesLateTasks,
    /// A page holds one entry more than was asked for, which the stream then takes for the last.
    LongPages,
    /// Every key of the agent is a lookalike.
    IgnoresHashes,
    /// Every key without a task is a lookalike, however old.
    KeepsOldLookalikes,
    /// A lost lease is no failure.
    HidesLosses,
    /// A holder isn't told that another one has recorded a task.
    HidesTasks,
    /// A late renewal takes an abandoned key back.
    RenewsAbandonedKeys,
    /// Each claim in doubt replaces the intent.
    ForgetsIntents,
    /// Only the marker of the first claim is kept.
    ForgetsServerTime,
    /// The time since the first claim is measured by the clocks of the callers.
    TrustsCallers,
    /// A lease of any duration is made to work.
    ClampsLeases,
    /// A claim reads in one transaction and writes in another.
    Races,
    /// Doubts aren't recorded with the task.
    DropsDoubts,
    /// Doubts are recorded only once.
    KeepsFirstDoubts,
    /// A lease doesn't keep a person from deciding.
    DecidesEarly,
    /// A task of another agent settles a key.
    IgnoresAgents,
    /// A forgotten key isn't missed.
    ForgetsUnknownKeys,
    /// Pruning takes all that is finished.
    PrunesAll,
    /// A key that is finished leads to nothing.
    ForgetsFinishedRecords,
    /// Of many tasks only the first ones are looked up.
    LooksUpFew,
}

/// A ledger in memory, but for its flaw.
#[derive(Debug)]
struct Flawed {
    flaw: Flaw,
    ledger: MemoryLedger,
    /// The lookalike hash of each key.
    hashes: Mutex<HashMap<String, String>>,
}

impl Flawed {
    fn new(flaw: Flaw) -> Self {
        Self {
            flaw,
            ledger: MemoryLedger::new(),
            hashes: Mutex::default(),
        }
    }

    fn is(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    fn hashes(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.hashes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_hash(&self, key: &str, hash: &str) -> bool {
        self.hashes().get(key).is_some_and(|found| found == hash)
    }
}

/// Returns the outcome, or success where the message of a failure says this.
fn unless_said(outcome: Result<(), LedgerError>, text: &str) -> Result<(), LedgerError> {
    outcome.or_else(|error| {
        if error.to_string().contains(text) {
            Ok(())
        } else {
            Err(error)
        }
    })
}

impl Ledger for Flawed {
    fn claim<'a>(&'a self, claim: &'a Claim) -> LedgerFuture<'a, Claimed> {
        Box::pin(async move {
            let mut claim = claim.clone();
            match self.flaw {
                Flaw::HoldsTooLong => claim.lease_duration *= 2,
                Flaw::ForgetsServerTime => claim.server_time = None,
                Flaw::ClampsLeases => {
                    const LONGEST: Duration = Duration::from_secs(86_400);
                    let some = Duration::from_secs(1);
                    claim.lease_duration = claim.lease_duration.clamp(some, LONGEST);
                }
                _ => {}
            }
            let seemed_new = !self.hashes().contains_key(&claim.key);
            if self.is(Flaw::Races) {
                tokio::task::yield_now().await;
            }
            let hash = claim.lookalike_hash.clone();
            self.hashes().insert(claim.key.clone(), hash);
            let mut claimed = self.ledger.claim(&claim).await?;
            match (&mut claimed, self.flaw) {
                (Claimed::InDoubt(_, earlier), Flaw::ForgetsIntents) => {
                    earlier.intent = Intent::from(&claim);
                }
                (Claimed::InDoubt(_, earlier), Flaw::TrustsCallers) => {
                    let age = claim.local_time - earlier.intent.local_time;
                    earlier.claimed_ago += age.to_std().unwrap_or_default();
                }
                (Claimed::Held(_), Flaw::Races) if seemed_new => {
                    claimed = Claimed::New(Lease::from(&claim));
                }
                _ => {}
            }
            Ok(claimed)
        })
    }

    fn renew<'a>(&'a self, lease: &'a Lease, lease_duration: Duration) -> LedgerFuture<'a> {
        Box::pin(async move {
            let renewed = self.ledger.renew(lease, lease_duration).await;
            match (renewed, self.flaw) {
                (Err(error), Flaw::HidesLosses) if error.kind() == LedgerErrorKind::Lost => Ok(()),
                (renewed, Flaw::HidesTasks) => unless_said(renewed, "has a task by now"),
                (renewed, Flaw::RenewsAbandonedKeys) => unless_said(renewed, "was abandoned"),
                (renewed, _) => renewed,
            }
        })
    }

    fn record_task<'a>(
        &'a self,
        lease: &'a Lease,
        task: &'a TaskRef,
        doubts: &'a Doubts,
    ) -> LedgerFuture<'a> {
        Box::pin(async move {
            if self.is(Flaw::RefusesLateTasks) {
                // Only the holder's lease can be renewed, at any time.
                self.ledger.renew(lease, Duration::from_secs(3600)).await?;
            }
            let none = Doubts::default();
            let doubts = if self.is(Flaw::DropsDoubts) {
                &none
            } else {
                doubts
            };
            self.ledger.record_task(lease, task, doubts).await
        })
    }

    fn withdraw<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
        self.ledger.withdraw(lease)
    }

    fn abandon<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
        if self.is(Flaw::AbandonWithdraws) {
            self.ledger.withdraw(lease)
        } else {
            self.ledger.abandon(lease)
        }
    }

    fn record_finished(&self, task_id: TaskId) -> LedgerFuture<'_> {
        self.ledger.record_finished(task_id)
    }

    fn record_doubts<'a>(&'a self, task_id: TaskId, doubts: &'a Doubts) -> LedgerFuture<'a> {
        if self.is(Flaw::KeepsFirstDoubts) {
            Box::pin(async { Ok(()) })
        } else {
            self.ledger.record_doubts(task_id, doubts)
        }
    }

    fn settle<'a>(&'a self, key: &'a str, task: &'a TaskRef) -> LedgerFuture<'a> {
        Box::pin(async move {
            let mut task = task.clone();
            if self.is(Flaw::IgnoresAgents) {
                task = TaskRef::new(task.task_id());
            }
            match self.ledger.settle(key, &task).await {
                Err(error)
                    if self.is(Flaw::DecidesEarly) && error.kind() == LedgerErrorKind::Held =>
                {
                    Ok(())
                }
                settled => settled,
            }
        })
    }

    fn forget<'a>(&'a self, key: &'a str) -> LedgerFuture<'a> {
        Box::pin(async move {
            match self.ledger.forget(key).await {
                Err(error)
                    if self.is(Flaw::ForgetsUnknownKeys)
                        && error.kind() == LedgerErrorKind::UnknownKey =>
                {
                    Ok(())
                }
                forgotten => forgotten,
            }
        })
    }

    fn prune(&self, older_than: Duration) -> LedgerFuture<'_, u64> {
        let prunes_all = self.is(Flaw::PrunesAll);
        self.ledger.prune(if prunes_all {
            Duration::ZERO
        } else {
            older_than
        })
    }

    fn recorded<'a>(&'a self, key: &'a str) -> LedgerFuture<'a, Option<Recorded>> {
        Box::pin(async move {
            let recorded = self.ledger.recorded(key).await?;
            let is_kept = |recorded: &Recorded| {
                !(self.is(Flaw::ForgetsFinishedRecords) && recorded.is_finished)
            };
            Ok(recorded.filter(is_kept))
        })
    }

    fn keys_of_tasks<'a>(
        &'a self,
        task_ids: &'a [TaskId],
    ) -> LedgerFuture<'a, HashMap<TaskId, String>> {
        let most = if self.is(Flaw::LooksUpFew) {
            50
        } else {
            usize::MAX
        };
        self.ledger
            .keys_of_tasks(&task_ids[..task_ids.len().min(most)])
    }

    fn lookalikes<'a>(
        &'a self,
        agent_id: AgentId,
        lookalike_hash: &'a str,
    ) -> LedgerFuture<'a, Vec<String>> {
        Box::pin(async move {
            let mut keys = self.ledger.lookalikes(agent_id, lookalike_hash).await?;
            if self.is(Flaw::IgnoresHashes) {
                keys.extend(self.ledger.lookalikes(agent_id, "m2").await?);
            }
            if self.is(Flaw::KeepsOldLookalikes) {
                let unfinished = self.ledger.unfinished_after(None, usize::MAX).await?;
                let alike = unfinished.into_iter().filter(|entry| {
                    entry.task.is_none()
                        && entry.agent_id == agent_id
                        && self.has_hash(&entry.key, lookalike_hash)
                });
                keys = alike.map(|entry| entry.key).collect();
            }
            Ok(keys)
        })
    }

    fn unfinished_after<'a>(
        &'a self,
        key: Option<&'a str>,
        limit: usize,
    ) -> LedgerFuture<'a, Vec<Entry>> {
        let is_long = self.is(Flaw::LongPages);
        let limit = limit.saturating_add(usize::from(is_long));
        self.ledger.unfinished_after(key, limit)
    }
}

#[tokio::test(start_paused = true)]
async fn every_flaw_is_found_and_named() {
    for (flaw, promise) in [
        (
            Flaw::AbandonWithdraws,
            "an_abandoned_key_is_in_doubt_at_once",
        ),
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
        (Flaw::KeepsOldLookalikes, "old_keys_are_no_lookalikes"),
        (Flaw::HidesLosses, "a_lost_lease_is_noticed"),
        (
            Flaw::HidesTasks,
            "no_lease_is_renewed_once_a_task_is_recorded",
        ),
        (Flaw::RenewsAbandonedKeys, "an_abandoned_key_is_not_renewed"),
        (
            Flaw::ForgetsIntents,
            "a_key_in_doubt_keeps_its_first_intent",
        ),
        (
            Flaw::ForgetsServerTime,
            "a_new_key_is_claimed_and_started_once",
        ),
        (Flaw::TrustsCallers, "a_key_in_doubt_keeps_its_first_intent"),
        (Flaw::ClampsLeases, "a_lease_lasts_a_day_at_most"),
        (Flaw::Races, "of_many_claims_one_gets_the_key"),
        (Flaw::DropsDoubts, "doubts_are_kept_beside_the_task"),
        (
            Flaw::KeepsFirstDoubts,
            "doubts_add_up_until_they_are_replaced",
        ),
        (Flaw::DecidesEarly, "a_running_lease_is_not_ended"),
        (Flaw::IgnoresAgents, "only_a_fitting_task_settles_a_key"),
        (Flaw::ForgetsUnknownKeys, "a_person_forgets_a_key"),
        (Flaw::PrunesAll, "finished_keys_are_pruned"),
        (
            Flaw::ForgetsFinishedRecords,
            "a_key_leads_to_what_is_recorded",
        ),
        (Flaw::LooksUpFew, "tasks_lead_to_their_keys"),
    ] {
        let checking = check(|| async { Flawed::new(flaw) }, advance);
        let outcome = AssertUnwindSafe(checking).catch_unwind().await;
        let panic = outcome.expect_err("the flaw is found");
        let message = panic.downcast_ref::<String>().expect("a text");
        let found = format!("the ledger breaks the promise `{promise}`: ");
        assert!(message.starts_with(&found), "{flaw:?}: {message}");
    }
}
