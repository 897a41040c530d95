//! Generates the client's bindings from the spec, at build time.
//!
//! The stages don't know each other; plain data goes from one to the next:
//!
//! 1. read: the text of the spec becomes JSON, in which mistakes can be reported by their place.
//! 2. [`downgrade`]: OpenAPI 3.1 becomes 3.0.
//! 3. [`check`]: finds what the later stages can't work with.
//! 4. [`lower`]: changes the spec into one that progenitor takes.
//! 5. [`describe`]: reads operations, objects, unions and enums into the [`model`].
//! 6. [`raw`]: progenitor generates the types of all other schemas.
//! 7. [`rewrite`]: changes what progenitor wrote, and counts what it found.
//! 8. [`emit`]: adds the client, the builders of its calls, and the types of the model.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
};

use serde_json::Value;

pub mod check;
mod culprit;
mod describe;
mod downgrade;
mod emit;
mod lower;
pub mod media_types;
mod model;
mod names;
pub mod needs;
mod problem;
mod raw;
pub mod read;
mod replies;
mod rewrite;
mod schema;
pub mod spec;
pub mod tokens;

#[cfg(test)]
mod tests;

use model::Api;
use needs::Need;
pub use problem::Problem;

/// Generates the module `api` from the text of a spec, or returns what is wrong with the spec.
///
/// The spec must have what the hand-written code needs.
///
/// progenitor panics at what it can't express. `check` finds all such places that are known; the
/// rest is turned into a message here, which keeps a backtrace out of the build's output.
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
    let mut found = downgrade::downgrade(&mut spec);
    found.extend(needs::check(&spec, needs));
    check::check(&spec, found)?;

    without_panic_messages(|| {
        let generated = caught(|| generate_checked(spec.clone()));
        generated.map_err(|problems| match problems.as_slice() {
            [problem] if !problem.has_place() => {
                let fails = |part: Value| caught(|| generate_checked(part)).is_err();
                match culprit::find(&spec, fails) {
                    Some(place) => vec![problem.clone().at_place(place)],
                    None => problems,
                }
            }
            _ => problems,
        })
    })
}

/// Turns a panic into a problem.
fn caught(generate: impl FnOnce() -> Result<String, Vec<Problem>>) -> Result<String, Vec<Problem>> {
    catch_unwind(AssertUnwindSafe(generate)).unwrap_or_else(|panic| {
        let why = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        let why = why.unwrap_or("the generator panicked without a message");
        Err(vec![raw::unsupported(why)])
    })
}

/// Keeps panics, which are reported as problems, from being printed with a backtrace.
fn without_panic_messages<T>(run: impl FnOnce() -> T) -> T {
    // The hook belongs to the whole process, and tests generate at the same time.
    static HOOK: Mutex<()> = Mutex::new(());
    let _guard = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let result = run();
    std::panic::set_hook(hook);
    result
}

/// Generates what the feature `drift` compares replies with, from a spec without mistakes.
pub fn replies(yaml: &str) -> Result<String, Vec<Problem>> {
    let mut spec = read::read(yaml)?.value;
    downgrade::downgrade(&mut spec);
    Ok(prettyplease::unparse(&replies::table(&spec)))
}

fn generate_checked(spec: Value) -> Result<String, Vec<Problem>> {
    let (mut file, api) = raw(spec)?;
    rewrite::rewrite(&mut file, &api)?;
    emit::emit(&mut file, &api).map_err(|problem| vec![problem])?;
    Ok(prettyplease::unparse(&file))
}

/// Returns progenitor's output, and the model of what it lacks.
fn raw(mut spec: Value) -> Result<(syn::File, Api), Vec<Problem>> {
    lower::normalize(&mut spec)?;
    let mut lowered = lower::lower(spec.clone());
    let api = describe::describe(&spec, &lowered);
    lower::put_placeholders(&mut lowered);
    let file = raw::bindings(lowered, &api).map_err(|problem| vec![problem])?;
    Ok((file, api))
}
