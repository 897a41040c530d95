//! The mistakes of a spec: each is reported with its place and with what to write instead.

use crate::{
    codegen,
    fixtures::{GET, THINGS, assert_has, mistakes, paged, spec},
};

/// Each case: what is replaced in a good spec, by what, and what the build must say.
#[track_caller]
fn assert_named(cases: &[(&str, &str, &str)]) {
    let good = spec(&paged(), THINGS);
    assert!(codegen::generate(&good, &[]).is_ok());
    for (find, replace, expected) in cases {
        let bad = good.replace(find, replace);
        assert_ne!(bad, good, "{find} is not in the spec");
        let found = mistakes(&bad);
        assert!(found.contains(expected), "{expected:?} is not in:\n{found}");
        assert!(!found.contains("panicked"), "{found}");
    }
}

#[test]
fn mistakes_of_operation_ids() {
    assert_named(&[
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
    ]);
}

#[test]
fn mistakes_of_retry_classes_and_other_extensions() {
    assert_named(&[
        (
            "  get:",
            "  post:",
            "paths./things.post: does not say whether it may be sent again; add `x-retry:` with `safe`",
        ),
        (
            "  get:",
            "  post:\n      x-retry: sometimes",
            "paths./things.post.x-retry: \"sometimes\" is unknown; write `safe`",
        ),
        (
            "operationId: list_things",
            "operationId: list_things\n      x-retries: 5",
            "paths./things.get.x-retries: the extension `x-retries` has no effect on an operation; did you mean `x-retry`?",
        ),
    ]);
}

#[test]
fn mistakes_of_pages() {
    assert_named(&[
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
            "paths./things.get.x-paginated.next: the reply has no text or number `after`",
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
            "size: limit}",
            "paths./things.get.x-paginated.size: is unknown; the keys are `items`",
        ),
    ]);
}

#[test]
fn mistakes_of_ranges_of_pages() {
    assert_named(&[
        (
            "limit: limit}",
            "limit: limit, range: {after: cursor, before: until, time: id}}",
            "paths./things.get.x-paginated.range.after: the query has no `cursor` of the format `date-time`",
        ),
        (
            "limit: limit}",
            "limit: limit, range: {after: cursor, before: until, time: id}}",
            "paths./things.get.x-paginated.range.time: the items have no required `id` of the format `date-time`",
        ),
        (
            "next: next, cursor: cursor, limit: limit}",
            "range: {since: cursor}}",
            "paths./things.get.x-paginated.range.since: is unknown; the keys are `after`, `before` and `time`",
        ),
        (
            "next: next, cursor: cursor, limit: limit}",
            "range: {since: cursor}}",
            "paths./things.get.x-paginated.range: there are no pages to divide where one reply holds everything",
        ),
    ]);
}

#[test]
fn mistakes_of_aliases() {
    assert_named(&[(
        "{type: array, items:",
        "{type: array, x-aliases: things, items:",
        "components.schemas.ThingPage.properties.data.x-aliases: must be a list of names",
    )]);
}

#[test]
fn mistakes_of_enums() {
    assert_named(&[
        (
            "id: {type: string, format: uuid}",
            "id: {type: number, enum: [1, 2]}",
            "components.schemas.Thing.properties.id: only enums of strings or integers are supported; leave `enum` out",
        ),
        (
            "id: {type: string, format: uuid}",
            "id: {type: string, enum: [a-b, a_b]}",
            "components.schemas.Thing.properties.id.enum: `a_b` can't become the name of a variant of its own; name all values by `x-enum-varnames",
        ),
    ]);
}

#[test]
fn mistakes_of_terminal_values() {
    assert_named(&[
        (
            "id: {type: string, format: uuid}",
            "id: {type: string, enum: [a], x-terminal: [b]}",
            "components.schemas.Thing.properties.id.x-terminal: \"b\" is not a value of the enum",
        ),
        (
            "id: {type: string, format: uuid}",
            "id: {type: string, x-terminal: [b]}",
            "components.schemas.Thing.properties.id.x-terminal: there is no `enum` beside it",
        ),
        (
            "{type: array, items: {$ref: '#/components/schemas/Thing'}}",
            "{type: array, items: {type: object, properties: {a: {type: string, enum: [b], x-terminal: [c]}}}}",
            "components.schemas.ThingPage.properties.data.items.properties.a.x-terminal: \"c\" is not a value",
        ),
    ]);
}

#[test]
fn names_that_are_taken_are_mistakes() {
    assert_named(&[(
        "id: {type: string, format: uuid}",
        "id: {type: string}\n        extra: {type: string}\n      additionalProperties: {}",
        "components.schemas.Thing.properties.extra: this name is taken by the field for `additionalProperties`",
    )]);
}

#[test]
fn mistakes_of_the_document() {
    assert_named(&[
        (
            "    Thing:\n",
            "    thing:\n",
            "`#/components/schemas/Thing` points at nothing; did you mean `#/components/schemas/thing`?",
        ),
        (
            "openapi: 3.0.3",
            "openapi: 4.0.0",
            "openapi: must be a version 3.0 or 3.1, found \"4.0.0\"; write `openapi: 3.0.3`",
        ),
        ("paths:\n", "paths: [\n", "the file: isn't valid YAML ("),
        (
            "in: query",
            "in: nowhere",
            "`nowhere` is unknown here; write one of query, header, path, cookie",
        ),
    ]);
}

#[test]
fn a_mistake_in_yaml_names_its_line() {
    let found = mistakes("openapi: 3.0.3\ninfo:\n  title: \"open\n");
    assert_has(&found, "3:10: the file: isn't valid YAML");
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
        &GET.replace("  get:", "  post:").replace("2XX:", "default:"),
        THINGS,
    );
    assert_eq!(mistakes(&bad).lines().count(), 2);
}
