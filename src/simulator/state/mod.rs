//! The state of the simulated server: its workspaces, agents and tasks.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{agent_spec::AgentSpec, history::PastTask};

pub(super) mod agents;
pub(super) mod ids;
pub(super) mod task;
pub(super) mod tasks;

use agents::Agents;
use ids::{Ids, Workspace};
use tasks::Tasks;

/// Everything that the simulated server has stored.
#[derive(Debug)]
pub(super) struct ServerState {
    pub(super) ids: Ids,
    workspaces: HashMap<String, Workspace>,
    pub(super) agents: Agents,
    pub(super) tasks: Tasks,
}

impl ServerState {
    /// Creates an empty state, whose ids depend on the seed.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            ids: Ids::new(seed),
            workspaces: HashMap::new(),
            agents: Agents::default(),
            tasks: Tasks::default(),
        }
    }

    /// Returns the workspace that a key opens.
    pub(super) fn workspace(&self, key: &str) -> Option<Workspace> {
        self.workspaces.get(key).copied()
    }

    pub(super) fn add_workspace(&mut self, key: &str) {
        let next = Workspace(self.workspaces.len());
        self.workspaces.entry(key.to_owned()).or_insert(next);
    }

    /// Adds an agent to the workspace that the key opens, published as version 1.
    pub(super) fn add_agent(&mut self, key: &str, spec: AgentSpec, now: DateTime<Utc>) -> Uuid {
        let workspace = self.workspace(key).unwrap_or(Workspace::FIRST);
        self.agents.add(&mut self.ids, workspace, spec, now).id
    }

    /// Adds tasks of an agent of the first workspace that have ended.
    pub(super) fn add_history(
        &mut self,
        agent_id: Uuid,
        history: Vec<PastTask>,
        now: DateTime<Utc>,
    ) {
        if let Ok(agent) = self.agents.find(Workspace::FIRST, agent_id) {
            self.tasks.add_history(&mut self.ids, agent, history, now);
        }
    }
}
