//! Collects the mistakes of a spec.

use crate::codegen::problem::Problem;

/// The mistakes found so far.
#[derive(Default)]
pub struct Mistakes {
    problems: Vec<Problem>,
}

impl Mistakes {
    /// Adds a mistake: where it is and what to write instead.
    pub fn add(&mut self, place: impl Into<String>, advice: impl Into<String>) {
        self.problems.push(Problem::new(place, advice));
    }

    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    pub fn into_result(self) -> Result<(), Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(self.problems)
        }
    }
}

/// Returns the place of a member of an object at a place.
pub fn join(place: &str, key: &str) -> String {
    if place.is_empty() {
        key.to_owned()
    } else {
        format!("{place}.{key}")
    }
}
