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

mod error;
mod place;

pub use error::{Mismatch, OutputError};

use crate::api::types::TaskSummary;

impl TaskSummary {
    /// Returns the structured part of the answer; `None` where there is no answer.
    ///
    /// The documentation names several places for it. The first of them that isn't null counts:
    /// `extracted_data`, `result.extracted_data`, `result.summary`, `result`. Text that is itself a
    /// JSON object or array is parsed, also where it stands in a fenced block of Markdown and
    /// nothing else does. See <https://agents.nanonets.com/docs/files-and-output>.
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
    /// - [`OutputError::Mismatch`] where the answer has another shape. It names the place, what was
    ///   found there, and holds the whole answer.
    pub fn output<T: DeserializeOwned>(&self) -> Result<T, OutputError> {
        let answer = self.structured().ok_or(OutputError::Missing)?;
        serde_path_to_error::deserialize(answer.as_ref()).map_err(|error| {
            let place = place::of(&answer, error.path(), error.inner());
            Mismatch::new(place, answer.into_owned(), error.into_inner()).into()
        })
    }
}

fn parsed(value: &Value) -> Cow<'_, Value> {
    value
        .as_str()
        .and_then(|text| serde_json::from_str::<Value>(unfenced(text)).ok())
        .filter(|inner| inner.is_object() || inner.is_array())
        .map_or(Cow::Borrowed(value), Cow::Owned)
}

/// Returns what stands in a fenced block of Markdown, where a text is one and nothing else.
fn unfenced(text: &str) -> &str {
    let inside = || {
        let fenced = text.trim().strip_prefix("```")?.strip_suffix("```")?;
        let (language, inside) = fenced.split_once('\n')?;
        (!language.contains('`')).then_some(inside)
    };
    inside().unwrap_or(text)
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
            json!({"status": "completed", "result": "```json\n{\"total\": 1}\n```\n"}),
            json!({"status": "completed", "result": {"summary": "```\n{\"total\": 1}```"}}),
        ] {
            let summary = summary(body.clone());
            assert_eq!(summary.structured().as_deref(), Some(&answer), "{body}");
        }
    }

    #[test]
    fn text_stays_text() {
        for text in [
            "42",
            "The total is 1.",
            "Here it is:\n```json\n{\"total\": 1}\n```",
            "```json\n{\"total\": 1}\n```\nand\n```json\n{\"total\": 2}\n```",
            "``` {\"total\": 1} ```",
            "```",
            "``````",
        ] {
            let summary = summary(json!({"status": "completed", "result": {"summary": text}}));
            assert_eq!(summary.output::<String>().expect("a text"), text);
        }
    }
}
