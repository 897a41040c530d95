//! Lowers parameters of the query with several values, which progenitor can't join by commas.

use serde_json::{Value, json};

use crate::codegen::spec::{self, members};

/// Makes each such parameter a text. progenitor would repeat the key for each value.
pub fn join(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let join_one = |parameter: &mut Value| {
        let schema = &parameter["schema"];
        let schema = spec::schema_name(schema).map_or(schema, |name| &schemas[name]);
        if schema["type"] == "array"
            && let Some(parameter) = parameter.as_object_mut()
        {
            parameter.retain(|key, _| !["style", "explode", "example"].contains(&key.as_str()));
            parameter.insert("schema".to_owned(), json!({"type": "string"}));
        }
    };
    let join_all = |holder: &mut Value| {
        let parameters = holder.get_mut("parameters").and_then(Value::as_array_mut);
        parameters.into_iter().flatten().for_each(join_one);
    };
    for (_, parameter) in members(document.pointer_mut("/components/parameters")) {
        join_one(parameter);
    }
    for (_, item) in members(document.get_mut("paths")) {
        join_all(item);
    }
    spec::for_each_operation(document, |operation, _| join_all(operation));
}
