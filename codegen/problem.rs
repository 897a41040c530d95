//! The reasons why bindings can't be generated, in the maintainer's words.

use std::fmt;

use super::read::{Position, Positions};

/// A reason why bindings can't be generated: where it is, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where it is in the text; `None` for what isn't the spec's.
    position: Option<Position>,
    place: String,
    advice: String,
    /// Whether the key at the place is what is wrong, rather than its value.
    is_of_key: bool,
}

impl Problem {
    /// Creates the problem of the value at a place, or of what it lacks.
    pub fn new(place: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            position: None,
            place: place.into(),
            advice: advice.into(),
            is_of_key: false,
        }
    }

    /// Creates the problem of the key at a place.
    pub fn of_key(place: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            is_of_key: true,
            ..Self::new(place, advice)
        }
    }

    /// Creates a problem whose position is known already.
    pub fn at(position: Position, place: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            position: Some(position),
            ..Self::new(place, advice)
        }
    }

    /// Creates the problem of code that should have been generated before, and wasn't.
    pub fn of_the_generator(what: impl fmt::Display) -> Self {
        Self::new(
            "codegen",
            format!("{what}, which is a fault of the generator"),
        )
    }

    /// Whether it is at this place, or inside it.
    pub fn is_within(&self, place: &str) -> bool {
        let inside = self.place.strip_prefix(place);
        inside.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// Looks up the position of the place.
    pub fn locate(&mut self, positions: &Positions) {
        let found = if self.is_of_key {
            positions.of_key(&self.place)
        } else {
            positions.of_value(&self.place)
        };
        self.position = self.position.or(found);
    }
}

/// Writes `line:column: place: advice`, the form that editors know after the name of a file.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(position) = self.position {
            write!(f, "{position}: ")?;
        }
        write!(f, "{}: {}", self.place, self.advice)
    }
}
