//! Why a task has failed, read from its feed.

use serde_json::Value;

/// The names of fields that tell what kind an entry is.
const KINDS: [&str; 5] = ["type", "kind", "event", "status", "level"];
/// The names of fields that hold the text of an entry, or what holds it.
const TEXTS: [&str; 8] = [
    "error", "message", "content", "text", "detail", "reason", "data", "payload",
];

/// Returns the text of the last entry that is an error. The documentation doesn't say what entries
/// look like.
pub(super) fn reason(feed: &[Value]) -> Option<String> {
    let mut entries = feed.iter().rev();
    entries.find_map(|entry| is_error(entry).then(|| text(entry)).flatten())
}

fn is_error(entry: &Value) -> bool {
    let is_of_kind = |name: &&'static str| {
        entry[*name].as_str().is_some_and(|kind| {
            let kind = kind.to_ascii_lowercase();
            kind.contains("error") || kind.contains("fail")
        })
    };
    entry.get("error").is_some_and(|error| !error.is_null()) || KINDS.iter().any(is_of_kind)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Object(fields) => TEXTS
            .iter()
            .find_map(|name| fields.get(*name).and_then(text)),
        Value::Array(parts) => {
            let texts: Vec<String> = parts.iter().filter_map(text).collect();
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
    fn the_last_error_of_a_feed_says_why() {
        for (feed, expected) in [
            (json!([{"type": "error", "content": "no invoice"}]), Some("no invoice")),
            (
                json!([{"type": "error", "content": "first"}, {"type": "tool", "content": "x"}, {"kind": "step_failed", "error": {"message": "last"}}]),
                Some("last"),
            ),
            (json!([{"error": "broken"}, {"error": null, "content": "fine"}]), Some("broken")),
            (
                json!([{"event": "Error", "data": {"content": [{"text": "a"}, {"text": "b"}]}}]),
                Some("a\nb"),
            ),
            (json!([{"type": "error", "code": 7}, {"type": "message", "content": "hello"}]), None),
            (json!(["error", 7, null]), None),
            (json!([]), None),
        ] {
            let entries = feed.as_array().expect("a feed");
            assert_eq!(reason(entries).as_deref(), expected, "{feed}");
        }
    }
}
