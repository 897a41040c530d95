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
//! A key that stays in doubt is a person's to decide: [`Ledger::settle`] tells the ledger which
//! task is the key's, [`Ledger::forget`] that there is none. [`Ledger::prune`] removes the keys
//! whose tasks were recorded as finished long ago; no ledger forgets a key by itself.
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

use std::{collections::HashMap, fmt, time::Duration};

use futures_util::future::BoxFuture;

mod claim;
#[cfg(any(test, feature = "ledger-conformance"))]
pub mod conformance;
mod error;
mod forward;
mod memory;
mod observed;
#[cfg(feature = "ledger-sqlite")]
mod sqlite;
pub mod state;
mod unfinished;

pub use claim::{Claim, Claimed, Doubts, Earlier, Entry, Intent, Lease, Recorded};
pub use error::{LedgerError, LedgerErrorKind};
pub use memory::MemoryLedger;
pub(crate) use observed::Observed;
#[cfg(feature = "ledger-sqlite")]
pub use sqlite::SqliteLedger;
pub use unfinished::{LedgerExt, Unfinished};

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
///      ▲                      │ │  ▲                       ▲                          │
///      │       withdraw       │ │  │ claim                 │                          │
///      ├──────────────────────┘ │  │ (in doubt)            │                          │
///      │                abandon │  │                       │                          │
///      │                        ▼  │  record_task, settle  │                          │
///      │                      abandoned ───────────────────┘                          │
///      │                                       prune                                  │
///      └──────────────────────────────────────────────────────────────────────────────┘
/// ```
///
/// - *Claimed*: the run is being sent, or was when its process died. The claim's lease says until
///   when the key is the holder's alone. Once it has expired, another claim can take the key, which
///   is then in doubt: the run may have been started. The earlier holder's lease is lost.
/// - *Abandoned*: the holder gave up and doesn't know whether it has started the run. The next
///   claim gets the key at once, in doubt.
/// - *Withdrawn*: the holder is certain that the run wasn't started. The key is new again.
/// - *Started* and *finished*: the task is known. Every further claim of the key gets it, with what
///   isn't settled about the run: its [doubts](Doubts).
///
/// Two steps are a person's: [`settle`](Self::settle) makes a key started that is abandoned or
/// whose lease has expired, and [`forget`](Self::forget) removes a key in any state. Neither works
/// while a lease runs.
///
/// [`state`] has the rules in full, as functions: an implementation reads a row, asks them, and
/// stores what they return. It also shows a complete ledger.
///
/// Every method is atomic: of two concurrent claims of one key, one gets it. What a method returns
/// is stored as durably as the implementation promises. A ledger has one clock, and measures all
/// durations by it; its callers, whose clocks may differ, don't tell it the time.
///
/// ```
/// use nanonets_agents::{TaskRef, ledger::{Claim, Claimed, Doubts, Ledger, MemoryLedger}};
/// use uuid::Uuid;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
/// # let (agent_id, task_id) = (Uuid::from_u128(1), Uuid::from_u128(2));
/// let ledger = MemoryLedger::new();
/// let claim = || Claim::new("invoice-1", agent_id, "hash of the request");
///
/// let Claimed::New(lease) = ledger.claim(&claim()).await? else { panic!("the key is new") };
/// assert!(matches!(ledger.claim(&claim()).await?, Claimed::Held(_)));
///
/// let task = TaskRef::new(task_id).with_agent(agent_id);
/// ledger.record_task(&lease, &task, &Doubts::default()).await?;
/// let Claimed::Started(recorded) = ledger.claim(&claim()).await? else { panic!("it started") };
/// assert_eq!(recorded.task, task);
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
    /// # use uuid::Uuid;
    /// use nanonets_agents::ledger::{Claim, Claimed, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// let claim = Claim::new("invoice-1", Uuid::nil(), "hash of the request");
    /// assert_eq!(ledger.claim(&claim).await?, Claimed::New(Lease::from(&claim)));
    ///
    /// let other = Claim::new("invoice-1", Uuid::nil(), "hash of another request");
    /// assert_eq!(ledger.claim(&other).await?, Claimed::Conflict);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`LedgerErrorKind::Invalid`] where the claim's lease has no time, or more than a day.
    /// - [`LedgerErrorKind::ClockBehind`] where the ledger's clock is more than 5 s behind what it
    ///   has written about the key, and the key isn't settled.
    fn claim<'a>(&'a self, claim: &'a Claim) -> LedgerFuture<'a, Claimed>;

    /// Extends the lease of a claimed key: it lasts for this duration from now on.
    ///
    /// ```
    /// # use uuid::Uuid;
    /// use std::time::Duration;
    /// use nanonets_agents::ledger::{Claim, Claimed, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
    /// ledger.claim(&claim).await?;
    /// tokio::time::advance(Duration::from_secs(40)).await;
    /// ledger.renew(&Lease::from(&claim), Duration::from_secs(60)).await?;
    ///
    /// tokio::time::advance(Duration::from_secs(50)).await;
    /// assert_eq!(ledger.claim(&claim).await?, Claimed::Held(Duration::from_secs(10)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`LedgerErrorKind::Lost`] where the lease is lost, or a task was recorded, by whichever
    ///   holder. An expired lease isn't lost unless another claim has taken the key.
    /// - [`LedgerErrorKind::Invalid`] where the lease would have no time, or more than a day.
    fn renew<'a>(&'a self, lease: &'a Lease, lease_duration: Duration) -> LedgerFuture<'a>;

    /// Records the task of a claimed key, for good, and what isn't settled about it. It does so
    /// even where the lease is lost.
    ///
    /// Where the key has this task already, the doubts are added to those that are recorded.
    ///
    /// ```
    /// # use uuid::Uuid;
    /// use nanonets_agents::TaskRef;
    /// use nanonets_agents::ledger::{Claim, Doubts, Lease, Ledger, LedgerErrorKind, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
    /// # ledger.claim(&claim).await?;
    /// # let [task, another] = [2, 3].map(|number| TaskRef::new(Uuid::from_u128(number)));
    /// let (lease, doubts) = (Lease::from(&claim), Doubts::default());
    /// ledger.record_task(&lease, &task, &doubts).await?;
    ///
    /// let error = ledger.record_task(&lease, &another, &doubts).await.unwrap_err();
    /// assert_eq!(error.kind(), LedgerErrorKind::Lost);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`LedgerErrorKind::Lost`] where the key has another task, or the task another key, or the
    /// key was withdrawn or forgotten. Everything is left as it is.
    fn record_task<'a>(
        &'a self,
        lease: &'a Lease,
        task: &'a TaskRef,
        doubts: &'a Doubts,
    ) -> LedgerFuture<'a>;

    /// Removes a claimed key whose run has certainly started no task.
    ///
    /// ```
    /// # use uuid::Uuid;
    /// use nanonets_agents::ledger::{Claim, Claimed, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
    /// # ledger.claim(&claim).await?;
    /// ledger.withdraw(&Lease::from(&claim)).await?;
    /// assert!(matches!(ledger.claim(&claim).await?, Claimed::New(_)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`LedgerErrorKind::Lost`] where the lease is lost.
    fn withdraw<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a>;

    /// Gives up a claimed key whose run may have started a task. It is in doubt from now on.
    ///
    /// ```
    /// # use uuid::Uuid;
    /// use nanonets_agents::ledger::{Claim, Claimed, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
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
    /// # use uuid::Uuid;
    /// # use nanonets_agents::{TaskId, TaskRef};
    /// use nanonets_agents::ledger::{Claim, Doubts, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
    /// # ledger.claim(&claim).await?;
    /// # let task_id = TaskId::from(Uuid::from_u128(2));
    /// # let (lease, task) = (Lease::from(&claim), TaskRef::new(task_id));
    /// # ledger.record_task(&lease, &task, &Doubts::default()).await?;
    /// ledger.record_finished(task_id).await?;
    /// assert_eq!(ledger.unfinished_after(None, 10).await?, []);
    /// # Ok(())
    /// # }
    /// ```
    fn record_finished(&self, task_id: TaskId) -> LedgerFuture<'_>;

    /// Replaces what isn't settled about the run of a task, once more is known. A task that no key
    /// has changes nothing.
    ///
    /// ```
    /// # use uuid::Uuid;
    /// # use nanonets_agents::{TaskId, TaskRef};
    /// use nanonets_agents::ledger::{Claim, Claimed, Doubts, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
    /// # ledger.claim(&claim).await?;
    /// # let task_id = TaskId::from(Uuid::from_u128(2));
    /// # let (lease, task) = (Lease::from(&claim), TaskRef::new(task_id));
    /// ledger.record_task(&lease, &task, &Doubts::default().with_open(true)).await?;
    /// // The last look found nothing more.
    /// ledger.record_doubts(task_id, &Doubts::default()).await?;
    ///
    /// let Claimed::Started(recorded) = ledger.claim(&claim).await? else { panic!("it started") };
    /// assert!(!recorded.doubts.is_open);
    /// # Ok(())
    /// # }
    /// ```
    fn record_doubts<'a>(&'a self, task_id: TaskId, doubts: &'a Doubts) -> LedgerFuture<'a>;

    /// Records a person's decision that the run of this key has started this task. From then on,
    /// every claim of the key gets it.
    ///
    /// A run whose outcome stays [unknown](crate::run::RunError::OutcomeUnknown) names its
    /// candidates. Nothing but a decision ends its key's doubt.
    ///
    /// ```
    /// # use uuid::Uuid;
    /// use nanonets_agents::TaskRef;
    /// use nanonets_agents::ledger::{Claim, Claimed, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
    /// # ledger.claim(&claim).await?;
    /// ledger.abandon(&Lease::from(&claim)).await?;
    ///
    /// let candidate = TaskRef::new(Uuid::from_u128(2));
    /// ledger.settle("invoice-1", &candidate).await?;
    /// let Claimed::Started(recorded) = ledger.claim(&claim).await? else { panic!("it started") };
    /// assert_eq!(recorded.task.task_id(), candidate.task_id());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`LedgerErrorKind::UnknownKey`] where the ledger doesn't have the key.
    /// - [`LedgerErrorKind::Held`] while a lease runs, and [`LedgerErrorKind::ClockBehind`] where
    ///   that can't be known.
    /// - [`LedgerErrorKind::Mismatch`] where the key has another task, or the task another key or
    ///   another agent.
    fn settle<'a>(&'a self, key: &'a str, task: &'a TaskRef) -> LedgerFuture<'a>;

    /// Removes a key by a person's decision, whatever its state. The same key then starts a new
    /// run.
    ///
    /// It is for a run that has started no task, and for one that is to be started again. Its
    /// tasks, if there are any, go on at the server.
    ///
    /// ```
    /// # use uuid::Uuid;
    /// use nanonets_agents::ledger::{Claim, Claimed, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
    /// # ledger.claim(&claim).await?;
    /// ledger.abandon(&Lease::from(&claim)).await?;
    ///
    /// ledger.forget("invoice-1").await?;
    /// assert!(matches!(ledger.claim(&claim).await?, Claimed::New(_)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`LedgerErrorKind::UnknownKey`] where the ledger doesn't have the key.
    /// - [`LedgerErrorKind::Held`] while a lease runs, and [`LedgerErrorKind::ClockBehind`] where
    ///   that can't be known.
    fn forget<'a>(&'a self, key: &'a str) -> LedgerFuture<'a>;

    /// Removes the keys whose tasks were recorded as finished longer ago than this, and returns how
    /// many they were.
    ///
    /// It keeps a ledger small. A key that is removed is new again, so keep it for longer than a
    /// program may come back with it. Keys that aren't finished stay for ever.
    ///
    /// ```
    /// # use uuid::Uuid;
    /// use std::time::Duration;
    /// use nanonets_agents::TaskRef;
    /// use nanonets_agents::ledger::{Claim, Doubts, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
    /// # ledger.claim(&claim).await?;
    /// # let (lease, task) = (Lease::from(&claim), TaskRef::new(Uuid::from_u128(2)));
    /// # ledger.record_task(&lease, &task, &Doubts::default()).await?;
    /// const MONTH: Duration = Duration::from_secs(30 * 86_400);
    /// ledger.record_finished(task.task_id()).await?;
    /// assert_eq!(ledger.prune(MONTH).await?, 0);
    ///
    /// tokio::time::advance(2 * MONTH).await;
    /// assert_eq!(ledger.prune(MONTH).await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    fn prune(&self, older_than: Duration) -> LedgerFuture<'_, u64>;

    /// Returns what is recorded of a key whose run was started; `None` where the key is unknown, or
    /// its run has no task yet. Nothing is claimed.
    ///
    /// ```
    /// # use uuid::Uuid;
    /// # use nanonets_agents::TaskRef;
    /// use nanonets_agents::ledger::{Claim, Doubts, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
    /// # let task = TaskRef::new(Uuid::from_u128(2)).with_agent(Uuid::nil());
    /// ledger.claim(&claim).await?;
    /// assert_eq!(ledger.recorded("invoice-1").await?, None);
    ///
    /// ledger.record_task(&Lease::from(&claim), &task, &Doubts::default()).await?;
    /// let recorded = ledger.recorded("invoice-1").await?.expect("its run was started");
    /// assert_eq!(recorded.task, task);
    /// # Ok(())
    /// # }
    /// ```
    fn recorded<'a>(&'a self, key: &'a str) -> LedgerFuture<'a, Option<Recorded>>;

    /// Returns the keys that have these tasks. Tasks that no key has are left out.
    ///
    /// ```
    /// # use uuid::Uuid;
    /// # use nanonets_agents::{TaskId, TaskRef};
    /// use nanonets_agents::ledger::{Claim, Doubts, Lease, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
    /// # ledger.claim(&claim).await?;
    /// # let [task_id, unknown] = [2, 3].map(|number| TaskId::from(Uuid::from_u128(number)));
    /// # let (lease, task) = (Lease::from(&claim), TaskRef::new(task_id));
    /// # ledger.record_task(&lease, &task, &Doubts::default()).await?;
    /// let keys = ledger.keys_of_tasks(&[task_id, unknown]).await?;
    /// assert_eq!(keys[&task_id], "invoice-1");
    /// assert_eq!(keys.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    fn keys_of_tasks<'a>(
        &'a self,
        task_ids: &'a [TaskId],
    ) -> LedgerFuture<'a, HashMap<TaskId, String>>;

    /// Returns the keys of runs that may be starting a task now, and whose tasks can't be told
    /// apart from each other: those of the agent with this
    /// [`lookalike_hash`](Claim::lookalike_hash).
    ///
    /// A key is among them while its lease runs, and for 10 min after that has ended or was
    /// abandoned ([`LATE_COMMIT`](crate::defaults::LATE_COMMIT)), unless it has a task.
    ///
    /// ```
    /// # use uuid::Uuid;
    /// use nanonets_agents::ledger::{Claim, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
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
    /// # use uuid::Uuid;
    /// use nanonets_agents::ledger::{Claim, Ledger, MemoryLedger};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
    /// # let ledger = MemoryLedger::new();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
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
