//! The other runs of a client: which tasks are theirs, and which of them look alike.
//!
//! A run of unknown outcome looks for its task among those that nobody owns. It must not take one
//! whose own run is about to learn of it. So runs send side by side, but who is in doubt waits
//! until those that look alike know their tasks, and has the field alone until it knows its own.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
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
use uuid::Uuid;

/// What all clones of a client share about their runs.
#[derive(Debug, Default)]
pub(super) struct Siblings(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// By agent, and by agent and what its runs are recognised by.
    fields: HashMap<Key, Arc<Field>>,
    owned: HashSet<Uuid>,
    /// The same, oldest first.
    order: VecDeque<Uuid>,
}

/// An agent, and what its runs that look alike have in common: a hash, since texts can be long.
type Key = (Uuid, Option<u64>);

#[derive(Debug, Default)]
struct Field {
    lock: Arc<RwLock<()>>,
    /// How many runs are there, and how many of them are in doubt.
    present: AtomicUsize,
    doubtful: AtomicUsize,
}

/// How many owned tasks are remembered, the newest ones.
const REMEMBERED: usize = 100_000;
/// How long a run in doubt waits for those that look alike. It takes this long only where one of
/// them is not polled any more.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// A run among its siblings, until it knows its task.
#[derive(Debug)]
pub(super) struct Place {
    siblings: Arc<Siblings>,
    agent: Arc<Field>,
    /// Runs that can be recognised only mind those that look alike.
    alike: Option<(Key, Arc<Field>)>,
    hold: Option<Hold>,
    is_doubtful: bool,
}

#[derive(Debug)]
struct Hold {
    _agent: Guard,
    _alike: Option<Guard>,
}

