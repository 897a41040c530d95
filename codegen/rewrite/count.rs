//! Compares how many places a rewrite must find with how many it did.

use crate::codegen::problem::Problem;

/// The expected and the actual number of places of one kind.
pub struct Count {
    what: &'static str,
    expected: usize,
    rewritten: usize,
}

impl Count {
    pub fn new(what: &'static str, expected: usize, rewritten: usize) -> Self {
        Self {
            what,
            expected,
            rewritten,
        }
    }

    /// Returns the problem to report where the two numbers differ.
    pub fn problem(&self) -> Option<Problem> {
        let Self {
            what,
            expected,
            rewritten,
        } = self;
        (expected != rewritten).then(|| {
            Problem::of_progenitor(format!("expected {expected} {what}, rewrote {rewritten}"))
        })
    }
}
