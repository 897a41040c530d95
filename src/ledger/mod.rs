//! The ledger: which runs were meant to be started, and which tasks came of them.
//!
//! The API has no idempotency keys; the ledger provides them. A run with a
//! [key](crate::run::Run::key) is recorded before it is sent, and its task afterwards. The same key
//! again, in this process, after a crash or on another worker, gets the recorded task. If no task
//! was recorded, the run's task is looked for at the server before the run is sent again.
//!
//! [`MemoryLedger`] serves one process and is the default; `SqliteLedger` (feature `ledger-sqlite`)
//! serves all processes of one machine and outlives them. For anything else, implement [`Ledger`],
//! with [`state`] to decide and `conformance` (feature `ledger-conformance`) to test it.
//!
//! ```
//! use futures_util::TryStreamExt;
//! use nanonets_agents::{
//!     ledger::{LedgerExt, MemoryLedger},
//!     prelude::*,
//!     simulator::Simulator,
//! };
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let simulator = Simulator::builder().build();
//! let client = Client::builder()
//!     .api_key(simulator.key())
//!     .in_process(simulator.service())
//!     .ledger(MemoryLedger::new())
//!     .build()?;
//! let run = client.run(simulator.agent_id()).query("How many?").key("invoice-1");
//! let started = run.start().await?;
//!
//! let ledger = client.ledger();
//! let unfinished: Vec<_> = ledger.unfinished().try_collect().await?;
//! assert_eq!(unfinished[0].key, "invoice-1");
//!
//! started.wait().await?;
//! ledger.record_finished(started.task_id()).await?;
//! let unfinished: Vec<_> = ledger.unfinished().try_collect().await?;
//! assert_eq!(unfinished, []);
//! # Ok(())
//! # }
//! ```

use std::{fmt, time::Duration};

use chrono::{DateTime, Utc};
use futures_core::Stream;
use futures_util::{StreamExt, future::BoxFuture, stream};

mod claim;
#[cfg(any(test, feature = "ledger-conformance"))]
pub mod conformance;
mod error;
mod forward;
mod memory;
#[cfg(feature = "ledger-sqlite")]
mod sqlite;
pub mod state;

pub use claim::{Claim, Claimed, Entry, Intent, Lease};
pub use error::{LedgerError, LedgerErrorKind};
pub use memory::MemoryLedger;
#[cfg(feature = "ledger-sqlite")]
pub use sqlite::SqliteLedger;

use crate::ids::{AgentId, TaskId, TaskRef};

/// The future of a ledger's method.
///
/// ```
/// use nanonets_agents::ledger::{LedgerError, LedgerErrorKind, LedgerFuture};
///
/// fn read_only<'a>() -> LedgerFuture<'a> {
///     let message = "the ledger is read-only; allow writing";
///     Box::pin(async move { Err(LedgerError::new(LedgerErrorKind::Unavailable, message)) })
/// }
/// # let _ = read_only;
/// ```
pub type LedgerFuture<'a, T = ()> = BoxFuture<'a, Result<T, LedgerError>>;