#[derive(Debug)]
enum Guard {
    Shared(#[allow(dead_code)] OwnedRwLockReadGuard<()>),
    Alone(#[allow(dead_code)] OwnedRwLockWriteGuard<()>),
}

impl Siblings {
    /// Takes a place for a run that is about to be sent; `mark` is what its task would be
    /// recognised by.
    pub(super) async fn enter(self: &Arc<Self>, agent_id: Uuid, mark: Option<&str>) -> Place {
        let (agent, alike) = {
            let mut state = self.lock();
            let agent = state.field((agent_id, None));
            let alike = mark.map(|it| {
                let mut hasher = DefaultHasher::new();
                it.hash(&mut hasher);
                let key = (agent_id, Some(hasher.finish()));
                (key, state.field(key))
            });
            (agent, alike)
        };
        let mut place = Place {
            siblings: self.clone(),
            agent,
            alike,
            hold: None,
            is_doubtful: false,
        };
        place.agent.present.fetch_add(1, Ordering::SeqCst);
        let shared = |it: &Arc<Field>| it.lock.clone().read_owned();
        let agent = Guard::Shared(shared(&place.agent).await);
        let alike = match &place.alike {
            Some((_, alike)) => Some(Guard::Shared(shared(alike).await)),
            None => None,
        };
        place.hold = Some(Hold {
            _agent: agent,
            _alike: alike,
        });
        place
    }

    /// A task has its run.
    pub(super) fn own(&self, task_id: Uuid) {
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

    pub(super) fn is_owned(&self, task_id: Uuid) -> bool {
        self.lock().owned.contains(&task_id)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn field(&mut self, key: Key) -> Arc<Field> {
        self.fields.entry(key).or_default().clone()
    }
}

impl Place {
    /// Waits until all runs that could be confused with this one know their tasks, and keeps new
    /// ones back. `false` where they don't get done.
    pub(super) async fn alone(&mut self) -> bool {
        if self.is_doubtful {
            return true;
        }
        self.is_doubtful = true;
        self.field().doubtful.fetch_add(1, Ordering::SeqCst);
        let alone = self.field().lock.clone().write_owned();
        let alone = timeout(LONGEST_WAIT, alone);
        self.hold = match self.hold.take() {
            Some(Hold { _agent, _alike }) if self.alike.is_some() => {
                drop(_alike);
                alone.await.ok().map(|alone| Hold {
                    _agent,
                    _alike: Some(Guard::Alone(alone)),
                })
            }
            held => {
                drop(held);
                alone.await.ok().map(|alone| Hold {
                    _agent: Guard::Alone(alone),
                    _alike: None,
                })
            }
        };
        self.hold.is_some()
    }

    /// How many others are in doubt that could be confused with this one.
    pub(super) fn doubtful_siblings(&self) -> usize {
        let all = self.field().doubtful.load(Ordering::SeqCst);
        all - usize::from(self.is_doubtful)
    }

    /// How many other runs of the agent don't know their tasks yet.
    pub(super) fn others(&self) -> usize {
        self.agent.present.load(Ordering::SeqCst) - 1
    }

    fn field(&self) -> &Field {
        self.alike.as_ref().map_or(&self.agent, |(_, it)| it)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.is_doubtful {
            self.field().doubtful.fetch_sub(1, Ordering::SeqCst);
        }
        self.hold = None;
        let alike = self.alike.take();
        self.agent.present.fetch_sub(1, Ordering::SeqCst);
        let mut state = self.siblings.lock();
        // Nobody else is there: only the map and this place hold it.
        if let Some((key, alike)) = alike
            && Arc::strong_count(&alike) == 2
        {
            state.fields.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const AGENT: Uuid = Uuid::from_u128(1);

    #[tokio::test]
    async fn who_is_in_doubt_waits_for_those_that_look_alike_and_keeps_new_ones_back() {
        let siblings = Arc::new(Siblings::default());
        let mut doubtful = siblings.enter(AGENT, Some("same")).await;
        let sending = siblings.enter(AGENT, Some("same")).await;
        let other = siblings.enter(AGENT, Some("other")).await;
        assert!(doubtful.alone().now_or_never().is_none());
        drop(sending);
        // What was given up half-way can be asked for again only by a new place.
        drop(doubtful);
        let mut doubtful = siblings.enter(AGENT, Some("same")).await;
        doubtful.alone().await;
        assert!(siblings.enter(AGENT, Some("same")).now_or_never().is_none());
        assert!(
            siblings
                .enter(AGENT, Some("third"))
                .now_or_never()
                .is_some()
        );
        drop(doubtful);
        assert!(siblings.enter(AGENT, Some("same")).now_or_never().is_some());
        drop(other);
    }

    #[tokio::test]
    async fn who_cannot_be_recognised_waits_for_all_runs_of_the_agent() {
        let siblings = Arc::new(Siblings::default());
        let mut doubtful = siblings.enter(AGENT, None).await;
        let sending = siblings.enter(AGENT, Some("text")).await;
        let elsewhere = siblings.enter(Uuid::from_u128(2), Some("text")).await;
        let mut alone = Box::pin(doubtful.alone());
        assert!(alone.as_mut().now_or_never().is_none());
        drop(sending);
        assert!(alone.as_mut().now_or_never().is_some());
        drop(elsewhere);
    }

    #[tokio::test]
    async fn the_newest_owned_tasks_are_remembered_and_nothing_else_stays() {
        let siblings = Arc::new(Siblings::default());
        let place = siblings.enter(AGENT, Some("text")).await;
        assert_eq!(place.others(), 0);
        for number in 0..=REMEMBERED as u128 {
            siblings.own(Uuid::from_u128(number));
        }
        assert!(!siblings.is_owned(Uuid::from_u128(0)));
        assert!(siblings.is_owned(Uuid::from_u128(1)));
        drop(place);
        assert_eq!(siblings.lock().fields.len(), 1, "the agent's");
    }

    /// A run that was started and is not polled any more must not hold up others for ever.
    #[tokio::test(start_paused = true)]
    async fn a_wait_for_those_that_look_alike_comes_to_an_end() {
        let siblings = Arc::new(Siblings::default());
        let forgotten = siblings.enter(AGENT, Some("text")).await;
        let mut doubtful = siblings.enter(AGENT, Some("text")).await;
        assert!(!doubtful.alone().await);
        assert_eq!(doubtful.others(), 1);
        drop(forgotten);
    }
}
