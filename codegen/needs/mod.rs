//! Checks that a spec has what the hand-written code needs.
//!
//! Without it, a renamed property would be an error of rustc in a file that the maintainer never
//! saw. Here it is a sentence that names the property and the file.

use serde_json::Value;

use super::{
    check::closest,
    problem::Problem,
    spec::{self, Endpoint, MULTIPART},
};

mod table;

pub use table::{NEEDS, Need, Part};

/// Returns what is missing.
pub fn check(spec: &Value, needs: &[Need]) -> Vec<Problem> {
    let mut missing = Missing {
        spec,
        files: String::new(),
        problems: Vec::new(),
    };
    for need in needs {
        missing.files = need.files.join(" and ");
        missing.check(&need.part);
    }
    missing.problems
}

struct Missing<'a> {
    spec: &'a Value,
    /// The files that need the present part.
    files: String,
    problems: Vec<Problem>,
}

impl<'a> Missing<'a> {
    fn check(&mut self, part: &Part) {
        let spec = self.spec;
        match part {
            Part::Operation {
                id,
                parameters,
                reply,
            } => {
                let Some(endpoint) = self.operation(id) else {
                    return;
                };
                for (name, wanted) in *parameters {
                    let all = endpoint.parameters(spec);
                    let found = all.iter().find(|parameter| parameter["name"] == *name);
                    let names = all
                        .iter()
                        .filter_map(|parameter| parameter["name"].as_str());
                    let place = format!("{}.parameters", endpoint.place());
                    match found {
                        None => {
                            self.lacks(&place, &format!("`{id}` has no parameter"), name, names)
                        }
                        Some(found) => {
                            let is_required = found["required"] == true;
                            let kind = kind(spec, &found["schema"], is_required);
                            self.expect(&place, &format!("parameter `{name}`"), &kind, wanted);
                        }
                    }
                }
                let found = endpoint.success_schema(spec).and_then(spec::schema_name);
                let place = format!("{}.responses", endpoint.place());
                self.expect(&place, "reply", found.unwrap_or("another"), reply);
            }
            Part::Body { operation, schema } => {
                self.body(operation, "application/json", |missing, place, body| {
                    let found = spec::schema_name(body).unwrap_or("another");
                    missing.expect(place, "body", found, schema);
                });
            }
            Part::Form { operation, parts } => {
                self.body(operation, MULTIPART, |missing, place, body| {
                    let place = match spec::schema_name(body) {
                        Some(name) => format!("components.schemas.{name}"),
                        None => place.to_owned(),
                    };
                    missing.properties(&place, spec::resolve(spec, body), parts);
                });
            }
            Part::Pages {
                operation,
                have_range,
            } => {
                let Some(endpoint) = self.operation(operation) else {
                    return;
                };
                let pagination = &endpoint.operation["x-paginated"];
                let key = if *have_range { "range" } else { "items" };
                if pagination.get(key).is_none() {
                    let what = format!("`{operation}` has no `x-paginated` with");
                    self.lacks(&endpoint.place(), &what, key, []);
                }
            }
            Part::Properties { schema, properties } => {
                if let Some(found) = self.schema(schema) {
                    self.properties(&format!("components.schemas.{schema}"), found, properties);
                }
            }
            Part::Extra { schema } => {
                if let Some(found) = self.schema(schema)
                    && found.get("additionalProperties").is_none()
                {
                    let place = format!("components.schemas.{schema}");
                    self.lacks(&place, "there is no", "additionalProperties", []);
                }
            }
            Part::Values { schema, values } => {
                let Some(found) = self.schema(schema) else {
                    return;
                };
                let place = format!("components.schemas.{schema}.enum");
                let known = spec::strings(&found["enum"]);
                for value in *values {
                    if !known.iter().any(|known| known == value) {
                        let known = known.iter().map(String::as_str);
                        self.lacks(&place, "there is no value", value, known);
                    }
                }
            }
            Part::Terminal { schema } => {
                if let Some(found) = self.schema(schema)
                    && found.get("x-terminal").is_none()
                {
                    let place = format!("components.schemas.{schema}");
                    self.lacks(&place, "there is no", "x-terminal", []);
                }
            }
        }
    }

