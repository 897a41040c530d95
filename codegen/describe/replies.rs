//! Reads what operations answer.

use serde_json::Value;

use super::shapes;
use crate::codegen::{
    media_types,
    model::{Reply, ReplyKind},
    spec::{self, Endpoint},
};

/// The media type that is asked for where nothing is expected.
const ANYTHING: &str = "application/json";

/// Errors are left out: whatever their schema, the crate's error keeps their bodies.
pub fn read(spec: &Value, endpoint: &Endpoint) -> Reply {
    let successes = endpoint.responses(spec);
    let successes: Vec<&Value> = successes
        .filter(|(code, _)| code.starts_with('2'))
        .map(|(_, response)| &response["content"])
        .collect();
    let is_empty = |content: &&Value| spec::entries(content).next().is_none();
    let Some(content) = successes.iter().find(|content| !is_empty(content)) else {
        return Reply {
            kind: ReplyKind::Nothing,
            accept: ANYTHING.to_owned(),
        };
    };
    if let Some((media_type, body)) = media_types::json_of(content) {
        let schema = &body["schema"];
        return Reply {
            kind: ReplyKind::Json {
                shape: shapes::of(schema),
                is_container: is_container(spec, schema),
                is_optional: successes.iter().any(is_empty),
            },
            accept: media_type.to_owned(),
        };
    }
    let media_types: Vec<&str> = spec::entries(content).map(|(name, _)| name).collect();
    let is_text = media_types
        .iter()
        .all(|name| media_types::is_text_reply(name));
    Reply {
        kind: if is_text {
            ReplyKind::Text
        } else {
            ReplyKind::Download
        },
        accept: media_types.join(", "),
    }
}

/// Whether all values of a schema are objects or arrays.
fn is_container(spec: &Value, schema: &Value) -> bool {
    let schema = spec::resolve_type(spec, schema);
    match schema["type"].as_str() {
        Some(kind) => kind == "object" || kind == "array",
        None => schema.get("properties").is_some() || schema.get("allOf").is_some(),
    }
}
