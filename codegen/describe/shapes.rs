//! Reads which type of Rust the values of a schema have.

use serde_json::Value;

use crate::codegen::{
    model::{Shape, TypeModel},
    schema, spec,
};

/// Any JSON.
const ANY: &str = "::serde_json::Value";
/// Any JSON object.
const OBJECT: &str = "::serde_json::Map<::std::string::String, ::serde_json::Value>";

/// Returns the shape of a value that isn't null.
pub fn of(schema: &Value) -> Shape {
    if let Some(name) = reference(schema) {
        return Shape::Named(name.to_owned());
    }
    match schema["type"].as_str() {
        Some("array") => Shape::List(Box::new(of_element(&schema["items"]))),
        Some("object") => match &schema["additionalProperties"] {
            Value::Object(values) if !values.is_empty() => {
                Shape::Map(Box::new(of_element(&schema["additionalProperties"])))
            }
            _ => Shape::Plain(OBJECT),
        },
        Some("string") => Shape::Plain(text(schema["format"].as_str().unwrap_or_default())),
        Some("integer") => Shape::Plain(match schema::integer_format(schema) {
            "int32" => "i32",
            "uint32" => "u32",
            "uint64" => "u64",
            _ => "i64",
        }),
        Some("number") if schema["format"] == "float" => Shape::Plain("f32"),
        Some("number") => Shape::Plain("f64"),
        Some("boolean") => Shape::Plain("bool"),
        _ => Shape::Plain(ANY),
    }
}

/// Returns the shape of an element of a list or map, which may be null.
pub fn of_element(schema: &Value) -> Shape {
    let shape = of(schema);
    if schema["nullable"] == true && !is_any(&shape) {
        Shape::Nullable(Box::new(shape))
    } else {
        shape
    }
}

/// Whether null is one of the values.
pub fn is_any(shape: &Shape) -> bool {
    *shape == Shape::Plain(ANY)
}

/// Whether a shape has a value that is as good as none.
pub fn has_empty(shape: &Shape) -> bool {
    matches!(shape, Shape::List(_) | Shape::Map(_)) || *shape == Shape::Plain(OBJECT)
}

fn text(format: &str) -> &'static str {
    match format {
        "date-time" => "::chrono::DateTime<::chrono::offset::Utc>",
        "date" => "::chrono::naive::NaiveDate",
        "uuid" => "::uuid::Uuid",
        "ip" => "::std::net::IpAddr",
        "ipv4" => "::std::net::Ipv4Addr",
        "ipv6" => "::std::net::Ipv6Addr",
        _ => "::std::string::String",
    }
}

/// Returns the name of the schema that this one is, by `$ref` or by `allOf` with one part.
pub fn reference(schema: &Value) -> Option<&str> {
    spec::schema_name(schema).or_else(|| match spec::elements(&schema["allOf"]) {
        [only] => spec::schema_name(only),
        _ => None,
    })
}

/// Returns what is said of a type.
pub fn of_type(name: &str, schema: &Value) -> TypeModel {
    TypeModel {
        name: name.to_owned(),
        description: spec::text(&schema["description"]),
        is_deprecated: schema["deprecated"] == true,
    }
}
