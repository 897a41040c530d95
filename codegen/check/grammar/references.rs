//! Checks references: that they lead to a component, of the right kind, and not in a circle.

use serde_json::Value;

use super::{shape::Object, suggest};
use crate::codegen::{check::mistakes::Mistakes, spec};

const PREFIX: &str = "#/components/";

/// Checks a reference where an object is wanted.
pub fn check(spec: &Value, value: &Value, object: &Object, place: &str, mistakes: &mut Mistakes) {
    let Some(section) = object.section else {
        mistakes.add_key(
            format!("{place}.$ref"),
            format!("{} can't be a reference; write it here", object.name),
        );
        return;
    };
    siblings(value, section, place, mistakes);
    let component = place.rsplit('.').next().unwrap_or_default().to_owned();
    let place = format!("{place}.$ref");
    let Some(reference) = value["$ref"].as_str() else {
        mistakes.add(
            place,
            format!("must be text such as `#/components/{section}/Name`"),
        );
        return;
    };
    let known = &spec["components"][section];
    let Some((found, name)) = reference
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.split_once('/'))
    else {
        mistakes.add(
            place,
            format!(
                "`{reference}` is not a reference into this file's components; write \
                 `#/components/{section}/Name`"
            ),
        );
        return;
    };
    if found != section && spec["components"][found].get(name).is_some() {
        mistakes.add(
            place,
            format!(
                "`{reference}` is one of the {found}, where {} is wanted; refer to one of the \
                 {section}",
                object.name
            ),
        );
    } else if name.contains('/') {
        mistakes.add(
            place,
            format!(
                "`{reference}` leads into a component; give its target a name of its own under \
                 `components.{section}`, and refer to that"
            ),
        );
    } else if known.get(name).is_none() {
        let names = spec::entries(known).map(|(name, _)| name);
        let advice = match suggest::closest(name, names) {
            Some(meant) => format!("did you mean `#/components/{section}/{meant}`?"),
            None => format!("add `{name}` under `components.{section}`, or correct it"),
        };
        mistakes.add(place, format!("`{reference}` points at nothing; {advice}"));
    } else if let Some(circle) = circle(spec, value)
        && circle.owner == component
    {
        mistakes.add(
            place,
            format!(
                "the reference leads in a circle ({}); write a schema in one of them",
                circle.way
            ),
        );
    }
}

/// Reports what stands beside a reference, which tools ignore.
fn siblings(value: &Value, section: &str, place: &str, mistakes: &mut Mistakes) {
    let mut keys = spec::entries(value).map(|(key, _)| key);
    if let Some(key) = keys.find(|key| *key != "$ref") {
        let advice = if section == "schemas" {
            "write `allOf:` with the reference as its one element, and the key beside that"
        } else {
            "remove it"
        };
        mistakes.add_key(
            format!("{place}.{key}"),
            format!("what stands beside `$ref` has no effect; {advice}"),
        );
    }
}

/// A reference that comes back to itself.
struct Circle {
    /// The component that tells of it, so that it is told once.
    owner: String,
    /// The names on the way.
    way: String,
}

fn circle(spec: &Value, value: &Value) -> Option<Circle> {
    let mut names: Vec<&str> = Vec::new();
    let mut value = value;
    while let Some(reference) = value["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        if names.first() == Some(&name) {
            let owner = (*names.last()?).to_owned();
            let is_least = names.iter().all(|other| *other >= name);
            names.push(name);
            let way = names.join(" → ");
            return is_least.then_some(Circle { owner, way });
        }
        if names.contains(&name) {
            return None;
        }
        names.push(name);
        value = spec::target(spec, reference)?;
    }
    None
}
