//! The form of the generated table: schemas and replies, as the spec has them.

use http::StatusCode;

use super::shape::JsonKind;

/// A schema of the spec, with what drift compares of it. `allOf` is kept as it is: what it says
/// belongs to the schema that says it.
pub(crate) struct Schema {
    /// The name under `components.schemas`.
    pub(crate) name: Option<&'static str>,
    /// The kinds of JSON that are allowed; any where there are none.
    pub(crate) kinds: &'static [JsonKind],
    pub(crate) is_nullable: bool,
    pub(crate) format: Option<&'static str>,
    /// The values of an enum of texts.
    pub(crate) values: &'static [&'static str],
    pub(crate) properties: &'static [Property],
    pub(crate) required: &'static [&'static str],
    /// The schema of the members that aren't properties, where `additionalProperties` has one.
    pub(crate) further: Option<&'static Schema>,
    pub(crate) items: Option<&'static Schema>,
    /// The members of `allOf`.
    pub(crate) parts: &'static [&'static Schema],
    /// The members of `oneOf` and `anyOf`.
    pub(crate) alternatives: &'static [&'static Schema],
    pub(crate) discriminator: Option<&'static Discriminator>,
}

/// A property of an object.
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) schema: &'static Schema,
}

/// The property whose value says which of the alternatives an object is.
pub(crate) struct Discriminator {
    pub(crate) property: &'static str,
    pub(crate) mapping: &'static [(&'static str, &'static Schema)],
}

/// The replies of an operation.
pub(crate) struct OperationReplies {
    pub(crate) id: &'static str,
    pub(crate) replies: &'static [Reply],
}

/// A reply of an operation.
pub(crate) struct Reply {
    /// A code, a range such as `2XX`, or `default`.
    pub(crate) status: &'static str,
    /// The media types, in lower case and without parameters.
    pub(crate) media_types: &'static [&'static str],
    /// The schema of a body of JSON.
    pub(crate) schema: Option<&'static Schema>,
}

impl Schema {
    /// The schema of any JSON.
    pub(crate) const ANY: Self = Self {
        name: None,
        kinds: &[],
        is_nullable: false,
        format: None,
        values: &[],
        properties: &[],
        required: &[],
        further: None,
        items: None,
        parts: &[],
        alternatives: &[],
        discriminator: None,
    };
}

impl Property {
    /// Returns whether a member of this name is the property.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }
}

impl OperationReplies {
    /// Returns what the spec says of a reply of this status: under its code, its range, or by
    /// default.
    pub(super) fn documented(&self, status: StatusCode) -> Option<&'static Reply> {
        let range = format!("{}XX", status.as_u16() / 100);
        [status.as_str(), &range, "default"]
            .into_iter()
            .find_map(|key| self.replies.iter().find(|reply| reply.status == key))
    }

    /// Returns the reply that the client takes an undocumented one for: the first of its range.
    pub(super) fn alike(&self, status: StatusCode) -> Option<&'static Reply> {
        let class = &status.as_str()[..1];
        self.replies
            .iter()
            .find(|reply| reply.status.starts_with(class))
    }
}

impl Reply {
    /// Returns whether the spec names this media type, or a range that includes it.
    pub(super) fn allows(&self, media_type: &str) -> bool {
        let group = media_type.split('/').next().unwrap_or_default();
        self.media_types.iter().any(|known| {
            *known == media_type || *known == "*/*" || known.strip_suffix("/*") == Some(group)
        })
    }
}
