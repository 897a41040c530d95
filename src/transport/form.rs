//! Bodies of `multipart/form-data`.

use http::header;
use reqwest::multipart;

use super::{outgoing::Outgoing, upload::Upload};
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
        let request = reqwest::RequestBuilder::from_parts(client.clone(), request)
            .header(header::ACCEPT, "application/json")
            .multipart(form)
            .build()
            .map_err(|error| {
                Error::invalid_request("the request can't be built")
                    .with_source(error.without_url())
            })?;
        Ok(Outgoing::upload(request))
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
