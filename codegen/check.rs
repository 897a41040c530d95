//! Mistakes of a spec, in the maintainer's words and with their place.

use std::{collections::BTreeSet, fmt};

use serde_json::Value;

use super::{
    names,
    spec::{self, Endpoint, JSON, MULTIPART},
};

mod lists;

/// One mistake: where it is and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    place: String,
    advice: String,
}

impl Problem {
    pub fn new(place: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            advice: advice.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.advice)
    }
}

/// The values of `x-retry`.
pub const RETRY_CLASSES: [&str; 3] = ["safe", "reconcile", "never"];

const SINGLE_MEDIA_TYPES: [&str; 5] = [
    JSON,
    MULTIPART,
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "text/plain",
];

/// Finds what the generator can't work with. Later stages rely on everything checked here.
pub fn check(document: &Value) -> Result<(), Vec<Problem>> {
    let mut checker = Checker {
        spec: document,
        problems: Vec::new(),
    };
    checker.version();
    checker.references(document, "");
    if checker.problems.is_empty() {
        checker.operations();
        checker.schemas();
    }
    if checker.problems.is_empty() {
        Ok(())
    } else {
        Err(checker.problems)
    }
}

struct Checker<'a> {
    spec: &'a Value,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn report(&mut self, place: impl Into<String>, advice: impl Into<String>) {
        self.problems.push(Problem::new(place, advice));
    }

    fn version(&mut self) {
        let version = &self.spec["openapi"];
        if !version.as_str().is_some_and(|it| it.starts_with("3.0.")) {
            self.report(
                "openapi",
                format!("must be a 3.0 version, found {version}; write `openapi: 3.0.3`"),
            );
        }
    }

    fn references(&mut self, value: &Value, place: &str) {
        if let Some(reference) = value["$ref"].as_str()
            && spec::resolve(self.spec, value).is_null()
        {
            self.report(
                place,
                format!(
                    "the reference `{reference}` points at nothing; add its target, or correct it \
                     (only references into this file, `#/components/…`, are followed)"
                ),
            );
        }
        for (key, child) in spec::entries(value) {
            self.references(child, &join(place, key));
        }
        for (index, child) in spec::list(value).iter().enumerate() {
            self.references(child, &join(place, &index.to_string()));
        }
    }

    fn operations(&mut self) {
        let mut seen = BTreeSet::new();
        for endpoint in spec::endpoints(self.spec) {
            let place = endpoint.place();
            match endpoint.operation_id() {
                None => self.report(
                    &place,
                    "has no operation id; add `operationId:` with a snake_case name, which becomes the \
                     method's name",
                ),
                Some(id) if !is_snake_case(id) => self.report(
                    format!("{place}.operationId"),
                    format!("`{id}` must be snake_case, such as `list_tasks`"),
                ),
                Some(id) if !seen.insert(id.to_owned()) => self.report(
                    format!("{place}.operationId"),
                    format!("`{id}` is the id of another operation too; choose another"),
                ),
                Some(_) => (),
            }
            self.retry_class(&endpoint);
            self.request_body(&endpoint);
            self.responses(&endpoint);
            self.list_parameters(&endpoint);
            self.pagination(&endpoint);
            self.extensions(endpoint.operation, &place, &["x-retry", "x-paginated"]);
            self.inline_schemas(&endpoint);
            if let Err(error) =
                serde_json::from_value::<openapiv3::Operation>(endpoint.operation.clone())
            {
                self.report(place, format!("isn't a valid operation: {error}"));
            }
        }
    }

    fn retry_class(&mut self, endpoint: &Endpoint) {
        let classes = "`safe` (a repetition does no harm), `reconcile` (look whether it happened before \
                       repeating) or `never`";
        match &endpoint.operation["x-retry"] {
            Value::Null if endpoint.method != "get" => self.report(
                endpoint.place(),
                format!("says not whether it may be repeated; add `x-retry:` with {classes}"),
            ),
            Value::Null => (),
            Value::String(class) if RETRY_CLASSES.contains(&class.as_str()) => (),
            other => self.report(
                format!("{}.x-retry", endpoint.place()),
                format!("{other} is unknown; write {classes}"),
            ),
        }
    }

    fn request_body(&mut self, endpoint: &Endpoint) {
        let media_types = endpoint.request_media_types(self.spec);
        let place = format!("{}.requestBody.content", endpoint.place());
        for (media_type, body) in &media_types {
            if !SINGLE_MEDIA_TYPES.contains(media_type) {
                self.report(
                    join(&place, media_type),
                    format!(
                        "this media type is not supported; use one of {}",
                        SINGLE_MEDIA_TYPES.join(", ")
                    ),
                );
            } else if body.get("schema").is_none() {
                self.report(join(&place, media_type), "has no schema; add `schema:`");
            } else if *media_type == MULTIPART {
                self.multipart(endpoint, body, &join(&place, media_type));
            } else if body.get("encoding").is_some() {
                self.report(
                    join(&place, media_type),
                    "`encoding` is not supported here; remove it",
                );
            }
        }
        let is_pair = media_types.len() == 2
            && media_types
                .iter()
                .all(|(it, _)| [JSON, MULTIPART].contains(it));
        if media_types.len() > 1 && !is_pair {
            self.report(
                place,
                format!("only {JSON} and {MULTIPART} can stand side by side; keep one media type"),
            );
        }
        if endpoint.operation.get("requestBody").is_some() && media_types.is_empty() {
            self.report(
                format!("{}.requestBody", endpoint.place()),
                "has no content; add `content:` with a media type",
            );
        }
    }

    fn multipart(&mut self, endpoint: &Endpoint, body: &Value, place: &str) {
        if body.get("encoding").is_some() {
            self.report(place, "`encoding` is not supported; remove it");
        }
        let parameters = endpoint.parameters(self.spec);
        if let Some(it) = parameters.iter().find(|it| it["in"] == "header") {
            self.report(
                endpoint.place(),
                format!(
                    "the header {} is not supported beside a form; remove it",
                    it["name"]
                ),
            );
        }
        let schema = spec::resolve(self.spec, &body["schema"]);
        if spec::entries(&schema["properties"]).next().is_none() {
            self.report(
                format!("{place}.schema"),
                "must be an object whose properties are the parts of the form; add `properties:`",
            );
        }
        for (part, _) in spec::entries(&schema["properties"]) {
            let method = names::snake(part);
            let is_taken = ["new", "send", "extra_field"].iter().any(|it| method == it)
                || parameters.iter().any(|it| {
                    it["name"]
                        .as_str()
                        .is_some_and(|it| names::snake(it) == method)
                });
            if is_taken {
                self.report(
                    format!("{place}.schema.properties.{part}"),
                    "this name is taken by a method or parameter; such a part is not supported",
                );
            }
        }
    }

    fn responses(&mut self, endpoint: &Endpoint) {
        let place = format!("{}.responses", endpoint.place());
        let mut successes: Vec<&Value> = Vec::new();
        let mut failures: Vec<&Value> = Vec::new();
        for (code, response) in endpoint.responses(self.spec) {
            if code == "default" {
                self.report(
                    join(&place, code),
                    "a `default` response counts as success too; write `4XX` and `5XX` instead",
                );
                continue;
            }
            if let Some((media_type, _)) =
                spec::entries(&response["content"]).find(|(it, _)| *it != JSON)
            {
                self.report(
                    join(&join(&place, code), media_type),
                    format!("this media type is not supported in a response; use {JSON}"),
                );
            }
            let schema = &response["content"][JSON]["schema"];
            let group = if code.starts_with('2') {
                &mut successes
            } else {
                &mut failures
            };
            if !group.contains(&schema) {
                group.push(schema);
            }
        }
        if successes.is_empty() {
            self.report(
                &place,
                "there is no success; add `2XX` with the schema of the reply",
            );
        }
        if successes.len() > 1 {
            self.report(
                &place,
                "the successes have different schemas; give them all the same",
            );
        }
        if failures
            .iter()
            .any(|it| !it.is_null() && spec::schema_name(it) != Some("ErrorBody"))
            || failures.len() > 1
        {
            self.report(
                &place,
                "every error must have the schema `#/components/schemas/ErrorBody`",
            );
        }
    }

    fn schemas(&mut self) {
        for (name, schema) in spec::entries(&self.spec["components"]["schemas"]) {
            let place = format!("components.schemas.{name}");
            if name != names::type_name(name) {
                self.report(
                    &place,
                    format!("write the name as `{}`", names::type_name(name)),
                );
            }
            if let Err(error) =
                serde_json::from_value::<openapiv3::ReferenceOr<openapiv3::Schema>>(schema.clone())
            {
                self.report(&place, format!("isn't a valid schema: {error}"));
            }
            self.schema(schema, &place);
        }
    }

    fn inline_schemas(&mut self, endpoint: &Endpoint) {
        let place = endpoint.place();
        for parameter in endpoint.parameters(self.spec) {
            let name = parameter["name"].as_str().unwrap_or_default();
            self.schema(
                &parameter["schema"],
                &format!("{place}.parameters.{name}.schema"),
            );
        }
        for (media_type, body) in endpoint.request_media_types(self.spec) {
            self.schema(
                &body["schema"],
                &format!("{place}.requestBody.content.{media_type}.schema"),
            );
        }
        for (code, response) in endpoint.responses(self.spec) {
            for (media_type, body) in spec::entries(&response["content"]) {
                self.schema(
                    &body["schema"],
                    &format!("{place}.responses.{code}.content.{media_type}.schema"),
                );
            }
        }
    }

    fn schema(&mut self, schema: &Value, place: &str) {
        self.extensions(schema, place, &["x-aliases", "x-terminal"]);
        if let Some(values) = schema.get("enum") {
            let names = spec::strings(values);
            if schema["type"] != "string" || names.len() != spec::list(values).len() {
                self.report(place, "only enums of strings are supported");
            }
            if schema["nullable"] == true {
                self.report(
                    place,
                    "an enum can't be nullable; leave its property out of `required`, which allows null",
                );
            }
            let mut variants = BTreeSet::new();
            for name in &names {
                if !names::is_expressible(name) || !variants.insert(names::variant(name)) {
                    self.report(
                        format!("{place}.enum"),
                        format!(
                            "`{name}` can't become the name of a variant of its own; leave it out, so that it \
                             is kept as `Unknown`"
                        ),
                    );
                }
            }
        }
        if let Some(terminal) = schema.get("x-terminal") {
            let values = spec::list(&schema["enum"]);
            let unknown = spec::list(terminal).iter().find(|it| !values.contains(it));
            if !terminal.is_array() || values.is_empty() {
                self.report(
                    format!("{place}.x-terminal"),
                    "must be a list of values of the enum it stands on",
                );
            } else if let Some(value) = unknown {
                self.report(
                    format!("{place}.x-terminal"),
                    format!("{value} is not a value of the enum; add it there, or correct it"),
                );
            }
        }
        for (name, property) in spec::entries(&schema["properties"]) {
            let place = format!("{place}.properties.{name}");
            if let Some(aliases) = property.get("x-aliases")
                && (spec::strings(aliases).is_empty()
                    || spec::strings(aliases).len() != spec::list(aliases).len())
            {
                self.report(
                    format!("{place}.x-aliases"),
                    "must be a list of names, such as `[tasks, agents]`",
                );
            }
            self.schema(property, &place);
        }
        let keeps_unknown = schema
            .get("additionalProperties")
            .is_some_and(|it| it != false);
        if keeps_unknown && schema["properties"].get("extra").is_some() {
            self.report(
                format!("{place}.properties.extra"),
                "this name is taken by what `additionalProperties` keeps; remove one of the two",
            );
        }
        for key in ["items", "additionalProperties"] {
            if let Some(child) = schema.get(key) {
                self.schema(child, &format!("{place}.{key}"));
            }
        }
        for key in ["allOf", "oneOf", "anyOf"] {
            for (index, child) in spec::list(&schema[key]).iter().enumerate() {
                let place = format!("{place}.{key}.{index}");
                if child.get("enum").is_some() {
                    self.report(
                        &place,
                        "an enum here would not be open; give it a name under `components.schemas` and \
                         refer to it",
                    );
                }
                self.schema(child, &place);
            }
        }
    }

    /// An extension that the generator doesn't know would be ignored, which is never what was
    /// meant.
    fn extensions(&mut self, value: &Value, place: &str, known: &[&str]) {
        for (key, _) in spec::entries(value) {
            if key.starts_with("x-") && !known.contains(&key) {
                self.report(
                    join(place, key),
                    format!(
                        "this extension is unknown here; known are {}",
                        known.join(", ")
                    ),
                );
            }
        }
    }
}

fn join(place: &str, key: &str) -> String {
    match place {
        "" => key.to_owned(),
        _ => format!("{place}.{key}"),
    }
}

fn is_snake_case(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_lowercase())
        && name
            .chars()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
}
