//! Everything the simulator knows, behind one lock.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    agents::{AgentSpec, Agents},
    clock::Clock,
    fault::Faults,
    history::PastTask,
    rate::RateLimit,
    record::Records,
    tasks::{SimulatedTask, Tasks},
};

#[derive(Debug)]
pub(super) struct World {
    clock: Clock,
    faults: Faults,
    rate_limit: RateLimit,
    records: Records,
    state: Mutex<State>,
}

/// Which workspace a key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Workspace(usize);

#[derive(Debug)]
pub(super) struct State {
    pub(super) ids: Ids,
    workspaces: HashMap<String, Workspace>,
    pub(super) agents: Agents,
    pub(super) tasks: Tasks,
}

/// Where ids come from.
#[derive(Debug)]
pub(super) struct Ids(fastrand::Rng);

impl Ids {
    pub(super) fn next(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.0.u128(..).to_be_bytes()).into_uuid()
    }
}

impl World {
    pub(super) fn new(seed: u64, clock_skew_seconds: i64, kept_requests: usize) -> Self {
        Self {
            clock: Clock::new(clock_skew_seconds),
            faults: Faults::new(seed),
            rate_limit: RateLimit::default(),
            records: Records::new(kept_requests),
            state: Mutex::new(State {
                ids: Ids(fastrand::Rng::with_seed(seed)),
                workspaces: HashMap::new(),
                agents: Agents::default(),
                tasks: Tasks::default(),
            }),
        }
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(super) fn faults(&self) -> &Faults {
        &self.faults
    }

    pub(super) fn rate_limit(&self) -> &RateLimit {
        &self.rate_limit
    }

    pub(super) fn records(&self) -> &Records {
        &self.records
    }

    /// The state as it is at this moment: everything that was due has happened.
    pub(super) fn now(&self) -> (MutexGuard<'_, State>, DateTime<Utc>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let State { ids, tasks, .. } = &mut *state;
        tasks.advance(ids, now);
        (state, now)
    }

    pub(super) fn workspace(&self, key: &str) -> Option<Workspace> {
        self.now().0.workspaces.get(key).copied()
    }

    pub(super) fn add_workspace(&self, key: &str) {
        let (mut state, _) = self.now();
        let next = Workspace(state.workspaces.len());
        state.workspaces.entry(key.to_owned()).or_insert(next);
    }

    pub(super) fn add_agent(&self, key: &str, spec: AgentSpec) -> Uuid {
        let (mut state, now) = self.now();
        let workspace = state.workspaces.get(key).copied().unwrap_or(Workspace(0));
        let State { ids, agents, .. } = &mut *state;
        agents.add(ids, workspace, spec, now)
    }

    pub(super) fn add_history(&self, agent_id: Uuid, history: Vec<PastTask>) {
        let (mut state, now) = self.now();
        let State {
            ids, agents, tasks, ..
        } = &mut *state;
        let workspace = Workspace(0);
        if let Ok(agent) = agents.find(workspace, agent_id) {
            tasks.add_history(ids, workspace, agent, history, now);
        }
    }

    pub(super) fn edit_draft(&self, agent_id: Uuid) -> Option<Uuid> {
        let (mut state, now) = self.now();
        let State { ids, agents, .. } = &mut *state;
        agents.edit_draft(ids, agent_id, now)
    }

    pub(super) fn approve(&self, task_id: Uuid) {
        let (mut state, now) = self.now();
        let State { ids, tasks, .. } = &mut *state;
        tasks.approve(ids, task_id, now);
    }

    pub(super) fn all_tasks(&self) -> Vec<SimulatedTask> {
        self.now().0.tasks.all()
    }
}
