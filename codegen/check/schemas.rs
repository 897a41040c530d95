//! Checks schemas, wherever they are in the document.

use std::collections::BTreeSet;

use serde_json::Value;

use super::mistakes::Mistakes;
use crate::codegen::{names, spec};

/// Checks the schemas that have names.
pub fn check(spec: &Value, mistakes: &mut Mistakes) {
    for (name, schema) in spec::entries(&spec["components"]["schemas"]) {
        let place = format!("components.schemas.{name}");
        if name != names::type_name(name) {
            mistakes.add(
                &place,
                format!("write the name as `{}`", names::type_name(name)),
            );
        }
        if let Err(error) =
            serde_json::from_value::<openapiv3::ReferenceOr<openapiv3::Schema>>(schema.clone())
        {
            mistakes.add(&place, format!("isn't a valid schema: {error}"));
        }
        check_one(schema, &place, mistakes);
    }
}

/// Checks a schema and those inside it.
pub fn check_one(schema: &Value, place: &str, mistakes: &mut Mistakes) {
    enum_values(schema, place, mistakes);
    terminal_values(schema, place, mistakes);
    for (name, property) in spec::entries(&schema["properties"]) {
        let place = format!("{place}.properties.{name}");
        aliases(property, &place, mistakes);
        check_one(property, &place, mistakes);
    }
    let keeps_unknown = schema
        .get("additionalProperties")
        .is_some_and(|properties| properties != false);
    if keeps_unknown && schema["properties"].get("extra").is_some() {
        mistakes.add(
            format!("{place}.properties.extra"),
            "this name is taken by the field for `additionalProperties`; remove one of the two",
        );
    }
    for key in ["items", "additionalProperties"] {
        if let Some(child) = schema.get(key) {
            check_one(child, &format!("{place}.{key}"), mistakes);
        }
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        for (index, child) in spec::elements(&schema[key]).iter().enumerate() {
            let place = format!("{place}.{key}.{index}");
            if child.get("enum").is_some() {
                mistakes.add(
                    &place,
                    "an enum here would refuse values that it doesn't name; give it a name under \
                     `components.schemas` and refer to it",
                );
            }
            check_one(child, &place, mistakes);
        }
    }
}

fn enum_values(schema: &Value, place: &str, mistakes: &mut Mistakes) {
    let Some(values) = schema.get("enum") else {
        return;
    };
    let names = spec::strings(values);
    if schema["type"] != "string" || names.len() != spec::elements(values).len() {
        mistakes.add(place, "only enums of strings are supported");
    }
    if schema["nullable"] == true {
        mistakes.add(
            place,
            "an enum can't be nullable; leave its property out of `required`, which allows null",
        );
    }
    let mut variants = BTreeSet::new();
    for name in &names {
        if !names::is_expressible(name) || !variants.insert(names::variant(name)) {
            mistakes.add(
                format!("{place}.enum"),
                format!(
                    "`{name}` can't become the name of a variant of its own; leave it out, and it \
                     is kept as `Unknown`"
                ),
            );
        }
    }
}

fn terminal_values(schema: &Value, place: &str, mistakes: &mut Mistakes) {
    let Some(terminal) = schema.get("x-terminal") else {
        return;
    };
    let place = format!("{place}.x-terminal");
    let values = spec::elements(&schema["enum"]);
    let mut terminal_values = spec::elements(terminal).iter();
    if !terminal.is_array() || values.is_empty() {
        mistakes.add(place, "must be a list of values of the enum it belongs to");
    } else if let Some(value) = terminal_values.find(|value| !values.contains(value)) {
        mistakes.add(
            place,
            format!("{value} is not a value of the enum; add it there, or correct it"),
        );
    }
}

fn aliases(property: &Value, place: &str, mistakes: &mut Mistakes) {
    let Some(aliases) = property.get("x-aliases") else {
        return;
    };
    let names = spec::strings(aliases);
    if names.is_empty() || names.len() != spec::elements(aliases).len() {
        mistakes.add(
            format!("{place}.x-aliases"),
            "must be a list of names, such as `[tasks, agents]`",
        );
    }
}
