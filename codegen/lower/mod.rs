//! From a spec as it is written to one that progenitor takes.
//!
//! What is lost on the way is what the crate generates itself; `describe` reads it.

use serde_json::Value;

mod forms;
mod inline;
mod query_lists;
mod simplify;

pub use inline::name_inline_schemas;

/// Takes a spec whose inline schemas have names.
pub fn lower(mut document: Value) -> Value {
    query_lists::join(&mut document);
    forms::remove(&mut document);
    simplify::responses(&mut document);
    simplify::texts(&mut document);
    simplify::integers(&mut document);
    document
}
