//! Reads the text of a spec: its values, and where each of them is written.

use serde_json::Value;

use super::problem::Problem;

mod compose;
mod positions;
mod scalar;

pub use positions::{Position, Positions};

/// A spec as values, by whose places mistakes are reported, and the positions of the places in the
/// text.
pub struct Document {
    pub value: Value,
    pub positions: Positions,
}

/// Reads YAML, of which JSON is a part.
pub fn read(text: &str) -> Result<Document, Vec<Problem>> {
    compose::compose(text)
}
