//! The life of a key, as a pure state machine.
//!
//! It decides what each method of a [`Ledger`](super::Ledger) answers and stores; a ledger only
//! reads the [`Row`] of a key, asks the function that is named like its method, and stores the
//! [`Change`], all of it in one transaction. [`MemoryLedger`](super::MemoryLedger) and
//! `SqliteLedger` do just that, and `conformance` compares any ledger with it. One of your own can
//! be as short as this one, which keeps the rows of one process in a JSON file:
//!
//! ```
//! use std::{collections::BTreeMap, fs, future::ready, ops::Bound, path::PathBuf, time::Duration};
//! use std::{io, sync::Mutex};
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
//!             fs::write(&*path, serde_json::to_vec(&rows).unwrap()).map_err(unavailable)?;
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
//! fn unavailable(error: io::Error) -> LedgerError {
//!     let message = "the ledger's file can't be read or written";
//!     LedgerError::new(LedgerErrorKind::Unavailable, message).with_source(error)
//! }
//!
//! fn of_task(rows: &Rows, task_id: TaskId) -> Option<&Row> {
//!     rows.values().find(|row| row.task_id() == Some(task_id))
//! }
//!
//! impl Ledger for JsonLedger {
//!     fn claim<'a>(&'a self, claim: &'a Claim) -> LedgerFuture<'a, Claimed> {
//!         self.step(|rows| Ok(state::claim(rows.get(&claim.key), claim)))
//!     }
//!     fn renew<'a>(
//!         &'a self,
//!         lease: &'a Lease,
//!         now: DateTime<Utc>,
//!         lease_duration: Duration,
//!     ) -> LedgerFuture<'a> {
//!         self.step(|rows| state::renew(rows.get(&lease.key), lease, now, lease_duration))
//!     }
//!     fn record_task<'a>(&'a self, lease: &'a Lease, task: &'a TaskRef) -> LedgerFuture<'a> {
//!         self.step(|rows| {
//!             let of_task = of_task(rows, task.task_id()).map(|row| row.key.as_str());
//!             state::record_task(rows.get(&lease.key), of_task, lease, task)
//!         })
//!     }
//!     fn forget<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
//!         self.step(|rows| state::forget(rows.get(&lease.key), lease))
//!     }
//!     fn abandon<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
//!         self.step(|rows| state::abandon(rows.get(&lease.key), lease))
//!     }
//!     fn record_finished(&self, task_id: TaskId) -> LedgerFuture<'_> {
//!         self.step(|rows| Ok(state::record_finished(of_task(rows, task_id), task_id)))
//!     }
//!     fn key_of_task(&self, task_id: TaskId) -> LedgerFuture<'_, Option<String>> {
//!         self.ask(|rows| of_task(rows, task_id).map(|row| row.key.clone()))
//!     }
//!     fn lookalikes<'a>(
//!         &'a self,
//!         agent: AgentId,
//!         hash: &'a str,
//!     ) -> LedgerFuture<'a, Vec<String>> {
//!         self.ask(|rows| {
//!             let alike = rows.values().filter(|row| row.is_lookalike(agent, hash));
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
//! # let number = std::sync::atomic::AtomicU32::new(0);
//! # let new_file = || {
//! #     let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
//! #     Mutex::new(folder.join(format!("{number}.json")))
//! # };
//! // In a test, with the feature `ledger-conformance`:
//! conformance::check(|| async { JsonLedger(new_file()) }).await;
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
//! "By a lease" are [`renew`] (→ claimed), [`forget`] (→ nothing) and [`abandon`] (→ abandoned).
//! All leases but the holder's get `Lost`. [`record_task`] asks for no lease: a task that is known
//! is recorded even by a holder whose lease is lost. It answers `Lost` to a task that another key
//! has.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Claim, Claimed, Entry, Intent, Lease, LedgerError, LedgerErrorKind, claim::lease_end};
use crate::ids::{AgentId, TaskId, TaskRef};

/// A row of a ledger: what it stores of one key.
///
/// It can be stored as columns or serialised as a whole. All of its fields have to come back as
/// they were, times to the microsecond at least. A field that a later version adds is a breaking
/// change, since every ledger has to store it.
///
/// ```
/// use chrono::Utc;
/// use nanonets_agents::ledger::{Claim, state::{self, Change, Row}};
/// use uuid::Uuid;
///
/// let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
/// let Change::Put(row) = state::claim(None, &claim).change else { panic!("the key is new") };
///
/// let json = serde_json::to_string(&row)?;
/// assert_eq!(serde_json::from_str::<Row>(&json)?, row);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The key.
    pub key: String,
    /// The agent that is to run.
    pub agent_id: AgentId,
    /// A hash of everything that is sent.
    pub fingerprint: String,
    /// A hash of the identity by which the run's task will be recognised.
    pub lookalike_hash: String,
    /// The run that the first claim meant to start.
    pub intent: Intent,
    /// How far the run has got.
    pub state: State,
}

