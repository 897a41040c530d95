//! Checks operations: their ids, retry classes and extensions, and everything in them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{bodies, mistakes::Mistakes, pagination, query_lists, responses, schemas};
use crate::codegen::spec::{self, Endpoint};

/// The values of `x-retry`.
const RETRY_CLASSES: [&str; 3] = ["safe", "reconcile", "never"];

pub fn check(spec: &Value, mistakes: &mut Mistakes) {
    let mut seen = BTreeSet::new();
    for endpoint in spec::endpoints(spec) {
        let place = endpoint.place();
        id(&endpoint, &mut seen, mistakes);
        retry_class(&endpoint, mistakes);
        bodies::check(spec, &endpoint, mistakes);
        responses::check(spec, &endpoint, mistakes);
        query_lists::check(spec, &endpoint, mistakes);
        pagination::check(spec, &endpoint, mistakes);
        inline_schemas(spec, &endpoint, mistakes);
        if let Err(error) =
            serde_json::from_value::<openapiv3::Operation>(endpoint.operation.clone())
        {
            mistakes.add(place, format!("isn't a valid operation: {error}"));
        }
    }
}

fn id(endpoint: &Endpoint, seen: &mut BTreeSet<String>, mistakes: &mut Mistakes) {
    let place = endpoint.place();
    match endpoint.operation_id() {
        None => mistakes.add(
            place,
            "has no operation id; add `operationId:` with a snake_case name, which becomes the \
             method's name",
        ),
        Some(id) if !is_snake_case(id) => mistakes.add(
            format!("{place}.operationId"),
            format!("`{id}` must be snake_case, such as `list_tasks`"),
        ),
        Some(id) if !seen.insert(id.to_owned()) => mistakes.add(
            format!("{place}.operationId"),
            format!("`{id}` is the id of another operation too; choose another"),
        ),
        Some(_) => (),
    }
}

fn is_snake_case(name: &str) -> bool {
    name.starts_with(|char: char| char.is_ascii_lowercase())
        && name
            .chars()
            .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_')
}

fn retry_class(endpoint: &Endpoint, mistakes: &mut Mistakes) {
    let classes = "`safe` (sending it twice does no harm), `reconcile` (check whether it took \
                   effect before sending it again) or `never`";
    match &endpoint.operation["x-retry"] {
        Value::Null if endpoint.method != "get" => mistakes.add(
            endpoint.place(),
            format!("does not say whether it may be sent again; add `x-retry:` with {classes}"),
        ),
        Value::Null => (),
        Value::String(class) if RETRY_CLASSES.contains(&class.as_str()) => (),
        other => mistakes.add(
            format!("{}.x-retry", endpoint.place()),
            format!("{other} is unknown; write {classes}"),
        ),
    }
}

fn inline_schemas(spec: &Value, endpoint: &Endpoint, mistakes: &mut Mistakes) {
    let place = endpoint.place();
    for parameter in endpoint.parameters(spec) {
        let name = parameter["name"].as_str().unwrap_or_default();
        let place = format!("{place}.parameters.{name}.schema");
        schemas::check_one(spec, &parameter["schema"], &place, mistakes);
    }
    for (media_type, body) in endpoint.request_media_types(spec) {
        let place = format!("{place}.requestBody.content.{media_type}.schema");
        schemas::check_one(spec, &body["schema"], &place, mistakes);
    }
    for (code, response) in endpoint.responses(spec) {
        for (media_type, body) in spec::entries(&response["content"]) {
            let place = format!("{place}.responses.{code}.content.{media_type}.schema");
            schemas::check_one(spec, &body["schema"], &place, mistakes);
        }
    }
}
