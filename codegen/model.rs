//! The model of an API beyond what progenitor is told: plain data, which is read from the spec
//! (`describe`) and used by the later stages (`rewrite`, `emit`).

use std::collections::BTreeSet;

/// The parts of a spec that progenitor doesn't generate, or not as the crate wants them.
pub struct Api {
    pub operations: Vec<OperationModel>,
    pub forms: Vec<FormModel>,
    pub objects: Vec<ObjectModel>,
    pub unions: Vec<UnionModel>,
    pub enums: Vec<OpenEnum>,
    /// The types that progenitor writes and that shouldn't be used any more.
    pub deprecated: Vec<TypeModel>,
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

/// The name of a type and what is said of it.
pub struct TypeModel {
    pub name: String,
    pub description: Option<String>,
    pub is_deprecated: bool,
}

/// An object with properties.
pub struct ObjectModel {
    pub of_type: TypeModel,
    pub properties: Vec<Property>,
    /// What the fields are that the schema doesn't name, where they are kept.
    pub further: Option<Shape>,
    /// Whether requests consist of it, among others.
    pub is_sent: bool,
}

/// A property of an object.
pub struct Property {
    /// The name in JSON.
    pub name: String,
    /// The name in Rust, as `x-rust-name` or the name in JSON gives it.
    pub rust_name: String,
    pub description: Option<String>,
    pub is_deprecated: bool,
    pub shape: Shape,
    pub presence: Presence,
    /// The other names that replies use.
    pub aliases: Vec<String>,
    /// Whether a value of another kind counts as absent.
    pub is_lenient: bool,
    /// Whether its type contains itself through it.
    pub is_recursive: bool,
}

/// What becomes of a property that is absent or null.
#[derive(Clone, PartialEq)]
pub enum Presence {
    /// It is neither.
    Required,
    /// It may be null.
    Nullable,
    /// It is `None`, and left out.
    Optional,
    /// It is `None` where it is left out, and `Some(None)` where it is null: a request may say
    /// either.
    OptionalOrNull,
    /// It is an empty list or map.
    Empty,
    /// It has this value, a text, number or boolean.
    Default(serde_json::Value),
}

/// The type of a value.
#[derive(Clone, PartialEq)]
pub enum Shape {
    /// A type of Rust, by its path.
    Plain(&'static str),
    /// A type that is generated.
    Named(String),
    List(Box<Shape>),
    /// An object with values of one type.
    Map(Box<Shape>),
    /// A value or null.
    Nullable(Box<Shape>),
}

/// A choice between schemas.
pub struct UnionModel {
    pub of_type: TypeModel,
    /// The property whose value decides, where there is one.
    pub tag: Option<String>,
    pub members: Vec<Member>,
}

/// One of the schemas of a union.
pub struct Member {
    pub variant: String,
    pub shape: Shape,
    /// Whether the member contains the union.
    pub is_recursive: bool,
    /// The values of the tag that stand for it.
    pub tags: Vec<String>,
}

/// An enum of strings or integers.
pub struct OpenEnum {
    pub of_type: TypeModel,
    pub is_integer: bool,
    pub values: Vec<EnumValue>,
    /// The values of `x-terminal`, where the enum has it.
    pub terminal: Option<Vec<String>>,
}

/// A value of an enum.
pub struct EnumValue {
    pub text: String,
    /// The name of its variant, from `x-enum-varnames` or from the value.
    pub variant: String,
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
