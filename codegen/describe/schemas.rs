//! Reads from the schemas what is generated beside progenitor's types.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::codegen::{
    model::{Alias, OpenEnum},
    spec,
};

/// Returns the enums, all of which have names.
pub fn enums(document: &Value) -> Vec<OpenEnum> {
    spec::entries(&document["components"]["schemas"])
        .filter(|(_, schema)| schema.get("enum").is_some())
        .map(|(name, schema)| OpenEnum {
            name: name.to_owned(),
            description: spec::text(&schema["description"]),
            values: spec::strings(&schema["enum"]),
            terminal: schema.get("x-terminal").map(spec::strings),
        })
        .collect()
}

/// Returns the properties that are chosen: those with other names, and those that no reply fails
/// for.
pub fn aliases(document: &Value) -> Vec<Alias> {
    let sent = sent(document);
    let mut aliases = Vec::new();
    for (name, schema) in spec::entries(&document["components"]["schemas"]) {
        let is_lenient = schema["additionalProperties"].is_object() && !sent.contains(name);
        let required = spec::strings(&schema["required"]);
        for (property, schema) in spec::entries(&schema["properties"]) {
            let is_chosen = is_lenient && !required.contains(&property.to_owned());
            let names = match schema.get("x-aliases") {
                Some(names) => spec::strings(names),
                // Any JSON fits a property without a type.
                None if is_chosen && has_type(schema) => Vec::new(),
                None => continue,
            };
            aliases.push(Alias {
                type_name: name.to_owned(),
                property: property.to_owned(),
                names,
            });
        }
    }
    aliases
}

fn has_type(schema: &Value) -> bool {
    let keys = ["type", "$ref", "allOf", "oneOf", "anyOf"];
    keys.iter().any(|key| schema.get(key).is_some())
}

/// Returns the schemas that requests consist of.
pub fn sent(document: &Value) -> BTreeSet<String> {
    let mut sent = BTreeSet::new();
    for endpoint in spec::endpoints(document) {
        for (_, body) in endpoint.request_media_types(document) {
            collect_schemas(document, &body["schema"], &mut sent);
        }
    }
    sent
}

/// Adds the schemas that a value refers to, directly or through others.
fn collect_schemas(document: &Value, value: &Value, found: &mut BTreeSet<String>) {
    if let Some(name) = spec::schema_name(value)
        && found.insert(name.to_owned())
    {
        collect_schemas(document, spec::resolve(document, value), found);
    }
    for (_, child) in spec::entries(value) {
        collect_schemas(document, child, found);
    }
    for child in spec::elements(value) {
        collect_schemas(document, child, found);
    }
}

/// Counts the schemas for which progenitor writes a struct that keeps unknown fields.
pub fn open_objects(document: &Value) -> usize {
    spec::entries(&document["components"]["schemas"])
        .filter(|(_, schema)| schema["type"] == "object")
        .filter(|(_, schema)| schema["additionalProperties"].is_object())
        .filter(|(_, schema)| spec::entries(&schema["properties"]).next().is_some())
        .count()
}