/// How far the run of a key has got.
///
/// ```
/// use nanonets_agents::{TaskId, ledger::state::State};
///
/// # let task_id = TaskId::from(uuid::Uuid::nil());
/// let state = State::Started(task_id);
/// assert_eq!(serde_json::to_value(state)?, serde_json::json!({ "started": task_id }));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its holder is sending the run, or was, when the lease expired.
    Claimed {
        /// The claim that holds the key.
        holder: Uuid,
        /// When its lease expires. The key stays the holder's until another claim takes it.
        held_until: DateTime<Utc>,
    },
    /// Its holder has given up, and may have started a task.
    Abandoned,
    /// The run was started, as this task.
    Started(TaskId),
    /// The run was started as this task, which needs no more attention.
    Finished(TaskId),
}

/// What a ledger has to store after a step.
///
/// ```
/// use std::collections::BTreeMap;
/// use nanonets_agents::ledger::state::{Change, Row};
///
/// fn store(rows: &mut BTreeMap<String, Row>, change: Change) {
///     match change {
///         Change::Keep => {}
///         Change::Put(row) => drop(rows.insert(row.key.clone(), row)),
///         Change::Delete(key) => drop(rows.remove(&key)),
///     }
/// }
/// # let _ = store;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing changes: the row, if there is one, stays as it is.
    Keep,
    /// This row is stored, in the place of the earlier one of the same key, if there is one.
    Put(Row),
    /// The row of this key is deleted.
    Delete(String),
}

/// What a method of a ledger answers, and what it stores.
///
/// ```
/// use nanonets_agents::{TaskId, ledger::state::{self, Change, Step}};
///
/// # let task_id = TaskId::from(uuid::Uuid::nil());
/// // No key has this task.
/// let Step { answer: (), change } = state::record_finished(None, task_id);
/// assert_eq!(change, Change::Keep);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<T = ()> {
    /// What the method returns.
    pub answer: T,
    /// What it stores before it returns.
    pub change: Change,
}

/// Decides on [`Ledger::claim`](super::Ledger::claim), given the row of the claim's key.
///
/// ```
/// # use chrono::Utc;
/// # use uuid::Uuid;
/// use nanonets_agents::ledger::{Claim, Claimed, Lease, state::{self, Change}};
///
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
/// let step = state::claim(None, &claim);
/// assert_eq!(step.answer, Claimed::New(Lease::from(&claim)));
/// assert!(matches!(step.change, Change::Put(row) if row.key == "invoice-1"));
/// ```
pub fn claim(row: Option<&Row>, claim: &Claim) -> Step<Claimed> {
    let lease = Lease::from(claim);
    let claimed = State::Claimed {
        holder: claim.holder,
        held_until: lease_end(claim.now, claim.lease_duration),
    };
    let Some(row) = row else {
        let row = Row {
            key: claim.key.clone(),
            agent_id: claim.agent_id,
            fingerprint: claim.fingerprint.clone(),
            lookalike_hash: claim.lookalike_hash.clone(),
            intent: Intent::from(claim),
            state: claimed,
        };
        return Step::put(row, Claimed::New(lease));
    };
    if row.fingerprint != claim.fingerprint {
        return Step::keep(Claimed::Conflict);
    }
    match row.state {
        State::Claimed { held_until, .. } if held_until > claim.now => {
            Step::keep(Claimed::Held(held_until))
        }
        State::Claimed { .. } | State::Abandoned => Step::put(
            row.with_state(claimed),
            Claimed::InDoubt(lease, row.intent.clone()),
        ),
        State::Started(task_id) | State::Finished(task_id) => {
            Step::keep(Claimed::Started(row.task(task_id)))
        }
    }
}

