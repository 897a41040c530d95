//! Generates the client's bindings from the spec, at build time.
//!
//! The stages don't know each other; plain data goes from one to the next:
//!
//! 1. `read`: the text of the spec becomes JSON, and the positions of its places are kept.
//! 2. `downgrade`: OpenAPI 3.1 becomes 3.0.
//! 3. `check`: finds what the later stages can't work with, and `needs` what the hand-written code
//!    would miss.
//! 4. `lower`: brings the schemas into one form, in which each type has a name.
//! 5. `describe`: reads the `model` of what is to be generated.
//! 6. `emit`: writes the code, which prettyplease formats.
//!
//! `replies` writes from the same spec what the feature `drift` compares replies with.

use serde_json::Value;

pub mod check;
mod describe;
mod downgrade;
mod emit;
mod lower;
pub mod media_types;
mod model;
mod names;
pub mod needs;
mod problem;
pub mod read;
mod replies;
mod schema;
pub mod spec;
mod tokens;

use needs::Need;
pub use problem::Problem;

/// Generates the module `api` from the text of a spec, or returns what is wrong with the spec.
///
/// The spec must have what the hand-written code needs.
pub fn generate(yaml: &str, needs: &[Need]) -> Result<String, Vec<Problem>> {
    let document = read::read(yaml)?;
    from_document(document.value, needs).map_err(|mut problems| {
        for problem in &mut problems {
            problem.locate(&document.positions);
        }
        // Several operations may have found the same mistake.
        problems.sort();
        problems.dedup();
        problems
    })
}

fn from_document(mut spec: Value, needs: &[Need]) -> Result<String, Vec<Problem>> {
    let found = downgrade::downgrade(&mut spec);
    check::check(&spec, found)?;
    // What is missing because of another mistake isn't worth a word.
    let missing = needs::check(&spec, needs);
    if !missing.is_empty() {
        return Err(missing);
    }

    lower::normalize(&mut spec)?;
    let api = describe::describe(&spec);
    match emit::emit(&api) {
        Ok(file) => Ok(prettyplease::unparse(&file)),
        Err(problem) => Err(vec![problem]),
    }
}

/// Generates what the feature `drift` compares replies with, from a spec without mistakes.
pub fn replies(yaml: &str) -> Result<String, Vec<Problem>> {
    let mut spec = read::read(yaml)?.value;
    downgrade::downgrade(&mut spec);
    Ok(prettyplease::unparse(&replies::table(&spec)))
}
