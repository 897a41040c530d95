//! What an agent asks while its task waits for input.

use std::fmt;

use serde_json::Value;

use super::task::TaskHandle;
use crate::ids::TaskRef;
use crate::{
    api::types::{MessageRole, TaskMessage},
    error::Error,
};

/// The question of an agent: its newest message.
///
/// Documented at <https://agents.nanonets.com/docs/interactive-tasks>.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    task: TaskRef,
    message: Option<TaskMessage>,
}

impl Question {
    /// The task that asks.
    pub fn task(&self) -> &TaskRef {
        &self.task
    }

    /// The message as the server sent it; `None` where the task waits without one.
    pub fn message(&self) -> Option<&TaskMessage> {
        self.message.as_ref()
    }

    /// The text of the message, where it has one.
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

/// Looks for the question that is open; `None` where the newest message is the user's: then the
/// status is older than the answer.
pub(super) async fn open_question(task: &TaskHandle) -> Result<Option<Question>, Error> {
    let message = task.messages().await?.pop();
    let is_answered = message.as_ref().is_some_and(TaskMessage::is_from_user);
    let task = task.reference().clone();
    Ok((!is_answered).then_some(Question { task, message }))
}

impl TaskMessage {
    /// Whether the user wrote it.
    ///
    /// The field that says so isn't documented. Without any of the names it may have, a message
    /// with a `user_id` is the user's.
    pub fn is_from_user(&self) -> bool {
        match &self.role {
            Some(role) => *role == MessageRole::User,
            None => self.user_id.is_some(),
        }
    }

    /// The text of the message.
    ///
    /// The content may be any JSON. It is text where it is a string, an object with `text`, or an
    /// array of such, whose texts stand in lines.
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
