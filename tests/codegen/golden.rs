//! The bindings of the crate's own spec against `tests/golden/api.rs`.

use std::{env, fs, path::Path};

use crate::codegen;

/// Makes every change of the generated code visible, in a review as well.
#[test]
fn the_bindings_of_the_crates_own_spec_are_the_golden_copy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let golden = root.join("tests/golden/api.rs");
    let spec = fs::read_to_string(root.join("spec/openapi.yaml")).expect("the spec is there");
    let code = codegen::generate(&spec, codegen::needs::NEEDS).expect("the spec has no mistakes");
    if env::var_os("GOLDEN").is_some_and(|value| value == "renew") {
        fs::write(&golden, &code).expect("the golden copy can be written");
    }
    let copy = fs::read_to_string(&golden).unwrap_or_default();
    if let Some(difference) = first_difference(&copy, &code) {
        panic!(
            "the generated code is not `tests/golden/api.rs` any more:\n{difference}\n\
             If that is meant, renew the copy and review its diff:\n\
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
