//! Checks responses: all successes carry the same, and what they carry can be asked for.
//!
//! Errors may have any schema, since the crate's error keeps their bodies.

use serde_json::Value;

use super::{
    bodies,
    mistakes::{Mistakes, join},
};
use crate::codegen::{
    media_types,
    spec::{self, Endpoint},
};

/// What a success carries, as far as two can differ.
#[derive(PartialEq)]
enum Content<'a> {
    Json(&'a Value),
    Text,
    Download,
}

pub fn check(spec: &Value, endpoint: &Endpoint, mistakes: &mut Mistakes) {
    let place = format!("{}.responses", endpoint.place());
    let (mut count, mut nothing) = (0, 0);
    let mut contents: Vec<Content> = Vec::new();
    for (code, response) in endpoint.responses(spec) {
        if !code.starts_with('2') {
            continue;
        }
        count += 1;
        for (media_type, _) in spec::entries(&response["content"]) {
            let place = join(&join(&join(&place, code), "content"), media_type);
            let is_one = media_type.contains('/') && bodies::is_sendable(media_type);
            if !bodies::misspelt(media_type, &place, mistakes) && !is_one {
                mistakes.add(
                    place,
                    "is no media type; write one such as `application/json`",
                );
            }
        }
        match content(response) {
            None => nothing += 1,
            Some(content) if !contents.contains(&content) => contents.push(content),
            Some(_) => (),
        }
    }
    if count == 0 {
        mistakes.add(
            &place,
            "has no successful response; add `2XX` with the schema of the reply",
        );
    }
    let is_json = matches!(contents.as_slice(), [Content::Json(_)]);
    if contents.len() > 1 {
        mistakes.add(
            &place,
            "the successful responses have different schemas; give all of them the same",
        );
    } else if contents.len() == 1 && nothing > 0 && !is_json {
        mistakes.add(
            &place,
            "one success carries nothing, which only a reply of JSON may leave out; give all \
             successes the same media type",
        );
    }
}

/// Returns what a response carries; `None` where it carries nothing. JSON is preferred to others.
fn content(response: &Value) -> Option<Content<'_>> {
    let content = &response["content"];
    if let Some((_, body)) = media_types::json_of(content) {
        return Some(Content::Json(&body["schema"]));
    }
    let mut media_types = spec::entries(content).map(|(name, _)| name).peekable();
    media_types.peek()?;
    let is_text = media_types.all(media_types::is_text_reply);
    Some(if is_text {
        Content::Text
    } else {
        Content::Download
    })
}
