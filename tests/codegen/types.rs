//! What schemas become, and which of them are mistakes.
//!
//! `tests/spec/torture/types.rs` compiles and runs them.

use crate::{
    codegen,
    fixtures::{GET, THINGS, assert_has, generate, mistakes, spec},
};

/// Returns the code of a type in a module.
#[track_caller]
fn item<'a>(code: &'a str, start: &str) -> &'a str {
    let from = code.find(start);
    let from = from.unwrap_or_else(|| panic!("{start:?} is not in\n{code}"));
    let text = &code[from..];
    &text[..text.find(" }").unwrap_or(text.len())]
}

/// Returns the mistakes of these schemas beside those of a good spec.
fn of_schemas(schemas: &str) -> String {
    mistakes(&spec(GET, &format!("{THINGS}\n{schemas}")))
}

/// Each case: schemas, and what the build must say, in one sentence that has its place.
#[track_caller]
pub fn assert_refused(cases: &[(&str, &str)]) {
    for (schemas, expected) in cases {
        let found = of_schemas(schemas);
        assert!(found.contains(expected), "{expected:?} is not in:\n{found}");
        assert_eq!(found.lines().count(), 1, "{found}");
    }
}

#[test]
fn parts_become_one_struct_with_all_properties() {
    let schemas = format!(
        "{THINGS}
Animal: {{type: object, required: [name], properties: {{name: {{type: string, x-aliases: [called]}}, kind: {{type: string, enum: [a]}}}}}}
Cat:
  allOf:
    - $ref: '#/components/schemas/Animal'
    - type: object
      properties: {{mood: {{type: string, enum: [calm, angry]}}, data: {{type: array, items: {{}}, x-aliases: [cats]}}}}
    - required: [mood]"
    );
    let code = generate(GET, &schemas);
    let cat = item(&code, "pub struct Cat {");
    for field in [
        "pub name: ::std::string::String",
        "pub kind: ::std::option::Option<AnimalKind>",
        "pub mood: CatMood",
        "pub data: ::std::vec::Vec<::serde_json::Value>",
    ] {
        assert_has(cat, field);
    }
    assert_has(&code, "pub enum CatMood {");
    let decoder = item(&code, "impl<'de> ::serde::Deserialize<'de> for Cat {");
    assert_has(decoder, "#[serde(rename = \"called\")]");
    assert_has(decoder, "#[serde(rename = \"cats\")]");
}

#[test]
fn mistakes_of_compositions() {
    assert_refused(&[
        (
            "A: {type: object, properties: {x: {type: string}}}
B: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {x: {type: integer}}}]}",
            "components.schemas.B.allOf.1.properties.x: `x` has another schema at \
             `components.schemas.A.properties.x`; make the two the same, or remove one",
        ),
        (
            "A: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {x: {type: string}}}]}",
            "components.schemas.A.allOf.0: `A` contains itself through `allOf`; remove it here",
        ),
        (
            "A: {allOf: [{$ref: '#/components/schemas/Thing'}, {type: string}]}",
            "components.schemas.A.allOf.1: only objects can be composed by `allOf`",
        ),
        (
            "A: {allOf: [{$ref: '#/components/schemas/Thing'}, {oneOf: [{type: string}, {type: integer}]}]}",
            "components.schemas.A.allOf.1: a union can't be part of an `allOf`",
        ),
    ]);
    // Descriptions may differ, and a circle that isn't of compositions is none.
    generate(
        GET,
        &format!(
            "{THINGS}
A: {{type: object, properties: {{x: {{type: string, description: One.}}, a: {{$ref: '#/components/schemas/A'}}}}}}
B: {{allOf: [{{$ref: '#/components/schemas/A'}}, {{type: object, properties: {{x: {{type: string}}}}}}]}}"
        ),
    );
}

#[test]
fn a_circle_of_several_compositions_is_a_mistake() {
    let found = of_schemas(
        "A: {allOf: [{$ref: '#/components/schemas/B'}, {type: object, properties: {x: {type: string}}}]}
B: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {y: {type: string}}}]}",
    );
    assert_has(&found, "components.schemas.B.allOf.0: `A` contains itself");
}

