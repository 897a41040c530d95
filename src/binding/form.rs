//! The form of a call, as its builder was given the parts.

use serde::Serialize;

use super::{
    argument::{Argument, ArgumentError},
    values::text_of,
};
use crate::transport::{self, FormPart, Upload};

/// The MIME type of text parts. Some servers insist on one for every part.
const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";

/// The parts of a form. The first that is wrong is kept, and fails the call when it is sent.
///
/// A part that is set again replaces the earlier one.
#[derive(Debug, Default)]
pub(crate) struct Form {
    parts: transport::Form,
    failure: Option<ArgumentError>,
}

impl Form {
    /// Adds a text beside those of the same name.
    pub(crate) fn text(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.parts.add(name, FormPart::text(value, TEXT));
    }

    pub(crate) fn set_text<T: Serialize>(
        &mut self,
        name: &str,
        media_type: Option<&'static str>,
        value: Argument<T>,
    ) {
        let part = value.and_then(|value| text_part(name, media_type, &value));
        self.set(name, part.map(|part| vec![part]));
    }

    /// Sets one part for each value.
    pub(crate) fn set_texts(
        &mut self,
        name: &str,
        media_type: Option<&'static str>,
        values: impl IntoIterator<Item = impl Serialize>,
    ) {
        let values = values.into_iter();
        let parts = values.map(|value| text_part(name, media_type, &value));
        self.set(name, parts.collect());
    }

    pub(crate) fn set_json<T: Serialize>(
        &mut self,
        name: &str,
        media_type: Option<&'static str>,
        value: Argument<T>,
    ) {
        let part = value.and_then(|value| json_part(name, media_type, &value));
        self.set(name, part.map(|part| vec![part]));
    }

    /// Sets one part for each value.
    pub(crate) fn set_jsons(
        &mut self,
        name: &str,
        media_type: Option<&'static str>,
        values: impl IntoIterator<Item = impl Serialize>,
    ) {
        let values = values.into_iter();
        let parts = values.map(|value| json_part(name, media_type, &value));
        self.set(name, parts.collect());
    }

    pub(crate) fn set_file(
        &mut self,
        name: &str,
        media_type: Option<&'static str>,
        upload: Upload,
    ) {
        let upload = upload.mime_by_default(media_type);
        self.set(name, Ok(vec![FormPart::File(upload)]));
    }

    /// Adds a file beside those of the same name.
    pub(crate) fn add_file(
        &mut self,
        name: &str,
        media_type: Option<&'static str>,
        upload: Upload,
    ) {
        let upload = upload.mime_by_default(media_type);
        self.parts.add(name, FormPart::File(upload));
    }

    fn set(&mut self, name: &str, parts: Argument<Vec<FormPart>>) {
        match parts {
            Ok(parts) => self.parts.set(name, parts),
            Err(error) => _ = self.failure.get_or_insert(error),
        }
    }

    /// Whether there is a part of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.parts.has(name)
    }

    /// Whether nothing was set, right or wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.failure.is_none()
    }

    pub(super) fn into_parts(self) -> Argument<transport::Form> {
        self.failure.map_or(Ok(self.parts), Err)
    }
}

fn text_part(
    name: &str,
    media_type: Option<&'static str>,
    value: &impl Serialize,
) -> Argument<FormPart> {
    match text_of(value) {
        Some(text) => Ok(FormPart::text(text, media_type.unwrap_or(TEXT))),
        None => Err(ArgumentError::invalid(name, "a plain value")),
    }
}

fn json_part(
    name: &str,
    media_type: Option<&'static str>,
    value: &impl Serialize,
) -> Argument<FormPart> {
    match serde_json::to_string(value) {
        Ok(text) => Ok(FormPart::text(text, media_type.unwrap_or(JSON))),
        Err(error) => Err(ArgumentError::new(format!(
            "`{name}` can't be written as JSON: {error}"
        ))),
    }
}
