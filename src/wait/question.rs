//! The question of an agent whose task waits for input.
//!
//! A question is a message of the conversation. What this crate adds to the generated
//! [`TaskMessage`] therefore stands here: an addition to a generated type is in the file of the
//! idea that it serves.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::transcript::Open;
use crate::{
    api::types::{MessageRole, TaskMessage},
    ids::TaskRef,
    stored,
};

/// The question of an agent: its newest message, when the task began to wait.
///
/// It can be stored, shown elsewhere, and answered by any process with
/// [`TaskHandle::answer`](super::TaskHandle::answer). Its stored form carries a version, and
/// reading a newer version fails instead of misreading it. Documented at
/// <https://agents.nanonets.com/docs/interactive-tasks>.
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredQuestion", into = "StoredQuestion")]
pub struct Question {
    task: TaskRef,
    message: Option<TaskMessage>,
    /// How new the status was by which the question was open, where it was read from the server.
    /// It tells one question without a message from the next.
    since: Option<DateTime<Utc>>,
}

/// The stored form of a [`Question`]. Its version is raised when a reader of the old form would
/// misread the new one.
#[derive(Serialize, Deserialize)]
struct StoredQuestion {
    version: u32,
    task: TaskRef,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<TaskMessage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<DateTime<Utc>>,
}

const VERSION: u32 = 1;

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
            since: None,
        }
    }

    /// Returns the question that was found open.
    pub(super) fn open(task: TaskRef, open: Open) -> Self {
        Self {
            task,
            message: open.message,
            since: Some(open.updated_at),
        }
    }

    /// Whether this is the question that is open.
    pub(super) fn is(&self, open: &Open) -> bool {
        match self.message_id() {
            Some(id) => id == open.id(),
            None => {
                open.message.is_none() && self.since.is_none_or(|since| since == open.updated_at)
            }
        }
    }

    /// Returns when the question was there at the latest, where that is known.
    pub(super) fn asked_at(&self) -> Option<DateTime<Utc>> {
        let message = self.message.as_ref();
        message.map(|message| message.created_at).or(self.since)
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

    /// Returns the id of the message, by which a store tells questions apart; `None` where the task
    /// waits without one.
    ///
    /// ```
    /// use nanonets_agents::wait::Question;
    ///
    /// assert_eq!(Question::new(uuid::Uuid::nil()).message_id(), None);
    /// ```
    pub fn message_id(&self) -> Option<Uuid> {
        self.message.as_ref().map(|message| message.id)
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

impl From<&Question> for TaskRef {
    fn from(question: &Question) -> Self {
        question.task.clone()
    }
}

impl From<Question> for StoredQuestion {
    fn from(question: Question) -> Self {
        Self {
            version: VERSION,
            task: question.task,
            message: question.message,
            since: question.since,
        }
    }
}

impl TryFrom<StoredQuestion> for Question {
    type Error = String;

    fn try_from(stored: StoredQuestion) -> Result<Self, Self::Error> {
        stored::check("question", stored.version, VERSION)?;
        Ok(Self {
            task: stored.task,
            message: stored.message,
            since: stored.since,
        })
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
    fn a_stored_question_is_read_again_and_a_newer_form_refused() {
        let id = "0b9e6e5e-1111-4222-8333-444455556666";
        let text = format!(
            r#"{{"version":1,"task":{{"version":1,"task_id":"{id}"}},"message":{{"content":"Which?","created_at":"2026-05-12T10:15:42Z","id":"{id}","role":"assistant"}},"since":"2026-05-12T10:15:43Z"}}"#
        );
        let question: Question = serde_json::from_str(&text).expect("the form of version 1");
        assert_eq!(
            question.message_id().map(|id| id.to_string()).as_deref(),
            Some(id)
        );
        assert_eq!(question.text().as_deref(), Some("Which?"));
        let written = serde_json::to_value(&question).expect("it is plain");
        let expected: Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(written, expected);

        let newer = text.replacen("1", "2", 1);
        let error = serde_json::from_str::<Question>(&newer).expect_err("it is newer");
        assert!(error.to_string().contains("version 2"), "{error}");
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
