//! Commands for those who maintain `spec/openapi.yaml`; `spec/README.md` says when to use which.
//!
//!     cargo run -p spec-tools -- changes [REVISION]
//!     cargo run -p spec-tools -- patch DRIFT.jsonl

use std::{env, error::Error, fs};

#[allow(
    dead_code,
    unused_imports,
    reason = "the tools need the reader and the listing, and not all of the build"
)]
#[path = "../../codegen/mod.rs"]
mod codegen;
mod patch;

use patch::Entry;

const SPEC: &str = "spec/openapi.yaml";
const USAGE: &str = "\
usage: spec-tools changes [REVISION]   what the spec changes for users since a commit (by default the last one)
       spec-tools patch DRIFT.jsonl    a patch of the spec from what a client with the feature `drift` has found";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["patch", drift] => print_patch(drift),
        _ => Err(USAGE.into()),
    }
}

/// Prints a patch that `git apply` takes.
fn print_patch(drift: &str) -> Result<(), Box<dyn Error>> {
    let entries = fs::read_to_string(drift)
        .map_err(|error| format!("{drift} can't be read: {error}"))?
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(serde_json::from_str)
        .collect::<Result<Vec<Entry>, _>>()
        .map_err(|error| format!("{drift} isn't a line of JSON for each entry: {error}"))?;
    let patch = patch::patch(&fs::read_to_string(SPEC)?, &entries, SPEC)?;
    print!("{}", patch.diff);
    for left in patch.left {
        eprintln!("not in the patch: {left}");
    }
    Ok(())
}
