//! The entries that a client with the feature `drift` writes, one line of JSON each.

use std::{collections::BTreeSet, fmt};

use serde::Deserialize;

/// A difference between replies and the spec, as far as an edit depends on it.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    pub operation: String,
    pub status: String,
    #[serde(default)]
    pub path: String,
    pub property: Option<String>,
    /// The innermost schema with a name, and the path from it.
    pub schema: Option<String>,
    pub kind: String,
    pub seen: Option<Shape>,
    pub expected: Option<Shape>,
    /// The value of an enum.
    pub value: Option<String>,
    pub count: u64,
    pub of: u64,
    /// The other kinds of values that were seen at the same place.
    #[serde(skip)]
    pub others: BTreeSet<Shape>,
}

/// The kind of a value, as a schema says it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    #[serde(rename = "type")]
    pub kind: String,
    pub format: Option<String>,
    pub items: Option<Box<Shape>>,
}

impl Entry {
    /// Whether one edit mends both.
    pub fn is_of_same_edit(&self, other: &Self) -> bool {
        let is_same_place = match (&self.schema, &other.schema) {
            (Some(one), Some(other)) => one == other,
            _ => {
                (&self.operation, &self.status, &self.path)
                    == (&other.operation, &other.status, &other.path)
            }
        };
        is_same_place && self.kind == other.kind && self.value == other.value
    }

    /// Takes over what another entry of the same edit has seen.
    pub fn merge(&mut self, other: &Self) {
        if self.seen != other.seen {
            self.others.extend(other.seen.clone());
        }
        self.count = self.count.saturating_add(other.count);
        self.of = self.of.saturating_add(other.of);
    }

    /// Returns the kinds that were seen, but for null.
    pub fn kinds(&self) -> BTreeSet<&Shape> {
        let seen = self.seen.iter().chain(&self.others);
        seen.filter(|shape| shape.kind != "null").collect()
    }

    /// Whether null was seen.
    pub fn has_null(&self) -> bool {
        let mut seen = self.seen.iter().chain(&self.others);
        seen.any(|shape| shape.kind == "null")
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operation, self.status)?;
        if !self.path.is_empty() {
            write!(f, " {}", self.path)?;
        }
        write!(f, ", {}", self.kind.replace('_', " "))
    }
}
