//! What the feature `drift` is told of the replies that a spec describes.

use crate::{
    codegen,
    fixtures::{GET, THINGS, assert_has, spec},
};

/// Returns the table with all white space folded.
fn table(paths: &str, schemas: &str) -> String {
    let spec = spec(paths, schemas);
    let code = codegen::replies(&spec).expect("it is a spec");
    let words: Vec<_> = code.split_whitespace().collect();
    let folded = words.join(" ");
    [", }", ", )", ", ]"]
        .iter()
        .fold(folded, |text, end| text.replace(end, &end[1..]))
}

#[test]
fn each_operation_has_its_replies_by_their_keys() {
    let paths = GET.replace(
        "      4XX:",
        "      '204': {description: Nothing}\n      default: {description: A file, content: {\
         'Application/PDF; v=1': {schema: {type: string, format: binary}}, \
         application/problem+json: {schema: {type: object}}}}\n      4xx:",
    );
    let code = table(&paths, THINGS);
    assert_has(
        &code,
        r#"OperationReplies { id: "list_things", replies: &["#,
    );
    assert_has(
        &code,
        r#"Reply { status: "2XX", media_types: &["application/json"], schema: Some(&schemas::THING_PAGE) }"#,
    );
    assert_has(
        &code,
        r#"Reply { status: "204", media_types: &[], schema: None }"#,
    );
    assert_has(
        &code,
        r#"Reply { status: "default", media_types: &["application/pdf", "application/problem+json"], schema: Some( &Schema { kinds: &[JsonKind::Object], ..Schema::ANY } ) }"#,
    );
    assert_has(&code, r#"Reply { status: "4XX", "#);
}

#[test]
fn each_schema_says_what_it_says_in_the_spec() {
    let schemas = format!(
        "{THINGS}
Colour: {{type: string, enum: [red, blue], nullable: true}}
Alias: {{$ref: '#/components/schemas/Colour'}}
Whole:
  allOf: [{{$ref: '#/components/schemas/Thing'}}]
  required: [size, secret]
  properties:
    size: {{type: integer, format: int32, x-aliases: [length, width]}}
    secret: {{type: string, writeOnly: true}}
    any: {{}}
    free: {{type: object, additionalProperties: true}}
    counts: {{type: object, additionalProperties: {{type: number}}}}
Pet:
  oneOf: [{{$ref: '#/components/schemas/Thing'}}, {{$ref: '#/components/schemas/Whole'}}]
  discriminator: {{propertyName: kind, mapping: {{thing: '#/components/schemas/Thing', other: Whole}}}}
"
    );
    let code = table(GET, &schemas);
    for expected in [
        r#"static THING: Schema = Schema { name: Some("Thing"), kinds: &[JsonKind::Object], properties: &[ Property { name: "id", aliases: &[], schema: &Schema { kinds: &[JsonKind::String], format: Some("uuid"), ..Schema::ANY } }"#,
        r#"required: &["id"], ..Schema::ANY };"#,
        r#"items: Some(&schemas::THING)"#,
        r#"name: Some("Colour"), kinds: &[JsonKind::String], is_nullable: true, values: &["red", "blue"], ..Schema::ANY"#,
        r#"static ALIAS: Schema = Schema { name: Some("Alias"), parts: &[&schemas::COLOUR], ..Schema::ANY }"#,
        r#"Property { name: "any", aliases: &[], schema: &Schema::ANY }"#,
        r#"Property { name: "free", aliases: &[], schema: &Schema { kinds: &[JsonKind::Object], ..Schema::ANY } }"#,
        r#"further: Some( &Schema { kinds: &[JsonKind::Number], ..Schema::ANY } )"#,
        r#"aliases: &["length", "width"]"#,
        r#"required: &["size"], parts: &[&schemas::THING], ..Schema::ANY"#,
        r#"alternatives: &[&schemas::THING, &schemas::WHOLE], discriminator: Some( &Discriminator { property: "kind", mapping: &[ ("Thing", &schemas::THING), ("Whole", &schemas::WHOLE), ("other", &schemas::WHOLE), ("thing", &schemas::THING) ] } )"#,
    ] {
        assert_has(&code, expected);
    }
}
