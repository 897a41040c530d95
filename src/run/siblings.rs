//! The runs of one client, which must not take each other's tasks.
//!
//! A run of unknown outcome searches for its task among those that no run owns. It must not take
//! one whose own run is about to learn its id. Lookalikes, the runs whose tasks could be taken for
//! each other, therefore share a lock: a run that is being sent holds it for reading, and a run of
//! unknown outcome takes it for writing until it knows its task.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock},
    time::{Instant, timeout},
};

use super::identity::Identity;
use crate::{
    defaults::LATE_COMMIT,
    ids::{AgentId, TaskId},
    newest::Newest,
    time::Moment,
};

/// The runs that all clones of a client are starting, and the tasks that they own.
#[derive(Debug, Default)]
pub(super) struct Siblings(Mutex<SiblingState>);

#[derive(Debug, Default)]
struct SiblingState {
    /// All runs of each agent, and the lookalikes among them.
    groups: HashMap<GroupKey, Arc<Group>>,
    owned: Tasks,
    /// The tasks that a run has named to its caller as candidates, or as twins that aren't certain.
    /// No other run may take one for its own in silence.
    disputed: Tasks,
    /// The runs that have ended, and of which a task may appear that they don't know.
    ended: Vec<Ended>,
}

/// A run that has ended, and of which a task may appear that it doesn't know: its outcome is
/// unknown, or a request of it is still in doubt.
#[derive(Debug)]
struct Ended {
    agent_id: AgentId,
    identity: Arc<Identity>,
    /// How long such a task may appear; `None` where that is told.
    until: Option<Instant>,
}

/// The newest tasks that were added.
#[derive(Debug)]
struct Tasks(Newest<TaskId, ()>);

/// An agent, and the hash that its lookalikes have in common; without one, all its runs.
type GroupKey = (AgentId, Option<String>);

#[derive(Debug, Default)]
struct Group {
    lock: Arc<RwLock<()>>,
    /// How many runs of the group were sent and don't know their tasks yet.
    present: AtomicUsize,
    /// Those of them that have an unknown outcome.
    doubtful: Mutex<Vec<Arc<Identity>>>,
}

/// The most tasks that are remembered: the newest ones.
const REMEMBERED: usize = 100_000;
/// The longest time that a run waits for its lookalikes. It waits this long only where one of them
/// isn't polled any more.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// Counts a run among its siblings until it is dropped, when the run knows its task.
#[derive(Debug)]
pub(super) struct SiblingGuard {
    siblings: Arc<Siblings>,
    agent_id: AgentId,
    agent: Arc<Group>,
    /// `None` where the run can't be recognised: all runs of its agent are its lookalikes then.
    lookalikes: Option<(GroupKey, Arc<Group>)>,
    identity: Arc<Identity>,
    /// The locks of a run that may be sent; it is counted as present while it has them.
    locks: Option<Locks>,
    is_present: bool,
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
    ///
    /// Returns `None` where that one isn't polled to its end.
    pub(super) async fn enter(
        self: &Arc<Self>,
        agent_id: AgentId,
        identity: &Identity,
    ) -> Option<SiblingGuard> {
        let hash = identity
            .is_comparable()
            .then(|| identity.lookalike_hash().to_owned());
        let (agent, lookalikes) = {
            let mut state = self.lock();
            let agent = state.group((agent_id, None));
            let lookalikes = hash.map(|hash| {
                let key = (agent_id, Some(hash));
                (key.clone(), state.group(key))
            });
            (agent, lookalikes)
        };
        let mut guard = SiblingGuard {
            siblings: self.clone(),
            agent_id,
            agent,
            lookalikes,
            identity: Arc::new(identity.clone()),
            locks: None,
            is_present: false,
            is_doubtful: false,
        };
        let locking = async {
            let agent = guard.agent.shared().await;
            let lookalikes = match &guard.lookalikes {
                Some((_, group)) => Some(group.shared().await),
                None => None,
            };
            Locks {
                agent,
                _lookalikes: lookalikes,
            }
        };
        let locks = timeout(LONGEST_WAIT, locking).await.ok()?;
        guard.locks = Some(locks);
        // A run that still waits has sent nothing, and isn't counted.
        guard.is_present = true;
        guard.agent.present.fetch_add(1, Ordering::SeqCst);
        Some(guard)
    }

    /// Records that a task belongs to a run of this client.
    pub(super) fn own(&self, task_id: impl Into<TaskId>) {
        self.lock().owned.add(task_id.into());
    }

    /// Whether a task belongs to a run of this client.
    pub(super) fn is_owned(&self, task_id: impl Into<TaskId>) -> bool {
        self.lock().owned.contains(task_id.into())
    }

    /// Records that a run has named a task that may be its own.
    pub(super) fn dispute(&self, task_id: impl Into<TaskId>) {
        self.lock().disputed.add(task_id.into());
    }

