//! Generates the client's bindings from the spec, at build time.
//!
//! The stages don't know each other; plain data goes from one to the next:
//!
//! 1. read: the text of the spec becomes JSON, in which mistakes can be reported by their place.
//! 2. [`check`]: finds what the later stages can't work with.
//! 3. [`lower`]: changes the spec into one that progenitor takes.
//! 4. [`describe`]: reads into the [`model`] what progenitor isn't told.
//! 5. [`raw`]: progenitor generates the bindings.
//! 6. [`rewrite`]: changes what progenitor wrote, and counts what it found.
//! 7. [`emit`]: adds what progenitor doesn't write.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;

mod check;
mod describe;
mod emit;
mod lower;
mod model;
mod names;
mod problem;
mod raw;
mod read;
mod rewrite;
mod send;
mod spec;
mod tokens;
mod wording;

#[cfg(test)]
mod tests;

use model::Api;
pub use problem::Problem;

/// Generates the module `api` from the text of a spec, or returns what is wrong with the spec.
///
/// progenitor panics at what it can't express. `check` finds all such places that are known; the
/// rest is turned into a message here, which keeps a backtrace out of the build's output.
pub fn generate(yaml: &str) -> Result<String, Vec<Problem>> {
    let document = read::read(yaml)?;
    from_document(document.value).map_err(|mut problems| {
        for problem in &mut problems {
            problem.locate(&document.positions);
        }
        // Several operations may have found the same mistake.
        problems.sort();
        problems.dedup();
        problems
    })
}

fn from_document(spec: Value) -> Result<String, Vec<Problem>> {
    check::check(&spec)?;

    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let generated = catch_unwind(AssertUnwindSafe(|| generate_checked(spec)));
    std::panic::set_hook(hook);
    generated.unwrap_or_else(|panic| {
        let why = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        let why = why.unwrap_or("the generator panicked without a message");
        Err(vec![raw::unsupported(why)])
    })
}

fn generate_checked(spec: Value) -> Result<String, Vec<Problem>> {
    let (mut file, api) = raw(spec).map_err(|problem| vec![problem])?;
    rewrite::rewrite(&mut file, &api)?;
    emit::emit(&mut file, &api).map_err(|problem| vec![problem])?;
    Ok(prettyplease::unparse(&file))
}

/// Returns progenitor's output, and the model of what it lacks.
fn raw(mut spec: Value) -> Result<(syn::File, Api), Problem> {
    lower::name_inline_schemas(&mut spec);
    let lowered = lower::lower(spec.clone());
    let api = describe::describe(&spec, &lowered);
    let file = raw::bindings(lowered, &api.enums)?;
    Ok((file, api))
}
