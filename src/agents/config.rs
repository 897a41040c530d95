//! The keys of a configuration that the API documents.
//!
//! Of their types it documents one, that of the prompt. The others are returned as they are.

use serde_json::Value;

use crate::api::types::AgentConfig;

/// The key of the prompt, whose value is documented to be text.
pub(super) const SYSTEM_PROMPT: &str = "system_prompt";

/// The documented keys. All keys are in the map that a configuration dereferences to, which can
/// also be changed:
///
/// ```
/// use nanonets_agents::types::AgentConfig;
///
/// let mut config = AgentConfig::default();
/// config.insert("system_prompt", "Read the invoice.");
/// config.insert("temperature", 0.5);
/// assert_eq!(config.get("temperature").and_then(|value| value.as_f64()), Some(0.5));
/// for (key, value) in config.iter() {
///     println!("{key} is {value}");
/// }
/// config.remove("temperature");
/// assert_eq!(config.len(), 1);
/// ```
///
/// To change a key of an agent, prefer [`AgentPatch`](crate::agents::AgentPatch): a configuration
/// that is sent replaces the whole one.
impl AgentConfig {
    /// Returns the prompt; `None` where there is none, or where it isn't text.
    ///
    /// ```
    /// use nanonets_agents::types::AgentConfig;
    ///
    /// let config: AgentConfig = serde_json::from_str(r#"{"system_prompt": "Read it."}"#)?;
    /// assert_eq!(config.system_prompt(), Some("Read it."));
    ///
    /// // What isn't as documented is still there.
    /// let config: AgentConfig = serde_json::from_str(r#"{"system_prompt": ["Read", "it."]}"#)?;
    /// assert_eq!(config.system_prompt(), None);
    /// assert_eq!(config["system_prompt"][0], "Read");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn system_prompt(&self) -> Option<&str> {
        self.get(SYSTEM_PROMPT)?.as_str()
    }

    /// Returns the tools; `None` where the key isn't there. Their form isn't documented.
    ///
    /// ```
    /// use nanonets_agents::types::AgentConfig;
    ///
    /// let config: AgentConfig = serde_json::from_str(r#"{"tools": [{"name": "ocr"}]}"#)?;
    /// assert_eq!(config.tools().expect("there are some")[0]["name"], "ocr");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn tools(&self) -> Option<&Value> {
        self.get("tools")
    }

    /// Returns the states; `None` where the key isn't there. Their form isn't documented.
    ///
    /// ```
    /// use nanonets_agents::types::AgentConfig;
    ///
    /// assert_eq!(AgentConfig::default().states(), None);
    /// ```
    pub fn states(&self) -> Option<&Value> {
        self.get("states")
    }

    /// Returns the milestones; `None` where the key isn't there. Their form isn't documented.
    ///
    /// ```
    /// use nanonets_agents::types::AgentConfig;
    ///
    /// assert_eq!(AgentConfig::default().milestones(), None);
    /// ```
    pub fn milestones(&self) -> Option<&Value> {
        self.get("milestones")
    }

    /// Returns the model; `None` where the key isn't there. Its form isn't documented.
    ///
    /// ```
    /// use nanonets_agents::types::AgentConfig;
    ///
    /// let config: AgentConfig = serde_json::from_str(r#"{"model": "m1"}"#)?;
    /// assert_eq!(config.model().and_then(|model| model.as_str()), Some("m1"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn model(&self) -> Option<&Value> {
        self.get("model")
    }

    /// Sets a key, and returns the value that it had; `None` where it had none.
    ///
    /// ```
    /// use nanonets_agents::types::AgentConfig;
    ///
    /// let mut config = AgentConfig::default();
    /// assert_eq!(config.insert("model", "m1"), None);
    /// assert_eq!(config.insert("model", "m2"), Some("m1".into()));
    /// ```
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(key.into(), value.into())
    }
}
