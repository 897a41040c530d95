//! Moves `nullable` from schemas to where they are used, since null isn't a value of Rust's types.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::codegen::{
    schema,
    spec::{self, members},
};

/// Makes each use of a nullable schema nullable instead of the schema.
pub fn move_to_references(document: &mut Value) {
    // A union with a nullable member is nullable itself.
    loop {
        let mut nullable = BTreeSet::new();
        for (name, schema) in members(document.pointer_mut("/components/schemas")) {
            if schema["nullable"] == true
                && let Some(schema) = schema.as_object_mut()
            {
                schema.remove("nullable");
                nullable.insert(format!("#/components/schemas/{name}"));
            }
        }
        if nullable.is_empty() {
            return;
        }
        schema::for_each_schema(document, &mut |schema| mark_uses(schema, &nullable));
    }
}

fn mark_uses(schema: &mut Value, nullable: &BTreeSet<String>) {
    let is_nullable = |schema: &Value| {
        schema["$ref"]
            .as_str()
            .is_some_and(|name| nullable.contains(name))
    };
    let mark = |schema: &mut Value| {
        if is_nullable(schema) {
            *schema = json!({"allOf": [schema.take()], "nullable": true});
        }
    };
    if let [only] = spec::elements(&schema["allOf"])
        && is_nullable(only)
    {
        schema["nullable"] = json!(true);
    }
    for key in ["oneOf", "anyOf"] {
        if spec::elements(&schema[key]).iter().any(is_nullable) {
            schema["nullable"] = json!(true);
        }
    }
    members(schema.get_mut("properties")).for_each(|(_, property)| mark(property));
    for key in ["items", "additionalProperties"] {
        schema.get_mut(key).into_iter().for_each(mark);
    }
}
