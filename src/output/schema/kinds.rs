//! What a schema describes, by the words at its root.

use std::{collections::BTreeSet, fmt};

use serde_json::{Map, Value};

use super::{SchemaError, pointer};

/// The kinds of JSON that the root of a schema lets pass, by the names of JSON Schema; none where
/// any JSON passes.
#[derive(Debug, PartialEq)]
pub(super) struct Kinds(Option<BTreeSet<String>>);

const OBJECT: &str = "object";

impl Kinds {
    pub(super) fn of(schema: &Value) -> Self {
        Self(allowed(schema, schema, &mut Vec::new()))
    }

    pub(super) fn is_object(&self) -> bool {
        self.0.as_ref().is_some_and(is_object)
    }

    /// Returns the name of a field that could hold such a value.
    pub(super) fn field(&self) -> &'static str {
        let kinds = self.0.iter().flatten().map(String::as_str);
        match kinds.collect::<Vec<_>>()[..] {
            ["array"] => "items",
            ["string"] => "text",
            ["number" | "integer"] => "number",
            ["boolean"] => "answer",
            _ => "value",
        }
    }
}

/// Names the kinds in words: `a list or null`.
impl fmt::Display for Kinds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(kinds) = &self.0 else {
            return formatter.write_str("any JSON");
        };
        // JSON Schema has no order for them; null reads best at the end.
        let (null, others): (Vec<_>, Vec<_>) = kinds.iter().partition(|kind| *kind == "null");
        let words: Vec<_> = others
            .into_iter()
            .chain(null)
            .map(|kind| word(kind))
            .collect();
        if words.is_empty() {
            return formatter.write_str("nothing");
        }
        formatter.write_str(&words.join(" or "))
    }
}

/// Checks that JSON which was given is the schema of an object.
pub(super) fn check(schema: &Value) -> Result<(), SchemaError> {
    let Some(keywords) = schema.as_object() else {
        let found = word(kind_of(schema)).to_owned();
        return Err(SchemaError::NotSchema { found });
    };
    let kinds = Kinds::of(schema);
    if kinds.is_object() {
        return Ok(());
    }
    if kinds.0.is_some() {
        let found = kinds.to_string();
        return Err(SchemaError::NotObject { found });
    }
    let found = if keywords.contains_key("type") {
        format!("a JSON object with the type {}", keywords["type"])
    } else if keywords.is_empty() {
        "an empty JSON object".to_owned()
    } else {
        let names = keywords.keys().take(3).map(|name| format!("`{name}`"));
        let names = names.collect::<Vec<_>>().join(", ");
        format!("a JSON object without `type`, which begins with {names},")
    };
    let found = crate::excerpt::excerpt(&found);
    Err(SchemaError::NotSchema { found })
}

fn is_object(kinds: &BTreeSet<String>) -> bool {
    kinds.len() == 1 && kinds.contains(OBJECT)
}

/// Returns the kinds that a schema inside a root lets pass; `followed` are the references on the
/// way to it.
fn allowed<'a>(
    root: &'a Value,
    schema: &'a Value,
    followed: &mut Vec<&'a str>,
) -> Option<BTreeSet<String>> {
    let keywords = schema.as_object()?;
    let mut kinds = own_kinds(keywords);
    if let Some(reference) = keywords.get("$ref").and_then(Value::as_str)
        && !followed.contains(&reference)
        && let Some(target) = pointer(reference).and_then(|pointer| root.pointer(&pointer))
    {
        followed.push(reference);
        kinds = both(kinds, allowed(root, target, followed));
        followed.pop();
    }
    for member in members(keywords, "allOf") {
        kinds = both(kinds, allowed(root, member, followed));
    }
    for union in ["anyOf", "oneOf"] {
        let members = members(keywords, union).map(|member| allowed(root, member, followed));
        // One member that lets any JSON pass makes the union do so.
        let members: Option<Vec<_>> = members.collect();
        if let Some(members) = members.filter(|members| !members.is_empty()) {
            kinds = both(kinds, Some(members.into_iter().flatten().collect()));
        }
    }
    kinds
}

/// Returns the kinds that a schema names itself.
fn own_kinds(keywords: &Map<String, Value>) -> Option<BTreeSet<String>> {
    let named: Vec<&Value> = match keywords.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().collect(),
        Some(kind) => vec![kind],
        None => {
            let constants: BTreeSet<_> = keywords
                .get("const")
                .into_iter()
                .chain(members(keywords, "enum"))
                .map(|constant| kind_of(constant).to_owned())
                .collect();
            if !constants.is_empty() {
                return Some(constants);
            }
            // A schema that describes properties, and says no more, is meant to be of an object.
            let has_properties = keywords.get("properties").is_some_and(Value::is_object);
            return has_properties.then(|| BTreeSet::from([OBJECT.to_owned()]));
        }
    };
    let names = named.into_iter().map(|kind| kind.as_str().filter(is_kind));
    names.map(|name| name.map(str::to_owned)).collect()
}

fn both(
    left: Option<BTreeSet<String>>,
    right: Option<BTreeSet<String>>,
) -> Option<BTreeSet<String>> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.intersection(&right).cloned().collect()),
        (left, right) => left.or(right),
    }
}

fn members<'a>(keywords: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Value> {
    keywords
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn is_kind(name: &&str) -> bool {
    [
        "array", "boolean", "integer", "null", "number", "object", "string",
    ]
    .contains(name)
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => OBJECT,
    }
}

fn word(kind: &str) -> &'static str {
    match kind {
        "array" => "a list",
        "boolean" => "a boolean",
        "integer" | "number" => "a number",
        "null" => "null",
        "string" => "a text",
        _ => "an object",
    }
}
