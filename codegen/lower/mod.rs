//! Brings a spec as it is written into one form: each type has a name, and what `allOf` composes is
//! one object.

use serde_json::Value;

mod compositions;
mod idioms;
mod inline;
mod nullable;

use super::problem::Problem;

/// Brings schemas into one form: each type has a name, and what `allOf` composes is one object.
pub fn normalize(document: &mut Value) -> Result<(), Vec<Problem>> {
    idioms::unfold(document);
    nullable::move_to_references(document);
    inline::name_schemas(document)?;
    compositions::merge(document);
    Ok(())
}
