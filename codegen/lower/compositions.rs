//! Merges what `allOf` composes into one object.

use serde_json::{Map, Value};

use crate::codegen::spec::{self, members};

/// Replaces each composition by an object with the properties of all its parts.
///
/// The parts don't contradict each other and don't contain themselves, which is checked before.
pub fn merge(document: &mut Value) {
    let before = document.clone();
    for (_, schema) in members(document.pointer_mut("/components/schemas")) {
        if schema.get("allOf").is_some() && is_object(&before, schema) {
            *schema = merged(&before, schema);
        }
    }
}

/// Whether a schema is an object with properties, or composed of one.
pub fn is_object(document: &Value, schema: &Value) -> bool {
    let schema = spec::resolve(document, schema);
    schema.get("properties").is_some()
        || spec::elements(&schema["allOf"])
            .iter()
            .any(|part| is_object(document, part))
}

fn merged(document: &Value, schema: &Value) -> Value {
    let mut whole = Map::new();
    for part in spec::elements(&schema["allOf"]) {
        add(
            &mut whole,
            merged(document, spec::resolve(document, part)),
            &OF_THE_PART,
        );
    }
    let mut own = schema.clone();
    if let Some(own) = own.as_object_mut() {
        own.remove("allOf");
    }
    add(&mut whole, own, &[]);
    whole.insert("type".to_owned(), "object".into());
    Value::Object(whole)
}

/// What a part says of itself, which doesn't hold for the whole.
const OF_THE_PART: [&str; 3] = ["title", "description", "deprecated"];

/// Adds the properties of a part and what it requires; of the rest, the last part decides.
fn add(whole: &mut Map<String, Value>, part: Value, left_out: &[&str]) {
    let Value::Object(part) = part else { return };
    for (key, value) in part {
        match (whole.get_mut(&key), value) {
            _ if left_out.contains(&key.as_str()) => (),
            (Some(Value::Object(there)), Value::Object(more)) if key == "properties" => {
                there.extend(more);
            }
            (Some(Value::Array(there)), Value::Array(more)) if key == "required" => {
                there.extend(more);
            }
            (_, value) => {
                whole.insert(key, value);
            }
        }
    }
}
