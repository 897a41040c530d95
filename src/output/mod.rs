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
//! [`Run::output`](crate::run::Run::output) also tells the agent which type is wanted, by an
//! [`OutputSchema`]. The feature `lenient` adds readings of amounts and dates as documents print
//! them.

// The generated code holds no methods. Those of its types stand in the module of what they are
// about: those of `TaskSummary`, the answer of a task, here; those of `TaskMessage`, of which a
// question is one, in `wait`.

mod error;
#[cfg(feature = "lenient")]
pub mod lenient;
mod locate;
mod place;
mod reason;
mod schema;

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use error::Masking;
pub use error::{Misfit, OutputError};
pub use schema::{OutputSchema, SchemaError};

use crate::api::types::TaskSummary;

impl TaskSummary {
    /// Returns the structured part of the answer; `None` where there is no answer.
    ///
    /// The documentation names several places for it. The first of them that isn't null counts:
    /// `extracted_data`, `result.extracted_data`, `result.summary`, `result`. A `summary` among
    /// fields that the documentation doesn't name is a part of the answer. Text that is itself a
    /// JSON object or array is parsed, also where it is one fenced block of code. See
    /// <https://agents.nanonets.com/docs/files-and-output>.
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
        self.place().map(parsed)
    }

    /// Returns the answer as it stands in the summary.
    fn place(&self) -> Option<&Value> {
        let result = self.result.as_ref();
        let inside = |name| result.and_then(|result| result.get(name));
        let places = [
            self.extracted_data.as_ref(),
            inside("extracted_data"),
            // Among fields of other names, it is one of the answer's own.
            inside("summary").filter(|_| !self.has_own_summary()),
            result,
        ];
        places.into_iter().flatten().find(|value| !value.is_null())
    }

    /// Whether the result has fields beside those that the documentation names.
    fn has_own_summary(&self) -> bool {
        let documented = ["summary", "completed_at", "extracted_data"];
        let fields = self.result.as_ref().and_then(Value::as_object);
        fields.is_some_and(|fields| {
            fields
                .keys()
                .any(|name| !documented.contains(&name.as_str()))
        })
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
    /// - [`OutputError::Prose`] where the agent answered in text, and the type is none.
    /// - [`OutputError::Mismatch`] where the answer has another shape; it names the place.
    pub fn output<T: DeserializeOwned>(&self) -> Result<T, OutputError> {
        self.output_masked(&str::to_owned)
    }

    /// Reads the answer as a type. The text of an error quotes it through the mask.
    pub(crate) fn output_masked<T: DeserializeOwned>(
        &self,
        mask: Masking<'_>,
    ) -> Result<T, OutputError> {
        let place = self.place().ok_or(OutputError::Missing)?;
        let answer = parsed(place);
        let error = match serde_path_to_error::deserialize(answer.as_ref()) {
            Ok(output) => return Ok(output),
            Err(error) => error,
        };
        // The type may be a text, which looks like JSON; or the API has learned a field beside the
        // answer, which makes that look like one of the answer's own.
        let summary = self
            .result
            .as_ref()
            .and_then(|result| result.get("summary"));
        let others = [Some(place), summary.filter(|_| self.has_own_summary())];
        for other in others.into_iter().flatten() {
            if let Ok(output) = T::deserialize(other) {
                return Ok(output);
            }
        }
        Err(OutputError::of::<T>(answer.into_owned(), error, mask))
    }
}

/// Reads a text that is itself an object or array of JSON.
fn parsed(value: &Value) -> Cow<'_, Value> {
    value
        .as_str()
        .map(unfenced)
        .and_then(|text| serde_json::from_str::<Value>(text).ok())
        .filter(|inner| inner.is_object() || inner.is_array())
        .map_or(Cow::Borrowed(value), Cow::Owned)
}

