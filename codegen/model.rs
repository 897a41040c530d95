//! The model of an API: plain data, which is read from the spec (`describe`), and from which the
//! code is written (`emit`).

mod operations;

pub use operations::*;

/// All that is generated from a spec.
pub struct Api {
    /// What the client is for.
    pub about: String,
    pub operations: Vec<OperationModel>,
    pub objects: Vec<ObjectModel>,
    pub unions: Vec<UnionModel>,
    pub enums: Vec<OpenEnum>,
    /// The named schemas that are none of these.
    pub wrappers: Vec<WrapperModel>,
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

/// A schema with a name and a value of another type.
pub struct WrapperModel {
    pub of_type: TypeModel,
    pub shape: Shape,
    /// Whether it contains itself.
    pub is_recursive: bool,
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
    /// Whether pages are read by it. It is what the server says, or nothing: without a value of its
    /// kind, or with a default, a list would end early and in silence.
    pub is_of_page: bool,
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
