//! Checks the version of the document.

use serde_json::Value;

use super::mistakes::Mistakes;

/// Returns whether the grammar of the document is known.
pub fn check(spec: &Value, mistakes: &mut Mistakes) -> bool {
    let version = &spec["openapi"];
    let is_known = version
        .as_str()
        .is_some_and(|text| text.starts_with("3.0."));
    if !is_known {
        mistakes.add(
            "openapi",
            format!("must be a version 3.0 or 3.1, found {version}; write `openapi: 3.0.3`"),
        );
    }
    is_known
}
