//! The search for the place that doesn't fit, where serde has lost it.
//!
//! Types with `flatten`, `tag` or `untagged` are read from a buffer, and no path leads into it. The
//! reading itself tells the place all the same: what doesn't fit is what the error changes with,
//! and of all such parts it is read last, since the error ends the reading.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::place::Place;

/// The most parts of an answer that are looked at.
const MOST_PARTS: usize = 100_000;
/// The most that is read in all trials together, in parts, or in 64 bytes of a text; each trial
/// reads the answer again.
const MOST_READ: usize = 1_000_000;
/// Two numbers that no answer is likely to hold.
const MARKERS: [u64; 2] = [8_209_413_657_001, 8_209_413_657_002];

/// The place that doesn't fit.
#[derive(Debug, PartialEq)]
pub(super) struct Located {
    pub(super) place: Place,
    /// Whether it is the place itself, and not only what surrounds it.
    pub(super) is_exact: bool,
}

/// Finds the place at or inside the known one that the message is about.
pub(super) fn locate<T: DeserializeOwned>(known: Place, message: &str, answer: &Value) -> Located {
    let Some(value) = known.find(answer) else {
        return Located {
            place: known,
            is_exact: false,
        };
    };
    let is_leaf = !value.is_object() && !value.is_array();
    // A map or a sequence may be meant that is inside of this one.
    let is_sole = !holds_another(value, value.is_object());
    let is_exact = is_leaf || (names(message, value) && is_sole);
    let places = if is_exact {
        None
    } else {
        known.clone().inside(answer, MOST_PARTS)
    };
    let found = places.and_then(|places| {
        let mut trials = Trials {
            answer: answer.clone(),
            message,
            read: |answer| T::deserialize(answer).err().map(|error| error.to_string()),
        };
        trials.find(places)
    });
    found.unwrap_or(Located {
        place: known,
        is_exact,
    })
}

/// Readings of the answer with changes.
struct Trials<'a> {
    answer: Value,
    message: &'a str,
    /// Returns the message of the error; `None` where the answer fits.
    read: fn(&Value) -> Option<String>,
}

impl Trials<'_> {
    /// Returns the only one of these places that the message can be about, or what surrounds those
    /// that can't be told from each other.
    fn find(&mut self, mut places: Vec<Place>) -> Option<Located> {
        let weights = places
            .iter()
            .filter_map(|place| Some(weight(place.find(&self.answer)?)));
        let weight = weights.fold(0, usize::saturating_add);
        let missing = quoted(self.message, "missing field `");
        places.retain(|place| self.may_be_meant(place, missing));
        let is_named = missing.is_some() || is_naming(self.message);
        if (is_named && places.len() == 1) || places.len().saturating_mul(weight) > MOST_READ {
            return one_or_around(&places);
        }
        let meant = Place::around(&places).filter(|_| is_named);
        if let Some(field) = missing {
            places.retain(|place| self.lacks(place, field));
        } else {
            places.retain(|place| {
                let changed = self.message_with(&[(place, MARKERS[0].into())]);
                changed.as_deref() != Some(self.message)
            });
            places = self.last_read(places);
        }
        let around = |place| Located {
            place,
            is_exact: false,
        };
        one_or_around(&places).or_else(|| meant.map(around))
    }

    /// Whether the object at this place is the one that misses the field.
    fn lacks(&mut self, place: &Place, field: &str) -> bool {
        let Some(Value::Object(fields)) = place.find(&self.answer) else {
            return false;
        };
        let mut fields = fields.clone();
        fields.insert(field.to_owned(), Value::Null);
        let changed = self.message_with(&[(place, fields.into())]);
        changed.is_none_or(|changed| {
            changed != self.message && quoted(&changed, "unknown field `") != Some(field)
        })
    }

    /// Whether the message fits the value at this place.
    fn may_be_meant(&self, place: &Place, missing: Option<&str>) -> bool {
        match (place.find(&self.answer), missing) {
            (None, _) => false,
            (Some(value), Some(field)) => value.is_object() && value.get(field).is_none(),
            (Some(value), None) if is_naming(self.message) => names(self.message, value),
            (Some(value), None) => !value.is_object() && !value.is_array(),
        }
    }

    /// Leaves of these places the one that is read last, and those of which that isn't known.
    fn last_read(&mut self, places: Vec<Place>) -> Vec<Place> {
        let mut last: Vec<Place> = Vec::new();
        for place in places {
            let Some(rival) = last.pop() else {
                last.push(place);
                continue;
            };
            // The one that an error names was read first.
            let values = MARKERS.map(Value::from);
            let both = [(&rival, values[0].clone()), (&place, values[1].clone())];
            let message = self.message_with(&both).unwrap_or_default();
            let is_named = MARKERS.map(|marker| message.contains(&marker.to_string()));
            match is_named {
                [true, false] => last.push(place),
                [false, true] => last.push(rival),
                _ => last.extend([place, rival]),
            }
        }
        last
    }

    /// Returns the message of the answer with other values at these places.
    fn message_with(&mut self, changes: &[(&Place, Value)]) -> Option<String> {
        let mut before = Vec::new();
        for (place, value) in changes {
            if let Some(there) = place.find_mut(&mut self.answer) {
                before.push((*place, std::mem::replace(there, value.clone())));
            }
        }
        let message = (self.read)(&self.answer);
        for (place, value) in before.into_iter().rev() {
            if let Some(there) = place.find_mut(&mut self.answer) {
                *there = value;
            }
        }
        message
    }
}

