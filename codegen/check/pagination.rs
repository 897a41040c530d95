//! Checks `x-paginated` of an operation.

use std::collections::BTreeMap;

use serde_json::Value;

use super::mistakes::{Mistakes, join};
use crate::codegen::{
    media_types, schema,
    spec::{self, Endpoint},
};

const KEYS: [&str; 10] = [
    "items", "next", "cursor", "limit", "range", "page", "offset", "first", "has_more", "total",
];

/// The names of parameters that tell where a page begins.
const PLACES: [&str; 5] = ["page", "offset", "cursor", "page_token", "skip"];

/// What stands for the whole reply in the path of the items.
const WHOLE_REPLY: &str = ".";

/// How the types of replies are read as pages, by their names, with the place that says so.
pub type Pages = BTreeMap<String, (Value, String)>;

pub fn check(spec: &Value, endpoint: &Endpoint, pages: &mut Pages, mistakes: &mut Mistakes) {
    let Some(pagination) = endpoint.operation.get("x-paginated") else {
        return;
    };
    let place = format!("{}.x-paginated", endpoint.place());
    if !pagination.is_object() {
        mistakes.add(place, "must be a mapping, such as `{items: data}`");
        return;
    }
    let list = List {
        spec,
        endpoint,
        pagination,
        place,
    };
    list.keys(mistakes);
    list.reply(mistakes);
    list.parameters(mistakes);
    list.body(mistakes);
    list.range(mistakes);
    list.same_page(pages, mistakes);
}

struct List<'a> {
    spec: &'a Value,
    endpoint: &'a Endpoint<'a>,
    pagination: &'a Value,
    place: String,
}

