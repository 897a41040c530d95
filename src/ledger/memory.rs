//! A ledger in memory.

use std::{
    collections::BTreeMap,
    ops::Bound,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{BoxFuture, FutureExt, ready};
use uuid::Uuid;

use super::{Claim, Claimed, Entry, Intent, Lease, Ledger, LedgerError, LedgerErrorKind};
use crate::ids::TaskRef;

/// Keys for one process: two runs with one key start one task. It is forgotten when the process
/// ends.
#[derive(Debug, Default)]
pub struct MemoryLedger(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    by_key: BTreeMap<String, Noted>,
    keys: BTreeMap<Uuid, String>,
}

#[derive(Debug)]
struct Noted {
    agent_id: Uuid,
    fingerprint: String,
    mark: String,
    intent: Intent,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Somebody is at it, or was.
    Claimed {
        holder: Uuid,
        until: DateTime<Utc>,
    },
    Started {
        task: TaskRef,
        is_finished: bool,
    },
}

impl MemoryLedger {
    /// An empty ledger.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn until(claim: &Claim) -> DateTime<Utc> {
    claim.now + TimeDelta::from_std(claim.lease).unwrap_or(TimeDelta::MAX)
}

impl Entries {
    fn claim(&mut self, claim: &Claim) -> Claimed {
        let state = State::Claimed {
            holder: claim.holder,
            until: until(claim),
        };
        let Some(noted) = self.by_key.get_mut(&claim.key) else {
            let noted = Noted {
                agent_id: claim.agent_id,
                fingerprint: claim.fingerprint.clone(),
                mark: claim.mark.clone(),
                intent: Intent::of(claim),
                state,
            };
            self.by_key.insert(claim.key.clone(), noted);
            return Claimed::New(Lease::of(claim));
        };
        if noted.fingerprint != claim.fingerprint {
            return Claimed::Conflict;
        }
        match &noted.state {
            State::Started { task, .. } => Claimed::Started(task.clone()),
            State::Claimed { until, .. } if *until > claim.now => Claimed::Held(*until),
            State::Claimed { .. } => {
                noted.state = state;
                Claimed::InDoubt(Lease::of(claim), noted.intent.clone())
            }
        }
    }

    fn held(&mut self, lease: &Lease) -> Result<&mut DateTime<Utc>, LedgerError> {
        match self.by_key.get_mut(&lease.key).map(|it| &mut it.state) {
            Some(State::Claimed { holder, until }) if *holder == lease.holder => Ok(until),
            _ => Err(LedgerError::new(
                LedgerErrorKind::Lost,
                format!("the key {:?} is held by somebody else by now", lease.key),
            )),
        }
    }

    fn started(&mut self, lease: &Lease, task: &TaskRef) -> Result<(), LedgerError> {
        let lost = || {
            LedgerError::new(
                LedgerErrorKind::Lost,
                format!("the key {:?} has another task by now", lease.key),
            )
        };
        if let Some(key) = self.keys.get(task.task_id().as_uuid())
            && *key != lease.key
        {
            return Err(LedgerError::new(
                LedgerErrorKind::Lost,
                format!("the task {} belongs to the key {key:?}", task.task_id()),
            ));
        }
        let noted = self.by_key.get_mut(&lease.key).ok_or_else(lost)?;
        match &noted.state {
            State::Started { task: noted, .. } if noted.task_id() != task.task_id() => Err(lost()),
            State::Started { .. } => Ok(()),
            State::Claimed { .. } => {
                noted.state = State::Started {
                    task: task.clone(),
                    is_finished: false,
                };
                self.keys.insert(task.task_id().into(), lease.key.clone());
                Ok(())
            }
        }
    }
}

impl Ledger for MemoryLedger {
    fn claim<'a>(&'a self, claim: &'a Claim) -> BoxFuture<'a, Result<Claimed, LedgerError>> {
        ready(Ok(self.lock().claim(claim))).boxed()
    }

    fn renew<'a>(
        &'a self,
        lease: &'a Lease,
        until: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), LedgerError>> {
        let renewed = self.lock().held(lease).map(|it| *it = until);
        ready(renewed).boxed()
    }

    fn started<'a>(
        &'a self,
        lease: &'a Lease,
        task: &'a TaskRef,
    ) -> BoxFuture<'a, Result<(), LedgerError>> {
        ready(self.lock().started(lease, task)).boxed()
    }

    fn release<'a>(&'a self, lease: &'a Lease) -> BoxFuture<'a, Result<(), LedgerError>> {
        let mut entries = self.lock();
        let released = entries.held(lease).map(|_| ());
        if released.is_ok() {
            entries.by_key.remove(&lease.key);
        }
        ready(released).boxed()
    }

    fn leave<'a>(&'a self, lease: &'a Lease) -> BoxFuture<'a, Result<(), LedgerError>> {
        let left = self.lock().held(lease).map(|it| *it = DateTime::UNIX_EPOCH);
        ready(left).boxed()
    }

    fn finished(&self, task_id: Uuid) -> BoxFuture<'_, Result<(), LedgerError>> {
        let Entries { by_key, keys } = &mut *self.lock();
        if let Some(key) = keys.get(&task_id)
            && let Some(noted) = by_key.get_mut(key)
            && let State::Started { is_finished, .. } = &mut noted.state
        {
            *is_finished = true;
        }
        ready(Ok(())).boxed()
    }

    fn key_of(&self, task_id: Uuid) -> BoxFuture<'_, Result<Option<String>, LedgerError>> {
        ready(Ok(self.lock().keys.get(&task_id).cloned())).boxed()
    }

    fn rivals<'a>(
        &'a self,
        agent_id: Uuid,
        mark: &'a str,
    ) -> BoxFuture<'a, Result<Vec<String>, LedgerError>> {
        let entries = self.lock();
        let alike = entries.by_key.iter().filter(|(_, it)| {
            it.agent_id == agent_id && it.mark == mark && matches!(it.state, State::Claimed { .. })
        });
        let keys = alike.map(|(key, _)| key.clone()).collect();
        ready(Ok(keys)).boxed()
    }

    fn unfinished_after<'a>(
        &'a self,
        key: Option<&'a str>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Entry>, LedgerError>> {
        let after = match key {
            Some(key) => Bound::Excluded(key),
            None => Bound::Unbounded,
        };
        let entries = self.lock();
        let page = entries
            .by_key
            .range::<str, _>((after, Bound::Unbounded))
            .filter_map(|(key, noted)| {
                let task = match &noted.state {
                    State::Claimed { .. } => None,
                    State::Started {
                        is_finished: true, ..
                    } => return None,
                    State::Started { task, .. } => Some(task.clone()),
                };
                Some(Entry::new(key.clone(), noted.agent_id, task))
            })
            .take(limit)
            .collect();
        ready(Ok(page)).boxed()
    }
}
