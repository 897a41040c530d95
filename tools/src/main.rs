//! Commands for those who maintain `spec/openapi.yaml`; `spec/README.md` says when to use which.
//!
//!     cargo run -p spec-tools -- changes [REVISION]
//!     cargo run -p spec-tools -- patch DRIFT.jsonl

use std::{
    env,
    error::Error,
    fs,
    process::{Command, ExitCode},
};

use spec_tools::{
    changes,
    codegen::{self, needs::NEEDS},
    listing,
    patch::{self, Entry},
};

const SPEC: &str = "spec/openapi.yaml";
/// The listing of the public API, which a test keeps equal to what the spec gives.
const LISTING: &str = "spec/api.txt";
const USAGE: &str = "\
usage: spec-tools changes [REVISION]   what the spec changes for users since a commit (by default the last one)
       spec-tools patch DRIFT.jsonl    a patch of the spec from what a client with the feature `drift` has found";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["changes"] => print_changes("HEAD"),
        ["changes", revision] if !revision.starts_with('-') => print_changes(revision),
        ["patch", drift] => print_patch(drift),
        _ => Err(USAGE.into()),
    }
}

/// Prints what the spec as it is now changes against a commit, as an entry of the changelog.
fn print_changes(revision: &str) -> Result<(), Box<dyn Error>> {
    let show = Command::new("git")
        .args(["show", &format!("{revision}:{LISTING}")])
        .output()?;
    if !show.status.success() {
        return Err(String::from_utf8_lossy(&show.stderr).into());
    }
    let old = listing::read(&String::from_utf8_lossy(&show.stdout));
    let code = codegen::generate(&fs::read_to_string(SPEC)?, NEEDS);
    let code = code.map_err(|problems| {
        let problems = problems.iter().map(|problem| format!("{SPEC}:{problem}"));
        problems.collect::<Vec<_>>().join("\n")
    })?;
    let new = listing::list(&code)?;
    print!("{}", changes::between(&old, &new));
    Ok(())
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
