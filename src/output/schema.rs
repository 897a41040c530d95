//! The JSON schema of a wanted output, as it is sent.

mod compact;
mod kinds;

use std::{borrow::Cow, fmt};

use percent_encoding::percent_decode_str;
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::{Serialize, Serializer};
use serde_json::Value;

use self::kinds::Kinds;

/// The JSON schema of an output, which is an object: made [of a type](Self::of), or written by hand
/// as JSON.
///
/// [`Run::output_schema`](crate::run::Run::output_schema) takes one, and whatever converts into
/// one. Its text, by [`Display`](fmt::Display), is what the API is sent. See
/// <https://agents.nanonets.com/docs/files-and-output>.
///
/// ```
/// use nanonets_agents::output::OutputSchema;
///
/// /// What a supplier wants to be paid.
/// #[derive(schemars::JsonSchema)]
/// struct Invoice {
///     /// Without tax.
///     net: f64,
///     lines: Vec<String>,
/// }
///
/// let schema = OutputSchema::of::<Invoice>()?;
/// assert_eq!(
///     *schema.as_value(),
///     serde_json::json!({
///         "description": "What a supplier wants to be paid.",
///         "type": "object",
///         "properties": {
///             "net": {"description": "Without tax.", "type": "number"},
///             "lines": {"type": "array", "items": {"type": "string"}},
///         },
///         "required": ["net", "lines"],
///     })
/// );
/// # Ok::<(), nanonets_agents::output::SchemaError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct OutputSchema(Value);

/// Why something isn't the schema of an output; from [`OutputSchema`].
///
/// ```
/// use nanonets_agents::output::OutputSchema;
///
/// #[derive(schemars::JsonSchema)]
/// struct Line {
///     total: f64,
/// }
///
/// let error = OutputSchema::of::<Vec<Line>>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`Vec<Line>` is a list, and an output is an object; \
///      ask for `struct Output { items: Vec<Line> }`"
/// );
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// The text isn't JSON. The error has the line and the column.
    #[error("the schema is not JSON: {0}; structure in plain words is set by `Run::output_config`")]
    NotJson(#[source] serde_json::Error),
    /// The JSON isn't a schema, or says nothing of what it describes.
    #[error("{found} is no schema of an output; write one such as {EXAMPLE}")]
    #[non_exhaustive]
    NotSchema {
        /// What was found, such as `a number`.
        found: String,
    },
    /// The schema describes something else than an object, or more than that.
    #[error(
        "the schema describes {found}, and an output is an object; write one such as {EXAMPLE}"
    )]
    #[non_exhaustive]
    NotObject {
        /// What the schema describes, such as `a list`.
        found: String,
    },
    /// The type is something else than an object in JSON, or may be.
    #[error("`{name}` is {found}, and an output is an object; ask for `{instead}`")]
    #[non_exhaustive]
    Type {
        /// The name of the type, without its modules.
        name: String,
        /// What the type is in JSON, such as `a list`.
        found: String,
        /// A type that could be asked for instead.
        instead: String,
    },
}

const EXAMPLE: &str = r#"{"type": "object", "properties": {"total": {"type": "number"}}}"#;

impl OutputSchema {
    /// Returns the schema of a type as it is read, with what serde's attributes say of it. Doc
    /// comments are its descriptions.
    ///
    /// It is short, since the agent reads it as part of its prompt: it lacks the name of the type,
    /// formats such as `int32`, definitions that it doesn't use, and the forms that serde_with's
    /// types read beside the one that is wanted.
    ///
    /// ```
    /// use nanonets_agents::output::OutputSchema;
    ///
    /// #[derive(schemars::JsonSchema)]
    /// struct Count {
    ///     n: i32,
    /// }
    ///
    /// assert_eq!(
    ///     OutputSchema::of::<Count>()?.to_string(),
    ///     r#"{"properties":{"n":{"type":"integer"}},"required":["n"],"type":"object"}"#
    /// );
    /// # Ok::<(), nanonets_agents::output::SchemaError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SchemaError::Type`] where the type isn't always an object in JSON, as a list, a text, an
    /// `Option` and an enum with a unit variant aren't. It says what to write instead.
    pub fn of<T: JsonSchema>() -> Result<Self, SchemaError> {
        let schema = schema_of::<T>();
        let kinds = Kinds::of(schema.as_value());
        if kinds.is_object() {
            return Ok(Self::with_type(schema.to_value()));
        }
        let name = short_name(std::any::type_name::<T>());
        Err(SchemaError::Type {
            found: kinds.to_string(),
            instead: format!("struct Output {{ {}: {name} }}", kinds.field()),
            name,
        })
    }

