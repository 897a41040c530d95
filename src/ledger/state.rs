//! The life of a key, as a pure state machine.
//!
//! It decides what each method of a [`Ledger`](super::Ledger) answers and stores; a ledger only
//! reads the [`Row`] of a key and its own clock, asks the function that is named like its method,
//! and stores the [`Change`], all of it in one transaction. [`MemoryLedger`](super::MemoryLedger)
//! and `SqliteLedger` do just that, and `conformance` compares any ledger with it. One of your own
//! can be as short as this one, which keeps the rows of one process in a JSON file:
//!
//! ```
//! use std::{collections::BTreeMap, fs, future::ready, ops::Bound, path::PathBuf, time::Duration};
//! use std::{collections::HashMap, io, sync::{Mutex, atomic::{AtomicU64, Ordering}}};
//!
//! use chrono::{DateTime, Utc};
//! use nanonets_agents::ledger::{state::{self, Change, Row, Step}, *};
//! use nanonets_agents::{AgentId, TaskId, TaskRef};
//!
//! type Rows = BTreeMap<String, Row>;
//!
//! #[derive(Debug)]
//! struct JsonLedger(Mutex<PathBuf>);
//!
//! /// By how many seconds a test has put the clock on.
//! static AHEAD: AtomicU64 = AtomicU64::new(0);
//!
//! /// The ledger's clock, the only one that it goes by.
//! fn now() -> DateTime<Utc> {
//!     Utc::now() + Duration::from_secs(AHEAD.load(Ordering::Relaxed))
//! }
//!
//! impl JsonLedger {
//!     /// Takes a step that depends on the stored rows, and stores the change.
//!     fn step<'a, T: Send + 'a>(
//!         &self,
//!         decide: impl FnOnce(&Rows) -> Result<Step<T>, LedgerError>,
//!     ) -> LedgerFuture<'a, T> {
//!         let path = self.0.lock().unwrap();
//!         let take_step = || {
//!             let mut rows = read(&path).map_err(unavailable)?;
//!             let Step { answer, change } = decide(&rows)?;
//!             match change {
//!                 Change::Keep => return Ok(answer),
//!                 Change::Put(row) => drop(rows.insert(row.key.clone(), row)),
//!                 Change::Delete(key) => drop(rows.remove(&key)),
//!             }
//!             write(&path, &rows)?;
//!             Ok(answer)
//!         };
//!         Box::pin(ready(take_step()))
//!     }
//!
//!     fn ask<'a, T: Send + 'a>(&self, question: impl FnOnce(&Rows) -> T) -> LedgerFuture<'a, T> {
//!         let rows = read(&self.0.lock().unwrap());
//!         Box::pin(ready(rows.map(|rows| question(&rows)).map_err(unavailable)))
//!     }
//! }
//!
//! fn read(path: &PathBuf) -> io::Result<Rows> {
//!     if !path.exists() {
//!         return Ok(Rows::new());
//!     }
//!     Ok(serde_json::from_slice(&fs::read(path)?)?)
//! }
//!
//! fn write(path: &PathBuf, rows: &Rows) -> Result<(), LedgerError> {
//!     fs::write(path, serde_json::to_vec(rows).unwrap()).map_err(unavailable)
//! }
//!
//! fn unavailable(error: io::Error) -> LedgerError {
//!     let message = "the ledger's file can't be read or written";
//!     LedgerError::new(LedgerErrorKind::Unavailable, message).with_source(error)
//! }
//!
//! fn of_task(rows: &Rows, task_id: TaskId) -> Option<&Row> {
//!     rows.values().find(|row| row.task_id() == Some(task_id))
//! }
//!
//! fn key_of_task(rows: &Rows, task_id: TaskId) -> Option<&str> {
//!     of_task(rows, task_id).map(|row| row.key.as_str())
//! }
//!
//! impl Ledger for JsonLedger {
//!     fn claim<'a>(&'a self, claim: &'a Claim) -> LedgerFuture<'a, Claimed> {
//!         self.step(|rows| state::claim(rows.get(&claim.key), claim, now()))
//!     }
//!     fn renew<'a>(&'a self, lease: &'a Lease, duration: Duration) -> LedgerFuture<'a> {
//!         self.step(|rows| state::renew(rows.get(&lease.key), lease, duration, now()))
//!     }
//!     fn record_task<'a>(
//!         &'a self,
//!         lease: &'a Lease,
//!         task: &'a TaskRef,
//!         doubts: &'a Doubts,
//!     ) -> LedgerFuture<'a> {
//!         self.step(|rows| {
//!             let of_task = key_of_task(rows, task.task_id());
//!             state::record_task(rows.get(&lease.key), of_task, lease, task, doubts, now())
//!         })
//!     }
//!     fn withdraw<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
//!         self.step(|rows| state::withdraw(rows.get(&lease.key), lease))
//!     }
//!     fn abandon<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
//!         self.step(|rows| state::abandon(rows.get(&lease.key), lease, now()))
//!     }
//!     fn record_finished(&self, task_id: TaskId) -> LedgerFuture<'_> {
//!         self.step(|rows| Ok(state::record_finished(of_task(rows, task_id), task_id, now())))
//!     }
//!     fn record_doubts<'a>(&'a self, task_id: TaskId, doubts: &'a Doubts) -> LedgerFuture<'a> {
//!         self.step(|rows| Ok(state::record_doubts(of_task(rows, task_id), doubts)))
//!     }
//!     fn settle<'a>(&'a self, key: &'a str, task: &'a TaskRef) -> LedgerFuture<'a> {
//!         self.step(|rows| {
//!             let of_task = key_of_task(rows, task.task_id());
//!             state::settle(rows.get(key), of_task, key, task, now())
//!         })
//!     }
//!     fn forget<'a>(&'a self, key: &'a str) -> LedgerFuture<'a> {
//!         self.step(|rows| state::forget(rows.get(key), key, now()))
//!     }
//!     fn prune(&self, older_than: Duration) -> LedgerFuture<'_, u64> {
//!         let path = self.0.lock().unwrap();
//!         let prune = || {
//!             let mut rows = read(&path).map_err(unavailable)?;
//!             let before = rows.len();
//!             rows.retain(|_, row| !row.is_finished_for(older_than, now()));
//!             write(&path, &rows)?;
//!             Ok((before - rows.len()) as u64)
//!         };
//!         Box::pin(ready(prune()))
//!     }
//!     fn recorded<'a>(&'a self, key: &'a str) -> LedgerFuture<'a, Option<Recorded>> {
//!         self.ask(|rows| state::recorded(rows.get(key), now()))
//!     }
//!     fn keys_of_tasks<'a>(
//!         &'a self,
//!         task_ids: &'a [TaskId],
//!     ) -> LedgerFuture<'a, HashMap<TaskId, String>> {
//!         self.ask(|rows| {
//!             let key = |task_id| Some(key_of_task(rows, task_id)?.to_owned());
//!             let keys = task_ids.iter().filter_map(|id| Some((*id, key(*id)?)));
//!             keys.collect()
//!         })
//!     }
//!     fn lookalikes<'a>(
//!         &'a self,
//!         agent: AgentId,
//!         hash: &'a str,
//!     ) -> LedgerFuture<'a, Vec<String>> {
//!         self.ask(|rows| {
//!             let alike = rows.values().filter(|row| row.is_lookalike(agent, hash, now()));
//!             alike.map(|row| row.key.clone()).collect()
//!         })
//!     }
//!     fn unfinished_after<'a>(
//!         &'a self,
//!         key: Option<&'a str>,
//!         limit: usize,
//!     ) -> LedgerFuture<'a, Vec<Entry>> {
//!         let after = key.map_or(Bound::Unbounded, Bound::Excluded);
//!         self.ask(|rows| {
//!             let later = rows.range::<str, _>((after, Bound::Unbounded));
//!             later.filter_map(|(_, row)| row.unfinished()).take(limit).collect()
//!         })
//!     }
//! }
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! # let folder = std::env::temp_dir().join(format!("json-ledger-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder).unwrap();
//! # let number = AtomicU64::new(0);
//! # let new_file = || {
//! #     let number = number.fetch_add(1, Ordering::Relaxed);
//! #     Mutex::new(folder.join(format!("{number}.json")))
//! # };
//! // In a test, with the feature `ledger-conformance`:
//! let pass_time = |duration: Duration| {
//!     AHEAD.fetch_add(duration.as_secs(), Ordering::Relaxed);
//!     ready(())
//! };
//! conformance::check(|| async { JsonLedger(new_file()) }, pass_time).await;
//! # std::fs::remove_dir_all(folder).unwrap();
//! # });
//! ```
//!
//! What each function answers, and the state that the row has afterwards, where it changes:
//!
//! | stored | [`claim`] | by a lease | [`record_task`] | [`record_finished`] |
//! |---|---|---|---|---|
//! | nothing | `New` → claimed | `Lost` | `Lost` | ok |
//! | a row of another fingerprint | `Conflict` | as below | as below | as below |
//! | claimed, the lease goes on | `Held` | the holder's: ok | ok → started | ok |
//! | claimed, the lease has expired | `InDoubt` → claimed | the holder's: ok | ok → started | ok |
//! | abandoned | `InDoubt` → claimed | `Lost` | ok → started | ok |
//! | started | `Started` | `Lost` | the same task: ok; another: `Lost` | ok → finished |
//! | finished | `Started` | `Lost` | the same task: ok; another: `Lost` | ok |
//!
//! "By a lease" are [`renew`] (→ claimed), [`withdraw`] (→ nothing) and [`abandon`] (→ abandoned).
//! All leases but the holder's get `Lost`. [`record_task`] asks for no lease: a task that is known
//! is recorded even by a holder whose lease is lost. It answers `Lost` to a task that another key
//! has. [`record_doubts`] changes the doubts of a row that has the task, and no state.
//!
//! What a person decides:
//!
//! | stored | [`settle`] | [`forget`] |
//! |---|---|---|
//! | nothing | `UnknownKey` | `UnknownKey` |
//! | claimed, the lease goes on | `Held` | `Held` |
//! | claimed, the lease has expired; abandoned | ok → started | ok → nothing |
//! | started, finished | the same task: ok; another: `Mismatch` | ok → nothing |
//!
//! [`settle`] answers `Mismatch` to a task of another agent or key, too.
//!
//! A clock that was set back would let a lease end late, and a task be looked for since too late a
//! time. Where a row seems to be written more than 5 s from now, or its lease to end more than a
//! day from now, [`claim`], [`settle`] and [`forget`] answer `ClockBehind`, unless they need no
//! clock: a claim of a key that has a task and no open doubts, and a decision on one without a
//! lease.

