//! A spec that lacks what the hand-written code needs is refused in a sentence that names the file.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::{
    codegen::{
        self,
        needs::{self, NEEDS, Part},
        read, spec,
    },
    fixtures::assert_has,
};

fn own_spec() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/openapi.yaml");
    let text = fs::read_to_string(path).expect("the spec is there");
    read::read(&text).expect("it is YAML").value
}

/// Returns what is said of a spec whose part was taken out.
fn without(change: impl FnOnce(&mut Value)) -> String {
    let mut spec = own_spec();
    let before = spec.clone();
    change(&mut spec);
    assert_ne!(spec, before, "nothing was taken out");
    let problems = needs::check(&spec, NEEDS);
    assert!(!problems.is_empty(), "it lacks a part");
    let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
    problems.join("\n")
}

/// Changes the operation of this id.
fn with_operation(spec: &mut Value, wanted: &str, change: impl Fn(&mut Value)) {
    spec::for_each_operation(spec, |operation, id| {
        if id == wanted {
            change(operation);
        }
    });
}

#[test]
fn each_part_that_is_needed_is_missed_with_the_file_that_names_it() {
    for need in NEEDS {
        let said = match &need.part {
            Part::Operation { id, parameters, .. } => {
                let said = without(|spec| {
                    with_operation(spec, id, |operation| {
                        operation["operationId"] = json!(format!("{id}_2"));
                    });
                });
                assert_has(&said, &format!("there is no operation `{id}`"));
                for (name, _) in *parameters {
                    let said = without(|spec| rename_parameter(spec, name));
                    assert_has(&said, &format!("`{id}` has no parameter `{name}`"));
                }
                said
            }
            Part::Body { operation, .. } => without(|spec| {
                with_operation(spec, operation, |operation| {
                    let schema =
                        &mut operation["requestBody"]["content"]["application/json"]["schema"];
                    *schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
                });
            }),
            Part::Form { operation, .. } => without(|spec| {
                with_operation(spec, operation, |operation| {
                    let content = &mut operation["requestBody"]["content"];
                    let content = content.as_object_mut().expect("a mapping");
                    content.remove("multipart/form-data");
                });
            }),
            Part::Pages { operation, .. } => without(|spec| {
                with_operation(spec, operation, |operation| {
                    operation
                        .as_object_mut()
                        .expect("a mapping")
                        .remove("x-paginated");
                });
            }),
            Part::Properties { schema, properties } => {
                for (name, _) in *properties {
                    let said = without(|spec| rename_property(spec, schema, name));
                    assert_has(&said, &format!("there is no property `{name}`"));
                    assert_has(&said, &format!("if it is `{name}s` now, change"));
                    assert_has(&said, need.files[0]);
                }
                without(|spec| {
                    let (name, _) = properties[0];
                    let properties = &mut spec["components"]["schemas"][*schema]["properties"];
                    properties[name] = json!({"type": "boolean"});
                })
            }
            Part::Extra { schema } => {
                without(|spec| remove_key(spec, schema, "additionalProperties"))
            }
            Part::Terminal { schema } => without(|spec| remove_key(spec, schema, "x-terminal")),
            Part::Values { schema, values } => without(|spec| {
                let list = &mut spec["components"]["schemas"][*schema]["enum"];
                let list = list.as_array_mut().expect("a list");
                list.retain(|value| value != values[0]);
            }),
        };
        for file in need.files {
            assert_has(&said, file);
        }
        assert_has(&said, "`codegen/needs/table.rs`");
    }
}

/// Where the spec has other mistakes, these are told alone.
#[test]
fn the_build_says_what_is_missed_where_nothing_else_is_wrong() {
    let mut spec = own_spec();
    rename_property(&mut spec, "Task", "status");
    let said = |spec: &Value| {
        let problems = codegen::generate(&spec.to_string(), NEEDS).expect_err("it lacks a part");
        let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
        problems.join("\n")
    };
    assert_has(
        &said(&spec),
        "components.schemas.Task.properties: there is no property `status`, which is needed by \
         src/wait/one.rs and src/wait/many/sweep.rs; if it is `statuss` now, change what needs it",
    );
    let mut nullable = own_spec();
    nullable["components"]["schemas"]["Task"]["properties"]["updated_at"]["nullable"] = json!(true);
    assert_has(
        &said(&nullable),
        "the property is `date-time?`, and `date-time` is needed by src/wait/one.rs",
    );
    spec["info"]["titel"] = json!("A typo");
    let said = said(&spec);
    assert!(
        said.contains("`titel`") && !said.contains("needed by"),
        "{said}"
    );
}

/// The table is of files that there are.
#[test]
fn each_file_that_needs_something_exists() {
    for file in NEEDS.iter().flat_map(|need| need.files) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        assert!(path.exists(), "{file}");
    }
}

fn rename_parameter(spec: &mut Value, name: &str) {
    let rename = |parameter: &mut Value| {
        if parameter["name"] == name {
            parameter["name"] = json!(format!("{name}_2"));
        }
    };
    for (_, parameter) in spec::members(spec.pointer_mut("/components/parameters")) {
        rename(parameter);
    }
    spec::for_each_operation(spec, |operation, _| {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        parameters.into_iter().flatten().for_each(rename);
    });
}

fn rename_property(spec: &mut Value, schema: &str, name: &str) {
    let schema = &mut spec["components"]["schemas"][schema];
    let properties = schema["properties"].as_object_mut().expect("a mapping");
    let property = properties.remove(name).expect("it is there");
    properties.insert(format!("{name}s"), property);
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|required| required != name);
    }
}

fn remove_key(spec: &mut Value, schema: &str, key: &str) {
    let schema = &mut spec["components"]["schemas"][schema];
    schema.as_object_mut().expect("a mapping").remove(key);
}
