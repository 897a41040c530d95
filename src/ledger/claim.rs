//! The values that go into a ledger and come out of it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    defaults,
    ids::{AgentId, TaskId, TaskRef},
    transport::local_now,
};

/// A claim of a key: a request for the right to start its run.
///
/// Runs with keys make their own claims. A test of a ledger makes one with [`Claim::new`]:
///
/// ```
/// use nanonets_agents::ledger::{Claim, Claimed, Lease, Ledger, MemoryLedger};
/// use uuid::Uuid;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
/// let ledger = MemoryLedger::new();
/// let claim = Claim::new("invoice-1", Uuid::nil(), "hash of the request");
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
    /// How long the key is held without being renewed: more than nothing, and a day at most.
    pub lease_duration: Duration,
    /// When the caller claims, by the clock of its machine. The ledger only keeps it, and measures
    /// durations by a clock of its own.
    pub local_time: DateTime<Utc>,
    /// The same moment by the server's clock, where the caller knows it.
    pub server_time: Option<DateTime<Utc>>,
}

impl Claim {
    /// Creates a claim by a new holder at this moment, with a lease of 60 s, without a marker and
    /// without the server's time. It looks like claims with the same fingerprint only.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::ledger::Claim;
    /// use uuid::Uuid;
    ///
    /// let claim = Claim::new("invoice-1", Uuid::nil(), "hash of the request");
    /// assert_eq!(claim.lease_duration, Duration::from_secs(60));
    /// assert_eq!(claim.lookalike_hash, claim.fingerprint);
    /// ```
    pub fn new(
        key: impl Into<String>,
        agent_id: impl Into<AgentId>,
        fingerprint: impl Into<String>,
    ) -> Self {
        let fingerprint = fingerprint.into();
        Self {
            key: key.into(),
            lookalike_hash: fingerprint.clone(),
            fingerprint,
            agent_id: agent_id.into(),
            marker: None,
            holder: Uuid::new_v4(),
            lease_duration: defaults::LEASE,
            local_time: local_now(),
            server_time: None,
        }
    }

    /// Sets the hash of the identity by which the run's task will be recognised; the fingerprint by
    /// default.
    ///
    /// ```
    /// use nanonets_agents::ledger::Claim;
    /// use uuid::Uuid;
    ///
    /// # let agent_id = Uuid::nil();
    /// // Two runs with different files, which the list of tasks doesn't show.
    /// let claim = |key, fingerprint| {
    ///     let claim = Claim::new(key, agent_id, fingerprint);
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
    /// use nanonets_agents::ledger::Claim;
    /// use uuid::Uuid;
    ///
    /// # let agent_id = Uuid::nil();
    /// let claim = Claim::new("invoice-1", agent_id, "hash").with_marker("run c3d4");
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
    /// use nanonets_agents::ledger::Claim;
    /// use uuid::Uuid;
    ///
    /// # let agent_id = Uuid::nil();
    /// let holder = Uuid::from_u128(7);
    /// let claim = Claim::new("invoice-1", agent_id, "hash").with_holder(holder);
    /// assert_eq!(claim.holder, holder);
    /// ```
    pub fn with_holder(self, holder: Uuid) -> Self {
        Self { holder, ..self }
    }

    /// Sets how long the key is held without being renewed; 60 s by default.
    ///
    /// A ledger refuses a lease of no time, and one of more than a day.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::ledger::Claim;
    /// use uuid::Uuid;
    ///
    /// # let agent_id = Uuid::nil();
    /// let claim = Claim::new("invoice-1", agent_id, "hash")
    ///     .with_lease_duration(Duration::from_secs(10));
    /// assert_eq!(claim.lease_duration, Duration::from_secs(10));
    /// ```
    pub fn with_lease_duration(self, lease_duration: Duration) -> Self {
        Self {
            lease_duration,
            ..self
        }
    }

    /// Sets when the caller claims, by the clock of its machine; the time at which the claim was
    /// created by default.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use nanonets_agents::ledger::Claim;
    /// use uuid::Uuid;
    ///
    /// # let agent_id = Uuid::nil();
    /// let now = DateTime::UNIX_EPOCH;
    /// let claim = Claim::new("invoice-1", agent_id, "hash").with_local_time(now);
    /// assert_eq!(claim.local_time, now);
    /// ```
    pub fn with_local_time(self, local_time: DateTime<Utc>) -> Self {
        Self { local_time, ..self }
    }

