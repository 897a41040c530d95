//! The ledger: which runs were meant to be started, and what became of them.
//!
//! The API has no idempotency keys; the ledger gives it some. A run with a
//! [key](crate::run::Run::key) is noted before it is sent, and its task after. The same key again,
//! in this process, after a crash or on another worker, gets the noted task; what was noted and
//! never settled is looked for at the server before it is sent.
//!
//! [`MemoryLedger`] serves one process and is the default; `SqliteLedger` (feature `ledger-sqlite`)
//! serves all processes of one machine and outlives them. Anything else can implement [`Ledger`],
//! and be tested with `conformance` (feature `ledger-conformance`).

use std::{error::Error as StdError, fmt, time::Duration};

use chrono::{DateTime, Utc};
use futures_core::Stream;
use futures_util::{StreamExt, future::BoxFuture, stream};
use uuid::Uuid;

#[cfg(any(test, feature = "ledger-conformance"))]
pub mod conformance;
mod memory;
#[cfg(feature = "ledger-sqlite")]
mod sqlite;

pub use memory::MemoryLedger;
#[cfg(feature = "ledger-sqlite")]
pub use sqlite::SqliteLedger;

use crate::ids::TaskRef;

/// Keeps track of runs with keys.
///
/// Every method is atomic: of two claims of one key at the same time, one gets it. What it returns
/// is stored as firmly as the implementation promises. It has no clock: the times are given to it.
pub trait Ledger: fmt::Debug + Send + Sync + 'static {
    /// Claims a key for a run that is about to be sent, or tells what became of it before.
    fn claim<'a>(&'a self, claim: &'a Claim) -> BoxFuture<'a, Result<Claimed, LedgerError>>;

    /// Holds a claimed key for longer. Fails with [`LedgerErrorKind::Lost`] where the holder has
    /// lost it.
    fn renew<'a>(
        &'a self,
        lease: &'a Lease,
        until: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), LedgerError>>;

    /// Notes the task of a claimed key, for good.
    ///
    /// It does so even where the lease was lost. Where the key has another task, or the task
    /// another key, it fails with [`LedgerErrorKind::Lost`] and leaves both as they are.
    fn started<'a>(
        &'a self,
        lease: &'a Lease,
        task: &'a TaskRef,
    ) -> BoxFuture<'a, Result<(), LedgerError>>;

    /// Forgets a claimed key, since it is certain that its run started no task.
    fn release<'a>(&'a self, lease: &'a Lease) -> BoxFuture<'a, Result<(), LedgerError>>;

    /// Gives up holding a claimed key whose run may have started a task. It stays in doubt.
    fn leave<'a>(&'a self, lease: &'a Lease) -> BoxFuture<'a, Result<(), LedgerError>>;

    /// Notes that a task needs no more attention: it isn't [unfinished](LedgerExt::unfinished) any
    /// more. Of a task that the ledger doesn't know, it does nothing.
    fn finished(&self, task_id: Uuid) -> BoxFuture<'_, Result<(), LedgerError>>;

    /// The key that has a task.
    fn key_of(&self, task_id: Uuid) -> BoxFuture<'_, Result<Option<String>, LedgerError>>;

    /// The claimed keys whose runs would be recognised by the same as this one's: of the same
    /// agent, with the same [`mark`](Claim::mark).
    fn rivals<'a>(
        &'a self,
        agent_id: Uuid,
        mark: &'a str,
    ) -> BoxFuture<'a, Result<Vec<String>, LedgerError>>;

    /// A page of what is unfinished, by key: those after the given one, at most as many as given.
    fn unfinished_after<'a>(
        &'a self,
        key: Option<&'a str>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Entry>, LedgerError>>;
}

