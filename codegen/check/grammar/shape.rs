//! What a value of a document may be.

/// The shape of a value.
pub enum Shape {
    /// Any JSON.
    Any,
    Text,
    Boolean,
    Number,
    /// A whole number from zero up.
    Natural,
    /// One of these texts.
    Word(&'static [&'static str]),
    List(&'static Shape),
    /// A mapping whose keys are names.
    Map(&'static Shape),
    /// A mapping whose keys have a form of their own.
    Keyed(&'static Key, &'static Shape),
    Object(&'static Object),
    /// A key of OpenAPI that the generator can't take, with the sentence that says so.
    Refused(&'static str),
    /// A boolean, or a value of the other shape.
    BooleanOr(&'static Shape),
}

/// The form of the keys of a mapping.
pub struct Key {
    pub is_valid: fn(&str) -> bool,
    /// Usual names, which others are taken to mean if they are nearly the same.
    pub known: &'static [&'static str],
    /// What to write.
    pub advice: &'static str,
}

/// A mapping whose keys the grammar names.
pub struct Object {
    /// What it is, with an article.
    pub name: &'static str,
    /// The part of `components` that references to it point to.
    pub section: Option<&'static str>,
    pub keys: &'static [(&'static str, Shape)],
    pub required: &'static [&'static str],
    /// The extensions (`x-…`) that have an effect here.
    pub extensions: &'static [&'static str],
}

impl Object {
    /// Returns the shape of the value of a key.
    pub fn shape(&self, key: &str) -> Option<&'static Shape> {
        let mut keys = self.keys.iter();
        keys.find(|(name, _)| *name == key).map(|(_, shape)| shape)
    }
}