    /// Sets when the caller claims by the server's clock; unknown by default.
    ///
    /// The tasks of the run carry times of that clock, so a later claim knows from where to look
    /// for them, whatever the clocks of the machines say.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use nanonets_agents::ledger::Claim;
    /// use uuid::Uuid;
    ///
    /// # let agent_id = Uuid::nil();
    /// let now = DateTime::UNIX_EPOCH;
    /// let claim = Claim::new("invoice-1", agent_id, "hash").with_server_time(now);
    /// assert_eq!(claim.server_time, Some(now));
    /// ```
    pub fn with_server_time(self, server_time: DateTime<Utc>) -> Self {
        Self {
            server_time: Some(server_time),
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
    InDoubt(Lease, Earlier),
    /// The run was started before, and its task recorded.
    Started(Recorded),
    /// Another claim holds the key, and its lease has this long to go.
    Held(Duration),
    /// The key belongs to another request.
    Conflict,
}

/// The right to start the run of a key.
///
/// Another claim can take the key once the lease has expired; until one does, the holder can renew
/// it.
///
/// ```
/// use nanonets_agents::ledger::{Claim, Lease};
/// use uuid::Uuid;
///
/// let claim = Claim::new("invoice-1", Uuid::nil(), "hash of the request");
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

/// What the first claim of a key said. A later claim looks for its task by it.
///
/// ```
/// use nanonets_agents::ledger::{Claim, Intent};
/// use uuid::Uuid;
///
/// let claim = Claim::new("invoice-1", Uuid::nil(), "hash").with_marker("run c3d4");
/// let intent = Intent::from(&claim);
/// assert_eq!((intent.local_time, intent.marker), (claim.local_time, claim.marker));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Intent {
    /// When the key was first claimed, by the clock of the machine that did.
    pub local_time: DateTime<Utc>,
    /// When the key was first claimed, by the server's clock, where that was known.
    pub server_time: Option<DateTime<Utc>>,
    /// The line in the query that names the run, if it has one.
    pub marker: Option<String>,
}

impl Intent {
    /// Creates an intent from the columns that a ledger has stored.
    ///
    /// ```
    /// use nanonets_agents::ledger::Intent;
    ///
    /// let local_time = "2026-05-12T10:15:42Z".parse()?;
    /// let intent = Intent::new(local_time, None, Some("run c3d4".to_owned()));
    /// assert_eq!(intent.local_time, local_time);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn new(
        local_time: DateTime<Utc>,
        server_time: Option<DateTime<Utc>>,
        marker: Option<String>,
    ) -> Self {
        Self {
            local_time,
            server_time,
            marker,
        }
    }
}

/// Returns what the claim means to start.
impl From<&Claim> for Intent {
    fn from(claim: &Claim) -> Self {
        Self::new(claim.local_time, claim.server_time, claim.marker.clone())
    }
}

/// What is known of the earlier claims of a key in doubt.
///
/// The durations are measured by the ledger's clock, and hold whatever the clocks of the machines
/// say.
///
/// ```
/// use nanonets_agents::ledger::{Claim, Claimed, Lease, Ledger, MemoryLedger};
/// use uuid::Uuid;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
/// let ledger = MemoryLedger::new();
/// let claim = Claim::new("invoice-1", Uuid::nil(), "hash").with_marker("run c3d4");
/// ledger.claim(&claim).await?;
/// ledger.abandon(&Lease::from(&claim)).await?;
///
/// let claimed = ledger.claim(&Claim::new("invoice-1", Uuid::nil(), "hash")).await?;
/// let Claimed::InDoubt(_, earlier) = claimed else { panic!("it was abandoned") };
/// assert_eq!(earlier.intent.marker.as_deref(), Some("run c3d4"));
/// assert!(earlier.claimed_ago >= earlier.held_ago);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Earlier {
    /// What the first claim said.
    pub intent: Intent,
    /// How long ago the key was first claimed. Its task is no older.
    pub claimed_ago: Duration,
    /// How long ago the last lease ended, or was abandoned; zero if it was just now. No request was
    /// sent since then.
    pub held_ago: Duration,
}

impl Earlier {
    /// Creates what is known of earlier claims, for a ledger of one's own and for tests.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::ledger::{Claim, Earlier, Intent};
    /// use uuid::Uuid;
    ///
    /// let intent = Intent::from(&Claim::new("invoice-1", Uuid::nil(), "hash"));
    /// let earlier = Earlier::new(intent, Duration::from_secs(70), Duration::from_secs(10));
    /// assert_eq!(earlier.held_ago, Duration::from_secs(10));
    /// ```
    pub fn new(intent: Intent, claimed_ago: Duration, held_ago: Duration) -> Self {
        Self {
            intent,
            claimed_ago,
            held_ago,
        }
    }
}

