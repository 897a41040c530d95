//! Reads the objects with properties, all of which have names.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{pagination, reach, shapes};
use crate::codegen::{
    model::{ObjectModel, Presence, Property, Shape},
    names, spec,
};

/// Returns the objects, but for those that are only the parts of a form.
pub fn read(document: &Value) -> Vec<ObjectModel> {
    let (sent, received) = (reach::sent(document), reach::received(document));
    let of_pages = pagination::read_by(document);
    let schemas = spec::entries(&document["components"]["schemas"]);
    let forms = reach::only_forms(document);
    let objects = schemas
        .filter(|(name, schema)| schema.get("properties").is_some() && !forms.contains(*name));
    let objects = objects.map(|(name, schema)| {
        let object = Object {
            document,
            name,
            schema,
            is_sent: sent.contains(name),
            is_received: received.contains(name),
            of_pages: &of_pages,
        };
        object.read()
    });
    objects.collect()
}

struct Object<'a> {
    document: &'a Value,
    name: &'a str,
    schema: &'a Value,
    is_sent: bool,
    is_received: bool,
    /// The properties that pages are read by, with the names of their types.
    of_pages: &'a BTreeSet<(String, String)>,
}

impl Object<'_> {
    fn read(&self) -> ObjectModel {
        let properties = spec::entries(&self.schema["properties"]);
        ObjectModel {
            of_type: shapes::of_type(self.name, self.schema),
            properties: properties
                .map(|(name, schema)| self.property(name, schema))
                .collect(),
            further: self
                .schema
                .get("additionalProperties")
                .filter(|values| values.is_object())
                .map(shapes::of_element),
            is_sent: self.is_sent,
        }
    }

    fn property(&self, name: &str, schema: &Value) -> Property {
        let shape = shapes::of(schema);
        let of_page = (self.name.to_owned(), name.to_owned());
        let is_of_page = self.of_pages.contains(&of_page);
        let presence = match self.presence(name, schema, &shape) {
            Presence::Default(_) if is_of_page => Presence::Optional,
            presence => presence,
        };
        Property {
            name: name.to_owned(),
            rust_name: spec::text(&schema["x-rust-name"])
                .unwrap_or_else(|| names::snake(name).to_string()),
            description: description(schema),
            is_deprecated: schema["deprecated"] == true,
            is_lenient: self.keeps_json()
                && !self.is_sent
                && !is_of_page
                && !matches!(presence, Presence::Required | Presence::Nullable)
                && !shapes::is_any(&shape),
            is_of_page,
            is_recursive: matches!(shape, Shape::Named(_))
                && reach::contains(self.document, schema, self.name),
            shape,
            presence,
            aliases: spec::strings(&schema["x-aliases"]),
        }
    }

    /// Whether fields of any kind are kept.
    fn keeps_json(&self) -> bool {
        let further = &self.schema["additionalProperties"];
        further.is_object() && shapes::is_any(&shapes::of(further))
    }

    /// Whether a default can be written as a value of Rust.
    fn is_default(&self, shape: &Shape, value: &Value) -> bool {
        match (shape, value) {
            (Shape::Plain("bool"), Value::Bool(_))
            | (Shape::Plain("::std::string::String"), Value::String(_))
            | (Shape::Plain("i32" | "i64" | "u32" | "u64" | "f32" | "f64"), Value::Number(_)) => {
                true
            }
            (Shape::Named(name), Value::String(_) | Value::Number(_)) => {
                let schemas = &self.document["components"]["schemas"];
                schemas[name].get("enum").is_some()
            }
            _ => false,
        }
    }

    fn presence(&self, name: &str, schema: &Value, shape: &Shape) -> Presence {
        let is_required = spec::elements(&self.schema["required"])
            .iter()
            .any(|required| required == name);
        // Where a schema goes both ways, what is demanded in one must not be in the other.
        let is_one_way = (self.is_sent && schema["readOnly"] == true)
            || (self.is_received && schema["writeOnly"] == true);
        let is_nullable = schema["nullable"] == true;
        if is_required && !is_one_way {
            return if is_nullable && !shapes::is_any(shape) {
                Presence::Nullable
            } else {
                Presence::Required
            };
        }
        // In a request, what isn't set is left out: the server knows its default, and an empty list
        // isn't the same as none.
        if self.is_sent {
            return if is_nullable && !shapes::is_any(shape) {
                Presence::OptionalOrNull
            } else {
                Presence::Optional
            };
        }
        match schema.get("default") {
            Some(value) if self.is_default(shape, value) => Presence::Default(value.clone()),
            _ if shapes::has_empty(shape) && !is_nullable => Presence::Empty,
            _ => Presence::Optional,
        }
    }
}

/// Returns what is said of a property, its default included.
fn description(schema: &Value) -> Option<String> {
    let default = match schema.get("default") {
        None | Some(Value::Null) => return spec::text(&schema["description"]),
        Some(value) => format!("`{value}` by default."),
    };
    Some(match schema["description"].as_str() {
        Some(description) => format!("{description}\n\n{default}"),
        None => default,
    })
}
