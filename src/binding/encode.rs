//! Writes bodies as encoded pairs, and adds fields to bodies that the documentation doesn't name.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, de::IgnoredAny};
use serde_json::Value;
use url::form_urlencoded;

/// Adds the fields that a JSON object doesn't have yet; what isn't an object stays as it is.
///
/// They are added to the text, since a number may have another text after it was read.
pub(super) fn add_to_object(json: &mut Vec<u8>, fields: &BTreeMap<String, Value>) {
    let Ok(given) = serde_json::from_slice::<BTreeMap<String, IgnoredAny>>(json) else {
        return;
    };
    let mut is_first = given.is_empty();
    json.pop();
    for (name, value) in fields.iter().filter(|(name, _)| !given.contains_key(*name)) {
        if !is_first {
            json.push(b',');
        }
        is_first = false;
        json.extend(Value::from(name.as_str()).to_string().into_bytes());
        json.push(b':');
        json.extend(value.to_string().into_bytes());
    }
    json.push(b'}');
}

/// Writes an object as encoded pairs: a list is one pair for each element, and null is left out.
pub(super) fn pairs_of(body: &impl Serialize) -> Result<String, String> {
    let body = serde_json::to_value(body).map_err(|error| error.to_string())?;
    let Value::Object(fields) = body else {
        return Err("it is no object".to_owned());
    };
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        let values = match value {
            Value::Array(values) => values,
            value => vec![value],
        };
        for value in values.iter().filter(|value| !value.is_null()) {
            if value.is_object() || value.is_array() {
                return Err(format!("`{name}` has no text"));
            }
            pairs.append_pair(&name, &text_of_json(value));
        }
    }
    Ok(pairs.finish())
}

/// Adds the fields that a form of encoded pairs doesn't have yet.
pub(super) fn add_to_pairs(form: &mut String, fields: &BTreeMap<String, Value>) {
    let given: BTreeSet<String> = form_urlencoded::parse(form.as_bytes())
        .map(|(name, _)| name.into_owned())
        .collect();
    let mut pairs = form_urlencoded::Serializer::new(form);
    for (name, value) in fields.iter().filter(|(name, _)| !given.contains(*name)) {
        pairs.append_pair(name, &text_of_json(value));
    }
}

/// Returns a field as the text of a form.
pub(super) fn text_of_json(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn extra_fields_join_the_others_and_replace_none() {
        let fields = [("a", json!(1)), ("b\"", json!([true])), ("c", json!("x&y"))];
        let fields = fields.map(|(name, value)| (name.to_owned(), value));
        let fields = BTreeMap::from(fields);
        for (given, expected) in [
            ("{}", r#"{"a":1,"b\"":[true],"c":"x&y"}"#),
            (
                r#"{"c":0.10000000000000000000001}"#,
                r#"{"c":0.10000000000000000000001,"a":1,"b\"":[true]}"#,
            ),
            ("[1]", "[1]"),
            ("null", "null"),
            (r#""{}""#, r#""{}""#),
        ] {
            let mut json = given.as_bytes().to_vec();
            add_to_object(&mut json, &fields);
            assert_eq!(String::from_utf8_lossy(&json), expected);
        }
        for (given, expected) in [
            ("", "a=1&b%22=%5Btrue%5D&c=x%26y"),
            ("a=7&d=8", "a=7&d=8&b%22=%5Btrue%5D&c=x%26y"),
        ] {
            let mut form = given.to_owned();
            add_to_pairs(&mut form, &fields);
            assert_eq!(form, expected);
        }
    }
}
