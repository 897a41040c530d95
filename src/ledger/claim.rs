//! The values that go into a ledger and come out of it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    defaults,
    ids::{AgentId, TaskRef},
};

/// A claim of a key: a request for the right to start its run.
///
/// Runs with keys make their own claims. A test of a ledger makes one with [`Claim::new`]:
///
/// ```
/// use chrono::Utc;
/// use nanonets_agents::ledger::{Claim, Claimed, Lease, Ledger, MemoryLedger};
/// use uuid::Uuid;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
/// let ledger = MemoryLedger::new();
/// let claim = Claim::new("invoice-1", Uuid::nil(), "hash of the request", Utc::now());
/// let claimed = ledger.claim(&claim).await?;
/// assert_eq!(claimed, Claimed::New(Lease::from(&claim)));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// The key.
    pub key: String,
    /// A hash of everything that is sent. A key belongs to one fingerprint only.
    pub fingerprint: String,
    /// The agent that is to run.
    pub agent_id: AgentId,
    /// A hash of the identity by which the run's task will be recognised. Two runs of one agent
    /// with the same hash can be mistaken for each other.
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
    ///
    /// ```
    /// use std::time::Duration;
    /// use chrono::Utc;
    /// use nanonets_agents::ledger::Claim;
    /// use uuid::Uuid;
    ///
    /// let claim = Claim::new("invoice-1", Uuid::nil(), "hash of the request", Utc::now());
    /// assert_eq!(claim.lease_duration, Duration::from_secs(60));
    /// assert_eq!(claim.lookalike_hash, claim.fingerprint);
    /// ```
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

    /// Sets the hash of the identity by which the run's task will be recognised; the fingerprint by
    /// default.
    ///
    /// ```
    /// use chrono::Utc;
    /// use nanonets_agents::ledger::Claim;
    /// use uuid::Uuid;
    ///
    /// # let agent_id = Uuid::nil();
    /// // Two runs with different files, which the list of tasks doesn't show.
    /// let claim = |key, fingerprint| {
    ///     let claim = Claim::new(key, agent_id, fingerprint, Utc::now());
    ///     claim.with_lookalike_hash("hash of the query")
    /// };
    /// let (first, second) = (claim("invoice-1", "hash 1"), claim("invoice-2", "hash 2"));
    /// assert_eq!(first.lookalike_hash, second.lookalike_hash);
    /// ```
    pub fn with_lookalike_hash(self, lookalike_hash: impl Into<String>) -> Self {
        Self {
            lookalike_hash: lookalike_hash.into(),
            ..self
        }
    }

    /// Sets the line in the query that names the run; none by default.
    ///
    /// ```
    /// use chrono::Utc;
    /// use nanonets_agents::ledger::Claim;
    /// use uuid::Uuid;
    ///
    /// # let agent_id = Uuid::nil();
    /// let claim = Claim::new("invoice-1", agent_id, "hash", Utc::now()).with_marker("run c3d4");
    /// assert_eq!(claim.marker.as_deref(), Some("run c3d4"));
    /// ```
    pub fn with_marker(self, marker: impl Into<String>) -> Self {
        Self {
            marker: Some(marker.into()),
            ..self
        }
    }

    /// Sets who claims; a random holder by default.
    ///
    /// ```
    /// use chrono::Utc;
    /// use nanonets_agents::ledger::Claim;
    /// use uuid::Uuid;
    ///
    /// # let agent_id = Uuid::nil();
    /// let holder = Uuid::from_u128(7);
    /// let claim = Claim::new("invoice-1", agent_id, "hash", Utc::now()).with_holder(holder);
    /// assert_eq!(claim.holder, holder);
    /// ```
    pub fn with_holder(self, holder: Uuid) -> Self {
        Self { holder, ..self }
    }

    /// Sets how long the key is held without being renewed; 60 s by default.
    ///
    /// ```
    /// use std::time::Duration;
    /// use chrono::Utc;
    /// use nanonets_agents::ledger::Claim;
    /// use uuid::Uuid;
    ///
    /// # let agent_id = Uuid::nil();
    /// let claim = Claim::new("invoice-1", agent_id, "hash", Utc::now())
    ///     .with_lease_duration(Duration::from_secs(10));
    /// assert_eq!(claim.lease_duration, Duration::from_secs(10));
    /// ```
    pub fn with_lease_duration(self, lease_duration: Duration) -> Self {
        Self {
            lease_duration,
            ..self
        }
    }
}

/// The answer to a claim.
///
/// ```
/// use nanonets_agents::ledger::Claimed;
///
/// fn next_step(claimed: &Claimed) -> &'static str {
///     match claimed {
///         Claimed::New(_) => "send the run",
///         Claimed::InDoubt(_, _) => "look for its task, and send the run if there is none",
///         Claimed::Started(_) => "wait for this task",
///         Claimed::Held(_) => "ask again when the lease has ended",
///         Claimed::Conflict => "use another key",
///         _ => "do nothing",
///     }
/// }
/// # let _ = next_step;
/// ```
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
/// Another claim can take the key once the lease has expired; until one does, the holder can renew
/// it.
///
/// ```
/// use chrono::Utc;
/// use nanonets_agents::ledger::{Claim, Lease};
/// use uuid::Uuid;
///
/// let claim = Claim::new("invoice-1", Uuid::nil(), "hash of the request", Utc::now());
/// let lease = Lease::from(&claim);
/// assert_eq!((lease.key, lease.holder), (claim.key, claim.holder));
/// ```
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

/// What the first claim of a key meant to start. A later claim looks for its task by it.
///
/// ```
/// use chrono::Utc;
/// use nanonets_agents::ledger::{Claim, Intent};
/// use uuid::Uuid;
///
/// let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now()).with_marker("run c3d4");
/// let intent = Intent::from(&claim);
/// assert_eq!((intent.claimed_at, intent.marker), (claim.now, claim.marker));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Intent {
    /// When the key was first claimed, by the clock of the machine that did.
    pub claimed_at: DateTime<Utc>,
    /// The line in the query that names the run, if it has one.
    pub marker: Option<String>,
}

impl Intent {
    /// Creates an intent from the columns that a ledger has stored.
    ///
    /// ```
    /// use nanonets_agents::ledger::Intent;
    ///
    /// let claimed_at = "2026-05-12T10:15:42Z".parse()?;
    /// let intent = Intent::new(claimed_at, Some("run c3d4".to_owned()));
    /// assert_eq!(intent.claimed_at, claimed_at);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
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
///
/// ```
/// use nanonets_agents::{Client, Error, ledger::Entry, prelude::*};
///
/// async fn pick_up(client: &Client, entry: Entry) -> Result<(), Error> {
///     match entry.task {
///         Some(task) => println!("{}: {}", entry.key, client.task(task).fetch().await?.status),
///         None => println!("{}: run it again with the same query and files", entry.key),
///     }
///     Ok(())
/// }
/// # let _ = pick_up;
/// ```
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
    /// Creates an entry from the columns that a ledger has stored.
    ///
    /// ```
    /// use nanonets_agents::ledger::Entry;
    /// use uuid::Uuid;
    ///
    /// let entry = Entry::new("invoice-1", Uuid::nil(), None);
    /// assert_eq!(entry.key, "invoice-1");
    /// ```
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
