//! Operations: what they are sent, and what they answer.

use std::collections::BTreeSet;

use super::Shape;

/// An operation of the spec.
pub struct OperationModel {
    pub id: String,
    /// The HTTP method, in capitals.
    pub method: String,
    pub path: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    /// The page that documents the operation.
    pub docs: Option<String>,
    pub is_deprecated: bool,
    /// A value of `x-retry`.
    pub retry: String,
    pub key: Key,
    /// The parameters in the order in which they are sent.
    pub parameters: Vec<Parameter>,
    pub bounds: Vec<IntegerRange>,
    pub pagination: Option<Pagination>,
    /// A body that isn't a form.
    pub body: Option<BodyModel>,
    pub form: Option<FormModel>,
    /// The names of the properties of the body, in whichever of its media types.
    pub body_properties: BTreeSet<String>,
    pub reply: Reply,
}

impl OperationModel {
    /// Returns the parameters in the order of the documentation: that of the path, then by name.
    pub fn documented_parameters(&self) -> Vec<&Parameter> {
        let mut parameters: Vec<&Parameter> = self.parameters.iter().collect();
        parameters.sort_by_key(|parameter| {
            let place = match parameter.location {
                Location::Path => self.path.find(&format!("{{{}}}", parameter.name)),
                _ => None,
            };
            (place.unwrap_or(usize::MAX), &parameter.rust_name)
        });
        parameters
    }
}

/// Where the API key is sent.
pub enum Key {
    Bearer,
    /// In a header of this name, which is in lower case.
    Header(String),
    None,
}

/// A parameter of an operation.
pub struct Parameter {
    /// The name that is sent.
    pub name: String,
    /// The name in Rust, as `x-rust-name` or the name that is sent gives it.
    pub rust_name: String,
    pub location: Location,
    pub is_required: bool,
    /// The type of the value; of one value, where it takes several.
    pub shape: Shape,
    /// How several values are sent, where it takes several.
    pub list: Option<ListStyle>,
    pub description: Option<String>,
    pub is_deprecated: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Location {
    Path,
    Query,
    Header,
    Cookie,
}

/// How several values of a parameter are sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ListStyle {
    /// The name is repeated for each.
    Repeated,
    /// They are joined by this character.
    Joined(char),
}

/// The range of an integer in the query.
pub struct IntegerRange {
    pub parameter: String,
    pub minimum: i64,
    pub maximum: i64,
}

/// A body that isn't a form.
pub struct BodyModel {
    pub media_type: String,
    pub kind: BodyKind,
    pub is_required: bool,
}

/// How a body is written.
pub enum BodyKind {
    Json(Shape),
    UrlEncoded(Shape),
    Text,
    Bytes,
}

/// The multipart form that an operation takes.
pub struct FormModel {
    /// The method of the client: the operation's id, with a suffix where another body has that
    /// name.
    pub name: String,
    pub parts: Vec<FormPart>,
    /// Whether a request must have a body.
    pub is_required: bool,
}

/// A part of a form.
pub struct FormPart {
    pub name: String,
    pub rust_name: String,
    pub kind: PartKind,
    /// Whether there may be several of its name.
    pub is_list: bool,
    pub is_required: bool,
    /// The media type, where `encoding` has one.
    pub media_type: Option<String>,
    pub description: Option<String>,
    pub is_deprecated: bool,
}

/// The kind of a part, which decides on its setter.
pub enum PartKind {
    Text(Shape),
    File,
    /// A value that is sent as JSON text.
    Json(Shape),
}

/// What a success carries.
pub struct Reply {
    pub kind: ReplyKind,
    /// The media types to ask for.
    pub accept: String,
}

pub enum ReplyKind {
    Nothing,
    Json {
        shape: Shape,
        /// Whether it is an object or array, and not a value of any kind.
        is_container: bool,
        /// Whether some successes carry nothing.
        is_optional: bool,
    },
    Text,
    /// Bytes that are read as they come.
    Download,
}

/// The pagination of an operation, from its `x-paginated`.
pub struct Pagination {
    pub page: PageModel,
    pub advance: Advance,
    pub limit: Option<PageLimit>,
    pub range: Option<TimeRange>,
}

/// How a list leads from one page to the next.
pub enum Advance {
    /// One reply holds everything.
    Whole,
    /// The reply has the cursor of the next page, which this parameter takes.
    Cursor(String),
    /// The pages are counted.
    Number { parameter: String, first: u64 },
    /// The items are counted.
    Offset { parameter: String, first: u64 },
    /// A `Link` header leads to the next page, whose URL has this parameter.
    Link(String),
}

impl Advance {
    /// Returns the parameter that tells where a page begins.
    pub fn parameter(&self) -> Option<&String> {
        match self {
            Self::Whole => None,
            Self::Cursor(parameter) | Self::Link(parameter) => Some(parameter),
            Self::Number { parameter, .. } | Self::Offset { parameter, .. } => Some(parameter),
        }
    }
}

/// A reply that holds one page, with the paths of properties in it. Operations may share it.
#[derive(Clone, PartialEq)]
pub struct PageModel {
    pub shape: Shape,
    /// Whether the reply is an array of the items, and has a type of its own.
    pub is_named_list: bool,
    /// The path of the items; empty where the reply is an array of them.
    pub items: Vec<String>,
    /// The other names of the property that holds the items.
    pub items_aliases: Vec<String>,
    /// The type of an item.
    pub item: Shape,
    /// The path of the cursor of the next page.
    pub next: Option<Vec<String>>,
    pub has_more: Option<Vec<String>>,
    /// The path of the number of all items.
    pub total: Option<Vec<String>>,
}

/// The parameter that takes the size of a page.
pub struct PageLimit {
    pub parameter: String,
    pub maximum: u32,
}

/// The parameters and the property by which the pages can be divided by time.
pub struct TimeRange {
    pub after: String,
    pub before: String,
    /// The property of the items by which they are sorted.
    pub time: String,
}
