//! Reads and changes the schemas of a spec.

use serde_json::Value;

use super::{names, spec};

/// Names what a member of a union is, as its variant is called.
pub fn kind(schema: &Value) -> String {
    if let Some(name) = spec::schema_name(schema) {
        return name.to_owned();
    }
    if let Some(title) = schema["title"].as_str() {
        return names::type_name(title);
    }
    let kind = match (schema["type"].as_str(), schema["format"].as_str()) {
        _ if schema.get("enum").is_some() => "Choice",
        (Some("string"), Some("date-time")) => "DateTime",
        (Some("string"), Some("date")) => "Date",
        (Some("string"), Some("uuid")) => "Uuid",
        (Some("string"), _) => "Text",
        (Some("integer"), _) => "Integer",
        (Some("number"), _) => "Number",
        (Some("boolean"), _) => "Boolean",
        (Some("array"), _) => "List",
        (Some("object"), _) if schema.get("properties").is_some() => "Object",
        (Some("object"), _) => "Map",
        _ if schema.get("allOf").is_some() => "Object",
        _ if schema.get("oneOf").is_some() || schema.get("anyOf").is_some() => "Either",
        _ => "Any",
    };
    kind.to_owned()
}

/// Returns the format that says how many bits an integer has, and whether it can be negative.
///
/// A reply must not be narrowed: only `int32` says that 32 bits are enough.
pub fn integer_format(schema: &Value) -> &'static str {
    let is_natural = schema["minimum"]
        .as_f64()
        .is_some_and(|minimum| minimum >= 0.0);
    match (schema["format"].as_str(), is_natural) {
        (Some("uint32"), _) | (Some("int32"), true) => "uint32",
        (Some("int32"), false) => "int32",
        (Some("uint64"), _) | (_, true) => "uint64",
        (_, false) => "int64",
    }
}

/// Returns the least integer that a schema takes, where it has a bound.
pub fn minimum(schema: &Value) -> Option<i64> {
    let minimum = schema["minimum"].as_i64()?;
    let step = i64::from(schema["exclusiveMinimum"] == true);
    Some(minimum.saturating_add(step))
}

/// Returns the greatest integer that a schema takes, where it has a bound.
pub fn maximum(schema: &Value) -> Option<i64> {
    let maximum = schema["maximum"].as_i64()?;
    let step = i64::from(schema["exclusiveMaximum"] == true);
    Some(maximum.saturating_sub(step))
}

/// How deep the parts of a schema are followed, which ends a circle of references.
const DEEPEST: u8 = 16;

/// Returns the schema of a property of an object or of its parts; `Null` where there is none.
pub fn property<'a>(spec: &'a Value, schema: &'a Value, name: &str) -> &'a Value {
    fn find<'a>(spec: &'a Value, schema: &'a Value, name: &str, depth: u8) -> Option<&'a Value> {
        let schema = spec::resolve(spec, schema);
        let depth = depth.checked_sub(1)?;
        let own = schema["properties"].get(name);
        own.or_else(|| {
            let mut parts = spec::elements(&schema["allOf"]).iter();
            parts.find_map(|part| find(spec, part, name, depth))
        })
    }
    find(spec, schema, name, DEEPEST).unwrap_or(&Value::Null)
}

/// Returns the names of the properties on a dotted path, such as `meta.next`. A property whose own
/// name has dots is a path of one.
pub fn path_of(spec: &Value, schema: &Value, path: &str) -> Vec<String> {
    if property(spec, schema, path).is_null() {
        path.split('.').map(str::to_owned).collect()
    } else {
        vec![path.to_owned()]
    }
}

/// Returns the schema at a dotted path of properties; `Null` where there is none.
pub fn at_path<'a>(spec: &'a Value, schema: &'a Value, path: &str) -> &'a Value {
    let path = path_of(spec, schema, path);
    let start = spec::resolve(spec, schema);
    path.iter()
        .fold(start, |schema, name| property(spec, schema, name))
}

/// Returns the members of a union; none of any other schema.
pub fn union_members(schema: &Value) -> &[Value] {
    match spec::elements(&schema["oneOf"]) {
        [] => spec::elements(&schema["anyOf"]),
        members => members,
    }
}

/// What describes a schema or its use, and doesn't decide which values it takes.
const ANNOTATIONS: [&str; 10] = [
    "title",
    "description",
    "default",
    "example",
    "externalDocs",
    "deprecated",
    "nullable",
    "readOnly",
    "writeOnly",
    "xml",
];

/// Whether a part of a schema says nothing of the values that it takes.
pub fn is_annotation(part: &Value) -> bool {
    has_only(part, &ANNOTATIONS)
}

/// Whether a part of a schema only demands properties that another part has.
pub fn is_constraint(part: &Value) -> bool {
    has_only(part, &["required", "not", "description"])
}

/// Whether null is all that a member of a union takes.
pub fn is_null(member: &Value) -> bool {
    let is_empty =
        spec::elements(&member["enum"]).iter().all(Value::is_null) && member["enum"].is_array();
    member["type"] == "null" || is_empty || (member["nullable"] == true && is_annotation(member))
}

fn has_only(schema: &Value, keys: &[&str]) -> bool {
    schema
        .as_object()
        .is_some_and(|schema| schema.keys().all(|key| keys.contains(&key.as_str())))
}

/// Changes each schema of a document, those inside others first.
pub fn for_each_schema(document: &mut Value, change: &mut impl FnMut(&mut Value)) {
    for (_, schema) in spec::members(document.pointer_mut("/components/schemas")) {
        within_schema(schema, change);
    }
    for (key, child) in spec::members(Some(document)) {
        match key.as_str() {
            "schema" => within_schema(child, change),
            "schemas" | "example" | "examples" => (),
            _ => for_each_schema(child, change),
        }
    }
    for child in document.as_array_mut().into_iter().flatten() {
        for_each_schema(child, change);
    }
}

fn within_schema(schema: &mut Value, change: &mut impl FnMut(&mut Value)) {
    for (_, property) in spec::members(schema.get_mut("properties")) {
        within_schema(property, change);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(child) = schema.get_mut(key) {
            within_schema(child, change);
        }
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        let members = schema.get_mut(key).and_then(Value::as_array_mut);
        for member in members.into_iter().flatten() {
            within_schema(member, change);
        }
    }
    change(schema);
}
