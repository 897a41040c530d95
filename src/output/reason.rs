//! Why a task has failed, as far as its summary or its feed says.

use serde_json::Value;

use crate::api::types::{TaskResult, TaskStatus, TaskSummary};

impl TaskSummary {
    /// Returns why the task has failed, in the words of its last output; `None` where it hasn't, or
    /// where the summary has no words.
    ///
    /// ```
    /// use nanonets_agents::types::TaskSummary;
    ///
    /// let body = r#"{"status": "failed", "result": "The file is damaged."}"#;
    /// let summary: TaskSummary = serde_json::from_str(body)?;
    /// assert_eq!(summary.failure().as_deref(), Some("The file is damaged."));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn failure(&self) -> Option<String> {
        let result = self.result.as_ref();
        result
            .filter(|_| self.status == Some(TaskStatus::Failed))
            .and_then(words)
    }
}

impl TaskResult {
    /// Returns why the task has failed, in the words of the last error in its feed; `None` where it
    /// hasn't, or where there is none.
    ///
    /// ```
    /// use nanonets_agents::types::TaskResult;
    ///
    /// let body = r#"{
    ///     "status": "failed",
    ///     "feed": [{"type": "error", "content": "The file is damaged."}, {"type": "tool_call"}]
    /// }"#;
    /// let result: TaskResult = serde_json::from_str(body)?;
    /// assert_eq!(result.failure().as_deref(), Some("The file is damaged."));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn failure(&self) -> Option<String> {
        let is_error = |entry: &&Value| {
            let kind = entry.get("type").and_then(Value::as_str);
            kind.is_some_and(|kind| kind.contains("error") || kind.contains("fail"))
                || entry.get("error").is_some_and(|error| !error.is_null())
        };
        let has_failed = self.status == Some(TaskStatus::Failed);
        let mut newest_first = self.feed.iter().rev().filter(|_| has_failed);
        newest_first.find(is_error).and_then(words)
    }
}

/// The names under which what is said about a failure may stand, the likeliest first.
const NAMES: [&str; 7] = [
    "error", "message", "reason", "content", "text", "detail", "summary",
];

/// Returns what a value says, where it says anything.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Object(fields) => {
            let mut named = NAMES.iter().filter_map(|name| fields.get(*name));
            named.find_map(words)
        }
        Value::Array(blocks) => {
            let texts: Vec<String> = blocks.iter().filter_map(words).collect();
            (!texts.is_empty()).then(|| texts.join("\n"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_summary_says_why_in_whatever_form_it_has() {
        for (result, expected) in [
            (json!("damaged"), Some("damaged")),
            (json!({"error": {"message": "damaged"}}), Some("damaged")),
            (
                json!([{"type": "text", "text": "damaged"}]),
                Some("damaged"),
            ),
            (
                json!({"summary": "damaged", "completed_at": "x"}),
                Some("damaged"),
            ),
            (json!({"error": null, "code": 3}), None),
            (json!(" "), None),
        ] {
            let mut body = json!({"status": "failed", "result": result});
            let summary = |body: &Value| serde_json::from_value::<TaskSummary>(body.clone());
            let failed = summary(&body).expect("a summary");
            assert_eq!(failed.failure().as_deref(), expected, "{body}");
            body["status"] = json!("completed");
            assert_eq!(summary(&body).expect("a summary").failure(), None, "{body}");
        }
    }

    #[test]
    fn the_last_error_of_a_feed_counts() {
        let feed = json!([
            {"type": "error", "content": "It is slow, I try again."},
            {"type": "task_failed", "error": {"message": "damaged"}},
            {"type": "message", "content": "Sorry."},
        ]);
        let mut body = json!({"status": "failed", "feed": feed});
        let result = |body: &Value| serde_json::from_value::<TaskResult>(body.clone());
        let failed = result(&body).expect("a result");
        assert_eq!(failed.failure().as_deref(), Some("damaged"));
        body["feed"] = json!([{"type": "message", "content": "Sorry."}]);
        assert_eq!(result(&body).expect("a result").failure(), None);
    }
}
