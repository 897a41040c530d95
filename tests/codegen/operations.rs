//! What operations become, and the mistakes of their parameters, bodies, responses and credentials.

use std::{collections::BTreeSet, fs, path::Path};

use syn::Item;

use crate::{
    codegen::{self, check::reserved},
    fixtures::{GET, THINGS, assert_has, generate, mistakes, spec},
};

/// Returns a spec with one operation that has these lines, at this path.
fn operation(path: &str, lines: &str) -> String {
    let lines: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    let lines = if lines.contains("responses:") {
        lines
    } else {
        format!("{lines}    responses: {{2XX: {{description: Done.}}}}\n")
    };
    format!("{path}:\n  post:\n    operationId: do_it\n    x-retry: never\n{lines}")
}

fn parameters(path: &str, parameters: &[&str]) -> String {
    let list: String = parameters
        .iter()
        .map(|parameter| format!("\n- {{{parameter}}}"))
        .collect();
    operation(path, &format!("parameters:{list}"))
}

/// Each case: the paths of a spec, and what the build must say of it.
#[track_caller]
fn assert_refused(cases: &[(String, &str)]) {
    for (paths, expected) in cases {
        let found = mistakes(&spec(paths, THINGS));
        assert!(
            found.contains(expected),
            "{expected:?} is not in:\n{found}\nof\n{paths}"
        );
        assert!(!found.contains("panicked"), "{found}");
    }
}

#[test]
fn mistakes_of_the_parameters_of_a_path() {
    let refused = |list: &[&str]| parameters("/things/{id}", list);
    assert_refused(&[
        (
            refused(&[]).replace("    parameters:\n", ""),
            "paths./things/{id}.post: `{id}` in the path is no parameter; add one of this name",
        ),
        (
            refused(&["name: id, in: path, schema: {type: string}"]),
            "paths./things/{id}.post.parameters.0: a parameter of the path can't be left out; write `required: true`",
        ),
        (
            refused(&[
                "name: id, in: path, required: true, schema: {type: string}",
                "name: part, in: path, required: true, schema: {type: string}",
            ]),
            "paths./things/{id}.post.parameters.1.name: the path `/things/{id}` has no `{part}`",
        ),
        (
            refused(&["name: id, in: path, required: true, style: matrix, schema: {type: string}"]),
            "parameters.0.style: `matrix` is not supported here; write `style: simple`",
        ),
        (
            format!(
                "{}{}",
                parameters(
                    "/things/{id}",
                    &["name: id, in: path, required: true, schema: {type: string}"]
                ),
                parameters(
                    "/things/{key}",
                    &["name: key, in: path, required: true, schema: {type: string}"]
                )
                .replace("do_it", "do_other")
            ),
            "paths./things/{key}: is the same path as `/things/{id}`; write the operations of both there",
        ),
    ]);
}

#[test]
fn mistakes_of_other_parameters() {
    let refused = |parameter: &str| parameters("/things", &[parameter]);
    assert_refused(&[
        (
            refused("name: filter, in: query, style: deepObject, schema: {type: object}"),
            "parameters.0.style: objects in the query are not supported; write a parameter for each property",
        ),
        (
            refused(
                "name: filter, in: query, schema: {type: object, properties: {a: {type: string}}}",
            ),
            "parameters.0.schema: a parameter must be a text, number or boolean, or in the query a list of them",
        ),
        (
            refused("name: tags, in: header, schema: {type: array, items: {type: string}}"),
            "parameters.0: several values are supported only in the query",
        ),
        (
            refused("name: tags, in: query, schema: {type: array, items: {type: object}}"),
            "parameters.0.schema: the elements of a list in the query must be texts, numbers or booleans",
        ),
        (
            refused("name: q, in: query, style: pipeDelimited, schema: {type: string}"),
            "parameters.0.style: `pipeDelimited` is not supported here; write `style: form`",
        ),
        (
            refused("name: q, in: query, content: {application/json: {schema: {type: string}}}"),
            "a parameter that holds a document is not supported; write `schema:`",
        ),
        (
            refused("name: 'X Trace', in: header, schema: {type: string}"),
            "parameters.0.name: \"X Trace\" can't be the name of a header",
        ),
        (
            refused("name: Authorization, in: header, schema: {type: string}"),
            "parameters.0: OpenAPI ignores a parameter for `Authorization`",
        ),
        (
            refused("name: 'a=b', in: cookie, schema: {type: string}"),
            "parameters.0.name: \"a=b\" can't be the name of a cookie",
        ),
    ]);
}

