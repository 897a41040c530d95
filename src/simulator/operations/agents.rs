//! The operations on agents.

use serde_json::Value;

use super::Call;
use crate::simulator::{
    state::{
        ServerState,
        agents::{Agent, STATUSES, default_config},
    },
    wire::{
        body::JsonObject,
        page::ListRequest,
        reply::{JsonReply, Refusal},
    },
};

pub(crate) fn list(
    state: &mut ServerState,
    call: &Call<'_>,
    request: &ListRequest<'_>,
) -> Result<Value, Refusal> {
    let statuses = call.query.values("status", &STATUSES)?;
    let part = call.query.get("q").map(str::to_lowercase);
    let is_wanted = |agent: &Agent| {
        agent.workspace == call.workspace
            && part
                .as_ref()
                .is_none_or(|part| agent.name().to_lowercase().contains(part))
            && match &statuses {
                Some(statuses) => statuses.iter().any(|status| status == agent.status),
                None => agent.status != "archived",
            }
    };
    request.page(newest_first(state, is_wanted))
}

pub(crate) fn list_versions(
    state: &mut ServerState,
    call: &Call<'_>,
    request: &ListRequest<'_>,
) -> Result<Value, Refusal> {
    let group = state.agents.find(call.workspace, call.id()?)?.group;
    request.whole_or_page(newest_first(state, |agent| agent.group == group))
}

/// Returns the wanted versions with their numbers.
fn newest_first(
    state: &ServerState,
    is_wanted: impl Fn(&Agent) -> bool,
) -> impl Iterator<Item = (usize, Value)> {
    let numbered = state.agents.all().iter().enumerate().rev();
    numbered
        .filter(move |(_, agent)| is_wanted(agent))
        .map(|(number, agent)| (number, agent.version_json()))
}

pub(crate) fn get(state: &mut ServerState, call: &Call<'_>) -> Result<JsonReply, Refusal> {
    let agent = state.agents.find(call.workspace, call.id()?)?;
    Ok(JsonReply::ok(agent.json()))
}

pub(crate) fn create(
    state: &mut ServerState,
    call: &Call<'_>,
    body: &JsonObject,
) -> Result<JsonReply, Refusal> {
    let fields = AgentFields::read(body)?;
    if body.contains_key("is_active") {
        return Err(Refusal::malformed("is_active can't be set on creation"));
    }
    let ServerState { ids, agents, .. } = state;
    let name = match fields.name {
        Some(name) => {
            agents.check_name(call.workspace, &name, None)?;
            name
        }
        None => agents.free_name(call.workspace),
    };
    let config_has_prompt = fields
        .config
        .as_ref()
        .is_some_and(|config| config.contains_key("system_prompt"));
    let mut config = fields.config.unwrap_or_else(default_config);
    if let Some(prompt) = fields.system_prompt
        && !config_has_prompt
    {
        config.insert("system_prompt".to_owned(), prompt.into());
    }
    let agent = agents.create(ids, call.workspace, name, config, call.now);
    Ok(JsonReply::created(agent.json()))
}

pub(crate) fn update(
    state: &mut ServerState,
    call: &Call<'_>,
    body: &JsonObject,
) -> Result<JsonReply, Refusal> {
    let id = call.id()?;
    let fields = AgentFields::read(body)?;
    let group = state.agents.find(call.workspace, id)?.group;
    if let Some(name) = &fields.name {
        state.agents.check_name(call.workspace, name, Some(group))?;
    }
    let agent = state.agents.find_mut(call.workspace, id)?;
    agent.updated_at = call.now;
    if let Some(name) = fields.name {
        agent.rename(name);
    }
    agent.is_active = fields.is_active.unwrap_or(agent.is_active);
    if let Some(config) = fields.config {
        agent.config = config;
    }
    // Unlike on creation, this prompt takes precedence over the one in `config`.
    if let Some(prompt) = fields.system_prompt {
        agent
            .config
            .insert("system_prompt".to_owned(), prompt.into());
    }
    Ok(JsonReply::ok(agent.json()))
}

pub(crate) fn publish_version(
    state: &mut ServerState,
    call: &Call<'_>,
) -> Result<JsonReply, Refusal> {
    let published = state.agents.publish(call.workspace, call.id()?, call.now)?;
    Ok(JsonReply::ok(published.version_json()))
}

/// The fields that a creation or an update sets.
struct AgentFields {
    name: Option<String>,
    system_prompt: Option<String>,
    config: Option<JsonObject>,
    is_active: Option<bool>,
}

impl AgentFields {
    fn read(body: &JsonObject) -> Result<Self, Refusal> {
        let wrong = |name: &str, kind: &str| Refusal::malformed(format!("{name} must be {kind}"));
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
                Some(Value::Bool(is_active)) => Some(*is_active),
                Some(_) => return Err(wrong("is_active", "a boolean")),
            },
        })
    }
}
