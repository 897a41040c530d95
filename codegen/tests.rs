//! Tests that progenitor's output is recognised, and that the build fails where it isn't.

use super::*;

const SPEC: &str = "
openapi: 3.0.3
info: {title: Fixture, version: v1}
paths:
  /things/{id}:
    post:
      operationId: change_thing
      x-retry: safe
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        - {name: tags, in: query, explode: false, schema: {type: array, items: {type: string}}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Change'}}}}
      responses:
        2XX: {description: Thing, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
        4XX: {description: No}
components:
  schemas:
    Change: {type: object, properties: {name: {type: string}}, additionalProperties: {}}
    Thing: {type: object, properties: {name: {type: string}}}
";

/// Progenitor's output is changed in one place, as another version of it might.
#[test]
fn a_rewrite_that_finds_too_little_fails_the_build() {
    let spec = read::read(SPEC).expect("it is YAML").value;
    check::check(&spec, Vec::new()).expect("it has no mistakes");
    let (file, api) = raw(spec).expect("it can be generated");
    let text = quote::quote!(#file).to_string();
    for (find, replace, expected) in [
        (
            "pub struct Thing {",
            "pub struct AThing {",
            "expected 2 structs of objects, rewrote 1",
        ),
        (
            "pub struct Change { any :",
            "pub union Change { any :",
            "expected 2 builders of objects, rewrote 1",
        ),
        (
            "pub mod types {",
            "pub mod kinds {",
            "expected 1 modules of types, rewrote 0",
        ),
    ] {
        let changed = text.replace(find, replace);
        assert!(changed != text, "{find} is not in progenitor's output");
        let mut file = syn::parse_file(&changed).expect("it is still Rust");
        let problems = rewrite::rewrite(&mut file, &api).expect_err(find);
        let found: Vec<_> = problems.iter().map(ToString::to_string).collect();
        let found = found.join("\n");
        assert!(found.contains(expected), "{expected:?} is not in:\n{found}");
        assert!(found.contains("progenitor's output has changed"), "{found}");
    }
    rewrite::rewrite(&mut syn::parse_file(&text).expect("it is Rust"), &api)
        .expect("the unchanged output is recognised");
}
