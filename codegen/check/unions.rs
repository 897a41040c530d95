//! Checks unions: whether their members can be told apart.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{hidden, mistakes::Mistakes};
use crate::codegen::{names, schema, spec};

pub fn check(spec: &Value, schema: &Value, place: &str, mistakes: &mut Mistakes) {
    for key in ["oneOf", "anyOf"] {
        let all = spec::elements(&schema[key]);
        let members: Vec<(usize, &Value)> = all
            .iter()
            .enumerate()
            .filter(|(_, member)| !schema::is_null(member))
            .collect();
        if members.len() < 2 || all.iter().all(schema::is_constraint) {
            continue;
        }
        if let Some(beside) = ["properties", "allOf", "enum"]
            .iter()
            .chain(["anyOf"].iter().filter(|_| key == "oneOf"))
            .find(|other| schema.get(**other).is_some())
        {
            mistakes.add(
                place,
                format!(
                    "`{beside}` beside `{key}` is not supported; write it in each member, by \
                     `allOf`"
                ),
            );
        }
        let place = format!("{place}.{key}");
        variants(&members, &place, mistakes);
        match schema.get("discriminator") {
            Some(tag) => discriminator(spec, tag, &members, &place, mistakes),
            None => hidden::check(spec, &members, &place, mistakes),
        }
    }
}

/// How deep unions of unions are followed, which ends a circle of references.
const DEEPEST: u8 = 16;

fn variants(members: &[(usize, &Value)], place: &str, mistakes: &mut Mistakes) {
    let mut seen = BTreeSet::new();
    for (index, member) in members {
        let name = schema::kind(member);
        if name == "Unknown" || !names::is_expressible(&name) || !seen.insert(name.clone()) {
            mistakes.add(
                format!("{place}.{index}"),
                format!(
                    "`{name}` can't be the name of a variant of its own; give the schema a \
                     `title`, or a name under `components.schemas`, and refer to it"
                ),
            );
        }
    }
}

fn discriminator(
    spec: &Value,
    discriminator: &Value,
    members: &[(usize, &Value)],
    place: &str,
    mistakes: &mut Mistakes,
) {
    let Some(property) = discriminator["propertyName"].as_str() else {
        mistakes.add(
            place,
            "the `discriminator` has no `propertyName`; write the property that tells the members \
             apart",
        );
        return;
    };
    for (index, member) in members {
        let place = format!("{place}.{index}");
        match spec::schema_name(member) {
            None => mistakes.add(
                place,
                "a member that a `discriminator` tells from others must have a name; write it \
                 under `components.schemas` and refer to it",
            ),
            Some(name) if !has_property(spec, member, property, DEEPEST) => mistakes.add(
                place,
                format!(
                    "`{name}` has no property `{property}`, which tells the members apart; add it"
                ),
            ),
            Some(_) => (),
        }
    }
    for (value, target) in spec::entries(&discriminator["mapping"]) {
        let target = target.as_str().unwrap_or_default();
        let is_member = members.iter().any(|(_, member)| {
            member["$ref"] == target || spec::schema_name(member) == Some(target)
        });
        if !is_member {
            mistakes.add(
                place,
                format!(
                    "the `discriminator` maps `{value}` to `{target}`, which isn't a member; add \
                     it, or correct it"
                ),
            );
        }
    }
}

/// Whether an object has a property, or each member of a union has it.
fn has_property(spec: &Value, schema: &Value, property: &str, depth: u8) -> bool {
    let members = schema::union_members(spec::resolve(spec, schema));
    match depth.checked_sub(1) {
        Some(depth) if !members.is_empty() => members
            .iter()
            .all(|member| has_property(spec, member, property, depth)),
        Some(_) => !schema::property(spec, schema, property).is_null(),
        None => false,
    }
}
