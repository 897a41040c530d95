//! Reads from a spec what is generated beside progenitor's output.

use serde_json::Value;

use super::model::Api;

mod forms;
mod operations;
mod pagination;
mod schemas;

/// Takes a spec whose inline schemas have names, and what progenitor is given of it.
pub fn describe(document: &Value, lowered: &Value) -> Api {
    Api {
        operations: operations::read(document),
        forms: forms::read(document),
        enums: schemas::enums(lowered),
        aliases: schemas::aliases(lowered),
        sent: schemas::sent(lowered),
        open_objects: schemas::open_objects(lowered),
    }
}
