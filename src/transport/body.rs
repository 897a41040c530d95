//! The bodies of replies, which are read whole and within bounds.

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use serde::de::IgnoredAny;

use crate::excerpt::excerpt;

/// The most bytes of an error page that are read.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// The reason why a body wasn't read whole.
pub(super) enum BodyError {
    TooLarge { limit: usize },
    Broken(reqwest::Error),
}

/// Reads the body of a success up to the limit, and the beginning of any other.
pub(super) async fn read(
    response: &mut reqwest::Response,
    limit: usize,
) -> Result<Bytes, BodyError> {
    let is_success = response.status().is_success();
    let limit = if is_success { limit } else { MAX_ERROR_BYTES };
    let mut first = Bytes::new();
    let mut whole = BytesMut::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| BodyError::Broken(error.without_url()))?
    {
        let read = first.len().max(whole.len());
        if read + chunk.len() > limit {
            if is_success {
                return Err(BodyError::TooLarge { limit });
            }
            whole.extend_from_slice(if whole.is_empty() { &first } else { &[] });
            whole.extend_from_slice(&chunk[..limit - read]);
            break;
        }
        // Most replies come in one chunk, which then needs no copy.
        if first.is_empty() {
            first = chunk;
            continue;
        }
        if whole.is_empty() {
            whole.extend_from_slice(&first);
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(if whole.is_empty() {
        first
    } else {
        whole.freeze()
    })
}

/// Whether a body is a JSON document, and a whole one.
///
/// With a `Content-Length`, checking the first and last byte is enough; without one, the body could
/// have been cut anywhere and is parsed.
pub(super) fn is_json(body: &[u8], has_announced_length: bool) -> bool {
    let text = body.trim_ascii();
    let ends = (text.first(), text.last());
    let has_ends = matches!(ends, (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')));
    has_ends && (has_announced_length || serde_json::from_slice::<IgnoredAny>(text).is_ok())
}

#[derive(serde::Deserialize)]
struct Envelope {
    error: String,
}

/// Returns what an error's body says, whatever its form.
pub(super) fn error_text(status: StatusCode, body: &[u8]) -> String {
    match serde_json::from_slice::<Envelope>(body) {
        Ok(envelope) => envelope.error,
        Err(_) => match excerpt(body) {
            text if text.is_empty() => status.canonical_reason().unwrap_or("no body").to_owned(),
            text => text,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_document_is_json() {
        assert!(is_json(b" {\"a\":{\"b\":1}}\n", true));
        assert!(is_json(b" {\"a\":{\"b\":1}}\n", false));
        for body in ["", "  ", "{\"a\":", "{\"a\":1} {", "<html></html>"] {
            assert!(!is_json(body.as_bytes(), true), "{body}");
        }
        for body in ["{\"a\":{\"b\":1}", "{} {}"] {
            assert!(!is_json(body.as_bytes(), false), "{body}");
        }
    }

    #[test]
    fn an_error_says_what_its_envelope_holds_or_what_came_instead() {
        let text = |body: &str| error_text(StatusCode::BAD_GATEWAY, body.as_bytes());
        assert_eq!(text(r#"{"error":"no"}"#), "no");
        assert_eq!(text("<h1>\n  502</h1>"), "<h1> 502</h1>");
        assert_eq!(text(r#"{"detail":1}"#), r#"{"detail":1}"#);
        assert_eq!(text(""), "Bad Gateway");
    }
}
