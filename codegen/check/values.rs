//! Checks the values that a spec gives itself: bounds, defaults, examples and formats.

use serde_json::Value;

use super::{
    grammar::closest,
    mistakes::{Mistakes, join},
};
use crate::codegen::spec;

/// The formats that are in use, some of which become types of their own.
const FORMATS: [&str; 24] = [
    "int32",
    "int64",
    "uint32",
    "uint64",
    "float",
    "double",
    "decimal",
    "byte",
    "binary",
    "date",
    "date-time",
    "time",
    "duration",
    "password",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "url",
    "uuid",
    "regex",
    "json-pointer",
];

/// Pairs of keys of which the first may not be above the second.
const BOUNDS: [(&str, &str); 4] = [
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
];

/// How deep a value is compared with its schema, which ends a circle of references.
const DEEPEST: u8 = 16;

pub fn check_schema(spec: &Value, schema: &Value, place: &str, mistakes: &mut Mistakes) {
    for (lower, upper) in BOUNDS {
        if let (Some(least), Some(most)) = (schema[lower].as_f64(), schema[upper].as_f64())
            && least > most
        {
            mistakes.add(
                join(place, lower),
                format!("{least} is above the `{upper}`, {most}; exchange them, or correct one"),
            );
        }
    }
    format(schema, place, mistakes);
    if schema["type"] == "array" && schema.get("items").is_none() {
        mistakes.add(
            place,
            "`items` is missing; add the schema of the elements, or `items: {}` for any JSON",
        );
    }
    kind_of_keys(schema, place, mistakes);
    for key in ["default", "example"] {
        if let Some(value) = schema.get(key)
            && let Err(why) = fits(spec, schema, value, DEEPEST)
        {
            mistakes.add(
                join(place, key),
                format!("does not fit its schema: {why}; correct one of them"),
            );
        }
    }
}

/// Checks the example beside a schema.
pub fn check_example(spec: &Value, holder: &Value, place: &str, mistakes: &mut Mistakes) {
    if let (Some(example), Some(schema)) = (holder.get("example"), holder.get("schema"))
        && let Err(why) = fits(spec, schema, example, DEEPEST)
    {
        mistakes.add(
            join(place, "example"),
            format!("does not fit its schema: {why}; correct one of them"),
        );
    }
}

fn format(schema: &Value, place: &str, mistakes: &mut Mistakes) {
    let Some(format) = schema["format"].as_str() else {
        return;
    };
    if FORMATS.contains(&format) {
        let of_numbers = matches!(
            format,
            "int32" | "int64" | "uint32" | "uint64" | "float" | "double"
        );
        let kind = schema["type"].as_str().unwrap_or_default();
        let is_right = match kind {
            "string" => !of_numbers,
            "integer" | "number" => of_numbers || format == "decimal",
            "boolean" => false,
            _ => true,
        };
        if !is_right {
            mistakes.add(
                join(place, "format"),
                format!(
                    "`{format}` is no format of the type `{kind}`, and would have no effect; write \
                     another `type:`, or remove it"
                ),
            );
        }
    } else if let Some(meant) = closest(format, FORMATS) {
        mistakes.add(
            join(place, "format"),
            format!("`{format}` is unknown, and would have no effect; did you mean `{meant}`?"),
        );
    }
}

/// Reports keys that have no effect on a schema of another type.
fn kind_of_keys(schema: &Value, place: &str, mistakes: &mut Mistakes) {
    let Some(kind) = schema["type"].as_str() else {
        return;
    };
    if !["string", "integer", "number", "boolean", "array", "object"].contains(&kind) {
        return;
    }
    for (owner, keys) in [
        (
            "array",
            &["items", "minItems", "maxItems", "uniqueItems"][..],
        ),
        (
            "object",
            &["properties", "additionalProperties", "required"],
        ),
        ("string", &["minLength", "maxLength", "pattern"]),
    ] {
        // What a boolean there means is told elsewhere.
        let is_meant = |key: &&&str| {
            schema
                .get(**key)
                .is_some_and(|value| !(value.is_boolean() && **key == "required"))
        };
        let mut keys = keys.iter().filter(is_meant);
        if kind != owner
            && let Some(key) = keys.next()
        {
            mistakes.add_key(
                join(place, key),
                format!("`{key}` has no effect on a schema of the type `{kind}`; write `type: {owner}`, or remove it"),
            );
        }
    }
}

/// Tells why a value doesn't fit a schema.
fn fits(spec: &Value, schema: &Value, value: &Value, depth: u8) -> Result<(), String> {
    let schema = spec::resolve(spec, schema);
    let Some(depth) = depth.checked_sub(1) else {
        return Ok(());
    };
    if value.is_null() {
        let is_typed = schema["type"].is_string();
        return if is_typed && schema["nullable"] != true {
            Err("null is not allowed".to_owned())
        } else {
            Ok(())
        };
    }
    let kind = schema["type"].as_str();
    let has_kind = match kind {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => true,
    };
    if !has_kind {
        let kind = kind.unwrap_or_default();
        return Err(format!("{value} is not of the type `{kind}`"));
    }
    let allowed = spec::elements(&schema["enum"]);
    if !allowed.is_empty() && !allowed.contains(value) {
        return Err(format!("{value} is not a value of the enum"));
    }
    in_bounds(schema, value)?;
    for part in spec::elements(&schema["allOf"]) {
        fits(spec, part, value, depth)?;
    }
    for (index, element) in spec::elements(value).iter().enumerate() {
        if let Some(items) = schema.get("items") {
            fits(spec, items, element, depth)
                .map_err(|why| format!("in element {index}, {why}"))?;
        }
    }
    if value.is_object() {
        let required = spec::strings(&schema["required"]);
        if let Some(missing) = required.iter().find(|name| value.get(name).is_none()) {
            return Err(format!("`{missing}` is missing"));
        }
        for (name, property) in spec::entries(&schema["properties"]) {
            if let Some(child) = value.get(name) {
                fits(spec, property, child, depth).map_err(|why| format!("in `{name}`, {why}"))?;
            }
        }
    }
    Ok(())
}

fn in_bounds(schema: &Value, value: &Value) -> Result<(), String> {
    let (size, bounds) = match value {
        Value::Number(number) => (number.as_f64(), ("minimum", "maximum")),
        Value::String(text) => (length(text.chars().count()), ("minLength", "maxLength")),
        Value::Array(elements) => (length(elements.len()), ("minItems", "maxItems")),
        _ => return Ok(()),
    };
    let Some(size) = size else { return Ok(()) };
    for (key, is_outside) in [
        (
            bounds.0,
            schema[bounds.0].as_f64().is_some_and(|least| size < least),
        ),
        (
            bounds.1,
            schema[bounds.1].as_f64().is_some_and(|most| size > most),
        ),
    ] {
        if is_outside {
            return Err(format!("{value} is outside the `{key}`, {}", schema[key]));
        }
    }
    Ok(())
}

fn length(number: usize) -> Option<f64> {
    u32::try_from(number).ok().map(f64::from)
}
