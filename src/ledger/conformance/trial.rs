//! One ledger that is held to one promise.

use std::{fmt::Debug, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use crate::{
    ids::{AgentId, TaskId, TaskRef},
    ledger::{
        Claim, Claimed, Doubts, Earlier, Intent, Lease, Ledger, LedgerError, LedgerErrorKind,
        Recorded,
    },
    time::Moment,
};

/// A ledger, and the promise that a check holds it to.
pub(super) struct Trial<'a, L> {
    promise: &'static str,
    pub(super) ledger: Arc<L>,
    pass_time: &'a dyn Fn(Duration) -> LocalBoxFuture<'a, ()>,
}

impl<'a, L: Ledger> Trial<'a, L> {
    pub(super) fn new(
        promise: &'static str,
        ledger: L,
        pass_time: &'a dyn Fn(Duration) -> LocalBoxFuture<'a, ()>,
    ) -> Self {
        Self {
            promise,
            ledger: Arc::new(ledger),
            pass_time,
        }
    }

    /// Lets minutes pass on the ledger's clock.
    pub(super) async fn pass(&self, count: u32) {
        (self.pass_time)(minutes(count)).await;
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
    pub(super) fn fails<T: Debug>(
        &self,
        what: &str,
        outcome: Result<T, LedgerError>,
        kind: LedgerErrorKind,
    ) {
        match outcome {
            Err(error) => self.equal(what, error.kind(), &kind),
            Ok(answer) => self.breach(&format!("{what}: it succeeds with {answer:?}")),
        }
    }

    #[track_caller]
    pub(super) fn is_lost<T: Debug>(&self, what: &str, outcome: Result<T, LedgerError>) {
        self.fails(what, outcome, LedgerErrorKind::Lost);
    }

    pub(super) async fn claim(&self, claim: &Claim) -> Claimed {
        self.works("a claim", self.ledger.claim(claim).await)
    }

    /// Claims a new key.
    pub(super) async fn lease(&self, key: &str) -> Lease {
        let claim = claim(key);
        let lease = Lease::from(&claim);
        let claimed = self.claim(&claim).await;
        self.equal("the key is new", claimed, &Claimed::New(lease.clone()));
        lease
    }

    /// Claims a key that is held for so many minutes more.
    pub(super) async fn is_held(&self, what: &str, key: &str, rest: u32) {
        let found = self.claim(&claim(key)).await;
        let expected = Claimed::Held(minutes(rest));
        self.equal(what, nearly(found, &expected), &expected);
    }

    /// Claims a key in doubt, which was first claimed so many minutes ago, and last held so many
    /// minutes ago.
    pub(super) async fn is_in_doubt(
        &self,
        what: &str,
        claim: &Claim,
        claimed_ago: u32,
        held_ago: u32,
    ) -> Lease {
        let found = self.claim(claim).await;
        let lease = Lease::from(claim);
        let earlier = Earlier::new(intent(&claim.key), minutes(claimed_ago), minutes(held_ago));
        let expected = Claimed::InDoubt(lease.clone(), earlier);
        self.equal(what, nearly(found, &expected), &expected);
        lease
    }

    /// Claims a key that has this task.
    pub(super) async fn is_started(&self, what: &str, key: &str, number: u128) -> Recorded {
        match self.claim(&claim(key)).await {
            Claimed::Started(recorded) => {
                self.equal(what, &recorded.task, &&task(number));
                self.equal("the first intent", &recorded.intent, &&intent(key));
                recorded
            }
            other => self.breach(&format!(
                "{what}: expected that it is started, found {other:?}"
            )),
        }
    }

    pub(super) async fn renew(&self, lease: &Lease) -> Result<(), LedgerError> {
        self.ledger.renew(lease, HOUR).await
    }

    pub(super) async fn record_task(&self, lease: &Lease, number: u128) {
        let recorded = self.try_record_task(lease, number).await;
        self.works("the task is recorded", recorded);
    }

    pub(super) async fn try_record_task(
        &self,
        lease: &Lease,
        number: u128,
    ) -> Result<(), LedgerError> {
        let (task, doubts) = (task(number), Doubts::default());
        self.ledger.record_task(lease, &task, &doubts).await
    }

    pub(super) async fn record_finished(&self, number: u128) {
        let recorded = self.ledger.record_finished(task(number).task_id()).await;
        self.works("a finished task is recorded", recorded);
    }

    pub(super) async fn abandon(&self, lease: &Lease) {
        self.works("abandoning", self.ledger.abandon(lease).await);
    }

    pub(super) async fn key_of_task(&self, number: u128) -> Option<String> {
        let task_id = task(number).task_id();
        let keys = self.ledger.keys_of_tasks(&[task_id]).await;
        self.works("the key of a task", keys).remove(&task_id)
    }
}

/// How long the leases of all trials last.
pub(super) const HOUR: Duration = Duration::from_secs(3600);

pub(super) fn minutes(count: u32) -> Duration {
    Duration::from_secs(60) * count
}

/// Returns the found answer with the expected durations, where the found ones are right to the
/// minute: a ledger's clock may go on by itself.
pub(super) fn nearly(found: Claimed, expected: &Claimed) -> Claimed {
    match (found, expected) {
        (Claimed::Held(found), Claimed::Held(expected)) => Claimed::Held(near(found, *expected)),
        (Claimed::InDoubt(lease, mut found), Claimed::InDoubt(_, expected)) => {
            found.claimed_ago = near(found.claimed_ago, expected.claimed_ago);
            found.held_ago = near(found.held_ago, expected.held_ago);
            Claimed::InDoubt(lease, found)
        }
        (Claimed::Started(mut found), Claimed::Started(expected)) => {
            found.claimed_ago = near(found.claimed_ago, expected.claimed_ago);
            Claimed::Started(found)
        }
        (found, _) => found,
    }
}

fn near(found: Duration, expected: Duration) -> Duration {
    if found.abs_diff(expected) < minutes(1) {
        expected
    } else {
        found
    }
}

/// Returns a noon with microseconds, which a ledger must keep.
pub(super) fn noon() -> DateTime<Utc> {
    const NOON: u64 = 1_767_268_800_123_456;
    DateTime::UNIX_EPOCH.later(Duration::from_micros(NOON))
}

/// Returns what the first claim of a key says, where it is [`claim`]'s. To a ledger the marker is a
/// text like any other.
pub(super) fn intent(key: &str) -> Intent {
    let server_time = noon().later(Duration::from_secs(3));
    Intent::new(noon(), Some(server_time), Some(format!("[run {key}]")))
}

/// Returns a claim of this key by a new holder.
pub(super) fn claim(key: &str) -> Claim {
    let mut claim = Claim::new(key, agent(), "a1b2")
        .with_lookalike_hash("m1")
        .with_lease_duration(HOUR);
    let Intent {
        local_time,
        server_time,
        marker,
    } = intent(key);
    (claim.local_time, claim.server_time, claim.marker) = (local_time, server_time, marker);
    claim
}

pub(super) fn agent() -> AgentId {
    AgentId::from(Uuid::from_u128(7))
}

pub(super) fn task(number: u128) -> TaskRef {
    TaskRef::new(TaskId::from(Uuid::from_u128(number))).with_agent(agent())
}
