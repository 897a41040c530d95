//! Writes the edit of each kind of entry.

use serde_json::Value;

use super::{
    entry::{Entry, Shape},
    lines::{Block, Lines},
    place::{self, Found},
};
use crate::codegen::spec;

type Result = std::result::Result<(), &'static str>;

const NO_PLACE: &str = "its schema isn't in the spec";
const FLOW: &str = "it is written in brackets or braces; give each part a line of its own";

/// Adds the edit that mends an entry, or tells why there is none.
pub fn edit(spec: &Value, entry: &Entry, lines: &mut Lines) -> Result {
    match entry.kind.as_str() {
        "unknown_field" => property(spec, entry, lines),
        "missing_field" => optional(spec, entry, lines),
        "unknown_value" => value(spec, entry, lines),
        "wrong_kind" => kind(spec, entry, lines),
        "undocumented_status" => status(spec, entry, lines),
        _ => Err("no edit of the spec follows from it; look at a reply"),
    }
}

/// Adds a property after the others.
fn property(spec: &Value, entry: &Entry, lines: &mut Lines) -> Result {
    let Found { place, schema } = place::of_object(spec, entry).ok_or(NO_PLACE)?;
    let name = entry.property.as_ref().ok_or("its name may be data")?;
    let block = block(lines, &format!("{place}.properties"), &schema["properties"])?;
    let margin = " ".repeat(block.indentation);
    lines.add_after(block.last, format!("{margin}{}:", key(name)));
    let kinds = entry.kinds();
    let shape = match kinds.iter().next() {
        Some(shape) if kinds.len() == 1 => Some(*shape),
        _ => None,
    };
    for line in shape.map(schema_lines).unwrap_or_default() {
        lines.add_after(block.last, format!("{margin}  {line}"));
    }
    if entry.has_null() && shape.is_some() {
        lines.add_after(block.last, format!("{margin}  nullable: true"));
    }
    let operation = &entry.operation;
    let line = format!("{margin}  description: Seen in replies of `{operation}`; not documented.");
    lines.add_after(block.last, line);
    Ok(())
}

/// Takes a name out of `required`.
fn optional(spec: &Value, entry: &Entry, lines: &mut Lines) -> Result {
    let Found { place, schema } = place::of_object(spec, entry).ok_or(NO_PLACE)?;
    let name = entry.property.as_ref().ok_or(NO_PLACE)?;
    let required = spec::strings(&schema["required"]);
    let index = required.iter().position(|required| required == name);
    let index = index.ok_or("it isn't required where it was looked for")?;
    let place = format!("{place}.required");
    let list = lines.key(&place).ok_or(NO_PLACE)?;
    let element = lines.key(&format!("{place}.{index}")).ok_or(NO_PLACE)?;
    if element.line != list.line {
        if !is_element(lines.line(element.line)) {
            return Err(FLOW);
        }
        lines.remove(element.line);
        if required.len() == 1 {
            lines.remove(list.line);
        }
        return Ok(());
    }
    let kept = required.iter().filter(|required| *required != name);
    let kept: Vec<_> = kept.map(|name| key(name)).collect();
    flow_list(lines, list.line, &kept)
}

/// Adds a value to an enum.
fn value(spec: &Value, entry: &Entry, lines: &mut Lines) -> Result {
    let Found { place, schema } = place::of_value(spec, entry).ok_or(NO_PLACE)?;
    let value = entry.value.as_ref().ok_or("it doesn't look like a value")?;
    let values = spec::strings(&schema["enum"]);
    if values.is_empty() {
        return Err("it belongs to a discriminator; add a schema for it");
    }
    let place = format!("{place}.enum");
    let list = lines.key(&place).ok_or(NO_PLACE)?;
    let last = values.len().saturating_sub(1);
    let element = lines.key(&format!("{place}.{last}")).ok_or(NO_PLACE)?;
    if element.line != list.line {
        let line = lines.line(element.line);
        if !is_element(line) {
            return Err(FLOW);
        }
        let margin = " ".repeat(line.len() - line.trim_start().len());
        lines.add_after(element.line, format!("{margin}- {}", key(value)));
        return Ok(());
    }
    let values: Vec<_> = values
        .iter()
        .chain([value])
        .map(|value| key(value))
        .collect();
    flow_list(lines, list.line, &values)
}

