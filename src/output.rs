//! The answers of tasks, read as types.
//!
//! ```
//! use nanonets_agents::{output::OutputError, prelude::*};
//!
//! #[derive(Debug, serde::Deserialize)]
//! struct Invoice {
//!     total: f64,
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use nanonets_agents::simulator::{AgentSpec, Script, Simulator};
//! # let script = Script::empty().complete(serde_json::json!({"total": 12.5}));
//! # let simulator = Simulator::builder().agent(AgentSpec::new("Totals").script(script)).build();
//! # let (client, agent_id) = (simulator.in_process_client()?, simulator.agent_id());
//! let answer = client.run(agent_id).query("Total?").await?;
//! let invoice: Result<Invoice, OutputError> = answer.output();
//! assert_eq!(invoice?.total, 12.5);
//! # Ok(())
//! # }
//! ```
//!
//! [`Run::output`](crate::run::Run::output) also tells the agent which type is wanted.

// The generated code holds no methods. Those of its types stand in the module of what they are
// about: those of `TaskSummary`, the answer of a task, here; those of `TaskMessage`, of which a
// question is one, in `wait`.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::api::types::TaskSummary;

/// Why an answer isn't of the wanted type; from [`TaskSummary::output`].
///
/// ```
/// use nanonets_agents::{output::OutputError, types::TaskSummary};
///
/// let body = r#"{"status": "completed", "extracted_data": {"lines": [1, "two"]}}"#;
/// let summary: TaskSummary = serde_json::from_str(body)?;
///
/// let error = summary.output::<std::collections::BTreeMap<String, Vec<u32>>>().unwrap_err();
/// let OutputError::Mismatch { path, excerpt, .. } = &error else { panic!("there is an answer") };
/// assert_eq!((path.as_str(), excerpt.as_str()), ("lines[1]", r#"{"lines":[1,"two"]}"#));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The summary holds no answer: the task hasn't completed, or came to nothing.
    #[error("the summary holds no answer")]
    Missing,
    /// The answer has another shape.
    #[error(
        "its answer doesn't fit the wanted type at `{path}`: {error}; the answer begins with: {excerpt}"
    )]
    #[non_exhaustive]
    Mismatch {
        /// The place in the answer that doesn't fit, such as `lines[1].total`.
        path: String,
        /// The first 200 characters of the answer.
        excerpt: String,
        /// Why that place doesn't fit.
        error: serde_json::Error,
    },
}

impl TaskSummary {
    /// Returns the structured part of the answer; `None` where there is no answer.
    ///
    /// The documentation names several places for it. The first of them that isn't null counts:
    /// `extracted_data`, `result.extracted_data`, `result.summary`, `result`. Text that is itself a
    /// JSON object or array is parsed. See <https://agents.nanonets.com/docs/files-and-output>.
    ///
    /// ```
    /// use nanonets_agents::types::TaskSummary;
    ///
    /// let body = r#"{"status": "completed", "result": {"summary": "{\"total\": 12.5}"}}"#;
    /// let summary: TaskSummary = serde_json::from_str(body)?;
    /// assert_eq!(summary.structured().unwrap()["total"], 12.5);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn structured(&self) -> Option<Cow<'_, Value>> {
        let result = self.result.as_ref();
        let inside = |name| result.and_then(|result| result.get(name));
        let places = [
            self.extracted_data.as_ref(),
            inside("extracted_data"),
            inside("summary"),
            result,
        ];
        places
            .into_iter()
            .flatten()
            .find(|value| !value.is_null())
            .map(parsed)
    }

    /// Reads the structured part of the answer as a type.
    ///
    /// ```
    /// use nanonets_agents::types::TaskSummary;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Invoice {
    ///     total: f64,
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let body = r#"{"status": "completed", "extracted_data": {"total": 12.5}}"#;
    /// let summary: TaskSummary = serde_json::from_str(body)?;
    /// let invoice: Invoice = summary.output()?;
    /// assert_eq!(invoice.total, 12.5);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`OutputError::Missing`] where there is no answer. Check the status of the summary.
    /// - [`OutputError::Mismatch`] where the answer has another shape; it names the place.
    pub fn output<T: DeserializeOwned>(&self) -> Result<T, OutputError> {
        let answer = self.structured().ok_or(OutputError::Missing)?;
        serde_path_to_error::deserialize(answer.as_ref()).map_err(|error| OutputError::Mismatch {
            path: error.path().to_string(),
            excerpt: answer.to_string().chars().take(200).collect(),
            error: error.into_inner(),
        })
    }
}

fn parsed(value: &Value) -> Cow<'_, Value> {
    value
        .as_str()
        .and_then(|text| serde_json::from_str::<Value>(text).ok())
        .filter(|inner| inner.is_object() || inner.is_array())
        .map_or(Cow::Borrowed(value), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn summary(body: Value) -> TaskSummary {
        serde_json::from_value(body).expect("a summary")
    }

    #[test]
    fn the_answer_is_found_in_every_documented_place() {
        let answer = json!({"total": 1});
        for body in [
            json!({"status": "completed", "extracted_data": answer, "result": {"summary": "other"}}),
            json!({"status": "completed", "result": {"extracted_data": answer, "summary": "other"}}),
            json!({"status": "completed", "result": {"summary": answer, "completed_at": "x"}}),
            json!({"status": "completed", "result": {"summary": "{\"total\": 1}"}}),
            json!({"status": "completed", "result": {"extracted_data": null, "summary": answer}}),
            json!({"status": "completed", "result": answer}),
            json!({"status": "completed", "result": " {\"total\":1}"}),
        ] {
            let summary = summary(body.clone());
            assert_eq!(summary.structured().as_deref(), Some(&answer), "{body}");
        }
    }

    #[test]
    fn text_stays_text() {
        let summary = summary(json!({"status": "completed", "result": {"summary": "42"}}));
        assert_eq!(summary.output::<String>().expect("a text"), "42");
    }

    #[test]
    fn a_missing_or_wrong_answer_says_so() {
        let error = summary(json!({"status": "running"})).output::<String>();
        assert!(matches!(error, Err(OutputError::Missing)));

        #[derive(serde::Deserialize, Debug)]
        #[allow(dead_code)]
        struct Invoice {
            lines: Vec<u32>,
        }
        let body = json!({"status": "completed", "extracted_data": {"lines": [1, "two"]}});
        let error = summary(body)
            .output::<Invoice>()
            .expect_err("a text is no number");
        let text = error.to_string();
        assert!(text.contains("`lines[1]`"), "{text}");
        assert!(text.contains("\"two\""), "{text}");
    }
}