/// Returns what it takes to read a part, without those inside it.
fn weight(value: &Value) -> usize {
    let length = value.as_str().map_or(0, str::len);
    (length / 64).saturating_add(1)
}

/// Returns the only one of these places, or what surrounds them.
/// Whether a value holds a map, or else a sequence.
fn holds_another(value: &Value, wants_map: bool) -> bool {
    let inside: Vec<&Value> = match value {
        Value::Object(fields) => fields.values().collect(),
        Value::Array(values) => values.iter().collect(),
        _ => Vec::new(),
    };
    inside.into_iter().any(|inner| {
        let is_such = if wants_map {
            inner.is_object()
        } else {
            inner.is_array()
        };
        is_such || holds_another(inner, wants_map)
    })
}

fn one_or_around(places: &[Place]) -> Option<Located> {
    Some(Located {
        place: Place::around(places)?,
        is_exact: places.len() == 1,
    })
}

/// Whether the message is of a form that names what was found.
fn is_naming(message: &str) -> bool {
    ["invalid type: ", "invalid value: ", "unknown variant `"]
        .iter()
        .any(|beginning| message.starts_with(beginning))
}

/// Whether the message says that this value was found.
fn names(message: &str, value: &Value) -> bool {
    if let Some(variant) = quoted(message, "unknown variant `") {
        return value.as_str() == Some(variant);
    }
    let found = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "));
    found
        .and_then(|found| found.strip_prefix(described(value).as_str()))
        .is_some_and(|rest| rest.starts_with(", expected "))
}

/// Describes a value as the errors of `serde_json` do.
fn described(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("boolean `{value}`"),
        Value::Number(number) if number.is_f64() => format!("floating point `{number}`"),
        Value::Number(number) => format!("integer `{number}`"),
        Value::String(text) => format!("string {text:?}"),
        Value::Array(_) => "sequence".to_owned(),
        Value::Object(_) => "map".to_owned(),
    }
}