use crate::time::Moment;
use std::time::Duration;

use chrono::{DateTime, Utc};

mod row;

pub use row::{Change, Row, State, Step};

use super::{
    Claim, Claimed, Doubts, Earlier, Intent, Lease, LedgerError, LedgerErrorKind, Recorded,
};
use crate::ids::{TaskId, TaskRef};
use row::{LONGEST_LEASE, between};

/// Decides on [`Ledger::claim`](super::Ledger::claim), given the row of the claim's key.
///
/// ```
/// # use chrono::Utc;
/// # use uuid::Uuid;
/// use nanonets_agents::ledger::{Claim, Claimed, Lease, LedgerError, state::{self, Change}};
///
/// # fn main() -> Result<(), LedgerError> {
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
/// let step = state::claim(None, &claim, Utc::now())?;
/// assert_eq!(step.answer, Claimed::New(Lease::from(&claim)));
/// assert!(matches!(step.change, Change::Put(row) if row.key == "invoice-1"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// - [`LedgerErrorKind::Invalid`] where the lease has no time, or more than a day.
/// - [`LedgerErrorKind::ClockBehind`] where the row is from a future of more than 5 s, and it isn't
///   settled.
pub fn claim(
    row: Option<&Row>,
    claim: &Claim,
    now: DateTime<Utc>,
) -> Result<Step<Claimed>, LedgerError> {
    let lease = Lease::from(claim);
    let claimed = State::Claimed {
        holder: claim.holder,
        held_until: lease_end(claim.lease_duration, now)?,
    };
    let Some(row) = row else {
        let row = Row {
            key: claim.key.clone(),
            agent_id: claim.agent_id,
            fingerprint: claim.fingerprint.clone(),
            lookalike_hash: claim.lookalike_hash.clone(),
            intent: Intent::from(claim),
            claimed_at: now,
            state: claimed,
            changed_at: now,
            doubts: Doubts::default(),
        };
        return Ok(Step::put(row, Claimed::New(lease)));
    };
    if row.fingerprint != claim.fingerprint {
        return Ok(Step::keep(Claimed::Conflict));
    }
    if row.task_id().is_none() || row.doubts.is_open {
        row.check_clock(now)?;
    }
    let claimed_ago = between(row.claimed_at, now);
    let ended_at = match row.state {
        State::Claimed { held_until, .. } if held_until > now => {
            return Ok(Step::keep(Claimed::Held(between(now, held_until))));
        }
        State::Claimed { held_until, .. } => held_until,
        State::Abandoned => row.changed_at,
        State::Started(task_id) | State::Finished(task_id) => {
            let recorded = of_started(row, task_id, claimed_ago);
            return Ok(Step::keep(Claimed::Started(recorded)));
        }
    };
    let earlier = Earlier::new(row.intent.clone(), claimed_ago, between(ended_at, now));
    let row = row.with_state(claimed, now);
    Ok(Step::put(row, Claimed::InDoubt(lease, earlier)))
}

