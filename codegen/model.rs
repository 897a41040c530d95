//! The model of an API beyond what progenitor is told: plain data, which is read from the spec
//! (`describe`) and used by the later stages (`rewrite`, `emit`).

use std::collections::BTreeSet;

/// The parts of a spec that progenitor doesn't generate, or not as the crate wants them.
pub struct Api {
    pub operations: Vec<OperationModel>,
    pub forms: Vec<FormModel>,
    pub enums: Vec<OpenEnum>,
    pub aliases: Vec<Alias>,
    /// The schemas that requests consist of.
    pub sent: BTreeSet<String>,
    /// How many schemas keep the fields that they don't name.
    pub open_objects: usize,
}

impl Api {
    /// Returns the operations that progenitor generates.
    pub fn generated(&self) -> impl Iterator<Item = &OperationModel> {
        self.operations
            .iter()
            .filter(|operation| !operation.is_form_only)
    }
}

/// An operation of the spec.
pub struct OperationModel {
    pub id: String,
    /// The HTTP method, in capitals.
    pub method: String,
    pub path: String,
    /// The page that documents the operation.
    pub docs: Option<String>,
    /// A value of `x-retry`.
    pub retry: String,
    pub parameters: Vec<Parameter>,
    pub bounds: Vec<IntegerRange>,
    pub query_lists: Vec<QueryList>,
    pub pagination: Option<Pagination>,
    /// The media type of a body that isn't a form.
    pub body: Option<String>,
    /// The names of the properties of the body, in whichever of its media types.
    pub body_properties: BTreeSet<String>,
    /// Whether a form is all that the operation takes, which progenitor can't generate.
    pub is_form_only: bool,
    /// Whether a success carries JSON.
    pub replies: bool,
}

/// A parameter of an operation.
pub struct Parameter {
    pub name: String,
    pub location: Location,
    pub is_required: bool,
    pub is_uuid: bool,
    pub description: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Location {
    Path,
    Query,
    Header,
}

/// The range of an integer in the query.
pub struct IntegerRange {
    pub parameter: String,
    pub minimum: i64,
    pub maximum: i64,
}

/// A parameter of the query that takes several values, which are comma-joined.
pub struct QueryList {
    pub name: String,
    /// The name of the enum that the values are of; they are text without one.
    pub item: Option<String>,
}

/// The pagination of an operation, from its `x-paginated`.
pub struct Pagination {
    pub page: PageModel,
    /// The parameter that takes the cursor; `None` where one reply holds everything.
    pub cursor: Option<String>,
    pub limit: Option<PageLimit>,
    pub range: Option<TimeRange>,
}

/// The type of a reply that holds one page. Operations may share it.
#[derive(Clone, PartialEq, Eq)]
pub struct PageModel {
    pub type_name: String,
    /// The property that holds the items.
    pub items: String,
    /// The other names of that property.
    pub items_aliases: Vec<String>,
    /// The property that holds the cursor of the next page.
    pub next: Option<String>,
    pub has_more: bool,
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

/// An enum of strings.
pub struct OpenEnum {
    pub name: String,
    pub description: Option<String>,
    pub values: Vec<String>,
    /// The values of `x-terminal`, where the enum has it.
    pub terminal: Option<Vec<String>>,
}

/// The other names of one property. A property without any is one whose value may be of another
/// kind.
pub struct Alias {
    pub type_name: String,
    pub property: String,
    pub names: Vec<String>,
}

/// An operation that takes a form.
pub struct FormModel {
    pub operation_id: String,
    /// The method of the client: the operation's id, with a suffix where JSON has that name.
    pub name: String,
    pub docs: String,
    pub parts: Vec<FormPart>,
    /// The schema of a success.
    pub success: Option<String>,
}

/// A part of a form.
pub struct FormPart {
    pub name: String,
    pub kind: PartKind,
    pub description: String,
}

/// The kind of a part, which decides on its setter.
pub enum PartKind {
    Text,
    File,
    /// A value that is sent as JSON text.
    Json,
}
