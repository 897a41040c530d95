//! Checks parameters: that they can be sent where they stand.

use std::collections::BTreeSet;

use serde_json::Value;

use super::mistakes::{Mistakes, join};
use crate::codegen::spec::{self, Endpoint};

/// Headers of a request that OpenAPI leaves to other parts of the document.
const OTHERWISE_DESCRIBED: [&str; 3] = ["accept", "authorization", "content-type"];

pub fn check(spec: &Value, endpoint: &Endpoint, mistakes: &mut Mistakes) {
    let placed = endpoint.placed_parameters(spec);
    for (place, parameter) in &placed {
        style(spec, parameter, place, mistakes);
        match parameter["in"].as_str() {
            Some("path") => path(endpoint, parameter, place, mistakes),
            Some("header") => header(parameter, place, mistakes),
            Some("cookie") => cookie(parameter, place, mistakes),
            _ => (),
        }
    }
    twice(spec, endpoint, mistakes);
    for name in placeholders(endpoint.path) {
        let mut parameters = placed.iter().map(|(_, parameter)| parameter);
        if !parameters.any(|parameter| parameter["in"] == "path" && parameter["name"] == name) {
            mistakes.add(
                endpoint.place(),
                format!(
                    "`{{{name}}}` in the path is no parameter; add one of this name with \
                     `in: path`, or correct the path"
                ),
            );
        }
    }
}

/// Reports a parameter that an operation, or a path, has two times.
fn twice(spec: &Value, endpoint: &Endpoint, mistakes: &mut Mistakes) {
    let path = format!("paths.{}", endpoint.path);
    for (place, holder) in [
        (endpoint.place(), endpoint.operation),
        (path, endpoint.item),
    ] {
        let mut seen = BTreeSet::new();
        for (index, parameter) in spec::elements(&holder["parameters"]).iter().enumerate() {
            let parameter = spec::resolve(spec, parameter);
            let (name, location) = (&parameter["name"], &parameter["in"]);
            if !seen.insert((name.to_string(), location.to_string())) {
                mistakes.add(
                    format!("{place}.parameters.{index}"),
                    format!("the parameter {name} is listed twice; remove one of the two"),
                );
            }
        }
    }
}

/// Returns the names in braces of a path.
fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    let after_braces = path.split('{').skip(1);
    after_braces.filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

fn path(endpoint: &Endpoint, parameter: &Value, place: &str, mistakes: &mut Mistakes) {
    let name = parameter["name"].as_str().unwrap_or_default();
    if parameter["required"] != true {
        mistakes.add(
            place,
            "a parameter of the path can't be left out; write `required: true`",
        );
    }
    if !placeholders(endpoint.path).any(|placeholder| placeholder == name) {
        mistakes.add(
            join(place, "name"),
            format!(
                "the path `{}` has no `{{{name}}}`; write it there, or correct the name",
                endpoint.path
            ),
        );
    }
}

fn header(parameter: &Value, place: &str, mistakes: &mut Mistakes) {
    let name = parameter["name"].as_str().unwrap_or_default();
    if !is_token(name) {
        mistakes.add(
            join(place, "name"),
            format!("{name:?} can't be the name of a header; correct it"),
        );
    }
    if OTHERWISE_DESCRIBED.contains(&name.to_ascii_lowercase().as_str()) {
        mistakes.add(
            place,
            format!(
                "OpenAPI ignores a parameter for `{name}`, which `security` or the media types \
                 describe; remove it"
            ),
        );
    }
}

fn cookie(parameter: &Value, place: &str, mistakes: &mut Mistakes) {
    let name = parameter["name"].as_str().unwrap_or_default();
    if !is_token(name) {
        mistakes.add(
            join(place, "name"),
            format!("{name:?} can't be the name of a cookie; correct it"),
        );
    }
}

/// Whether a text is what HTTP calls a token, as the names of headers and cookies are.
pub fn is_token(name: &str) -> bool {
    let is_of_token = |char: char| char.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(char);
    !name.is_empty() && name.chars().all(is_of_token)
}

/// Checks that the values have a text, and a style that is known.
fn style(spec: &Value, parameter: &Value, place: &str, mistakes: &mut Mistakes) {
    let schema = spec::resolve_type(spec, &parameter["schema"]);
    let location = parameter["in"].as_str().unwrap_or_default();
    let style = parameter["style"].as_str();
    if style == Some("deepObject") {
        mistakes.add(
            join(place, "style"),
            "objects in the query are not supported; write a parameter for each property, such as \
             `name: filter[status]`",
        );
        return;
    }
    let is_array = schema["type"] == "array";
    let usual = match location {
        "query" | "cookie" => "form",
        _ => "simple",
    };
    let for_lists = ["spaceDelimited", "pipeDelimited"];
    if let Some(style) = style
        && style != usual
        && !(location == "query" && is_array && for_lists.contains(&style))
    {
        mistakes.add(
            join(place, "style"),
            format!("`{style}` is not supported here; write `style: {usual}`, or leave it out"),
        );
    }
    if is_array {
        if location != "query" {
            mistakes.add(
                place,
                "several values are supported only in the query; write one text, in which callers \
                 join them",
            );
        } else if !spec::is_scalar(spec, &schema["items"]) {
            mistakes.add(
                join(place, "schema"),
                "the elements of a list in the query must be texts, numbers or booleans; write \
                 another type of `items`",
            );
        }
    } else if !spec::is_scalar(spec, schema) {
        mistakes.add(
            join(place, "schema"),
            "a parameter must be a text, number or boolean, or in the query a list of them; write \
             another `type:`, or a parameter for each property",
        );
    }
}
