//! What a patch of an agent is, and what it changes of an agent as it was read. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};

use super::config::SYSTEM_PROMPT;
use crate::{
    api::types::{Agent, UpdateAgentRequest},
    error::Error,
};

/// A change of an agent, for [`AgentHandle::update`](super::AgentHandle::update). What it doesn't
/// name stays as it is.
///
/// ```
/// use nanonets_agents::agents::AgentPatch;
///
/// let patch = AgentPatch::default()
///     .name("Invoices")
///     .system_prompt("Read the invoice.")
///     .set("model", "m2")
///     .remove("milestones");
/// # let _ = patch;
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "a patch does nothing before it is given to `update`"]
pub struct AgentPatch {
    name: Option<String>,
    is_active: Option<bool>,
    /// The keys of the configuration; `None` removes one.
    keys: BTreeMap<String, Option<Value>>,
    unchanged_since: Option<DateTime<Utc>>,
}

impl AgentPatch {
    /// Sets the name, which is unique in the workspace.
    ///
    /// ```
    /// # use nanonets_agents::agents::AgentPatch;
    /// let patch = AgentPatch::default().name("Invoices");
    /// # let _ = patch;
    /// ```
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the prompt. Where no other key of the configuration changes, it is sent alone.
    ///
    /// ```
    /// # use nanonets_agents::agents::AgentPatch;
    /// let patch = AgentPatch::default().system_prompt("Read the invoice.");
    /// assert_eq!(patch, AgentPatch::default().set("system_prompt", "Read the invoice."));
    /// ```
    pub fn system_prompt(self, prompt: impl Into<String>) -> Self {
        self.set(SYSTEM_PROMPT, prompt.into())
    }

    /// Sets whether the agent may run; one that may not refuses runs with 403.
    ///
    /// ```
    /// # use nanonets_agents::agents::AgentPatch;
    /// let patch = AgentPatch::default().active(false);
    /// # let _ = patch;
    /// ```
    pub fn active(mut self, active: bool) -> Self {
        self.is_active = Some(active);
        self
    }

    /// Sets one key of the configuration, whatever it holds.
    ///
    /// A `system_prompt` that isn't text makes the update fail before anything is sent, and so do
    /// `name` and `is_active`, which are no keys of the configuration. The types of other keys
    /// aren't documented.
    ///
    /// ```
    /// # use nanonets_agents::agents::AgentPatch;
    /// use serde_json::json;
    ///
    /// let patch = AgentPatch::default().set("model", "m2").set("tools", json!([{"name": "ocr"}]));
    /// # let _ = patch;
    /// ```
    pub fn set(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.keys.insert(key.into(), Some(value.into()));
        self
    }

    /// Removes one key of the configuration, if it is there.
    ///
    /// ```
    /// # use nanonets_agents::agents::AgentPatch;
    /// let patch = AgentPatch::default().remove("milestones");
    /// # let _ = patch;
    /// ```
    pub fn remove(mut self, key: impl Into<String>) -> Self {
        self.keys.insert(key.into(), None);
        self
    }

