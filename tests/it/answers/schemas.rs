//! The schemas that are sent: short, of objects, and with all that the types say.

use std::collections::{BTreeMap, BTreeSet};

use nanonets_agents::output::OutputSchema;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

#[track_caller]
fn assert_schema<T: JsonSchema>(expected: Value) {
    let schema = OutputSchema::of::<T>().expect("a schema");
    assert_eq!(
        serde_json::to_string_pretty(schema.as_value()).expect("JSON"),
        serde_json::to_string_pretty(&expected).expect("JSON")
    );
}

#[track_caller]
fn assert_refused<T: JsonSchema>(found: &str) {
    let error = OutputSchema::of::<T>().expect_err("no object");
    let text = error.to_string();
    assert!(text.contains(&format!("is that of {found};")), "{text}");
    assert!(
        text.ends_with("write a struct with a field of this type, and ask for the struct"),
        "{text}"
    );
}

/// An invoice.
#[derive(Deserialize, JsonSchema)]
#[allow(dead_code)]
struct Invoice {
    /// As it is printed.
    number: String,
    pages: u32,
    total: f64,
    note: Option<String>,
    lines: Vec<Line>,
    issued: chrono::NaiveDate,
    id: uuid::Uuid,
    taxes: BTreeMap<String, f32>,
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code)]
struct Line {
    text: String,
    #[serde(default)]
    quantity: i64,
}

#[test]
fn a_schema_holds_what_the_type_says_and_nothing_else() {
    assert_schema::<Invoice>(json!({
        "type": "object",
        "description": "An invoice.",
        "properties": {
            "number": {"type": "string", "description": "As it is printed."},
            "pages": {"type": "integer", "minimum": 0},
            "total": {"type": "number"},
            "note": {"type": ["string", "null"]},
            "lines": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "text": {"type": "string"},
                        "quantity": {"type": "integer", "default": 0},
                    },
                    "required": ["text"],
                },
            },
            "issued": {"type": "string", "format": "date"},
            "id": {"type": "string", "format": "uuid"},
            "taxes": {"type": "object", "additionalProperties": {"type": "number"}},
        },
        "required": ["number", "pages", "total", "lines", "issued", "id", "taxes"],
    }));
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(dead_code)]
struct Attributes {
    due_date: String,
    #[serde(rename = "VAT id", alias = "ustId")]
    vat_id: String,
    #[serde(skip)]
    cache: String,
    #[serde(default)]
    retries: u8,
    wrapped: Wrapped,
    only: Transparent,
    unit: Unit,
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code)]
struct Wrapped(bool);

#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
#[allow(dead_code)]
struct Transparent {
    inner: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Unit;

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code)]
struct Flat {
    name: String,
    #[serde(flatten)]
    line: Line,
}

#[test]
fn attributes_of_structs_are_in_the_schema() {
    assert_schema::<Attributes>(json!({
        "type": "object",
        "properties": {
            "dueDate": {"type": "string"},
            "VAT id": {"type": "string"},
            "retries": {"type": "integer", "minimum": 0, "maximum": 255, "default": 0},
            "wrapped": {"type": "boolean"},
            "only": {"type": "array", "items": {"type": "string"}},
            "unit": {"type": "null"},
        },
        "additionalProperties": false,
        "required": ["dueDate", "VAT id", "wrapped", "only", "unit"],
    }));
    assert_schema::<Flat>(json!({
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "text": {"type": "string"},
            "quantity": {"type": "integer", "default": 0},
        },
        "required": ["name", "text"],
    }));
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code)]
enum External {
    Card { number: String },
    Cash(Line),
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "method", rename_all = "snake_case")]
#[allow(dead_code)]
enum Internal {
    /// By card.
    ByCard {
        number: String,
    },
    Cash,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
#[allow(dead_code)]
enum Adjacent {
    Text(String),
    Nothing,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[allow(dead_code)]
enum Untagged {
    Percent { percent: f64 },
    Amount { amount: f64 },
}

#[test]
fn an_enum_of_objects_is_an_object() {
    let number = json!({"type": "object", "properties": {"number": {"type": "string"}}, "required": ["number"]});
    let line = json!({
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "quantity": {"type": "integer", "default": 0},
        },
        "required": ["text"],
    });
    let variant = |name: &str, inner: Value| {
        json!({
            "type": "object",
            "properties": {name: inner},
            "required": [name],
            "additionalProperties": false,
        })
    };
    assert_schema::<External>(json!({
        "type": "object",
        "oneOf": [variant("Card", number), variant("Cash", line)],
    }));
    let schema = OutputSchema::of::<Internal>()
        .expect("a schema")
        .as_value()
        .clone();
    assert_eq!(schema["type"], "object");
    let variants = schema["oneOf"]
        .as_array()
        .or(schema["anyOf"].as_array())
        .expect("variants");
    assert_eq!(variants[0]["properties"]["method"]["const"], "by_card");
    assert_eq!(variants[0]["description"], "By card.");
    assert_eq!(variants[0]["required"], json!(["method", "number"]));
    for schema in [
        OutputSchema::of::<Adjacent>(),
        OutputSchema::of::<Untagged>(),
    ] {
        let schema = schema.expect("a schema");
        assert_eq!(schema.as_value()["type"], "object", "{schema}");
        assert!(!schema.to_string().contains("\"title\""), "{schema}");
    }
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code)]
struct Category {
    name: String,
    parent: Option<Box<Category>>,
    children: Vec<Category>,
}

