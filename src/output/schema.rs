//! The schema of the wanted output, as it is sent.

use std::{convert::Infallible, fmt};

use schemars::{JsonSchema, generate::SchemaSettings, transform::RecursiveTransform};
use serde_json::{Map, Value};

/// How deep the root of a schema may be hidden in references and compositions.
const DEEPEST: u8 = 32;

/// How an answer is to be shaped: a JSON schema of an object.
///
/// [`Run::output`](crate::run::Run::output) makes one of its type;
/// [`Run::output_schema`](crate::run::Run::output_schema) takes one. An answer is an object with
/// named fields, so the schema has to be that of an object.
///
/// ```
/// use nanonets_agents::output::OutputSchema;
///
/// #[derive(schemars::JsonSchema)]
/// struct Invoice {
///     /// As it is printed.
///     number: String,
///     pages: u32,
/// }
///
/// let schema = OutputSchema::of::<Invoice>()?;
/// let expected = serde_json::json!({
///     "type": "object",
///     "properties": {
///         "number": {"type": "string", "description": "As it is printed."},
///         "pages": {"type": "integer", "minimum": 0},
///     },
///     "required": ["number", "pages"],
/// });
/// assert_eq!(schema.as_value(), &expected);
/// # Ok::<(), nanonets_agents::output::InvalidSchema>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct OutputSchema(Value);

/// Why something isn't the schema of an object.
///
/// ```
/// use nanonets_agents::output::OutputSchema;
///
/// let error = OutputSchema::parse(r#"{"type": "object",}"#).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the output schema isn't JSON: trailing comma at line 1 column 19"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidSchema(String);

impl From<Infallible> for InvalidSchema {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl OutputSchema {
    /// Makes the schema of a type.
    ///
    /// It holds what the type says, and is as short as that allows: doc comments are descriptions,
    /// the schemas of fields stand where the fields are, and there is neither a title of a type nor
    /// a format that only tells how wide a number is. A type that holds itself is referred to.
    ///
    /// ```
    /// use nanonets_agents::output::OutputSchema;
    ///
    /// let error = OutputSchema::of::<Vec<String>>().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "an answer is an object with named fields, and the schema of `Array_of_string` is that \
    ///      of an array; write a struct with a field of this type, and ask for the struct"
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidSchema`] where the type isn't an object in JSON: a list, a text, a number, an
    /// `Option`, an enum with variants that aren't objects, and what may be anything. Put it into
    /// a field of a struct.
    pub fn of<T: JsonSchema>() -> Result<Self, InvalidSchema> {
        let mut settings = SchemaSettings::draft2020_12();
        settings.meta_schema = None;
        // The documentation knows nested objects, and no references.
        settings.inline_subschemas = true;
        settings = settings.with_transform(RecursiveTransform(without_widths));
        let schema = settings.into_generator().into_root_schema_for::<T>();
        let mut schema = schema.to_value();
        let name = T::schema_name();
        if let Some(root) = schema.as_object_mut()
            && root.get("title").and_then(Value::as_str) == Some(&*name)
        {
            root.remove("title");
        }
        of_object(schema).map_err(|found| {
            InvalidSchema(format!(
                "an answer is an object with named fields, and the schema of `{name}` is that of \
                 {found}; write a struct with a field of this type, and ask for the struct"
            ))
        })
    }

    /// Reads a schema from JSON text, such as a file holds.
    ///
    /// ```no_run
    /// use nanonets_agents::output::OutputSchema;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let schema = OutputSchema::parse(&std::fs::read_to_string("invoice.schema.json")?)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidSchema`] where the text isn't JSON, with its line and column, or not the schema of
    /// an object.
    pub fn parse(text: &str) -> Result<Self, InvalidSchema> {
        let schema: Value = serde_json::from_str(text)
            .map_err(|error| InvalidSchema(format!("the output schema isn't JSON: {error}")))?;
        Self::from_value(schema)
    }

    /// Takes a schema that is there as JSON.
    ///
    /// ```
    /// use nanonets_agents::output::OutputSchema;
    ///
    /// let schema = serde_json::json!({"properties": {"total": {"type": "number"}}});
    /// let schema = OutputSchema::from_value(schema)?;
    /// assert_eq!(schema.as_value()["type"], "object");
    ///
    /// let error = OutputSchema::from_value(serde_json::json!({"total": "number"})).unwrap_err();
    /// assert!(error.to_string().ends_with(r#"such as {"type": "object", "properties": {…}}"#));
    /// # Ok::<(), nanonets_agents::output::InvalidSchema>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidSchema`] where it isn't the schema of an object.
    pub fn from_value(schema: Value) -> Result<Self, InvalidSchema> {
        of_object(schema).map_err(|found| {
            InvalidSchema(format!(
                "the output schema is {found}, and an answer is an object with named fields; give \
                 the schema of one, such as {{\"type\": \"object\", \"properties\": {{…}}}}"
            ))
        })
    }

