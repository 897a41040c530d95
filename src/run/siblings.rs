//! The runs of one client, which must not take each other's tasks.
//!
//! A run of unknown outcome searches for its task among those that no run owns. It must not take
//! one whose own run is about to learn its id. Lookalikes, the runs whose tasks could be taken for
//! each other, therefore share a lock: a run that is being sent holds it for reading, and a run of
//! unknown outcome takes it for writing until it knows its task.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock},
    time::timeout,
};

use super::identity::Identity;
use crate::ids::{AgentId, TaskId};

/// The runs that all clones of a client are starting, and the tasks that they own.
#[derive(Debug, Default)]
pub(super) struct Siblings(Mutex<SiblingState>);

#[derive(Debug, Default)]
struct SiblingState {
    /// All runs of each agent, and the lookalikes among them.
    groups: HashMap<GroupKey, Arc<Group>>,
    owned: HashSet<TaskId>,
    /// The owned tasks again, oldest first.
    order: VecDeque<TaskId>,
}

/// An agent, and the hash that its lookalikes have in common; without one, all its runs.
type GroupKey = (AgentId, Option<String>);

#[derive(Debug, Default)]
struct Group {
    lock: Arc<RwLock<()>>,
    /// How many runs of the group don't know their tasks yet.
    present: AtomicUsize,
    /// How many of those have an unknown outcome.
    doubtful: AtomicUsize,
}

/// The most owned tasks that are remembered: the newest ones.
const REMEMBERED: usize = 100_000;
/// The longest time that a run of unknown outcome waits for its lookalikes. It waits this long only
/// where one of them isn't polled any more.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// Counts a run among its siblings until it is dropped, when the run knows its task.
#[derive(Debug)]
pub(super) struct SiblingGuard {
    siblings: Arc<Siblings>,
    agent: Arc<Group>,
    /// `None` where the run can't be recognised: all runs of its agent are its lookalikes then.
    lookalikes: Option<(GroupKey, Arc<Group>)>,
    locks: Option<Locks>,
    is_doubtful: bool,
}

/// The locks that a run holds, of the agent's group and of its lookalikes.
#[derive(Debug)]
struct Locks {
    agent: Lock,
    _lookalikes: Option<Lock>,
}

#[derive(Debug)]
#[expect(dead_code, reason = "the locks are held, not read")]
enum Lock {
    Shared(OwnedRwLockReadGuard<()>),
    Exclusive(OwnedRwLockWriteGuard<()>),
}

impl Siblings {
    /// Enters a run that is about to be sent. Waits while a lookalike has an unknown outcome.
    pub(super) async fn enter(
        self: &Arc<Self>,
        agent_id: AgentId,
        identity: &Identity,
    ) -> SiblingGuard {
        let hash = identity.is_comparable().then(|| identity.lookalike_hash());
        let (agent, lookalikes) = {
            let mut state = self.lock();
            let agent = state.group((agent_id, None));
            let lookalikes = hash.map(|hash| {
                let key = (agent_id, Some(hash));
                (key.clone(), state.group(key))
            });
            (agent, lookalikes)
        };
        // The guard counts the run before it waits, and discounts it where the wait is dropped.
        let mut guard = SiblingGuard {
            siblings: self.clone(),
            agent,
            lookalikes,
            locks: None,
            is_doubtful: false,
        };
        guard.agent.present.fetch_add(1, Ordering::SeqCst);
        let agent = guard.agent.shared().await;
        let lookalikes = match &guard.lookalikes {
            Some((_, group)) => Some(group.shared().await),
            None => None,
        };
        guard.locks = Some(Locks {
            agent,
            _lookalikes: lookalikes,
        });
        guard
    }

    /// Records that a task belongs to a run of this client.
    pub(super) fn own(&self, task_id: impl Into<TaskId>) {
        let task_id = task_id.into();
        let mut state = self.lock();
        if state.owned.insert(task_id) {
            state.order.push_back(task_id);
        }
        if state.order.len() > REMEMBERED
            && let Some(oldest) = state.order.pop_front()
        {
            state.owned.remove(&oldest);
        }
    }

    /// Whether a task belongs to a run of this client.
    pub(super) fn is_owned(&self, task_id: impl Into<TaskId>) -> bool {
        self.lock().owned.contains(&task_id.into())
    }

    fn lock(&self) -> MutexGuard<'_, SiblingState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SiblingState {
    fn group(&mut self, key: GroupKey) -> Arc<Group> {
        self.groups.entry(key).or_default().clone()
    }
}

impl Group {
    async fn shared(&self) -> Lock {
        Lock::Shared(self.lock.clone().read_owned().await)
    }

    async fn exclusive(&self) -> Lock {
        Lock::Exclusive(self.lock.clone().write_owned().await)
    }
}

