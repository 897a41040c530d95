//! Drops details of a spec from which progenitor would generate more than the crate needs.

use serde_json::{Value, json};

use crate::codegen::schema;

/// Drops constraints, which the server checks, and what else progenitor would make types or code of
/// that the crate writes itself or has no use for.
pub fn constraints(document: &mut Value) {
    const DROPPED: [&str; 13] = [
        "pattern",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
        "multipleOf",
        "default",
        "title",
        "not",
        "deprecated",
    ];
    schema::for_each_schema(document, &mut |schema| {
        let is_number = schema["type"] == "number";
        if let Some(schema) = schema.as_object_mut() {
            schema.retain(|key, _| !DROPPED.contains(&key.as_str()));
            if is_number {
                schema.retain(|key, _| !BOUNDS.contains(&key.as_str()));
            }
        }
    });
}

const BOUNDS: [&str; 4] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];

/// Replaces bounded integers by plain ones, since progenitor would check only the lower bound and
/// ask callers for `NonZero` types. The operation table keeps the bounds, which are checked before
/// a request is sent.
pub fn integers(document: &mut Value) {
    schema::for_each_schema(document, &mut |schema| {
        if schema["type"] == "integer" {
            let format = schema::integer_format(schema);
            if let Some(schema) = schema.as_object_mut() {
                schema.retain(|key, _| !BOUNDS.contains(&key.as_str()));
                schema.insert("format".to_owned(), json!(format));
            }
        }
    });
}