    /// Returns the schema as JSON.
    pub fn as_value(&self) -> &Value {
        &self.0
    }
}

/// Shows the JSON text that is sent.
impl fmt::Display for OutputSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<Value> for OutputSchema {
    type Error = InvalidSchema;

    fn try_from(schema: Value) -> Result<Self, InvalidSchema> {
        Self::from_value(schema)
    }
}

impl TryFrom<&Value> for OutputSchema {
    type Error = InvalidSchema;

    fn try_from(schema: &Value) -> Result<Self, InvalidSchema> {
        Self::from_value(schema.clone())
    }
}

impl TryFrom<&str> for OutputSchema {
    type Error = InvalidSchema;

    fn try_from(text: &str) -> Result<Self, InvalidSchema> {
        Self::parse(text)
    }
}

impl TryFrom<String> for OutputSchema {
    type Error = InvalidSchema;

    fn try_from(text: String) -> Result<Self, InvalidSchema> {
        Self::parse(&text)
    }
}

/// Takes the schema of an object, and tells of another one what it is.
fn of_object(mut schema: Value) -> Result<OutputSchema, &'static str> {
    is_object(&schema, &schema, DEEPEST)?;
    if let Value::Object(root) = &mut schema
        && !root.contains_key("type")
        && !root.contains_key("$ref")
    {
        root.insert("type".to_owned(), "object".into());
    }
    Ok(OutputSchema(schema))
}

/// Whether a schema is one of objects alone; else tells what it is.
fn is_object(schema: &Value, root: &Value, depth: u8) -> Result<(), &'static str> {
    // References may lead in a circle.
    let Some(depth) = depth.checked_sub(1) else {
        return Err("nested too deeply");
    };
    let Value::Object(keywords) = schema else {
        return Err(match schema {
            Value::Bool(true) => "one of anything",
            _ => "no JSON schema",
        });
    };
    let variants = |name: &str| keywords.get(name).and_then(Value::as_array);
    match keywords.get("type") {
        Some(Value::String(name)) if name == "object" => {
            let properties = keywords.get("properties");
            return if properties.is_none_or(Value::is_object) {
                Ok(())
            } else {
                Err("no JSON schema, since its `properties` are no object")
            };
        }
        Some(Value::String(name)) => return Err(named(name)),
        Some(_) => return Err("one of several types, of which null may be one"),
        None => (),
    }
    if let Some(reference) = keywords.get("$ref").and_then(Value::as_str) {
        let pointer = reference.strip_prefix('#').unwrap_or(reference);
        return match root.pointer(pointer) {
            Some(target) => is_object(target, root, depth),
            None => Err("a reference to another one"),
        };
    }
    if let Some(variants) = variants("oneOf").or_else(|| variants("anyOf")) {
        let are_objects = !variants.is_empty()
            && variants
                .iter()
                .all(|variant| is_object(variant, root, depth).is_ok());
        return if are_objects {
            Ok(())
        } else {
            Err("one of several types, of which not all are objects")
        };
    }
    let is_one = |parts: &Vec<Value>| {
        parts
            .iter()
            .any(|part| is_object(part, root, depth).is_ok())
    };
    if variants("allOf").is_some_and(is_one)
        || keywords.get("properties").is_some_and(Value::is_object)
    {
        return Ok(());
    }
    Err(
        if keywords.contains_key("enum") || keywords.contains_key("const") {
            "one of a few values"
        } else {
            "no schema of an object"
        },
    )
}

fn named(name: &str) -> &'static str {
    match name {
        "array" => "an array",
        "string" => "a text",
        "integer" | "number" => "a number",
        "boolean" => "a boolean",
        "null" => "null",
        _ => "of a type that JSON schemas don't have",
    }
}

/// Removes the format of a number, which only tells how wide it is.
fn without_widths(schema: &mut schemars::Schema) {
    let Some(keywords) = schema.as_object_mut() else {
        return;
    };
    if is_number(keywords) {
        keywords.remove("format");
    }
}

fn is_number(keywords: &Map<String, Value>) -> bool {
    let is_numeric = |name: &Value| name == "integer" || name == "number";
    match keywords.get("type") {
        Some(Value::Array(names)) => names.iter().any(is_numeric),
        Some(name) => is_numeric(name),
        None => false,
    }
}
