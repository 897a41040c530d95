//! Replies, and refusals as replies.

use http::StatusCode;
use serde_json::{Value, json};

/// The reply of an operation.
#[derive(Debug)]
pub(crate) struct JsonReply {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl JsonReply {
    pub(crate) fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            body,
        }
    }

    pub(crate) fn created(body: Value) -> Self {
        Self {
            status: StatusCode::CREATED,
            body,
        }
    }
}

/// A refusal, in the documented form: a status and `{"error": "…"}`.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }
}

impl From<Refusal> for JsonReply {
    fn from(refusal: Refusal) -> Self {
        Self {
            status: refusal.status,
            body: json!({ "error": refusal.message }),
        }
    }
}
