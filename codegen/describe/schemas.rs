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

pub fn aliases(document: &Value) -> Vec<Alias> {
    spec::entries(&document["components"]["schemas"])
        .flat_map(|(name, schema)| {
            spec::entries(&schema["properties"]).filter_map(|(property, schema)| {
                Some(Alias {
                    type_name: name.to_owned(),
                    property: property.to_owned(),
                    names: spec::strings(schema.get("x-aliases")?),
                })
            })
        })
        .collect()
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
