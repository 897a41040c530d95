//! Checks `x-paginated` of an operation.

use serde_json::Value;

use super::mistakes::{Mistakes, join};
use crate::codegen::{
    schema,
    spec::{self, Endpoint},
};

pub fn check(spec: &Value, endpoint: &Endpoint, mistakes: &mut Mistakes) {
    let Some(pagination) = endpoint.operation.get("x-paginated") else {
        return;
    };
    let place = format!("{}.x-paginated", endpoint.place());
    keys(pagination, &place, mistakes);
    reply(spec, endpoint, pagination, &place, mistakes);
    for key in ["cursor", "limit"] {
        if let Some(name) = pagination[key].as_str()
            && query_parameter(spec, endpoint, name).is_none()
        {
            mistakes.add(
                join(&place, key),
                format!("there is no query parameter `{name}`; add it, or correct the name"),
            );
        }
    }
    if let Some(range) = pagination.get("range") {
        self::range(spec, endpoint, range, &join(&place, "range"), mistakes);
    }
}

fn keys(pagination: &Value, place: &str, mistakes: &mut Mistakes) {
    // Where one reply holds everything, nothing leads to another.
    let is_one_reply = pagination["next"].is_null() && pagination["cursor"].is_null();
    let required: &[&str] = if is_one_reply {
        &["items"]
    } else {
        &["items", "next", "cursor"]
    };
    for key in required {
        if !pagination[*key].is_string() {
            mistakes.add(
                place,
                format!(
                    "`{key}` is missing; write `{{items: …, next: …, cursor: …}}`, or only \
                     `items` where one reply holds everything"
                ),
            );
        }
    }
    for (key, _) in spec::entries(pagination) {
        if !["items", "next", "cursor", "limit", "range"].contains(&key) {
            mistakes.add(
                join(place, key),
                "is unknown; the keys are `items`, `next`, `cursor`, `limit` and `range`",
            );
        }
    }
}

fn reply(
    spec: &Value,
    endpoint: &Endpoint,
    pagination: &Value,
    place: &str,
    mistakes: &mut Mistakes,
) {
    if let Some(name) = pagination["items"].as_str() {
        let schema = property_of_reply(spec, endpoint, name);
        if schema["type"] != "array" || schema["nullable"] == true {
            mistakes.add(
                join(place, "items"),
                format!("the reply has no array `{name}`; name the property that holds the items"),
            );
        }
    }
    if let Some(name) = pagination["next"].as_str()
        && property_of_reply(spec, endpoint, name)["type"] != "string"
    {
        mistakes.add(
            join(place, "next"),
            format!("the reply has no string `{name}`; name the property that holds the cursor"),
        );
    }
}

/// Checks `range`, by which the pages can be divided by time.
fn range(spec: &Value, endpoint: &Endpoint, range: &Value, place: &str, mistakes: &mut Mistakes) {
    for (key, _) in spec::entries(range) {
        if !["after", "before", "time"].contains(&key) {
            mistakes.add(
                join(place, key),
                "is unknown; the keys are `after`, `before` and `time`",
            );
        }
    }
    if endpoint.operation["x-paginated"]["next"].is_null() {
        mistakes.add(
            place,
            "there are no pages to divide where one reply holds everything; remove it",
        );
    }
    for key in ["after", "before"] {
        let name = range[key].as_str().unwrap_or_default();
        let schema = query_parameter(spec, endpoint, name);
        if schema.is_none_or(|schema| schema["format"] != "date-time") {
            mistakes.add(
                join(place, key),
                format!(
                    "the query has no `{name}` of the format `date-time`; name a parameter that \
                     has it"
                ),
            );
        }
    }
    let name = range["time"].as_str().unwrap_or_default();
    let items = endpoint.operation["x-paginated"]["items"].as_str();
    let items = property_of_reply(spec, endpoint, items.unwrap_or_default());
    let item = spec::resolve(spec, &items["items"]);
    let is_required = spec::strings(&item["required"])
        .iter()
        .any(|property| property == name);
    if item["properties"][name]["format"] != "date-time" || !is_required {
        mistakes.add(
            join(place, "time"),
            format!(
                "the items have no required `{name}` of the format `date-time`; name the property \
                 by which they are sorted, newest first"
            ),
        );
    }
}

fn property_of_reply<'a>(spec: &'a Value, endpoint: &'a Endpoint, name: &str) -> &'a Value {
    let body = endpoint.success_schema(spec);
    let property = body.map_or(&Value::Null, |body| schema::property(spec, body, name));
    spec::resolve(spec, property)
}

/// Returns the schema of a parameter of the query.
fn query_parameter<'a>(spec: &'a Value, endpoint: &'a Endpoint, name: &str) -> Option<&'a Value> {
    let parameters = endpoint.parameters(spec);
    let found = parameters
        .iter()
        .find(|parameter| parameter["in"] == "query" && parameter["name"] == name)?;
    Some(spec::resolve(spec, &found["schema"]))
}
