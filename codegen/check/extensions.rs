//! Finds extensions, `x-…`, that the generator doesn't know.

use serde_json::Value;

use super::mistakes::{Mistakes, join};
use crate::codegen::spec;

/// Reports unknown extensions, since a misspelt one would be ignored in silence.
pub fn check(value: &Value, place: &str, known: &[&str], mistakes: &mut Mistakes) {
    for (key, _) in spec::entries(value) {
        if key.starts_with("x-") && !known.contains(&key) {
            mistakes.add(
                join(place, key),
                format!(
                    "this extension is unknown here; known are {}",
                    known.join(", ")
                ),
            );
        }
    }
}
