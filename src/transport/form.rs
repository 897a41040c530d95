//! Bodies of `multipart/form-data`.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::TryStreamExt;
use http::header;
use reqwest::multipart;
use tokio::time::Instant;

use super::{carry::carried, source::Outgoing, upload::Upload};
use crate::error::Error;

/// A form, encoded anew for each attempt.
#[derive(Debug, Default)]
pub(crate) struct Form {
    parts: Vec<(String, Part)>,
    /// The first value that couldn't be written as JSON.
    failure: Option<String>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    File(Upload),
}

/// When an upload last moved.
#[derive(Clone, Debug)]
pub(crate) struct Progress(Arc<Mutex<Instant>>);

impl Progress {
    fn start() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    fn touch(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    pub(crate) fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Text parts say what they are, too: some servers insist on a type for every part.
const TEXT: &str = "text/plain; charset=utf-8";

impl Form {
    pub(crate) fn text(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.parts.push((name.into(), Part::Text(value.into())));
    }

    pub(crate) fn file(&mut self, name: impl Into<String>, upload: Upload) {
        self.parts.push((name.into(), Part::File(upload)));
    }

    /// For forms whose parts are objects; a spec need not have one.
    #[allow(dead_code)]
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

    /// Makes the form the request's body.
    pub(crate) async fn encode(
        &mut self,
        client: &reqwest::Client,
        request: reqwest::Request,
    ) -> Result<Outgoing, Error> {
        if let Some(failure) = &self.failure {
            return Err(Error::invalid_request(failure.clone()));
        }
        let progress = Progress::start();
        let mut form = multipart::Form::new();
        for (name, part) in &mut self.parts {
            let part = match part {
                Part::Text(text) => multipart::Part::text(text.clone())
                    .mime_str(TEXT)
                    .map_err(|error| Error::invalid_request(error.to_string()))?,
                Part::File(upload) => file_part(upload, progress.clone()).await?,
            };
            form = form.part(name.clone(), part);
        }
        let request = reqwest::RequestBuilder::from_parts(client.clone(), request)
            .header(header::ACCEPT, "application/json")
            .multipart(form)
            .build()
            .map_err(carried)?;
        Ok(Outgoing {
            request,
            progress: Some(progress),
        })
    }
}

async fn file_part(upload: &mut Upload, progress: Progress) -> Result<multipart::Part, Error> {
    let opened = upload.open().await?;
    let content = opened.content.inspect_ok(move |_| progress.touch());
    let body = reqwest::Body::wrap_stream(content);
    let part = match opened.length {
        Some(length) => multipart::Part::stream_with_length(body, length),
        None => multipart::Part::stream(body),
    };
    part.file_name(opened.name)
        .mime_str(&opened.mime)
        .map_err(|_| Error::invalid_request(format!("`{}` is not a MIME type", opened.mime)))
}
