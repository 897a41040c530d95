//! The row of a key: its columns, and what they say at a moment.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    defaults::LATE_COMMIT,
    ids::{AgentId, TaskId, TaskRef},
    ledger::{Doubts, Entry, Intent, LedgerError, LedgerErrorKind},
    time::Moment,
};

/// The longest lease, a day.
pub(super) const LONGEST_LEASE: Duration = Duration::from_secs(86_400);
/// By how much a clock may be behind what the ledger has written: by as much as the clocks of
/// machines are corrected every day.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::seconds(5);

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
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
/// let step = state::claim(None, &claim, Utc::now())?;
/// let Change::Put(row) = step.change else { panic!("the key is new") };
///
/// let json = serde_json::to_string(&row)?;
/// assert_eq!(serde_json::from_str::<Row>(&json)?, row);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Row {
    /// The key.
    pub key: String,
    /// The agent that is to run.
    pub agent_id: AgentId,
    /// A hash of everything that is sent.
    pub fingerprint: String,
    /// A hash of the identity by which the run's task will be recognised.
    pub lookalike_hash: String,
    /// What the first claim said.
    pub intent: Intent,
    /// When the key was first claimed, by the ledger's clock.
    pub claimed_at: DateTime<Utc>,
    /// How far the run has got.
    pub state: State,
    /// When the state last changed or the lease was last renewed, by the ledger's clock.
    pub changed_at: DateTime<Utc>,
    /// What isn't settled about the run; nothing while it has no task.
    pub doubts: Doubts,
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
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
/// use chrono::Utc;
/// use nanonets_agents::{TaskId, ledger::state::{self, Change, Step}};
///
/// # let task_id = TaskId::from(uuid::Uuid::nil());
/// // No key has this task.
/// let Step { answer: (), change } = state::record_finished(None, task_id, Utc::now());
/// assert_eq!(change, Change::Keep);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<T = ()> {
    /// What the method returns.
    pub answer: T,
    /// What it stores before it returns.
    pub change: Change,
}

