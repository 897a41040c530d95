//! Reads the schemas with a name that are neither objects with properties nor enums nor unions.

use serde_json::Value;

use super::{reach, shapes};
use crate::codegen::{model::WrapperModel, schema, spec};

pub fn read(document: &Value) -> Vec<WrapperModel> {
    let schemas = spec::entries(&document["components"]["schemas"]);
    let others = schemas.filter(|(_, schema)| {
        let is_union = !schema::union_members(schema).is_empty();
        let has_a_type_of_its_own = ["properties", "enum"];
        let mut keys = has_a_type_of_its_own.iter();
        !is_union && !keys.any(|key| schema.get(key).is_some())
    });
    let wrappers = others.map(|(name, schema)| WrapperModel {
        of_type: shapes::of_type(name, schema),
        shape: shapes::of_element(schema),
        is_recursive: reach::contains(document, schema, name),
    });
    wrappers.collect()
}
