//! Reading a spec as JSON: its operations, its references, its schemas.

use serde_json::{Map, Value};

pub const JSON: &str = "application/json";
pub const MULTIPART: &str = "multipart/form-data";

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// One operation of the spec, where it stands and what it inherits from its path.
pub struct Endpoint<'a> {
    pub path: &'a str,
    pub method: &'a str,
    pub item: &'a Value,
    pub operation: &'a Value,
}

impl Endpoint<'_> {
    /// Where the operation stands in the spec, in the form the maintainer reads.
    pub fn place(&self) -> String {
        format!("paths.{}.{}", self.path, self.method)
    }

    pub fn operation_id(&self) -> Option<&str> {
        self.operation["operationId"].as_str()
    }

    /// The operation's parameters, those of its path included, references resolved.
    pub fn parameters<'b>(&'b self, spec: &'b Value) -> Vec<&'b Value> {
        let own = list(&self.operation["parameters"]).iter();
        let inherited = list(&self.item["parameters"]).iter();
        let mut parameters: Vec<&Value> = Vec::new();
        for parameter in own.chain(inherited).map(|it| resolve(spec, it)) {
            let same = |it: &&Value| it["name"] == parameter["name"] && it["in"] == parameter["in"];
            if !parameters.iter().any(same) {
                parameters.push(parameter);
            }
        }
        parameters
    }

    /// The media types of the request body.
    pub fn request_media_types<'b>(&'b self, spec: &'b Value) -> Vec<(&'b str, &'b Value)> {
        let body = resolve(spec, &self.operation["requestBody"]);
        entries(&body["content"]).collect()
    }

    /// The responses, references resolved.
    pub fn responses<'b>(
        &'b self,
        spec: &'b Value,
    ) -> impl Iterator<Item = (&'b str, &'b Value)> + 'b {
        entries(&self.operation["responses"]).map(|(code, it)| (code, resolve(spec, it)))
    }

    /// The schema of the JSON body of a success.
    pub fn success_schema<'b>(&'b self, spec: &'b Value) -> Option<&'b Value> {
        self.responses(spec)
            .find(|(code, _)| code.starts_with('2'))
            .and_then(|(_, response)| response["content"][JSON].get("schema"))
    }
}

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

/// Follows `$ref`s until something else stands there; `Null` where one dangles.
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

/// What a reference of this document points at.
pub fn target<'a>(spec: &'a Value, reference: &str) -> Option<&'a Value> {
    spec.pointer(reference.strip_prefix('#')?)
}

/// The name of a component schema in a reference to it.
pub fn schema_name(schema: &Value) -> Option<&str> {
    schema["$ref"]
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

pub fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    value
        .as_object()
        .unwrap_or(&EMPTY)
        .iter()
        .map(|(key, value)| (key.as_str(), value))
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

pub fn strings(value: &Value) -> Vec<String> {
    list(value)
        .iter()
        .filter_map(|it| it.as_str().map(str::to_owned))
        .collect()
}