#[test]
fn a_name_that_is_taken_is_a_mistake_unless_there_is_another() {
    for (list, expected) in [
        (
            &["name: send, in: query, schema: {type: string}"][..],
            "its setter would be called `send` as is the builder's own `send`; add `x-rust-name:`",
        ),
        (
            &["name: new, in: header, schema: {type: string}"],
            "its setter would be called `new` as is the builder's own `new`",
        ),
        (
            &[
                "name: q, in: query, schema: {type: string}",
                "name: Q, in: header, schema: {type: string}",
            ],
            "parameters.1: its setter would be called `q` as is the parameter `q` in query",
        ),
        (
            &["name: '*', in: query, schema: {type: string}"],
            "parameters.0: `*` can't become a name of Rust; add `x-rust-name:`",
        ),
    ] {
        let paths = parameters("/things", list);
        assert_refused(&[(paths.clone(), expected)]);
        let named = paths.replacen("in: header", "x-rust-name: other, in: header", 1);
        let named = if named == paths {
            paths.replacen("in: query", "x-rust-name: other, in: query", 1)
        } else {
            named
        };
        assert_has(
            &generate(&named, THINGS),
            "pub fn other<V>(mut self, value: V)",
        );
    }
    let bad = parameters(
        "/things",
        &["name: q, x-rust-name: self, in: query, schema: {type: string}"],
    );
    assert_refused(&[(
        bad,
        "parameters.0.x-rust-name: `self` can't be a name in Rust here",
    )]);
    let body = "requestBody: {content: {text/plain: {schema: {type: string}}}}\n\
                parameters: [{name: body, in: query, schema: {type: string}}]";
    assert_refused(&[(operation("/things", body), "as is the builder's own `body`")]);
    // Without a body, there is no such method.
    generate(
        &parameters(
            "/things",
            &["name: body, in: query, schema: {type: string}"],
        ),
        THINGS,
    );
}

#[test]
fn an_id_that_would_hide_a_method_is_a_mistake() {
    for name in ["run", "clone", "wait_many", "from_env"] {
        let paths = operation("/things", "").replace("do_it", name);
        let expected =
            format!("paths./things.post.operationId: `{name}` is a method that every client has");
        assert_refused(&[(paths, &expected)]);
    }
    let form = "requestBody: {content: {application/json: {schema: {type: object}}, multipart/form-data: \
                {schema: {type: object, properties: {a: {type: string}}}}}}";
    for (one, other, expected) in [
        (
            operation("/things", form),
            operation("/others", "").replace("do_it", "do_it_multipart"),
            "`do_it_multipart` is the id of another operation too",
        ),
        (
            operation("/things", "").replace("do_it", "do_it2"),
            operation("/others", "").replace("do_it", "do_it_2"),
            "`do_it2` and `do_it_2` would both become `DoIt2`; choose another id",
        ),
    ] {
        assert_refused(&[(format!("{one}{other}"), expected)]);
    }
}

/// A method of the crate that an operation could hide must be known to the generator.
#[test]
fn every_method_of_the_client_is_reserved() {
    let mut methods: BTreeSet<String> = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                collect_methods(&fs::read_to_string(path).expect("it is text"), &mut methods);
            }
        }
    }
    assert!(
        methods.contains("from_env") && methods.contains("run"),
        "{methods:?}"
    );
    let reserved: BTreeSet<String> = reserved::OF_CLIENT.map(str::to_owned).into();
    let missing: Vec<_> = methods.difference(&reserved).collect();
    assert!(
        missing.is_empty(),
        "add to codegen/check/reserved.rs: {missing:?}"
    );
    let standard = ["clone", "fmt", "into", "to_owned", "try_into"].map(str::to_owned);
    let gone = reserved
        .iter()
        .filter(|name| !methods.contains(*name) && !standard.contains(name));
    assert_eq!(gone.collect::<Vec<_>>(), Vec::<&String>::new());
}