impl SiblingGuard {
    /// Waits until all lookalikes know their tasks, and keeps new ones waiting from then on.
    ///
    /// Returns `false` where one of them isn't polled to its end.
    pub(super) async fn isolate(&mut self) -> bool {
        if self.is_doubtful {
            return true;
        }
        self.is_doubtful = true;
        self.group().doubtful.fetch_add(1, Ordering::SeqCst);
        // The run's own shared lock goes first: the exclusive one would wait for it.
        let agent = match self.locks.take() {
            Some(locks) if self.lookalikes.is_some() => Some(locks.agent),
            _ => None,
        };
        let Ok(exclusive) = timeout(LONGEST_WAIT, self.group().exclusive()).await else {
            return false;
        };
        self.locks = Some(match agent {
            Some(agent) => Locks {
                agent,
                _lookalikes: Some(exclusive),
            },
            None => Locks {
                agent: exclusive,
                _lookalikes: None,
            },
        });
        true
    }

    /// Returns how many lookalikes have an unknown outcome too.
    pub(super) fn doubtful_siblings(&self) -> usize {
        let all = self.group().doubtful.load(Ordering::SeqCst);
        all - usize::from(self.is_doubtful)
    }

    /// Returns how many other runs of the agent don't know their tasks yet.
    pub(super) fn others(&self) -> usize {
        self.agent.present.load(Ordering::SeqCst) - 1
    }

    fn group(&self) -> &Group {
        match &self.lookalikes {
            Some((_, group)) => group,
            None => &self.agent,
        }
    }
}

impl Drop for SiblingGuard {
    fn drop(&mut self) {
        if self.is_doubtful {
            self.group().doubtful.fetch_sub(1, Ordering::SeqCst);
        }
        self.locks = None;
        let lookalikes = self.lookalikes.take();
        self.agent.present.fetch_sub(1, Ordering::SeqCst);
        let mut state = self.siblings.lock();
        // Only the map and this guard hold the group: no other run is in it.
        if let Some((key, group)) = lookalikes
            && Arc::strong_count(&group) == 2
        {
            state.groups.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use uuid::Uuid;

    use super::*;

    fn agent() -> AgentId {
        Uuid::from_u128(1).into()
    }

    fn text(query: &str) -> Identity {
        Identity::Text(query.to_owned())
    }

    #[tokio::test]
    async fn a_run_in_doubt_waits_for_its_lookalikes_and_keeps_new_ones_back() {
        let siblings = Arc::new(Siblings::default());
        let mut doubtful = siblings.enter(agent(), &text("same")).await;
        let sending = siblings.enter(agent(), &text("same")).await;
        let other = siblings.enter(agent(), &text("other")).await;
        assert!(doubtful.isolate().now_or_never().is_none());
        drop(sending);
        // A wait that was dropped half-way can be repeated only with a new guard.
        drop(doubtful);
        let mut doubtful = siblings.enter(agent(), &text("same")).await;
        doubtful.isolate().await;
        assert!(
            siblings
                .enter(agent(), &text("same"))
                .now_or_never()
                .is_none()
        );
        assert!(
            siblings
                .enter(agent(), &text("third"))
                .now_or_never()
                .is_some()
        );
        drop(doubtful);
        assert!(
            siblings
                .enter(agent(), &text("same"))
                .now_or_never()
                .is_some()
        );
        drop(other);
    }

    #[tokio::test]
    async fn a_run_that_cannot_be_recognised_waits_for_all_runs_of_its_agent() {
        let siblings = Arc::new(Siblings::default());
        let mut doubtful = siblings.enter(agent(), &Identity::Nothing).await;
        let sending = siblings.enter(agent(), &text("text")).await;
        let elsewhere = siblings
            .enter(Uuid::from_u128(2).into(), &text("text"))
            .await;
        let mut alone = Box::pin(doubtful.isolate());
        assert!(alone.as_mut().now_or_never().is_none());
        drop(sending);
        assert!(alone.as_mut().now_or_never().is_some());
        drop(elsewhere);
    }

    #[tokio::test]
    async fn the_newest_owned_tasks_are_remembered_and_nothing_else_stays() {
        let siblings = Arc::new(Siblings::default());
        let guard = siblings.enter(agent(), &text("text")).await;
        assert_eq!(guard.others(), 0);
        for number in 0..=REMEMBERED as u128 {
            siblings.own(Uuid::from_u128(number));
        }
        assert!(!siblings.is_owned(Uuid::from_u128(0)));
        assert!(siblings.is_owned(Uuid::from_u128(1)));
        drop(guard);
        assert_eq!(siblings.lock().groups.len(), 1, "the agent's");
    }

    /// A run that was started and is not polled any more must not hold up others for ever.
    #[tokio::test(start_paused = true)]
    async fn a_wait_for_lookalikes_comes_to_an_end() {
        let siblings = Arc::new(Siblings::default());
        let forgotten = siblings.enter(agent(), &text("text")).await;
        let mut doubtful = siblings.enter(agent(), &text("text")).await;
        assert!(!doubtful.isolate().await);
        assert_eq!(doubtful.others(), 1);
        drop(forgotten);
    }
}
