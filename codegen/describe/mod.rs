//! Reads from a spec what is generated from it.

use serde_json::Value;

use super::model::Api;

mod enums;
mod forms;
pub mod keys;
mod objects;
mod operations;
mod pagination;
mod parameters;
mod reach;
mod replies;
mod shapes;
mod unions;
mod wrappers;

/// Takes a normalized spec.
pub fn describe(document: &Value) -> Api {
    Api {
        about: about(&document["info"]),
        operations: operations::read(document),
        objects: objects::read(document),
        unions: unions::read(document),
        enums: enums::read(document),
        wrappers: wrappers::read(document),
    }
}

/// Returns what a spec says of itself.
fn about(info: &Value) -> String {
    let title = info["title"].as_str().unwrap_or_default();
    let version = info["version"].as_str().unwrap_or_default();
    let description = info["description"].as_str().map(str::trim);
    let description = description.map_or_else(String::new, |text| format!("\n\n{text}"));
    format!("Client for {title}{description}\n\nVersion: {version}")
}
