//! Checks objects: what they are composed of, which properties they require, and the names of the
//! fields that their properties become.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{closest, mistakes::Mistakes};
use crate::codegen::{names, schema, spec};

/// Checks an object with all that `allOf` adds to it.
pub fn check(spec: &Value, schema: &Value, place: &str, mistakes: &mut Mistakes) {
    let mut object = Object {
        spec,
        properties: Vec::new(),
        required: Vec::new(),
        is_open: false,
        within: Vec::new(),
    };
    object
        .within
        .extend(place.strip_prefix("components.schemas."));
    object.collect(schema, place, mistakes);
    object.required(mistakes);
    object.contradictions(mistakes);
    object.names(mistakes);
    object.aliases(mistakes);
}

/// An object with the properties of all its parts.
struct Object<'a> {
    spec: &'a Value,
    properties: Vec<Found<'a>>,
    /// The names that are required, with their places.
    required: Vec<(&'a str, String)>,
    /// Whether it keeps fields that it doesn't name.
    is_open: bool,
    /// The schemas that contain the part that is being read.
    within: Vec<&'a str>,
}

/// A property and where it is.
struct Found<'a> {
    name: &'a str,
    place: String,
    schema: &'a Value,
}

impl<'a> Object<'a> {
    fn collect(&mut self, schema: &'a Value, place: &str, mistakes: &mut Mistakes) {
        for (name, schema) in spec::entries(&schema["properties"]) {
            self.properties.push(Found {
                name,
                place: format!("{place}.properties.{name}"),
                schema,
            });
        }
        let mut seen = BTreeSet::new();
        for (index, name) in spec::elements(&schema["required"]).iter().enumerate() {
            let Some(name) = name.as_str() else { continue };
            let place = format!("{place}.required.{index}");
            if !seen.insert(name) {
                mistakes.add(
                    &place,
                    format!("`{name}` is listed twice; remove one of the two"),
                );
            }
            self.required.push((name, place));
        }
        self.is_open |= schema
            .get("additionalProperties")
            .is_some_and(|further| *further != false);
        let parts = spec::elements(&schema["allOf"]);
        let is_composed = parts.len() > 1 || schema.get("properties").is_some();
        for (index, part) in parts.iter().enumerate() {
            let place = format!("{place}.allOf.{index}");
            self.part(part, &place, is_composed, mistakes);
        }
    }

    fn part(&mut self, part: &'a Value, place: &str, is_composed: bool, mistakes: &mut Mistakes) {
        let Some(name) = spec::schema_name(part) else {
            if is_composed {
                self.kind(part, place, mistakes);
            }
            self.collect(part, place, mistakes);
            return;
        };
        if self.within.contains(&name) {
            mistakes.add(
                place,
                format!("`{name}` contains itself through `allOf`; remove it here"),
            );
            return;
        }
        let part = spec::resolve(self.spec, part);
        if is_composed {
            self.kind(part, place, mistakes);
        }
        self.within.push(name);
        self.collect(part, &format!("components.schemas.{name}"), mistakes);
        self.within.pop();
    }

    /// Checks that a part can be merged with others.
    fn kind(&self, part: &Value, place: &str, mistakes: &mut Mistakes) {
        let is_union = ["oneOf", "anyOf"].iter().any(|key| {
            let members = spec::elements(&part[*key]);
            !members.iter().all(schema::is_constraint)
        });
        let is_object = ["properties", "allOf", "additionalProperties"]
            .iter()
            .any(|key| part.get(key).is_some())
            || part["type"] == "object";
        if is_union {
            mistakes.add(
                place,
                "a union can't be part of an `allOf`; make the union of members that are each \
                 composed by `allOf`",
            );
        } else if !is_object && !schema::is_annotation(part) && !schema::is_constraint(part) {
            mistakes.add(
                place,
                "only objects can be composed by `allOf`; remove this part, or write it as the \
                 only one",
            );
        }
    }

