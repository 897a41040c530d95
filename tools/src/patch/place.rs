//! Finds the schema of an entry in the document.

use serde_json::Value;

use super::{child, entry::Entry};
use crate::codegen::{media_types, spec};

/// A schema, and its place in the document.
pub struct Found<'a> {
    pub place: String,
    pub schema: &'a Value,
}

/// One step of a path from a value into it.
#[derive(Debug, PartialEq)]
enum Step {
    Field(String),
    Element,
    Value,
}

/// Returns the schema of the value at an entry's place.
pub fn of_value<'a>(spec: &'a Value, entry: &Entry) -> Option<Found<'a>> {
    let (start, steps) = start(spec, entry)?;
    walk(spec, start, &steps)
}

/// Returns the schema of the object that has, or lacks, the entry's property.
pub fn of_object<'a>(spec: &'a Value, entry: &Entry) -> Option<Found<'a>> {
    let (start, mut steps) = start(spec, entry)?;
    match steps.pop() {
        Some(Step::Field(_)) => walk(spec, start, &steps),
        _ => None,
    }
}

/// Returns the place of an operation's responses.
pub fn of_responses(spec: &Value, operation: &str) -> Option<String> {
    let endpoints = spec::endpoints(spec);
    let mut found = endpoints.iter();
    let found = found.find(|endpoint| endpoint.operation_id() == Some(operation))?;
    Some(format!("{}.responses", found.place()))
}

/// Returns where the path of an entry begins, and its steps.
fn start<'a>(spec: &'a Value, entry: &Entry) -> Option<(Found<'a>, Vec<Step>)> {
    if let Some(path) = &entry.schema {
        let end = path.find(['.', '[', '{']).unwrap_or(path.len());
        let (name, rest) = path.split_at(end);
        let start = Found {
            place: format!("components.schemas.{name}"),
            schema: spec["components"]["schemas"].get(name)?,
        };
        return Some((start, steps(rest)?));
    }
    let place = of_responses(spec, &entry.operation)?;
    let endpoints = spec::endpoints(spec);
    let endpoint = endpoints
        .into_iter()
        .find(|endpoint| endpoint.operation_id() == Some(&entry.operation))?;
    let response = endpoint.operation["responses"].get(&entry.status)?;
    let (media_type, body) = media_types::json_of(&response["content"])?;
    let schema = body.get("schema")?;
    let start = Found {
        place: format!("{place}.{}.content.{}.schema", entry.status, media_type),
        schema,
    };
    Some((start, steps(&entry.path)?))
}

/// Reads a path such as `data[].status` or `config{}."x.y"`.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        rest = rest.strip_prefix('.').unwrap_or(rest);
        if let Some(after) = rest.strip_prefix("[]") {
            steps.push(Step::Element);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("{}") {
            steps.push(Step::Value);
            rest = after;
        } else if rest.starts_with('"') {
            let mut names = serde_json::Deserializer::from_str(rest).into_iter::<String>();
            let name = names.next()?.ok()?;
            rest = rest.get(names.byte_offset()..)?;
            steps.push(Step::Field(name));
        } else {
            let end = rest.find(['.', '[', '{']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            steps.push(Step::Field(name.to_owned()));
            rest = after;
        }
    }
    Some(steps)
}

fn walk<'a>(spec: &'a Value, start: Found<'a>, steps: &[Step]) -> Option<Found<'a>> {
    let mut found = follow(spec, start);
    for step in steps {
        let keys = match step {
            Step::Field(name) => vec!["properties", name],
            Step::Element => vec!["items"],
            Step::Value => vec!["additionalProperties"],
        };
        for key in keys {
            let schema = child(found.schema, key);
            if schema.is_null() {
                return None;
            }
            found = Found {
                place: format!("{}.{key}", found.place),
                schema,
            };
        }
        found = follow(spec, found);
    }
    Some(found)
}

/// Follows a reference to its target.
fn follow<'a>(spec: &'a Value, mut found: Found<'a>) -> Found<'a> {
    // The bound ends a circle of references.
    for _ in 0..16 {
        let Some(name) = spec::schema_name(found.schema) else {
            break;
        };
        found = Found {
            place: format!("components.schemas.{name}"),
            schema: spec::resolve(spec, found.schema),
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read() {
        let field = |name: &str| Step::Field(name.to_owned());
        assert_eq!(
            steps("data[].config{}.\"x.y\".z"),
            Some(vec![
                field("data"),
                Step::Element,
                field("config"),
                Step::Value,
                field("x.y"),
                field("z"),
            ])
        );
        assert_eq!(steps(""), Some(Vec::new()));
        assert_eq!(steps(".status"), Some(vec![field("status")]));
    }
}
