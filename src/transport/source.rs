//! Where the request of each attempt comes from.

use http::HeaderMap;

use super::form::{Form, Progress};
use crate::error::Error;

/// A request ready to be sent.
pub(crate) struct Outgoing {
    pub(crate) request: reqwest::Request,
    /// Of an upload, what it has sent so far.
    pub(crate) progress: Option<Progress>,
}

/// Makes the request of each attempt anew, since a body that streams can't be cloned.
///
/// Boxed inside, since it is a part of every call's future.
pub(crate) struct Source {
    request: Box<reqwest::Request>,
    form: Option<Box<(reqwest::Client, Form)>>,
}

impl Source {
    pub(crate) fn request(request: reqwest::Request) -> Self {
        Self {
            request: Box::new(request),
            form: None,
        }
    }

    /// A request whose body is the form, as the HTTP client encodes it.
    pub(crate) fn form(client: reqwest::Client, request: reqwest::Request, form: Form) -> Self {
        Self {
            request: Box::new(request),
            form: Some(Box::new((client, form))),
        }
    }

    pub(crate) fn headers_mut(&mut self) -> &mut HeaderMap {
        self.request.headers_mut()
    }

    pub(crate) fn url(&self) -> &url::Url {
        self.request.url()
    }

    /// Why there can't be another request, if so.
    pub(crate) fn is_spent(&self) -> Option<String> {
        let (_, form) = self.form.as_deref()?;
        form.is_spent()
    }

    /// The next request, or why there can't be one.
    pub(crate) async fn next(&mut self) -> Result<Outgoing, Error> {
        let request = self
            .request
            .try_clone()
            .ok_or_else(|| Error::invalid_request("the body can be sent only once"))?;
        match self.form.as_deref_mut() {
            None => Ok(Outgoing {
                request,
                progress: None,
            }),
            // Boxed, so that calls without a form aren't the larger for it.
            Some((client, form)) => Box::pin(form.encode(client, request)).await,
        }
    }
}
