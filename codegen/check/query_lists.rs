//! Checks parameters of the query that take several values.

use serde_json::Value;

use super::mistakes::Mistakes;
use crate::codegen::spec::{self, Endpoint};

pub fn check(spec: &Value, endpoint: &Endpoint, mistakes: &mut Mistakes) {
    for parameter in endpoint.parameters(spec) {
        let schema = spec::resolve(spec, &parameter["schema"]);
        if schema["type"] != "array" {
            continue;
        }
        let name = parameter["name"].as_str().unwrap_or_default();
        let place = format!("{}.parameters.{name}", endpoint.place());
        let is_form = parameter["style"].is_null() || parameter["style"] == "form";
        if parameter["in"] != "query" || !is_form || parameter["explode"] != false {
            mistakes.add(
                &place,
                "an array is supported only comma-joined in the query; write `in: query` and \
                 `explode: false`",
            );
        }
        if spec::resolve(spec, &schema["items"])["type"] != "string" {
            mistakes.add(
                format!("{place}.schema.items"),
                "only arrays of strings are supported here",
            );
        }
    }
}
