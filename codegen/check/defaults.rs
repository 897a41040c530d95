//! Checks the defaults of properties.

use serde_json::Value;

use super::mistakes::Mistakes;
use crate::codegen::spec;

pub fn check(spec: &Value, schema: &Value, place: &str, mistakes: &mut Mistakes) {
    let Some(default) = schema.get("default") else {
        return;
    };
    let target = match spec::elements(&schema["allOf"]) {
        [only] => spec::resolve(spec, only),
        _ => spec::resolve(spec, schema),
    };
    let is_right = match target["type"].as_str() {
        _ if default.is_null() => schema["nullable"] == true || target["nullable"] == true,
        Some("string") => default.is_string(),
        Some("integer") => default.is_i64() || default.is_u64(),
        Some("number") => default.is_number(),
        Some("boolean") => default.is_boolean(),
        Some("array") => default.is_array(),
        Some("object") => default.is_object(),
        _ => true,
    };
    let place = format!("{place}.default");
    if !is_right {
        mistakes.add(
            place,
            format!("{default} isn't of the property's type {}", target["type"]),
        );
    } else if let Some(values) = target["enum"].as_array()
        && !values.contains(default)
        && !default.is_null()
    {
        mistakes.add(
            place,
            format!("{default} is not a value of the enum; add it there, or correct it"),
        );
    }
}
