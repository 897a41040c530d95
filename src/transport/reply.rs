//! What an answer is to generated code: read whole, and knowing the call that it belongs to.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::error::CallInfo;

/// A whole answer, whatever its status.
pub(crate) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// Of an error, it is in the documented envelope by the time that generated code sees it.
    pub(super) body: Bytes,
    pub(super) call: CallInfo,
}

impl Reply {
    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// The answer as progenitor hands it out where the spec has no type for it.
    pub(crate) fn into_response(mut self) -> reqwest::Response {
        self.call.put_into(&mut self.headers);
        let mut response = http::Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response.into()
    }
}
