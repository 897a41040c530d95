//! The question of an agent whose task waits for input.
//!
//! A question is a message of the conversation. What this crate adds to the generated
//! [`TaskMessage`] therefore stands here: an addition to a generated type is in the file of the
//! idea that it serves.

use std::fmt;

use serde_json::Value;

use crate::{
    api::types::{MessageRole, TaskMessage},
    ids::TaskRef,
};

/// The question of an agent: its newest message, when the task began to wait.
///
/// Documented at <https://agents.nanonets.com/docs/interactive-tasks>.
///
/// ```
/// use nanonets_agents::{TaskRef, types::TaskMessage, wait::Question};
///
/// // As a wait would ask it, to test a handler with.
/// let message: TaskMessage = serde_json::from_str(
///     r#"{"id": "0b9e6e5e-1111-4222-8333-444455556666", "created_at": "2026-05-12T10:15:42Z",
///         "role": "assistant", "content": "Which one?"}"#,
/// )?;
/// let question = Question::new(TaskRef::from(uuid::Uuid::nil())).with_message(message);
/// assert_eq!(question.text().as_deref(), Some("Which one?"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    task: TaskRef,
    message: Option<TaskMessage>,
}

impl Question {
    /// Creates the question of a task that waits for input without a message.
    ///
    /// ```
    /// use nanonets_agents::wait::Question;
    ///
    /// let question = Question::new(uuid::Uuid::nil());
    /// assert_eq!(question.to_string(), "(no question)");
    /// ```
    pub fn new(task: impl Into<TaskRef>) -> Self {
        Self {
            task: task.into(),
            message: None,
        }
    }

    /// Sets the message that asks; none by default.
    ///
    /// ```
    /// # use nanonets_agents::{types::TaskMessage, wait::Question};
    /// # fn example(message: TaskMessage) {
    /// let question = Question::new(uuid::Uuid::nil()).with_message(message.clone());
    /// assert_eq!(question.message(), Some(&message));
    /// # }
    /// ```
    pub fn with_message(mut self, message: TaskMessage) -> Self {
        self.message = Some(message);
        self
    }

    /// Returns the task that asks.
    pub fn task_ref(&self) -> &TaskRef {
        &self.task
    }

    /// Returns the message as the server sent it; `None` where the task waits without one.
    pub fn message(&self) -> Option<&TaskMessage> {
        self.message.as_ref()
    }

    /// Returns the text of the message; `None` where there is none, as [`TaskMessage::text`] finds
    /// it.
    pub fn text(&self) -> Option<String> {
        self.message.as_ref()?.text()
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.text(), &self.message) {
            (Some(text), _) => f.write_str(&text),
            (None, Some(_)) => f.write_str("(a question without text)"),
            (None, None) => f.write_str("(no question)"),
        }
    }
}

impl TaskMessage {
    /// Whether the user wrote the message, and not the agent.
    ///
    /// The field that tells isn't documented. A message that has it under none of its likely names
    /// is the user's if it has a `user_id`.
    ///
    /// ```no_run
    /// # use nanonets_agents::wait::TaskHandle;
    /// # async fn example(task: TaskHandle) -> Result<(), nanonets_agents::Error> {
    /// for message in task.fetch_messages().await? {
    ///     let author = if message.is_from_user() { "user" } else { "agent" };
    ///     println!("{author}: {}", message.text().unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_from_user(&self) -> bool {
        match &self.role {
            Some(role) => *role == MessageRole::User,
            None => self.user_id.is_some(),
        }
    }

    /// Whether the agent wrote the message: neither the user, nor a tool or the system, whose
    /// messages may be in the conversation as well.
    ///
    /// As with [`is_from_user`](Self::is_from_user), the field that tells isn't documented.
    ///
    /// ```
    /// use nanonets_agents::types::TaskMessage;
    ///
    /// let message: TaskMessage = serde_json::from_str(
    ///     r#"{"id": "0b9e6e5e-1111-4222-8333-444455556666", "created_at": "2026-05-12T10:15:42Z",
    ///         "role": "tool", "content": "3 pages"}"#,
    /// )?;
    /// assert!(!message.is_from_agent() && !message.is_from_user());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn is_from_agent(&self) -> bool {
        match &self.role {
            Some(MessageRole::Unknown(role)) => {
                !matches!(role.as_str(), "tool" | "system" | "function")
            }
            _ => !self.is_from_user(),
        }
    }

    /// Returns the text of the message; `None` where its content holds none.
    ///
    /// The content may be any JSON. It holds text where it is a string, an object with `text`, or
    /// an array of these, whose texts are joined as lines.
    ///
    /// ```
    /// use nanonets_agents::types::TaskMessage;
    ///
    /// let message: TaskMessage = serde_json::from_str(
    ///     r#"{"id": "0b9e6e5e-1111-4222-8333-444455556666", "created_at": "2026-05-12T10:15:42Z",
    ///         "content": [{"type": "text", "text": "Which"}, {"type": "text", "text": "one?"}]}"#,
    /// )?;
    /// assert_eq!(message.text().as_deref(), Some("Which\none?"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn text(&self) -> Option<String> {
        text(self.content.as_ref()?)
    }
}

fn text(content: &Value) -> Option<String> {
    match content {
        Value::String(text) => Some(text.clone()),
        Value::Object(object) => object.get("text").and_then(text),
        Value::Array(blocks) => {
            let texts: Vec<String> = blocks.iter().filter_map(text).collect();
            (!texts.is_empty()).then(|| texts.join("\n"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(fields: Value) -> TaskMessage {
        let mut body = json!({
            "id": "0b9e6e5e-1111-4222-8333-444455556666",
            "created_at": "2026-05-12T10:15:42Z",
        });
        for (name, value) in fields.as_object().expect("an object") {
            body[name] = value.clone();
        }
        serde_json::from_value(body).expect("a message")
    }

    #[test]
    fn text_is_found_in_strings_objects_and_blocks() {
        for (content, expected) in [
            (json!("Which one?"), Some("Which one?")),
            (
                json!({"text": "Which one?", "type": "text"}),
                Some("Which one?"),
            ),
            (
                json!([{"type": "text", "text": "Which"}, {"image": 1}, "one?"]),
                Some("Which\none?"),
            ),
            (json!([{"image": 1}]), None),
            (json!(7), None),
            (json!(null), None),
        ] {
            let found = message(json!({"content": content})).text();
            assert_eq!(found.as_deref(), expected, "{content}");
        }
    }

    #[test]
    fn the_author_is_found_under_any_of_its_names() {
        let user = "0b9e6e5e-1111-4222-8333-444455556666";
        for (fields, expected) in [
            (json!({"role": "user"}), true),
            (json!({"role": "assistant", "user_id": user}), false),
            (json!({"type": "user"}), true),
            (json!({"author": "assistant"}), false),
            (json!({"sender": "user", "type": {"kind": "text"}}), true),
            (json!({"role": null, "user_id": user}), true),
            (json!({}), false),
        ] {
            assert_eq!(message(fields.clone()).is_from_user(), expected, "{fields}");
        }
    }
}