    /// Whether a run has named a task that may be its own.
    pub(super) fn is_disputed(&self, task_id: impl Into<TaskId>) -> bool {
        self.lock().disputed.contains(task_id.into())
    }

    /// Counts a run that knows its task and may have started another one, until it is dropped.
    pub(super) fn keep_open(self: &Arc<Self>, agent_id: AgentId, identity: &Identity) -> OpenGuard {
        let identity = Arc::new(identity.clone());
        let mut state = self.lock();
        state.ended.push(Ended {
            agent_id,
            identity: identity.clone(),
            until: None,
        });
        OpenGuard {
            siblings: self.clone(),
            agent: state.group((agent_id, None)),
            agent_id,
            identity,
        }
    }

    fn lock(&self) -> MutexGuard<'_, SiblingState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SiblingState {
    /// Returns the runs of an agent that have ended, and of which a task may appear.
    fn ended(&mut self, agent_id: AgentId) -> impl Iterator<Item = &Arc<Identity>> {
        let now = Instant::now();
        self.ended
            .retain(|run| run.until.is_none_or(|until| until > now));
        let runs = self
            .ended
            .iter()
            .filter(move |run| run.agent_id == agent_id);
        runs.map(|run| &run.identity)
    }

    fn group(&mut self, key: GroupKey) -> Arc<Group> {
        self.groups.entry(key).or_default().clone()
    }
}

impl Tasks {
    fn add(&mut self, task_id: TaskId) {
        self.0.insert(task_id, ());
    }

    fn contains(&self, task_id: TaskId) -> bool {
        self.0.contains(&task_id)
    }
}

impl Default for Tasks {
    fn default() -> Self {
        Self(Newest::new(REMEMBERED))
    }
}

impl Group {
    fn doubtful(&self) -> MutexGuard<'_, Vec<Arc<Identity>>> {
        self.doubtful.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn shared(&self) -> Lock {
        Lock::Shared(self.lock.clone().read_owned().await)
    }

    async fn exclusive(&self) -> Lock {
        Lock::Exclusive(self.lock.clone().write_owned().await)
    }
}

/// Counts a run that may have started a second task until it is dropped.
#[derive(Debug)]
pub(super) struct OpenGuard {
    siblings: Arc<Siblings>,
    agent: Arc<Group>,
    agent_id: AgentId,
    identity: Arc<Identity>,
}

impl OpenGuard {
    /// Returns how many other runs of the agent may have started a task that they don't know.
    pub(super) fn others(&self) -> usize {
        let ended = self.siblings.lock().ended(self.agent_id).count();
        ended - 1 + self.agent.present.load(Ordering::SeqCst)
    }
}

impl Drop for OpenGuard {
    fn drop(&mut self) {
        let is_own = |run: &Ended| Arc::ptr_eq(&run.identity, &self.identity);
        self.siblings.lock().ended.retain(|run| !is_own(run));
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
        self.group().doubtful().push(self.identity.clone());
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

    /// Returns how many lookalikes have an unknown outcome too, and sent the same in all.
    pub(super) fn doubtful_siblings(&self) -> usize {
        self.doubtful_lookalikes(true)
    }

    /// Whether there are lookalikes of unknown outcome that sent something else, which no list
    /// shows: another wanted output, for example.
    pub(super) fn has_doubtful_strangers(&self) -> bool {
        self.doubtful_lookalikes(false) > 0
    }

    fn doubtful_lookalikes(&self, are_interchangeable: bool) -> usize {
        let counts = |other: &&Arc<Identity>| {
            !Arc::ptr_eq(other, &self.identity)
                && self.identity.is_interchangeable_with(other) == are_interchangeable
        };
        let doubtful = self.group().doubtful().iter().filter(counts).count();
        let hash = self.identity.lookalike_hash();
        let mut state = self.siblings.lock();
        let ended = state.ended(self.agent_id);
        let ended = ended
            .filter(|other| other.lookalike_hash() == hash)
            .filter(counts);
        doubtful + ended.count()
    }

    /// Records that the run ends with an unknown outcome.
    pub(super) fn end_unknown(&self) {
        self.siblings.lock().ended.push(Ended {
            agent_id: self.agent_id,
            identity: self.identity.clone(),
            until: Some(Instant::now().later(LATE_COMMIT)),
        });
    }

    /// Returns how many other runs of the agent were sent and may have started a task that they
    /// don't know.
    pub(super) fn others(&self) -> usize {
        let ended = self.siblings.lock().ended(self.agent_id).count();
        let present = self.agent.present.load(Ordering::SeqCst);
        ended + present - usize::from(self.is_present)
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
            let own = |other: &Arc<Identity>| Arc::ptr_eq(other, &self.identity);
            self.group().doubtful().retain(|other| !own(other));
        }
        self.locks = None;
        let lookalikes = self.lookalikes.take();
        if self.is_present {
            self.agent.present.fetch_sub(1, Ordering::SeqCst);
        }
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
        Identity::new(Some(query), Vec::new(), String::new(), None)
    }

