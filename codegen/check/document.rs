//! Checks the version of the document.

use serde_json::Value;

use super::mistakes::Mistakes;

pub fn check(spec: &Value, mistakes: &mut Mistakes) {
    version(spec, mistakes);
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
