//! An answer that has been read whole.

use http::{HeaderMap, StatusCode};

use super::body::ReplyBody;

/// A whole answer, whatever its status.
pub(crate) struct BufferedResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: ReplyBody,
    /// The response, where its body is still to be read.
    pub(crate) unread: Option<Box<reqwest::Response>>,
}