/// A record of runs with keys, which starts each of them once.
///
/// Each key lives by these states:
///
/// ```text
///                              renew
///                             ┌─────┐
///                  claim      │     ▼     record_task               record_finished
///   no row ────────────────▶ claimed ─────────────────▶ started ─────────────────▶ finished
///      ▲                      │ │  ▲                       ▲
///      │        forget        │ │  │ claim                 │
///      └──────────────────────┘ │  │ (in doubt)            │
///                       abandon │  │                       │
///                               ▼  │      record_task      │
///                             abandoned ───────────────────┘
/// ```
///
/// - *Claimed*: the run is being sent, or was when its process died. The claim's lease says until
///   when the key is the holder's alone. Once it has expired, another claim can take the key, which
///   is then in doubt: the run may have been started. The earlier holder's lease is lost.
/// - *Abandoned*: the holder gave up and doesn't know whether it has started the run. The next
///   claim gets the key at once, in doubt.
/// - *Forgotten*: the holder is certain that the run wasn't started. The key is new again.
/// - *Started* and *finished*: the task is known. Every further claim of the key gets it.
///
/// [`state`] has the rules in full, as functions: an implementation reads a row, asks them, and
/// stores what they return. It also shows a complete ledger.
///
/// Every method is atomic: of two concurrent claims of one key, one gets it. What a method returns
/// is stored as durably as the implementation promises. A ledger reads no clock: its callers tell
/// it the time.
///
/// ```
/// use chrono::Utc;
/// use nanonets_agents::{TaskRef, ledger::{Claim, Claimed, Ledger, MemoryLedger}};
/// use uuid::Uuid;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
/// # let (agent_id, task_id) = (Uuid::from_u128(1), Uuid::from_u128(2));
/// let ledger = MemoryLedger::new();
/// let claim = || Claim::new("invoice-1", agent_id, "hash of the request", Utc::now());
///
/// let Claimed::New(lease) = ledger.claim(&claim()).await? else { panic!("the key is new") };
/// assert!(matches!(ledger.claim(&claim()).await?, Claimed::Held(_)));
///
/// let task = TaskRef::new(task_id).with_agent(agent_id);
/// ledger.record_task(&lease, &task).await?;
/// assert_eq!(ledger.claim(&claim()).await?, Claimed::Started(task));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Besides the errors that each method names: [`LedgerErrorKind::Unavailable`] where what is stored
/// can't be read or written; a run isn't sent then. [`LedgerErrorKind::OtherVersion`] where another
/// version of the crate has written it.
pub trait Ledger: fmt::Debug + Send + Sync + 'static {
    /// Claims a key for a run that is about to be sent, or tells what became of it before.
    ///
    /// ```
    /// # use chrono::Utc;
    /// # use uuid::Uuid;
    /// use nanonets_agents::ledger::{Claim, Claimed, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// let claim = Claim::new("invoice-1", Uuid::nil(), "hash of the request", Utc::now());
    /// assert_eq!(ledger.claim(&claim).await?, Claimed::New(Lease::from(&claim)));
    ///
    /// let other = Claim::new("invoice-1", Uuid::nil(), "hash of another request", Utc::now());
    /// assert_eq!(ledger.claim(&other).await?, Claimed::Conflict);
    /// # Ok(())
    /// # }
    /// ```
    fn claim<'a>(&'a self, claim: &'a Claim) -> LedgerFuture<'a, Claimed>;

    /// Extends the lease of a claimed key: it lasts for this duration from now on.
    ///
    /// ```
    /// # use chrono::Utc;
    /// # use uuid::Uuid;
    /// use std::time::Duration;
    /// use chrono::TimeDelta;
    /// use nanonets_agents::ledger::{Claim, Claimed, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
    /// ledger.claim(&claim).await?;
    /// let later = claim.now + TimeDelta::seconds(40);
    /// ledger.renew(&Lease::from(&claim), later, Duration::from_secs(60)).await?;
    ///
    /// let end = claim.now + TimeDelta::seconds(100);
    /// assert_eq!(ledger.claim(&claim).await?, Claimed::Held(end));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`LedgerErrorKind::Lost`] where the lease is lost. An expired one isn't, unless another
    /// claim has taken the key.
    fn renew<'a>(
        &'a self,
        lease: &'a Lease,
        now: DateTime<Utc>,
        lease_duration: Duration,
    ) -> LedgerFuture<'a>;

    /// Records the task of a claimed key, for good. It does so even where the lease is lost.
    ///
    /// ```
    /// # use chrono::Utc;
    /// # use uuid::Uuid;
    /// use nanonets_agents::TaskRef;
    /// use nanonets_agents::ledger::{Claim, Lease, Ledger, LedgerErrorKind, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
    /// # ledger.claim(&claim).await?;
    /// # let [task, another] = [2, 3].map(|number| TaskRef::new(Uuid::from_u128(number)));
    /// let lease = Lease::from(&claim);
    /// ledger.record_task(&lease, &task).await?;
    ///
    /// let error = ledger.record_task(&lease, &another).await.unwrap_err();
    /// assert_eq!(error.kind(), LedgerErrorKind::Lost);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`LedgerErrorKind::Lost`] where the key has another task, or the task another key, or the
    /// key was forgotten. Everything is left as it is.
    fn record_task<'a>(&'a self, lease: &'a Lease, task: &'a TaskRef) -> LedgerFuture<'a>;

    /// Removes a claimed key whose run has certainly started no task.
    ///
    /// ```
    /// # use chrono::Utc;
    /// # use uuid::Uuid;
    /// use nanonets_agents::ledger::{Claim, Claimed, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
    /// # ledger.claim(&claim).await?;
    /// ledger.forget(&Lease::from(&claim)).await?;
    /// assert!(matches!(ledger.claim(&claim).await?, Claimed::New(_)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`LedgerErrorKind::Lost`] where the lease is lost.
    fn forget<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a>;

    /// Gives up a claimed key whose run may have started a task. It is in doubt from now on.
    ///
    /// ```
    /// # use chrono::Utc;
    /// # use uuid::Uuid;
    /// use nanonets_agents::ledger::{Claim, Claimed, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
    /// # ledger.claim(&claim).await?;
    /// ledger.abandon(&Lease::from(&claim)).await?;
    /// assert!(matches!(ledger.claim(&claim).await?, Claimed::InDoubt(_, _)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`LedgerErrorKind::Lost`] where the lease is lost.
    fn abandon<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a>;

    /// Records that a task needs no more attention: it isn't [unfinished](LedgerExt::unfinished)
    /// any more. A task that the ledger doesn't know changes nothing.
    ///
    /// ```
    /// # use chrono::Utc;
    /// # use uuid::Uuid;
    /// # use nanonets_agents::{TaskId, TaskRef};
    /// use nanonets_agents::ledger::{Claim, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
    /// # ledger.claim(&claim).await?;
    /// # let task_id = TaskId::from(Uuid::from_u128(2));
    /// # ledger.record_task(&Lease::from(&claim), &TaskRef::new(task_id)).await?;
    /// ledger.record_finished(task_id).await?;
    /// assert_eq!(ledger.unfinished_after(None, 10).await?, []);
    /// # Ok(())
    /// # }
    /// ```
    fn record_finished(&self, task_id: TaskId) -> LedgerFuture<'_>;

    /// Returns the key that has a task.
    ///
    /// ```
    /// # use chrono::Utc;
    /// # use uuid::Uuid;
    /// # use nanonets_agents::{TaskId, TaskRef};
    /// use nanonets_agents::ledger::{Claim, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
    /// # ledger.claim(&claim).await?;
    /// # let task_id = TaskId::from(Uuid::from_u128(2));
    /// # ledger.record_task(&Lease::from(&claim), &TaskRef::new(task_id)).await?;
    /// assert_eq!(ledger.key_of_task(task_id).await?.as_deref(), Some("invoice-1"));
    /// # Ok(())
    /// # }
    /// ```
    fn key_of_task(&self, task_id: TaskId) -> LedgerFuture<'_, Option<String>>;

    /// Returns the keys without a task whose runs can't be told apart from each other by their
    /// tasks: those of the agent with this [`lookalike_hash`](Claim::lookalike_hash).
    ///
    /// ```
    /// # use chrono::Utc;
    /// # use uuid::Uuid;
    /// use nanonets_agents::ledger::{Claim, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
    /// let claim = claim.with_lookalike_hash("hash of the query");
    /// ledger.claim(&claim).await?;
    /// let keys = ledger.lookalikes(claim.agent_id, "hash of the query").await?;
    /// assert_eq!(keys, ["invoice-1"]);
    /// # Ok(())
    /// # }
    /// ```
    fn lookalikes<'a>(
        &'a self,
        agent_id: AgentId,
        lookalike_hash: &'a str,
    ) -> LedgerFuture<'a, Vec<String>>;

    /// Returns a page of what is unfinished, in the order of the keys' bytes: the first `limit`
    /// entries after this key. [`LedgerExt::unfinished`] streams them all.
    ///
    /// ```
    /// # use chrono::Utc;
    /// # use uuid::Uuid;
    /// use nanonets_agents::ledger::{Claim, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
    /// # ledger.claim(&claim).await?;
    /// let page = ledger.unfinished_after(None, 100).await?;
    /// assert_eq!(page[0].key, "invoice-1");
    /// assert_eq!(ledger.unfinished_after(Some("invoice-1"), 100).await?, []);
    /// # Ok(())
    /// # }
    /// ```
    fn unfinished_after<'a>(
        &'a self,
        key: Option<&'a str>,
        limit: usize,
    ) -> LedgerFuture<'a, Vec<Entry>>;
}