/// Adds the client's own methods, and those of the traits that extend it.
fn collect_methods(source: &str, methods: &mut BTreeSet<String>) {
    for item in syn::parse_file(source).expect("it is Rust").items {
        let Item::Impl(item) = item else { continue };
        let is_of_client = matches!(&*item.self_ty, syn::Type::Path(path)
            if path.path.segments.last().is_some_and(|last| last.ident == "Client"));
        let is_extension = item.trait_.as_ref().is_none_or(|(path, _)| {
            let last = path.segments.last();
            last.is_some_and(|last| last.ident.to_string().ends_with("Ext"))
        });
        if is_of_client && is_extension {
            methods.extend(item.items.iter().filter_map(|member| match member {
                syn::ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                _ => None,
            }));
        }
    }
}

#[test]
fn mistakes_of_bodies_of_requests() {
    let body = |content: &str| {
        operation(
            "/things",
            &format!("requestBody: {{content: {{{content}}}}}"),
        )
    };
    let form = |rest: &str| body(&format!("multipart/form-data: {{{rest}}}"));
    let place = "paths./things.post.requestBody.content";
    assert_refused(&[
        (
            body("application/xml: {schema: {type: object}}"),
            &format!(
                "{place}.application/xml.schema: a body of application/xml is sent as it is given"
            ),
        ),
        (
            body("'image/*': {schema: {type: string}}"),
            &format!("{place}.image/*: can't be sent as the type of a body; write one media type"),
        ),
        (
            body("application/jsno: {schema: {type: object}}"),
            &format!(
                "{place}.application/jsno: `application/jsno` is no known media type; did you mean `application/json`?"
            ),
        ),
        (
            body(
                "application/json: {schema: {type: object}}, text/plain: {schema: {type: string}}",
            ),
            "only a form (`multipart/form-data`) and one other media type can be offered together",
        ),
        (
            body(
                "application/x-www-form-urlencoded: {schema: {type: object, properties: {a: {type: object}}}}",
            ),
            "urlencoded.schema.properties.a: only texts, numbers, booleans and lists of them can be sent",
        ),
        (
            form("schema: {type: object}"),
            &format!(
                "{place}.multipart/form-data.schema: must be an object whose properties are the parts"
            ),
        ),
        (
            form("schema: {type: object, required: [b], properties: {a: {type: string}}}"),
            "the required `b` is no part of the form",
        ),
        (
            form("encoding: {b: {}}, schema: {type: object, properties: {a: {type: string}}}"),
            "multipart/form-data.encoding.b: the form has no part `b`",
        ),
        (
            form(
                "encoding: {a: {style: form}}, schema: {type: object, properties: {a: {type: string}}}",
            ),
            "multipart/form-data.encoding.a.style: `style` is not supported here; of `encoding`, only `contentType`",
        ),
        (
            form(
                "encoding: {a: {contentType: 'text/*'}}, schema: {type: object, properties: {a: {type: string}}}",
            ),
            "encoding.a.contentType: `text/*` can't be sent as the type of this part",
        ),
        (
            form("schema: {type: object, properties: {send: {type: string}}}"),
            "multipart/form-data.schema.properties.send: its setter would be called `send`",
        ),
        (
            form("schema: {type: object, properties: {extra_field: {type: string}}}"),
            "its setter would be called `extra_field` as is the builder's own",
        ),
    ]);
}

#[test]
fn mistakes_of_responses() {
    let responses = |list: &str| operation("/things", &format!("responses: {{{list}}}"));
    let json = |code: &str, schema: &str| {
        format!(
            "'{code}': {{description: A., content: {{application/json: {{schema: {schema}}}}}}}"
        )
    };
    assert_refused(&[
        (
            responses("default: {description: No.}, 3XX: {description: Elsewhere.}"),
            "paths./things.post.responses: has no successful response; add `2XX`",
        ),
        (
            responses(&format!(
                "{}, {}",
                json("200", "{type: string}"),
                json("201", "{type: integer}")
            )),
            "paths./things.post.responses: the successful responses have different schemas",
        ),
        (
            responses(
                "200: {description: A., content: {text/plain: {}}}, 204: {description: None.}",
            )
            .replace("200:", "'200':")
            .replace("204:", "'204':"),
            "paths./things.post.responses: one success carries nothing, which only a reply of JSON may leave out",
        ),
        (
            responses(
                "2XX: {description: A., content: {application/jsno: {schema: {type: string}}}}",
            ),
            "paths./things.post.responses.2XX.content.application/jsno: `application/jsno` is no known media type",
        ),
    ]);
}