/// Answers [`Ledger::recorded`](super::Ledger::recorded), given the row of the key.
///
/// ```
/// # use chrono::Utc;
/// # use uuid::Uuid;
/// use nanonets_agents::ledger::{Claim, LedgerError, state::{self, Change}};
///
/// # fn main() -> Result<(), LedgerError> {
/// # let now = Utc::now();
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
/// let Change::Put(row) = state::claim(None, &claim, now)?.change else { panic!("it is new") };
/// assert_eq!(state::recorded(Some(&row), now), None);
/// # Ok(())
/// # }
/// ```
pub fn recorded(row: Option<&Row>, now: DateTime<Utc>) -> Option<Recorded> {
    let row = row?;
    Some(of_started(
        row,
        row.task_id()?,
        between(row.claimed_at, now),
    ))
}

fn of_started(row: &Row, task_id: TaskId, claimed_ago: Duration) -> Recorded {
    Recorded::new(row.task(task_id), row.intent.clone(), claimed_ago)
        .with_finished(matches!(row.state, State::Finished(_)))
        .with_doubts(row.doubts.clone())
}

/// Decides on [`Ledger::renew`](super::Ledger::renew), given the row of the lease's key.
///
/// ```
/// # use chrono::Utc;
/// # use uuid::Uuid;
/// use std::time::Duration;
/// use nanonets_agents::ledger::{Claim, Lease, LedgerError, LedgerErrorKind};
/// use nanonets_agents::ledger::state::{self, Change};
///
/// # fn main() -> Result<(), LedgerError> {
/// # let now = Utc::now();
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
/// # let Change::Put(row) = state::claim(None, &claim, now)?.change else { panic!("it is new") };
/// # let lease = Lease::from(&claim);
/// let minute = Duration::from_secs(60);
/// let step = state::renew(Some(&row), &lease, minute, now)?;
/// assert!(matches!(step.change, Change::Put(_)));
///
/// let error = state::renew(None, &lease, minute, now).unwrap_err();
/// assert_eq!(error.kind(), LedgerErrorKind::Lost);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// - [`LedgerErrorKind::Lost`] where the lease is lost: another claim holds the key, or it was
///   withdrawn, abandoned or forgotten, or has a task.
/// - [`LedgerErrorKind::Invalid`] where the lease would have no time, or more than a day.
pub fn renew(
    row: Option<&Row>,
    lease: &Lease,
    lease_duration: Duration,
    now: DateTime<Utc>,
) -> Result<Step, LedgerError> {
    let row = held(row, lease)?;
    let renewed = State::Claimed {
        holder: lease.holder,
        held_until: lease_end(lease_duration, now)?,
    };
    Ok(Step::put(row.with_state(renewed, now), ()))
}