/// Writes another type, or lets the value be null.
fn kind(spec: &Value, entry: &Entry, lines: &mut Lines) -> Result {
    // A value that is a reference elsewhere has its type there; that it may be null stands here.
    let Found { place, schema } = place::of_value(spec, entry).ok_or(NO_PLACE)?;
    let block = block(lines, &place, schema)?;
    let margin = " ".repeat(block.indentation);
    let kinds = entry.kinds();
    if entry.has_null() && schema["nullable"] != true {
        lines.add_after(block.last, format!("{margin}nullable: true"));
    }
    if kinds.is_empty() {
        return Ok(());
    }
    let old = lines
        .key(&format!("{place}.type"))
        .ok_or("it has no `type` to change")?;
    let is_always = entry.count >= entry.of;
    let whole = |kind: &str| kind == "integer" || kind == "number";
    let expected = entry.expected.as_ref();
    let new = match kinds.iter().next() {
        Some(shape) if kinds.len() == 1 && is_always => schema_lines(shape),
        // A number is sometimes whole.
        Some(shape)
            if kinds.len() == 1
                && whole(&shape.kind)
                && expected.is_some_and(|expected| whole(&expected.kind)) =>
        {
            vec!["type: number".to_owned()]
        }
        // A text that doesn't always have its format.
        Some(shape)
            if kinds.len() == 1 && expected.is_some_and(|expected| expected.kind == shape.kind) =>
        {
            vec![format!("type: {}", shape.kind)]
        }
        // Values of several kinds are any JSON.
        _ => Vec::new(),
    };
    for key in ["format", "items", "enum", "minimum", "maximum"] {
        if let Some(position) = lines.key(&format!("{place}.{key}")) {
            let last = lines.last_line(position.line, block.indentation + 1);
            for number in position.line..=last {
                lines.remove(number);
            }
        }
    }
    let mut new = new.into_iter();
    match new.next() {
        Some(first) => lines.replace(old.line, format!("{margin}{first}")),
        None => lines.remove(old.line),
    }
    for line in new {
        lines.add_after(old.line, format!("{margin}{line}"));
    }
    Ok(())
}

/// Adds a response without a body.
fn status(spec: &Value, entry: &Entry, lines: &mut Lines) -> Result {
    let place = place::of_responses(spec, &entry.operation).ok_or(NO_PLACE)?;
    let responses = spec::endpoints(spec)
        .into_iter()
        .find(|endpoint| endpoint.operation_id() == Some(&entry.operation))
        .map(|endpoint| endpoint.operation["responses"].clone());
    let block = block(lines, &place, &responses.unwrap_or_default())?;
    let margin = " ".repeat(block.indentation);
    let status = &entry.status;
    lines.add_after(block.last, format!("{margin}\"{status}\":"));
    lines.add_after(
        block.last,
        format!("{margin}  description: Seen; not documented."),
    );
    Ok(())
}

fn block(lines: &Lines, place: &str, value: &Value) -> std::result::Result<Block, &'static str> {
    let members = spec::entries(value).map(|(key, _)| key);
    let positions =
        members.filter_map(|key| Some((lines.key(&format!("{place}.{key}"))?.line, key)));
    let (_, first) = positions.min().ok_or(NO_PLACE)?;
    lines.block(place, first).ok_or(FLOW)
}

/// Whether a line is an element of a list that has a line for each.
fn is_element(line: &str) -> bool {
    line.trim_start().starts_with("- ")
}

/// Replaces the list in brackets of a line.
fn flow_list(lines: &mut Lines, number: usize, elements: &[String]) -> Result {
    let line = lines.line(number);
    // What follows the list may be a comment.
    let begin = line.find('[').ok_or(FLOW)?;
    let end = begin + line[begin..].find(']').ok_or(FLOW)?;
    let list = elements.join(", ");
    let line = format!("{}[{list}]{}", &line[..begin], &line[end + 1..]);
    lines.replace(number, line);
    Ok(())
}

fn schema_lines(shape: &Shape) -> Vec<String> {
    let mut lines = vec![format!("type: {}", shape.kind)];
    match (shape.kind.as_str(), &shape.format) {
        (_, Some(format)) => lines.push(format!("format: {format}")),
        ("integer", None) => lines.push("format: int64".to_owned()),
        _ => (),
    }
    if shape.kind == "array" {
        match &shape.items {
            Some(items) => {
                lines.push("items:".to_owned());
                lines.extend(schema_lines(items).iter().map(|line| format!("  {line}")));
            }
            None => lines.push("items: {}".to_owned()),
        }
    }
    lines
}

/// Returns a name as YAML, in quotes where a plain word would be another value.
fn key(name: &str) -> String {
    let is_plain = name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
        && name
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || char == '_' || char == '-')
        && !["true", "false", "null", "yes", "no", "on", "off"].contains(&&*name.to_lowercase());
    if is_plain {
        name.to_owned()
    } else {
        Value::from(name).to_string()
    }
}