/// What a ledger has recorded about a run that was started.
///
/// ```
/// use nanonets_agents::{TaskRef, ledger::{Claim, Claimed, Doubts, Lease, Ledger, MemoryLedger}};
/// use uuid::Uuid;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
/// # let ledger = MemoryLedger::new();
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
/// # ledger.claim(&claim).await?;
/// # let task = TaskRef::new(Uuid::from_u128(2)).with_agent(claim.agent_id);
/// ledger.record_task(&Lease::from(&claim), &task, &Doubts::default()).await?;
/// ledger.record_finished(task.task_id()).await?;
///
/// let Claimed::Started(recorded) = ledger.claim(&claim).await? else { panic!("it was started") };
/// assert_eq!(recorded.task, task);
/// assert!(recorded.is_finished);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded {
    /// The task.
    pub task: TaskRef,
    /// Whether the task was recorded as needing no more attention.
    pub is_finished: bool,
    /// What the first claim said.
    pub intent: Intent,
    /// How long ago the key was first claimed, by the ledger's clock.
    pub claimed_ago: Duration,
    /// What isn't settled about the run.
    pub doubts: Doubts,
}

impl Recorded {
    /// Creates what is recorded about the run of a task that isn't finished and has no doubts, for
    /// a ledger of one's own and for tests.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{TaskRef, ledger::{Claim, Intent, Recorded}};
    /// use uuid::Uuid;
    ///
    /// let task = TaskRef::new(Uuid::from_u128(2));
    /// let intent = Intent::from(&Claim::new("invoice-1", Uuid::nil(), "hash"));
    /// let recorded = Recorded::new(task, intent, Duration::from_secs(70));
    /// assert!(!recorded.is_finished && !recorded.doubts.is_open);
    /// ```
    pub fn new(task: TaskRef, intent: Intent, claimed_ago: Duration) -> Self {
        Self {
            task,
            is_finished: false,
            intent,
            claimed_ago,
            doubts: Doubts::default(),
        }
    }

    /// Sets whether the task was recorded as needing no more attention; `false` by default.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use nanonets_agents::{TaskRef, ledger::{Claim, Intent, Recorded}};
    /// # use uuid::Uuid;
    /// #
    /// # let task = TaskRef::new(Uuid::from_u128(2));
    /// # let intent = Intent::from(&Claim::new("invoice-1", Uuid::nil(), "hash"));
    /// let recorded = Recorded::new(task, intent, Duration::ZERO).with_finished(true);
    /// assert!(recorded.is_finished);
    /// ```
    pub fn with_finished(self, is_finished: bool) -> Self {
        Self {
            is_finished,
            ..self
        }
    }

    /// Sets what isn't settled about the run; nothing by default.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use nanonets_agents::{TaskRef, ledger::{Claim, Doubts, Intent, Recorded}};
    /// # use uuid::Uuid;
    /// #
    /// # let task = TaskRef::new(Uuid::from_u128(2));
    /// # let intent = Intent::from(&Claim::new("invoice-1", Uuid::nil(), "hash"));
    /// let doubts = Doubts::default().with_open(true);
    /// let recorded = Recorded::new(task, intent, Duration::ZERO).with_doubts(doubts);
    /// assert!(recorded.doubts.is_open);
    /// ```
    pub fn with_doubts(self, doubts: Doubts) -> Self {
        Self { doubts, ..self }
    }
}

/// What isn't settled about a run that was sent more than once; nothing by default.
///
/// A ledger keeps it beside the task, so that a twin isn't forgotten when the process that knew of
/// it ends.
///
/// ```
/// use nanonets_agents::{TaskId, ledger::Doubts};
/// use uuid::Uuid;
///
/// let twin = TaskId::from(Uuid::from_u128(3));
/// let doubts = Doubts::default().with_open(true).with_twins([twin]);
/// assert_eq!(doubts.twins, [twin]);
/// assert_eq!(Doubts::default(), doubts.with_open(false).with_twins([]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Doubts {
    /// Whether a request without an answer may still be carried out, and the last look for its task
    /// wasn't taken.
    pub is_open: bool,
    /// Other tasks of the run that were found.
    pub twins: Vec<TaskId>,
}

impl Doubts {
    /// Sets whether a request without an answer may still be carried out; `false` by default.
    ///
    /// ```
    /// use nanonets_agents::ledger::Doubts;
    ///
    /// assert!(Doubts::default().with_open(true).is_open);
    /// ```
    pub fn with_open(self, is_open: bool) -> Self {
        Self { is_open, ..self }
    }

    /// Sets the other tasks of the run that were found; none by default.
    ///
    /// ```
    /// use nanonets_agents::{TaskId, ledger::Doubts};
    ///
    /// let twin = TaskId::from(uuid::Uuid::from_u128(3));
    /// assert_eq!(Doubts::default().with_twins([twin]).twins, [twin]);
    /// ```
    pub fn with_twins(self, twins: impl IntoIterator<Item = TaskId>) -> Self {
        Self {
            twins: twins.into_iter().collect(),
            ..self
        }
    }

    /// Returns these doubts together with others about the same run: each twin once, and open if
    /// either is.
    pub(super) fn and(&self, others: &Self) -> Self {
        let mut both = self.clone();
        both.is_open |= others.is_open;
        for twin in &others.twins {
            if !both.twins.contains(twin) {
                both.twins.push(*twin);
            }
        }
        both
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
