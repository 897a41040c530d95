//! Lowers OpenAPI 3.1 to 3.0, which the later stages know.
//!
//! The two differ in their schemas: 3.1 has those of JSON Schema 2020-12. What 3.0 can say is
//! rewritten, and what it can't is refused.

use serde_json::{Map, Value, json};

use super::{problem::Problem, spec};

/// Keys of JSON Schema without an effect on a client.
const WITHOUT_EFFECT: [&str; 6] = [
    "$comment",
    "$schema",
    "contentMediaType",
    "contentSchema",
    "minContains",
    "maxContains",
];

/// Keys of JSON Schema that no type expresses.
const REFUSED: [&str; 14] = [
    "$anchor",
    "$defs",
    "$dynamicRef",
    "$id",
    "contains",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "if",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
];

/// Lowers a document of version 3.1, and leaves any other one as it is.
pub fn downgrade(document: &mut Value) -> Vec<Problem> {
    let is_3_1 = document["openapi"]
        .as_str()
        .is_some_and(|version| version.starts_with("3.1."));
    let mut problems = Vec::new();
    let Some(object) = document.as_object_mut().filter(|_| is_3_1) else {
        return problems;
    };
    object.insert("openapi".to_owned(), json!("3.0.3"));
    object.remove("webhooks");
    object.remove("jsonSchemaDialect");
    object.entry("paths").or_insert_with(|| json!({}));
    for (holder, key) in [
        ("/info", "summary"),
        ("/info/license", "identifier"),
        ("/components", "pathItems"),
    ] {
        if let Some(Value::Object(holder)) = document.pointer_mut(holder) {
            holder.remove(key);
        }
    }
    visit(document, "", &mut problems);
    problems
}

/// Finds the schemas in what isn't one.
fn visit(value: &mut Value, place: &str, problems: &mut Vec<Problem>) {
    let is_component = place == "components";
    if let Value::Object(object) = value
        && !place.is_empty()
        && object.contains_key("$ref")
    {
        // Beside a reference, these only describe it.
        object.retain(|key, _| !["summary", "description"].contains(&key.as_str()));
    }
    let children = match value {
        Value::Object(object) => object
            .iter_mut()
            .map(|(key, child)| (key.clone(), child))
            .collect::<Vec<_>>(),
        Value::Array(array) => array
            .iter_mut()
            .enumerate()
            .map(|(index, child)| (index.to_string(), child))
            .collect(),
        _ => return,
    };
    for (key, child) in children {
        let place = join(place, &key);
        match key.as_str() {
            "schema" => schema(child, &place, problems),
            "schemas" if is_component => {
                for (name, child) in spec::members(Some(child)) {
                    schema(child, &join(&place, name), problems);
                }
            }
            "example" | "examples" => (),
            _ => visit(child, &place, problems),
        }
    }
}

fn schema(value: &mut Value, place: &str, problems: &mut Vec<Problem>) {
    if *value == true {
        *value = json!({});
    }
    let Value::Object(object) = value else {
        return;
    };
    for key in ["properties"] {
        for (name, child) in spec::members(object.get_mut(key)) {
            schema(child, &join(&join(place, key), name), problems);
        }
    }
    for key in ["items", "additionalProperties"] {
        if let Some(child) = object.get_mut(key)
            && child.is_object()
        {
            schema(child, &join(place, key), problems);
        }
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        let members = object.get_mut(key).and_then(Value::as_array_mut);
        for (index, child) in members.into_iter().flatten().enumerate() {
            schema(child, &format!("{place}.{key}.{index}"), problems);
        }
    }
    for key in REFUSED {
        if object.contains_key(key) {
            problems.push(Problem::of_key(
                join(place, key),
                format!("no type expresses `{key}`; remove it, or describe the value in words"),
            ));
        }
    }
    object.retain(|key, _| {
        !WITHOUT_EFFECT.contains(&key.as_str()) && !REFUSED.contains(&key.as_str())
    });
    object.remove("unevaluatedProperties");
    if object.get("type").is_some_and(|kind| kind == "array") {
        object.entry("items").or_insert_with(|| json!({}));
    }
    encoding(object);
    constant(object);
    examples(object);
    bounds(object);
    kinds(object, place, problems);
    null_member(object);
    reference(object);
}