/// Decides on [`Ledger::renew`](super::Ledger::renew), given the row of the lease's key.
///
/// ```
/// # use chrono::Utc;
/// # use uuid::Uuid;
/// use nanonets_agents::ledger::{Claim, Lease, LedgerError, LedgerErrorKind};
/// use nanonets_agents::ledger::state::{self, Change};
///
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
/// # let Change::Put(row) = state::claim(None, &claim).change else { panic!("the key is new") };
/// # let lease = Lease::from(&claim);
/// use std::time::Duration;
///
/// let minute = Duration::from_secs(60);
/// let step = state::renew(Some(&row), &lease, claim.now, minute)?;
/// assert!(matches!(step.change, Change::Put(_)));
///
/// let error = state::renew(None, &lease, claim.now, minute).unwrap_err();
/// assert_eq!(error.kind(), LedgerErrorKind::Lost);
/// # Ok::<(), LedgerError>(())
/// ```
///
/// # Errors
///
/// [`LedgerErrorKind::Lost`] where the lease is lost: another claim holds the key, or it was
/// abandoned or forgotten, or has a task.
pub fn renew(
    row: Option<&Row>,
    lease: &Lease,
    now: DateTime<Utc>,
    lease_duration: Duration,
) -> Result<Step, LedgerError> {
    let row = held(row, lease)?;
    let renewed = State::Claimed {
        holder: lease.holder,
        held_until: lease_end(now, lease_duration),
    };
    Ok(Step::put(row.with_state(renewed), ()))
}

/// Decides on [`Ledger::forget`](super::Ledger::forget), given the row of the lease's key.
///
/// ```
/// # use chrono::Utc;
/// # use uuid::Uuid;
/// use nanonets_agents::ledger::{Claim, Lease, LedgerError, state::{self, Change}};
///
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
/// # let Change::Put(row) = state::claim(None, &claim).change else { panic!("the key is new") };
/// # let lease = Lease::from(&claim);
/// let step = state::forget(Some(&row), &lease)?;
/// assert_eq!(step.change, Change::Delete(row.key));
/// # Ok::<(), LedgerError>(())
/// ```
///
/// # Errors
///
/// [`LedgerErrorKind::Lost`] where the lease is lost, as for [`renew`].
pub fn forget(row: Option<&Row>, lease: &Lease) -> Result<Step, LedgerError> {
    held(row, lease)?;
    Ok(Step {
        answer: (),
        change: Change::Delete(lease.key.clone()),
    })
}

/// Decides on [`Ledger::abandon`](super::Ledger::abandon), given the row of the lease's key.
///
/// ```
/// # use chrono::Utc;
/// # use uuid::Uuid;
/// use nanonets_agents::ledger::{Claim, Lease, LedgerError, state::{self, Change, State}};
///
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
/// # let Change::Put(row) = state::claim(None, &claim).change else { panic!("the key is new") };
/// # let lease = Lease::from(&claim);
/// let step = state::abandon(Some(&row), &lease)?;
/// assert!(matches!(step.change, Change::Put(row) if row.state == State::Abandoned));
/// # Ok::<(), LedgerError>(())
/// ```
///
/// # Errors
///
/// [`LedgerErrorKind::Lost`] where the lease is lost, as for [`renew`].
pub fn abandon(row: Option<&Row>, lease: &Lease) -> Result<Step, LedgerError> {
    let row = held(row, lease)?;
    Ok(Step::put(row.with_state(State::Abandoned), ()))
}

