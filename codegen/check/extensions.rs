//! Extensions, `x-…`, that the generator doesn't know.

use serde_json::Value;

use super::report::{Report, join};
use crate::codegen::spec;

/// Reports unknown extensions: to ignore one is never what was meant.
pub fn check(value: &Value, place: &str, known: &[&str], report: &mut Report) {
    for (key, _) in spec::entries(value) {
        if key.starts_with("x-") && !known.contains(&key) {
            report.add(
                join(place, key),
                format!(
                    "this extension is unknown here; known are {}",
                    known.join(", ")
                ),
            );
        }
    }
}
