//! Where the request of each attempt comes from.

use super::form::{Form, Progress};
use crate::error::Error;

/// A request ready to be sent.
pub(crate) struct Outgoing {
    pub(crate) request: reqwest::Request,
    /// Of an upload, what it has sent so far.
    pub(crate) progress: Option<Progress>,
}

/// Makes the request of each attempt anew, since a body that streams can't be cloned.
pub(crate) struct Source {
    request: reqwest::Request,
    form: Option<(reqwest::Client, Form)>,
}

impl Source {
    pub(crate) fn request(request: reqwest::Request) -> Self {
        Self {
            request,
            form: None,
        }
    }

    /// A request whose body is the form, as the HTTP client encodes it.
    pub(crate) fn form(client: reqwest::Client, request: reqwest::Request, form: Form) -> Self {
        Self {
            request,
            form: Some((client, form)),
        }
    }

    pub(crate) fn url(&self) -> &url::Url {
        self.request.url()
    }

    /// Why there can't be another request, if so.
    pub(crate) fn is_spent(&self) -> Option<String> {
        let (_, form) = self.form.as_ref()?;
        form.is_spent()
    }

    /// The next request, or why there can't be one.
    pub(crate) async fn next(&mut self) -> Result<Outgoing, Error> {
        let request = self
            .request
            .try_clone()
            .ok_or_else(|| Error::invalid_request("the body can be sent only once"))?;
        match &mut self.form {
            None => Ok(Outgoing {
                request,
                progress: None,
            }),
            Some((client, form)) => form.encode(client, request).await,
        }
    }
}