/// Decides on [`Ledger::record_task`](super::Ledger::record_task), given the row of the lease's key
/// and the key that [has the task](super::Ledger::key_of_task) already.
///
/// ```
/// # use chrono::Utc;
/// # use uuid::Uuid;
/// use nanonets_agents::ledger::{Claim, Lease, LedgerError, LedgerErrorKind};
/// use nanonets_agents::ledger::state::{self, Change};
///
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
/// # let Change::Put(row) = state::claim(None, &claim).change else { panic!("the key is new") };
/// # let lease = Lease::from(&claim);
/// use nanonets_agents::TaskRef;
///
/// let task = TaskRef::new(Uuid::from_u128(2));
/// let step = state::record_task(Some(&row), None, &lease, &task)?;
/// assert!(matches!(step.change, Change::Put(row) if row.task_id() == Some(task.task_id())));
///
/// let error = state::record_task(Some(&row), Some("invoice-2"), &lease, &task).unwrap_err();
/// assert_eq!(error.kind(), LedgerErrorKind::Lost);
/// # Ok::<(), LedgerError>(())
/// ```
///
/// # Errors
///
/// [`LedgerErrorKind::Lost`] where the key has another task, or the task another key, or the key
/// was forgotten.
pub fn record_task(
    row: Option<&Row>,
    key_of_task: Option<&str>,
    lease: &Lease,
    task: &TaskRef,
) -> Result<Step, LedgerError> {
    let (key, task_id) = (&lease.key, task.task_id());
    if let Some(other) = key_of_task.filter(|other| other != key) {
        return Err(lost(format!(
            "the task {task_id} belongs to the key {other:?}"
        )));
    }
    let Some(row) = row else {
        return Err(lost(format!("the key {key:?} was forgotten")));
    };
    match row.state {
        State::Claimed { .. } | State::Abandoned => {
            Ok(Step::put(row.with_state(State::Started(task_id)), ()))
        }
        State::Started(recorded) | State::Finished(recorded) if recorded == task_id => {
            Ok(Step::keep(()))
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
/// use nanonets_agents::ledger::{Claim, Lease, LedgerError, state::{self, Change, State}};
///
/// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
/// # let Change::Put(row) = state::claim(None, &claim).change else { panic!("the key is new") };
/// # let lease = Lease::from(&claim);
/// # let task = nanonets_agents::TaskRef::new(Uuid::from_u128(2));
/// # let step = state::record_task(Some(&row), None, &lease, &task)?;
/// # let Change::Put(row) = step.change else { panic!("the task is new") };
/// let step = state::record_finished(Some(&row), task.task_id());
/// let Change::Put(row) = step.change else { panic!("the task was unfinished") };
/// assert_eq!(row.state, State::Finished(task.task_id()));
/// # Ok::<(), LedgerError>(())
/// ```
pub fn record_finished(row: Option<&Row>, task_id: TaskId) -> Step {
    match row {
        Some(row) if row.state == State::Started(task_id) => {
            Step::put(row.with_state(State::Finished(task_id)), ())
        }
        _ => Step::keep(()),
    }
}

impl Row {
    /// Returns the id of the recorded task, if there is one.
    ///
    /// ```
    /// # use chrono::Utc;
    /// # use uuid::Uuid;
    /// use nanonets_agents::ledger::{Claim, state::{self, Change}};
    ///
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
    /// let Change::Put(row) = state::claim(None, &claim).change else { panic!("the key is new") };
    /// assert_eq!(row.task_id(), None);
    /// ```
    pub fn task_id(&self) -> Option<TaskId> {
        match self.state {
            State::Claimed { .. } | State::Abandoned => None,
            State::Started(task_id) | State::Finished(task_id) => Some(task_id),
        }
    }

    /// Whether [`Ledger::lookalikes`](super::Ledger::lookalikes) returns the key: it has no task
    /// yet, and the same agent and hash.
    ///
    /// ```
    /// # use chrono::Utc;
    /// # use uuid::Uuid;
    /// use nanonets_agents::ledger::{Claim, state::{self, Change}};
    ///
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
    /// # let Change::Put(row) = state::claim(None, &claim).change else { panic!("it is new") };
    /// assert!(row.is_lookalike(claim.agent_id, &claim.lookalike_hash));
    /// assert!(!row.is_lookalike(claim.agent_id, "another hash"));
    /// ```
    pub fn is_lookalike(&self, agent_id: AgentId, lookalike_hash: &str) -> bool {
        self.task_id().is_none()
            && self.agent_id == agent_id
            && self.lookalike_hash == lookalike_hash
    }

    /// Returns the entry of [`Ledger::unfinished_after`](super::Ledger::unfinished_after), unless
    /// the task is finished.
    ///
    /// ```
    /// # use chrono::Utc;
    /// # use uuid::Uuid;
    /// use nanonets_agents::ledger::{Claim, Entry, state::{self, Change}};
    ///
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash", Utc::now());
    /// # let Change::Put(row) = state::claim(None, &claim).change else { panic!("it is new") };
    /// assert_eq!(row.unfinished(), Some(Entry::new("invoice-1", claim.agent_id, None)));
    /// ```
    pub fn unfinished(&self) -> Option<Entry> {
        let task = match self.state {
            State::Claimed { .. } | State::Abandoned => None,
            State::Started(task_id) => Some(self.task(task_id)),
            State::Finished(_) => return None,
        };
        Some(Entry::new(self.key.clone(), self.agent_id, task))
    }

    fn task(&self, task_id: TaskId) -> TaskRef {
        TaskRef::new(task_id).with_agent(self.agent_id)
    }

    fn with_state(&self, state: State) -> Self {
        Self {
            state,
            ..self.clone()
        }
    }
}

impl<T> Step<T> {
    fn keep(answer: T) -> Self {
        Self {
            answer,
            change: Change::Keep,
        }
    }

    fn put(row: Row, answer: T) -> Self {
        Self {
            answer,
            change: Change::Put(row),
        }
    }
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
        None => "was forgotten",
    };
    Err(lost(format!("the key {key:?} {reason}")))
}

fn lost(message: String) -> LedgerError {
    LedgerError::new(LedgerErrorKind::Lost, message)
}

#[cfg(test)]
mod tests;
