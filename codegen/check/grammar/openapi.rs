//! The grammar of OpenAPI 3.0.3, with the extensions of this crate.

use super::shape::{
    Key, Object,
    Shape::{
        self, Any, Boolean, BooleanOr, Keyed, List, Map, Natural, Number, Refused, Text, Word,
    },
};
use super::suggest::closest;

pub static DOCUMENT: Object = Object {
    name: "the document",
    section: None,
    keys: &[
        ("openapi", Text),
        ("info", Shape::Object(&INFO)),
        ("servers", List(&Shape::Object(&SERVER))),
        ("paths", Keyed(&PATH, &Shape::Object(&PATH_ITEM))),
        ("components", Shape::Object(&COMPONENTS)),
        ("security", List(&Map(&List(&Text)))),
        ("tags", List(&Shape::Object(&TAG))),
        ("externalDocs", Shape::Object(&EXTERNAL_DOCS)),
    ],
    required: &["openapi", "info", "paths"],
    extensions: &[],
};

static INFO: Object = Object {
    name: "the information about the API",
    section: None,
    keys: &[
        ("title", Text),
        ("description", Text),
        ("termsOfService", Text),
        ("contact", Shape::Object(&CONTACT)),
        ("license", Shape::Object(&LICENSE)),
        ("version", Text),
    ],
    required: &["title", "version"],
    extensions: &[],
};

static CONTACT: Object = Object {
    name: "a contact",
    section: None,
    keys: &[("name", Text), ("url", Text), ("email", Text)],
    required: &[],
    extensions: &[],
};

static LICENSE: Object = Object {
    name: "a licence",
    section: None,
    keys: &[("name", Text), ("url", Text)],
    required: &["name"],
    extensions: &[],
};

static SERVER: Object = Object {
    name: "a server",
    section: None,
    keys: &[
        ("url", Text),
        ("description", Text),
        ("variables", Map(&Any)),
    ],
    required: &["url"],
    extensions: &[],
};

static TAG: Object = Object {
    name: "a tag",
    section: None,
    keys: &[
        ("name", Text),
        ("description", Text),
        ("externalDocs", Shape::Object(&EXTERNAL_DOCS)),
    ],
    required: &["name"],
    extensions: &[],
};

static EXTERNAL_DOCS: Object = Object {
    name: "a link to documentation",
    section: None,
    keys: &[("description", Text), ("url", Text)],
    required: &["url"],
    extensions: &[],
};

static COMPONENTS: Object = Object {
    name: "the components",
    section: None,
    keys: &[
        ("schemas", Keyed(&COMPONENT, &Shape::Object(&SCHEMA))),
        ("responses", Keyed(&COMPONENT, &Shape::Object(&RESPONSE))),
        ("parameters", Keyed(&COMPONENT, &Shape::Object(&PARAMETER))),
        ("examples", Map(&Any)),
        (
            "requestBodies",
            Keyed(&COMPONENT, &Shape::Object(&REQUEST_BODY)),
        ),
        ("headers", Keyed(&COMPONENT, &Shape::Object(&HEADER))),
        (
            "securitySchemes",
            Keyed(&COMPONENT, &Shape::Object(&SECURITY_SCHEME)),
        ),
        ("links", Map(&Any)),
        ("callbacks", Map(&Any)),
    ],
    required: &[],
    extensions: &[],
};

static COMPONENT: Key = Key {
    is_valid: |name| {
        name.chars()
            .all(|char| char.is_ascii_alphanumeric() || "._-".contains(char))
    },
    known: &[],
    advice: "write a name of letters, digits, `.`, `_` and `-`",
};

static PATH: Key = Key {
    is_valid: |path| path.starts_with('/'),
    known: &[],
    advice: "begin the path with `/`",
};

