//! The bindings of the crate's own spec against their copies: the code, and the listing of the
//! public API that it has.

use std::{env, fs, path::Path};

use spec_tools::checksum;

use crate::{codegen, listing};

/// Makes every change of the generated code visible, in a review as well, and is what is compiled
/// without the feature `generate`.
#[test]
fn the_bindings_of_the_crates_own_spec_are_the_golden_copies() {
    let line = checksum::line(&spec());
    assert_copied("spec/generated/api.rs", &(line.clone() + &api()));
    let replies = codegen::replies(&spec()).expect("the spec has no mistakes");
    assert_copied("spec/generated/replies.rs", &(line + &replies));
}

/// Makes visible what an edit of the spec means for users.
#[test]
fn the_public_api_of_the_crates_own_spec_is_the_listing() {
    let listing = listing::list(&api()).expect("it is Rust");
    assert_copied("spec/api.txt", &listing::write(&listing));
}

fn spec() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/openapi.yaml");
    fs::read_to_string(path).expect("the spec is there")
}

fn api() -> String {
    codegen::generate(&spec(), codegen::needs::NEEDS).expect("the spec has no mistakes")
}

#[track_caller]
fn assert_copied(name: &str, generated: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if env::var_os("GOLDEN").is_some_and(|value| value == "renew") {
        fs::write(&path, generated).expect("the copy can be written");
    }
    let copy = fs::read_to_string(&path).unwrap_or_default();
    if let Some(difference) = first_difference(&copy, generated) {
        panic!(
            "`{name}` is not what the spec gives any more:\n{difference}\n\
             If that is meant, renew the copies and review their diff:\n\
             GOLDEN=renew cargo test --test codegen golden"
        );
    }
}

/// Returns the first lines that differ, `-` for the copy's and `+` for the generated, with the
/// lines before them.
fn first_difference(copy: &str, code: &str) -> Option<String> {
    const BEFORE: usize = 3;
    const SHOWN: usize = 5;
    let (copy, code): (Vec<_>, Vec<_>) = (copy.lines().collect(), code.lines().collect());
    let same = copy.iter().zip(&code).take_while(|(a, b)| a == b).count();
    if same == copy.len() && same == code.len() {
        return None;
    }
    let mut shown = vec![format!("line {}:", same + 1)];
    let context = &copy[same.saturating_sub(BEFORE)..same];
    shown.extend(context.iter().map(|line| format!("  {line}")));
    for (sign, lines) in [('-', &copy), ('+', &code)] {
        let differing = lines[same..].iter().take(SHOWN);
        shown.extend(differing.map(|line| format!("{sign} {line}")));
    }
    Some(shown.join("\n"))
}