    fn operation(&mut self, id: &str) -> Option<Endpoint<'a>> {
        let mut endpoints = spec::endpoints(self.spec);
        let found = endpoints
            .iter()
            .position(|endpoint| endpoint.operation_id() == Some(id));
        if found.is_none() {
            let ids = endpoints.iter().filter_map(Endpoint::operation_id);
            self.lacks("paths", "there is no operation", id, ids);
        }
        found.map(|index| endpoints.swap_remove(index))
    }

    fn schema(&mut self, name: &str) -> Option<&'a Value> {
        let schemas = &self.spec["components"]["schemas"];
        let found = schemas.get(name);
        if found.is_none() {
            let names = spec::entries(schemas).map(|(name, _)| name);
            self.lacks("components.schemas", "there is no schema", name, names);
        }
        found
    }

    fn body(
        &mut self,
        operation: &str,
        media_type: &str,
        check: impl FnOnce(&mut Self, &str, &Value),
    ) {
        let Some(endpoint) = self.operation(operation) else {
            return;
        };
        let media_types = endpoint.request_media_types(self.spec);
        let place = format!("{}.requestBody", endpoint.place());
        match media_types.iter().find(|(name, _)| *name == media_type) {
            Some((_, body)) => check(self, &place, &body["schema"]),
            None => self.lacks(&place, "there is no body of", media_type, []),
        }
    }

    fn properties(&mut self, place: &str, schema: &Value, properties: &[(&str, &str)]) {
        let required = spec::strings(&schema["required"]);
        for (name, wanted) in properties {
            let place = format!("{place}.properties");
            match schema["properties"].get(*name) {
                Some(property) => {
                    let is_required = required.iter().any(|required| required == name);
                    let found = kind(self.spec, property, is_required);
                    let place = format!("{place}.{name}");
                    self.expect(&place, "property", &found, wanted);
                }
                None => {
                    let names = spec::entries(&schema["properties"]).map(|(name, _)| name);
                    self.lacks(&place, "there is no property", name, names);
                }
            }
        }
    }

    fn lacks<'b>(
        &mut self,
        place: &str,
        what: &str,
        name: &str,
        others: impl IntoIterator<Item = &'b str>,
    ) {
        let files = &self.files;
        let meant = match closest(name, others) {
            Some(other) => format!("; if it is `{other}` now, change"),
            None => "; add it, or change".to_owned(),
        };
        self.problems.push(Problem::new(
            place,
            format!(
                "{what} `{name}`, which is needed by {files}{meant} what needs it and \
                 `codegen/needs/table.rs`"
            ),
        ));
    }

    fn expect(&mut self, place: &str, what: &str, found: &str, wanted: &str) {
        if found != wanted {
            let files = &self.files;
            self.problems.push(Problem::new(
                place,
                format!(
                    "the {what} is `{found}`, and `{wanted}` is needed by {files}; keep it, or \
                     change what needs it and `codegen/needs/table.rs`"
                ),
            ));
        }
    }
}

/// Returns the type of a value in short.
fn kind(spec: &Value, schema: &Value, is_required: bool) -> String {
    let (name, is_nullable) = kind_of_present(spec, schema);
    let is_optional = is_nullable || !is_required;
    format!("{name}{}", if is_optional { "?" } else { "" })
}

/// Returns the type of a value that is there, and whether it may be null.
fn kind_of_present(spec: &Value, schema: &Value) -> (String, bool) {
    let is_nullable = schema["nullable"] == true;
    if let [only] = spec::elements(&schema["allOf"]) {
        let (name, is_null) = kind_of_present(spec, only);
        return (name, is_null || is_nullable);
    }
    if let Some(name) = spec::schema_name(schema) {
        return (name.to_owned(), is_nullable);
    }
    let schema = spec::resolve(spec, schema);
    let name = match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("array"), _) => format!("[{}]", kind_of_present(spec, &schema["items"]).0),
        (Some("string"), Some("binary")) => "file".to_owned(),
        (Some("string"), Some(format @ ("uuid" | "date-time" | "date"))) => format.to_owned(),
        (Some("string"), _) => "text".to_owned(),
        (Some(kind), _) => kind.to_owned(),
        (None, _) => "any".to_owned(),
    };
    (name, is_nullable)
}
