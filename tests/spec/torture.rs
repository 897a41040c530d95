//! Every construct of OpenAPI that real APIs use, compiled and run against literal replies.
//!
//! Each part is a spec, which is merged into the crate's own, and a program that uses what is
//! generated from it.

use std::fs;

use serde_json::Value;

use crate::{
    codegen::read,
    copy::{Copy, text},
};

const PARTS: [(&str, &str, &str); 3] = [
    (
        "torture_types",
        include_str!("torture/types.yaml"),
        include_str!("torture/types.rs"),
    ),
    (
        "torture_operations",
        include_str!("torture/operations.yaml"),
        include_str!("torture/operations.rs"),
    ),
    (
        "torture_drift",
        include_str!("torture/drift.yaml"),
        include_str!("torture/drift.rs"),
    ),
];

#[test]
fn every_construct_is_compiled_and_run() {
    let copy = Copy::make("torture", "0.0.1");
    let path = copy.file("spec/openapi.yaml");
    let spec = fs::read_to_string(&path).expect("it was copied");
    let mut spec = read::read(&spec).expect("it is YAML").value;
    for (name, part, program) in PARTS {
        merge(&mut spec, read::read(part).expect(name).value);
        copy.write_example(name, program);
    }
    // JSON is YAML too.
    let spec = serde_json::to_string_pretty(&spec).expect("it is JSON");
    fs::write(&path, spec).expect("it can be written");
    for (name, ..) in PARTS {
        let run = copy.cargo(&["run", "--features", "drift", "--example", name]);
        let said = text(&run);
        assert!(run.status.success(), "{said}");
        assert!(said.contains("all of it works"), "{said}");
        assert!(!said.contains("warning: "), "{said}");
    }
}

/// Adds the members of one mapping to another, and those of mappings inside to those there.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                match into.get_mut(&key) {
                    Some(there) => merge(there, value),
                    None => {
                        into.insert(key, value);
                    }
                }
            }
        }
        (into, from) => *into = from,
    }
}