/// Errors have any schema or none, and a default stands for errors.
#[test]
fn errors_need_no_schema_and_no_other_answers_are_read() {
    let list = "responses: {2XX: {description: A., content: {application/json: {schema: {type: string}}}}, \
                default: {description: No., content: {application/json: {schema: {type: integer}}}}, \
                '404': {description: No.}, '409': {description: No., content: {text/html: {}}}, \
                '302': {description: Elsewhere., content: {text/plain: {}}}}";
    let code = generate(&operation("/things", list), THINGS);
    assert_has(&code, "crate::Response<::std::string::String>");
    assert_has(
        &code,
        "reply: crate::binding::Reply::Json, accept: \"application/json\"",
    );
}

fn with_schemes(paths: &str, security: &str) -> String {
    let schemes = "  securitySchemes:
    token: {type: http, scheme: Bearer}
    basic: {type: http, scheme: basic}
    login: {type: oauth2, flows: {}}
    header: {type: apiKey, in: header, name: X-API-Key}
    query: {type: apiKey, in: query, name: key}
    cookie: {type: apiKey, in: cookie, name: key}
";
    let spec = spec(paths, THINGS).replace("components:\n", &format!("components:\n{schemes}"));
    spec.replace("paths:\n", &format!("{security}paths:\n"))
}

#[test]
fn the_key_is_sent_where_the_operation_takes_it() {
    for (own, global, place) in [
        ("", "", "Bearer"),
        ("", "security: [{header: []}]\n", "Header(\"x-api-key\")"),
        ("security: []", "security: [{token: []}]\n", "None"),
        ("security: [{}]", "security: [{token: []}]\n", "None"),
        ("security: [{basic: []}, {login: [read]}]", "", "Bearer"),
        (
            "security: [{query: []}, {header: []}]",
            "",
            "Header(\"x-api-key\")",
        ),
    ] {
        let spec = with_schemes(&operation("/things", own), global);
        let code = codegen::generate(&spec, &[]).expect("it is supported");
        let code = code.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_has(&code, &format!("key: crate::binding::KeyPlace::{place},"));
    }
}

#[test]
fn mistakes_of_credentials() {
    for (own, expected) in [
        (
            "security: [{tokn: []}]",
            "paths./things.post.security.0.tokn: there is no security scheme `tokn`; did you mean `token`?",
        ),
        (
            "security: [{query: []}]",
            "paths./things.post.security: the client can't send its key in this way: `query` is a key in the query",
        ),
        (
            "security: [{cookie: []}]",
            "`cookie` is a key in the cookie",
        ),
        (
            "security: [{basic: []}]",
            "`basic` is of the scheme `basic`",
        ),
        (
            "security: [{token: [], header: []}]",
            "`header` and `token` need more than one credential",
        ),
    ] {
        let found = mistakes(&with_schemes(&operation("/things", own), ""));
        assert!(found.contains(expected), "{expected:?} is not in:\n{found}");
    }
    let found = mistakes(&with_schemes(
        &operation("/things", ""),
        "security: [{basic: []}]\n",
    ));
    assert!(
        found.contains("security: the client can't send its key in this way"),
        "{found}"
    );
}

#[test]
fn what_has_no_effect_on_a_client_is_accepted_and_what_would_have_is_not() {
    let accepted = "callbacks: {done: {}}\n\
                    responses: {2XX: {description: A., links: {next: {operationId: do_it}}}}";
    generate(&operation("/things", accepted), THINGS);
    assert_refused(&[
        (
            operation("/things", "servers: [{url: 'https://example.com'}]"),
            "paths./things.post.servers: the client has one server",
        ),
        (
            operation("/things", "").replace(
                "  post:",
                "  servers: [{url: 'https://example.com'}]\n  post:",
            ),
            "paths./things.servers: the client has one server",
        ),
        (
            format!(
                "{}/others:\n  $ref: '#/paths/~1things'\n",
                operation("/things", "")
            ),
            "paths./others.$ref: a path can't be a reference",
        ),
        (
            operation("/things", "").replace("never", "reconcile"),
            "paths./things.post.x-retry: the client knows how to check on `run_agent` alone; write `never`",
        ),
    ]);
}

