//! Reads the forms that operations take.

use serde_json::Value;

use super::parameters;
use crate::codegen::{
    media_types,
    model::{FormModel, FormPart, PartKind},
    spec::{self, Endpoint},
};

pub fn read(spec: &Value, endpoint: &Endpoint) -> Option<FormModel> {
    let media_types = endpoint.request_media_types(spec);
    let (_, body) = media_types
        .iter()
        .find(|(media_type, _)| media_types::is_form(media_type))?;
    let id = endpoint.operation_id()?;
    let schema = spec::resolve_type(spec, &body["schema"]);
    let required = spec::strings(&schema["required"]);
    let parts = spec::entries(&schema["properties"]).map(|(name, schema)| FormPart {
        is_required: required.iter().any(|required| required == name),
        media_type: spec::text(&body["encoding"][name]["contentType"])
            .and_then(|list| sendable(&list)),
        ..part(spec, name, schema)
    });
    Some(FormModel {
        name: if media_types.len() > 1 {
            format!("{id}_multipart")
        } else {
            id.to_owned()
        },
        parts: parts.collect(),
        is_required: spec::resolve(spec, &endpoint.operation["requestBody"])["required"] == true,
    })
}

/// Returns the first of several media types, unless it stands for many.
fn sendable(list: &str) -> Option<String> {
    let first = list.split(',').next()?.trim();
    (!first.contains('*')).then(|| first.to_owned())
}

fn part(spec: &Value, name: &str, schema: &Value) -> FormPart {
    let resolved = spec::resolve_type(spec, schema);
    let is_list = resolved["type"] == "array";
    let value = if is_list { &resolved["items"] } else { schema };
    let resolved = spec::resolve_type(spec, value);
    let shape = parameters::shape(spec, value);
    FormPart {
        name: name.to_owned(),
        rust_name: parameters::rust_name(schema, name),
        kind: if resolved["format"] == "binary" {
            PartKind::File
        } else if spec::is_scalar(spec, value) {
            PartKind::Text(shape)
        } else {
            PartKind::Json(shape)
        },
        is_list,
        is_required: false,
        media_type: None,
        description: spec::text(&schema["description"]),
        is_deprecated: schema["deprecated"] == true,
    }
}
