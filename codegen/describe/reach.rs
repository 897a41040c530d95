//! Follows references between schemas.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::codegen::{media_types, spec};

/// Returns the schemas that requests consist of.
pub fn sent(document: &Value) -> BTreeSet<String> {
    let mut sent = BTreeSet::new();
    for endpoint in spec::endpoints(document) {
        for (_, body) in endpoint.request_media_types(document) {
            collect(document, &body["schema"], &mut sent);
        }
    }
    sent
}

/// Returns the schemas that replies consist of.
pub fn received(document: &Value) -> BTreeSet<String> {
    let mut received = BTreeSet::new();
    for endpoint in spec::endpoints(document) {
        for (_, response) in endpoint.responses(document) {
            collect(document, &response["content"], &mut received);
        }
    }
    received
}

/// Returns the schemas that serve nothing but a form: their properties are its parts.
pub fn only_forms(document: &Value) -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    for endpoint in spec::endpoints(document) {
        for (media_type, body) in endpoint.request_media_types(document) {
            if media_types::is_form(media_type) {
                forms.extend(spec::schema_name(&body["schema"]).map(str::to_owned));
            }
        }
    }
    let mut others = BTreeSet::new();
    for (name, schema) in spec::entries(&document["components"]["schemas"]) {
        others.extend(references(schema).into_iter().filter(|other| other != name));
    }
    for endpoint in spec::endpoints(document) {
        for (media_type, body) in endpoint.request_media_types(document) {
            if !media_types::is_form(media_type) {
                others.extend(references(&body["schema"]));
            }
        }
        for (_, response) in endpoint.responses(document) {
            others.extend(references(response));
        }
    }
    forms.retain(|form| !others.contains(form));
    forms
}

/// Returns the schemas that a value names.
fn references(value: &Value) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = spec::schema_name(value)
        .map(str::to_owned)
        .into_iter()
        .collect();
    for (_, child) in spec::entries(value) {
        found.extend(references(child));
    }
    for child in spec::elements(value) {
        found.extend(references(child));
    }
    found
}

/// Returns whether a value contains a schema: directly or through others, but not in a list or map,
/// which are elsewhere in memory.
pub fn contains(document: &Value, value: &Value, name: &str) -> bool {
    let mut found = BTreeSet::new();
    collect_contained(document, value, &mut found);
    found.contains(name)
}

/// Adds the schemas that a value refers to, directly or through others.
fn collect(document: &Value, value: &Value, found: &mut BTreeSet<String>) {
    if let Some(name) = spec::schema_name(value)
        && found.insert(name.to_owned())
    {
        collect(document, spec::resolve(document, value), found);
    }
    for (key, child) in spec::entries(value) {
        if !["example", "examples", "default", "discriminator"].contains(&key) {
            collect(document, child, found);
        }
    }
    for child in spec::elements(value) {
        collect(document, child, found);
    }
}

fn collect_contained(document: &Value, schema: &Value, found: &mut BTreeSet<String>) {
    if let Some(name) = spec::schema_name(schema)
        && found.insert(name.to_owned())
    {
        collect_contained(document, spec::resolve(document, schema), found);
    }
    for (_, property) in spec::entries(&schema["properties"]) {
        collect_contained(document, property, found);
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        for part in spec::elements(&schema[key]) {
            collect_contained(document, part, found);
        }
    }
}
