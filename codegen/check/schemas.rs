//! Checks schemas, wherever they are in the document.

use serde_json::Value;

use super::{enums, mistakes::Mistakes, objects, unions};
use crate::codegen::{names, schema, spec};

/// The names that generated code relies on to be those of Rust.
const TAKEN: [&str; 6] = ["Self", "String", "Ok", "Err", "Some", "None"];

/// Checks the schemas that have names.
pub fn check(spec: &Value, mistakes: &mut Mistakes) {
    for (name, schema) in spec::entries(&spec["components"]["schemas"]) {
        let place = format!("components.schemas.{name}");
        if TAKEN.contains(&name) {
            mistakes.add(
                &place,
                format!("`{name}` is a name that generated code needs; choose another"),
            );
        } else if name != names::type_name(name) {
            mistakes.add(
                &place,
                format!("write the name as `{}`", names::type_name(name)),
            );
        }
        check_one(spec, schema, &place, mistakes);
    }
}

/// Checks a schema and those inside it.
pub fn check_one(spec: &Value, schema: &Value, place: &str, mistakes: &mut Mistakes) {
    only_of_properties(schema, place, mistakes);
    objects::check(spec, schema, place, mistakes);
    parts(spec, schema, place, mistakes);
}

/// Checks a part of a composition, whose properties are checked with those of the whole.
fn check_part(spec: &Value, schema: &Value, place: &str, mistakes: &mut Mistakes) {
    only_of_properties(schema, place, mistakes);
    parts(spec, schema, place, mistakes);
}

fn check_property(spec: &Value, schema: &Value, place: &str, mistakes: &mut Mistakes) {
    objects::check(spec, schema, place, mistakes);
    parts(spec, schema, place, mistakes);
}

fn parts(spec: &Value, schema: &Value, place: &str, mistakes: &mut Mistakes) {
    enums::check(schema, place, mistakes);
    unions::check(spec, schema, place, mistakes);
    for (name, property) in spec::entries(&schema["properties"]) {
        let place = format!("{place}.properties.{name}");
        check_property(spec, property, &place, mistakes);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(child) = schema.get(key) {
            check_one(spec, child, &format!("{place}.{key}"), mistakes);
        }
    }
    for (index, child) in spec::elements(&schema["allOf"]).iter().enumerate() {
        check_part(spec, child, &format!("{place}.allOf.{index}"), mistakes);
    }
    for key in ["oneOf", "anyOf"] {
        for (index, child) in spec::elements(&schema[key]).iter().enumerate() {
            if !schema::is_null(child) && !schema::is_constraint(child) {
                check_one(spec, child, &format!("{place}.{key}.{index}"), mistakes);
            }
        }
    }
}

/// Reports the extensions of properties on a schema that isn't one.
fn only_of_properties(schema: &Value, place: &str, mistakes: &mut Mistakes) {
    for key in ["x-aliases", "x-rust-name"] {
        if schema.get(key).is_some() {
            mistakes.add_key(
                format!("{place}.{key}"),
                format!("`{key}` has no effect here; write it on a property"),
            );
        }
    }
}
