//! Checks the bodies of requests, and the forms among them.

use serde_json::Value;

use super::{
    grammar::closest,
    mistakes::{Mistakes, join},
};
use crate::codegen::{
    media_types::{self, is_form, is_json, is_url_encoded},
    spec::{self, Endpoint},
};

pub fn check(spec: &Value, endpoint: &Endpoint, mistakes: &mut Mistakes) {
    if ["get", "head"].contains(&endpoint.method) && endpoint.operation.get("requestBody").is_some()
    {
        let method = endpoint.method.to_uppercase();
        mistakes.add_key(
            format!("{}.requestBody", endpoint.place()),
            format!("a {method} has no body; write another method, or parameters"),
        );
    }
    let media_types = endpoint.request_media_types(spec);
    let place = join(&endpoint.request_place(), "content");
    for (media_type, body) in &media_types {
        let place = join(&place, media_type);
        if misspelt(media_type, &place, mistakes) {
            continue;
        }
        if !is_single(media_type) {
            mistakes.add(
                place,
                "can't be sent as the type of a body; write one media type, such as `image/png`",
            );
        } else if body.get("schema").is_none() {
            mistakes.add(place, "has no schema; add `schema:`");
        } else if is_form(media_type) {
            form(spec, body, &place, mistakes);
        } else {
            if body.get("encoding").is_some() {
                mistakes.add(
                    join(&place, "encoding"),
                    "has an effect on `multipart/form-data` alone; remove it",
                );
            }
            other(spec, media_type, body, &place, mistakes);
        }
    }
    let others = media_types
        .iter()
        .filter(|(media_type, _)| !is_form(media_type));
    let forms = media_types.len() - others.clone().count();
    if others.count() > 1 || forms > 1 {
        mistakes.add(
            place,
            "only a form (`multipart/form-data`) and one other media type can be offered together; \
             keep one besides the form",
        );
    }
    if endpoint.operation.get("requestBody").is_some() && media_types.is_empty() {
        mistakes.add(
            format!("{}.requestBody", endpoint.place()),
            "has no content; add `content:` with a media type",
        );
    }
}

/// The media types that are written and read in a way of their own. A misspelt one would be taken
/// for bytes.
const OF_THEIR_OWN: [&str; 5] = [
    "application/json",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
];

/// Reports a media type that is probably misspelt, and returns whether it is.
pub fn misspelt(media_type: &str, place: &str, mistakes: &mut Mistakes) -> bool {
    let essence = media_types::essence(media_type);
    if OF_THEIR_OWN.contains(&essence.as_str()) {
        return false;
    }
    let (kind, name) = essence.split_once('/').unwrap_or((&essence, ""));
    let meant = closest(&essence, OF_THEIR_OWN)
        .map(str::to_owned)
        .or_else(|| {
            let meant = (!KINDS.contains(&kind))
                .then(|| closest(kind, KINDS))
                .flatten()?;
            Some(format!("{meant}/{name}"))
        });
    if let Some(meant) = &meant {
        mistakes.add_key(
            place,
            format!("`{media_type}` is no known media type; did you mean `{meant}`?"),
        );
    }
    meant.is_some()
}

/// The first parts of media types.
const KINDS: [&str; 9] = [
    "application",
    "audio",
    "font",
    "image",
    "message",
    "model",
    "multipart",
    "text",
    "video",
];

/// Whether a media type can be a header, and stands for one type.
pub fn is_single(media_type: &str) -> bool {
    media_types::essence(media_type).contains('/')
        && !media_type.contains('*')
        && is_sendable(media_type)
}

/// Whether a text can be the value of a header.
pub fn is_sendable(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

/// Checks a body that isn't a form.
fn other(spec: &Value, media_type: &str, body: &Value, place: &str, mistakes: &mut Mistakes) {
    let schema = spec::resolve_type(spec, &body["schema"]);
    let place = join(place, "schema");
    if is_json(media_type) {
        return;
    }
    if is_url_encoded(media_type) {
        let is_flat = |property: &Value| {
            let property = spec::resolve_type(spec, property);
            let is_list = property["type"] == "array" && spec::is_scalar(spec, &property["items"]);
            is_list || spec::is_scalar(spec, property)
        };
        for (name, property) in spec::entries(&schema["properties"]) {
            if !is_flat(property) {
                mistakes.add(
                    format!("{place}.properties.{name}"),
                    "only texts, numbers, booleans and lists of them can be sent in this media \
                     type; write another type, or another media type",
                );
            }
        }
        if schema["type"] != "object" && schema.get("properties").is_none() {
            mistakes.add(
                place,
                "must be an object, whose properties are sent as pairs; write `type: object`",
            );
        }
    } else if schema["type"] != "string" {
        mistakes.add(
            place,
            format!(
                "a body of {media_type} is sent as it is given; write `type: string`, with \
                 `format: binary` for bytes"
            ),
        );
    }
}

fn form(spec: &Value, body: &Value, place: &str, mistakes: &mut Mistakes) {
    let schema = spec::resolve_type(spec, &body["schema"]);
    if spec::entries(&schema["properties"]).next().is_none() {
        mistakes.add(
            format!("{place}.schema"),
            "must be an object whose properties are the parts of the form; add `properties:`",
        );
    }
    let required = spec::strings(&schema["required"]);
    for name in required {
        if schema["properties"].get(&name).is_none() {
            mistakes.add(
                format!("{place}.schema"),
                format!(
                    "the required `{name}` is no part of the form; add it, or correct the name"
                ),
            );
        }
    }
    for (name, encoding) in spec::entries(&body["encoding"]) {
        let place = format!("{place}.encoding.{name}");
        let Some(part) = schema["properties"].get(name) else {
            mistakes.add_key(
                place,
                format!("the form has no part `{name}`; add it, or correct the name"),
            );
            continue;
        };
        for (key, _) in spec::entries(encoding) {
            if key != "contentType" {
                mistakes.add_key(
                    join(&place, key),
                    format!("`{key}` is not supported here; of `encoding`, only `contentType` is"),
                );
            }
        }
        if let Some(list) = encoding["contentType"].as_str() {
            content_type(spec, part, list, &join(&place, "contentType"), mistakes);
        }
    }
}

fn content_type(spec: &Value, part: &Value, list: &str, place: &str, mistakes: &mut Mistakes) {
    let part = spec::resolve_type(spec, part);
    let element = if part["type"] == "array" {
        spec::resolve_type(spec, &part["items"])
    } else {
        part
    };
    let first = list.split(',').next().unwrap_or_default().trim();
    let is_file = element["format"] == "binary";
    // The type of a file follows from its name, where this one stands for many.
    let is_left_open = is_file && first.contains('*') && is_sendable(first);
    if !is_single(first) && !is_left_open {
        mistakes.add(
            place,
            format!("`{first}` can't be sent as the type of this part; write one media type"),
        );
    }
}