    fn file() -> Identity {
        Identity::new(None, vec!["a.pdf".to_owned()], String::new(), None)
    }

    async fn entered(siblings: &Arc<Siblings>, identity: &Identity) -> SiblingGuard {
        siblings
            .enter(agent(), identity)
            .await
            .expect("it may be sent")
    }

    #[tokio::test]
    async fn a_run_in_doubt_waits_for_its_lookalikes_and_keeps_new_ones_back() {
        let siblings = Arc::new(Siblings::default());
        let mut doubtful = entered(&siblings, &text("same")).await;
        let sending = entered(&siblings, &text("same")).await;
        let other = entered(&siblings, &text("other")).await;
        assert!(doubtful.isolate().now_or_never().is_none());
        drop(sending);
        // A wait that was dropped half-way can be repeated only with a new guard.
        drop(doubtful);
        let mut doubtful = entered(&siblings, &text("same")).await;
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
        let mut doubtful = entered(&siblings, &file()).await;
        let sending = entered(&siblings, &text("text")).await;
        let elsewhere = Uuid::from_u128(2).into();
        let elsewhere = siblings.enter(elsewhere, &text("text")).await;
        let mut alone = Box::pin(doubtful.isolate());
        assert!(alone.as_mut().now_or_never().is_none());
        drop(sending);
        assert!(alone.as_mut().now_or_never().is_some());
        drop(elsewhere);
    }

    #[tokio::test]
    async fn the_newest_owned_tasks_are_remembered_and_nothing_else_stays() {
        let siblings = Arc::new(Siblings::default());
        let guard = entered(&siblings, &text("text")).await;
        assert_eq!(guard.others(), 0);
        for number in 0..=REMEMBERED as u128 {
            siblings.own(Uuid::from_u128(number));
        }
        assert!(!siblings.is_owned(Uuid::from_u128(0)));
        assert!(siblings.is_owned(Uuid::from_u128(1)));
        drop(guard);
        assert_eq!(siblings.lock().groups.len(), 1, "the agent's");
    }

    #[tokio::test(start_paused = true)]
    async fn a_run_of_unknown_outcome_counts_while_its_task_may_appear() {
        let siblings = Arc::new(Siblings::default());
        let unknown = entered(&siblings, &text("text")).await;
        unknown.end_unknown();
        drop(unknown);
        let other = Identity::new(Some("text"), Vec::new(), "schema".to_owned(), None);
        let next = entered(&siblings, &other).await;
        assert!(next.has_doubtful_strangers());
        assert_eq!(next.others(), 1);
        tokio::time::advance(LATE_COMMIT).await;
        assert!(!next.has_doubtful_strangers());
        assert_eq!(next.others(), 0);
    }

    /// A run that was started and is not polled any more must not hold up others for ever.
    #[tokio::test(start_paused = true)]
    async fn a_wait_for_lookalikes_comes_to_an_end() {
        let siblings = Arc::new(Siblings::default());
        let forgotten = entered(&siblings, &text("text")).await;
        let mut doubtful = entered(&siblings, &text("text")).await;
        assert!(!doubtful.isolate().await);
        assert_eq!(doubtful.others(), 1);
        drop((forgotten, doubtful));
        let mut doubtful = entered(&siblings, &text("text")).await;
        assert!(doubtful.isolate().await);
        assert!(siblings.enter(agent(), &text("text")).await.is_none());
    }

    #[tokio::test]
    async fn a_run_that_waits_to_be_sent_is_no_other_writer() {
        let siblings = Arc::new(Siblings::default());
        let mut doubtful = entered(&siblings, &text("text")).await;
        assert!(doubtful.isolate().await);
        let same = text("text");
        let mut waiting = Box::pin(siblings.enter(agent(), &same));
        assert!(waiting.as_mut().now_or_never().is_none());
        assert_eq!(doubtful.others(), 0);
        let open = siblings.keep_open(agent(), &text("other"));
        assert_eq!((doubtful.others(), open.others()), (1, 1));
        drop(open);
        assert_eq!(doubtful.others(), 0);
    }

    #[tokio::test]
    async fn runs_that_want_another_output_are_no_siblings() {
        let siblings = Arc::new(Siblings::default());
        let other = Identity::new(Some("text"), Vec::new(), "schema".to_owned(), None);
        let guards = [
            entered(&siblings, &text("text")).await,
            entered(&siblings, &text("text")).await,
            entered(&siblings, &other).await,
        ];
        let [mut first, mut second, mut third] = guards;
        assert!(first.isolate().now_or_never().is_none());
        assert!(second.isolate().now_or_never().is_none());
        assert_eq!(first.doubtful_siblings(), 1);
        assert!(!first.has_doubtful_strangers());
        assert!(third.isolate().now_or_never().is_some());
        assert!(first.has_doubtful_strangers() && third.has_doubtful_strangers());
        assert_eq!(third.doubtful_siblings(), 0);
    }
}
