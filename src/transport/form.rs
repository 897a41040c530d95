//! Bodies of `multipart/form-data`.

use std::io;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::{TryStreamExt, stream::try_unfold};
use reqwest::multipart;

use super::{
    outgoing::{Outgoing, Progress},
    upload::{ByteStream, Opened, Upload},
};
use crate::error::Error;

/// A form, encoded anew for each attempt.
#[derive(Debug, Default)]
pub(crate) struct Form {
    parts: Vec<(String, FormPart)>,
}

/// A part of a form.
#[derive(Debug)]
pub(crate) enum FormPart {
    Text {
        text: String,
        media_type: &'static str,
    },
    File(Upload),
}

impl FormPart {
    pub(crate) fn text(text: impl Into<String>, media_type: &'static str) -> Self {
        Self::Text {
            text: text.into(),
            media_type,
        }
    }
}

impl Form {
    /// Adds a part beside those of the same name.
    pub(crate) fn add(&mut self, name: impl Into<String>, part: FormPart) {
        self.parts.push((name.into(), part));
    }

    /// Puts parts in the place of those of the same name.
    pub(crate) fn set(&mut self, name: &str, parts: Vec<FormPart>) {
        let first = self.parts.iter().position(|(given, _)| given == name);
        self.parts.retain(|(given, _)| given != name);
        let place = first.unwrap_or(self.parts.len());
        let parts = parts.into_iter().map(|part| (name.to_owned(), part));
        self.parts.splice(place..place, parts);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether there is a part of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.parts.iter().any(|(given, _)| given == name)
    }

    /// Returns why the form can't be encoded once more; `None` where it can.
    pub(super) fn why_spent(&self) -> Option<String> {
        self.parts.iter().find_map(|(_, part)| match part {
            FormPart::File(upload) => upload.why_spent(),
            FormPart::Text { .. } => None,
        })
    }

    /// Returns the request with the form as its body.
    pub(super) async fn encode(
        &mut self,
        client: &reqwest::Client,
        request: reqwest::Request,
    ) -> Result<Outgoing, Error> {
        let progress = Progress::new(true);
        let mut form = multipart::Form::new();
        for (name, part) in &mut self.parts {
            let part = match part {
                FormPart::Text { text, media_type } => multipart::Part::text(text.clone())
                    .mime_str(media_type)
                    .map_err(|error| Error::invalid_request(error.to_string()))?,
                FormPart::File(upload) => file_part(upload, &progress).await?,
            };
            form = form.part(name.clone(), part);
        }
        let request = reqwest::RequestBuilder::from_parts(client.clone(), request)
            .multipart(form)
            .build()
            .map_err(|error| {
                Error::invalid_request("the request can't be built")
                    .with_source(error.without_url())
            })?;
        Ok(Outgoing::upload(request, progress))
    }
}

async fn file_part(upload: &mut Upload, progress: &Progress) -> Result<multipart::Part, Error> {
    let Opened {
        name,
        mime,
        length,
        content,
    } = upload.open().await?;
    let content = watched(content, name.clone(), length, progress.clone());
    let body = reqwest::Body::wrap_stream(content);
    let part = match length {
        Some(length) => multipart::Part::stream_with_length(body, length),
        None => multipart::Part::stream(body),
    };
    part.file_name(name)
        .mime_str(&mime)
        .map_err(|_| Error::invalid_request(format!("`{mime}` is not a MIME type")))
}

/// Returns the content, which fails where it isn't as long as was announced: the form breaks off in
/// its midst, so that no server can take it for a whole one.
pub(super) fn watched(
    content: ByteStream,
    name: String,
    announced: Option<u64>,
    progress: Progress,
) -> impl Stream<Item = io::Result<Bytes>> {
    let state = (content, 0u64, name, progress);
    try_unfold(
        state,
        move |(mut content, sent, name, progress)| async move {
            let chunk = content.try_next().await?;
            let length = chunk.as_ref().map_or(0, Bytes::len);
            let sent = sent.saturating_add(length as u64);
            let least = match announced {
                Some(announced) if sent > announced => Some("at least "),
                Some(announced) if sent < announced && chunk.is_none() => Some(""),
                _ => None,
            };
            if let (Some(least), Some(announced)) = (least, announced) {
                let why =
                    format!("`{name}` has {least}{sent} bytes, but {announced} were announced");
                progress.fail(why.clone());
                return Err(io::Error::new(io::ErrorKind::InvalidData, why));
            }
            if chunk.is_none() && announced.is_none() {
                // The rest of the form is short, and there is no telling when it is over.
                progress.complete();
            }
            Ok(chunk.map(|chunk| (chunk, (content, sent, name, progress))))
        },
    )
}
