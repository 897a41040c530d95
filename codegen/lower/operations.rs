//! Removes the operations, which the crate writes itself, and the schemas of their forms.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::codegen::{
    media_types,
    spec::{self, members},
};

/// Removes the operations, and with them the schemas that serve nothing but a form: their
/// properties are parts.
pub fn remove(document: &mut Value) {
    let forms: BTreeSet<String> = spec::endpoints(document)
        .iter()
        .flat_map(|endpoint| endpoint.request_media_types(document))
        .filter(|(media_type, _)| media_types::is_form(media_type))
        .filter_map(|(_, body)| spec::schema_name(&body["schema"]).map(str::to_owned))
        .collect();
    for (_, item) in members(document.get_mut("paths")) {
        for (_, operation) in members(Some(item)) {
            let content = operation.pointer_mut("/requestBody/content");
            if let Some(content) = content.and_then(Value::as_object_mut) {
                content.retain(|media_type, _| !media_types::is_form(media_type));
            }
        }
    }
    if let Some(Value::Object(bodies)) = document.pointer_mut("/components/requestBodies") {
        for (_, body) in bodies {
            if let Some(content) = body.get_mut("content").and_then(Value::as_object_mut) {
                content.retain(|media_type, _| !media_types::is_form(media_type));
            }
        }
    }
    for form in forms {
        if !refers_to(document, &format!("#/components/schemas/{form}"))
            && let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas")
        {
            schemas.remove(&form);
        }
    }
    document["paths"] = json!({});
    if let Some(Value::Object(components)) = document.get_mut("components") {
        components.retain(|section, _| section == "schemas");
    }
}

fn refers_to(value: &Value, reference: &str) -> bool {
    value["$ref"] == reference
        || spec::entries(value).any(|(_, child)| refers_to(child, reference))
        || spec::elements(value)
            .iter()
            .any(|child| refers_to(child, reference))
}
