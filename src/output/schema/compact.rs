//! A generated schema without what only adds to its length.

use std::collections::BTreeSet;

use schemars::{
    Schema,
    transform::{Transform, transform_subschemas},
};
use serde_json::{Map, Value};

use super::pointer;

/// The formats by which schemars names Rust's numbers. JSON Schema knows none of them, and the
/// bounds that matter stand beside them.
const NUMBERS: [&str; 16] = [
    "double", "float", "int", "int128", "int16", "int32", "int64", "int8", "isize", "uint",
    "uint128", "uint16", "uint32", "uint64", "uint8", "usize",
];

const DEFINITIONS: &str = "$defs";
const TO_DEFINITIONS: &str = "/$defs/";

/// Makes the schema of the type of this name short.
pub(super) fn compact(mut schema: Schema, type_name: &str) -> Schema {
    WithoutNoise.transform(&mut schema);
    if let Some(keywords) = schema.as_object_mut() {
        remove_title(keywords, type_name);
        for (name, definition) in definitions(keywords) {
            if let Some(keywords) = definition.as_object_mut() {
                remove_title(keywords, name);
            }
        }
        inline_reference(keywords);
        remove_unused(keywords);
    }
    schema
}

struct WithoutNoise;

impl Transform for WithoutNoise {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(keywords) = schema.as_object_mut() {
            keep_wanted_forms(keywords);
        }
        let format = schema.get("format").and_then(Value::as_str);
        if format.is_some_and(|format| NUMBERS.contains(&format)) {
            schema.remove("format");
        }
        // An optional field that is left out is null anyway.
        if schema.get("default").is_some_and(Value::is_null) {
            schema.remove("default");
        }
        // It comes of `skip_serializing`, which says nothing to the agent.
        schema.remove("writeOnly");
        transform_subschemas(self, schema);
    }
}

/// Removes the forms of serde_with's unions that are only read, so that the agent is asked for the
/// one that is wanted.
fn keep_wanted_forms(keywords: &mut Map<String, Value>) {
    let Some(Value::Array(mut forms)) = keywords.remove("anyOf") else {
        return;
    };
    let is_only_read = |form: &Value| form.get("writeOnly") == Some(&Value::Bool(true));
    let count = forms.len();
    if !forms.iter().all(is_only_read) {
        forms.retain(|form| !is_only_read(form));
    }
    match forms.as_slice() {
        [Value::Object(form)]
            if count > 1 && form.keys().all(|keyword| !keywords.contains_key(keyword)) =>
        {
            keywords.extend(form.clone());
        }
        _ => {
            keywords.insert("anyOf".to_owned(), Value::Array(forms));
        }
    }
}

fn remove_title(keywords: &mut Map<String, Value>, type_name: &str) {
    if keywords.get("title").and_then(Value::as_str) == Some(type_name) {
        keywords.remove("title");
    }
}

fn definitions(keywords: &mut Map<String, Value>) -> impl Iterator<Item = (&String, &mut Value)> {
    keywords
        .get_mut(DEFINITIONS)
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
}

/// Puts the definition that the root refers to in place of the reference. A newtype has such a
/// root. What the root says itself counts.
fn inline_reference(keywords: &mut Map<String, Value>) {
    let mut followed = BTreeSet::new();
    while let Some(name) = referred_name(keywords)
        && followed.insert(name.clone())
        && let Some(definition) = keywords.get(DEFINITIONS).and_then(|all| all.get(&name))
        && let Some(definition) = definition.as_object()
        // Otherwise both would have to hold, which one object can't say.
        && definition.keys().all(|keyword| keyword == "description" || !keywords.contains_key(keyword))
    {
        let definition = definition.clone();
        keywords.remove("$ref");
        for (keyword, value) in definition {
            keywords.entry(keyword).or_insert(value);
        }
    }
}

/// Returns the name of the definition that a schema refers to.
fn referred_name(keywords: &Map<String, Value>) -> Option<String> {
    let reference = keywords.get("$ref")?.as_str()?;
    let name = pointer(reference)?.strip_prefix(TO_DEFINITIONS)?.to_owned();
    Some(name.replace("~1", "/").replace("~0", "~"))
}

/// Removes the definitions that can't be reached from the root.
fn remove_unused(keywords: &mut Map<String, Value>) {
    let Some(Value::Object(mut definitions)) = keywords.remove(DEFINITIONS) else {
        return;
    };
    let mut used = BTreeSet::new();
    for value in keywords.values() {
        collect_references(value, &definitions, &mut used);
    }
    definitions.retain(|name, _| used.contains(name));
    if !definitions.is_empty() {
        keywords.insert(DEFINITIONS.to_owned(), Value::Object(definitions));
    }
}

fn collect_references(
    value: &Value,
    definitions: &Map<String, Value>,
    used: &mut BTreeSet<String>,
) {
    match value {
        Value::Array(values) => {
            for value in values {
                collect_references(value, definitions, used);
            }
        }
        Value::Object(keywords) => {
            for value in keywords.values() {
                collect_references(value, definitions, used);
            }
            if let Some(name) = referred_name(keywords)
                && let Some(definition) = definitions.get(&name)
                && used.insert(name)
            {
                collect_references(definition, definitions, used);
            }
        }
        _ => {}
    }
}
