//! Reads a spec as JSON: its operations, its references, its schemas.

use serde_json::{Map, Value};

pub const JSON: &str = "application/json";
pub const MULTIPART: &str = "multipart/form-data";

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An operation of the spec, with its path and the item of the path that it inherits from.
pub struct Endpoint<'a> {
    pub path: &'a str,
    pub method: &'a str,
    pub item: &'a Value,
    pub operation: &'a Value,
}

impl Endpoint<'_> {
    /// Returns the operation's place in the spec, in the form the maintainer reads.
    pub fn place(&self) -> String {
        format!("paths.{}.{}", self.path, self.method)
    }

    pub fn operation_id(&self) -> Option<&str> {
        self.operation["operationId"].as_str()
    }

    /// Returns the operation's parameters, those of its path included, references resolved.
    pub fn parameters<'b>(&'b self, spec: &'b Value) -> Vec<&'b Value> {
        let own = elements(&self.operation["parameters"]).iter();
        let inherited = elements(&self.item["parameters"]).iter();
        let mut parameters: Vec<&Value> = Vec::new();
        for parameter in own.chain(inherited).map(|value| resolve(spec, value)) {
            let same = |other: &&Value| {
                other["name"] == parameter["name"] && other["in"] == parameter["in"]
            };
            if !parameters.iter().any(same) {
                parameters.push(parameter);
            }
        }
        parameters
    }

    /// Returns the media types of the request body.
    pub fn request_media_types<'b>(&'b self, spec: &'b Value) -> Vec<(&'b str, &'b Value)> {
        let body = resolve(spec, &self.operation["requestBody"]);
        entries(&body["content"]).collect()
    }

    /// Returns the responses by code, references resolved.
    pub fn responses<'b>(
        &'b self,
        spec: &'b Value,
    ) -> impl Iterator<Item = (&'b str, &'b Value)> + 'b {
        entries(&self.operation["responses"])
            .map(|(code, response)| (code, resolve(spec, response)))
    }

    /// Returns the schema of the JSON body of a success.
    pub fn success_schema<'b>(&'b self, spec: &'b Value) -> Option<&'b Value> {
        self.responses(spec)
            .find(|(code, _)| code.starts_with('2'))
            .and_then(|(_, response)| response["content"][JSON].get("schema"))
    }
}

/// Returns the operations in the order of the spec.
pub fn endpoints(spec: &Value) -> Vec<Endpoint<'_>> {
    let mut endpoints = Vec::new();
    for (path, item) in entries(&spec["paths"]) {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                endpoints.push(Endpoint {
                    path,
                    method,
                    item,
                    operation,
                });
            }
        }
    }
    endpoints
}

/// Follows `$ref`s to the value they end at; `Null` where one dangles.
pub fn resolve<'a>(spec: &'a Value, mut value: &'a Value) -> &'a Value {
    // The bound ends a circle of references, which `check` reports as dangling.
    for _ in 0..16 {
        match value["$ref"].as_str() {
            Some(reference) => value = target(spec, reference).unwrap_or(&Value::Null),
            None => return value,
        }
    }
    &Value::Null
}

pub fn target<'a>(spec: &'a Value, reference: &str) -> Option<&'a Value> {
    spec.pointer(reference.strip_prefix('#')?)
}

/// Returns the name of a component schema from a reference to it.
pub fn schema_name(schema: &Value) -> Option<&str> {
    schema["$ref"]
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

/// Names what a member of a union is, as its variant is called.
pub fn kind(schema: &Value) -> String {
    if let Some(name) = schema_name(schema) {
        return name.to_owned();
    }
    if let Some(title) = schema["title"].as_str() {
        return super::names::type_name(title);
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
        let schema = resolve(spec, schema);
        let depth = depth.checked_sub(1)?;
        let own = schema["properties"].get(name);
        own.or_else(|| {
            let mut parts = elements(&schema["allOf"]).iter();
            parts.find_map(|part| find(spec, part, name, depth))
        })
    }
    find(spec, schema, name, DEEPEST).unwrap_or(&Value::Null)
}

/// Returns the members of a union; none of any other schema.
pub fn union_members(schema: &Value) -> &[Value] {
    match elements(&schema["oneOf"]) {
        [] => elements(&schema["anyOf"]),
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
        elements(&member["enum"]).iter().all(Value::is_null) && member["enum"].is_array();
    member["type"] == "null" || is_empty || (member["nullable"] == true && is_annotation(member))
}

fn has_only(schema: &Value, keys: &[&str]) -> bool {
    schema
        .as_object()
        .is_some_and(|schema| schema.keys().all(|key| keys.contains(&key.as_str())))
}

/// Returns the members of an object; none of anything else.
pub fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    value
        .as_object()
        .unwrap_or(&EMPTY)
        .iter()
        .map(|(key, value)| (key.as_str(), value))
}

/// Returns the elements of an array; none of anything else.
pub fn elements(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Returns the text of a string; `None` of anything else.
pub fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// Returns those elements of an array that are strings.
pub fn strings(value: &Value) -> Vec<String> {
    elements(value).iter().filter_map(text).collect()
}

/// Returns the elements of an array that are strings or integers, as text.
pub fn scalars(value: &Value) -> Vec<String> {
    let texts = elements(value).iter().filter_map(|value| match value {
        Value::Number(number) => Some(number.to_string()),
        value => text(value),
    });
    texts.collect()
}

/// Returns the members of an object, to be changed; none of anything else.
pub fn members(value: Option<&mut Value>) -> impl Iterator<Item = (&String, &mut Value)> {
    value.and_then(Value::as_object_mut).into_iter().flatten()
}

/// Changes each operation, by its id.
pub fn for_each_operation(document: &mut Value, mut change: impl FnMut(&mut Value, &str)) {
    for (_, item) in members(document.get_mut("paths")) {
        for (_, operation) in members(Some(item)) {
            if let Some(id) = text(&operation["operationId"]) {
                change(operation, &id);
            }
        }
    }
}

/// Changes each schema of a document, those inside others first.
pub fn for_each_schema(document: &mut Value, change: &mut impl FnMut(&mut Value)) {
    for (_, schema) in members(document.pointer_mut("/components/schemas")) {
        within_schema(schema, change);
    }
    for (key, child) in members(Some(document)) {
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
    for (_, property) in members(schema.get_mut("properties")) {
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
