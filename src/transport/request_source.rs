//! The request of each attempt, made anew.

use http::{HeaderMap, HeaderValue, header};

use super::{
    form::{Form, watched},
    outgoing::{Outgoing, Progress},
    upload::{Opened, Upload},
};
use crate::error::Error;

/// The source of each attempt's request, which is made anew: a body that streams can't be cloned.
///
/// Its fields are boxed, because it is a part of every call's future.
pub(crate) struct RequestSource {
    request: Box<reqwest::Request>,
    body: Body,
}

/// A body that is opened for each attempt.
enum Body {
    /// The request has it already, or there is none.
    Whole,
    Form(Box<Form>),
    Upload(Box<Upload>),
}

impl RequestSource {
    pub(crate) fn request(request: reqwest::Request) -> Self {
        Self {
            request: Box::new(request),
            body: Body::Whole,
        }
    }

    /// Returns the source of requests whose body is the form.
    pub(crate) fn form(request: reqwest::Request, form: Form) -> Self {
        Self {
            request: Box::new(request),
            body: Body::Form(Box::new(form)),
        }
    }

    /// Returns the source of requests whose body is the content of the upload.
    pub(crate) fn upload(request: reqwest::Request, mut upload: Upload) -> Self {
        upload.name_by_default("the body");
        Self {
            request: Box::new(request),
            body: Body::Upload(Box::new(upload)),
        }
    }

    pub(super) fn headers_mut(&mut self) -> &mut HeaderMap {
        self.request.headers_mut()
    }

    pub(super) fn url(&self) -> &url::Url {
        self.request.url()
    }

    /// Returns why there can't be another request; `None` where there can.
    pub(super) fn why_spent(&self) -> Option<String> {
        match &self.body {
            Body::Whole => None,
            Body::Form(form) => form.why_spent(),
            Body::Upload(upload) => upload.why_spent(),
        }
    }

    /// Returns the next request, where making it takes no time.
    pub(super) fn next_at_once(&self) -> Option<Outgoing> {
        match self.body {
            Body::Whole => self.request.try_clone().map(Outgoing::short),
            Body::Form(_) | Body::Upload(_) => None,
        }
    }

    /// Returns the next request.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) where the body can't be made
    /// again, or at all.
    pub(super) async fn next(&mut self, client: &reqwest::Client) -> Result<Outgoing, Error> {
        let Some(request) = self.request.try_clone() else {
            return Err(Error::invalid_request("the body can be sent only once"));
        };
        match &mut self.body {
            Body::Whole => Ok(Outgoing::short(request)),
            Body::Form(form) => form.encode(client, request).await,
            Body::Upload(upload) => whole(upload, request).await,
        }
    }
}

/// Returns the request with an upload as its body.
async fn whole(upload: &mut Upload, mut request: reqwest::Request) -> Result<Outgoing, Error> {
    let progress = Progress::new(true);
    let Opened {
        name,
        length,
        content,
        ..
    } = upload.open().await?;
    if let Some(length) = length {
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    let content = watched(content, name, length, progress.clone());
    *request.body_mut() = Some(reqwest::Body::wrap_stream(content));
    Ok(Outgoing::upload(request, progress))
}
