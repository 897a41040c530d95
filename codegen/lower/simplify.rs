//! Drops details of a spec from which progenitor would generate more than the crate needs.

use serde_json::{Value, json};

use crate::codegen::{schema, spec};

/// Replaces the codes of responses by ranges such as `2XX`. All successes have one schema and all
/// errors have one, and a range takes less generated code than the codes one by one, and covers the
/// undocumented ones.
pub fn responses(document: &mut Value) {
    spec::for_each_operation(document, |operation, _| {
        let Some(responses) = operation["responses"].as_object_mut() else {
            return;
        };
        for class in ['2', '4', '5'] {
            let range = format!("{class}XX");
            let codes: Vec<String> = responses
                .keys()
                .filter(|code| code.starts_with(class))
                .cloned()
                .collect();
            let Some(first) = codes.first().and_then(|code| responses.get(code)).cloned() else {
                continue;
            };
            responses.retain(|code, _| !codes.contains(code));
            responses.insert(range, first);
        }
    });
}

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
