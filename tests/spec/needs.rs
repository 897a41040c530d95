//! The hand-written code needs no more of the spec than the generator's table of needs says: the
//! crate is built with a spec that has nothing else.

use std::fs;

use serde_json::Value;

use crate::{
    codegen::{
        needs::{NEEDS, Part},
        read,
    },
    copy::{Copy, text},
};

#[test]
fn a_spec_that_has_only_what_is_needed_is_enough() {
    let copy = Copy::make("needs", "0.0.2");
    let path = copy.file("spec/openapi.yaml");
    let spec = fs::read_to_string(&path).expect("it was copied");
    let spec = read::read(&spec).expect("it is YAML").value;
    // JSON is YAML too.
    let reduced = serde_json::to_string_pretty(&reduce(spec)).expect("it is JSON");
    fs::write(&path, reduced).expect("it can be written");
    let check = copy.cargo(&["check", "--lib", "--features", "simulator"]);
    assert!(check.status.success(), "{}", text(&check));
}

/// Removes what no need names.
fn reduce(mut spec: Value) -> Value {
    let parts = || NEEDS.iter().map(|need| &need.part);
    let parameters = |id: &str| {
        parts().find_map(|part| match part {
            Part::Operation {
                id: needed,
                parameters,
                ..
            } if *needed == id => Some(*parameters),
            _ => None,
        })
    };
    let paged = |id: &str| {
        parts().any(|part| matches!(part, Part::Pages { operation, .. } if *operation == id))
    };
    let shared = spec["components"]["parameters"].clone();
    let name_of = |parameter: &Value| {
        let reference = parameter["$ref"]
            .as_str()
            .and_then(|text| text.rsplit('/').next());
        let parameter = reference.map_or(parameter, |name| &shared[name]);
        parameter["name"].as_str().unwrap_or_default().to_owned()
    };
    let paths = spec["paths"].as_object_mut().expect("a mapping");
    for item in paths.values_mut() {
        let item = item.as_object_mut().expect("a mapping");
        item.retain(|_, operation| {
            let Some(id) = operation["operationId"].as_str().map(str::to_owned) else {
                return true;
            };
            let Some(needed) = parameters(&id) else {
                return false;
            };
            let pages = operation["x-paginated"].clone();
            if !paged(&id) {
                operation
                    .as_object_mut()
                    .expect("a mapping")
                    .remove("x-paginated");
            }
            if let Some(parameters) = operation
                .get_mut("parameters")
                .and_then(Value::as_array_mut)
            {
                parameters.retain(|parameter| {
                    let name = name_of(parameter);
                    let is_of_pages =
                        paged(&id) && pages.to_string().contains(&format!("\"{name}\""));
                    is_of_pages || needed.iter().any(|(needed, _)| *needed == name)
                });
            }
            true
        });
    }
    paths.retain(|_, item| {
        item.as_object()
            .is_some_and(|item| item.keys().any(|key| key != "parameters"))
    });
    let schemas = spec["components"]["schemas"]
        .as_object_mut()
        .expect("a mapping");
    for (name, schema) in schemas {
        reduce_schema(name, schema);
    }
    spec
}

fn reduce_schema(name: &str, schema: &mut Value) {
    let mut properties: Vec<&str> = Vec::new();
    let (mut is_open, mut is_terminal, mut values) = (false, false, None);
    for need in NEEDS {
        match &need.part {
            Part::Properties {
                schema,
                properties: needed,
            } if *schema == name => properties.extend(needed.iter().map(|(name, _)| *name)),
            Part::Extra { schema } if *schema == name => is_open = true,
            Part::Terminal { schema } if *schema == name => is_terminal = true,
            Part::Values {
                schema,
                values: needed,
            } if *schema == name => values = Some(*needed),
            _ => (),
        }
    }
    let schema = schema.as_object_mut().expect("a mapping");
    // The form, the error and the pages are the generator's own.
    let is_generators = name.ends_with("Form") || name == "ErrorBody";
    if let Some(Value::Object(found)) = schema.get_mut("properties")
        && !is_generators
    {
        let is_page = name.ends_with("Page");
        found.retain(|name, _| {
            properties.contains(&name.as_str())
                || (is_page && ["data", "next_cursor"].contains(&name.as_str()))
        });
        let kept: Vec<Value> = found
            .keys()
            .map(|name| Value::from(name.as_str()))
            .collect();
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            required.retain(|name| kept.contains(name));
        }
        if !is_open {
            schema.remove("additionalProperties");
        }
    }
    if let Some(values) = values {
        schema.insert(
            "enum".to_owned(),
            values.iter().copied().map(Value::from).collect(),
        );
    }
    if let Some(Value::Array(terminal)) = schema.get_mut("x-terminal") {
        terminal.retain(|value| values.is_none_or(|kept| kept.iter().any(|kept| value == kept)));
    }
    if !is_terminal {
        schema.remove("x-terminal");
    }
}