/// Decides on [`Ledger::withdraw`](super::Ledger::withdraw), given the row of the lease's key.
///
/// ```
/// # use chrono::Utc;
/// # use uuid::Uuid;
/// use nanonets_agents::ledger::{Claim, Lease, LedgerError, state::{self, Change}};
///
/// # fn main() -> Result<(), LedgerError> {
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
/// # let step = state::claim(None, &claim, Utc::now())?;
/// # let Change::Put(row) = step.change else { panic!("the key is new") };
/// # let lease = Lease::from(&claim);
/// let step = state::withdraw(Some(&row), &lease)?;
/// assert_eq!(step.change, Change::Delete(row.key));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`LedgerErrorKind::Lost`] where the lease is lost, as for [`renew`].
pub fn withdraw(row: Option<&Row>, lease: &Lease) -> Result<Step, LedgerError> {
    let row = held(row, lease)?;
    Ok(Step::delete(row))
}

/// Decides on [`Ledger::abandon`](super::Ledger::abandon), given the row of the lease's key.
///
/// ```
/// # use chrono::Utc;
/// # use uuid::Uuid;
/// use nanonets_agents::ledger::{Claim, Lease, LedgerError, state::{self, Change, State}};
///
/// # fn main() -> Result<(), LedgerError> {
/// # let now = Utc::now();
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
/// # let Change::Put(row) = state::claim(None, &claim, now)?.change else { panic!("it is new") };
/// # let lease = Lease::from(&claim);
/// let step = state::abandon(Some(&row), &lease, now)?;
/// assert!(matches!(step.change, Change::Put(row) if row.state == State::Abandoned));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`LedgerErrorKind::Lost`] where the lease is lost, as for [`renew`].
pub fn abandon(row: Option<&Row>, lease: &Lease, now: DateTime<Utc>) -> Result<Step, LedgerError> {
    let row = held(row, lease)?;
    Ok(Step::put(row.with_state(State::Abandoned, now), ()))
}

