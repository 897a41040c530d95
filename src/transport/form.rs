//! Bodies of `multipart/form-data`.

use std::io;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::{TryStreamExt, stream::try_unfold};
use http::header;
use reqwest::multipart;

use super::{
    outgoing::{Outgoing, Progress},
    upload::{ByteStream, Opened, Upload},
};
use crate::error::Error;

/// A form, encoded anew for each attempt.
#[derive(Debug, Default)]
pub(crate) struct Form {
    parts: Vec<(String, Part)>,
    /// The error of the first value that couldn't be written as JSON.
    failure: Option<String>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    File(Upload),
}

/// The MIME type of text parts. Some servers insist on one for every part.
const TEXT: &str = "text/plain; charset=utf-8";

impl Form {
    pub(crate) fn text(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.parts.push((name.into(), Part::Text(value.into())));
    }

    pub(crate) fn file(&mut self, name: impl Into<String>, upload: Upload) {
        self.parts.push((name.into(), Part::File(upload)));
    }

    #[allow(
        dead_code,
        reason = "a spec need not have a form whose parts are objects"
    )]
    pub(crate) fn json(&mut self, name: impl Into<String>, value: &impl serde::Serialize) {
        let name = name.into();
        match serde_json::to_string(value) {
            Ok(text) => self.text(name, text),
            Err(error) => {
                let failure = format!("`{name}` can't be written as JSON: {error}");
                self.failure.get_or_insert(failure);
            }
        }
    }

    /// Whether there is a part of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.parts.iter().any(|(given, _)| given == name)
    }

    /// Returns why the form can't be encoded once more; `None` where it can.
    pub(super) fn why_spent(&self) -> Option<String> {
        self.parts.iter().find_map(|(_, part)| match part {
            Part::File(upload) => upload.why_spent(),
            Part::Text(_) => None,
        })
    }

    /// Returns the request with the form as its body.
    pub(super) async fn encode(
        &mut self,
        client: &reqwest::Client,
        request: reqwest::Request,
    ) -> Result<Outgoing, Error> {
        if let Some(failure) = &self.failure {
            return Err(Error::invalid_request(failure.clone()));
        }
        let progress = Progress::new(true);
        let mut form = multipart::Form::new();
        for (name, part) in &mut self.parts {
            let part = match part {
                Part::Text(text) => multipart::Part::text(text.clone())
                    .mime_str(TEXT)
                    .map_err(|error| Error::invalid_request(error.to_string()))?,
                Part::File(upload) => file_part(upload, &progress).await?,
            };
            form = form.part(name.clone(), part);
        }
        let request = reqwest::RequestBuilder::from_parts(client.clone(), request)
            .header(header::ACCEPT, "application/json")
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
fn watched(
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
