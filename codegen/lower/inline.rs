//! Gives names to schemas that the spec writes inline.

use serde_json::{Map, Value, json};

use crate::codegen::{
    names,
    spec::{self, JSON, MULTIPART, members},
};

/// Gives inline replies, objects and enums a name, by which their types can be found, referred to
/// and replaced.
pub fn name_inline_schemas(document: &mut Value) {
    let mut named = Map::new();
    for (path, item) in members(document.get_mut("paths")) {
        name_parameters(item, path, &mut named);
    }
    spec::for_each_operation(document, |operation, id| {
        name_parameters(operation, id, &mut named);
        if let Some(schema) = body_schema(operation.get_mut("requestBody"), JSON) {
            name_schema(schema, &format!("{id}_body"), &mut named);
        }
        if let Some(schema) = body_schema(operation.get_mut("requestBody"), MULTIPART) {
            name_schema(schema, &format!("{id}_form"), &mut named);
        }
        for (code, response) in members(operation.get_mut("responses")) {
            if code.starts_with('2')
                && let Some(schema) = body_schema(Some(response), JSON)
            {
                name_schema(schema, &format!("{id}_response"), &mut named);
            }
        }
    });
    for (name, schema) in members(document.pointer_mut("/components/schemas")) {
        name_children(schema, name, &mut named);
    }
    // Indexing creates what is missing on the way.
    for (name, schema) in named {
        document["components"]["schemas"][name] = schema;
    }
}

fn body_schema<'a>(holder: Option<&'a mut Value>, media_type: &str) -> Option<&'a mut Value> {
    holder?
        .get_mut("content")?
        .get_mut(media_type)?
        .get_mut("schema")
}

fn name_parameters(holder: &mut Value, prefix: &str, named: &mut Map<String, Value>) {
    let parameters = holder.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        let name = format!(
            "{prefix}_{}",
            parameter["name"].as_str().unwrap_or_default()
        );
        if let Some(schema) = parameter.get_mut("schema") {
            name_schema(schema, &name, named);
        }
    }
}

fn name_schema(schema: &mut Value, name: &str, named: &mut Map<String, Value>) {
    name_children(schema, name, named);
    if schema.get("enum").is_none() && schema.get("properties").is_none() {
        return;
    }
    let name = names::type_name(name);
    // Aliases belong to the property and not to its type.
    let aliases = schema
        .as_object_mut()
        .and_then(|object| object.remove("x-aliases"));
    let reference = json!({"$ref": format!("#/components/schemas/{name}")});
    named.insert(name, std::mem::replace(schema, reference));
    if let Some(aliases) = aliases {
        *schema = json!({"allOf": [schema.take()], "x-aliases": aliases});
    }
}

fn name_children(schema: &mut Value, name: &str, named: &mut Map<String, Value>) {
    for (property, child) in members(schema.get_mut("properties")) {
        name_schema(child, &format!("{name}_{property}"), named);
    }
    for (key, suffix) in [("items", "item"), ("additionalProperties", "value")] {
        if let Some(child) = schema.get_mut(key) {
            name_schema(child, &format!("{name}_{suffix}"), named);
        }
    }
}
