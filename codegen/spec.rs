//! Reads a spec as JSON: its operations, its references, its schemas.

use serde_json::{Map, Value};

use super::media_types;

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

    /// Returns the same parameters, each with its place.
    pub fn placed_parameters<'b>(&'b self, spec: &'b Value) -> Vec<(String, &'b Value)> {
        let own = (self.place(), &self.operation["parameters"]);
        let inherited = (format!("paths.{}", self.path), &self.item["parameters"]);
        let mut places = Vec::new();
        for (holder, parameters) in [own, inherited] {
            for (index, parameter) in elements(parameters).iter().enumerate() {
                let place = match parameter["$ref"].as_str() {
                    Some(reference) => reference.trim_start_matches("#/").replace('/', "."),
                    None => format!("{holder}.parameters.{index}"),
                };
                places.push((place, resolve(spec, parameter)));
            }
        }
        let parameters = self.parameters(spec);
        let is_kept = |parameter: &&Value| {
            parameters
                .iter()
                .any(|kept| std::ptr::eq(*kept, *parameter))
        };
        places.retain(|(_, parameter)| is_kept(parameter));
        places
    }

    /// Returns the place of the request body.
    pub fn request_place(&self) -> String {
        match self.operation["requestBody"]["$ref"].as_str() {
            Some(reference) => reference.trim_start_matches("#/").replace('/', "."),
            None => format!("{}.requestBody", self.place()),
        }
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

    /// Returns the alternatives of credentials, one of which is enough.
    pub fn security<'b>(&'b self, spec: &'b Value) -> Option<&'b Value> {
        let own = self.operation.get("security");
        own.or_else(|| spec.get("security"))
    }

    /// Returns the schema of the JSON body of a success.
    pub fn success_schema<'b>(&'b self, spec: &'b Value) -> Option<&'b Value> {
        self.responses(spec)
            .filter(|(code, _)| code.starts_with('2'))
            .find_map(|(_, response)| media_types::json_of(&response["content"]))
            .and_then(|(_, body)| body.get("schema"))
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

/// Follows `$ref`s and an `allOf` of one part to what decides on the type of a value.
pub fn resolve_type<'a>(spec: &'a Value, schema: &'a Value) -> &'a Value {
    let mut schema = resolve(spec, schema);
    for _ in 0..16 {
        match elements(&schema["allOf"]) {
            [only] => schema = resolve(spec, only),
            _ => break,
        }
    }
    schema
}

/// Whether all values of a schema are texts, numbers or booleans, which have a text.
pub fn is_scalar(spec: &Value, schema: &Value) -> bool {
    let schema = resolve_type(spec, schema);
    match schema["type"].as_str() {
        Some("string" | "integer" | "number" | "boolean") => true,
        Some(_) => false,
        None => {
            let members = super::schema::union_members(schema);
            !members.is_empty() && members.iter().all(|member| is_scalar(spec, member))
        }
    }
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
