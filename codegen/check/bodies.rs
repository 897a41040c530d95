//! Checks the bodies of requests, and the forms among them.

use serde_json::Value;

use super::mistakes::{Mistakes, join};
use crate::codegen::{
    names,
    spec::{self, Endpoint, JSON, MULTIPART},
};

/// The media types of bodies that can be sent.
const MEDIA_TYPES: [&str; 5] = [
    JSON,
    MULTIPART,
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "text/plain",
];

/// The methods that the builder of every form has, whose names no part may have.
const FORM_METHODS: [&str; 3] = ["new", "send", "extra_field"];

pub fn check(spec: &Value, endpoint: &Endpoint, mistakes: &mut Mistakes) {
    let media_types = endpoint.request_media_types(spec);
    let place = format!("{}.requestBody.content", endpoint.place());
    for (media_type, body) in &media_types {
        let place = join(&place, media_type);
        if !MEDIA_TYPES.contains(media_type) {
            let known = MEDIA_TYPES.join(", ");
            mistakes.add(
                place,
                format!("this media type is not supported; use one of {known}"),
            );
        } else if body.get("schema").is_none() {
            mistakes.add(place, "has no schema; add `schema:`");
        } else if *media_type == MULTIPART {
            form(spec, endpoint, body, &place, mistakes);
        } else if body.get("encoding").is_some() {
            mistakes.add(place, "`encoding` is not supported here; remove it");
        }
    }
    let is_pair = media_types.len() == 2
        && media_types
            .iter()
            .all(|(media_type, _)| [JSON, MULTIPART].contains(media_type));
    if media_types.len() > 1 && !is_pair {
        mistakes.add(
            place,
            format!("only {JSON} and {MULTIPART} can be offered together; keep one media type"),
        );
    }
    if endpoint.operation.get("requestBody").is_some() && media_types.is_empty() {
        mistakes.add(
            format!("{}.requestBody", endpoint.place()),
            "has no content; add `content:` with a media type",
        );
    }
}

fn form(spec: &Value, endpoint: &Endpoint, body: &Value, place: &str, mistakes: &mut Mistakes) {
    if body.get("encoding").is_some() {
        mistakes.add(place, "`encoding` is not supported; remove it");
    }
    let parameters = endpoint.parameters(spec);
    if let Some(header) = parameters
        .iter()
        .find(|parameter| parameter["in"] == "header")
    {
        mistakes.add(
            endpoint.place(),
            format!(
                "the header {} is not supported where the body is a form; remove it",
                header["name"]
            ),
        );
    }
    let schema = spec::resolve(spec, &body["schema"]);
    if spec::entries(&schema["properties"]).next().is_none() {
        mistakes.add(
            format!("{place}.schema"),
            "must be an object whose properties are the parts of the form; add `properties:`",
        );
    }
    for (part, _) in spec::entries(&schema["properties"]) {
        let method = names::snake(part);
        let is_parameter = parameters
            .iter()
            .filter_map(|parameter| parameter["name"].as_str())
            .any(|name| names::snake(name) == method);
        if is_parameter || FORM_METHODS.iter().any(|name| method == name) {
            mistakes.add(
                format!("{place}.schema.properties.{part}"),
                "this name is taken by a method or parameter; such a part is not supported",
            );
        }
    }
}
