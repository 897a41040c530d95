//! What OpenAPI 3.1 writes in another way than 3.0 becomes the same code.

use crate::{
    codegen,
    fixtures::{GET, THINGS, assert_has, mistakes, spec},
};

/// Each pair: a schema of 3.1 and one of 3.0.
#[test]
fn schemas_become_what_their_counterparts_in_3_0_do() {
    for (new, old) in [
        ("{type: [string, 'null']}", "{type: string, nullable: true}"),
        (
            "{type: [integer, 'null'], format: int64}",
            "{type: integer, format: int64, nullable: true}",
        ),
        ("{type: [string]}", "{type: string}"),
        (
            "{type: [string, integer]}",
            "{oneOf: [{type: string}, {type: integer}]}",
        ),
        ("{const: red}", "{type: string, enum: [red]}"),
        ("{const: 3}", "{type: integer}"),
        (
            "{type: string, examples: [a, b]}",
            "{type: string, example: a}",
        ),
        (
            "{type: integer, exclusiveMinimum: 0}",
            "{type: integer, minimum: 0, exclusiveMinimum: true}",
        ),
        (
            "{$ref: '#/components/schemas/Colour', description: Its colour.}",
            "{allOf: [{$ref: '#/components/schemas/Colour'}], description: Its colour.}",
        ),
        (
            "{anyOf: [{$ref: '#/components/schemas/Colour'}, {type: 'null'}]}",
            "{allOf: [{$ref: '#/components/schemas/Colour'}], nullable: true}",
        ),
        (
            "{type: string, contentEncoding: base64, contentMediaType: image/png}",
            "{type: string, format: byte}",
        ),
        (
            "{type: object, additionalProperties: true, unevaluatedProperties: false}",
            "{type: object, additionalProperties: true}",
        ),
        ("{$comment: Not known., type: object}", "{type: object}"),
        ("true", "{}"),
    ] {
        let generate = |version: &str, schema: &str| {
            let schemas = THINGS.replace(
                "    id: {type: string, format: uuid}",
                &format!("    id: {{type: string, format: uuid}}\n    what: {schema}"),
            );
            // Of what may be absent, null says no more.
            let schemas = schemas.replace("required: [id]", "required: [id, what]");
            let schemas = format!("{schemas}\nColour: {{type: string, enum: [red, green]}}");
            let spec = spec(GET, &schemas).replace("openapi: 3.0.3", version);
            codegen::generate(&spec, &[])
                .unwrap_or_else(|problems| panic!("{schema}: {problems:?}"))
        };
        assert_eq!(
            generate("openapi: 3.1.0", new),
            generate("openapi: 3.0.3", old),
            "{new}"
        );
    }
}

/// Keys of the document that 3.0 doesn't have are without an effect on a client.
#[test]
fn webhooks_and_dialects_are_left_out() {
    let new = spec(GET, THINGS).replace(
        "openapi: 3.0.3",
        "openapi: 3.1.1\njsonSchemaDialect: https://example.com/dialect\nwebhooks: {made: {post: {responses: {}}}}",
    );
    assert_eq!(
        codegen::generate(&new, &[]),
        codegen::generate(&spec(GET, THINGS), &[])
    );
}

#[test]
fn what_no_type_expresses_is_refused_with_its_place() {
    for (schema, expected) in [
        (
            "{type: array, prefixItems: [{type: string}]}",
            "components.schemas.Thing.properties.what.prefixItems: no type expresses `prefixItems`",
        ),
        (
            "{type: [string, integer], format: uuid}",
            "components.schemas.Thing.properties.what.type: `format` belongs to one of several types",
        ),
    ] {
        let schemas = THINGS.replace(
            "    id: {type: string, format: uuid}",
            &format!("    id: {{type: string, format: uuid}}\n    what: {schema}"),
        );
        let spec = spec(GET, &schemas).replace("openapi: 3.0.3", "openapi: 3.1.0");
        assert_has(&mistakes(&spec), expected);
    }
}
