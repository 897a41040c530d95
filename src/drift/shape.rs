//! What is told of a value: its kind, and never what it says.

use std::{fmt, net::Ipv4Addr, net::Ipv6Addr};

use chrono::{DateTime, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::{Uuid, fmt::Hyphenated};

use super::json::Json;

/// The longest arrays within arrays whose elements are told.
const DEEPEST: u8 = 4;

/// A kind of JSON, by the name of OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum JsonKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A whole number, written without a fraction.
    Integer,
    /// A number with a fraction or an exponent.
    Number,
    /// A text.
    String,
    /// A list.
    Array,
    /// Names with values.
    Object,
}

impl JsonKind {
    /// Returns the kind's name in OpenAPI.
    ///
    /// ```
    /// use nanonets_agents::drift::JsonKind;
    ///
    /// assert_eq!(JsonKind::Integer.as_str(), "integer");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    pub(super) fn of(value: &Json<'_>) -> Self {
        match value {
            Json::Null => Self::Null,
            Json::Boolean => Self::Boolean,
            Json::Integer(_) => Self::Integer,
            Json::Number => Self::Number,
            Json::Text(_) => Self::String,
            Json::List(_) => Self::Array,
            Json::Object(_) => Self::Object,
        }
    }
}

impl fmt::Display for JsonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The shape of a value. As JSON it is the schema that the spec would have for it, but for `null`,
/// which OpenAPI 3.0 writes as `nullable: true`.
///
/// ```
/// use nanonets_agents::drift::{JsonKind, Shape};
///
/// let shape: Shape = serde_json::from_str(r#"{"type": "string", "format": "uuid"}"#)?;
/// assert_eq!((shape.kind, shape.to_string().as_str()), (JsonKind::String, "string (uuid)"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Shape {
    /// The kind of JSON.
    #[serde(rename = "type")]
    pub kind: JsonKind,
    /// The format. Of a text that was seen it is `date-time`, `date`, `uuid` or none, and of an
    /// integer the size that it needs where the spec's is too small.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The shape of the elements of an array, where it has some and all have the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<Box<Shape>>,
}

impl Shape {
    /// Creates the shape of a kind, without a format.
    ///
    /// ```
    /// use nanonets_agents::drift::{JsonKind, Shape};
    ///
    /// assert_eq!(Shape::new(JsonKind::Object).to_string(), "object");
    /// ```
    pub fn new(kind: JsonKind) -> Self {
        Self {
            kind,
            format: None,
            items: None,
        }
    }

    pub(super) fn with_format(mut self, format: Option<&str>) -> Self {
        self.format = format.map(str::to_owned);
        self
    }

    pub(super) fn of(value: &Json<'_>) -> Self {
        Self::down_to(value, DEEPEST)
    }

    fn down_to(value: &Json<'_>, depth: u8) -> Self {
        let shape = Self::new(JsonKind::of(value));
        match (value, depth.checked_sub(1)) {
            (Json::Text(text), _) => shape.with_format(format_of(text)),
            (Json::Integer(number), _) if i64::try_from(*number).is_err() => {
                shape.with_format(Some("uint64"))
            }
            (Json::List(elements), Some(depth)) => {
                let mut shapes = elements.iter().map(|element| Self::down_to(element, depth));
                let first = shapes.next();
                let is_one = shapes.all(|other| Some(&other) == first.as_ref());
                Self {
                    items: first.filter(|_| is_one).map(Box::new),
                    ..shape
                }
            }
            _ => shape,
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if let Some(format) = &self.format {
            write!(f, " ({format})")?;
        }
        match &self.items {
            Some(items) => write!(f, " of {items}"),
            None => Ok(()),
        }
    }
}

/// Returns the format that a text is recognised by.
fn format_of(text: &str) -> Option<&'static str> {
    ["date-time", "date", "uuid"]
        .into_iter()
        .find(|format| is_text_of(text, format))
}

/// Returns whether a text has a format; one that isn't known here is had by any.
pub(super) fn is_text_of(text: &str, format: &str) -> bool {
    match format {
        "date-time" => DateTime::parse_from_rfc3339(text).is_ok(),
        "date" => text.len() == "2026-05-12".len() && text.parse::<NaiveDate>().is_ok(),
        // Other spellings have other lengths.
        "uuid" => text.len() == Hyphenated::LENGTH && Uuid::try_parse(text).is_ok(),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        _ => true,
    }
}

/// Returns the size that an integer needs, where it is more than the format has.
pub(super) fn size_beyond(number: i128, format: &str) -> Option<&'static str> {
    let fits = match format {
        "int32" => i32::try_from(number).is_ok(),
        "uint32" => u32::try_from(number).is_ok(),
        "int64" => i64::try_from(number).is_ok(),
        "uint64" => u64::try_from(number).is_ok(),
        _ => true,
    };
    let needed = match i64::try_from(number) {
        Ok(_) => "int64",
        Err(_) => "uint64",
    };
    (!fits).then_some(needed)
}

#[cfg(test)]
mod tests {
    use super::{super::json::parse, *};

    #[test]
    fn a_shape_tells_kind_and_format() {
        for (text, expected) in [
            ("null", "null"),
            ("7", "integer"),
            ("18446744073709551615", "integer (uint64)"),
            ("7.0", "number"),
            (r#""2026-05-12T10:15:42.5+02:00""#, "string (date-time)"),
            (r#""2026-05-12""#, "string (date)"),
            (r#""3f2b8c1e-7d44-4a55-9a0e-5f2f0c6d7e81""#, "string (uuid)"),
            (r#""3f2b8c1e7d444a559a0e5f2f0c6d7e81""#, "string"),
            (r#""yesterday""#, "string"),
            ("[]", "array"),
            ("[1, 2]", "array of integer"),
            (r#"[1, "a"]"#, "array"),
            ("[[[[[1]]]]]", "array of array of array of array of array"),
            (r#"{"a": 1}"#, "object"),
        ] {
            let value = parse(text.as_bytes()).expect(text);
            assert_eq!(Shape::of(&value).to_string(), expected, "{text}");
        }
    }

    #[test]
    fn a_text_has_a_format_or_not() {
        for (format, text, expected) in [
            ("date-time", "2026-05-12t10:15:42z", true),
            ("date-time", "2026-05-12", false),
            ("date", "2026-05-12", true),
            ("date", "2026-5-12", false),
            ("uuid", "{3f2b8c1e-7d44-4a55-9a0e-5f2f0c6d7e81}", false),
            ("ipv4", "127.0.0.1", true),
            ("ipv4", "::1", false),
            ("ipv6", "::1", true),
            ("email", "anything", true),
        ] {
            assert_eq!(is_text_of(text, format), expected, "{format} {text}");
        }
    }

    #[test]
    fn an_integer_beyond_its_format_tells_what_it_needs() {
        assert_eq!(size_beyond(5_000_000_000, "int32"), Some("int64"));
        assert_eq!(size_beyond(5_000_000_000, "int64"), None);
        assert_eq!(size_beyond(-1, "uint64"), Some("int64"));
        assert_eq!(size_beyond(u64::MAX.into(), "int64"), Some("uint64"));
        assert_eq!(size_beyond(u64::MAX.into(), "bignum"), None);
    }
}