#[test]
fn a_union_is_open() {
    let code = generate(
        GET,
        &format!(
            "{THINGS}\nEither: {{oneOf: [{{type: string}}, {{$ref: '#/components/schemas/Thing'}}]}}"
        ),
    );
    assert_has(
        &code,
        "#[non_exhaustive] pub enum Either { ///The member `Text`. Text(::std::string::String), \
         ///The member `Thing`. Thing(Thing), /// A value that the spec doesn't describe. \
         Unknown(::serde_json::Value), }",
    );
    assert_has(&code, "impl ::std::convert::From<Thing> for Either");
}

#[test]
fn a_property_tells_the_members_of_a_union_apart() {
    let animals = |union: &str| {
        format!(
            "{THINGS}
Wolf: {{type: object, required: [kind], properties: {{kind: {{type: string, enum: [wolf]}}}}}}
Bear: {{type: object, required: [kind], properties: {{kind: {{type: string, enum: [bear, cub]}}}}}}
Animal: {{oneOf: [{{$ref: '#/components/schemas/Wolf'}}, {{$ref: '#/components/schemas/Bear'}}]{union}}}"
        )
    };
    for (union, wolf, bear) in [
        ("", "Some(\"wolf\") =>", "Some(\"bear\" | \"cub\") =>"),
        (
            ", discriminator: {propertyName: kind}",
            "Some(\"Wolf\") =>",
            "Some(\"Bear\") =>",
        ),
        (
            ", discriminator: {propertyName: kind, mapping: {b: Bear}}",
            "Some(\"Wolf\") =>",
            "Some(\"b\") =>",
        ),
    ] {
        let code = generate(GET, &animals(union));
        assert_has(&code, "match value.get(\"kind\")");
        assert_has(&code, wolf);
        assert_has(&code, bear);
    }
}

#[test]
fn mistakes_of_unions() {
    assert_refused(&[
        (
            "A: {oneOf: [{type: string}, {type: string, format: email}]}",
            "components.schemas.A.oneOf.1: `Text` can't be the name of a variant of its own; give the schema a `title`",
        ),
        (
            "A: {properties: {x: {type: string}}, anyOf: [{type: string}, {type: integer}]}",
            "components.schemas.A: `properties` beside `anyOf` is not supported; write it in each member, by `allOf`",
        ),
        (
            "B: {type: object, properties: {x: {type: string}}}
A: {oneOf: [{$ref: '#/components/schemas/Thing'}, {$ref: '#/components/schemas/B'}], discriminator: {propertyName: id}}",
            "components.schemas.A.oneOf.1: `B` has no property `id`, which tells the members apart; add it",
        ),
        (
            "B: {type: object, properties: {id: {type: string}}}
A: {oneOf: [{$ref: '#/components/schemas/Thing'}, {$ref: '#/components/schemas/B'}],
  discriminator: {propertyName: id, mapping: {b: C}}}",
            "components.schemas.A.oneOf: the `discriminator` maps `b` to `C`, which isn't a member",
        ),
        (
            "A: {oneOf: [{$ref: '#/components/schemas/Thing'}, {type: object, properties: {id: {type: string}}}],
  discriminator: {propertyName: id}}",
            "components.schemas.A.oneOf.1: a member that a `discriminator` tells from others must have a name",
        ),
    ]);
}

#[test]
fn enums_are_open_wherever_they_are() {
    let shared = "
components:
  parameters: {Sort: {name: sort, in: query, schema: {type: string, enum: [up]}}}
  requestBodies: {Change: {content: {application/json: {schema: {type: object, properties: {to: {type: string, enum: [a]}}}}}}}
  responses: {Kept: {description: Kept., content: {application/json: {schema: {type: object, properties: {at: {type: string, enum: [b]}}}}}}}
";
    let paths = "
/things:
  put:
    operationId: put_thing
    x-retry: safe
    parameters: [{$ref: '#/components/parameters/Sort'}]
    requestBody: {$ref: '#/components/requestBodies/Change'}
    responses: {2XX: {$ref: '#/components/responses/Kept'}}
";
    let yaml = spec(paths, THINGS).replace("components:\n", shared.trim_start());
    let code = codegen::generate(&yaml, &[]).expect("it has no mistakes");
    for name in ["SortParameter", "ChangeBodyTo", "KeptResponseAt"] {
        assert_has(&code, &format!("pub enum {name} {{"));
    }
    assert_has(&code, "crate::Response<types::KeptResponse>");
}

