//! Bodies of `multipart/form-data`.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::header;
use http_body::{Body, Frame, SizeHint};
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

/// How far the sending of a body has got.
#[derive(Clone, Debug)]
pub(crate) struct Progress(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    last: Instant,
    is_complete: bool,
}

impl Progress {
    fn start() -> Self {
        Self(Arc::new(Mutex::new(State {
            last: Instant::now(),
            is_complete: false,
        })))
    }

    /// When the connection last took something.
    pub(crate) fn last(&self) -> Instant {
        self.lock().last
    }

    /// Whether the connection has taken everything.
    pub(crate) fn is_complete(&self) -> bool {
        self.lock().is_complete
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body that reports its progress.
struct Watched {
    body: reqwest::Body,
    /// How many bytes are still to come, where their number was announced.
    left: Option<u64>,
    progress: Progress,
}

impl Body for Watched {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let data = frame.as_ref().and_then(|it| it.as_ref().ok()?.data_ref());
        let length = data.map_or(0, |it| it.len() as u64);
        self.left = self.left.map(|it| it.saturating_sub(length));
        // Nobody asks for more once as many bytes are out as were announced.
        let is_over = frame.is_none() || self.body.is_end_stream() || self.left == Some(0);
        let mut state = self.progress.lock();
        state.last = Instant::now();
        state.is_complete |= is_over;
        drop(state);
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
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

    /// Why it can't be encoded once more, if so.
    pub(crate) fn is_spent(&self) -> Option<String> {
        self.parts.iter().find_map(|(_, part)| match part {
            Part::File(upload) => upload.is_spent(),
            Part::Text(_) => None,
        })
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
        let mut form = multipart::Form::new();
        for (name, part) in &mut self.parts {
            let part = match part {
                Part::Text(text) => multipart::Part::text(text.clone())
                    .mime_str(TEXT)
                    .map_err(|error| Error::invalid_request(error.to_string()))?,
                Part::File(upload) => file_part(upload).await?,
            };
            form = form.part(name.clone(), part);
        }
        let mut request = reqwest::RequestBuilder::from_parts(client.clone(), request)
            .header(header::ACCEPT, "application/json")
            .multipart(form)
            .build()
            .map_err(carried)?;
        let progress = Progress::start();
        let length = request.headers().get(header::CONTENT_LENGTH);
        let left = length.and_then(|it| it.to_str().ok()?.parse().ok());
        if let Some(body) = request.body_mut().take() {
            *request.body_mut() = Some(reqwest::Body::wrap(Watched {
                body,
                left,
                progress: progress.clone(),
            }));
        }
        Ok(Outgoing {
            request,
            progress: Some(progress),
        })
    }
}

async fn file_part(upload: &mut Upload) -> Result<multipart::Part, Error> {
    let opened = upload.open().await?;
    let body = reqwest::Body::wrap_stream(opened.content);
    let part = match opened.length {
        Some(length) => multipart::Part::stream_with_length(body, length),
        None => multipart::Part::stream(body),
    };
    part.file_name(opened.name)
        .mime_str(&opened.mime)
        .map_err(|_| Error::invalid_request(format!("`{}` is not a MIME type", opened.mime)))
}