impl List<'_> {
    fn has(&self, key: &str) -> bool {
        self.pagination.get(key).is_some()
    }

    fn at(&self, key: &str) -> String {
        join(&self.place, key)
    }

    /// Whether one reply holds everything.
    fn is_whole(&self) -> bool {
        !["next", "cursor", "page", "offset", "link"]
            .iter()
            .any(|key| self.has(key))
    }

    fn keys(&self, mistakes: &mut Mistakes) {
        for (key, value) in spec::entries(self.pagination) {
            let is_of_kind = match key {
                "range" => value.is_object(),
                "link" => value == true,
                "first" => value.is_u64(),
                _ => value.is_string(),
            };
            if !KEYS.contains(&key) && key != "link" {
                let known: Vec<_> = KEYS.iter().map(|key| format!("`{key}`")).collect();
                mistakes.add_key(
                    self.at(key),
                    format!("is unknown; the keys are {} and `link`", known.join(", ")),
                );
            } else if !is_of_kind {
                let kind = match key {
                    "range" => "a mapping of `after`, `before` and `time`",
                    "link" => "`true`",
                    "first" => "the number of the first page or item",
                    "items" => "the path of a property, or `.` where the reply is a list",
                    "limit" | "cursor" | "page" | "offset" => "the name of a parameter",
                    _ => "the path of a property",
                };
                mistakes.add(self.at(key), format!("must be {kind}"));
            }
        }
        if !self.has("items") {
            mistakes.add(
                &self.place,
                "`items` is missing; write `items:` with the path of the property that holds them, \
                 or `.` where the reply is a list",
            );
        }
        self.ways(mistakes);
    }

    /// Checks that there is one way from page to page.
    fn ways(&self, mistakes: &mut Mistakes) {
        let counted: Vec<&str> = ["page", "offset"]
            .into_iter()
            .filter(|key| self.has(key))
            .collect();
        let by_cursor: Vec<&str> = ["next", "cursor", "link"]
            .into_iter()
            .filter(|key| self.has(key))
            .collect();
        if counted.len() + usize::from(!by_cursor.is_empty()) > 1 {
            mistakes.add(
                &self.place,
                "there are several ways to the next page; keep one of `next` with `cursor`, `link` \
                 with `cursor`, `page`, and `offset`",
            );
            return;
        }
        let is_complete = matches!(
            by_cursor.as_slice(),
            [] | ["next", "cursor"] | ["cursor", "link"]
        );
        if !is_complete {
            let missing = if self.has("cursor") { "next" } else { "cursor" };
            mistakes.add(
                &self.place,
                format!(
                    "`{missing}` is missing; write `{{items: …, next: …, cursor: …}}`, or \
                     `link: true` and `cursor` where a `Link` header leads on, or only `items` \
                     where one reply holds everything"
                ),
            );
        }
        for key in ["first", "total"] {
            if self.has(key) && counted.is_empty() {
                mistakes.add_key(
                    self.at(key),
                    "has an effect beside `page` or `offset` alone; remove it",
                );
            }
        }
        if self.is_whole() {
            self.not_whole(mistakes);
        }
    }

    /// Reports a list that is said to come whole and has a parameter for the place of a page.
    fn not_whole(&self, mistakes: &mut Mistakes) {
        let parameters = self.endpoint.parameters(self.spec);
        let mut names = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "query")
            .filter_map(|parameter| parameter["name"].as_str());
        let place = names.find(|name| PLACES.contains(&name.to_lowercase().as_str()));
        if let Some(name) = place {
            let example = match name.to_lowercase().as_str() {
                "page" => format!("`page: {name}` where pages are counted"),
                "offset" | "skip" => format!("`offset: {name}` where items are counted"),
                _ => format!(
                    "`cursor: {name}` and `next:` with the property that holds the next one"
                ),
            };
            mistakes.add(
                &self.place,
                format!(
                    "the list would end after one page, though it has a parameter `{name}`; write \
                     {example}"
                ),
            );
        }
    }

    fn reply_schema(&self) -> &Value {
        let schema = self.endpoint.success_schema(self.spec);
        schema.unwrap_or(&Value::Null)
    }

    /// Returns the schema at the path that a key names.
    fn schema_at(&self, key: &str) -> Option<(&str, &Value)> {
        let path = self.pagination[key].as_str()?;
        let schema = schema::at_path(self.spec, self.reply_schema(), path);
        Some((path, spec::resolve_type(self.spec, schema)))
    }

    fn reply(&self, mistakes: &mut Mistakes) {
        let successes = self.endpoint.responses(self.spec);
        let mut successes = successes.filter(|(code, _)| code.starts_with('2'));
        let carries_nothing =
            |(_, response): (&str, &Value)| media_types::json_of(&response["content"]).is_none();
        if successes.any(carries_nothing) {
            mistakes.add(
                &self.place,
                "every success of a list must carry JSON; remove the others",
            );
        }
        if let Some(path) = self.pagination["items"].as_str() {
            let schema = if path == WHOLE_REPLY {
                self.reply_schema()
            } else {
                schema::at_path(self.spec, self.reply_schema(), path)
            };
            let schema = spec::resolve_type(self.spec, schema);
            if schema["type"] != "array" || schema["nullable"] == true {
                mistakes.add(
                    self.at("items"),
                    format!(
                        "the reply has no array `{path}`; name the property that holds the items"
                    ),
                );
            }
        }
        if let Some((path, schema)) = self.schema_at("next")
            && (!spec::is_scalar(self.spec, schema) || schema["type"] == "boolean")
        {
            mistakes.add(
                self.at("next"),
                format!("the reply has no text or number `{path}`; name the property that holds the cursor"),
            );
        }
        for (key, kind, wanted) in [
            ("has_more", "boolean", "tells whether there is more"),
            ("total", "integer", "holds the number of all items"),
        ] {
            if let Some((path, schema)) = self.schema_at(key)
                && schema["type"] != kind
            {
                mistakes.add(
                    self.at(key),
                    format!("the reply has no {kind} `{path}`; name the property that {wanted}"),
                );
            }
        }
    }

    /// Returns the parameter of the query with a name.
    fn parameter(&self, name: &str) -> Option<&Value> {
        let parameters = self.endpoint.parameters(self.spec);
        parameters
            .into_iter()
            .find(|parameter| parameter["in"] == "query" && parameter["name"] == name)
    }

    fn parameters(&self, mistakes: &mut Mistakes) {
        for key in ["cursor", "limit", "page", "offset"] {
            let Some(name) = self.pagination[key].as_str() else {
                continue;
            };
            let Some(parameter) = self.parameter(name) else {
                mistakes.add(
                    self.at(key),
                    format!("there is no query parameter `{name}`; add it, or correct the name"),
                );
                continue;
            };
            let schema = spec::resolve_type(self.spec, &parameter["schema"]);
            if key != "cursor" && schema["type"] != "integer" {
                mistakes.add(
                    self.at(key),
                    format!("the parameter `{name}` is no integer; write `type: integer` there, or correct the name"),
                );
            }
            let can_be_first = parameter["required"] != true;
            if key == "cursor" && (schema["type"] == "array" || !can_be_first) {
                mistakes.add(
                    self.at(key),
                    format!(
                        "the parameter `{name}` must be one value that may be left out, as it is on \
                         the first page; remove `required: true`, or correct the name"
                    ),
                );
            }
        }
    }

    /// Checks that the body can be sent once more, for the next page.
    fn body(&self, mistakes: &mut Mistakes) {
        let media_types = self.endpoint.request_media_types(self.spec);
        let mut media_types = media_types.iter().map(|(media_type, _)| *media_type);
        let form = media_types.clone().find(|name| media_types::is_form(name));
        let other = media_types.find(|name| !media_types::is_form(name));
        let is_repeatable = |name| {
            media_types::is_json(name)
                || media_types::is_url_encoded(name)
                || media_types::is_text(name)
        };
        match (other, form) {
            (Some(name), _) if !is_repeatable(name) => mistakes.add(
                &self.place,
                format!(
                    "a list can't be requested by a body of bytes (`{name}`), which can't be sent \
                     once more for the next page; write another media type, such as \
                     `application/json`, or remove `x-paginated`"
                ),
            ),
            (None, Some(name)) => mistakes.add(
                &self.place,
                format!(
                    "a list can't be requested by a form alone, whose parts can't be sent once \
                     more for the next page; offer `application/json` beside `{name}`, or remove \
                     `x-paginated`"
                ),
            ),
            _ => (),
        }
    }

    /// Checks `range`, by which the pages can be divided by time.
    fn range(&self, mistakes: &mut Mistakes) {
        let range = &self.pagination["range"];
        if !range.is_object() {
            return;
        }
        let place = self.at("range");
        for (key, _) in spec::entries(range) {
            if !["after", "before", "time"].contains(&key) {
                mistakes.add_key(
                    join(&place, key),
                    "is unknown; the keys are `after`, `before` and `time`",
                );
            }
        }
        if self.is_whole() {
            mistakes.add(
                &place,
                "there are no pages to divide where one reply holds everything; remove it",
            );
        }
        for key in ["after", "before"] {
            let name = range[key].as_str().unwrap_or_default();
            let schema = self.parameter(name).map(|parameter| &parameter["schema"]);
            let schema = schema.map(|schema| spec::resolve_type(self.spec, schema));
            if schema.is_none_or(|schema| schema["format"] != "date-time") {
                mistakes.add(
                    join(&place, key),
                    format!(
                        "the query has no `{name}` of the format `date-time`; name a parameter that \
                         has it"
                    ),
                );
            }
        }
        let name = range["time"].as_str().unwrap_or_default();
        let items = self.pagination["items"].as_str().unwrap_or_default();
        let items = if items == WHOLE_REPLY {
            self.reply_schema()
        } else {
            schema::at_path(self.spec, self.reply_schema(), items)
        };
        let items = spec::resolve_type(self.spec, items);
        let item = spec::resolve(self.spec, &items["items"]);
        let time = schema::property(self.spec, item, name);
        let is_required = is_required(self.spec, item, name);
        // By a name, the time would get a type of its own.
        let is_time = time["format"] == "date-time" && time["nullable"] != true;
        if !is_time || !is_required {
            mistakes.add(
                join(&place, "time"),
                format!(
                    "the items have no required `{name}` of the format `date-time`; name the \
                     property by which they are sorted, newest first"
                ),
            );
        }
    }

    /// Reports that another operation reads the same type as another kind of page.
    fn same_page(&self, pages: &mut Pages, mistakes: &mut Mistakes) {
        let schema = self.reply_schema();
        let name = match spec::schema_name(schema) {
            Some(name) => name.to_owned(),
            // Lists of the same items have the same type.
            None if schema["type"] == "array" => schema["items"].to_string(),
            None => return,
        };
        let mut reading = self.pagination.clone();
        if let Some(reading) = reading.as_object_mut() {
            reading.retain(|key, _| ["items", "next", "has_more", "total"].contains(&key.as_str()));
        }
        match pages.get(&name) {
            Some((other, place)) if *other != reading => mistakes.add(
                &self.place,
                format!(
                    "`{place}` reads the same type as another kind of page; give both the same \
                     `items`, `next`, `has_more` and `total`, or the reply a schema of its own"
                ),
            ),
            Some(_) => (),
            None => _ = pages.insert(name, (reading, self.place.clone())),
        }
    }
}

/// Whether an object has a property in each reply.
fn is_required(spec: &Value, schema: &Value, name: &str) -> bool {
    let schema = spec::resolve(spec, schema);
    let own = spec::strings(&schema["required"]);
    let mut parts = spec::elements(&schema["allOf"]).iter();
    own.iter().any(|required| required == name) || parts.any(|part| is_required(spec, part, name))
}