/// Decides on [`Ledger::record_task`](super::Ledger::record_task), given the row of the lease's key
/// and the key that [has the task](super::Ledger::keys_of_tasks) already.
///
/// ```
/// # use chrono::Utc;
/// # use uuid::Uuid;
/// use nanonets_agents::ledger::{Claim, Doubts, Lease, LedgerError, LedgerErrorKind};
/// use nanonets_agents::{TaskRef, ledger::state::{self, Change}};
///
/// # fn main() -> Result<(), LedgerError> {
/// # let now = Utc::now();
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
/// # let Change::Put(row) = state::claim(None, &claim, now)?.change else { panic!("it is new") };
/// # let lease = Lease::from(&claim);
/// # let doubts = Doubts::default();
/// let task = TaskRef::new(Uuid::from_u128(2));
/// let step = state::record_task(Some(&row), None, &lease, &task, &doubts, now)?;
/// assert!(matches!(step.change, Change::Put(row) if row.task_id() == Some(task.task_id())));
///
/// let taken = Some("invoice-2");
/// let error = state::record_task(Some(&row), taken, &lease, &task, &doubts, now).unwrap_err();
/// assert_eq!(error.kind(), LedgerErrorKind::Lost);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`LedgerErrorKind::Lost`] where the key has another task, or the task another key, or the key
/// was withdrawn or forgotten.
pub fn record_task(
    row: Option<&Row>,
    key_of_task: Option<&str>,
    lease: &Lease,
    task: &TaskRef,
    doubts: &Doubts,
    now: DateTime<Utc>,
) -> Result<Step, LedgerError> {
    let (key, task_id) = (&lease.key, task.task_id());
    if let Some(other) = key_of_task.filter(|other| other != key) {
        return Err(lost(format!(
            "the task {task_id} belongs to the key {other:?}"
        )));
    }
    let Some(row) = row else {
        return Err(lost(format!("the key {key:?} was withdrawn or forgotten")));
    };
    match row.state {
        State::Claimed { .. } | State::Abandoned => {
            let started = row.with_state(State::Started(task_id), now);
            Ok(Step::put(started.with_doubts(doubts.clone()), ()))
        }
        State::Started(recorded) | State::Finished(recorded) if recorded == task_id => {
            Ok(row.doubted(row.doubts.and(doubts)))
        }
        State::Started(recorded) | State::Finished(recorded) => Err(lost(format!(
            "the key {key:?} has another task by now, {recorded}"
        ))),
    }
}