static PATH_ITEM: Object = Object {
    name: "a path",
    section: None,
    keys: &[
        ("summary", Text),
        ("description", Text),
        ("get", Shape::Object(&OPERATION)),
        ("put", Shape::Object(&OPERATION)),
        ("post", Shape::Object(&OPERATION)),
        ("delete", Shape::Object(&OPERATION)),
        ("options", Shape::Object(&OPERATION)),
        ("head", Shape::Object(&OPERATION)),
        ("patch", Shape::Object(&OPERATION)),
        ("trace", Shape::Object(&OPERATION)),
        ("servers", Refused(OTHER_SERVERS)),
        ("parameters", List(&Shape::Object(&PARAMETER))),
        (
            "$ref",
            Refused("a path can't be a reference; write its operations here"),
        ),
    ],
    required: &[],
    extensions: &[],
};

const OTHER_SERVERS: &str = "the client has one server, which its builder is given; remove the \
                             key, and use a client of its own for another server";

pub static OPERATION: Object = Object {
    name: "an operation",
    section: None,
    keys: &[
        ("tags", List(&Text)),
        ("summary", Text),
        ("description", Text),
        ("externalDocs", Shape::Object(&EXTERNAL_DOCS)),
        ("operationId", Text),
        ("parameters", List(&Shape::Object(&PARAMETER))),
        ("requestBody", Shape::Object(&REQUEST_BODY)),
        ("responses", Keyed(&STATUS, &Shape::Object(&RESPONSE))),
        ("callbacks", Map(&Any)),
        ("deprecated", Boolean),
        ("security", List(&Map(&List(&Text)))),
        ("servers", Refused(OTHER_SERVERS)),
    ],
    required: &["responses"],
    extensions: &["x-retry", "x-paginated"],
};

static STATUS: Key = Key {
    is_valid: |status| {
        let class = status.chars().next().unwrap_or_default();
        let rest = status.get(1..).unwrap_or_default();
        let is_code = rest.len() == 2 && rest.chars().all(|char| char.is_ascii_digit());
        status == "default" || (('1'..='5').contains(&class) && (rest == "XX" || is_code))
    },
    known: &[],
    advice: "write a status such as `\"404\"`, or a class such as `2XX`",
};

pub static PARAMETER: Object = Object {
    name: "a parameter",
    section: Some("parameters"),
    keys: &[
        ("name", Text),
        ("in", Word(&["query", "header", "path", "cookie"])),
        ("description", Text),
        ("required", Boolean),
        ("deprecated", Boolean),
        ("allowEmptyValue", Boolean),
        (
            "style",
            Word(&[
                "form",
                "simple",
                "matrix",
                "label",
                "spaceDelimited",
                "pipeDelimited",
                "deepObject",
            ]),
        ),
        ("explode", Boolean),
        ("allowReserved", Boolean),
        ("schema", Shape::Object(&SCHEMA)),
        ("example", Any),
        ("examples", Map(&Any)),
        (
            "content",
            Refused("a parameter that holds a document is not supported; write `schema:`"),
        ),
    ],
    required: &["name", "in", "schema"],
    extensions: &["x-rust-name"],
};

static REQUEST_BODY: Object = Object {
    name: "a request body",
    section: Some("requestBodies"),
    keys: &[
        ("description", Text),
        ("content", Map(&Shape::Object(&MEDIA_TYPE))),
        ("required", Boolean),
    ],
    required: &["content"],
    extensions: &[],
};

pub static MEDIA_TYPE: Object = Object {
    name: "the description of a media type",
    section: None,
    keys: &[
        ("schema", Shape::Object(&SCHEMA)),
        ("example", Any),
        ("examples", Map(&Any)),
        ("encoding", Map(&Shape::Object(&ENCODING))),
    ],
    required: &[],
    extensions: &[],
};

static ENCODING: Object = Object {
    name: "the encoding of a part",
    section: None,
    keys: &[
        ("contentType", Text),
        ("headers", Map(&Shape::Object(&HEADER))),
        ("style", Text),
        ("explode", Boolean),
        ("allowReserved", Boolean),
    ],
    required: &[],
    extensions: &[],
};

