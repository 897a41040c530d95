//! How pages are read, and how the next is requested.

use crate::fixtures::{GET, THINGS, assert_has, generate, paged};

#[test]
fn what_a_page_is_read_by_is_of_its_kind_though_other_fields_may_be_of_any() {
    let paths = GET.replace(
        "    responses:",
        "    x-paginated: {items: result.rows, page: page, total: result.total}
    parameters: [{name: page, in: query, schema: {type: integer}}]
    responses:",
    );
    let schemas = THINGS.replace(
        "ThingPage:
  type: object
  required: [data]
  properties:",
        "ThingPage:
  type: object
  additionalProperties: true
  properties:
    result:
      type: object
      additionalProperties: {}
      properties:
        rows: {type: array, items: {type: integer}}
        total: {type: integer}
        took: {type: integer}
    has_more: {type: boolean}",
    );
    assert_ne!(schemas, THINGS);
    let code = generate(&paths, &schemas);
    for name in ["took", "next", "data"] {
        assert_has(&code, &format!("#[serde(rename = \"{name}\")] alias_"));
    }
    for name in ["result", "rows", "total", "has_more"] {
        let lenient = format!("#[serde(rename = \"{name}\")] alias_");
        assert!(!code.contains(&lenient), "{lenient} is in\n{code}");
    }
}

/// Else a list would end after its first page where the server leaves them out.
#[test]
fn the_end_of_a_list_has_no_default() {
    let paths = GET.replace(
        "    responses:",
        "    x-paginated: {items: data, page: page, has_more: more, total: total}
    parameters: [{name: page, in: query, schema: {type: integer}}]
    responses:",
    );
    let schemas = THINGS.replace(
        "    next: {type: string, nullable: true}",
        "    more: {type: boolean, default: false}
    total: {type: integer, default: 0}
    took: {type: integer, default: 0}",
    );
    let code = generate(&paths, &schemas);
    assert_has(&code, "pub more: ::std::option::Option<bool>");
    assert_has(&code, "pub total: ::std::option::Option<i64>");
    assert_has(&code, "pub took: i64");
}

#[test]
fn parameters_have_any_name() {
    let paths = paged().replace(
        "    responses:",
        "      - {name: advance, in: query, schema: {type: string}}
      - {name: ask, in: query, schema: {type: string}}
    responses:",
    );
    let code = generate(&paths, THINGS);
    assert_has(&code, "let _advance = crate::binding::Advance::Reply;");
    assert_has(
        &code,
        "::std::option::Option::Some(50u32), _advance, move |_ask| {",
    );
}