    /// Refuses the update where the agent was changed after this state of it was read, as
    /// [`Agent::updated_at`] tells, unless the agent is as the patch wants it already. By default,
    /// a patch is applied to whatever there is.
    ///
    /// It is for patches that a person decides on while looking at an agent. What the API can't
    /// rule out stays: an edit within the same tick of the server's clock, and one between the
    /// check and the change, one round trip later.
    ///
    /// ```
    /// use nanonets_agents::agents::AgentPatch;
    /// # use nanonets_agents::{prelude::*, simulator::Simulator};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// let agent = client.agent(simulator.agent_id());
    /// let shown = agent.fetch().await?;
    ///
    /// # tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    /// agent.update(AgentPatch::default().set("model", "m1")).await?; // another person's edit
    /// let patch = AgentPatch::default().set("model", "m2").if_unchanged(&shown);
    /// let error = agent.update(patch).await.unwrap_err();
    /// assert!(error.to_string().contains("was changed"), "{error}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn if_unchanged(mut self, seen: &Agent) -> Self {
        self.unchanged_since = Some(seen.updated_at);
        self
    }

    /// Refuses a patch that can't be right.
    pub(super) fn check(&self) -> Result<(), Error> {
        for (key, method) in [("name", "name"), ("is_active", "active")] {
            if self.keys.contains_key(key) {
                return Err(Error::invalid_request(format!(
                    "`{key}` is no key of an agent's configuration, but one of the agent itself; \
                     change it by `{method}()`"
                )));
            }
        }
        match self.keys.get(SYSTEM_PROMPT) {
            None | Some(None | Some(Value::String(_))) => Ok(()),
            Some(Some(value)) => Err(Error::invalid_request(format!(
                "`{SYSTEM_PROMPT}` of an agent's configuration is text, and the patch sets it to {}; \
                 give it a text, or remove it",
                kind_of(value)
            ))),
        }
    }

    /// Returns what the patch changes of an agent; `None` where the agent is as the patch wants it.
    pub(super) fn change_of(&self, read: &ReadAgent) -> Result<Option<Change>, Error> {
        let agent = &read.agent;
        let mut fields = UpdateAgentRequest {
            name: self.name.clone().filter(|name| *name != agent.name),
            is_active: self.is_active.filter(|wanted| *wanted != agent.is_active),
            ..UpdateAgentRequest::default()
        };
        let is_changed = |key: &str, value: &Option<Value>| agent.config.get(key) != value.as_ref();
        let changed = self
            .keys
            .iter()
            .filter(|(key, value)| is_changed(key, value));
        let changed: Vec<(&String, &Option<Value>)> = changed.collect();
        let config = match changed[..] {
            [] => None,
            [(key, Some(Value::String(prompt)))] if key == SYSTEM_PROMPT => {
                fields.system_prompt = Some(prompt.clone());
                None
            }
            _ => Some(merged(&read.config, &changed)?),
        };
        let is_nothing = fields == UpdateAgentRequest::default() && config.is_none();
        // It would be accepted, and change what no run uses any more.
        if !is_nothing && agent.status == "archived" {
            return Err(Error::invalid_request(format!(
                "version {} of the agent is archived, and nothing would come of the change; \
                 update the version that is published, whose id `publish()` and `versions()` tell",
                agent.version_number
            )));
        }
        if is_nothing {
            return Ok(None);
        }
        match self.unchanged_since {
            Some(seen) if seen != agent.updated_at => Err(Error::invalid_request(format!(
                "the agent was changed at {}, and the patch was made for its state of {seen}; fetch \
                 it again, and decide on the patch anew",
                agent.updated_at
            ))),
            _ => Ok(Some(Change { fields, config })),
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A configuration with the texts of its values, since a number may have another text after it was
/// read.
type RawConfig = BTreeMap<String, Box<RawValue>>;

fn merged(config: &RawConfig, changed: &[(&String, &Option<Value>)]) -> Result<RawConfig, Error> {
    let mut config = config.clone();
    for (key, value) in changed {
        match value {
            Some(value) => {
                let text = to_raw_value(value).map_err(|error| {
                    Error::invalid_request(format!("`{key}` can't be written as JSON: {error}"))
                })?;
                config.insert((*key).clone(), text);
            }
            None => {
                config.remove(*key);
            }
        }
    }
    Ok(config)
}

/// An agent as it was read.
#[derive(Debug)]
pub(super) struct ReadAgent {
    pub(super) agent: Agent,
    config: RawConfig,
}

impl<'de> Deserialize<'de> for ReadAgent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Config {
            config: RawConfig,
        }

        let text = Box::<RawValue>::deserialize(deserializer)?;
        let agent = serde_json::from_str(text.get()).map_err(D::Error::custom)?;
        let Config { config } = serde_json::from_str(text.get()).map_err(D::Error::custom)?;
        Ok(Self { agent, config })
    }
}

/// The body of an update: the fields that change, and the whole configuration where a key of it
/// changes.
#[derive(Debug, Serialize)]
pub(super) struct Change {
    #[serde(flatten)]
    fields: UpdateAgentRequest,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<RawConfig>,
}

impl Change {
    /// Whether a repetition might take back what others have changed meanwhile.
    pub(super) fn has_config(&self) -> bool {
        self.config.is_some()
    }
}
