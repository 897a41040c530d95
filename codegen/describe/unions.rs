//! Reads the unions, all of which have names.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{reach, shapes};
use crate::codegen::{
    model::{Member, UnionModel},
    schema, spec,
};

pub fn read(document: &Value) -> Vec<UnionModel> {
    spec::entries(&document["components"]["schemas"])
        .filter(|(_, schema)| !schema::union_members(schema).is_empty())
        .map(|(name, schema)| union(document, name, schema))
        .collect()
}

fn union(document: &Value, name: &str, schema: &Value) -> UnionModel {
    let tag = spec::text(&schema["discriminator"]["propertyName"]);
    let members = schema::union_members(schema).iter().map(|member| Member {
        variant: variant(name, member),
        shape: shapes::of(member),
        is_recursive: reach::contains(document, member, name),
        tags: tags(schema, member),
    });
    let mut members: Vec<Member> = members.collect();
    let tag = tag.or_else(|| {
        let (tag, values) = implied_tag(document, schema)?;
        for (member, values) in members.iter_mut().zip(values) {
            member.tags = values;
        }
        Some(tag)
    });
    UnionModel {
        of_type: shapes::of_type(name, schema),
        tag,
        members,
    }
}

/// Returns the name of a member without that of the union, which it may begin with.
fn variant(union: &str, member: &Value) -> String {
    let kind = schema::kind(member);
    match kind.strip_prefix(union) {
        Some(rest) if rest.starts_with(char::is_uppercase) => rest.to_owned(),
        _ => kind,
    }
}

/// Returns the values of the tag that the mapping gives a member, or its name without any.
fn tags(schema: &Value, member: &Value) -> Vec<String> {
    let Some(name) = spec::schema_name(member) else {
        return Vec::new();
    };
    let reference = format!("#/components/schemas/{name}");
    let mapping = spec::entries(&schema["discriminator"]["mapping"]);
    let mapped = mapping.filter(|(_, target)| **target == reference || **target == name);
    let tags: Vec<String> = mapped.map(|(value, _)| value.to_owned()).collect();
    let is_mapped = schema["discriminator"]["mapping"].get(name).is_some();
    if tags.is_empty() && !is_mapped {
        vec![name.to_owned()]
    } else {
        tags
    }
}

/// Returns a property that tells the members apart though the spec doesn't say so: an enum in each,
/// no value of which is in two. Enums are open, so that the first member would fit otherwise.
fn implied_tag(document: &Value, schema: &Value) -> Option<(String, Vec<Vec<String>>)> {
    let members = schema::union_members(schema);
    let values = |member: &Value, property: &str| {
        let member = spec::resolve(document, member);
        let of = shapes::reference(&member["properties"][property])?;
        let is_required = spec::elements(&member["required"])
            .iter()
            .any(|name| name == property);
        let values = spec::strings(&document["components"]["schemas"][of]["enum"]);
        (is_required && !values.is_empty()).then_some(values)
    };
    let first = spec::resolve(document, members.first()?);
    spec::entries(&first["properties"]).find_map(|(property, _)| {
        let all: Option<Vec<Vec<String>>> = members
            .iter()
            .map(|member| values(member, property))
            .collect();
        let all = all?;
        let mut seen = BTreeSet::new();
        let differ = all.iter().flatten().all(|value| seen.insert(value.clone()));
        differ.then(|| (property.to_owned(), all))
    })
}
