//! Agents and their versions.

use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::ids::{Ids, Workspace};
use crate::simulator::{
    agent_spec::AgentSpec, clock::timestamp, script::Script, wire::reply::Refusal,
    wire::run::ReceivedRun,
};

pub(crate) const STATUSES: [&str; 3] = ["draft", "published", "archived"];

/// One version of an agent.
#[derive(Clone, Debug)]
pub(crate) struct Agent {
    pub(crate) id: Uuid,
    /// The id that all versions of the agent have in common.
    pub(crate) group: Uuid,
    pub(crate) workspace: Workspace,
    version: u64,
    pub(crate) status: &'static str,
    pub(crate) config: Map<String, Value>,
    pub(crate) is_active: bool,
    created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    spec: AgentSpec,
}

impl Agent {
    pub(crate) fn name(&self) -> &str {
        &self.spec.name
    }

    pub(crate) fn rename(&mut self, name: String) {
        self.spec.name = name;
    }

    pub(crate) fn concurrency(&self) -> Option<usize> {
        self.spec.concurrency
    }

    pub(crate) fn script(&self, run: &ReceivedRun) -> Script {
        (self.spec.script)(run)
    }

    pub(crate) fn version_json(&self) -> Value {
        json!({
            "id": self.id,
            "agent_group_id": self.group,
            "version_number": self.version,
            "status": self.status,
            "name": self.spec.name,
            "is_active": self.is_active,
            "created_at": timestamp(self.created_at),
            "updated_at": timestamp(self.updated_at),
        })
    }

    pub(crate) fn json(&self) -> Value {
        let mut body = self.version_json();
        body["config"] = Value::Object(self.config.clone());
        body
    }
}

/// All versions of all agents, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Agents(Vec<Agent>);

impl Agents {
    pub(crate) fn all(&self) -> &[Agent] {
        &self.0
    }

    /// Adds an agent, published as version 1.
    pub(crate) fn add(
        &mut self,
        ids: &mut Ids,
        workspace: Workspace,
        spec: AgentSpec,
        now: DateTime<Utc>,
    ) -> &mut Agent {
        self.0.push(Agent {
            id: ids.next(),
            group: ids.next(),
            workspace,
            version: 1,
            status: "published",
            config: default_config(),
            is_active: true,
            created_at: now,
            updated_at: now,
            spec,
        });
        let newest = self.0.len() - 1;
        &mut self.0[newest]
    }

    /// Adds an agent with the name and configuration of a request. It answers with what it
    /// received.
    pub(crate) fn create(
        &mut self,
        ids: &mut Ids,
        workspace: Workspace,
        name: String,
        config: Map<String, Value>,
        now: DateTime<Utc>,
    ) -> &Agent {
        let agent = self.add(ids, workspace, AgentSpec::new(name), now);
        agent.config = config;
        agent
    }

    /// Returns the agent of this id, if this workspace may see it.
    pub(crate) fn find(&self, workspace: Workspace, id: Uuid) -> Result<&Agent, Refusal> {
        self.number(workspace, id).map(|number| &self.0[number])
    }

    pub(crate) fn find_mut(
        &mut self,
        workspace: Workspace,
        id: Uuid,
    ) -> Result<&mut Agent, Refusal> {
        self.number(workspace, id).map(|number| &mut self.0[number])
    }

    fn number(&self, workspace: Workspace, id: Uuid) -> Result<usize, Refusal> {
        let number = self.0.iter().position(|agent| agent.id == id);
        let number =
            number.ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "Agent not found"))?;
        if self.0[number].workspace == workspace {
            Ok(number)
        } else {
            Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "Agent belongs to another workspace",
            ))
        }
    }

    /// Edits the draft of an agent, or creates one, and returns its id.
    pub(crate) fn edit_draft(
        &mut self,
        ids: &mut Ids,
        agent_id: Uuid,
        now: DateTime<Utc>,
    ) -> Option<Uuid> {
        let group = self.0.iter().find(|agent| agent.id == agent_id)?.group;
        let newest = self.0.iter_mut().rfind(|agent| agent.group == group)?;
        if newest.status == "draft" {
            newest.updated_at = now;
            return Some(newest.id);
        }
        let draft = Agent {
            id: ids.next(),
            version: newest.version + 1,
            status: "draft",
            created_at: now,
            updated_at: now,
            ..newest.clone()
        };
        let id = draft.id;
        self.0.push(draft);
        Some(id)
    }

    /// Publishes the draft of an agent and archives the version that was published.
    pub(crate) fn publish(
        &mut self,
        workspace: Workspace,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<&Agent, Refusal> {
        let group = self.find(workspace, id)?.group;
        let mut versions = self.0.iter();
        let draft = versions.position(|agent| agent.group == group && agent.status == "draft");
        let draft = draft.ok_or_else(|| {
            Refusal::new(
                StatusCode::CONFLICT,
                "Agent has no draft changes to publish",
            )
        })?;
        for agent in &mut self.0 {
            if agent.group == group && agent.status == "published" {
                agent.status = "archived";
                agent.updated_at = now;
            }
        }
        let published = &mut self.0[draft];
        published.status = "published";
        published.updated_at = now;
        Ok(published)
    }

    /// Refuses a name that is empty or that an agent of another group has.
    pub(crate) fn check_name(
        &self,
        workspace: Workspace,
        name: &str,
        group: Option<Uuid>,
    ) -> Result<(), Refusal> {
        if name.is_empty() {
            return Err(Refusal::malformed("name must not be empty"));
        }
        let is_taken = self.0.iter().any(|agent| {
            agent.workspace == workspace && agent.name() == name && Some(agent.group) != group
        });
        if is_taken {
            Err(Refusal::new(
                StatusCode::CONFLICT,
                "An agent of this name exists",
            ))
        } else {
            Ok(())
        }
    }

    /// Returns the name of an agent that is created without one.
    pub(crate) fn free_name(&self, workspace: Workspace) -> String {
        (1..)
            .map(|number| format!("Untitled Agent {number}"))
            .find(|name| self.check_name(workspace, name, None).is_ok())
            .unwrap_or_default()
    }
}

/// Returns the configuration of an agent that is created without one.
pub(crate) fn default_config() -> Map<String, Value> {
    let mut config = Map::new();
    config.insert("system_prompt".to_owned(), "".into());
    config.insert("tools".to_owned(), json!(["files"]));
    config
}
