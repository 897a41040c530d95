//! The generator over small specs, one for each construct and one for each mistake, and over the
//! crate's own spec, whose bindings are compared with `tests/golden/api.rs`.

use std::{env, fs, path::Path};

#[path = "../codegen/mod.rs"]
mod codegen;

/// Makes every change of the generated code visible, in a review as well.
#[test]
fn the_bindings_of_the_crates_own_spec_are_the_golden_copy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let golden = root.join("tests/golden/api.rs");
    let spec = fs::read_to_string(root.join("spec/openapi.yaml")).expect("the spec is there");
    let code = codegen::generate(&spec).expect("the spec has no mistakes");
    if env::var_os("GOLDEN").is_some_and(|value| value == "renew") {
        fs::write(&golden, &code).expect("the golden copy can be written");
    }
    let copy = fs::read_to_string(&golden).unwrap_or_default();
    if let Some(difference) = first_difference(&copy, &code) {
        panic!(
            "the generated code is not `tests/golden/api.rs` any more:\n{difference}\n\
             If that is meant, renew the copy and review its diff:\n\
             GOLDEN=renew cargo test --test codegen golden"
        );
    }
}

/// Returns the first lines that differ, `-` for the copy's and `+` for the generated, with the
/// lines before them.
fn first_difference(copy: &str, code: &str) -> Option<String> {
    const BEFORE: usize = 3;
    const SHOWN: usize = 5;
    let (copy, code): (Vec<_>, Vec<_>) = (copy.lines().collect(), code.lines().collect());
    let same = copy.iter().zip(&code).take_while(|(a, b)| a == b).count();
    if same == copy.len() && same == code.len() {
        return None;
    }
    let mut shown = vec![format!("line {}:", same + 1)];
    let context = &copy[same.saturating_sub(BEFORE)..same];
    shown.extend(context.iter().map(|line| format!("  {line}")));
    for (sign, lines) in [('-', &copy), ('+', &code)] {
        let differing = lines[same..].iter().take(SHOWN);
        shown.extend(differing.map(|line| format!("{sign} {line}")));
    }
    Some(shown.join("\n"))
}

