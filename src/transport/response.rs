//! An answer that has been read whole.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// A whole answer, whatever its status.
pub(crate) struct BufferedResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}