static RESPONSE: Object = Object {
    name: "a response",
    section: Some("responses"),
    keys: &[
        ("description", Text),
        ("headers", Keyed(&HEADER_NAME, &Shape::Object(&HEADER))),
        ("content", Map(&Shape::Object(&MEDIA_TYPE))),
        ("links", Map(&Any)),
    ],
    required: &["description"],
    extensions: &[],
};

static HEADER_NAME: Key = Key {
    is_valid: |name| HEADERS.contains(&name) || closest(name, HEADERS).is_none(),
    known: &HEADERS,
    advice: "write the name of a header",
};

const HEADERS: [&str; 12] = [
    "Content-Disposition",
    "Content-Length",
    "ETag",
    "Last-Modified",
    "Link",
    "Location",
    "RateLimit-Remaining",
    "Retry-After",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-Id",
];

static HEADER: Object = Object {
    name: "a header",
    section: Some("headers"),
    keys: &[
        ("description", Text),
        ("required", Boolean),
        ("deprecated", Boolean),
        ("allowEmptyValue", Boolean),
        ("style", Text),
        ("explode", Boolean),
        ("allowReserved", Boolean),
        ("schema", Shape::Object(&SCHEMA)),
        ("example", Any),
        ("examples", Map(&Any)),
        ("content", Map(&Any)),
    ],
    required: &[],
    extensions: &[],
};

static SECURITY_SCHEME: Object = Object {
    name: "a security scheme",
    section: Some("securitySchemes"),
    keys: &[
        ("type", Word(&["apiKey", "http", "oauth2", "openIdConnect"])),
        ("description", Text),
        ("name", Text),
        ("in", Word(&["query", "header", "cookie"])),
        ("scheme", Text),
        ("bearerFormat", Text),
        ("flows", Map(&Any)),
        ("openIdConnectUrl", Text),
    ],
    required: &["type"],
    extensions: &[],
};

pub static SCHEMA: Object = Object {
    name: "a schema",
    section: Some("schemas"),
    keys: &[
        ("title", Text),
        ("description", Text),
        (
            "type",
            Word(&["string", "integer", "number", "boolean", "array", "object"]),
        ),
        ("format", Text),
        ("properties", Map(&Shape::Object(&SCHEMA))),
        ("required", List(&Text)),
        ("items", Shape::Object(&SCHEMA)),
        ("additionalProperties", BooleanOr(&Shape::Object(&SCHEMA))),
        ("enum", List(&Any)),
        ("nullable", Boolean),
        ("default", Any),
        ("example", Any),
        ("deprecated", Boolean),
        ("readOnly", Boolean),
        ("writeOnly", Boolean),
        ("allOf", List(&Shape::Object(&SCHEMA))),
        ("oneOf", List(&Shape::Object(&SCHEMA))),
        ("anyOf", List(&Shape::Object(&SCHEMA))),
        (
            "not",
            Refused("a type can't express what a value is not; remove it"),
        ),
        ("discriminator", Shape::Object(&DISCRIMINATOR)),
        ("minimum", Number),
        ("maximum", Number),
        ("exclusiveMinimum", Boolean),
        ("exclusiveMaximum", Boolean),
        ("multipleOf", Number),
        ("minLength", Natural),
        ("maxLength", Natural),
        ("pattern", Text),
        ("minItems", Natural),
        ("maxItems", Natural),
        ("uniqueItems", Boolean),
        ("minProperties", Natural),
        ("maxProperties", Natural),
        ("xml", Any),
        ("externalDocs", Shape::Object(&EXTERNAL_DOCS)),
    ],
    required: &[],
    extensions: &["x-aliases", "x-terminal", "x-rust-name", "x-enum-varnames"],
};

static DISCRIMINATOR: Object = Object {
    name: "a discriminator",
    section: None,
    keys: &[("propertyName", Text), ("mapping", Map(&Text))],
    required: &["propertyName"],
    extensions: &[],
};