impl Row {
    /// Returns the id of the recorded task, if there is one.
    ///
    /// ```
    /// # use chrono::Utc;
    /// # use uuid::Uuid;
    /// use nanonets_agents::ledger::{Claim, LedgerError, state::{self, Change}};
    ///
    /// # fn main() -> Result<(), LedgerError> {
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
    /// let step = state::claim(None, &claim, Utc::now())?;
    /// let Change::Put(row) = step.change else { panic!("the key is new") };
    /// assert_eq!(row.task_id(), None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn task_id(&self) -> Option<TaskId> {
        match self.state {
            State::Claimed { .. } | State::Abandoned => None,
            State::Started(task_id) | State::Finished(task_id) => Some(task_id),
        }
    }

    /// Whether [`Ledger::lookalikes`] returns the key: it has the same agent and hash, and a
    /// request of its run may still start a task.
    ///
    /// That is so while a lease runs, and for 10 min after it has ended or was abandoned
    /// ([`LATE_COMMIT`]): a request without an answer isn't carried out later than that.
    ///
    /// [`Ledger::lookalikes`]: crate::ledger::Ledger::lookalikes
    ///
    /// ```
    /// # use chrono::Utc;
    /// # use uuid::Uuid;
    /// use nanonets_agents::{defaults, ledger::{Claim, LedgerError, state::{self, Change}}};
    ///
    /// # fn main() -> Result<(), LedgerError> {
    /// # let now = Utc::now();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
    /// # let Change::Put(row) = state::claim(None, &claim, now)?.change else { panic!("new") };
    /// assert!(row.is_lookalike(claim.agent_id, &claim.lookalike_hash, now));
    /// assert!(!row.is_lookalike(claim.agent_id, "another hash", now));
    ///
    /// let late = now + claim.lease_duration + 2 * defaults::LATE_COMMIT;
    /// assert!(!row.is_lookalike(claim.agent_id, &claim.lookalike_hash, late));
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_lookalike(
        &self,
        agent_id: AgentId,
        lookalike_hash: &str,
        now: DateTime<Utc>,
    ) -> bool {
        let held_until = match self.state {
            State::Claimed { held_until, .. } => held_until,
            State::Abandoned => self.changed_at,
            // It has a task, and another may be its as well.
            State::Started(_) | State::Finished(_) if self.doubts != Doubts::default() => {
                self.changed_at
            }
            State::Started(_) | State::Finished(_) => return false,
        };
        self.agent_id == agent_id
            && self.lookalike_hash == lookalike_hash
            && between(held_until, now) <= LATE_COMMIT
    }

    /// Whether [`Ledger::prune`] removes the key: its task was recorded as finished longer ago than
    /// this.
    ///
    /// [`Ledger::prune`]: crate::ledger::Ledger::prune
    ///
    /// ```
    /// # use chrono::Utc;
    /// # use uuid::Uuid;
    /// use std::time::Duration;
    /// use nanonets_agents::ledger::{Claim, LedgerError, state::{self, Change}};
    ///
    /// # fn main() -> Result<(), LedgerError> {
    /// # let now = Utc::now();
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
    /// # let Change::Put(row) = state::claim(None, &claim, now)?.change else { panic!("new") };
    /// let next_year = now + Duration::from_secs(365 * 86_400);
    /// assert!(!row.is_finished_for(Duration::ZERO, next_year), "it was never finished");
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_finished_for(&self, duration: Duration, now: DateTime<Utc>) -> bool {
        matches!(self.state, State::Finished(_)) && between(self.changed_at, now) > duration
    }

    /// Returns the entry of [`Ledger::unfinished_after`], unless the task is finished.
    ///
    /// [`Ledger::unfinished_after`]: crate::ledger::Ledger::unfinished_after
    ///
    /// ```
    /// # use chrono::Utc;
    /// # use uuid::Uuid;
    /// use nanonets_agents::ledger::{Claim, Entry, LedgerError, state::{self, Change}};
    ///
    /// # fn main() -> Result<(), LedgerError> {
    /// # let claim = Claim::new("invoice-1", Uuid::nil(), "hash");
    /// # let step = state::claim(None, &claim, Utc::now())?;
    /// # let Change::Put(row) = step.change else { panic!("the key is new") };
    /// assert_eq!(row.unfinished(), Some(Entry::new("invoice-1", claim.agent_id, None)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn unfinished(&self) -> Option<Entry> {
        let task = match self.state {
            State::Claimed { .. } | State::Abandoned => None,
            State::Started(task_id) => Some(self.task(task_id)),
            State::Finished(_) => return None,
        };
        Some(Entry::new(self.key.clone(), self.agent_id, task))
    }

    pub(super) fn task(&self, task_id: TaskId) -> TaskRef {
        TaskRef::new(task_id).with_agent(self.agent_id)
    }

    pub(super) fn with_state(&self, state: State, now: DateTime<Utc>) -> Self {
        Self {
            state,
            changed_at: now,
            ..self.clone()
        }
    }

    pub(super) fn with_doubts(self, doubts: Doubts) -> Self {
        Self { doubts, ..self }
    }

    /// Replaces the doubts, where they are others.
    pub(super) fn doubted(&self, doubts: Doubts) -> Step {
        if doubts == self.doubts {
            Step::keep(())
        } else {
            Step::put(self.clone().with_doubts(doubts), ())
        }
    }

    /// Refuses what a person decides while a lease runs.
    pub(super) fn check_lease(&self, now: DateTime<Utc>) -> Result<(), LedgerError> {
        let State::Claimed { held_until, .. } = self.state else {
            return Ok(());
        };
        self.check_clock(now)?;
        if held_until <= now {
            return Ok(());
        }
        let rest = shown(held_until.signed_duration_since(now));
        Err(LedgerError::new(
            LedgerErrorKind::Held,
            format!(
                "a run with the key {:?} is being started; its lease ends in {rest} unless it is \
                 renewed; wait for that",
                self.key
            ),
        ))
    }

    /// Refuses a clock that can't be the one by which the row was written.
    pub(super) fn check_clock(&self, now: DateTime<Utc>) -> Result<(), LedgerError> {
        let written_at = self.claimed_at.max(self.changed_at);
        let latest_end = match self.state {
            State::Claimed { held_until, .. } => held_until.earlier(LONGEST_LEASE),
            _ => written_at,
        };
        let behind = written_at.max(latest_end).signed_duration_since(now);
        if behind <= CLOCK_TOLERANCE {
            return Ok(());
        }
        Err(LedgerError::new(
            LedgerErrorKind::ClockBehind,
            format!(
                "the clock is {} behind the time at which the ledger recorded the key {:?}, so it \
                 isn't known how old that is; set the clock right, or wait until it has caught up",
                shown(behind),
                self.key
            ),
        ))
    }
}

impl<T> Step<T> {
    pub(super) fn keep(answer: T) -> Self {
        Self {
            answer,
            change: Change::Keep,
        }
    }

    pub(super) fn put(row: Row, answer: T) -> Self {
        Self {
            answer,
            change: Change::Put(row),
        }
    }
}

impl Step {
    pub(super) fn delete(row: &Row) -> Self {
        Self {
            answer: (),
            change: Change::Delete(row.key.clone()),
        }
    }
}

/// Returns how long one moment is before another; zero if it isn't.
pub(super) fn between(earlier: DateTime<Utc>, later: DateTime<Utc>) -> Duration {
    let between = later.signed_duration_since(earlier);
    between.to_std().unwrap_or_default()
}

/// Formats a duration in whole seconds, rounded up.
fn shown(duration: TimeDelta) -> String {
    let up = TimeDelta::nanoseconds(999_999_999);
    let rounded = duration.checked_add(&up).unwrap_or(duration);
    format!("{} s", rounded.num_seconds())
}
