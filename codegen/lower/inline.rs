//! Gives names to schemas that the spec writes inline.

use serde_json::{Map, Value, json};

use crate::codegen::{
    names,
    problem::Problem,
    schema,
    spec::{self, MULTIPART, members},
};

/// What belongs to the use of a schema, as a property, and not to its type.
const OF_USE: [&str; 7] = [
    "x-aliases",
    "x-rust-name",
    "nullable",
    "default",
    "readOnly",
    "writeOnly",
    "deprecated",
];

/// Gives inline objects, enums and unions a name, by which their types can be found, referred to
/// and replaced. Two schemas must not get the same.
pub fn name_schemas(document: &mut Value) -> Result<(), Vec<Problem>> {
    let mut named = Named::default();
    for (key, parameter) in members(document.pointer_mut("/components/parameters")) {
        if let Some(schema) = parameter.get_mut("schema") {
            named.name(schema, &format!("{key}_parameter"));
        }
    }
    for (key, body) in members(document.pointer_mut("/components/requestBodies")) {
        named.name_bodies(body, stem(key, "Body"));
    }
    for (key, response) in members(document.pointer_mut("/components/responses")) {
        named.name_replies(response, stem(key, "Response"));
    }
    for (path, item) in members(document.get_mut("paths")) {
        named.name_parameters(item, path);
    }
    spec::for_each_operation(document, |operation, id| {
        named.name_parameters(operation, id);
        if let Some(body) = operation.get_mut("requestBody") {
            named.name_bodies(body, id);
        }
        for (code, response) in members(operation.get_mut("responses")) {
            if code.starts_with('2') {
                named.name_replies(response, id);
            }
        }
    });
    for (name, schema) in members(document.pointer_mut("/components/schemas")) {
        named.name_children(schema, name);
    }
    for (name, schema) in &named.schemas {
        if document["components"]["schemas"].get(name).is_some() {
            named.problems.push(taken(name));
        }
        document["components"]["schemas"][name] = schema.clone();
    }
    if named.problems.is_empty() {
        Ok(())
    } else {
        Err(named.problems)
    }
}

/// Returns a name without the ending that it is going to get.
fn stem<'a>(key: &'a str, ending: &str) -> &'a str {
    key.strip_suffix(ending).unwrap_or(key)
}

fn taken(name: &str) -> Problem {
    Problem::new(
        format!("components.schemas.{name}"),
        format!(
            "a schema that is written inline would get the name `{name}` too; give that one a name \
             under `components.schemas` and refer to it"
        ),
    )
}

#[derive(Default)]
struct Named {
    schemas: Map<String, Value>,
    problems: Vec<Problem>,
}

impl Named {
    fn name_bodies(&mut self, request: &mut Value, prefix: &str) {
        for (media_type, body) in members(request.get_mut("content")) {
            let suffix = if media_type == MULTIPART {
                "form"
            } else {
                "body"
            };
            if let Some(schema) = body.get_mut("schema") {
                self.name(schema, &format!("{prefix}_{suffix}"));
            }
        }
    }

    fn name_replies(&mut self, response: &mut Value, prefix: &str) {
        for (_, body) in members(response.get_mut("content")) {
            if let Some(schema) = body.get_mut("schema") {
                self.name(schema, &format!("{prefix}_response"));
            }
        }
    }

    fn name_parameters(&mut self, holder: &mut Value, prefix: &str) {
        let parameters = holder.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default();
            let name = format!("{prefix}_{name}");
            if let Some(schema) = parameter.get_mut("schema") {
                self.name(schema, &name);
            }
        }
    }

    /// Moves a schema out of where it stands, if its type has to have a name.
    fn name(&mut self, schema: &mut Value, name: &str) {
        self.name_children(schema, name);
        if !is_type(schema) {
            return;
        }
        let name = names::type_name(name);
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        let schema = std::mem::replace(schema, reference);
        if self
            .schemas
            .get(&name)
            .is_some_and(|other| *other != schema)
        {
            self.problems.push(taken(&name));
        }
        self.schemas.insert(name, schema);
    }

    /// Names the schema of a property, and keeps with the property what belongs to it.
    fn name_property(&mut self, property: &mut Value, name: &str) {
        let mut of_use = Map::new();
        if let Some(schema) = property.as_object_mut() {
            for key in OF_USE {
                of_use.extend(schema.remove_entry(key));
            }
            let description = schema.get("description").cloned();
            of_use.extend(description.map(|text| ("description".to_owned(), text)));
        }
        self.name(property, name);
        if !of_use.is_empty() {
            if property.get("$ref").is_some() {
                *property = json!({"allOf": [property.take()]});
            }
            if let Some(property) = property.as_object_mut() {
                property.extend(of_use);
            }
        }
    }

    fn name_children(&mut self, schema: &mut Value, name: &str) {
        for (property, child) in members(schema.get_mut("properties")) {
            self.name_property(child, &format!("{name}_{property}"));
        }
        for (key, suffix) in [("items", "item"), ("additionalProperties", "value")] {
            if let Some(child) = schema.get_mut(key) {
                self.name_element(child, &format!("{name}_{suffix}"));
            }
        }
        // The properties of an inline part become the schema's own.
        let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
        for part in parts.into_iter().flatten() {
            self.name_children(part, name);
        }
        for key in ["oneOf", "anyOf"] {
            let members = schema.get_mut(key).and_then(Value::as_array_mut);
            for member in members.into_iter().flatten() {
                let suffix = schema::kind(member);
                self.name(member, &format!("{name}_{suffix}"));
            }
        }
    }

    /// Names the schema of the elements of a list or map, some of which may be null.
    fn name_element(&mut self, element: &mut Value, name: &str) {
        let is_nullable = is_type(element) && element["nullable"] == true;
        if is_nullable && let Some(element) = element.as_object_mut() {
            element.remove("nullable");
        }
        self.name(element, name);
        if is_nullable {
            *element = json!({"allOf": [element.take()], "nullable": true});
        }
    }
}

/// Whether a schema becomes a type of its own.
fn is_type(schema: &Value) -> bool {
    let is_composed = match spec::elements(&schema["allOf"]) {
        [] => false,
        [_] => schema.get("properties").is_some() || schema.get("required").is_some(),
        _ => true,
    };
    is_composed
        || ["enum", "properties", "oneOf", "anyOf"]
            .iter()
            .any(|key| schema.get(key).is_some())
}
