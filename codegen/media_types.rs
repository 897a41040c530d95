//! Tells which media types are written and read in which way.

use serde_json::Value;

use super::spec;

/// Returns a media type without its parameters, in lower case.
pub fn essence(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

pub fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence == "application/json" || essence.ends_with("+json")
}

pub fn is_form(media_type: &str) -> bool {
    essence(media_type) == spec::MULTIPART
}

pub fn is_url_encoded(media_type: &str) -> bool {
    essence(media_type) == "application/x-www-form-urlencoded"
}

/// Whether a body is sent as text.
pub fn is_text(media_type: &str) -> bool {
    essence(media_type).starts_with("text/")
}

/// Whether a reply is read whole, as text.
pub fn is_text_reply(media_type: &str) -> bool {
    matches!(essence(media_type).as_str(), "text/plain" | "text/html")
}

/// Returns the JSON among the media types of a body.
pub fn json_of(content: &Value) -> Option<(&str, &Value)> {
    spec::entries(content).find(|(media_type, _)| is_json(media_type))
}
