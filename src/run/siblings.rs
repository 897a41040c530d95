//! The other runs of a client: which tasks are theirs, and which of them look alike.
//!
//! A run of unknown outcome looks for its task among those that nobody owns. It must not take one whose own run
//! is about to learn of it. So runs send side by side, but who is in doubt waits until those that look alike know
//! their tasks, and has the field alone until it knows its own.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock},
    time::Instant,
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
    /// When each came to be owned, oldest first.
    since: VecDeque<(Instant, Uuid)>,
    /// When the runs began that don't know their tasks yet.
    unsettled: BTreeMap<Instant, usize>,
}

/// An agent, and what its runs that look alike have in common: a hash, since texts can be long.
type Key = (Uuid, Option<u64>);

#[derive(Debug, Default)]
struct Field {
    lock: Arc<RwLock<()>>,
    doubtful: AtomicUsize,
}

/// How much longer than the longest unsettled run an owned task is remembered. It covers what the clocks of the
/// server and the client may be apart by.
const MEMORY: Duration = Duration::from_secs(600);

/// A run among its siblings, until it knows its task.
#[derive(Debug)]
pub(super) struct Place {
    siblings: Arc<Siblings>,
    agent: Arc<Field>,
    /// Runs that can be recognised only mind those that look alike.
    alike: Option<(Key, Arc<Field>)>,
    start: Instant,
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
    /// Takes a place for a run that is about to be sent; `mark` is what its task would be recognised by.
    pub(super) async fn enter(self: &Arc<Self>, agent_id: Uuid, mark: Option<&str>) -> Place {
        let start = Instant::now();
        let (agent, alike) = {
            let mut state = self.lock();
            *state.unsettled.entry(start).or_default() += 1;
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
            start,
            hold: None,
            is_doubtful: false,
        };
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
        let now = Instant::now();
        let mut state = self.lock();
        let horizon = state.unsettled.keys().next().copied().unwrap_or(now);
        while let Some((since, id)) = state.since.front().copied()
            && since + MEMORY < horizon
        {
            state.since.pop_front();
            state.owned.remove(&id);
        }
        if state.owned.insert(task_id) {
            state.since.push_back((now, task_id));
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
    /// Waits until all runs that could be confused with this one know their tasks, and keeps new ones back.
    pub(super) async fn alone(&mut self) {
        if self.is_doubtful {
            return;
        }
        self.is_doubtful = true;
        self.field().doubtful.fetch_add(1, Ordering::SeqCst);
        let alone = self.field().lock.clone().write_owned();
        match self.hold.take() {
            Some(Hold { _agent, _alike }) if self.alike.is_some() => {
                drop(_alike);
                self.hold = Some(Hold {
                    _agent,
                    _alike: Some(Guard::Alone(alone.await)),
                });
            }
            held => {
                drop(held);
                self.hold = Some(Hold {
                    _agent: Guard::Alone(alone.await),
                    _alike: None,
                });
            }
        }
    }

    /// How many others are in doubt that could be confused with this one.
    pub(super) fn doubtful_siblings(&self) -> usize {
        let all = self.field().doubtful.load(Ordering::SeqCst);
        all - usize::from(self.is_doubtful)
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
        let mut state = self.siblings.lock();
        if let Some(count) = state.unsettled.get_mut(&self.start) {
            *count -= 1;
            if *count == 0 {
                state.unsettled.remove(&self.start);
            }
        }
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

    #[tokio::test(start_paused = true)]
    async fn owned_tasks_are_remembered_as_long_as_a_run_may_look_for_its_own() {
        let siblings = Arc::new(Siblings::default());
        let task = Uuid::from_u128(7);
        let long = siblings.enter(AGENT, Some("long")).await;
        siblings.own(task);
        tokio::time::advance(MEMORY * 10).await;
        siblings.own(Uuid::from_u128(8));
        assert!(siblings.is_owned(task));
        drop(long);
        siblings.own(Uuid::from_u128(9));
        assert!(!siblings.is_owned(task));
        assert_eq!(siblings.lock().fields.len(), 1, "the agent's");
    }
}
