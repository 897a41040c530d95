//! Where the values of a spec are written in its text.

use std::{collections::HashMap, fmt};

/// A line and a column, counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The positions of all places of a document.
#[derive(Debug, Default)]
pub struct Positions {
    by_place: HashMap<String, Written>,
}

#[derive(Debug, Clone, Copy)]
struct Written {
    /// Where the key of a member is, or an element of a list.
    key: Position,
    /// Where a text, number or the like is; `None` for a mapping or list, which begins at its key.
    scalar: Option<Position>,
}

impl Positions {
    pub fn insert(&mut self, place: String, key: Position, scalar: Option<Position>) {
        self.by_place.insert(place, Written { key, scalar });
    }

    /// Returns the position of the key at a place, where it is written.
    #[allow(dead_code, reason = "only the tools of maintainers ask for it")]
    pub fn exactly(&self, place: &str) -> Option<Position> {
        self.by_place.get(place).map(|written| written.key)
    }

    /// Returns the position of the key at a place, or of the innermost place around it that is
    /// written.
    pub fn of_key(&self, place: &str) -> Option<Position> {
        Some(self.nearest(place)?.key)
    }

    /// Returns the position of the value at a place. Where the place isn't written, what is missing
    /// belongs to the innermost place around it.
    pub fn of_value(&self, place: &str) -> Option<Position> {
        let written = self.nearest(place)?;
        Some(written.scalar.unwrap_or(written.key))
    }

    fn nearest(&self, mut place: &str) -> Option<&Written> {
        loop {
            if let Some(written) = self.by_place.get(place) {
                return Some(written);
            }
            (place, _) = place.rsplit_once('.')?;
        }
    }
}
