//! Writes bodies as encoded pairs, and adds fields to bodies that the documentation doesn't name.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use serde::{Serialize, de::IgnoredAny};
use serde_json::{Value, value::RawValue};
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
///
/// Numbers are written as in JSON: what reads them into a wider type gives them more digits.
pub(super) fn pairs_of(body: &impl Serialize) -> Result<String, String> {
    let body = serde_json::to_string(body).map_err(|error| error.to_string())?;
    let fields = serde_json::from_str::<BTreeMap<String, &RawValue>>(&body);
    let fields = fields.map_err(|_| "it is no object".to_owned())?;
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        let list = serde_json::from_str::<Vec<&RawValue>>(value.get());
        for value in list.unwrap_or_else(|_| vec![value]) {
            let Some(text) = text_of_raw(value) else {
                return Err(format!("`{name}` has no text"));
            };
            if let Some(text) = text {
                pairs.append_pair(&name, &text);
            }
        }
    }
    Ok(pairs.finish())
}

/// Returns a value as the text of a form; `Some(None)` for null, and `None` where it has no text.
fn text_of_raw(value: &RawValue) -> Option<Option<Cow<'_, str>>> {
    let json = value.get();
    match json.as_bytes() {
        [b'{' | b'[', ..] => None,
        [b'"', ..] => serde_json::from_str(json).ok().map(Some),
        b"null" => Some(None),
        _ => Some(Some(json.into())),
    }
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
    fn a_body_is_written_as_pairs() {
        #[derive(Serialize)]
        struct Body {
            ratio: f32,
            ratios: Vec<f32>,
            precise: f64,
            text: &'static str,
            texts: [Option<&'static str>; 3],
            flag: bool,
            none: Option<u8>,
        }
        let body = Body {
            ratio: 0.1,
            ratios: vec![16_777_216.0, 1.1],
            precise: 5.960464477539063e-8,
            text: "1 \"&\u{e4}",
            texts: [Some("[a"), None, Some("null")],
            flag: true,
            none: None,
        };
        assert_eq!(
            pairs_of(&body).as_deref(),
            Ok(
                "flag=true&precise=5.960464477539063e-8&ratio=0.1&ratios=16777216.0&ratios=1.1&\
                 text=1+%22%26%C3%A4&texts=%5Ba&texts=null"
            )
        );
        assert_eq!(pairs_of(&json!({"a": []})).as_deref(), Ok(""));
        for (body, why) in [
            (json!({"a": {}}), "`a` has no text"),
            (json!({"a": [[1]]}), "`a` has no text"),
            (json!([1]), "it is no object"),
            (json!(null), "it is no object"),
        ] {
            assert_eq!(pairs_of(&body), Err(why.to_owned()));
        }
    }

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
