//! Reads the operations.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{forms, keys, pagination, parameters, replies, shapes};
use crate::codegen::{
    media_types,
    model::{BodyKind, BodyModel, OperationModel},
    spec::{self, Endpoint},
};

pub fn read(spec: &Value) -> Vec<OperationModel> {
    spec::endpoints(spec)
        .iter()
        .map(|endpoint| operation(spec, endpoint))
        .collect()
}

fn operation(spec: &Value, endpoint: &Endpoint) -> OperationModel {
    let operation = endpoint.operation;
    let media_types = endpoint.request_media_types(spec);
    OperationModel {
        id: spec::text(&operation["operationId"]).unwrap_or_default(),
        method: endpoint.method.to_uppercase(),
        path: endpoint.path.to_owned(),
        summary: spec::text(&operation["summary"]),
        description: spec::text(&operation["description"]),
        docs: spec::text(&operation["externalDocs"]["url"]),
        is_deprecated: operation["deprecated"] == true,
        retry: spec::text(&operation["x-retry"]).unwrap_or_else(|| "safe".to_owned()),
        key: keys::read(spec, endpoint),
        parameters: parameters::read(spec, endpoint),
        bounds: parameters::bounds(spec, endpoint),
        pagination: pagination::read(spec, endpoint),
        body: body(spec, endpoint),
        form: forms::read(spec, endpoint),
        body_properties: media_types
            .iter()
            .flat_map(|(_, body)| properties(spec, &body["schema"], DEEPEST))
            .collect(),
        reply: replies::read(spec, endpoint),
    }
}

/// Returns the body that isn't a form.
fn body(spec: &Value, endpoint: &Endpoint) -> Option<BodyModel> {
    let media_types = endpoint.request_media_types(spec);
    let (media_type, body) = media_types
        .iter()
        .find(|(media_type, _)| !media_types::is_form(media_type))?;
    let shape = shapes::of(&body["schema"]);
    let kind = if media_types::is_json(media_type) {
        BodyKind::Json(shape)
    } else if media_types::is_url_encoded(media_type) {
        BodyKind::UrlEncoded(shape)
    } else if media_types::is_text(media_type) {
        BodyKind::Text
    } else {
        BodyKind::Bytes
    };
    let request = spec::resolve(spec, &endpoint.operation["requestBody"]);
    Some(BodyModel {
        media_type: (*media_type).to_owned(),
        kind,
        is_required: request["required"] == true,
    })
}

/// How deep the parts of a schema are followed, which ends a circle of references.
const DEEPEST: u8 = 16;

/// Returns the names of the properties of an object, those of its parts included.
fn properties(spec: &Value, schema: &Value, depth: u8) -> BTreeSet<String> {
    let schema = spec::resolve(spec, schema);
    let own = spec::entries(&schema["properties"]).map(|(name, _)| name.to_owned());
    let mut names: BTreeSet<String> = own.collect();
    if let Some(depth) = depth.checked_sub(1) {
        for part in ["allOf", "anyOf", "oneOf"] {
            for part in spec::elements(&schema[part]) {
                names.extend(properties(spec, part, depth));
            }
        }
    }
    names
}
