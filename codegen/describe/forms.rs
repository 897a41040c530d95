//! Reads the operations that take a form.

use serde_json::Value;

use crate::codegen::{
    model::{FormModel, FormPart, PartKind},
    spec::{self, Endpoint, JSON, MULTIPART},
};

pub fn read(spec: &Value) -> Vec<FormModel> {
    spec::endpoints(spec)
        .iter()
        .filter_map(|endpoint| form(spec, endpoint))
        .collect()
}

fn form(spec: &Value, endpoint: &Endpoint) -> Option<FormModel> {
    let media_types = endpoint.request_media_types(spec);
    let (_, body) = media_types.iter().find(|(name, _)| *name == MULTIPART)?;
    let operation_id = endpoint.operation_id()?.to_owned();
    let has_json = media_types.iter().any(|(name, _)| *name == JSON);
    let text = |value: &Value| spec::text(value).unwrap_or_default();
    Some(FormModel {
        name: if has_json {
            format!("{operation_id}_multipart")
        } else {
            operation_id.clone()
        },
        docs: format!(
            "{}, as a form.\n\n{}",
            text(&endpoint.operation["summary"]).trim_end_matches('.'),
            text(&endpoint.operation["description"]),
        ),
        parts: spec::entries(&spec::resolve(spec, &body["schema"])["properties"])
            .map(|(name, schema)| FormPart {
                name: name.to_owned(),
                kind: part_kind(spec, schema),
                description: text(&schema["description"]),
            })
            .collect(),
        success: endpoint
            .success_schema(spec)
            .and_then(spec::schema_name)
            .map(str::to_owned),
        operation_id,
    })
}

fn part_kind(spec: &Value, schema: &Value) -> PartKind {
    let schema = match spec::elements(&schema["allOf"]) {
        [only] => spec::resolve(spec, only),
        _ => spec::resolve(spec, schema),
    };
    let element = if schema["type"] == "array" {
        spec::resolve(spec, &schema["items"])
    } else {
        schema
    };
    match (element["format"].as_str(), schema["type"].as_str()) {
        (Some("binary"), _) => PartKind::File,
        (_, Some("string" | "integer" | "number" | "boolean")) => PartKind::Text,
        _ => PartKind::Json,
    }
}