#[test]
fn a_type_that_holds_itself_is_referred_to() {
    let schema = OutputSchema::of::<Category>().expect("a schema");
    let schema = schema.as_value();
    assert_eq!(schema["type"], "object", "{schema}");
    let validator = jsonschema::validator_for(schema).expect("a schema");
    let leaf = |name: &str| json!({"name": name, "parent": null, "children": []});
    let mut answer = leaf("a");
    answer["parent"] = leaf("b");
    answer["children"] = json!([leaf("c")]);
    assert!(validator.is_valid(&answer), "{schema}");
    answer["children"][0]["name"] = json!(7);
    assert!(!validator.is_valid(&answer), "{schema}");
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code)]
enum Kind {
    Invoice,
    Letter,
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code)]
enum Mixed {
    Nothing,
    Line(Line),
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[allow(dead_code)]
enum Loose {
    Line(Line),
    Text(String),
}

#[test]
fn what_is_no_object_is_refused_with_what_to_write() {
    assert_refused::<Vec<Line>>("an array");
    assert_refused::<BTreeSet<u8>>("an array");
    assert_refused::<(u8, u8)>("an array");
    assert_refused::<String>("a text");
    assert_refused::<Wrapped>("a boolean");
    assert_refused::<u64>("a number");
    assert_refused::<f64>("a number");
    assert_refused::<()>("null");
    assert_refused::<Unit>("null");
    assert_refused::<Kind>("a text");
    assert_refused::<Option<Line>>("one of several types, of which null may be one");
    assert_refused::<Mixed>("one of several types, of which not all are objects");
    assert_refused::<Loose>("one of several types, of which not all are objects");
    let anything = OutputSchema::of::<Value>()
        .expect_err("anything")
        .to_string();
    assert!(anything.contains("write a struct"), "{anything}");
}

#[test]
fn maps_and_boxes_are_objects() {
    let texts = json!({"type": "object", "additionalProperties": {"type": "string"}});
    assert_schema::<BTreeMap<String, String>>(texts);
    let boxed = OutputSchema::of::<Box<Line>>().expect("a schema");
    assert_eq!(boxed, OutputSchema::of::<Line>().expect("a schema"));
}

#[test]
fn schemas_from_elsewhere_are_checked() {
    for good in [
        json!({"type": "object"}),
        json!({"properties": {}}),
        json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "object"}}}),
        json!({"anyOf": [{"type": "object"}, {"properties": {}}]}),
        json!({"allOf": [{"description": "x"}, {"type": "object"}]}),
    ] {
        assert!(OutputSchema::from_value(good.clone()).is_ok(), "{good}");
        assert!(OutputSchema::parse(&good.to_string()).is_ok(), "{good}");
    }
    for (bad, what) in [
        (json!("total as a number"), "no JSON schema"),
        (json!(true), "one of anything"),
        (json!({}), "no schema of an object"),
        (json!({"total": "number"}), "no schema of an object"),
        (
            json!({"type": "array", "items": {"type": "object"}}),
            "an array",
        ),
        (json!({"type": ["object", "null"]}), "one of several types"),
        (
            json!({"type": "objekt"}),
            "of a type that JSON schemas don't have",
        ),
        (json!({"type": "object", "properties": []}), "`properties`"),
        (json!({"$ref": "#"}), "nested too deeply"),
        (json!({"$ref": "other.json"}), "a reference to another one"),
        (json!({"anyOf": []}), "one of several types"),
        (json!({"enum": [{}]}), "one of a few values"),
    ] {
        let error = OutputSchema::from_value(bad.clone()).expect_err("no schema");
        assert!(error.to_string().contains(what), "{bad}: {error}");
    }
    let error = OutputSchema::parse("{\n  \"type\": object\n}").expect_err("no JSON");
    assert!(
        error
            .to_string()
            .ends_with("expected value at line 2 column 11"),
        "{error}"
    );
}
