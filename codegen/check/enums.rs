//! Checks enums: their values, and the names of their variants.

use std::collections::BTreeSet;

use serde_json::Value;

use super::mistakes::Mistakes;
use crate::codegen::{names, spec};

pub fn check(schema: &Value, place: &str, mistakes: &mut Mistakes) {
    if let Some(values) = schema.get("enum") {
        self::values(schema, values, place, mistakes);
    } else if schema.get("x-enum-varnames").is_some() {
        mistakes.add(
            format!("{place}.x-enum-varnames"),
            "names the values of an `enum`, which isn't there; remove it",
        );
    }
    terminal_values(schema, place, mistakes);
}

fn values(schema: &Value, values: &Value, place: &str, mistakes: &mut Mistakes) {
    let values = spec::elements(values);
    let is_value: fn(&Value) -> bool = match schema["type"].as_str() {
        None | Some("string") => Value::is_string,
        Some("integer") => Value::is_i64,
        Some(_) => |_| false,
    };
    let nulls = values.iter().filter(|value| value.is_null()).count();
    let texts = spec::scalars(&Value::from(values));
    let known = values.iter().filter(|value| is_value(value)).count();
    if known + nulls != values.len() || known == 0 {
        mistakes.add(
            place,
            "only enums of strings or integers are supported; leave `enum` out, and name the \
             values in the description",
        );
        return;
    }
    let mut seen = BTreeSet::new();
    for text in &texts {
        if !seen.insert(text) {
            mistakes.add(
                format!("{place}.enum"),
                format!("`{text}` is listed twice; remove one of the two"),
            );
            return;
        }
    }
    match schema.get("x-enum-varnames") {
        Some(names) => variant_names(names, values.len(), place, mistakes),
        None => variants(&texts, place, mistakes),
    }
}

fn variants(texts: &[String], place: &str, mistakes: &mut Mistakes) {
    let mut variants = BTreeSet::new();
    for text in texts {
        if !names::is_expressible(text) || !variants.insert(names::variant(text)) {
            mistakes.add(
                format!("{place}.enum"),
                format!(
                    "`{text}` can't become the name of a variant of its own; name all values by \
                     `x-enum-varnames: […]`, or leave it out, and it is kept as `Unknown`"
                ),
            );
        }
    }
}

fn variant_names(given: &Value, values: usize, place: &str, mistakes: &mut Mistakes) {
    let place = format!("{place}.x-enum-varnames");
    let variants = spec::strings(given);
    if variants.len() != values || spec::elements(given).len() != values {
        mistakes.add(
            place,
            format!("must be a list of {values} names, one for each value of `enum`"),
        );
        return;
    }
    let mut seen = BTreeSet::new();
    for name in &variants {
        if names::variant(name) != name.as_str() || name == "Unknown" {
            mistakes.add(
                &place,
                format!("`{name}` can't be the name of a variant; write one such as `InProgress`"),
            );
        } else if !seen.insert(name) {
            mistakes.add(&place, format!("`{name}` names two values; choose another"));
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
    if values.is_empty() {
        mistakes.add(
            place,
            "there is no `enum` beside it, to which its values belong; add one",
        );
    } else if !terminal.is_array() {
        mistakes.add(place, "must be a list of values of the enum it belongs to");
    } else if let Some(value) = terminal_values.find(|value| !values.contains(value)) {
        mistakes.add(
            place,
            format!("{value} is not a value of the enum; add it there, or correct it"),
        );
    }
}