    fn required(&self, mistakes: &mut Mistakes) {
        for (name, place) in &self.required {
            if !self
                .properties
                .iter()
                .any(|property| property.name == *name)
            {
                let names = self.properties.iter().map(|property| property.name);
                let advice = match closest(name, names) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "add it, or correct the name".to_owned(),
                };
                mistakes.add(
                    place,
                    format!("`{name}` is required but there is no such property; {advice}"),
                );
            }
        }
    }

    /// Finds properties that two parts describe in different ways.
    fn contradictions(&self, mistakes: &mut Mistakes) {
        let mut known: BTreeMap<&str, &Found> = BTreeMap::new();
        for property in &self.properties {
            let Some(other) = known.insert(property.name, property) else {
                continue;
            };
            if bare(other.schema) != bare(property.schema) {
                mistakes.add(
                    &property.place,
                    format!(
                        "`{}` has another schema at `{}`; make the two the same, or remove one",
                        property.name, other.place
                    ),
                );
            }
        }
    }

    fn names(&self, mistakes: &mut Mistakes) {
        let mut fields: BTreeMap<String, &str> = BTreeMap::new();
        for property in &self.properties {
            let Some(field) = field(property, mistakes) else {
                continue;
            };
            if self.is_open && field == "extra" {
                mistakes.add(
                    &property.place,
                    "this name is taken by the field for `additionalProperties`; write \
                     `x-rust-name: other` for a name of its own in Rust",
                );
            }
            if let Some(other) = fields.insert(field.clone(), property.name)
                && other != property.name
            {
                mistakes.add(
                    &property.place,
                    format!(
                        "`{other}` and `{}` would both be the field `{field}`; write \
                         `x-rust-name: other` on one of them",
                        property.name
                    ),
                );
            }
        }
    }

    fn aliases(&self, mistakes: &mut Mistakes) {
        let mut taken: BTreeMap<String, &str> = BTreeMap::new();
        for property in &self.properties {
            let Some(aliases) = property.schema.get("x-aliases") else {
                continue;
            };
            let place_of_aliases = format!("{}.x-aliases", property.place);
            let aliases_of = spec::strings(aliases);
            if aliases_of.is_empty() || aliases_of.len() != spec::elements(aliases).len() {
                mistakes.add(
                    place_of_aliases,
                    "must be a list of names, such as `[tasks, agents]`",
                );
                continue;
            }
            for alias in aliases_of {
                let is_property = self.properties.iter().any(|other| other.name == alias);
                let other = taken.insert(alias.clone(), property.name);
                let advice = if alias == property.name {
                    format!("`{alias}` is the property's own name; remove it here")
                } else if is_property {
                    format!("`{alias}` is a property of its own; remove it here, or the property")
                } else if let Some(other) = other.filter(|other| *other != property.name) {
                    format!("`{alias}` is an alias of `{other}` too; remove one of the two")
                } else {
                    continue;
                };
                mistakes.add(&place_of_aliases, advice);
            }
        }
    }
}

/// Returns the name of the field that a property becomes.
fn field(property: &Found, mistakes: &mut Mistakes) -> Option<String> {
    let Some(given) = property.schema.get("x-rust-name") else {
        if !names::is_expressible(property.name) {
            mistakes.add(
                &property.place,
                "can't become the name of a field; write `x-rust-name: other` for one",
            );
            return None;
        }
        return Some(names::snake(property.name).to_string());
    };
    let name = given.as_str().unwrap_or_default();
    if name.is_empty() || names::snake(name) != name {
        mistakes.add(
            format!("{}.x-rust-name", property.place),
            "must be the name of a field in snake_case, such as `other_name`",
        );
        return None;
    }
    Some(name.to_owned())
}

/// Returns a schema without what only describes it.
fn bare(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(schema) = schema.as_object_mut() {
        schema.retain(|key, _| {
            ![
                "title",
                "description",
                "example",
                "externalDocs",
                "deprecated",
            ]
            .contains(&key.as_str())
        });
    }
    schema
}