#[test]
fn mistakes_of_names_of_variants() {
    assert_refused(&[
        (
            "A: {type: string, enum: ['*', a]}",
            "components.schemas.A.enum: `*` can't become the name of a variant of its own; name all values by \
             `x-enum-varnames: […]`, or leave it out",
        ),
        (
            "A: {type: string, enum: [a, b], x-enum-varnames: [A]}",
            "components.schemas.A.x-enum-varnames: must be a list of 2 names, one for each value of `enum`",
        ),
        (
            "A: {type: string, enum: [a, b], x-enum-varnames: [A, not_this]}",
            "components.schemas.A.x-enum-varnames: `not_this` can't be the name of a variant",
        ),
        (
            "A: {type: string, enum: [a, b], x-enum-varnames: [A, A]}",
            "components.schemas.A.x-enum-varnames: `A` names two values; choose another",
        ),
        (
            "A: {type: string, enum: [a, a]}",
            "components.schemas.A.enum: `a` is listed twice; remove one of the two",
        ),
        (
            "A: {type: string, x-enum-varnames: [A]}",
            "components.schemas.A.x-enum-varnames: names the values of an `enum`, which isn't there; remove it",
        ),
    ]);
}

#[test]
fn a_whole_number_has_64_bits_unless_it_says_otherwise() {
    let integer = |schema: &str| {
        let schemas = THINGS.replace("{type: string, format: uuid}", schema);
        let code = generate(GET, &schemas);
        item(&code, "pub struct Thing {").to_owned()
    };
    for (schema, ty) in [
        ("{type: integer}", "i64"),
        ("{type: integer, minimum: 0}", "u64"),
        ("{type: integer, minimum: 1, maximum: 10}", "u64"),
        ("{type: integer, maximum: 10000000000}", "i64"),
        ("{type: integer, format: int32}", "i32"),
        ("{type: integer, format: int32, minimum: 0}", "u32"),
        ("{type: integer, format: int64, minimum: 0}", "u64"),
        ("{type: integer, format: uint64}", "u64"),
        (
            "{type: integer, exclusiveMinimum: true, minimum: 0, multipleOf: 5}",
            "u64",
        ),
    ] {
        assert_has(&integer(schema), &format!("pub id: {ty},"));
    }
}

#[test]
fn bounds_behind_a_reference_are_checked() {
    let paths = GET.replace(
        "    responses:",
        "    x-paginated: {items: data, next: next, cursor: cursor, limit: limit}
    parameters:
      - {name: cursor, in: query, schema: {type: string}}
      - {name: limit, in: query, schema: {$ref: '#/components/schemas/Limit'}}
    responses:",
    );
    let schemas = format!(
        "{THINGS}\nLimit: {{type: integer, minimum: 0, exclusiveMinimum: true, maximum: 30}}"
    );
    let code = generate(&paths, &schemas);
    assert_has(
        &code,
        "Bound { parameter: \"limit\", range: 1i64..=30i64, }",
    );
    assert_has(&code, "::std::option::Option::Some(30u32)");
}

#[test]
fn a_default_belongs_to_replies_and_is_never_sent() {
    let schemas = THINGS.replace(
        "{type: string, format: uuid}",
        "{type: string, format: uuid}\n    count: {type: integer, default: 7, description: How many.}",
    );
    let code = generate(GET, &schemas);
    assert_has(&code, "How many. `7` by default.");
    assert_has(item(&code, "pub struct Thing {"), "pub count: i64,");
    assert_has(&code, "pub(super) fn thing_count() -> i64 { 7 }");
    let paths = GET.replace("  get:", "  post:\n    x-retry: never").replace(
        "    responses:",
        "    requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
    responses:",
    );
    let code = generate(&paths, &schemas);
    assert_has(
        item(&code, "pub struct Thing {"),
        "pub count: ::std::option::Option<i64>,",
    );
    assert!(!code.contains("mod defaults"), "{code}");
    assert_has(&code, "`7` by default.");
}

#[test]
fn mistakes_of_defaults() {
    assert_refused(&[
        (
            "A: {type: object, properties: {x: {type: integer, default: many}}}",
            "components.schemas.A.properties.x.default: does not fit its schema: \"many\" is not of the type `integer`",
        ),
        (
            "A: {type: object, properties: {x: {type: string, enum: [a], default: b}}}",
            "components.schemas.A.properties.x.default: does not fit its schema: \"b\" is not a value of the enum",
        ),
    ]);
}

