//! One ledger that is held to one promise.

use std::{fmt::Debug, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::{
    ids::{AgentId, TaskId, TaskRef},
    ledger::{Claim, Claimed, Lease, Ledger, LedgerError, LedgerErrorKind},
};

/// A ledger, and the promise that a check holds it to.
pub(super) struct Trial<L> {
    promise: &'static str,
    pub(super) ledger: Arc<L>,
}

impl<L: Ledger> Trial<L> {
    pub(super) fn new(promise: &'static str, ledger: L) -> Self {
        Self {
            promise,
            ledger: Arc::new(ledger),
        }
    }

    #[track_caller]
    pub(super) fn breach(&self, what: &str) -> ! {
        panic!("the ledger breaks the promise `{}`: {what}", self.promise)
    }

    #[track_caller]
    pub(super) fn equal<T, E>(&self, what: &str, found: T, expected: &E)
    where
        T: Debug + PartialEq<E>,
        E: Debug + ?Sized,
    {
        if found != *expected {
            self.breach(&format!("{what}: expected {expected:?}, found {found:?}"));
        }
    }

    /// Compares two lists, and shows only where they first differ.
    #[track_caller]
    pub(super) fn equal_lists<T: Debug + PartialEq>(
        &self,
        what: &str,
        found: &[T],
        expected: &[T],
    ) {
        let length = found.len().max(expected.len());
        for place in 0..length {
            let what = format!("{what}, at {place}");
            self.equal(&what, found.get(place), &expected.get(place));
        }
    }

    #[track_caller]
    pub(super) fn works<T>(&self, what: &str, outcome: Result<T, LedgerError>) -> T {
        outcome.unwrap_or_else(|error| self.breach(&format!("{what}: it fails: {error}")))
    }

    #[track_caller]
    pub(super) fn is_lost<T: Debug>(&self, what: &str, outcome: Result<T, LedgerError>) {
        match outcome {
            Err(error) => self.equal(what, error.kind(), &LedgerErrorKind::Lost),
            Ok(answer) => self.breach(&format!("{what}: it succeeds with {answer:?}")),
        }
    }

    pub(super) async fn claim(&self, claim: &Claim) -> Claimed {
        self.works("a claim", self.ledger.claim(claim).await)
    }

    /// Claims a new key at second 0, for 60 seconds.
    pub(super) async fn lease(&self, key: &str) -> Lease {
        let claim = claim(key, 0);
        let lease = Lease::from(&claim);
        let claimed = self.claim(&claim).await;
        self.equal("the key is new", claimed, &Claimed::New(lease.clone()));
        lease
    }

    pub(super) async fn record_task(&self, lease: &Lease, number: u128) {
        let recorded = self.ledger.record_task(lease, &task(number)).await;
        self.works("the task is recorded", recorded);
    }

    pub(super) async fn key_of_task(&self, number: u128) -> Option<String> {
        let key = self.ledger.key_of_task(task(number).task_id()).await;
        self.works("the key of a task", key)
    }
}

/// How long the leases of all trials last.
pub(super) const MINUTE: Duration = Duration::from_secs(60);

/// Returns the time this many seconds after a noon with microseconds, which a ledger must keep.
pub(super) fn at(seconds: i64) -> DateTime<Utc> {
    const NOON: i64 = 1_767_268_800_123_456;
    DateTime::UNIX_EPOCH + TimeDelta::microseconds(NOON) + TimeDelta::seconds(seconds)
}

/// The marker of this key's run. To a ledger it is a text like any other.
pub(super) fn marker(key: &str) -> String {
    format!("[run {key}]")
}

/// Returns a claim of this key by a new holder.
pub(super) fn claim(key: &str, seconds: i64) -> Claim {
    Claim::new(key, agent(), "a1b2", at(seconds))
        .with_lookalike_hash("m1")
        .with_marker(marker(key))
        .with_lease_duration(MINUTE)
}

pub(super) fn agent() -> AgentId {
    AgentId::from(Uuid::from_u128(7))
}

pub(super) fn task(number: u128) -> TaskRef {
    TaskRef::new(TaskId::from(Uuid::from_u128(number))).with_agent(agent())
}
