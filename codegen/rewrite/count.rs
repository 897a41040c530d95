//! How many places a rewrite must find, and how many it did.

use crate::codegen::problem::Problem;

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

    /// Returns what to tell the maintainer where the two differ.
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
