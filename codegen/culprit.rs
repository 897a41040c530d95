//! Finds the part of a spec that progenitor can't express, since its own messages name no place.
//!
//! The checks are there to find such a part before. This is for what they don't know yet.

use serde_json::{Map, Value, json};

use super::spec;

/// Returns the place of the first operation or schema for which a spec fails alone.
pub fn find(spec: &Value, fails: impl Fn(Value) -> bool) -> Option<String> {
    let mut without_paths = spec.clone();
    without_paths["paths"] = json!({});
    if fails(without_paths.clone()) {
        let schemas = &spec["components"]["schemas"];
        return spec::entries(schemas)
            .filter(|(name, _)| {
                let mut needed = Map::new();
                collect(schemas, name, &mut needed);
                let mut alone = without_paths.clone();
                alone["components"]["schemas"] = Value::Object(needed);
                fails(alone)
            })
            // Others may fail for what they refer to.
            .min_by_key(|(name, _)| {
                let mut needed = Map::new();
                collect(schemas, name, &mut needed);
                needed.len()
            })
            .map(|(name, _)| format!("components.schemas.{name}"));
    }
    spec::endpoints(spec)
        .iter()
        .find(|endpoint| {
            let mut item = Map::new();
            item.insert(endpoint.method.to_owned(), endpoint.operation.clone());
            if let Some(parameters) = endpoint.item.get("parameters") {
                item.insert("parameters".to_owned(), parameters.clone());
            }
            let mut alone = spec.clone();
            alone["paths"] = json!({});
            alone["paths"][endpoint.path] = Value::Object(item);
            fails(alone)
        })
        .map(|endpoint| endpoint.place())
}

/// Adds a schema and those that it refers to, directly or through others.
fn collect(schemas: &Value, name: &str, needed: &mut Map<String, Value>) {
    let Some(schema) = schemas.get(name) else {
        return;
    };
    if needed.insert(name.to_owned(), schema.clone()).is_none() {
        collect_references(schemas, schema, needed);
    }
}

fn collect_references(schemas: &Value, value: &Value, needed: &mut Map<String, Value>) {
    if let Some(name) = spec::schema_name(value) {
        collect(schemas, name, needed);
    }
    for (_, child) in spec::entries(value) {
        collect_references(schemas, child, needed);
    }
    for child in spec::elements(value) {
        collect_references(schemas, child, needed);
    }
}
