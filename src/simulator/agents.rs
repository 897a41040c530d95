//! Agents and their versions.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    clock::timestamp,
    listing::{self, Query},
    reply::{Refusal, Reply},
    run::ReceivedRun,
    script::Script,
    world::{Ids, Workspace},
};

/// An agent to be simulated.
#[derive(Clone)]
pub struct AgentSpec {
    name: String,
    concurrency: Option<usize>,
    script: ScriptChoice,
}

type ScriptChoice = Arc<dyn Fn(&ReceivedRun) -> Script + Send + Sync>;

impl Default for AgentSpec {
    fn default() -> Self {
        Self::new("Echo")
    }
}

impl AgentSpec {
    /// An agent of this name that answers with what it received.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            concurrency: None,
            script: Arc::new(|_| Script::default()),
        }
    }

    /// What it does with every task.
    pub fn script(self, script: Script) -> Self {
        self.script_for(move |_| script.clone())
    }

    /// What it does with each task, depending on what the run sent.
    pub fn script_for(
        mut self,
        choose: impl Fn(&ReceivedRun) -> Script + Send + Sync + 'static,
    ) -> Self {
        self.script = Arc::new(choose);
        self
    }

    /// How many tasks it works on at once; the others are `queued`. Without a limit by default.
    pub fn concurrency(mut self, tasks: usize) -> Self {
        self.concurrency = Some(tasks);
        self
    }
}

impl std::fmt::Debug for AgentSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgentSpec")
            .field("name", &self.name)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}

/// One version of an agent.
#[derive(Clone, Debug)]
pub(super) struct Agent {
    pub(super) id: Uuid,
    group: Uuid,
    workspace: Workspace,
    version: u64,
    status: &'static str,
    config: Map<String, Value>,
    pub(super) is_active: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    pub(super) spec: AgentSpec,
}

impl Agent {
    pub(super) fn name(&self) -> &str {
        &self.spec.name
    }

    pub(super) fn concurrency(&self) -> Option<usize> {
        self.spec.concurrency
    }

    pub(super) fn script(&self, run: &ReceivedRun) -> Script {
        (self.spec.script)(run)
    }

    fn version_json(&self) -> Value {
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

    fn json(&self) -> Value {
        let mut body = self.version_json();
        body["config"] = Value::Object(self.config.clone());
        body
    }
}

/// All versions of all agents, oldest first.
#[derive(Debug, Default)]
pub(super) struct Agents(Vec<Agent>);

const STATUSES: [&str; 3] = ["draft", "published", "archived"];

impl Agents {
    pub(super) fn add(
        &mut self,
        ids: &mut Ids,
        workspace: Workspace,
        spec: AgentSpec,
        now: DateTime<Utc>,
    ) -> Uuid {
        let agent = Agent {
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
        };
        let id = agent.id;
        self.0.push(agent);
        id
    }

