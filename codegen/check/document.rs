//! Checks the document as a whole: its version and its references.

use serde_json::Value;

use super::mistakes::{Mistakes, join};
use crate::codegen::spec;

pub fn check(spec: &Value, mistakes: &mut Mistakes) {
    version(spec, mistakes);
    references(spec, spec, "", mistakes);
}

fn version(spec: &Value, mistakes: &mut Mistakes) {
    let version = &spec["openapi"];
    if !version
        .as_str()
        .is_some_and(|text| text.starts_with("3.0."))
    {
        mistakes.add(
            "openapi",
            format!("must be a 3.0 version, found {version}; write `openapi: 3.0.3`"),
        );
    }
}

fn references(spec: &Value, value: &Value, place: &str, mistakes: &mut Mistakes) {
    if let Some(reference) = value["$ref"].as_str()
        && spec::resolve(spec, value).is_null()
    {
        mistakes.add(
            place,
            format!(
                "the reference `{reference}` points at nothing; add its target, or correct it \
                 (only references into this file, `#/components/…`, are followed)"
            ),
        );
    }
    for (key, child) in spec::entries(value) {
        references(spec, child, &join(place, key), mistakes);
    }
    for (index, child) in spec::elements(value).iter().enumerate() {
        references(spec, child, &join(place, &index.to_string()), mistakes);
    }
}
