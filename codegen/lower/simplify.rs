//! Drops details of a spec from which progenitor would generate more than the crate needs.

use serde_json::{Value, json};

use crate::codegen::spec;

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

/// Drops constraints on text, which the server checks. Expressed in types, they would need another
/// library.
pub fn texts(value: &mut Value) {
    if value["type"] == "string"
        && let Some(object) = value.as_object_mut()
    {
        object.retain(|key, _| !["pattern", "minLength", "maxLength"].contains(&key.as_str()));
    }
    match value {
        Value::Object(object) => object.values_mut().for_each(texts),
        Value::Array(array) => array.iter_mut().for_each(texts),
        _ => (),
    }
}

/// Replaces bounded integers by plain ones, since progenitor would check only the lower bound and
/// ask callers for `NonZero` types. The operation table keeps the bounds, which are checked before
/// a request is sent.
pub fn integers(value: &mut Value) {
    if value["type"] == "integer"
        && let Some(object) = value.as_object_mut()
        && (object.contains_key("minimum") || object.contains_key("maximum"))
    {
        let is_natural = object
            .remove("minimum")
            .and_then(|minimum| minimum.as_i64())
            >= Some(0);
        object.remove("maximum");
        let is_long = object.get("format").is_some_and(|format| format == "int64");
        let format = match (is_natural, is_long) {
            (true, true) => "uint64",
            (true, false) => "uint32",
            (false, true) => "int64",
            (false, false) => "int32",
        };
        object.insert("format".to_owned(), json!(format));
    }
    match value {
        Value::Object(object) => object.values_mut().for_each(integers),
        Value::Array(array) => array.iter_mut().for_each(integers),
        _ => (),
    }
}
