//! Where an answer doesn't fit a type.

use serde_json::Value;
use serde_path_to_error::{Path, Segment};

/// A place in an answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    /// As `serde_path_to_error` writes it.
    pub(super) path: String,
    /// What stands there.
    pub(super) found: Option<Value>,
}

/// Returns the place of an error.
///
/// Serde reads what is flattened, or of an enum that is untagged or tagged inside, into a buffer
/// first, and loses the place. Its message names what it has found, which is then looked for in the
/// innermost place that is known.
pub(super) fn of(answer: &Value, path: &Path, error: &serde_json::Error) -> Place {
    let mut known = Step::root(answer);
    for segment in path.iter() {
        known = match known.step(segment) {
            Some(next) => next,
            // What is missing has a path and no value.
            None => {
                let path = path.to_string();
                return Place { path, found: None };
            }
        };
    }
    let message = error.to_string();
    let inner = match known.value {
        Value::Object(_) | Value::Array(_) => known.culprit(&message),
        _ => None,
    };
    let place = inner.unwrap_or(known);
    let is_missing = message.starts_with("missing field");
    Place {
        path: place.path_or_root(),
        found: (!is_missing).then(|| place.value.clone()),
    }
}

/// A value of the answer, with the path to it.
#[derive(Clone)]
struct Step<'a> {
    path: String,
    value: &'a Value,
}

impl<'a> Step<'a> {
    fn root(value: &'a Value) -> Self {
        let path = String::new();
        Self { path, value }
    }

    fn path_or_root(&self) -> String {
        if self.path.is_empty() {
            ".".to_owned()
        } else {
            self.path.clone()
        }
    }

    fn step(&self, segment: &Segment) -> Option<Self> {
        match segment {
            Segment::Seq { index } => Some(self.at(*index, self.value.get(*index)?)),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                Some(self.under(key, self.value.get(key)?))
            }
            Segment::Unknown => None,
        }
    }

    fn at(&self, index: usize, value: &'a Value) -> Self {
        let path = format!("{}[{index}]", self.path);
        Self { path, value }
    }

    fn under(&self, key: &str, value: &'a Value) -> Self {
        let path = if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        };
        Self { path, value }
    }

    fn children(&self) -> Vec<Self> {
        match self.value {
            Value::Array(values) => {
                let values = values.iter().enumerate();
                values.map(|(index, value)| self.at(index, value)).collect()
            }
            Value::Object(fields) => {
                let fields = fields.iter();
                fields.map(|(key, value)| self.under(key, value)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Returns the innermost place below this one that holds all that the message may mean; `None`
    /// where there is nothing.
    fn culprit(&self, message: &str) -> Option<Self> {
        if is_meant(self.value, message) {
            return Some(self.clone());
        }
        let mut found: Vec<Self> = self.children();
        found.retain(|child| child.holds(message));
        match found.as_slice() {
            [] => None,
            [one] => one.culprit(message),
            _ => Some(self.clone()),
        }
    }

    fn holds(&self, message: &str) -> bool {
        is_meant(self.value, message) || self.children().iter().any(|child| child.holds(message))
    }
}

/// Whether a message of serde may be about this value.
fn is_meant(value: &Value, message: &str) -> bool {
    if let Some(variant) = quoted_after(message, "unknown variant `") {
        return value == variant;
    }
    let found = ["invalid type: ", "invalid value: "]
        .iter()
        .find_map(|kind| message.strip_prefix(kind));
    let (Some(found), Some(shown)) = (found, as_serde_says(value)) else {
        return false;
    };
    found
        .strip_prefix(&shown)
        .is_some_and(|rest| rest.starts_with(", expected"))
}

fn quoted_after<'a>(message: &'a str, beginning: &str) -> Option<&'a str> {
    let rest = message.strip_prefix(beginning)?;
    rest.split_once("`, ").map(|(quoted, _)| quoted)
}

/// Returns how serde names a value that it hasn't expected; `None` of one that it names by its kind
/// alone, such as a map.
fn as_serde_says(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("null".to_owned()),
        Value::Bool(value) => Some(format!("boolean `{value}`")),
        Value::String(text) => Some(format!("string {text:?}")),
        Value::Number(number) if number.is_f64() => Some(format!("floating point `{number}`")),
        Value::Number(number) => Some(format!("integer `{number}`")),
        Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, de::DeserializeOwned};
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Flattening {
        #[serde(flatten)]
        total: Total,
        lines: Vec<Line>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Total {
        total: f64,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Line {
        price: f64,
        paid: Option<Paid>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    #[serde(tag = "by", rename_all = "snake_case")]
    enum Paid {
        Card { digits: u16 },
        Transfer { iban: String },
    }

    fn place<T: DeserializeOwned + std::fmt::Debug>(answer: &Value) -> (String, Option<Value>) {
        let error = serde_path_to_error::deserialize::<_, T>(answer).expect_err("it doesn't fit");
        let place = of(answer, error.path(), error.inner());
        (place.path, place.found)
    }

    #[test]
    fn the_place_is_found_even_where_serde_has_lost_it() {
        type Lines = BTreeMap<String, Vec<Line>>;
        for (found, path, value) in [
            (
                place::<Lines>(&json!({"lines": [{"price": 1}, {"price": "two"}]})),
                "lines[1].price",
                Some(json!("two")),
            ),
            (
                place::<Lines>(&json!({"lines": [{"price": 1}, {"cost": 2}]})),
                "lines[1]",
                None,
            ),
            (
                place::<Lines>(&json!({"lines": [{"price": 1, "paid": {"by": "card", "digits": "12"}}]})),
                "lines[0].paid.digits",
                Some(json!("12")),
            ),
            (
                place::<Lines>(&json!({"lines": [{"price": 1, "paid": {"by": "cheque"}}]})),
                "lines[0].paid.by",
                Some(json!("cheque")),
            ),
            (
                place::<Flattening>(&json!({"total": true, "lines": [{"price": 1}]})),
                "total",
                Some(json!(true)),
            ),
            // Serde reads the lines into no buffer, since they aren't flattened.
            (
                place::<Flattening>(&json!({"total": 1, "lines": [{"price": null}]})),
                "lines[0].price",
                Some(json!(null)),
            ),
            (
                place::<Flattening>(&json!({"lines": []})),
                ".",
                None,
            ),
            // Both are texts: the place is the one that holds both.
            (
                place::<Vec<Flattening>>(&json!([{"total": "x", "lines": [], "note": "x"}])),
                "[0]",
                Some(json!({"total": "x", "lines": [], "note": "x"})),
            ),
            (place::<f64>(&json!("prose")), ".", Some(json!("prose"))),
            (
                place::<BTreeMap<String, f64>>(&json!([1])),
                ".",
                Some(json!([1])),
            ),
        ] {
            assert_eq!((found.0.as_str(), found.1), (path, value));
        }
    }
}