/// Decides on [`Ledger::record_finished`](super::Ledger::record_finished), given the row that has
/// the task.
///
/// ```
/// # use chrono::Utc;
/// # use uuid::Uuid;
/// use nanonets_agents::ledger::{Claim, Doubts, Lease, LedgerError};
/// use nanonets_agents::ledger::state::{self, Change, State};
///
/// # fn main() -> Result<(), LedgerError> {
/// # let now = Utc::now();
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
/// # let Change::Put(row) = state::claim(None, &claim, now)?.change else { panic!("it is new") };
/// # let (lease, doubts) = (Lease::from(&claim), Doubts::default());
/// # let task = nanonets_agents::TaskRef::new(Uuid::from_u128(2));
/// # let step = state::record_task(Some(&row), None, &lease, &task, &doubts, now)?;
/// # let Change::Put(row) = step.change else { panic!("the task is new") };
/// let step = state::record_finished(Some(&row), task.task_id(), now);
/// let Change::Put(row) = step.change else { panic!("the task was unfinished") };
/// assert_eq!(row.state, State::Finished(task.task_id()));
/// # Ok(())
/// # }
/// ```
pub fn record_finished(row: Option<&Row>, task_id: TaskId, now: DateTime<Utc>) -> Step {
    match row {
        Some(row) if row.state == State::Started(task_id) => {
            Step::put(row.with_state(State::Finished(task_id), now), ())
        }
        _ => Step::keep(()),
    }
}

/// Decides on [`Ledger::record_doubts`](super::Ledger::record_doubts), given the row that has the
/// task.
///
/// ```
/// # use chrono::Utc;
/// # use uuid::Uuid;
/// use nanonets_agents::ledger::{Claim, Doubts, Lease, LedgerError, state::{self, Change}};
///
/// # fn main() -> Result<(), LedgerError> {
/// # let now = Utc::now();
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
/// # let Change::Put(row) = state::claim(None, &claim, now)?.change else { panic!("it is new") };
/// # let (lease, doubts) = (Lease::from(&claim), Doubts::default());
/// # let task = nanonets_agents::TaskRef::new(Uuid::from_u128(2));
/// # let step = state::record_task(Some(&row), None, &lease, &task, &doubts, now)?;
/// # let Change::Put(row) = step.change else { panic!("the task is new") };
/// let open = Doubts::default().with_open(true);
/// let step = state::record_doubts(Some(&row), &open);
/// assert!(matches!(step.change, Change::Put(row) if row.doubts == open));
/// # Ok(())
/// # }
/// ```
pub fn record_doubts(row: Option<&Row>, doubts: &Doubts) -> Step {
    row.map_or(Step::keep(()), |row| row.doubted(doubts.clone()))
}

/// Decides on [`Ledger::settle`](super::Ledger::settle), given the row of the key and the key that
/// [has the task](super::Ledger::keys_of_tasks) already.
///
/// ```
/// # use chrono::Utc;
/// # use uuid::Uuid;
/// use nanonets_agents::ledger::{Claim, Lease, LedgerError, LedgerErrorKind};
/// use nanonets_agents::{TaskRef, ledger::state::{self, Change, State}};
///
/// # fn main() -> Result<(), LedgerError> {
/// # let now = Utc::now();
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
/// # let Change::Put(row) = state::claim(None, &claim, now)?.change else { panic!("it is new") };
/// # let task = TaskRef::new(Uuid::from_u128(2));
/// let error = state::settle(Some(&row), None, "invoice-1", &task, now).unwrap_err();
/// assert_eq!(error.kind(), LedgerErrorKind::Held);
///
/// let later = now + claim.lease_duration;
/// let step = state::settle(Some(&row), None, "invoice-1", &task, later)?;
/// let Change::Put(row) = step.change else { panic!("it had no task") };
/// assert_eq!(row.state, State::Started(task.task_id()));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// - [`LedgerErrorKind::UnknownKey`] where there is no row.
/// - [`LedgerErrorKind::Held`] while a lease runs, and [`LedgerErrorKind::ClockBehind`] where that
///   can't be known.
/// - [`LedgerErrorKind::Mismatch`] where the key has another task, or the task another key or
///   another agent.
pub fn settle(
    row: Option<&Row>,
    key_of_task: Option<&str>,
    key: &str,
    task: &TaskRef,
    now: DateTime<Utc>,
) -> Result<Step, LedgerError> {
    let row = row.ok_or_else(|| unknown_key(key))?;
    let task_id = task.task_id();
    if let Some(other) = key_of_task.filter(|other| *other != key) {
        return Err(mismatch(format!(
            "the task {task_id} belongs to the key {other:?}, so it can't be that of the key \
             {key:?}"
        )));
    }
    if let Some(other) = task.agent_id().filter(|other| *other != row.agent_id) {
        return Err(mismatch(format!(
            "the task {task_id} is one of the agent {other}, and the key {key:?} belongs to a run \
             of the agent {}",
            row.agent_id
        )));
    }
    match row.task_id() {
        None => {
            row.check_lease(now)?;
            Ok(Step::put(row.with_state(State::Started(task_id), now), ()))
        }
        Some(recorded) if recorded == task_id => Ok(Step::keep(())),
        Some(recorded) => Err(mismatch(format!(
            "the key {key:?} has another task, {recorded}; forget the key first if that is wrong"
        ))),
    }
}

