//! Reads from a spec what is generated beside progenitor's output.

use serde_json::Value;

use super::model::Api;

mod enums;
mod forms;
mod objects;
mod operations;
mod pagination;
mod reach;
mod shapes;
mod unions;

/// Takes a normalized spec, and what progenitor is given of it.
pub fn describe(document: &Value, lowered: &Value) -> Api {
    Api {
        operations: operations::read(document),
        forms: forms::read(document),
        objects: objects::read(document, lowered),
        unions: unions::read(document),
        enums: enums::read(document),
        deprecated: shapes::deprecated(document),
    }
}
