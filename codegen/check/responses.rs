//! Checks responses: one schema for all successes, and one for all errors.

use serde_json::Value;

use super::mistakes::{Mistakes, join};
use crate::codegen::spec::{self, Endpoint, JSON};

pub fn check(spec: &Value, endpoint: &Endpoint, mistakes: &mut Mistakes) {
    let place = format!("{}.responses", endpoint.place());
    let mut successes: Vec<&Value> = Vec::new();
    let mut failures: Vec<&Value> = Vec::new();
    for (code, response) in endpoint.responses(spec) {
        if code == "default" {
            mistakes.add(
                join(&place, code),
                "a `default` response counts as success too; write `4XX` and `5XX` instead",
            );
            continue;
        }
        let mut media_types = spec::entries(&response["content"]);
        if let Some((media_type, _)) = media_types.find(|(media_type, _)| *media_type != JSON) {
            mistakes.add(
                join(&join(&place, code), media_type),
                format!("this media type is not supported in a response; use {JSON}"),
            );
        }
        let schema = &response["content"][JSON]["schema"];
        let group = if code.starts_with('2') {
            &mut successes
        } else {
            &mut failures
        };
        if !group.contains(&schema) {
            group.push(schema);
        }
    }
    if successes.is_empty() {
        mistakes.add(
            &place,
            "has no successful response; add `2XX` with the schema of the reply",
        );
    }
    if successes.len() > 1 {
        mistakes.add(
            &place,
            "the successful responses have different schemas; give all of them the same",
        );
    }
    let is_other =
        |schema: &&Value| !schema.is_null() && spec::schema_name(schema) != Some("ErrorBody");
    if failures.len() > 1 || failures.iter().any(is_other) {
        mistakes.add(
            &place,
            "every error must have the schema `#/components/schemas/ErrorBody`",
        );
    }
}
