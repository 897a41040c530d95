//! Checks that operations and their parameters get names of Rust that are free.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    mistakes::{Mistakes, join},
    reserved,
};
use crate::codegen::{
    media_types, names,
    spec::{self, Endpoint},
};

/// The names that operations have got so far, with what they are called.
#[derive(Default)]
pub struct Taken {
    builders: BTreeMap<String, String>,
    rows: BTreeMap<String, String>,
}

/// Checks the name of an operation, which becomes a method, a builder and a row.
pub fn operation(spec: &Value, endpoint: &Endpoint, taken: &mut Taken, mistakes: &mut Mistakes) {
    let Some(id) = endpoint.operation_id() else {
        return;
    };
    let place = join(&endpoint.place(), "operationId");
    let (plain, form) = calls(spec, endpoint, id);
    for name in plain.iter().chain(&form) {
        if reserved::OF_CLIENT.contains(&name.as_str()) {
            mistakes.add(
                &place,
                format!("`{name}` is a method that every client has; choose another id"),
            );
        }
        let builder = names::builder(name).to_string();
        add(&mut taken.builders, builder, name, &place, mistakes);
    }
    let row = names::constant(id).to_string();
    add(&mut taken.rows, row, id, &place, mistakes);
}

fn add(
    taken: &mut BTreeMap<String, String>,
    name: String,
    id: &str,
    place: &str,
    mistakes: &mut Mistakes,
) {
    if let Some(other) = taken.get(&name) {
        let problem = if other == id {
            format!("`{id}` is the id of another operation too; choose another")
        } else {
            format!("`{id}` and `{other}` would both become `{name}`; choose another id")
        };
        mistakes.add(place, problem);
    } else {
        taken.insert(name, id.to_owned());
    }
}

/// Returns the methods of the client for an operation: without a form, and with one.
fn calls(spec: &Value, endpoint: &Endpoint, id: &str) -> (Option<String>, Option<String>) {
    let media_types = endpoint.request_media_types(spec);
    let is_form = |(media_type, _): &(&str, &Value)| media_types::is_form(media_type);
    let has_form = media_types.iter().any(is_form);
    let has_other = !media_types.iter().all(is_form) || media_types.is_empty();
    let form = if has_other {
        format!("{id}_multipart")
    } else {
        id.to_owned()
    };
    (has_other.then(|| id.to_owned()), has_form.then_some(form))
}

/// Checks the names of parameters and of the parts of a form, which become setters.
pub fn setters(spec: &Value, endpoint: &Endpoint, mistakes: &mut Mistakes) {
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    let mut reserve = |names: &[&str]| {
        for name in names {
            taken.insert((*name).to_owned(), format!("the builder's own `{name}`"));
        }
    };
    reserve(&reserved::OF_BUILDER);
    if endpoint.operation.get("x-paginated").is_some() {
        reserve(&reserved::OF_LIST);
    }
    let media_types = endpoint.request_media_types(spec);
    if media_types
        .iter()
        .any(|(name, _)| !media_types::is_form(name))
    {
        reserve(&reserved::OF_BODY);
    }
    let form = media_types
        .iter()
        .find(|(media_type, _)| media_types::is_form(media_type));
    if form.is_some() {
        reserve(&reserved::OF_FORM);
    }
    for (place, parameter) in endpoint.placed_parameters(spec) {
        let name = parameter["name"].as_str().unwrap_or_default();
        let location = parameter["in"].as_str().unwrap_or_default();
        let owner = format!("the parameter `{name}` in {location}");
        setter(parameter, name, owner, &place, &mut taken, mistakes);
    }
    if let Some((media_type, body)) = form {
        let place = endpoint.request_place();
        let place = match body["schema"]["$ref"].as_str() {
            Some(reference) => reference.trim_start_matches("#/").replace('/', "."),
            None => format!("{place}.content.{media_type}.schema"),
        };
        let schema = spec::resolve(spec, &body["schema"]);
        for (name, part) in spec::entries(&schema["properties"]) {
            let place = format!("{place}.properties.{name}");
            let owner = format!("the part `{name}`");
            setter(part, name, owner, &place, &mut taken, mistakes);
        }
    }
}

fn setter(
    holder: &Value,
    name: &str,
    owner: String,
    place: &str,
    taken: &mut BTreeMap<String, String>,
    mistakes: &mut Mistakes,
) {
    let given = holder["x-rust-name"].as_str();
    if let Some(given) = given
        && (!is_snake_case(given) || names::snake(given) != given)
    {
        mistakes.add(
            join(place, "x-rust-name"),
            format!("`{given}` can't be a name in Rust here; write one in snake_case"),
        );
        return;
    }
    if given.is_none() && !names::is_expressible(name) {
        mistakes.add(
            place,
            format!("`{name}` can't become a name of Rust; add `x-rust-name:`"),
        );
        return;
    }
    let method = given.map_or_else(|| names::snake(name).to_string(), str::to_owned);
    match taken.get(&method) {
        Some(other) => mistakes.add(
            place,
            format!(
                "its setter would be called `{method}` as is {other}; add `x-rust-name:` with \
                 another name"
            ),
        ),
        None => _ = taken.insert(method, owner),
    }
}

pub fn is_snake_case(name: &str) -> bool {
    name.starts_with(|char: char| char.is_ascii_lowercase())
        && name
            .chars()
            .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_')
}
