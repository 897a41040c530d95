//! Changes those parts of progenitor's output that have to be different in this crate.
//!
//! Each rewrite counts the places that it found, and compares the number with the one that follows
//! from the spec: a place that isn't recognised any more fails the build.

use super::{model::Api, problem::Problem};

mod client;
mod count;
mod structs;

use count::Count;

type Rewrite = fn(&mut syn::File, &Api) -> Result<Vec<Count>, Problem>;

const REWRITES: [Rewrite; 2] = [client::rewrite, structs::rewrite];

/// Makes all rewrites, and reports every count that is wrong.
pub fn rewrite(file: &mut syn::File, api: &Api) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    for rewrite in REWRITES {
        match rewrite(file, api) {
            Ok(counts) => problems.extend(counts.iter().filter_map(Count::problem)),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}
