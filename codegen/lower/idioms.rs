//! Unfolds the ways in which OpenAPI says what it can say more simply.

use serde_json::{Value, json};

use crate::codegen::{schema, spec};

pub fn unfold(document: &mut Value) {
    schema::for_each_schema(document, &mut |schema| {
        null_in_enum(schema);
        for key in ["oneOf", "anyOf"] {
            members_for_null(schema, key);
            only_constraints(schema, key);
            only_member(schema, key);
        }
        annotations_in_all_of(schema);
        only_inline_member(schema);
        kinds(schema);
    });
}

/// `enum: [a, null]` is a nullable enum.
fn null_in_enum(schema: &mut Value) {
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        let before = values.len();
        let nulls: Vec<bool> = values.iter().map(Value::is_null).collect();
        values.retain(|value| !value.is_null());
        if values.len() < before {
            schema["nullable"] = json!(true);
            let mut of_value = nulls.into_iter();
            if let Some(names) = schema
                .get_mut("x-enum-varnames")
                .and_then(Value::as_array_mut)
            {
                names.retain(|_| of_value.next() != Some(true));
            }
        }
    }
}

/// A union with null is nullable.
fn members_for_null(schema: &mut Value, key: &str) {
    let Some(members) = schema.get_mut(key).and_then(Value::as_array_mut) else {
        return;
    };
    let before = members.len();
    members.retain(|member| !schema::is_null(member));
    let mut is_nullable = members.len() < before;
    for member in members {
        if let Some(member) = member.as_object_mut()
            && member.get("nullable") == Some(&json!(true))
        {
            member.remove("nullable");
            is_nullable = true;
        }
    }
    if is_nullable {
        schema["nullable"] = json!(true);
    }
}

/// Members that only demand properties are constraints, which the server checks.
fn only_constraints(schema: &mut Value, key: &str) {
    let members = spec::elements(&schema[key]);
    if !members.is_empty()
        && members.iter().all(schema::is_constraint)
        && let Some(schema) = schema.as_object_mut()
    {
        schema.remove(key);
    }
}

/// A union of one is that one.
fn only_member(schema: &mut Value, key: &str) {
    if let [_] = spec::elements(&schema[key])
        && schema.get("allOf").is_none()
        && let Some(schema) = schema.as_object_mut()
        && let Some(member) = schema.remove(key)
    {
        schema.remove("discriminator");
        schema.insert("allOf".to_owned(), member);
    }
}

/// A member of `allOf` that only describes belongs to the schema itself.
fn annotations_in_all_of(schema: &mut Value) {
    let Some(members) = schema.get_mut("allOf").and_then(Value::as_array_mut) else {
        return;
    };
    let (annotations, parts) = std::mem::take(members)
        .into_iter()
        .partition::<Vec<_>, _>(schema::is_annotation);
    *members = parts;
    if members.is_empty()
        && let Some(schema) = schema.as_object_mut()
    {
        schema.remove("allOf");
    }
    for annotation in annotations {
        take_over(schema, annotation);
    }
}

/// `allOf` with one schema that has no name is that schema.
fn only_inline_member(schema: &mut Value) {
    if let [only] = spec::elements(&schema["allOf"])
        && only.get("$ref").is_none()
        && let Some(object) = schema.as_object_mut()
        && let Some(Value::Array(mut members)) = object.remove("allOf")
        && let Some(only) = members.pop()
    {
        take_over(schema, only);
    }
}

/// Adds what a schema doesn't say itself.
fn take_over(schema: &mut Value, from: Value) {
    if let (Some(schema), Value::Object(from)) = (schema.as_object_mut(), from) {
        for (key, value) in from {
            match (schema.get_mut(&key), value) {
                (None, value) => {
                    schema.insert(key, value);
                }
                (Some(Value::Object(there)), Value::Object(more)) => {
                    for (name, value) in more {
                        there.entry(name).or_insert(value);
                    }
                }
                (Some(Value::Array(there)), Value::Array(more)) => there.extend(more),
                (Some(_), _) => (),
            }
        }
    }
}

/// Says the type where it follows from the rest, and what becomes of further fields in one way.
fn kinds(schema: &mut Value) {
    if schema.get("type").is_none() {
        let values = spec::elements(&schema["enum"]);
        if !values.is_empty() && values.iter().all(Value::is_string) {
            schema["type"] = json!("string");
        } else if schema["properties"].is_object() {
            schema["type"] = json!("object");
        }
    }
    // A reply may have more than it is said to have.
    match schema.get("additionalProperties") {
        Some(Value::Bool(true)) => schema["additionalProperties"] = json!({}),
        Some(Value::Bool(false)) => {
            if let Some(schema) = schema.as_object_mut() {
                schema.remove("additionalProperties");
            }
        }
        _ => (),
    }
}
