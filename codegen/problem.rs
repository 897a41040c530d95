//! What keeps the bindings from being generated, in the maintainer's words.

use std::fmt;

/// One mistake: where it is and what to write instead.
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

    /// What progenitor writes is not what the later stages look for.
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