/// A text that holds bytes has a format in 3.0.
fn encoding(object: &mut Map<String, Value>) {
    if let Some(encoding) = object.remove("contentEncoding")
        && encoding == "base64"
    {
        object.insert("format".to_owned(), json!("byte"));
    }
}

fn constant(object: &mut Map<String, Value>) {
    if let Some(constant) = object.remove("const") {
        let kind = match &constant {
            Value::String(_) => "string",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            _ => return,
        };
        object.entry("type").or_insert_with(|| json!(kind));
        // Only of texts are there enums; of other kinds the type says enough.
        if constant.is_string() {
            object.insert("enum".to_owned(), json!([constant]));
        }
    }
}

fn examples(object: &mut Map<String, Value>) {
    if let Some(Value::Array(examples)) = object.remove("examples")
        && let Some(first) = examples.into_iter().next()
    {
        object.entry("example").or_insert(first);
    }
}

fn bounds(object: &mut Map<String, Value>) {
    for (exclusive, inclusive) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        if object.get(exclusive).is_some_and(Value::is_number)
            && let Some(bound) = object.insert(exclusive.to_owned(), json!(true))
        {
            object.insert(inclusive.to_owned(), bound);
        }
    }
}

/// A list of types is one type that may be null, or a choice among several.
fn kinds(object: &mut Map<String, Value>, place: &str, problems: &mut Vec<Problem>) {
    let Some(Value::Array(kinds)) = object.get("type") else {
        return;
    };
    let mut kinds = kinds.clone();
    let before = kinds.len();
    kinds.retain(|kind| kind != "null");
    if kinds.len() < before {
        object.insert("nullable".to_owned(), json!(true));
    }
    if let [kind] = kinds.as_slice() {
        object.insert("type".to_owned(), kind.clone());
        return;
    }
    object.remove("type");
    let of_a_type = [
        "format",
        "enum",
        "items",
        "properties",
        "additionalProperties",
    ];
    if let Some(key) = of_a_type.iter().find(|key| object.contains_key(**key)) {
        problems.push(Problem::new(
            join(place, "type"),
            format!("`{key}` belongs to one of several types; write them under `oneOf:`"),
        ));
    } else if !kinds.is_empty() {
        let choice = kinds.iter().map(|kind| json!({"type": kind}));
        object.insert("oneOf".to_owned(), choice.collect());
    }
}

/// A member of a choice that is null makes the choice nullable.
fn null_member(object: &mut Map<String, Value>) {
    for key in ["oneOf", "anyOf"] {
        let Some(Value::Array(members)) = object.get_mut(key) else {
            continue;
        };
        let before = members.len();
        members.retain(|member| member["type"] != "null");
        let (is_nullable, is_one) = (members.len() < before, members.len() == 1);
        if is_nullable {
            object.insert("nullable".to_owned(), json!(true));
            if is_one && let Some(only) = object.remove(key) {
                object.insert("allOf".to_owned(), only);
            }
        }
    }
}

/// What stands beside a reference counts in 3.1.
fn reference(object: &mut Map<String, Value>) {
    if object.len() > 1
        && let Some(reference) = object.remove("$ref")
    {
        let parts = object.entry("allOf").or_insert_with(|| json!([]));
        if let Value::Array(parts) = parts {
            parts.insert(0, json!({"$ref": reference}));
        }
    }
}

fn join(place: &str, key: &str) -> String {
    if place.is_empty() {
        key.to_owned()
    } else {
        format!("{place}.{key}")
    }
}
