//! Operations: their ids, retry classes and extensions, and what they consist of.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{bodies, extensions, pagination, query_lists, report::Report, responses, schemas};
use crate::codegen::spec::{self, Endpoint};

/// The values of `x-retry`.
const RETRY_CLASSES: [&str; 3] = ["safe", "reconcile", "never"];

pub fn check(spec: &Value, report: &mut Report) {
    let mut seen = BTreeSet::new();
    for endpoint in spec::endpoints(spec) {
        let place = endpoint.place();
        id(&endpoint, &mut seen, report);
        retry_class(&endpoint, report);
        bodies::check(spec, &endpoint, report);
        responses::check(spec, &endpoint, report);
        query_lists::check(spec, &endpoint, report);
        pagination::check(spec, &endpoint, report);
        extensions::check(
            endpoint.operation,
            &place,
            &["x-retry", "x-paginated"],
            report,
        );
        inline_schemas(spec, &endpoint, report);
        if let Err(error) =
            serde_json::from_value::<openapiv3::Operation>(endpoint.operation.clone())
        {
            report.add(place, format!("isn't a valid operation: {error}"));
        }
    }
}

fn id(endpoint: &Endpoint, seen: &mut BTreeSet<String>, report: &mut Report) {
    let place = endpoint.place();
    match endpoint.operation_id() {
        None => report.add(
            place,
            "has no operation id; add `operationId:` with a snake_case name, which becomes the \
             method's name",
        ),
        Some(id) if !is_snake_case(id) => report.add(
            format!("{place}.operationId"),
            format!("`{id}` must be snake_case, such as `list_tasks`"),
        ),
        Some(id) if !seen.insert(id.to_owned()) => report.add(
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

fn retry_class(endpoint: &Endpoint, report: &mut Report) {
    let classes = "`safe` (sending it twice does no harm), `reconcile` (check whether it took \
                   effect before sending it again) or `never`";
    match &endpoint.operation["x-retry"] {
        Value::Null if endpoint.method != "get" => report.add(
            endpoint.place(),
            format!("does not say whether it may be sent again; add `x-retry:` with {classes}"),
        ),
        Value::Null => (),
        Value::String(class) if RETRY_CLASSES.contains(&class.as_str()) => (),
        other => report.add(
            format!("{}.x-retry", endpoint.place()),
            format!("{other} is unknown; write {classes}"),
        ),
    }
}

fn inline_schemas(spec: &Value, endpoint: &Endpoint, report: &mut Report) {
    let place = endpoint.place();
    for parameter in endpoint.parameters(spec) {
        let name = parameter["name"].as_str().unwrap_or_default();
        let place = format!("{place}.parameters.{name}.schema");
        schemas::check_one(&parameter["schema"], &place, report);
    }
    for (media_type, body) in endpoint.request_media_types(spec) {
        let place = format!("{place}.requestBody.content.{media_type}.schema");
        schemas::check_one(&body["schema"], &place, report);
    }
    for (code, response) in endpoint.responses(spec) {
        for (media_type, body) in spec::entries(&response["content"]) {
            let place = format!("{place}.responses.{code}.content.{media_type}.schema");
            schemas::check_one(&body["schema"], &place, report);
        }
    }
}
