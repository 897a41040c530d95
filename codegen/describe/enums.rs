//! Reads the enums, all of which have names.

use serde_json::Value;

use super::shapes;
use crate::codegen::{
    model::{EnumValue, OpenEnum},
    names, spec,
};

pub fn read(document: &Value) -> Vec<OpenEnum> {
    spec::entries(&document["components"]["schemas"])
        .filter(|(_, schema)| schema.get("enum").is_some())
        .map(|(name, schema)| OpenEnum {
            of_type: shapes::of_type(name, schema),
            is_integer: schema["type"] == "integer",
            values: values(schema),
            terminal: schema.get("x-terminal").map(spec::scalars),
        })
        .collect()
}

fn values(schema: &Value) -> Vec<EnumValue> {
    let names = spec::strings(&schema["x-enum-varnames"]);
    let values = spec::scalars(&schema["enum"]).into_iter().enumerate();
    let values = values.map(|(index, text)| EnumValue {
        variant: names
            .get(index)
            .cloned()
            .unwrap_or_else(|| names::variant(&text).to_string()),
        text,
    });
    values.collect()
}