#[test]
fn every_struct_can_grow() {
    let code = generate(GET, THINGS);
    assert_eq!(
        code.matches("pub struct Thing").count(),
        code.matches("#[non_exhaustive] pub struct Thing").count(),
    );
}

#[test]
fn mistakes_of_the_names_of_fields() {
    assert_refused(&[
        (
            "A: {type: object, properties: {fooBar: {type: string}, foo_bar: {type: string}}}",
            "components.schemas.A.properties.foo_bar: `fooBar` and `foo_bar` would both be the field `foo_bar`; write \
             `x-rust-name: other` on one of them",
        ),
        (
            "String: {type: object, properties: {x: {type: string}}}",
            "components.schemas.String: `String` is a name that generated code needs; choose another",
        ),
        (
            "A: {type: object, properties: {x: {$ref: '#/components/schemas/Thing/properties/id'}}}",
            "components.schemas.A.properties.x.$ref: `#/components/schemas/Thing/properties/id` leads into a component",
        ),
        (
            "A: {type: object, properties: {'日本': {type: string}}}",
            "components.schemas.A.properties.日本: can't become the name of a field; write `x-rust-name: other`",
        ),
        (
            "A: {type: object, properties: {x: {type: string, x-rust-name: Not This}}}",
            "components.schemas.A.properties.x.x-rust-name: must be the name of a field in snake_case",
        ),
        (
            "Thing2: {type: object, properties: {c: {type: object, properties: {d: {type: string}}}}}
Thing2C: {type: object, properties: {x: {type: string}}}",
            "components.schemas.Thing2C: a schema that is written inline would get the name `Thing2C` too; give that one a name",
        ),
    ]);
}

#[test]
fn aliases_that_collide_are_mistakes() {
    assert_refused(&[
        (
            "A: {type: object, properties: {x: {type: string, x-aliases: [y]}, y: {type: string}}}",
            "components.schemas.A.properties.x.x-aliases: `y` is a property of its own; remove it here, or the property",
        ),
        (
            "A: {type: object, properties: {x: {type: string, x-aliases: [x]}}}",
            "components.schemas.A.properties.x.x-aliases: `x` is the property's own name; remove it here",
        ),
        (
            "A: {type: object, properties: {x: {type: string, x-aliases: [z]}, y: {type: string, x-aliases: [z]}}}",
            "components.schemas.A.properties.y.x-aliases: `z` is an alias of `x` too; remove one of the two",
        ),
        (
            "A: {type: array, items: {type: string}, x-aliases: [z]}",
            "components.schemas.A.x-aliases: `x-aliases` has no effect here; write it on a property",
        ),
    ]);
}

#[test]
fn what_is_required_must_be_there() {
    assert_refused(&[
        (
            "A: {type: object, required: [tittle], properties: {title: {type: string}}}",
            "components.schemas.A.required.0: `tittle` is required but there is no such property; did you mean `title`?",
        ),
        (
            "A: {allOf: [{$ref: '#/components/schemas/Thing'}, {required: [id, idd]}]}",
            "components.schemas.A.allOf.1.required.1: `idd` is required but there is no such property",
        ),
        (
            "A: {type: object, required: [x, x], properties: {x: {type: string}}}",
            "components.schemas.A.required.1: `x` is listed twice; remove one of the two",
        ),
        (
            "A: {type: object, properties: {x: {type: bool}}}",
            "components.schemas.A.properties.x.type: `bool` is unknown here; write `boolean`",
        ),
    ]);
}

#[test]
fn what_is_deprecated_says_so() {
    let schemas = format!(
        "{THINGS}\nOld: {{type: object, deprecated: true, description: It goes away. Use Thing., properties: {{
  x: {{type: string, deprecated: true}}}}}}"
    );
    let code = generate(GET, &schemas);
    assert_has(&code, "#[deprecated(note = \"It goes away\")]");
    assert_has(item(&code, "pub struct Old {"), "#[deprecated]");
    let word = format!("{THINGS}\nWord: {{type: string, deprecated: true}}");
    let code = generate(GET, &word);
    assert_has(&code, "///The type `Word`. #[deprecated] #[derive(");
    let open = format!("{THINGS}\nWord: {{type: string, enum: [a], deprecated: true}}");
    assert_has(&generate(GET, &open), "#[deprecated] #[derive(Clone,");
}