/// Returns what stands in backticks behind the beginning of a message.
fn quoted<'a>(message: &'a str, beginning: &str) -> Option<&'a str> {
    let rest = message.strip_prefix(beginning)?;
    Some(rest.split_once('`')?.0)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use chrono::NaiveDate;
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Deserialize, Debug)]
    #[allow(dead_code)]
    struct Line {
        text: String,
        price: f64,
        due: Option<NaiveDate>,
    }

    #[derive(Deserialize, Debug)]
    #[allow(dead_code)]
    struct Body {
        lines: Vec<Line>,
        #[serde(default)]
        taxes: HashMap<String, f64>,
    }

    #[derive(Deserialize, Debug)]
    #[allow(dead_code)]
    struct Flattened {
        number: String,
        #[serde(flatten)]
        body: Body,
    }

    #[derive(Deserialize, Debug)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    #[allow(dead_code)]
    enum Tagged {
        Invoice(Body),
        Letter { pages: u8, paid: bool },
    }

    #[derive(Deserialize, Debug)]
    #[serde(untagged)]
    #[allow(dead_code)]
    enum Untagged {
        Percent { percent: f64 },
        Amount(f64),
    }

    #[derive(Deserialize, Debug)]
    #[allow(dead_code)]
    struct Discounted {
        discount: Untagged,
    }

    #[track_caller]
    fn assert_place<T: DeserializeOwned>(answer: Value, place: &str, is_exact: bool) {
        let reading = serde_path_to_error::deserialize::<_, T>(&answer);
        let Err(error) = reading else {
            panic!("it fits: {answer}")
        };
        let known = Place::of(error.path(), &answer);
        let message = error.into_inner().to_string();
        let located = locate::<T>(known, &message, &answer);
        let found = (located.place.to_string(), located.is_exact);
        assert_eq!(found, (place.to_owned(), is_exact), "{message}");
    }

    #[test]
    fn what_serde_knows_is_taken() {
        let answer = json!({"lines": [{"text": "a", "price": 1}, {"text": "b", "price": "two"}]});
        assert_place::<Body>(answer, "lines[1].price", true);
        assert_place::<Body>(json!({"lines": [{"text": "a"}]}), "lines[0]", true);
        assert_place::<Body>(json!({"lines": 7}), "lines", true);
        assert_place::<Body>(json!("text"), ".", true);
    }

    #[test]
    fn a_place_behind_a_buffer_is_found() {
        let line = |price: Value, due: Value| json!({"text": "two", "price": price, "due": due});
        let fine = line(json!(1), Value::Null);
        let flattened = |second: Value| json!({"number": "two", "lines": [fine, second]});
        let tagged = |second: Value| json!({"kind": "invoice", "lines": [fine, second]});
        for (second, place) in [
            // The text stands in two places that may have it, besides.
            (line(json!("two"), Value::Null), "lines[1].price"),
            (line(json!(null), Value::Null), "lines[1].price"),
            (line(json!([1]), Value::Null), "lines[1].price"),
            // The message doesn't say what was found.
            (line(json!(2), json!("2026-13-01")), "lines[1].due"),
            (line(json!(2), json!("soon")), "lines[1].due"),
            (json!({"text": "b"}), "lines[1]"),
            (json!(5), "lines[1]"),
        ] {
            assert_place::<Flattened>(flattened(second.clone()), place, true);
            assert_place::<Tagged>(tagged(second), place, true);
        }
        let letter = json!({"kind": "letter", "pages": 300, "paid": true});
        assert_place::<Tagged>(letter, "pages", true);
        assert_place::<Tagged>(json!({"kind": "fax"}), "kind", true);
    }

    #[test]
    fn what_surrounds_a_place_is_named_where_the_place_is_not_known() {
        let answer = json!({"discount": {"rate": 5}});
        assert_place::<Discounted>(answer, "discount", false);
        let answer = json!({"number": "1", "lines": [], "taxes": {"a": "x", "b": "x"}});
        // Without one of the two, the other has the same error.
        assert_place::<Flattened>(answer, "taxes", false);
    }

    #[test]
    fn a_large_answer_is_not_read_again_and_again() {
        let with = |price: Value| {
            let lines = (0..2000).map(|number| json!({"text": "a", "price": number}));
            let lines: Vec<Value> = lines
                .chain([json!({"text": "b", "price": price})])
                .collect();
            json!({"number": "1", "lines": lines})
        };
        // The only place with this text needs no further reading.
        assert_place::<Flattened>(with(json!("two")), "lines[2000].price", true);
        assert_place::<Flattened>(with(json!("a")), "lines", false);
        let mut large = with(json!(1));
        large["lines"] = json!([{"text": "a".repeat(1 << 26), "price": 1, "due": "soon"}]);
        assert_place::<Flattened>(large, ".", false);
    }
}
