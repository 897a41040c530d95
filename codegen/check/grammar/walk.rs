//! Walks through a document along the grammar.

use serde_json::Value;

use super::{
    openapi, references,
    shape::{Key, Object, Shape},
    suggest,
};
use crate::codegen::{
    check::{
        mistakes::{Mistakes, join},
        values,
    },
    spec,
};

/// Checks a whole document.
pub fn check(spec: &Value, mistakes: &mut Mistakes) {
    let mut walk = Walk {
        spec,
        around: Vec::new(),
        mistakes,
    };
    walk.object(spec, &openapi::DOCUMENT, "");
}

struct Walk<'a> {
    spec: &'a Value,
    /// The objects around the present one, outermost first, with their places.
    around: Vec<(&'static Object, String)>,
    mistakes: &'a mut Mistakes,
}

impl Walk<'_> {
    fn value(&mut self, value: &Value, shape: &'static Shape, place: &str) {
        match shape {
            Shape::Any => (),
            Shape::Text => self.expect(value.is_string(), value, "text", place),
            Shape::Boolean => self.expect(value.is_boolean(), value, "`true` or `false`", place),
            Shape::Number => self.expect(value.is_number(), value, "a number", place),
            Shape::Natural => {
                self.expect(value.is_u64(), value, "a whole number from 0 up", place);
            }
            Shape::Word(words) => self.word(value, words, place),
            Shape::List(element) => {
                self.expect(value.is_array(), value, "a list", place);
                for (index, child) in spec::elements(value).iter().enumerate() {
                    self.value(child, element, &join(place, &index.to_string()));
                }
            }
            Shape::Map(member) => self.map(value, None, member, place),
            Shape::Keyed(key, member) => self.map(value, Some(key), member, place),
            Shape::Object(object) => self.object(value, object, place),
            Shape::BooleanOr(other) => {
                if !value.is_boolean() {
                    self.value(value, other, place);
                }
            }
            Shape::Refused(sentence) => self.mistakes.add_key(place, *sentence),
        }
    }

    fn expect(&mut self, holds: bool, value: &Value, wanted: &str, place: &str) {
        let is_of_property = value.is_boolean() && place.ends_with(".required");
        if !holds && is_of_property && wanted == "a list" {
            self.mistakes.add_key(
                place,
                "on a property, `required` has no effect; put its name into the list `required:` \
                 of its object",
            );
        } else if !holds {
            self.mistakes
                .add(place, format!("must be {wanted}, {}", found(value, wanted)));
        }
    }

    fn word(&mut self, value: &Value, words: &[&str], place: &str) {
        let Some(word) = value.as_str() else {
            self.expect(false, value, "text", place);
            return;
        };
        if !words.contains(&word) {
            let advice = match meant_type(word, words) {
                Some(advice) => advice,
                None => suggest::did_you_mean(
                    word,
                    words.iter().copied(),
                    format!("write one of {}", words.join(", ")),
                ),
            };
            self.mistakes
                .add(place, format!("`{word}` is unknown here; {advice}"));
        }
    }

    fn map(&mut self, value: &Value, key: Option<&Key>, member: &'static Shape, place: &str) {
        self.expect(value.is_object(), value, "a mapping", place);
        for (name, child) in spec::entries(value) {
            let place = join(place, name);
            if let Some(key) = key
                && !(key.is_valid)(name)
            {
                if name.starts_with("x-") {
                    self.mistakes.add_key(
                        &place,
                        format!("the extension `{name}` has no effect here; remove it"),
                    );
                    continue;
                }
                self.mistakes.add_key(
                    &place,
                    format!("`{name}` can't stand here; {}", advice_for(key, name)),
                );
            }
            if let (Shape::Object(object), false) = (member, child.is_object())
                && let Some((outer, outer_place)) = self.around.last()
                && outer.shape(name).is_some()
            {
                self.mistakes.add_key(
                    &place,
                    format!(
                        "must be {}; as a key of {} it belongs to `{outer_place}`, so check its \
                         indentation",
                        object.name, outer.name
                    ),
                );
                continue;
            }
            self.value(child, member, &place);
        }
    }

    fn object(&mut self, value: &Value, object: &'static Object, place: &str) {
        if !value.is_object() {
            self.expect(false, value, "a mapping", place);
            return;
        }
        if value.get("$ref").is_some() && object.shape("$ref").is_none() {
            references::check(self.spec, value, object, place, self.mistakes);
            return;
        }
        for key in object.required {
            // Where it is misspelt, that is what is said.
            let mut others = spec::entries(value).map(|(other, _)| other);
            let is_misspelt = others.any(|other| {
                object.shape(other).is_none() && suggest::closest(other, [*key]).is_some()
            });
            if value.get(*key).is_none() && !is_misspelt {
                self.mistakes
                    .add(place, format!("`{key}` is missing; add `{key}:`"));
            }
        }
        self.around.push((object, place.to_owned()));
        for (key, child) in spec::entries(value) {
            let place = join(place, key);
            match object.shape(key) {
                Some(shape) => self.value(child, shape, &place),
                None if object.extensions.contains(&key) => (),
                None => self.unknown_key(key, object, &place),
            }
        }
        self.around.pop();
        if std::ptr::eq(object, &openapi::SCHEMA) {
            values::check_schema(self.spec, value, place, self.mistakes);
        } else if std::ptr::eq(object, &openapi::PARAMETER)
            || std::ptr::eq(object, &openapi::MEDIA_TYPE)
        {
            values::check_example(self.spec, value, place, self.mistakes);
        }
    }

    fn unknown_key(&mut self, key: &str, object: &'static Object, place: &str) {
        let name = object.name;
        if key.starts_with("x-") {
            let known = object.extensions.iter().copied();
            let otherwise = if object.extensions.is_empty() {
                "remove it".to_owned()
            } else {
                format!("known are {}", object.extensions.join(", "))
            };
            let advice = suggest::did_you_mean(key, known, otherwise);
            let problem = format!("the extension `{key}` has no effect on {name}; {advice}");
            self.mistakes.add_key(place, problem);
            return;
        }
        let outer = self.around.iter().rev().skip(1);
        let of_outer = outer
            .filter(|(outer, _)| outer.shape(key).is_some())
            .map(|(outer, place)| (outer.name, place))
            .next();
        let of_inner = object.keys.iter().find_map(|(name, shape)| match shape {
            Shape::Object(inner) if inner.shape(key).is_some() => Some((*name, inner.name)),
            _ => None,
        });
        let keys = object.keys.iter().map(|(name, _)| *name);
        let advice = match (of_outer, of_inner) {
            (_, Some((under, inner))) => {
                format!("as a key of {inner} it belongs under `{under}`")
            }
            _ if suggest::closest(key, keys.clone()).is_some() => {
                suggest::did_you_mean(key, keys, "")
            }
            (Some((outer, place)), None) => {
                let place = if place.is_empty() { "the top" } else { place };
                format!("as a key of {outer} it belongs to `{place}`, so check its indentation")
            }
            (None, None) => {
                format!("its keys are {}", keys.collect::<Vec<_>>().join(", "))
            }
        };
        self.mistakes
            .add_key(place, format!("`{key}` is not a key of {name}; {advice}"));
    }
}

