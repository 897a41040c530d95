//! Reads the operations and their parameters.

use std::collections::BTreeSet;

use serde_json::Value;

use super::pagination;
use crate::codegen::{
    model::{IntegerRange, Location, OperationModel, Parameter, QueryList},
    schema,
    spec::{self, Endpoint, MULTIPART},
};

pub fn read(spec: &Value) -> Vec<OperationModel> {
    spec::endpoints(spec)
        .iter()
        .map(|endpoint| operation(spec, endpoint))
        .collect()
}

fn operation(spec: &Value, endpoint: &Endpoint) -> OperationModel {
    let operation = endpoint.operation;
    let parameters = endpoint.parameters(spec);
    let media_types = endpoint.request_media_types(spec);
    let body = media_types
        .iter()
        .map(|(name, _)| *name)
        .find(|name| *name != MULTIPART);
    OperationModel {
        id: spec::text(&operation["operationId"]).unwrap_or_default(),
        method: endpoint.method.to_uppercase(),
        path: endpoint.path.to_owned(),
        docs: spec::text(&operation["externalDocs"]["url"]),
        retry: spec::text(&operation["x-retry"]).unwrap_or_else(|| "safe".to_owned()),
        parameters: self::parameters(spec, endpoint),
        bounds: parameters
            .iter()
            .filter_map(|value| bound(spec, value))
            .collect(),
        query_lists: parameters
            .iter()
            .filter_map(|value| query_list(spec, value))
            .collect(),
        pagination: pagination::read(spec, endpoint),
        body_properties: media_types
            .iter()
            .flat_map(|(_, body)| properties(spec, &body["schema"], DEEPEST))
            .collect(),
        is_form_only: body.is_none() && !media_types.is_empty(),
        body: body.map(str::to_owned),
        replies: endpoint.success_schema(spec).is_some(),
    }
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

/// Returns the parameters of an operation, those of its path included.
pub fn parameters(spec: &Value, endpoint: &Endpoint) -> Vec<Parameter> {
    endpoint
        .parameters(spec)
        .iter()
        .map(|parameter| Parameter {
            name: spec::text(&parameter["name"]).unwrap_or_default(),
            location: match parameter["in"].as_str() {
                Some("path") => Location::Path,
                Some("header") => Location::Header,
                _ => Location::Query,
            },
            is_required: parameter["required"] == true,
            is_uuid: spec::resolve(spec, &parameter["schema"])["format"] == "uuid",
            description: spec::text(&parameter["description"]),
        })
        .collect()
}

fn bound(spec: &Value, parameter: &Value) -> Option<IntegerRange> {
    let schema = spec::resolve(spec, &parameter["schema"]);
    if parameter["in"] != "query" || schema["type"] != "integer" {
        return None;
    }
    let (minimum, maximum) = (schema::minimum(schema), schema::maximum(schema));
    (minimum.is_some() || maximum.is_some()).then(|| IntegerRange {
        parameter: spec::text(&parameter["name"]).unwrap_or_default(),
        minimum: minimum.unwrap_or(i64::MIN),
        maximum: maximum.unwrap_or(i64::MAX),
    })
}

fn query_list(spec: &Value, parameter: &Value) -> Option<QueryList> {
    let schema = spec::resolve(spec, &parameter["schema"]);
    let item = &schema["items"];
    (schema["type"] == "array").then(|| QueryList {
        name: spec::text(&parameter["name"]).unwrap_or_default(),
        item: spec::schema_name(item)
            .filter(|_| spec::resolve(spec, item).get("enum").is_some())
            .map(str::to_owned),
    })
}
