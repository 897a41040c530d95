//! What was found, in a form that can be stored.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::shape::Shape;

/// One difference between replies and the spec, at one place. It holds no values, but for the text
/// of an enum's value that looks like one.
///
/// As JSON it is a line that can be stored and read again:
///
/// ```
/// use nanonets_agents::drift::{Entry, Kind};
///
/// let line = r#"{"operation":"list_tasks","status":"2XX","path":"data[].priority",
///     "property":"priority","schema":"TaskListItem.priority","kind":"unknown_field",
///     "seen":{"type":"integer"},"count":20,"of":20,"first_seen":"2026-11-28T09:30:00Z"}"#;
/// let entry: Entry = serde_json::from_str(line)?;
/// assert!(matches!(entry.kind, Kind::UnknownField { .. }) && entry.is_always());
/// assert_eq!(
///     entry.to_string(),
///     "list_tasks 2XX data[].priority: unknown field, integer (20 of 20)"
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Entry {
    /// The operation, by its id in the spec.
    pub operation: String,
    /// The key under the operation's `responses` that describes the reply: a code such as `404`, a
    /// range such as `2XX`, or `default`. Of an undocumented status it is the code.
    pub status: String,
    /// The place in the body, in the [syntax of paths](super#paths); empty for the whole reply.
    pub path: String,
    /// The name of the property, where the path ends with one. Of a property with aliases it is the
    /// spec's own, whichever of them the reply has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
    /// The innermost schema with a name in which the place lies, and the path from it, such as
    /// `TaskListItem.priority`: an edit of the spec belongs there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// What differs.
    #[serde(flatten)]
    pub kind: Kind,
    /// How often it was seen. A list of twenty items can have it twenty times.
    pub count: u64,
    /// How often it could have been seen: the number of objects that could have had the field, of
    /// values that could have been of another kind, of bodies or replies.
    pub of: u64,
    /// When it was seen first, by this machine's clock.
    pub first_seen: DateTime<Utc>,
}

impl Entry {
    /// Returns whether it was seen each time that it could have been. A field that is always there
    /// may be `required`, and one that is always null tells nothing of its type.
    ///
    /// ```
    /// use nanonets_agents::drift::Drift;
    ///
    /// fn required_fields(drift: &Drift) -> impl Iterator<Item = &str> {
    ///     let always = drift.entries.iter().filter(|entry| entry.is_always());
    ///     always.filter_map(|entry| entry.schema.as_deref())
    /// }
    /// ```
    pub fn is_always(&self) -> bool {
        self.count >= self.of
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operation, self.status)?;
        if !self.path.is_empty() {
            write!(f, " {}", self.path)?;
        }
        write!(f, ": {} ({} of {})", self.kind, self.count, self.of)
    }
}

/// What differs between a reply and the spec.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// The operation has no response for this status, neither for the code nor for its range.
    UndocumentedStatus,
    /// The reply has a media type that the response doesn't name.
    #[non_exhaustive]
    UnknownMediaType {
        /// The media type, in lower case and without parameters, where it looks like one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        media_type: Option<String>,
    },
    /// The response has a body of JSON, and the reply has none.
    NoBody,
    /// The body should be JSON, and it isn't, or not all of it: it may have been cut off.
    NotJson,
    /// An object has a field that its schema doesn't name. Where its name may be data, the path
    /// ends in `{}`.
    #[non_exhaustive]
    UnknownField {
        /// The shape of its value.
        seen: Shape,
    },
    /// An object lacks a field that its schema requires.
    MissingField,
    /// A text isn't among the values of its enum, or of its discriminator.
    #[non_exhaustive]
    UnknownValue {
        /// The text, where it looks like the value of an enum: up to 40 letters, digits, `_` and
        /// `-`, of which four are digits at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<String>,
    },
    /// A value is of another kind than the spec's, or of another format. `null` is one where it
    /// isn't allowed.
    #[non_exhaustive]
    WrongKind {
        /// What the spec has.
        expected: Shape,
        /// What the reply has.
        seen: Shape,
    },
    /// The client's types refuse the reply, though nothing else was found in it: a number may be
    /// beyond its bounds, or a name be there twice. The error of the call says more.
    Undecodable,
}

impl Kind {
    /// Returns the name of the kind, as in JSON.
    ///
    /// ```
    /// use nanonets_agents::drift::Drift;
    ///
    /// fn has_new_fields(drift: &Drift) -> bool {
    ///     drift.entries.iter().any(|entry| entry.kind.as_str() == "unknown_field")
    /// }
    /// ```
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::UndocumentedStatus => "undocumented_status",
            Self::UnknownMediaType { .. } => "unknown_media_type",
            Self::NoBody => "no_body",
            Self::NotJson => "not_json",
            Self::UnknownField { .. } => "unknown_field",
            Self::MissingField => "missing_field",
            Self::UnknownValue { .. } => "unknown_value",
            Self::WrongKind { .. } => "wrong_kind",
            Self::Undecodable => "undecodable",
        }
    }

    /// Whether it could have been seen as often as what is around its place, instead of the place
    /// itself.
    pub(super) fn is_of_surroundings(&self) -> bool {
        match self {
            Self::UndocumentedStatus | Self::UnknownField { .. } | Self::MissingField => true,
            Self::UnknownMediaType { .. } | Self::NoBody | Self::NotJson => false,
            Self::UnknownValue { .. } | Self::WrongKind { .. } | Self::Undecodable => false,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UndocumentedStatus => f.write_str("undocumented status"),
            Self::UnknownMediaType {
                media_type: Some(media_type),
            } => write!(f, "unknown media type {media_type}"),
            Self::UnknownMediaType { media_type: None } => f.write_str("unknown media type"),
            Self::NoBody => f.write_str("no body"),
            Self::NotJson => f.write_str("not JSON"),
            Self::UnknownField { seen } => write!(f, "unknown field, {seen}"),
            Self::MissingField => f.write_str("missing field"),
            Self::UnknownValue { value: Some(value) } => write!(f, "unknown value `{value}`"),
            Self::UnknownValue { value: None } => f.write_str("unknown value"),
            Self::WrongKind { expected, seen } => write!(f, "{seen} instead of {expected}"),
            Self::Undecodable => f.write_str("undecodable"),
        }
    }
}
