//! Reads the parameters of operations.

use serde_json::Value;

use super::shapes;
use crate::codegen::{
    model::{IntegerRange, ListStyle, Location, Parameter, Shape},
    names, schema,
    spec::{self, Endpoint},
};

/// Returns the parameters of an operation, those of its path included.
pub fn read(spec: &Value, endpoint: &Endpoint) -> Vec<Parameter> {
    let parameters = endpoint.parameters(spec);
    let parameters = parameters.iter().map(|value| parameter(spec, value));
    parameters.collect()
}

fn parameter(spec: &Value, parameter: &Value) -> Parameter {
    let schema = &parameter["schema"];
    let resolved = spec::resolve_type(spec, schema);
    let is_list = resolved["type"] == "array";
    let name = parameter["name"].as_str().unwrap_or_default();
    Parameter {
        name: name.to_owned(),
        rust_name: rust_name(parameter, name),
        location: match parameter["in"].as_str() {
            Some("path") => Location::Path,
            Some("header") => Location::Header,
            Some("cookie") => Location::Cookie,
            _ => Location::Query,
        },
        is_required: parameter["required"] == true,
        shape: shape(spec, if is_list { &resolved["items"] } else { schema }),
        list: is_list.then(|| list_style(parameter)),
        description: spec::text(&parameter["description"]),
        is_deprecated: parameter["deprecated"] == true,
    }
}

/// Returns the shape of a text, number or boolean, or of a part of a form.
///
/// A name that a plain value has makes it no other type for those who set it.
pub fn shape(spec: &Value, schema: &Value) -> Shape {
    let resolved = spec::resolve_type(spec, schema);
    let is_plain = ["string", "integer", "number", "boolean"]
        .iter()
        .any(|kind| resolved["type"] == *kind);
    if is_plain && resolved.get("enum").is_none() {
        shapes::of(resolved)
    } else {
        shapes::of(schema)
    }
}

/// Returns the name of a parameter or part in Rust.
pub fn rust_name(holder: &Value, name: &str) -> String {
    let given = spec::text(&holder["x-rust-name"]);
    given.unwrap_or_else(|| names::snake(name).to_string())
}

fn list_style(parameter: &Value) -> ListStyle {
    let style = parameter["style"].as_str().unwrap_or("form");
    let explode = parameter["explode"].as_bool();
    match style {
        _ if explode.unwrap_or(style == "form") => ListStyle::Repeated,
        "spaceDelimited" => ListStyle::Joined(' '),
        "pipeDelimited" => ListStyle::Joined('|'),
        _ => ListStyle::Joined(','),
    }
}

/// Returns the bounds of the integers in the query, which are checked before a request is sent.
pub fn bounds(spec: &Value, endpoint: &Endpoint) -> Vec<IntegerRange> {
    let parameters = endpoint.parameters(spec);
    let bounds = parameters.iter().filter_map(|value| bound(spec, value));
    bounds.collect()
}

fn bound(spec: &Value, parameter: &Value) -> Option<IntegerRange> {
    let schema = spec::resolve_type(spec, &parameter["schema"]);
    if parameter["in"] != "query" || schema["type"] != "integer" {
        return None;
    }
    let (minimum, maximum) = (schema::minimum(schema), schema::maximum(schema));
    (minimum.is_some() || maximum.is_some()).then(|| IntegerRange {
        parameter: spec::text(&parameter["name"]).unwrap_or_default(),
        minimum: minimum.unwrap_or(i64::MIN),
        maximum: maximum.unwrap_or(i64::MAX),
    })
}
