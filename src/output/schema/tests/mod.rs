use std::collections::HashMap;

use serde_json::json;

use self::types::*;
use super::*;

mod types;

/// A type's name, its schema, the schema's literal text, and JSON that the type reads.
type Row = (&'static str, OutputSchema, &'static str, &'static str);

/// The rows of types, each of which reads its JSON.
macro_rules! rows {
    ($($type:ty: $schema:literal, $answer:literal;)*) => {
        [$({
            serde_json::from_str::<$type>($answer).expect(stringify!($type));
            let schema = OutputSchema::of::<$type>().expect(stringify!($type));
            (stringify!($type), schema, $schema, $answer)
        }),*]
    };
}

fn rows() -> impl Iterator<Item = Row> {
    let rows = rows! {
        Invoice:
            r##"{"description":"An invoice.\n\nIt has lines.","properties":{"lines":{"items":{"properties":{"amount":{"type":"integer"},"title":{"type":"string"}},"required":["title","amount"],"type":"object"},"type":"array"},"number":{"description":"As printed.","type":"string"},"pages":{"maximum":255,"minimum":0,"type":"integer"},"paid":{"type":["boolean","null"]},"total":{"type":"number"}},"required":["number","total","pages","lines"],"type":"object"}"##,
            r#"{"number":"A","total":1.5,"pages":1,"paid":null,"lines":[{"title":"x","amount":-1}]}"#;
        Tagged:
            r##"{"oneOf":[{"properties":{"iban":{"type":"string"},"kind":{"const":"bank_transfer","type":"string"}},"required":["kind","iban"],"type":"object"},{"properties":{"amount":{"type":"integer"},"kind":{"const":"card","type":"string"},"title":{"type":"string"}},"required":["kind","title","amount"],"type":"object"},{"properties":{"kind":{"const":"cash","type":"string"}},"required":["kind"],"type":"object"}],"type":"object"}"##,
            r#"{"kind":"card","title":"x","amount":1}"#;
        Adjacent:
            r##"{"oneOf":[{"properties":{"kind":{"const":"Number","type":"string"},"value":{"type":"number"}},"required":["kind","value"],"type":"object"},{"properties":{"kind":{"const":"Nothing","type":"string"}},"required":["kind"],"type":"object"}],"type":"object"}"##,
            r#"{"kind":"Number","value":1.5}"#;
        Untagged:
            r##"{"anyOf":[{"properties":{"amount":{"type":"integer"},"title":{"type":"string"}},"required":["title","amount"],"type":"object"},{"properties":{"total":{"minimum":0,"type":"integer"}},"required":["total"],"type":"object"}],"type":"object"}"##,
            r#"{"total":1}"#;
        External:
            r##"{"oneOf":[{"additionalProperties":false,"properties":{"Line":{"properties":{"amount":{"type":"integer"},"title":{"type":"string"}},"required":["title","amount"],"type":"object"}},"required":["Line"],"type":"object"},{"additionalProperties":false,"properties":{"Total":{"properties":{"total":{"minimum":0,"type":"integer"}},"required":["total"],"type":"object"}},"required":["Total"],"type":"object"}],"type":"object"}"##,
            r#"{"Total":{"total":1}}"#;
        Flat:
            r##"{"additionalProperties":{"type":"string"},"properties":{"amount":{"type":"integer"},"id":{"minimum":0,"type":"integer"},"title":{"type":"string"}},"required":["id","title","amount"],"type":"object"}"##,
            r#"{"id":1,"title":"x","amount":1,"more":"y"}"#;
        FlatEnum:
            r##"{"oneOf":[{"properties":{"iban":{"type":"string"},"kind":{"const":"bank_transfer","type":"string"}},"required":["kind","iban"],"type":"object"},{"properties":{"amount":{"type":"integer"},"kind":{"const":"card","type":"string"},"title":{"type":"string"}},"required":["kind","title","amount"],"type":"object"},{"properties":{"kind":{"const":"cash","type":"string"}},"required":["kind"],"type":"object"}],"properties":{"id":{"minimum":0,"type":"integer"}},"required":["id"],"type":"object"}"##,
            r#"{"id":1,"kind":"cash"}"#;
        Renamed:
            r##"{"additionalProperties":false,"properties":{"PO":{"type":"string"},"dueDate":{"format":"date","type":"string"},"grandTotal":{"type":"number"}},"required":["dueDate","PO","grandTotal"],"type":"object"}"##,
            r#"{"dueDate":"2026-12-31","PO":"1","grandTotal":1}"#;
        Defaults:
            r##"{"properties":{"count":{"default":0,"maximum":65535,"minimum":0,"type":"integer"},"currency":{"default":"EUR","type":"string"},"note":{"type":["string","null"]},"secret":{"maximum":127,"minimum":-128,"type":"integer"}},"required":["secret"],"type":"object"}"##,
            r#"{"secret":1}"#;
        Transparent:
            r##"{"properties":{"amount":{"type":"integer"},"title":{"type":"string"}},"required":["title","amount"],"type":"object"}"##,
            r#"{"title":"x","amount":1}"#;
        Newtype:
            r##"{"properties":{"amount":{"type":"integer"},"title":{"type":"string"}},"required":["title","amount"],"type":"object"}"##,
            r#"{"title":"x","amount":1}"#;
        Tree:
            r##"{"description":"A tree.","properties":{"children":{"items":{"$ref":"#"},"type":"array"}},"required":["children"],"type":"object"}"##,
            r#"{"children":[{"children":[]}]}"#;
        Forest:
            r##"{"$defs":{"Tree":{"description":"A tree.","properties":{"children":{"items":{"$ref":"#/$defs/Tree"},"type":"array"}},"required":["children"],"type":"object"}},"description":"A tree.","properties":{"children":{"items":{"$ref":"#/$defs/Tree"},"type":"array"}},"required":["children"],"type":"object"}"##,
            r#"{"children":[{"children":[]}]}"#;
        WithOther:
            r##"{"properties":{"event":{"oneOf":[{"properties":{"on":{"format":"date-time","type":"string"},"type":{"const":"Sent","type":"string"}},"required":["type","on"],"type":"object"},{"properties":{"type":{"const":"Else","type":"string"}},"required":["type"],"type":"object"}]},"state":{"oneOf":[{"enum":["open","unknown"],"type":"string"},{"const":"paid","description":"Paid in full.","type":"string"}]}},"required":["state","event"],"type":"object"}"##,
            r#"{"state":"unknown","event":{"type":"Else"}}"#;
        Page<Line>:
            r##"{"properties":{"items":{"items":{"properties":{"amount":{"type":"integer"},"title":{"type":"string"}},"required":["title","amount"],"type":"object"},"type":"array"},"size":{"maxItems":2,"minItems":2,"prefixItems":[{"minimum":0,"type":"integer"},{"type":"number"}],"type":"array"}},"required":["items","size"],"type":"object"}"##,
            r#"{"items":[],"size":[1,1.5]}"#;
        Odd:
            r##"{"properties":{"format":{"properties":{"line":{"properties":{"amount":{"type":"integer"},"title":{"type":"string"}},"required":["title","amount"],"type":"object"},"uint32":{"format":"uuid","type":"string"}},"required":["uint32","line"],"type":"object"},"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]},"stars":{"maximum":5,"minimum":1,"type":"integer"},"title":{"type":"string"}},"required":["stars","title","format"],"title":"What is owed","type":"object"}"##,
            r#"{"stars":1,"title":"x","format":{"uint32":"6b86b273-ff34-4ce1-9d6b-804eff5a3f57","line":{"title":"x","amount":1}}}"#;
        Unit:
            r##"{"type":"object"}"##,
            r#"{}"#;
        Deep:
            r##"{"properties":{"any":true,"map":{"additionalProperties":{"items":{"properties":{"amount":{"type":"integer"},"title":{"type":"string"}},"required":["title","amount"],"type":["object","null"]},"type":"array"},"type":"object"},"state":{"anyOf":[{"oneOf":[{"enum":["open","unknown"],"type":"string"},{"const":"paid","description":"Paid in full.","type":"string"}]},{"type":"null"}]}},"required":["map","any"],"type":"object"}"##,
            r#"{"map":{"a":[null]},"any":1,"state":"paid"}"#;
        HashMap<String, u32>:
            r##"{"additionalProperties":{"minimum":0,"type":"integer"},"type":"object"}"##,
            r#"{"a":1}"#;
        Box<Line>:
            r##"{"properties":{"amount":{"type":"integer"},"title":{"type":"string"}},"required":["title","amount"],"type":"object"}"##,
            r#"{"title":"x","amount":1}"#;
        Event:
            r##"{"oneOf":[{"properties":{"on":{"format":"date-time","type":"string"},"type":{"const":"Sent","type":"string"}},"required":["type","on"],"type":"object"},{"properties":{"type":{"const":"Else","type":"string"}},"required":["type"],"type":"object"}],"type":"object"}"##,
            r#"{"type":"Else"}"#;
        TaggedStrict:
            r##"{"oneOf":[{"additionalProperties":false,"properties":{"id":{"minimum":0,"type":"integer"},"kind":{"const":"Strict","type":"string"}},"required":["kind","id"],"type":"object"}],"type":"object"}"##,
            r#"{"kind":"Strict","id":1}"#;
    };
    rows.into_iter()
}

#[test]
fn a_schema_says_what_the_type_does_and_no_more() {
    for (name, schema, expected, _) in rows() {
        assert_eq!(schema.to_string(), expected, "{name}");
        assert_eq!(serde_json::to_string(&schema).expect("JSON"), expected);
        assert_eq!(OutputSchema::parse(expected).expect(name), schema);
    }
}

#[test]
fn schemas_are_schemas_which_accept_what_the_types_read() {
    for (name, schema, _, answer) in rows() {
        jsonschema::meta::validate(schema.as_value()).expect(name);
        let validator = jsonschema::validator_for(schema.as_value()).expect(name);
        let answer: Value = serde_json::from_str(answer).expect(name);
        validator.validate(&answer).expect(name);
        assert!(!validator.is_valid(&json!([answer])), "{name}");
    }
    assert!(rows().count() >= 20);
}

#[test]
fn a_type_that_is_no_object_is_told_what_to_write() {
    macro_rules! refused {
        ($($type:ty: $message:literal;)*) => {
            [$((OutputSchema::of::<$type>(), $message)),*]
        };
    }
    let rows = refused! {
        Vec<Page<Line>>: "`Vec<Page<Line>>` is a list, and an output is an object; ask for `struct Output { items: Vec<Page<Line>> }`";
        (u32, String): "`(u32, String)` is a list, and an output is an object; ask for `struct Output { items: (u32, String) }`";
        String: "`String` is a text, and an output is an object; ask for `struct Output { text: String }`";
        State: "`State` is a text, and an output is an object; ask for `struct Output { text: State }`";
        chrono::NaiveDate: "`NaiveDate` is a text, and an output is an object; ask for `struct Output { text: NaiveDate }`";
        f64: "`f64` is a number, and an output is an object; ask for `struct Output { number: f64 }`";
        bool: "`bool` is a boolean, and an output is an object; ask for `struct Output { answer: bool }`";
        Option<Line>: "`Option<Line>` is an object or null, and an output is an object; ask for `struct Output { value: Option<Line> }`";
        Option<Vec<u8>>: "`Option<Vec<u8>>` is a list or null, and an output is an object; ask for `struct Output { value: Option<Vec<u8>> }`";
        Mixed: "`Mixed` is an object or a text, and an output is an object; ask for `struct Output { value: Mixed }`";
        Value: "`Value` is any JSON, and an output is an object; ask for `struct Output { value: Value }`";
        (): "`()` is null, and an output is an object; ask for `struct Output { value: () }`";
    };
    for (outcome, message) in rows {
        let error = outcome.expect_err(message);
        assert_eq!(error.to_string(), message);
        assert!(matches!(error, SchemaError::Type { .. }), "{message}");
    }
}

#[test]
fn json_that_is_the_schema_of_an_object_is_sent_as_it_is() {
    for (text, sent) in [
        (
            r#"{ "type": "object", "title": "Invoice", "$schema": "x" }"#,
            r#"{"$schema":"x","title":"Invoice","type":"object"}"#,
        ),
        (r#"{"type": ["object"]}"#, r#"{"type":["object"]}"#),
        (
            r#"{"properties": {"n": {"type": "integer", "format": "int32"}}}"#,
            r#"{"properties":{"n":{"format":"int32","type":"integer"}},"type":"object"}"#,
        ),
        (
            r##"{"$ref": "#/definitions/a", "definitions": {"a": {"type": "object"}}}"##,
            r##"{"$ref":"#/definitions/a","definitions":{"a":{"type":"object"}},"type":"object"}"##,
        ),
        (
            r#"{"allOf": [{"type": "object"}, {"required": ["a"]}]}"#,
            r#"{"allOf":[{"type":"object"},{"required":["a"]}],"type":"object"}"#,
        ),
        (
            r#"{"type": "object", "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}"#,
            r#"{"anyOf":[{"required":["a"]},{"required":["b"]}],"type":"object"}"#,
        ),
    ] {
        assert_eq!(OutputSchema::parse(text).expect(text).to_string(), sent);
    }
    let generated = OutputSchema::try_from(schemars::schema_for!(Tagged)).expect("a schema");
    assert_eq!(generated.as_value()["type"], "object");
}

#[test]
fn text_that_is_no_schema_of_an_object_says_what_was_found() {
    let example = r#"{"type": "object", "properties": {"total": {"type": "number"}}}"#;
    for (text, message) in [
        (
            "12",
            "a number is no schema of an output; write one such as ",
        ),
        (
            "true",
            "a boolean is no schema of an output; write one such as ",
        ),
        ("null", "null is no schema of an output; write one such as "),
        (
            "{}",
            "an empty JSON object is no schema of an output; write one such as ",
        ),
        (
            r#"{"total": 12.5, "b": 1, "c": 2, "d": 3}"#,
            "a JSON object without `type`, which begins with `b`, `c`, `d`, is no schema of an output; write one such as ",
        ),
        (
            r#"{"type": "objekt"}"#,
            r#"a JSON object with the type "objekt" is no schema of an output; write one such as "#,
        ),
        (
            r##"{"$ref": "#"}"##,
            "a JSON object without `type`, which begins with `$ref`, is no schema of an output; write one such as ",
        ),
        (
            r#"{"type": "array", "items": {}}"#,
            "the schema describes a list, and an output is an object; write one such as ",
        ),
        (
            r#"{"type": ["null", "object"]}"#,
            "the schema describes an object or null, and an output is an object; write one such as ",
        ),
        (
            r#"{"enum": ["a", 1]}"#,
            "the schema describes a number or a text, and an output is an object; write one such as ",
        ),
    ] {
        let error = OutputSchema::parse(text).expect_err(text);
        assert_eq!(error.to_string(), format!("{message}{example}"), "{text}");
    }

    let error = OutputSchema::parse("{\n  \"type\": object\n}").expect_err("no JSON");
    assert_eq!(
        error.to_string(),
        "the schema is not JSON: expected value at line 2 column 11; \
         structure in plain words is set by `Run::output_config`"
    );
}

#[test]
fn modules_are_no_part_of_a_short_name() {
    for (full, short) in [
        ("alloc::vec::Vec<a::b_c::D>", "Vec<D>"),
        ("(u8, core::option::Option<&str>)", "(u8, Option<&str>)"),
        ("[a::B; 3]", "[B; 3]"),
        ("é::Ü", "Ü"),
    ] {
        assert_eq!(short_name(full), short);
    }
}
