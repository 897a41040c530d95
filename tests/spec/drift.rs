//! What a client finds becomes a patch of the spec, after which it finds nothing.

use std::fs;

use spec_tools::patch::{self, Entry};

use crate::copy::{Copy, text};

fn found(copy: &Copy) -> Vec<Entry> {
    let run = copy.cargo(&["run", "--features", "drift", "--example", "drift"]);
    assert!(run.status.success(), "{}", text(&run));
    let lines = String::from_utf8_lossy(&run.stdout).into_owned();
    let entries = lines.lines().map(serde_json::from_str);
    entries.collect::<Result<_, _>>().expect("an entry a line")
}

#[test]
fn five_differences_become_a_patch_that_mends_them() {
    let copy = Copy::make("drift", "0.0.3");
    copy.write_example("drift", include_str!("drift_program.rs"));
    let entries = found(&copy);
    assert_eq!(entries.len(), 5, "{entries:#?}");

    let path = copy.file("spec/openapi.yaml");
    let spec = fs::read_to_string(&path).expect("it was copied");
    let patch = patch::patch(&spec, &entries, "spec/openapi.yaml").expect("the spec can be read");
    assert_eq!(patch.left, Vec::<String>::new());
    let changed: Vec<_> = patch
        .diff
        .lines()
        .filter(|line| line.starts_with(['+', '-']))
        .collect();
    assert_eq!(
        changed,
        [
            "--- a/spec/openapi.yaml",
            "+++ b/spec/openapi.yaml",
            "+        \"304\":",
            "+          description: Seen; not documented.",
            "+        - unheard_of",
            "-        - is_active",
            "-          type: string",
            "-          format: date-time",
            "+          type: integer",
            "+          format: int64",
            "+        priority:",
            "+          type: integer",
            "+          format: int64",
            "+          description: Seen in replies of `get_task`; not documented.",
        ]
    );
    fs::write(&path, patch.text).expect("it can be written");
    let entries = found(&copy);
    assert!(entries.is_empty(), "{entries:#?}");
}
