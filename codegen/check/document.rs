//! The document as a whole: its version and its references.

use serde_json::Value;

use super::report::{Report, join};
use crate::codegen::spec;

pub fn check(spec: &Value, report: &mut Report) {
    version(spec, report);
    references(spec, spec, "", report);
}

fn version(spec: &Value, report: &mut Report) {
    let version = &spec["openapi"];
    if !version
        .as_str()
        .is_some_and(|text| text.starts_with("3.0."))
    {
        report.add(
            "openapi",
            format!("must be a 3.0 version, found {version}; write `openapi: 3.0.3`"),
        );
    }
}

fn references(spec: &Value, value: &Value, place: &str, report: &mut Report) {
    if let Some(reference) = value["$ref"].as_str()
        && spec::resolve(spec, value).is_null()
    {
        report.add(
            place,
            format!(
                "the reference `{reference}` points at nothing; add its target, or correct it \
                 (only references into this file, `#/components/…`, are followed)"
            ),
        );
    }
    for (key, child) in spec::entries(value) {
        references(spec, child, &join(place, key), report);
    }
    for (index, child) in spec::elements(value).iter().enumerate() {
        references(spec, child, &join(place, &index.to_string()), report);
    }
}