/// Decides on [`Ledger::forget`](super::Ledger::forget), given the row of the key.
///
/// ```
/// # use chrono::Utc;
/// # use uuid::Uuid;
/// use nanonets_agents::ledger::{Claim, Lease, LedgerError, LedgerErrorKind};
/// use nanonets_agents::ledger::state::{self, Change};
///
/// # fn main() -> Result<(), LedgerError> {
/// # let now = Utc::now();
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
/// # let Change::Put(row) = state::claim(None, &claim, now)?.change else { panic!("it is new") };
/// let error = state::forget(Some(&row), "invoice-1", now).unwrap_err();
/// assert_eq!(error.kind(), LedgerErrorKind::Held);
///
/// let step = state::forget(Some(&row), "invoice-1", now + claim.lease_duration)?;
/// assert_eq!(step.change, Change::Delete("invoice-1".to_owned()));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// - [`LedgerErrorKind::UnknownKey`] where there is no row.
/// - [`LedgerErrorKind::Held`] while a lease runs, and [`LedgerErrorKind::ClockBehind`] where that
///   can't be known.
pub fn forget(row: Option<&Row>, key: &str, now: DateTime<Utc>) -> Result<Step, LedgerError> {
    let row = row.ok_or_else(|| unknown_key(key))?;
    row.check_lease(now)?;
    Ok(Step::delete(row))
}

/// Returns the row of a lease's key, where the lease isn't lost. An expired lease is lost only once
/// another claim takes the key.
fn held<'a>(row: Option<&'a Row>, lease: &Lease) -> Result<&'a Row, LedgerError> {
    let key = &lease.key;
    let reason = match row.map(|row| (row, &row.state)) {
        Some((row, State::Claimed { holder, .. })) if *holder == lease.holder => return Ok(row),
        Some((_, State::Claimed { .. })) => "is held by another claim by now",
        Some((_, State::Abandoned)) => "was abandoned",
        Some((_, State::Started(_) | State::Finished(_))) => "has a task by now",
        None => "was withdrawn or forgotten",
    };
    Err(lost(format!("the key {key:?} {reason}")))
}

/// Returns when a lease ends that begins now.
fn lease_end(lease_duration: Duration, now: DateTime<Utc>) -> Result<DateTime<Utc>, LedgerError> {
    if lease_duration.is_zero() || lease_duration > LONGEST_LEASE {
        let message =
            format!("a lease of {lease_duration:?} can't work; give more than 0 and a day at most");
        return Err(LedgerError::new(LedgerErrorKind::Invalid, message));
    }
    Ok(now.later(lease_duration))
}

fn lost(message: String) -> LedgerError {
    LedgerError::new(LedgerErrorKind::Lost, message)
}

fn mismatch(message: String) -> LedgerError {
    LedgerError::new(LedgerErrorKind::Mismatch, message)
}

fn unknown_key(key: &str) -> LedgerError {
    LedgerError::new(
        LedgerErrorKind::UnknownKey,
        format!(
            "the ledger has no key {key:?}; look at how it is written, and whether this is the \
             ledger that its run was given"
        ),
    )
}

#[cfg(test)]
mod tests;
