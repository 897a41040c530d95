//! A JSON document that borrows its texts, which costs less than one that owns them.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

/// A value. Of a number, only its size is kept, where it is whole.
#[derive(Debug, PartialEq)]
pub(super) enum Json<'a> {
    Null,
    Boolean,
    Integer(i128),
    Number,
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// The key of what serde_json makes of a number where a program has it keep their digits.
const DIGITS: &str = "$serde_json::private::Number";

/// Reads a whole document.
pub(super) fn parse(text: &[u8]) -> Option<Json<'_>> {
    // Checked as a whole, and not text by text.
    let text = std::str::from_utf8(text).ok()?;
    serde_json::from_str(text).ok()
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReadValue)
    }
}

struct ReadValue;

impl<'de> Visitor<'de> for ReadValue {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Json::Boolean)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Json::Integer(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Json::Integer(number.into()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Json::Number)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element()? {
            list.push(element);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(Key(key)) = entries.next_key()? {
            if key == DIGITS {
                let digits: String = entries.next_value()?;
                return Ok(digits.parse().map_or(Json::Number, Json::Integer));
            }
            members.push((key, entries.next_value()?));
        }
        Ok(Json::Object(members))
    }
}

struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ReadKey;

        impl<'de> Visitor<'de> for ReadKey {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(ReadKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_whole_with_the_sizes_of_its_integers() {
        let text = br#" {"a": [null, true, -1, 18446744073709551615, 2.0], "\u0062": "x\n"} "#;
        let list = vec![
            Json::Null,
            Json::Boolean,
            Json::Integer(-1),
            Json::Integer(u64::MAX.into()),
            Json::Number,
        ];
        let members = vec![
            ("a".into(), Json::List(list)),
            ("b".into(), Json::Text("x\n".into())),
        ];
        assert_eq!(parse(text), Some(Json::Object(members)));
        for text in ["", "{", "{} {}", "<p>"] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        let number = format!(r#"[{{"{DIGITS}": "7"}}, {{"{DIGITS}": "7.5"}}]"#);
        let read = Json::List(vec![Json::Integer(7), Json::Number]);
        assert_eq!(parse(number.as_bytes()), Some(read));
    }
}
