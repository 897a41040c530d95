//! Removes bodies of `multipart/form-data`, which progenitor doesn't support.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::codegen::spec::{self, MULTIPART, members};

/// Removes the forms, and with them the operations and schemas that serve nothing else.
pub fn remove(document: &mut Value) {
    let forms: BTreeSet<String> = spec::endpoints(document)
        .iter()
        .flat_map(|endpoint| endpoint.request_media_types(document))
        .filter(|(media_type, _)| *media_type == MULTIPART)
        .filter_map(|(_, body)| spec::schema_name(&body["schema"]).map(str::to_owned))
        .collect();

    for (_, item) in members(document.get_mut("paths")) {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        item.retain(|_, operation| {
            let Some(content) = operation
                .pointer_mut("/requestBody/content")
                .and_then(Value::as_object_mut)
            else {
                return true;
            };
            content.remove(MULTIPART);
            !content.is_empty()
        });
    }
    for form in forms {
        if !refers_to(document, &format!("#/components/schemas/{form}"))
            && let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas")
        {
            schemas.remove(&form);
        }
    }
}

fn refers_to(value: &Value, reference: &str) -> bool {
    value["$ref"] == reference
        || spec::entries(value).any(|(_, child)| refers_to(child, reference))
        || spec::elements(value)
            .iter()
            .any(|child| refers_to(child, reference))
}