    /// Makes the schema of a type, like [`of`](Self::of); `None` of one that may be anything.
    pub(crate) fn wanted<T: JsonSchema>() -> Option<Result<Self, SchemaError>> {
        let schema = schema_of::<T>();
        let says_nothing = schema.as_bool() == Some(true)
            || schema.as_object().is_some_and(serde_json::Map::is_empty);
        (!says_nothing).then(Self::of::<T>)
    }

    /// Reads a schema from its text, such as that of a file.
    ///
    /// It is sent as it is, without blanks. Where it leaves out the type of its root, though it can
    /// only be an object, `"type": "object"` is added.
    ///
    /// ```
    /// use nanonets_agents::output::OutputSchema;
    ///
    /// # let folder = std::env::temp_dir().join(format!("schema-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// # let path = folder.join("invoice.json");
    /// # std::fs::write(&path, r#"{"properties": {"total": {"type": "number"}}}"#)?;
    /// let schema = OutputSchema::parse(&std::fs::read_to_string(path)?)?;
    /// assert_eq!(
    ///     schema.to_string(),
    ///     r#"{"properties":{"total":{"type":"number"}},"type":"object"}"#
    /// );
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - [`SchemaError::NotJson`] where the text isn't JSON, with the line and the column.
    /// - [`SchemaError::NotSchema`] and [`SchemaError::NotObject`] where it isn't the schema of an
    ///   object; they say what was found.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        let schema: Value = serde_json::from_str(text).map_err(SchemaError::NotJson)?;
        Self::try_from(schema)
    }

    /// Returns the schema as JSON.
    ///
    /// ```
    /// use nanonets_agents::output::OutputSchema;
    ///
    /// let schema = OutputSchema::parse(r#"{"type": "object", "title": "Invoice"}"#)?;
    /// assert_eq!(schema.as_value()["title"], "Invoice");
    /// # Ok::<(), nanonets_agents::output::SchemaError>(())
    /// ```
    pub fn as_value(&self) -> &Value {
        &self.0
    }

    /// Adds the type of the root, which is an object, where the schema only implies it.
    fn with_type(mut schema: Value) -> Self {
        if let Some(keywords) = schema.as_object_mut() {
            keywords
                .entry("type")
                .or_insert_with(|| Value::from("object"));
        }
        Self(schema)
    }
}

impl TryFrom<Value> for OutputSchema {
    type Error = SchemaError;

    fn try_from(schema: Value) -> Result<Self, SchemaError> {
        kinds::check(&schema)?;
        Ok(Self::with_type(schema))
    }
}

impl TryFrom<&Value> for OutputSchema {
    type Error = SchemaError;

    fn try_from(schema: &Value) -> Result<Self, SchemaError> {
        Self::try_from(schema.clone())
    }
}

/// The text of a schema, as [`parse`](OutputSchema::parse) reads it.
impl TryFrom<&str> for OutputSchema {
    type Error = SchemaError;

    fn try_from(text: &str) -> Result<Self, SchemaError> {
        Self::parse(text)
    }
}

/// The text of a schema, as [`parse`](OutputSchema::parse) reads it.
impl TryFrom<String> for OutputSchema {
    type Error = SchemaError;

    fn try_from(text: String) -> Result<Self, SchemaError> {
        Self::parse(&text)
    }
}

impl TryFrom<Schema> for OutputSchema {
    type Error = SchemaError;

    fn try_from(schema: Schema) -> Result<Self, SchemaError> {
        Self::try_from(schema.to_value())
    }
}

/// Writes the text that is sent.
impl fmt::Display for OutputSchema {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Serialize for OutputSchema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Makes the schema of a type, whatever it is.
fn schema_of<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    let settings = settings.with(|settings| {
        settings.meta_schema = None;
        // The documentation knows nested objects, and no references.
        settings.inline_subschemas = true;
    });
    let schema = settings.into_generator().into_root_schema_for::<T>();
    compact::compact(schema, &T::schema_name())
}

/// Returns the JSON pointer of a reference to a place in the same schema.
fn pointer(reference: &str) -> Option<Cow<'_, str>> {
    let fragment = reference.strip_prefix('#')?;
    percent_decode_str(fragment).decode_utf8().ok()
}

/// Returns the name of a type without the modules in it.
fn short_name(full: &str) -> String {
    let mut short = String::new();
    let mut word_start = 0;
    let mut rest = full;
    while let Some(character) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("::") {
            short.truncate(word_start);
            rest = after;
            continue;
        }
        short.push(character);
        if !character.is_alphanumeric() && character != '_' {
            word_start = short.len();
        }
        rest = &rest[character.len_utf8()..];
    }
    short
}

#[cfg(test)]
mod tests;