    /// The agent of this id, if this workspace may see it.
    pub(super) fn find(&mut self, workspace: Workspace, id: Uuid) -> Result<&mut Agent, Refusal> {
        match self.0.iter_mut().find(|it| it.id == id) {
            None => Err(Refusal::new(StatusCode::NOT_FOUND, "Agent not found")),
            Some(agent) if agent.workspace != workspace => Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "Agent belongs to another workspace",
            )),
            Some(agent) => Ok(agent),
        }
    }

    pub(super) fn edit_draft(
        &mut self,
        ids: &mut Ids,
        agent_id: Uuid,
        now: DateTime<Utc>,
    ) -> Option<Uuid> {
        let group = self.0.iter().find(|it| it.id == agent_id)?.group;
        let newest = self.0.iter_mut().rfind(|it| it.group == group)?;
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

    pub(super) fn list(&self, workspace: Workspace, query: &Query) -> Result<Reply, Refusal> {
        let statuses = query.values("status", &STATUSES)?;
        let part = query.get("q").map(str::to_lowercase);
        let wanted = |agent: &Agent| {
            agent.workspace == workspace
                && part
                    .as_ref()
                    .is_none_or(|it| agent.name().to_lowercase().contains(it))
                && match &statuses {
                    Some(statuses) => statuses.iter().any(|it| it == agent.status),
                    None => agent.status != "archived",
                }
        };
        listing::page("agents", query, self.newest_first(wanted)).map(Reply::ok)
    }

    pub(super) fn create(
        &mut self,
        ids: &mut Ids,
        workspace: Workspace,
        body: &Map<String, Value>,
        now: DateTime<Utc>,
    ) -> Result<Reply, Refusal> {
        let change = Change::read(body)?;
        if body.contains_key("is_active") {
            return Err(Refusal::malformed("is_active can't be set on creation"));
        }
        let name = match change.name {
            Some(name) => {
                self.check_name(workspace, &name, None)?;
                name
            }
            None => (1..)
                .map(|number| format!("Untitled Agent {number}"))
                .find(|name| self.check_name(workspace, name, None).is_ok())
                .unwrap_or_default(),
        };
        let config_has_prompt = change
            .config
            .as_ref()
            .is_some_and(|it| it.contains_key("system_prompt"));
        let mut config = change.config.unwrap_or_else(default_config);
        if let Some(prompt) = change.system_prompt
            && !config_has_prompt
        {
            config.insert("system_prompt".to_owned(), prompt.into());
        }
        let id = self.add(ids, workspace, AgentSpec::new(name), now);
        let agent = self.find(workspace, id)?;
        agent.config = config;
        Ok(Reply::created(agent.json()))
    }

    pub(super) fn get(&mut self, workspace: Workspace, id: Uuid) -> Result<Reply, Refusal> {
        Ok(Reply::ok(self.find(workspace, id)?.json()))
    }

    pub(super) fn update(
        &mut self,
        workspace: Workspace,
        id: Uuid,
        body: &Map<String, Value>,
        now: DateTime<Utc>,
    ) -> Result<Reply, Refusal> {
        let change = Change::read(body)?;
        let group = self.find(workspace, id)?.group;
        if let Some(name) = &change.name {
            self.check_name(workspace, name, Some(group))?;
        }
        let agent = self.find(workspace, id)?;
        agent.updated_at = now;
        agent.spec.name = change.name.unwrap_or_else(|| agent.spec.name.clone());
        agent.is_active = change.is_active.unwrap_or(agent.is_active);
        agent.config = change.config.unwrap_or_else(|| agent.config.clone());
        if let Some(prompt) = change.system_prompt {
            agent
                .config
                .insert("system_prompt".to_owned(), prompt.into());
        }
        Ok(Reply::ok(agent.json()))
    }

    pub(super) fn versions(
        &mut self,
        workspace: Workspace,
        id: Uuid,
        query: &Query,
    ) -> Result<Reply, Refusal> {
        let group = self.find(workspace, id)?.group;
        let versions = self.newest_first(|it| it.group == group);
        listing::whole_or_page("versions", query, versions).map(Reply::ok)
    }

    pub(super) fn publish(
        &mut self,
        workspace: Workspace,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Reply, Refusal> {
        let group = self.find(workspace, id)?.group;
        let Some(draft) = self
            .0
            .iter()
            .position(|it| it.group == group && it.status == "draft")
        else {
            return Err(Refusal::new(
                StatusCode::CONFLICT,
                "Agent has no draft changes to publish",
            ));
        };
        for agent in &mut self.0 {
            if agent.group == group && agent.status == "published" {
                agent.status = "archived";
                agent.updated_at = now;
            }
        }
        let published = &mut self.0[draft];
        published.status = "published";
        published.updated_at = now;
        Ok(Reply::ok(published.version_json()))
    }

    fn newest_first(
        &self,
        wanted: impl Fn(&Agent) -> bool,
    ) -> impl Iterator<Item = (usize, Value)> {
        let numbered = self.0.iter().enumerate().rev();
        numbered
            .filter(move |(_, it)| wanted(it))
            .map(|(number, it)| (number, it.version_json()))
    }

    fn check_name(
        &self,
        workspace: Workspace,
        name: &str,
        group: Option<Uuid>,
    ) -> Result<(), Refusal> {
        if name.is_empty() {
            return Err(Refusal::malformed("name must not be empty"));
        }
        let taken = self
            .0
            .iter()
            .any(|it| it.workspace == workspace && it.name() == name && Some(it.group) != group);
        if taken {
            Err(Refusal::new(
                StatusCode::CONFLICT,
                "An agent of this name exists",
            ))
        } else {
            Ok(())
        }
    }
}

fn default_config() -> Map<String, Value> {
    let mut config = Map::new();
    config.insert("system_prompt".to_owned(), "".into());
    config.insert("tools".to_owned(), json!(["files"]));
    config
}

/// The fields of a creation or update.
struct Change {
    name: Option<String>,
    system_prompt: Option<String>,
    config: Option<Map<String, Value>>,
    is_active: Option<bool>,
}

impl Change {
    fn read(body: &Map<String, Value>) -> Result<Self, Refusal> {
        let wrong = |name: &str, what: &str| Refusal::malformed(format!("{name} must be {what}"));
        let text = |name: &str| match body.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(wrong(name, "a string")),
        };
        Ok(Self {
            name: text("name")?,
            system_prompt: text("system_prompt")?,
            config: match body.get("config") {
                None => None,
                Some(Value::Object(config)) => Some(config.clone()),
                Some(_) => return Err(wrong("config", "an object")),
            },
            is_active: match body.get("is_active") {
                None => None,
                Some(Value::Bool(active)) => Some(*active),
                Some(_) => return Err(wrong("is_active", "a boolean")),
            },
        })
    }
}