#[test]
fn what_is_deprecated_says_so() {
    let paths = operation(
        "/things",
        "deprecated: true\ndescription: Does it. Use another.\n\
         parameters: [{name: q, in: query, deprecated: true, schema: {type: string}}]",
    );
    let code = generate(&paths, THINGS);
    assert_has(
        &code,
        "#[deprecated(note = \"Does it\")] pub fn do_it(&self)",
    );
    assert_has(&code, "#[deprecated] pub fn q<V>(mut self");
    assert!(!generate(GET, THINGS).contains("#[deprecated"));
}

#[test]
fn mistakes_of_ways_to_the_next_page() {
    let list = |pagination: &str, parameter: &str| {
        let list = format!(
            "    x-paginated: {pagination}\n    parameters: [{{{parameter}}}]\n    responses:"
        );
        GET.replace("    responses:", &list)
    };
    let place = "paths./things.get.x-paginated";
    let page = "name: page, in: query, schema: {type: integer}";
    let text = "name: cursor, in: query, schema: {type: string}";
    assert_refused(&[
        (
            list("{items: data}", page),
            &format!(
                "{place}: the list would end after one page, though it has a parameter `page`; write `page: page`"
            ),
        ),
        (
            list(
                "{items: data}",
                "name: offset, in: query, schema: {type: integer}",
            ),
            "a parameter `offset`; write `offset: offset` where items are counted",
        ),
        (
            list("{items: data}", text),
            "a parameter `cursor`; write `cursor: cursor` and `next:` with the property",
        ),
        (
            list("{items: data, page: page, next: next, cursor: page}", page),
            &format!("{place}: there are several ways to the next page; keep one of"),
        ),
        (
            list("{items: data, link: true}", page),
            &format!("{place}: `cursor` is missing; write"),
        ),
        (
            list("{items: data, link: yes please, cursor: cursor}", text),
            &format!("{place}.link: must be `true`"),
        ),
        (
            list("{items: data, page: cursor}", text),
            &format!(
                "{place}.page: the parameter `cursor` is no integer; write `type: integer` there"
            ),
        ),
        (
            list(
                "{items: data, next: next, cursor: cursor}",
                &text.replace("in: query", "required: true, in: query"),
            ),
            &format!(
                "{place}.cursor: the parameter `cursor` must be one value that may be left out"
            ),
        ),
        (
            list("{items: data, page: page, total: next}", page),
            &format!(
                "{place}.total: the reply has no integer `next`; name the property that holds the number"
            ),
        ),
        (
            list("{items: data, page: page, has_more: meta.more}", page),
            &format!("{place}.has_more: the reply has no boolean `meta.more`"),
        ),
        (
            list("{items: data, next: next, cursor: cursor, first: 0}", text),
            &format!("{place}.first: has an effect beside `page` or `offset` alone; remove it"),
        ),
        (
            list("{items: ., page: page}", page),
            &format!("{place}.items: the reply has no array `.`"),
        ),
        (
            format!(
                "{}{}",
                list("{items: data, page: page}", page),
                list("{items: data, next: next, cursor: cursor}", text)
                    .replace("/things", "/others")
                    .replace("list_things", "list_others")
            ),
            "`paths./others.get.x-paginated` reads the same type as another kind of page",
        ),
    ]);
}

/// One name in the path and in the query is two parameters.
#[test]
fn parameters_of_one_name_in_two_places_are_none_too_many() {
    let paths = GET.replace("/things:", "/things/{id}:").replace(
        "    responses:",
        "    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - {name: id, in: query, x-rust-name: id_filter, schema: {type: string}}
    responses:",
    );
    let code = crate::fixtures::generate(&paths, THINGS);
    assert!(code.contains("pub fn id_filter<"), "{code}");
}
