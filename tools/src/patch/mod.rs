//! Turns the drift of real replies into a patch of the spec.
//!
//! What was seen becomes what a maintainer would write: a property, a value of an enum, a response,
//! a name less under `required`, another type. The lines around stay as they are, comments
//! included.

use serde_json::Value;
use similar::TextDiff;

mod entry;
mod lines;
mod place;
mod write;

pub use entry::Entry;
use lines::Lines;

use crate::codegen::read;

/// A patch, and what it doesn't hold.
pub struct Patch {
    /// The difference, in the form that `git apply` takes; empty where there is none.
    pub diff: String,
    /// The spec with the patch.
    pub text: String,
    /// A line for each entry that no edit mends.
    pub left: Vec<String>,
}

/// Returns the patch of a spec that mends these entries.
///
/// # Errors
///
/// It fails with a sentence where the spec can't be read.
pub fn patch(text: &str, entries: &[Entry], path: &str) -> Result<Patch, String> {
    let document = read::read(text).map_err(|problems| {
        let problems = problems.iter().map(ToString::to_string);
        problems.collect::<Vec<_>>().join("\n")
    })?;
    let mut lines = Lines::new(text, &document.positions);
    let mut left = Vec::new();
    for entry in merged(entries) {
        if let Err(why) = write::edit(&document.value, &entry, &mut lines) {
            left.push(format!("{entry}: {why}"));
        }
    }
    let patched = lines.into_text();
    let diff = if patched == text {
        String::new()
    } else {
        TextDiff::from_lines(text, &patched)
            .unified_diff()
            .header(&format!("a/{path}"), &format!("b/{path}"))
            .to_string()
    };
    Ok(Patch {
        diff,
        text: patched,
        left,
    })
}

/// Returns each finding once: the same schema is seen through several operations, and a value may
/// have been of several kinds.
fn merged(entries: &[Entry]) -> Vec<Entry> {
    let mut merged: Vec<Entry> = Vec::new();
    for entry in entries {
        match merged.iter_mut().find(|other| other.is_of_same_edit(entry)) {
            Some(other) => other.merge(entry),
            None => merged.push(entry.clone()),
        }
    }
    merged
}

#[cfg(test)]
mod tests;

/// Returns the member of a mapping, or the element of a list.
fn child<'a>(value: &'a Value, key: &str) -> &'a Value {
    match key.parse::<usize>() {
        Ok(index) if value.is_array() => &value[index],
        _ => &value[key],
    }
}
