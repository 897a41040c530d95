//! Mistakes of lists: those that are asked for page by page, and those that stand in a query.

use serde_json::Value;

use super::{Checker, Endpoint, join, spec};

impl<'a> Checker<'a> {
    pub(super) fn list_parameters(&mut self, endpoint: &Endpoint) {
        for parameter in endpoint.parameters(self.spec) {
            let schema = spec::resolve(self.spec, &parameter["schema"]);
            if schema["type"] != "array" {
                continue;
            }
            let name = parameter["name"].as_str().unwrap_or_default();
            let place = format!("{}.parameters.{name}", endpoint.place());
            let is_form = parameter["style"].is_null() || parameter["style"] == "form";
            if parameter["in"] != "query" || !is_form || parameter["explode"] != false {
                self.report(
                    &place,
                    "a list is supported only comma-joined in the query; write `in: query` and `explode: false`",
                );
            }
            if spec::resolve(self.spec, &schema["items"])["type"] != "string" {
                self.report(
                    format!("{place}.schema.items"),
                    "only lists of strings are supported here",
                );
            }
        }
    }

    pub(super) fn pagination(&mut self, endpoint: &Endpoint) {
        let Some(pagination) = endpoint.operation.get("x-paginated") else {
            return;
        };
        let place = format!("{}.x-paginated", endpoint.place());
        // A list that comes whole has neither.
        let is_whole = pagination["next"].is_null() && pagination["cursor"].is_null();
        let required: &[&str] = if is_whole {
            &["items"]
        } else {
            &["items", "next", "cursor"]
        };
        for key in required {
            if !pagination[*key].is_string() {
                self.report(
                    &place,
                    format!(
                        "`{key}` is missing; write `{{items: …, next: …, cursor: …}}`, or only `items` where \
                         the list isn't paged"
                    ),
                );
            }
        }
        for (key, _) in spec::entries(pagination) {
            if !["items", "next", "cursor", "limit", "range"].contains(&key) {
                self.report(
                    join(&place, key),
                    "is unknown; the keys are `items`, `next`, `cursor`, `limit` and `range`",
                );
            }
        }
        let property = |key: &str| {
            let name = pagination[key].as_str()?;
            Some((name, self.property_of_reply(endpoint, name)))
        };
        let (items, next) = (property("items"), property("next"));
        if let Some((name, schema)) = items
            && (schema["type"] != "array" || schema["nullable"] == true)
        {
            self.report(
                join(&place, "items"),
                format!("the reply has no array `{name}`; name the property that holds the items"),
            );
        }
        if let Some((name, schema)) = next
            && schema["type"] != "string"
        {
            self.report(
                join(&place, "next"),
                format!(
                    "the reply has no string `{name}`; name the property that holds the cursor"
                ),
            );
        }
        for key in ["cursor", "limit"] {
            if let Some(name) = pagination[key].as_str()
                && self.query_parameter(endpoint, name).is_none()
            {
                self.report(
                    join(&place, key),
                    format!("there is no query parameter `{name}`; add it, or correct the name"),
                );
            }
        }
        if let Some(range) = pagination.get("range") {
            self.range(endpoint, range, &join(&place, "range"));
        }
    }

    /// What it takes to divide a list by time.
    fn range(&mut self, endpoint: &Endpoint, range: &Value, place: &str) {
        for (key, _) in spec::entries(range) {
            if !["after", "before", "time"].contains(&key) {
                self.report(
                    join(place, key),
                    "is unknown; the keys are `after`, `before` and `time`",
                );
            }
        }
        if endpoint.operation["x-paginated"]["next"].is_null() {
            self.report(
                place,
                "a list that comes whole has nothing to divide; remove it",
            );
        }
        for key in ["after", "before"] {
            let name = range[key].as_str().unwrap_or_default();
            let schema = self.query_parameter(endpoint, name);
            if schema.is_none_or(|it| it["format"] != "date-time") {
                self.report(
                    join(place, key),
                    format!("there is no point in time `{name}` in the query; name the parameter"),
                );
            }
        }
        let name = range["time"].as_str().unwrap_or_default();
        let items = endpoint.operation["x-paginated"]["items"].as_str();
        let items = self.property_of_reply(endpoint, items.unwrap_or_default());
        let item = spec::resolve(self.spec, &items["items"]);
        let is_required = spec::strings(&item["required"]).iter().any(|it| it == name);
        if item["properties"][name]["format"] != "date-time" || !is_required {
            self.report(
                join(place, "time"),
                format!(
                    "the items have no required point in time `{name}`; name the property by which the list \
                     is sorted, newest first"
                ),
            );
        }
    }

    fn property_of_reply<'b>(&self, endpoint: &'b Endpoint, name: &str) -> &'b Value
    where
        'a: 'b,
    {
        let body = endpoint.success_schema(self.spec);
        let body = body.map_or(&Value::Null, |it| spec::resolve(self.spec, it));
        spec::resolve(self.spec, &body["properties"][name])
    }

    /// The schema of a parameter of the query.
    fn query_parameter<'b>(&self, endpoint: &'b Endpoint, name: &str) -> Option<&'b Value>
    where
        'a: 'b,
    {
        let parameters = endpoint.parameters(self.spec);
        let found = parameters
            .iter()
            .find(|it| it["in"] == "query" && it["name"] == name)?;
        Some(spec::resolve(self.spec, &found["schema"]))
    }
}
