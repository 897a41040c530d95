//! Checks operations: their ids, retry classes and extensions, and everything in them.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde_json::Value;

use super::{
    bodies,
    mistakes::Mistakes,
    names::{self, Taken, is_snake_case},
    pagination, parameters, responses, schemas, security,
};
use crate::codegen::spec::{self, Endpoint};

/// The values of `x-retry`.
const RETRY_CLASSES: [&str; 3] = ["safe", "reconcile", "never"];

/// The operation whose effect the crate looks for before it is sent again.
const RECONCILED: &str = "run_agent";

pub fn check(spec: &Value, mistakes: &mut Mistakes) {
    let (mut taken, mut pages) = (Taken::default(), pagination::Pages::new());
    security::check_schemes(spec, mistakes);
    same_paths(spec, mistakes);
    for endpoint in spec::endpoints(spec) {
        id(&endpoint, mistakes);
        names::operation(spec, &endpoint, &mut taken, mistakes);
        names::setters(spec, &endpoint, mistakes);
        retry_class(&endpoint, mistakes);
        bodies::check(spec, &endpoint, mistakes);
        responses::check(spec, &endpoint, mistakes);
        parameters::check(spec, &endpoint, mistakes);
        security::check(spec, &endpoint, mistakes);
        pagination::check(spec, &endpoint, &mut pages, mistakes);
        inline_schemas(spec, &endpoint, mistakes);
    }
}

fn id(endpoint: &Endpoint, mistakes: &mut Mistakes) {
    let place = endpoint.place();
    match endpoint.operation_id() {
        None => mistakes.add(
            place,
            "has no operation id; add `operationId:` with a snake_case name, which becomes the \
             method's name",
        ),
        Some(id) if !is_snake_case(id) => mistakes.add(
            format!("{place}.operationId"),
            format!("`{id}` must be snake_case; write `{}`", id.to_snake_case()),
        ),
        Some(_) => (),
    }
}

/// Reports paths that differ in the names of their parameters alone: no server tells them apart.
fn same_paths(spec: &Value, mistakes: &mut Mistakes) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (path, _) in spec::entries(&spec["paths"]) {
        match seen.get(&template(path)) {
            Some(other) => mistakes.add_key(
                format!("paths.{path}"),
                format!("is the same path as `{other}`; write the operations of both there"),
            ),
            None => _ = seen.insert(template(path), path),
        }
    }
}

/// Returns a path without the names of its parameters.
fn template(path: &str) -> String {
    let mut parts = path.split('{');
    let mut template = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.split_once('}').map_or(part, |(_, rest)| rest);
        template.push_str("{}");
        template.push_str(rest);
    }
    template
}

fn retry_class(endpoint: &Endpoint, mistakes: &mut Mistakes) {
    // Only of runs does the client know how to find out whether they took effect.
    let classes = "`safe` (sending it twice does no harm) or `never`";
    match &endpoint.operation["x-retry"] {
        Value::Null if endpoint.method != "get" => mistakes.add(
            endpoint.place(),
            format!("does not say whether it may be sent again; add `x-retry:` with {classes}"),
        ),
        Value::Null => (),
        Value::String(class)
            if class == "reconcile" && endpoint.operation_id() != Some(RECONCILED) =>
        {
            mistakes.add(
                format!("{}.x-retry", endpoint.place()),
                format!(
                    "the client knows how to check on `{RECONCILED}` alone; write `never`, as \
                     which this operation would be treated, or `safe`"
                ),
            );
        }
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
