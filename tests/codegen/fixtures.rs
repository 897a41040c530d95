//! Small specs, and what the generator makes of them.

use crate::{codegen, listing};

/// Returns a spec with these paths and schemas.
pub fn spec(paths: &str, schemas: &str) -> String {
    let indent = |text: &str, by: usize| -> String {
        text.lines()
            .map(|line| format!("{:by$}{line}\n", ""))
            .collect()
    };
    format!(
        "openapi: 3.0.3\ninfo: {{title: Fixture, version: v1}}\npaths:\n{}components:\n  schemas:\n{}",
        indent(paths.trim_matches('\n'), 2),
        indent(&format!("{}\n{ERROR}", schemas.trim_matches('\n')), 4)
    )
}

const ERROR: &str =
    "ErrorBody: {type: object, required: [error], properties: {error: {type: string}}}";

/// Returns the code with all white space folded, since where lines are broken doesn't matter.
pub fn generate(paths: &str, schemas: &str) -> String {
    let spec = spec(paths, schemas);
    match codegen::generate(&spec, &[]) {
        Ok(code) => {
            listing::list(&code).expect("it is Rust");
            code.split_whitespace().collect::<Vec<_>>().join(" ")
        }
        Err(problems) => panic!("{problems:?} in\n{spec}"),
    }
}

/// Returns the mistakes that are found, one a line.
pub fn mistakes(yaml: &str) -> String {
    match codegen::generate(yaml, &[]) {
        Ok(_) => panic!("there should be a mistake in\n{yaml}"),
        Err(problems) => problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

#[track_caller]
pub fn assert_has(code: &str, expected: &str) {
    assert!(code.contains(expected), "{expected:?} is not in\n{code}");
}

pub const GET: &str = "
/things:
  get:
    operationId: list_things
    summary: List things
    externalDocs: {url: 'https://example.com/list'}
    responses:
      2XX: {description: Things, content: {application/json: {schema: {$ref: '#/components/schemas/ThingPage'}}}}
      4XX: {description: No, content: {application/json: {schema: {$ref: '#/components/schemas/ErrorBody'}}}}
";

pub const THINGS: &str = "
ThingPage:
  type: object
  required: [data]
  properties:
    data: {type: array, items: {$ref: '#/components/schemas/Thing'}}
    next: {type: string, nullable: true}
Thing:
  type: object
  required: [id]
  properties:
    id: {type: string, format: uuid}
";

const PAGED: &str = "
    x-paginated: {items: data, next: next, cursor: cursor, limit: limit}
    parameters:
      - {name: cursor, in: query, schema: {type: string}}
      - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 50}}
";

pub fn paged() -> String {
    GET.replace(
        "    responses:",
        &format!("{}\n    responses:", PAGED.trim_matches('\n')),
    )
}