/// A spec with these paths and schemas.
fn spec(paths: &str, schemas: &str) -> String {
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

/// The code, with all white space folded, so that how it is broken into lines doesn't matter.
fn generate(paths: &str, schemas: &str) -> String {
    let spec = spec(paths, schemas);
    match codegen::generate(&spec) {
        Ok(code) => {
            syn::parse_file(&code).expect("it is Rust");
            code.split_whitespace().collect::<Vec<_>>().join(" ")
        }
        Err(problems) => panic!("{problems:?} in\n{spec}"),
    }
}

/// The mistakes that are found, one a line.
fn mistakes(yaml: &str) -> String {
    match codegen::generate(yaml) {
        Ok(_) => panic!("there should be a mistake in\n{yaml}"),
        Err(problems) => problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

#[track_caller]
fn assert_has(code: &str, expected: &str) {
    assert!(code.contains(expected), "{expected:?} is not in\n{code}");
}

const GET: &str = "
/things:
  get:
    operationId: list_things
    summary: List things
    externalDocs: {url: 'https://example.com/list'}
    responses:
      2XX: {description: Things, content: {application/json: {schema: {$ref: '#/components/schemas/ThingPage'}}}}
      4XX: {description: No, content: {application/json: {schema: {$ref: '#/components/schemas/ErrorBody'}}}}
";

const THINGS: &str = "
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

#[test]
fn an_operation_becomes_a_method_and_a_row() {
    let code = generate(GET, THINGS);
    assert_has(
        &code,
        "pub fn list_things(&self) -> builder::ListThings<'_>",
    );
    assert_has(&code, "Documented at <https://example.com/list>.");
    assert_has(
        &code,
        "crate::transport::Operation { id: \"list_things\", \
         retry: crate::transport::RetryClass::Safe, bounds: &[], range: ::std::option::Option::None, replies: true, }",
    );
    assert!(!code.contains("\"api-version\""), "{code}");
    // The decoder is ours everywhere, and there is one way to make a client.
    assert!(!code.contains("ResponseValue::from_response"), "{code}");
    // Nothing goes round the transport.
    assert!(!code.contains(".exec("), "{code}");
    assert!(code.contains("crate::transport::send("), "{code}");
    assert!(!code.contains(".unwrap()"), "{code}");
    assert_has(&code, "pub(crate) fn new_with_client(");
}

#[test]
fn retry_classes_come_from_the_operation() {
    for (class, variant) in [
        ("safe", "Safe"),
        ("reconcile", "Reconcile"),
        ("never", "Never"),
    ] {
        let paths = GET.replace("  get:", &format!("  post:\n    x-retry: {class}"));
        let code = generate(&paths, THINGS);
        assert_has(
            &code,
            &format!("retry: crate::transport::RetryClass::{variant}"),
        );
    }
}

#[test]
fn an_enum_is_open() {
    let schemas = format!(
        "{THINGS}\nColour: {{type: string, description: A colour., enum: [red, dark_blue, unknown]}}"
    );
    let code = generate(GET, &schemas);
    assert_has(&code, "#[non_exhaustive] pub enum Colour {");
    assert_has(
        &code,
        "Red, ///`dark_blue` DarkBlue, /// A value that the spec doesn't name, verbatim.",
    );
    assert_has(&code, "Unknown(::std::string::String),");
    assert!(!code.contains("is_terminal"), "{code}");
}

#[test]
fn terminal_values_give_is_terminal() {
    let schemas = format!(
        "{THINGS}\nState: {{type: string, enum: [on, off, broken], x-terminal: [off, broken]}}"
    );
    let code = generate(GET, &schemas);
    assert_has(
        &code,
        "Self::Off => true, Self::Broken => true, _ => false,",
    );
}

#[test]
fn inline_enums_are_open_too() {
    let schemas = THINGS.replace(
        "    id: {type: string, format: uuid}",
        "    id: {type: string, format: uuid}\n    kind: {type: string, enum: [a, b], x-aliases: [type]}",
    );
    let paths = GET.replace(
        "    responses:",
        "    parameters: [{name: sort, in: query, schema: {type: string, enum: [up, down]}}]\n    responses:",
    );
    let code = generate(&paths, &schemas);
    assert_has(
        &code,
        "pub kind: ::std::option::Option<crate::api::types::ThingKind>",
    );
    assert_has(&code, "pub enum ThingKind {");
    assert_has(&code, "pub enum ListThingsSort {");
    assert_has(&code, "#[serde(rename = \"type\")] alias_1_0");
}

#[test]
fn inline_replies_get_a_name() {
    let paths = GET.replace(
        "{$ref: '#/components/schemas/ThingPage'}",
        "{type: object, properties: {total: {type: integer}}}",
    );
    assert_has(&generate(&paths, THINGS), "pub struct ListThingsResponse {");
}

#[test]
fn aliases_are_decoded_by_rank() {
    let schemas = THINGS.replace(
        "{type: array, items",
        "{type: array, x-aliases: [things, list], items",
    );
    let code = generate(GET, &schemas);
    assert_has(&code, "impl<'de> ::serde::Deserialize<'de> for ThingPage");
    assert_has(
        &code,
        "crate::transport::first_named( wire.data, [(\"things\", wire.alias_0_0), (\"list\", wire.alias_0_1)], \
         None, ) .required(\"data\")?",
    );
}

const PAGED: &str = "
    x-paginated: {items: data, next: next, cursor: cursor, limit: limit}
    parameters:
      - {name: cursor, in: query, schema: {type: string}}
      - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 50}}
";

fn paged() -> String {
    GET.replace(
        "    responses:",
        &format!("{}\n    responses:", PAGED.trim_matches('\n')),
    )
}

#[test]
fn a_paged_list_becomes_a_stream() {
    let code = generate(&paged(), THINGS);
    assert_has(
        &code,
        "impl<'a> crate::pages::Paged for ListThings<'a> { type Body = types::ThingPage;",
    );
    assert_has(
        &code,
        "crate::pages::Source::new( \"list_things\", ::std::option::Option::Some(50u32),",
    );
    assert_has(&code, "const ITEMS: &'static [&'static str] = &[\"data\"];");
    assert_has(
        &code,
        "impl crate::pages::PageBody for ThingPage { type Item = Thing;",
    );
    assert_has(&code, "has_more: ::std::option::Option::None,");
    assert_has(
        &code,
        "Bound { parameter: \"limit\", range: 1i64..=50i64, }",
    );
    // The bound is checked by the transport, so that any number is taken here.
    assert_has(&code, "limit: Result<Option<u32>, String>");
}

#[test]
fn a_list_that_comes_whole_is_a_stream_too() {
    let paths = GET.replace(
        "    responses:",
        "    x-paginated: {items: data}\n    responses:",
    );
    let code = generate(&paths, THINGS);
    assert_has(
        &code,
        "return Err( crate::pages::comes_whole(\"list_things\", &cursor), );",
    );
    assert_has(&code, "next: ::std::option::Option::None,");
}

#[test]
fn a_list_with_a_range_can_be_exported() {
    let parameters = "
      - {name: since, in: query, schema: {type: string, format: date-time}}
      - {name: until, in: query, schema: {type: string, format: date-time}}
";
    let paths = paged()
        .replace(
            "limit: limit}",
            "limit: limit, range: {after: since, before: until, time: madeAt}}",
        )
        .replace(
            "    responses:",
            &format!("{}\n    responses:", parameters.trim_matches('\n')),
        );
    let schemas = THINGS
        .replace("required: [id]", "required: [id, madeAt]")
        .replace(
            "    id: {type: string, format: uuid}",
            "    id: {type: string, format: uuid}\n    madeAt: {type: string, format: date-time}",
        );
    let code = generate(&paths, &schemas);
    assert_has(&code, "impl<'a> crate::pages::Ranged for ListThings<'a>");
    assert_has(
        &code,
        "if let Some(time) = ask.until { list = list.until(time); }",
    );
    assert_has(&code, "item.made_at");
    assert_has(
        &code,
        "range: ::std::option::Option::Some((\"since\", \"until\"))",
    );
    // Two places of one list are in the same list.
    assert_has(
        &code,
        "crate::pages::Filters::new([ (\"since\", crate::pages::filter(&self.since)), (\"until\", \
         crate::pages::filter(&self.until)), ])",
    );
}

#[test]
fn a_list_in_the_query_takes_values_of_its_type() {
    let parameters = "
    parameters:
      - {name: kind, in: query, explode: false, schema: {type: array, items: {$ref: '#/components/schemas/Kind'}}}
      - {name: tags, in: query, style: form, explode: false, schema: {type: array, items: {type: string}}}
";
    let paths = GET.replace(
        "    responses:",
        &format!("{}\n    responses:", parameters.trim_matches('\n')),
    );
    let schemas = format!("{THINGS}Kind: {{type: string, enum: [small, large]}}\n");
    let code = generate(&paths, &schemas);
    assert_has(
        &code,
        "pub fn kind<V>(mut self, values: V) -> Self where V: ::std::iter::IntoIterator<Item = types::Kind>,",
    );
    assert_has(
        &code,
        "self.tags = crate::transport::comma_joined(\"list_things\", \"tags\", values) .map(Some);",
    );
    assert_has(&code, "QueryParam::new(\"kind\", &kind)");
}

#[test]
fn a_form_becomes_a_builder() {
    let paths = "
/things/{thing_id}/scan:
  post:
    operationId: scan_thing
    x-retry: never
    parameters:
      - {name: thing_id, in: path, required: true, schema: {type: string, format: uuid}}
      - {name: fast, in: query, schema: {type: boolean}}
    requestBody:
      content:
        multipart/form-data:
          schema:
            type: object
            properties:
              note: {type: string}
              pages: {type: array, items: {type: string, format: binary}}
              options: {type: object}
    responses:
      2XX: {description: Thing, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      4XX: {description: No, content: {application/json: {schema: {$ref: '#/components/schemas/ErrorBody'}}}}
";
    let code = generate(paths, THINGS);
    assert_has(&code, "pub fn scan_thing(&self) -> builder::ScanThing<'_>");
    assert_has(&code, "self.form.text(\"note\", value.to_string());");
    assert_has(&code, "self.form.file(\"pages\", upload.into());");
    assert_has(&code, "self.form.json(\"options\", &value);");
    assert_has(&code, "path_segment(& thing_id)");
    assert_has(&code, "query.extend(fast.map(|it| (\"fast\", it)));");
    // No type is left over from the form's schema.
    assert!(!code.contains("ScanThingBody"), "{code}");
}

#[test]
fn a_form_beside_json_gets_a_name_of_its_own() {
    let paths = GET
        .replace("  get:", "  post:\n    x-retry: never")
        .replace(
            "    responses:",
            "    requestBody:
      content:
        application/json: {schema: {$ref: '#/components/schemas/Thing'}}
        multipart/form-data: {schema: {$ref: '#/components/schemas/ThingForm'}}
    responses:",
        );
    let schemas = format!(
        "{THINGS}\nThingForm: {{type: object, properties: {{file: {{type: string, format: binary}}}}}}"
    );
    let code = generate(&paths, &schemas);
    assert_has(
        &code,
        "pub fn list_things(&self) -> builder::ListThings<'_>",
    );
    assert_has(
        &code,
        "pub fn list_things_multipart(&self) -> builder::ListThingsMultipart<'_>",
    );
    assert!(!code.contains("ThingForm"), "{code}");
}

#[test]
fn only_what_is_sent_has_a_builder() {
    let paths = GET.replace("  get:", "  post:\n    x-retry: never").replace(
        "    responses:",
        "    requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
    responses:",
    );
    let schemas = format!(
        "{THINGS}
Order: {{type: object, properties: {{lines: {{type: array, items: {{$ref: '#/components/schemas/Line'}}}}}}}}
Line: {{type: object, properties: {{thing: {{type: string}}}}}}"
    );
    let code = generate(&paths, &schemas);
    for name in ["Order", "Line"] {
        assert_has(&code, &format!("pub fn builder() -> builder::{name}"));
        assert_has(
            &code,
            &format!("impl ::std::convert::TryFrom<{name}> for super::{name}"),
        );
    }
    for name in ["Thing", "ThingPage", "ErrorBody"] {
        assert_has(&code, &format!("pub struct {name} {{"));
        assert!(!code.contains(&format!("builder::{name}")), "{name}");
        assert!(!code.contains(&format!("super::{name} {{")), "{name}");
    }
}

#[test]
fn unknown_fields_are_kept_where_the_spec_says_so() {
    let schemas = THINGS.replace(
        "Thing:\n  type: object",
        "Thing:\n  type: object\n  additionalProperties: {}",
    );
    let paths = GET.replace("  get:", "  post:\n    x-retry: never").replace(
        "    responses:",
        "    requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
    responses:",
    );
    let code = generate(&paths, &schemas);
    assert_has(&code, "#[serde(flatten)] pub extra: ::serde_json::Map<");
    // A builder needn't be told that there are none.
    assert_has(&code, "extra: Ok(Default::default())");
}

/// Each mistake: what is changed in a good spec, and what the build must say.
#[test]
fn every_mistake_is_named_with_its_place_and_what_to_write() {
    let good = spec(&paged(), THINGS);
    assert!(codegen::generate(&good).is_ok());
    let post = "  post:\n      x-retry: never\n";
    for (find, replace, expected) in [
        (
            "operationId: list_things",
            "deprecated: true",
            "paths./things.get: has no operation id; add `operationId:`",
        ),
        (
            "operationId: list_things",
            "operationId: ListThings",
            "paths./things.get.operationId: `ListThings` must be snake_case",
        ),
        (
            "  get:",
            "  post:",
            "paths./things.post: says not whether it may be repeated; add `x-retry:` with `safe`",
        ),
        (
            "  get:",
            "  post:\n      x-retry: sometimes",
            "paths./things.post.x-retry: \"sometimes\" is unknown; write `safe`",
        ),
        (
            "operationId: list_things",
            "operationId: list_things\n      x-retries: 5",
            "paths./things.get.x-retries: this extension is unknown here; known are x-retry, x-paginated",
        ),
        (
            "  get:",
            &format!(
                "{post}      requestBody: {{content: {{application/xml: {{schema: {{type: string}}}}}}}}"
            ),
            "paths./things.post.requestBody.content.application/xml: this media type is not supported; use one of \
             application/json, multipart/form-data",
        ),
        (
            "  get:",
            &format!(
                "{post}      requestBody: {{content: {{application/json: {{schema: {{type: object}}}}, text/plain: \
                 {{schema: {{type: string}}}}}}}}"
            ),
            "only application/json and multipart/form-data can stand side by side",
        ),
        (
            "  get:",
            &format!(
                "{post}      requestBody: {{content: {{multipart/form-data: {{schema: {{type: object}}}}}}}}"
            ),
            "multipart/form-data.schema: must be an object whose properties are the parts of the form",
        ),
        (
            "4XX:",
            "default:",
            "paths./things.get.responses.default: a `default` response counts as success too; write `4XX` and `5XX`",
        ),
        (
            "2XX:",
            "3XX:",
            "paths./things.get.responses: there is no success; add `2XX`",
        ),
        (
            "'#/components/schemas/ErrorBody'",
            "'#/components/schemas/Oops'",
            "paths./things.get.responses.4XX.content.application/json.schema: the reference \
             `#/components/schemas/Oops` points at nothing",
        ),
        (
            "4XX: {description: No,",
            "5XX: {description: No, content: {application/json: {schema: {type: string}}}}\n        4XX: {description: No,",
            "paths./things.get.responses: every error must have the schema `#/components/schemas/ErrorBody`",
        ),
        (
            "2XX: {description: Things, content: {application/json",
            "2XX: {description: Things, content: {text/html",
            "paths./things.get.responses.2XX.text/html: this media type is not supported in a response",
        ),
        (
            "items: data,",
            "items: things,",
            "paths./things.get.x-paginated.items: the reply has no array `things`; name the property",
        ),
        (
            "{type: array, items:",
            "{type: array, nullable: true, items:",
            "paths./things.get.x-paginated.items: the reply has no array `data`",
        ),
        (
            "next: next,",
            "next: after,",
            "paths./things.get.x-paginated.next: the reply has no string `after`",
        ),
        (
            "cursor: cursor,",
            "cursor: page,",
            "paths./things.get.x-paginated.cursor: there is no query parameter `page`",
        ),
        (
            "next: next, ",
            "",
            "paths./things.get.x-paginated: `next` is missing",
        ),
        (
            "limit: limit}",
            "limit: limit, range: {after: cursor, before: until, time: id}}",
            "paths./things.get.x-paginated.range.after: there is no point in time `cursor` in the query",
        ),
        (
            "limit: limit}",
            "limit: limit, range: {after: cursor, before: until, time: id}}",
            "paths./things.get.x-paginated.range.time: the items have no required point in time `id`",
        ),
        (
            "next: next, cursor: cursor, limit: limit}",
            "range: {since: cursor}}",
            "paths./things.get.x-paginated.range.since: is unknown; the keys are `after`, `before` and `time`",
        ),
        (
            "next: next, cursor: cursor, limit: limit}",
            "range: {since: cursor}}",
            "paths./things.get.x-paginated.range: a list that comes whole has nothing to divide",
        ),
        (
            "{name: cursor, in: query, schema: {type: string}}",
            "{name: cursor, in: query, schema: {type: array, items: {type: string}}}",
            "paths./things.get.parameters.cursor: a list is supported only comma-joined in the query; write",
        ),
        (
            "{name: cursor, in: query, schema: {type: string}}",
            "{name: cursor, in: query, explode: false, schema: {type: array, items: {type: integer}}}",
            "paths./things.get.parameters.cursor.schema.items: only lists of strings are supported here",
        ),
        (
            "limit: limit}",
            "size: limit}",
            "paths./things.get.x-paginated.size: is unknown; the keys are `items`",
        ),
        (
            "{type: array, items:",
            "{type: array, x-aliases: things, items:",
            "components.schemas.ThingPage.properties.data.x-aliases: must be a list of names",
        ),
        (
            "id: {type: string, format: uuid}",
            "id: {type: string, enum: [a], x-terminal: [b]}",
            "components.schemas.Thing.properties.id.x-terminal: \"b\" is not a value of the enum",
        ),
        (
            "id: {type: string, format: uuid}",
            "id: {type: string, x-terminal: [b]}",
            "components.schemas.Thing.properties.id.x-terminal: must be a list of values of the enum",
        ),
        (
            "id: {type: string, format: uuid}",
            "id: {type: integer, enum: [1, 2]}",
            "components.schemas.Thing.properties.id: only enums of strings are supported",
        ),
        (
            "id: {type: string, format: uuid}",
            "id: {type: string, enum: [a-b, a_b]}",
            "components.schemas.Thing.properties.id.enum: `a_b` can't become the name of a variant of its own; leave it out",
        ),
        (
            "id: {type: string, format: uuid}",
            "id: {type: string, enum: [a], nullable: true}",
            "components.schemas.Thing.properties.id: an enum can't be nullable; leave its property out of `required`",
        ),
        (
            "id: {type: string, format: uuid}",
            "id: {anyOf: [{type: string, enum: [a]}, {type: integer}]}",
            "components.schemas.Thing.properties.id.anyOf.0: an enum here would not be open; give it a name",
        ),
        (
            "id: {type: string, format: uuid}",
            "id: {type: string}\n        extra: {type: string}\n      additionalProperties: {}",
            "components.schemas.Thing.properties.extra: this name is taken by what `additionalProperties` keeps",
        ),
        (
            "{type: array, items: {$ref: '#/components/schemas/Thing'}}",
            "{type: array, items: {type: object, properties: {a: {type: string, enum: [b], x-terminal: [c]}}}}",
            "components.schemas.ThingPage.properties.data.items.properties.a.x-terminal: \"c\" is not a value",
        ),
        (
            "  get:",
            &format!(
                "{post}      requestBody: {{content: {{multipart/form-data: {{schema: {{type: object, properties: \
                      {{send: {{type: string}}}}}}}}}}}}"
            ),
            "multipart/form-data.schema.properties.send: this name is taken by a method or parameter",
        ),
        (
            "  get:",
            &format!(
                "{post}      requestBody: {{content: {{multipart/form-data: {{encoding: {{}}, schema: {{type: object, \
                      properties: {{a: {{type: string}}}}}}}}}}}}"
            ),
            "multipart/form-data: `encoding` is not supported; remove it",
        ),
        (
            "    Thing:\n",
            "    thing:\n",
            "the reference `#/components/schemas/Thing` points at nothing",
        ),
        (
            "openapi: 3.0.3",
            "openapi: 3.1.0",
            "openapi: must be a 3.0 version, found \"3.1.0\"; write `openapi: 3.0.3`",
        ),
        ("paths:\n", "paths: [\n", "the file: isn't valid YAML: "),
        (
            "in: query",
            "in: nowhere",
            "paths./things.get: isn't a valid operation: ",
        ),
    ] {
        let bad = good.replace(find, replace);
        assert_ne!(bad, good, "{find} is not in the spec");
        let found = mistakes(&bad);
        assert!(found.contains(expected), "{expected:?} is not in:\n{found}");
        assert!(!found.contains("panicked"), "{found}");
    }
}

/// What a spec may hold without anybody having thought of it: it must build, or be refused in
/// words.
#[test]
fn unusual_names_and_shapes_become_rust() {
    let schemas = THINGS.replace(
        "    id: {type: string, format: uuid}",
        "    id: {type: string, format: uuid}
    pageSize: {type: integer, x-aliases: [page-size, type]}
    type: {type: string, pattern: '^[a-z]+$', maxLength: 5}
    state: {type: string, enum: [in-progress, 2fa, self, TF]}
    nested: {type: object, properties: {nextStep: {type: string, x-aliases: [next]}, kind: {type: string, enum: [a]}}}
    tags: {type: array, items: {type: string, enum: [x, y]}}
    either: {oneOf: [{type: string}, {type: integer}]}",
    );
    let code = generate(GET, &schemas);
    for expected in [
        "#[serde(rename = \"pageSize\")] page_size: ::std::option::Option<",
        "pub enum ThingState { ///`in-progress` InProgress, ///`2fa` V2fa, ///`self` Self_, ///`TF` Tf,",
        "impl<'de> ::serde::Deserialize<'de> for ThingNested",
        "pub enum ThingNestedKind {",
        "pub tags: ::std::vec::Vec<crate::api::types::ThingTagsItem>",
        "pub type_: ::std::option::Option<::std::string::String>",
    ] {
        assert_has(&code, expected);
    }

    let form = "
/things/{thing-id}/scan:
  parameters:
    - {name: thing-id, in: path, required: true, schema: {type: string, format: uuid}}
    - {name: sortBy, in: query, schema: {type: string, enum: [up, down]}}
  post:
    operationId: scan_thing
    x-retry: never
    requestBody: {content: {multipart/form-data: {schema: {type: object, properties: {
      type: {type: string}, file-name: {type: string, format: binary}}}}}}
    responses: {2XX: {description: Done}}
";
    let code = generate(form, THINGS);
    for expected in [
        "pub fn type_(mut self",
        "self.form.file(\"file-name\", upload.into());",
        "query.extend(sort_by.map(|it| (\"sortBy\", it)));",
        "path_segment(& thing_id)",
        "Result<ResponseValue<()>, Error<()>>",
        "replies: false",
    ] {
        assert_has(&code, expected);
    }
}

#[test]
fn a_mistake_in_yaml_names_its_line() {
    let found = mistakes("openapi: 3.0.3\ninfo:\n  title: \"open\n");
    assert!(found.contains("line"), "{found}");
    assert_eq!(found.lines().count(), 1, "{found}");
}

#[test]
fn the_same_id_twice_is_a_mistake() {
    let paths = format!("{GET}{}", GET.replace("/things:", "/stuff:"));
    let found = mistakes(&spec(&paths, THINGS));
    assert_has(
        &found,
        "`list_things` is the id of another operation too; choose another",
    );
}

#[test]
fn several_mistakes_are_named_at_once() {
    let bad = spec(
        &GET.replace("  get:", "  post:").replace("4XX:", "default:"),
        THINGS,
    );
    assert_eq!(mistakes(&bad).lines().count(), 2);
}

#[test]
fn what_only_progenitor_finds_is_a_message_too() {
    // A header parameter of a style that it doesn't take.
    let paths = GET.replace(
        "    responses:",
        "    parameters: [{name: q, in: query, style: deepObject, schema: {type: string}}]\n    responses:",
    );
    let found = mistakes(&spec(&paths, THINGS));
    assert_has(&found, "the spec: can't be turned into a client: ");
}