/// Says what was found where another kind is wanted, and what to do.
fn found(value: &Value, wanted: &str) -> String {
    match value {
        Value::Null => "but there is nothing; add it, or indent what belongs to it".to_owned(),
        Value::String(text) if wanted.contains("number") && text.parse::<f64>().is_ok() => {
            format!("found the text \"{text}\"; leave out the quotes")
        }
        Value::String(text)
            if wanted.starts_with("`true`") && matches!(&**text, "true" | "false") =>
        {
            format!("found the text \"{text}\"; leave out the quotes")
        }
        Value::String(text) if matches!(&**text, "yes" | "no" | "on" | "off") => {
            format!("found the text \"{text}\"; only `true` and `false` are booleans")
        }
        Value::Number(_) | Value::Bool(_) if wanted == "text" => {
            format!("found {value}; put it into quotes")
        }
        Value::String(text) if wanted == "a list" => {
            let elements: Vec<_> = text.split(',').map(str::trim).collect();
            format!(
                "found the text \"{text}\"; write `[{}]`",
                elements.join(", ")
            )
        }
        Value::Object(_) => "found a mapping".to_owned(),
        Value::Array(_) => "found a list".to_owned(),
        Value::String(text) => format!("found the text \"{text}\""),
        other => format!("found {other}"),
    }
}

/// Returns advice for a `type` that other languages have.
fn meant_type(word: &str, words: &[&str]) -> Option<String> {
    if !words.contains(&"integer") {
        return None;
    }
    let advice = match word {
        "bool" => "write `boolean`",
        "int" | "long" => "write `integer`",
        "float" | "double" | "decimal" => "write `number`",
        "text" | "str" => "write `string`",
        "list" => "write `array`",
        "map" | "dict" => "write `object` with `additionalProperties:`",
        "file" | "binary" => "write `string` with `format: binary`",
        "date" => "write `string` with `format: date`",
        "datetime" | "date-time" | "timestamp" => "write `string` with `format: date-time`",
        "uuid" => "write `string` with `format: uuid`",
        "null" => "write `nullable: true` beside the type of the other values",
        _ => return None,
    };
    Some(advice.to_owned())
}

fn advice_for(key: &Key, name: &str) -> String {
    if let Some(meant) = suggest::closest(name, key.known.iter().copied()) {
        return format!("did you mean `{meant}`?");
    }
    let upper = name.to_uppercase();
    if upper != name && (key.is_valid)(&upper) {
        return format!("did you mean `{upper}`?");
    }
    let rooted = format!("/{name}");
    if (key.is_valid)(&rooted) {
        return format!("did you mean `{rooted}`?");
    }
    key.advice.to_owned()
}
