//! What goes into a ledger and comes out of it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    defaults,
    ids::{AgentId, TaskRef},
};

/// A wish to start a run under a key.
///
/// Runs with keys make their own claims. A test of a ledger makes one with [`Claim::new`]:
///
/// ```
/// use chrono::Utc;
/// use nanonets_agents::ledger::{Claim, Claimed, Lease, Ledger, MemoryLedger};
/// use uuid::Uuid;
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let ledger = MemoryLedger::new();
/// let claim = Claim::new("invoice-1", Uuid::nil(), "hash of the request", Utc::now());
/// let claimed = ledger.claim(&claim).await?;
/// assert_eq!(claimed, Claimed::New(Lease::from(&claim)));
/// # Ok::<(), nanonets_agents::ledger::LedgerError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// The key.
    pub key: String,
    /// A hash of everything that is sent. A key belongs to one such request only.
    pub fingerprint: String,
    /// The agent that is to run.
    pub agent_id: AgentId,
    /// A hash of what the run's task will be recognised by. Two runs of one agent with the same
    /// hash can be mistaken for each other.
    pub lookalike_hash: String,
    /// The line in the query that names the run, if it has one.
    pub marker: Option<String>,
    /// Who claims. Two claims never have the same holder.
    pub holder: Uuid,
    /// The time on the caller's machine.
    pub now: DateTime<Utc>,
    /// How long the key is held without being renewed.
    pub lease_duration: Duration,
}

impl Claim {
    /// Creates a claim by a new holder, with a lease of 60 s and without a marker. It looks like
    /// claims with the same fingerprint only.
    pub fn new(
        key: impl Into<String>,
        agent_id: impl Into<AgentId>,
        fingerprint: impl Into<String>,
        now: DateTime<Utc>,
    ) -> Self {
        let fingerprint = fingerprint.into();
        Self {
            key: key.into(),
            lookalike_hash: fingerprint.clone(),
            fingerprint,
            agent_id: agent_id.into(),
            marker: None,
            holder: Uuid::new_v4(),
            now,
            lease_duration: defaults::LEASE,
        }
    }

    /// Sets the hash of what the run's task will be recognised by.
    pub fn with_lookalike_hash(self, lookalike_hash: impl Into<String>) -> Self {
        Self {
            lookalike_hash: lookalike_hash.into(),
            ..self
        }
    }

    /// Sets the line in the query that names the run.
    pub fn with_marker(self, marker: impl Into<String>) -> Self {
        Self {
            marker: Some(marker.into()),
            ..self
        }
    }

    /// Sets who claims.
    pub fn with_holder(self, holder: Uuid) -> Self {
        Self { holder, ..self }
    }

    /// Sets how long the key is held without being renewed.
    pub fn with_lease_duration(self, lease_duration: Duration) -> Self {
        Self {
            lease_duration,
            ..self
        }
    }
}

/// The answer to a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claimed {
    /// The key is new. The run can be sent.
    New(Lease),
    /// An earlier holder may have started the run: its lease expired, or it abandoned the key,
    /// before it recorded a task. That task must be looked for before the run is sent.
    InDoubt(Lease, Intent),
    /// The run was started before, as this task.
    Started(TaskRef),
    /// Another claim holds the key, at least until this moment.
    Held(DateTime<Utc>),
    /// The key belongs to another request.
    Conflict,
}

/// The right to start the run of a key.
///
/// Another claim can take the key once the lease has expired; until then, the key's holder can
/// renew it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lease {
    /// The key.
    pub key: String,
    /// The claim's holder.
    pub holder: Uuid,
}

/// Returns the lease that the claim gets where it is granted.
impl From<&Claim> for Lease {
    fn from(claim: &Claim) -> Self {
        Self {
            key: claim.key.clone(),
            holder: claim.holder,
        }
    }
}

/// What the first claim of a key meant to start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Intent {
    /// When the key was first claimed, by the clock of the machine that did.
    pub claimed_at: DateTime<Utc>,
    /// The line in the query that names the run, if it has one.
    pub marker: Option<String>,
}

impl Intent {
    /// Creates an intent from what was stored.
    pub fn new(claimed_at: DateTime<Utc>, marker: Option<String>) -> Self {
        Self { claimed_at, marker }
    }
}

/// Returns what the claim means to start.
impl From<&Claim> for Intent {
    fn from(claim: &Claim) -> Self {
        Self::new(claim.now, claim.marker.clone())
    }
}

/// A key whose run needs attention, and how far that run has got.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The agent that runs.
    pub agent_id: AgentId,
    /// The task; `None` while it isn't known whether there is one.
    pub task: Option<TaskRef>,
}

impl Entry {
    /// Creates an entry from what was stored.
    pub fn new(
        key: impl Into<String>,
        agent_id: impl Into<AgentId>,
        task: Option<TaskRef>,
    ) -> Self {
        Self {
            key: key.into(),
            agent_id: agent_id.into(),
            task,
        }
    }
}

/// Returns when a lease ends that begins now.
///
/// A moment after the year 9999, which not every database can store, is brought forward to its end.
pub(super) fn lease_end(now: DateTime<Utc>, lease_duration: Duration) -> DateTime<Utc> {
    /// 9999-12-31T23:59:59Z.
    const LATEST: i64 = 253_402_300_799;
    let latest = DateTime::from_timestamp(LATEST, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
    TimeDelta::from_std(lease_duration)
        .ok()
        .and_then(|duration| now.checked_add_signed(duration))
        .map_or(latest, |end| end.min(latest))
}
