//! The reasons why bindings can't be generated, in the maintainer's words.

use std::fmt;

/// A reason why bindings can't be generated: where it is, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    place: String,
    advice: String,
}

impl Problem {
    pub fn new(place: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            advice: advice.into(),
        }
    }

    /// Creates the problem that progenitor's output isn't what the later stages look for.
    pub fn of_progenitor(what: impl fmt::Display) -> Self {
        Self::new(
            "codegen/rewrite",
            format!(
                "{what}; progenitor's output has changed, so adapt `codegen/rewrite/progenitor.rs`"
            ),
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.advice)
    }
}
