//! What each construct of a spec becomes.

use crate::fixtures::{GET, THINGS, assert_has, generate, paged};

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
        "pub(crate) static LIST_THINGS: crate::binding::Operation = crate::binding::Operation { \
         id: \"list_things\", method: ::http::Method::GET, path: \"/things\", \
         span: crate::binding::call_span!(\"list_things\"), \
         retry: crate::binding::RetryClass::Safe, query: &[], fields: &[], bounds: &[], range: ::std::option::Option::None, reply: crate::binding::Reply::Container, accept: \"application/json\", \
         key: crate::binding::KeyPlace::Bearer, };",
    );
    assert!(!code.contains("\"api-version\""), "{code}");
    // The decoder is the crate's everywhere, and there is one way to make a client.
    assert!(!code.contains("ResponseValue::from_response"), "{code}");
    // Nothing bypasses the transport.
    assert!(!code.contains(".exec("), "{code}");
    assert_has(
        &code,
        "crate::binding::Request::new( self.client.transport(), &super::operations::LIST_THINGS, )",
    );
    assert!(!code.contains(".unwrap()"), "{code}");
    assert_has(
        &code,
        "pub struct Client { pub(crate) inner: crate::client::Shared, }",
    );
}

/// An extra parameter or field of the same name is refused by them.
#[test]
fn a_row_names_the_query_and_the_properties_of_all_bodies() {
    let paths = "
/things/{id}:
  parameters:
    - {name: id, in: path, required: true, schema: {type: string}}
    - {name: view, in: query, schema: {type: string}}
  post:
    operationId: change_thing
    x-retry: safe
    parameters:
      - {name: limit, in: query, schema: {type: integer}}
    requestBody:
      content:
        application/json: {schema: {$ref: '#/components/schemas/Change'}}
        multipart/form-data: {schema: {type: object, properties: {
          name: {type: string}, file: {type: string, format: binary}}}}
    responses:
      2XX: {description: Thing, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      4XX: {description: No, content: {application/json: {schema: {$ref: '#/components/schemas/ErrorBody'}}}}
";
    let schemas = format!(
        "{THINGS}\nChange: {{type: object, properties: {{name: {{type: string}}, colour: {{type: string}}}}}}"
    );
    let code = generate(paths, &schemas);
    assert_has(
        &code,
        "query: &[\"limit\", \"view\"], fields: &[\"colour\", \"file\", \"name\"],",
    );
}

#[test]
fn retry_classes_come_from_the_operation() {
    for (class, variant) in [
        ("safe", "Safe"),
        ("reconcile", "Reconcile"),
        ("never", "Never"),
    ] {
        let paths = GET.replace("  get:", &format!("  post:\n    x-retry: {class}"));
        // No other is reconciled.
        let paths = paths.replace("list_things", "run_agent");
        let code = generate(&paths, THINGS);
        assert_has(
            &code,
            &format!("retry: crate::binding::RetryClass::{variant}"),
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
    assert_has(&code, "pub kind: ::std::option::Option<ThingKind>");
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
        "crate::binding::first_named( wire.data, [(\"things\", wire.alias_0_0), (\"list\", wire.alias_0_1)], \
         None, ) .required(\"data\")?",
    );
}

#[test]
fn pages_become_a_stream() {
    let code = generate(&paged(), THINGS);
    assert_has(
        &code,
        "impl<'a> crate::binding::Paged for ListThings<'a> { type Body = types::ThingPage;",
    );
    assert_has(
        &code,
        "crate::binding::Source::new( \"list_things\", ::std::option::Option::Some(50u32),",
    );
    assert_has(
        &code,
        "const ITEMS: &'static [&'static [&'static str]] = &[&[\"data\"]];",
    );
    assert_has(
        &code,
        "impl crate::binding::PageBody for ThingPage { type Item = Thing;",
    );
    assert_has(&code, "has_more: ::std::option::Option::None,");
    assert_has(
        &code,
        "Bound { parameter: \"limit\", range: 1i64..=50i64, }",
    );
    // The bound is checked when the request is sent: any number is taken here.
    assert_has(
        &code,
        "limit: crate::binding::Argument<::std::option::Option<u64>>",
    );
}

#[test]
fn a_reply_that_holds_everything_is_a_stream_too() {
    let paths = GET.replace(
        "    responses:",
        "    x-paginated: {items: data}\n    responses:",
    );
    let code = generate(&paths, THINGS);
    assert_has(
        &code,
        "return Err( crate::binding::comes_whole(\"list_things\", &cursor), );",
    );
    assert_has(&code, "next: ::std::option::Option::None,");
}

#[test]
fn pages_with_a_range_can_be_exported() {
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
    assert_has(&code, "impl<'a> crate::binding::Ranged for ListThings<'a>");
    assert_has(
        &code,
        "if let Some(time) = ask.until { list = list.until(time); }",
    );
    assert_has(&code, "item.made_at");
    assert_has(
        &code,
        "range: ::std::option::Option::Some((\"since\", \"until\"))",
    );
    // Two requests for pages of the same items have the same filters.
    assert_has(
        &code,
        "crate::binding::Filters::new( self.client.transport(), [ (\"since\", crate::binding::filter(&self.since)), (\"until\", \
         crate::binding::filter(&self.until)), ], )",
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
        "pub fn kind<How>( mut self, values: impl crate::binding::OneOrMany<types::Kind, How>, ) -> Self",
    );
    assert_has(
        &code,
        "self.tags = crate::binding::list( \"tags\", crate::binding::ListStyle::Joined(','), values.into_values(), ) .map(Some);",
    );
    assert_has(
        &code,
        ".query_list(\"kind\", crate::binding::ListStyle::Joined(','), self.kind)",
    );
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
    assert_has(
        &code,
        "self.form.set_text(\"note\", ::std::option::Option::None, value);",
    );
    assert_has(
        &code,
        "self.form.add_file(\"pages\", ::std::option::Option::None, upload.into());",
    );
    assert_has(
        &code,
        "self.form.set_json(\"options\", ::std::option::Option::None, value);",
    );
    assert_has(&code, ".path(\"thing_id\", self.thing_id)");
    assert_has(&code, ".query(\"fast\", self.fast)");
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
    assert_has(&code, "extra: Ok(::std::default::Default::default())");
}

/// What an unusual spec may hold must build, or be refused in words.
#[test]
fn unusual_names_and_shapes_become_rust() {
    let schemas = THINGS.replace(
        "    id: {type: string, format: uuid}",
        "    id: {type: string, format: uuid}
    pageSize: {type: integer, x-aliases: [page-size, size]}
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
        "pub tags: ::std::vec::Vec<ThingTagsItem>",
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
        "pub fn type_<V>(mut self",
        "self.form.set_file(\"file-name\", ::std::option::Option::None, upload.into());",
        ".query(\"sortBy\", self.sort_by)",
        ".path(\"thing-id\", self.thing_id)",
        "call_span!(\"scan_thing\", \"thing-id\")",
        "::std::result::Result<crate::Response<()>, crate::Error>",
        "reply: crate::binding::Reply::Nothing",
    ] {
        assert_has(&code, expected);
    }
}

#[test]
fn every_kind_of_request_is_recognised() {
    let with = |body: &str| {
        format!(
            "
/{{kind}}/{{things-id}}:
  parameters: [{{name: kind, in: path, required: true, schema: {{type: string}}}}]
  put:
    operationId: put_thing
    x-retry: safe
    parameters:
      - {{name: things-id, in: path, required: true, schema: {{type: string, format: uuid}}}}
      - {{name: X-Trace, in: header, schema: {{type: string}}}}
      - {{name: response, in: query, required: true, schema: {{type: boolean}}}}
      - {{name: client, in: query, schema: {{type: string}}}}
    {body}
    responses: {{2XX: {{description: Done}}}}
"
        )
    };
    let body = |media_type: &str, schema: &str| {
        with(&format!(
            "requestBody: {{content: {{{media_type}: {{schema: {schema}}}}}}}"
        ))
    };
    for paths in [
        with(""),
        body("application/json", "{type: array, items: {type: integer}}"),
        body(
            "application/json",
            "{type: object, required: [extra], properties: {extra: {type: string}}}",
        ),
        body(
            "application/x-www-form-urlencoded",
            "{type: object, properties: {a: {type: string}}}",
        ),
        body("application/octet-stream", "{type: string, format: binary}"),
        body("text/plain", "{type: string}"),
    ] {
        let code = generate(&paths, THINGS);
        assert_has(&code, "ArgumentError::missing(\"response\")");
        assert_has(&code, ".header(\"X-Trace\", self.x_trace)");
        assert_has(&code, "Request::new( self._client.transport(),");
    }
}

/// Where a reply keeps what the spec doesn't name, nothing that may be left out fails it.
#[test]
fn a_value_of_another_kind_is_kept_where_a_reply_is_open() {
    let schemas = THINGS.replace(
        "    id: {type: string, format: uuid}",
        "    id: {type: string, format: uuid}\n    size: {type: integer}\n    parts: {type: array, items: {}}\n    \
         any: {description: Any JSON.}\n  additionalProperties: {}",
    );
    let code = generate(GET, &schemas);
    assert_has(&code, "impl<'de> ::serde::Deserialize<'de> for Thing {");
    for (name, end) in [
        ("size", ".optional();"),
        ("parts", ".optional().unwrap_or_default();"),
    ] {
        let found = code.split("let ").find(|part| part.starts_with(name));
        let found = found.unwrap_or_else(|| panic!("{name} isn't chosen in {code}"));
        let found: String = found.split_whitespace().collect();
        assert!(
            found.contains(&format!("None,[(\"{name}\",wire.")),
            "{found}"
        );
        assert!(found.contains("Some(&mutwire.extra)"), "{found}");
        assert!(found.contains(&end.replace(' ', "")), "{found}");
    }
    assert!(!code.contains("let any ="), "{code}");
    // A request is as strict as before.
    let code = generate(
        "/things:\n  post:\n    operationId: add_thing\n    x-retry: never\n    requestBody: {content: {application/json: \
         {schema: {$ref: '#/components/schemas/Thing'}}}}\n    responses: {'2XX': {description: None.}}",
        &schemas,
    );
    assert!(!code.contains("Deserialize<'de> for Thing"), "{code}");
}

/// The schema of a form that is a reply too is a type.
#[test]
fn only_what_serves_a_form_alone_has_no_type() {
    let paths = GET
        .replace("  get:", "  post:\n    x-retry: never")
        .replace(
            "    responses:",
            "    requestBody: {content: {multipart/form-data: {schema: {$ref: '#/components/schemas/Thing'}}}}
    responses:",
        );
    assert_has(&generate(&paths, THINGS), "pub struct Thing {");
    let schemas = format!("{THINGS}\nParts: {{type: object, properties: {{a: {{type: string}}}}}}");
    let paths = paths.replace("schemas/Thing'}}}}", "schemas/Parts'}}}}");
    assert!(!generate(&paths, &schemas).contains("struct Parts"));
}