/// Returns what is in the fenced block of code that the whole text is; else the text.
fn unfenced(text: &str) -> &str {
    let inside = text.trim().strip_prefix("```").and_then(|rest| {
        let (language, code) = rest.split_once('\n')?;
        let is_json = ["", "json"].contains(&language.trim().to_lowercase().as_str());
        code.strip_suffix("```").filter(|_| is_json)
    });
    inside.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

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
            json!({"status": "completed", "result": "```json\n{\"total\":1}\n```"}),
            json!({"status": "completed", "result": {"summary": "\n```\r\n{\"total\":1}```\n"}}),
        ] {
            let summary = summary(body.clone());
            assert_eq!(summary.structured().as_deref(), Some(&answer), "{body}");
        }
    }

    #[test]
    fn an_answer_may_have_a_summary_of_its_own() {
        #[derive(serde::Deserialize, Debug, PartialEq)]
        struct Report {
            summary: Option<BTreeMap<String, Value>>,
            total: Option<f64>,
        }

        let result = json!({"summary": {"total": 3}, "total": 5});
        let own = summary(json!({"status": "completed", "result": result}));
        assert_eq!(own.structured().as_deref(), Some(&result));
        let report: Report = own.output().expect("it fits");
        assert_eq!(
            (report.total, report.summary.map(|inner| inner.len())),
            (Some(5.0), Some(1))
        );

        // The API may learn fields beside the answer.
        let body = json!({"summary": {"lines": [1]}, "completed_at": "x", "model": "m2"});
        let wrapped = summary(json!({"status": "completed", "result": body}));
        assert_eq!(wrapped.output::<Invoice>().expect("it fits").lines, [1]);
    }

    #[test]
    fn text_stays_text() {
        for text in [
            "42",
            "[1, 2]",
            "{}",
            "```json\n[1",
            "Here it is:\n```json\n{}\n```",
            "```json\n{}\n```\nThat is all.",
            "```rust\n{}\n```",
            "```",
        ] {
            let summary = summary(json!({"status": "completed", "result": {"summary": text}}));
            assert_eq!(summary.output::<String>().expect("a text"), text);
        }
    }

    #[derive(serde::Deserialize, Debug)]
    #[allow(dead_code)]
    struct Invoice {
        lines: Vec<u32>,
    }

    #[test]
    fn text_where_a_type_is_wanted_is_called_text() {
        let text = "I can't read the file.\u{1b}[2J It is damaged.";
        let summary = summary(json!({"status": "completed", "result": {"summary": text}}));
        let error = summary.output::<Invoice>().expect_err("it is text");
        assert!(matches!(error, OutputError::Prose(_)), "{error:?}");
        assert_eq!(error.answer(), Some(&json!(text)));
        let message = error.to_string();
        assert!(message.contains("begins with: \"I can't read"), "{message}");
        assert!(!message.contains('\u{1b}'), "{message}");

        #[derive(serde::Deserialize, Debug)]
        enum Kind {
            Invoice,
        }
        // A text was wanted, and not this one.
        let error = summary.output::<Kind>().expect_err("it is no kind");
        assert!(matches!(error, OutputError::Mismatch(_)), "{error:?}");
        let kind = json!({"status": "completed", "result": {"summary": "Invoice"}});
        let kind: TaskSummary = serde_json::from_value(kind).expect("a summary");
        assert!(matches!(kind.output(), Ok(Kind::Invoice)));
    }

    #[test]
    fn a_result_may_have_a_summary_of_its_own() {
        #[derive(serde::Deserialize, Debug)]
        struct Review {
            summary: String,
            stars: u8,
        }
        let body = json!({"status": "completed", "result": {"summary": "Good.", "stars": 4}});
        let review: Review = summary(body).output().expect("a review");
        assert_eq!((review.summary.as_str(), review.stars), ("Good.", 4));

        // What the server has extracted is the answer, and nothing else is taken for it.
        let body = json!({
            "status": "completed",
            "extracted_data": {"summary": 1},
            "result": {"summary": "Good.", "stars": 4},
        });
        let error = summary(body)
            .output::<Review>()
            .expect_err("it has no stars");
        assert_eq!(error.answer(), Some(&json!({"summary": 1})));
    }

    #[test]
    fn a_missing_or_wrong_answer_says_so() {
        let error = summary(json!({"status": "running"})).output::<String>();
        assert!(matches!(error, Err(OutputError::Missing)));

        let answer = json!({"lines": [1, "two"]});
        let body = json!({"status": "completed", "extracted_data": answer});
        let error = summary(body)
            .output::<Invoice>()
            .expect_err("a text is no number");
        let text = error.to_string();
        assert!(
            text.contains("at `lines[1]`: found \"two\", expected u32"),
            "{text}"
        );
        assert_eq!(error.path().as_deref(), Some("lines[1]"));
        assert_eq!(error.found(), Some(&json!("two")));
        assert_eq!(error.into_answer(), Some(answer));
    }
}
