//! Checks that no member of a union hides a later one: the first that fits a value is taken, and
//! drops the fields that it doesn't know.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::mistakes::Mistakes;
use crate::codegen::{schema, spec};

/// How deep the parts of a schema are followed, which ends a circle of references.
const DEEPEST: u8 = 16;

/// Checks the members of a union without a discriminator, each with its index.
pub fn check(spec: &Value, members: &[(usize, &Value)], place: &str, mistakes: &mut Mistakes) {
    if has_implied_tag(spec, members) {
        return;
    }
    for (position, (index, member)) in members.iter().enumerate() {
        let mut earlier = members.iter().take(position);
        if let Some((_, first)) = earlier.find(|(_, first)| hides(spec, first, member)) {
            let (first, member) = (schema::kind(first), schema::kind(member));
            mistakes.add(
                format!("{place}.{index}"),
                format!(
                    "`{member}` would be read as `{first}`, which stands before it, fits its \
                     values and drops what it doesn't know; write the larger one first, add a \
                     `discriminator`, or let `{first}` keep all fields by \
                     `additionalProperties: true`"
                ),
            );
        }
    }
}

/// An object with the properties of all its parts.
#[derive(Default)]
struct Object<'a> {
    properties: BTreeMap<&'a str, &'a Value>,
    required: BTreeSet<&'a str>,
    /// Whether it keeps fields that it doesn't name.
    is_open: bool,
}

impl<'a> Object<'a> {
    /// Reads an object that has properties, or is free to have any; `None` of anything else.
    fn read(spec: &'a Value, schema: &'a Value) -> Option<Self> {
        let mut object = Self::default();
        object.collect(spec, schema, DEEPEST)?;
        object.is_open |= object.properties.is_empty();
        Some(object)
    }

    fn collect(&mut self, spec: &'a Value, schema: &'a Value, depth: u8) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        let schema = spec::resolve(spec, schema);
        let parts = spec::elements(&schema["allOf"]);
        let is_object = schema["type"] == "object" || schema.get("properties").is_some();
        let is_union = !schema::union_members(schema).is_empty();
        if is_union || !(is_object || !parts.is_empty() || schema::is_constraint(schema)) {
            return None;
        }
        self.properties.extend(spec::entries(&schema["properties"]));
        let required = spec::elements(&schema["required"]);
        self.required
            .extend(required.iter().filter_map(Value::as_str));
        let further = schema.get("additionalProperties");
        self.is_open |= further.is_some_and(|further| *further != false);
        parts
            .iter()
            .filter(|part| !schema::is_annotation(part))
            .try_for_each(|part| self.collect(spec, part, depth))
    }

    /// Whether it fits each value of another object.
    fn fits(&self, spec: &Value, other: &Self, depth: u8) -> bool {
        let mut shared = self.properties.iter().filter_map(|(name, property)| {
            let theirs = other.properties.get(name)?;
            other
                .required
                .contains(name)
                .then_some((*property, *theirs))
        });
        self.required.is_subset(&other.required)
            && shared.all(|(property, theirs)| fits(spec, property, theirs, depth))
    }
}

/// Whether values of a member are read as an earlier one, and lose fields by that.
fn hides(spec: &Value, first: &Value, member: &Value) -> bool {
    let (Some(first), Some(member)) = (Object::read(spec, first), Object::read(spec, member))
    else {
        return false;
    };
    let mut names = member.properties.keys();
    let has_more = member.is_open || names.any(|name| !first.properties.contains_key(name));
    !first.is_open && has_more && first.fits(spec, &member, DEEPEST)
}

/// Whether a schema fits all values of another, as far as that can be told.
fn fits(spec: &Value, schema: &Value, other: &Value, depth: u8) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    let (schema, other) = (
        spec::resolve_type(spec, schema),
        spec::resolve_type(spec, other),
    );
    // A union keeps everything, and so does a schema that says nothing.
    let is_open = schema::is_annotation(schema) || !schema::union_members(schema).is_empty();
    if is_open || schema == other {
        return true;
    }
    if schema::is_annotation(other) {
        return false;
    }
    let objects = Object::read(spec, schema).zip(Object::read(spec, other));
    if let Some((object, other)) = objects {
        return object.fits(spec, &other, depth);
    }
    let kinds = (schema["type"].as_str(), other["type"].as_str());
    match kinds {
        (Some("array"), Some("array")) => fits(spec, &schema["items"], &other["items"], depth),
        (Some("string"), Some("string")) => {
            !is_parsed(schema) || schema["format"] == other["format"]
        }
        (Some("number"), Some("integer")) => true,
        (kind, other) => kind.is_some() && kind == other,
    }
}

/// Whether a text has a type of its own, which not every text fits.
fn is_parsed(schema: &Value) -> bool {
    let formats = ["date-time", "date", "uuid", "ip", "ipv4", "ipv6"];
    schema["format"]
        .as_str()
        .is_some_and(|format| formats.contains(&format))
}

/// Whether an enum in each member tells them apart: no value of it is in two.
fn has_implied_tag(spec: &Value, members: &[(usize, &Value)]) -> bool {
    let objects = members.iter().map(|(_, member)| Object::read(spec, member));
    let Some(objects) = objects.collect::<Option<Vec<Object>>>() else {
        return false;
    };
    let values = |object: &Object, name: &str| {
        let schema = spec::resolve_type(spec, object.properties.get(name)?);
        let values = spec::strings(&schema["enum"]);
        (object.required.contains(name) && !values.is_empty()).then_some(values)
    };
    let first = objects.first().into_iter();
    let mut names = first.flat_map(|first| first.properties.keys());
    names.any(|name| {
        let all = objects.iter().map(|object| values(object, name));
        let mut seen = BTreeSet::new();
        let all = all.collect::<Option<Vec<Vec<String>>>>();
        all.is_some_and(|all| all.into_iter().flatten().all(|value| seen.insert(value)))
    })
}
