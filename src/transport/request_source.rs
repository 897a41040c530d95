//! The request of each attempt, made anew.

use http::HeaderMap;

use super::{form::Form, outgoing::Outgoing};
use crate::error::Error;

/// The source of each attempt's request, which is made anew: a body that streams can't be cloned.
///
/// Its fields are boxed, because it is a part of every call's future.
pub(crate) struct RequestSource {
    request: Box<reqwest::Request>,
    form: Option<Box<Form>>,
}

impl RequestSource {
    pub(crate) fn request(request: reqwest::Request) -> Self {
        Self {
            request: Box::new(request),
            form: None,
        }
    }

    /// Returns the source of requests whose body is the form.
    pub(crate) fn form(request: reqwest::Request, form: Form) -> Self {
        Self {
            request: Box::new(request),
            form: Some(Box::new(form)),
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
        self.form.as_ref()?.why_spent()
    }

    /// Returns the next request, where making it takes no time.
    pub(super) fn next_at_once(&self) -> Option<Outgoing> {
        match self.form {
            None => self.request.try_clone().map(Outgoing::short),
            Some(_) => None,
        }
    }

    /// Returns the next request.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) where the body can't be made
    /// again, or at all.
    pub(super) async fn next(&mut self, client: &reqwest::Client) -> Result<Outgoing, Error> {
        let request = self.request.try_clone();
        let (Some(request), Some(form)) = (request, self.form.as_deref_mut()) else {
            return Err(Error::invalid_request("the body can be sent only once"));
        };
        form.encode(client, request).await
    }
}