/// Streams over any ledger.
///
/// ```
/// use chrono::Utc;
/// use futures_util::TryStreamExt;
/// use nanonets_agents::ledger::{Claim, Ledger, LedgerExt, MemoryLedger};
/// use uuid::Uuid;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
/// let ledger = MemoryLedger::new();
/// ledger.claim(&Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now())).await?;
///
/// let unfinished: Vec<_> = ledger.unfinished().try_collect().await?;
/// assert_eq!(unfinished[0].key, "invoice-1");
/// # Ok(())
/// # }
/// ```
pub trait LedgerExt: Ledger {
    /// Streams everything that a restarted worker has to pick up: tasks that were started and not
    /// recorded as finished, and keys without a task, which are settled by running them again.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// use nanonets_agents::ledger::{Ledger, LedgerError, LedgerExt};
    ///
    /// async fn left_over(ledger: &impl Ledger) -> Result<(), LedgerError> {
    ///     let mut unfinished = std::pin::pin!(ledger.unfinished());
    ///     while let Some(entry) = unfinished.try_next().await? {
    ///         match entry.task {
    ///             Some(task) => println!("wait for {}", task.task_id()),
    ///             None => println!("run {} again", entry.key),
    ///         }
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// An error of [`Ledger::unfinished_after`] is the last item.
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
                    .map(|entry| Some(entry.key.clone()));
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