/// Streams over any ledger.
pub trait LedgerExt: Ledger {
    /// Everything that a restarted worker has to pick up: tasks that were started and not noted as
    /// finished, and keys in doubt, which are settled by running them again.
    fn unfinished(&self) -> impl Stream<Item = Result<Entry, LedgerError>> + Send + '_ {
        const PAGE: usize = 100;
        let pages = stream::try_unfold(
            Some(None),
            move |place: Option<Option<String>>| async move {
                let Some(after) = place else { return Ok(None) };
                let page = self.unfinished_after(after.as_deref(), PAGE).await?;
                let next = page
                    .last()
                    .filter(|_| page.len() == PAGE)
                    .map(|it| Some(it.key.clone()));
                Ok(Some((page, next)))
            },
        );
        pages.flat_map(|page| {
            let (entries, error) = match page {
                Ok(entries) => (entries, None),
                Err(error) => (Vec::new(), Some(error)),
            };
            stream::iter(entries.into_iter().map(Ok).chain(error.map(Err)))
        })
    }
}

impl<L: Ledger + ?Sized> LedgerExt for L {}

/// A wish to start a run under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// The key.
    pub key: String,
    /// A hash of all that is sent. The key belongs to one such request only.
    pub fingerprint: String,
    /// The agent that is to run.
    pub agent_id: Uuid,
    /// A hash of what its task is recognised by: runs that look alike have the same.
    pub mark: String,
    /// The line in the query that names the run, where it has one.
    pub marker: Option<String>,
    /// Who claims; no two claims have the same.
    pub holder: Uuid,
    /// The time of this machine.
    pub now: DateTime<Utc>,
    /// For how long the key is held without being renewed.
    pub lease: Duration,
}

/// What came of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claimed {
    /// The key is new: the run can be sent.
    New(Lease),
    /// The key was claimed before, and nobody knows what came of it: the task has to be looked for.
    InDoubt(Lease, Intent),
    /// The run was started before.
    Started(TaskRef),
    /// Somebody else is at it, at least until then.
    Held(DateTime<Utc>),
    /// The key belongs to another request.
    Conflict,
}

/// The right to start the run of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lease {
    /// The key.
    pub key: String,
    /// Who holds it.
    pub holder: Uuid,
}

/// What was meant to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Intent {
    /// When the key was first claimed, by the clock of the machine that did.
    pub claimed_at: DateTime<Utc>,
    /// The line in the query that names the run, where it has one.
    pub marker: Option<String>,
}

/// A key of a ledger, and how far its run has got.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The agent that runs.
    pub agent_id: Uuid,
    /// The task; `None` while it isn't known whether there is one.
    pub task: Option<TaskRef>,
}

impl Lease {
    /// The lease that a claim has got.
    pub fn of(claim: &Claim) -> Self {
        Self {
            key: claim.key.clone(),
            holder: claim.holder,
        }
    }
}

impl Intent {
    /// What a claim means to start.
    pub fn of(claim: &Claim) -> Self {
        Self {
            claimed_at: claim.now,
            marker: claim.marker.clone(),
        }
    }

    /// An intent as it was stored.
    pub fn new(claimed_at: DateTime<Utc>, marker: Option<String>) -> Self {
        Self { claimed_at, marker }
    }
}

impl Entry {
    /// An entry as it was stored.
    pub fn new(key: String, agent_id: Uuid, task: Option<TaskRef>) -> Self {
        Self {
            key,
            agent_id,
            task,
        }
    }
}

/// Why the ledger can't do its work.
#[derive(Debug)]
pub struct LedgerError {
    kind: LedgerErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What kind of failure a [`LedgerError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LedgerErrorKind {
    /// It can't be read or written: the disk is full, the file is read-only, locked or damaged.
    Unavailable,
    /// It was written by a newer version of the crate, and is left as it is.
    Newer,
    /// The key is held by somebody else by now.
    Lost,
}

impl LedgerError {
    /// An error of this kind.
    pub fn new(kind: LedgerErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// Adds the cause. Its text should not be a part of the message.
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    pub(crate) fn into_source(self) -> Option<Box<dyn StdError + Send + Sync>> {
        self.source
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> LedgerErrorKind {
        self.kind
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for LedgerError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|it| it as _)
    }
}
