//! Reading replies whole, within bounds.

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use serde::de::IgnoredAny;

use crate::error::excerpt;

/// As much of an error page as is worth keeping.
const MAX_ERROR_BYTES: usize = 64 * 1024;

pub(crate) enum BodyError {
    TooLarge { limit: usize },
    Broken(reqwest::Error),
}

/// Reads the body of a success up to the limit, and the beginning of any other.
pub(crate) async fn read(
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
        .map_err(|it| BodyError::Broken(it.without_url()))?
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
/// Of a body that has the announced length, the ends tell; only one that could have been cut
/// anywhere is read for that.
pub(crate) fn is_json(body: &[u8], has_announced_length: bool) -> bool {
    let text = body.trim_ascii();
    let ends = (text.first(), text.last());
    let has_ends = matches!(ends, (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')));
    has_ends && (has_announced_length || serde_json::from_slice::<IgnoredAny>(text).is_ok())
}

#[derive(serde::Deserialize)]
struct Envelope {
    error: String,
}

/// The envelope that every error should have, around whatever came instead.
pub(crate) fn error_envelope(status: StatusCode, body: Bytes) -> Bytes {
    match serde_json::from_slice::<Envelope>(&body) {
        Ok(_) => body,
        Err(_) => {
            let text = error_text(status, &body);
            serde_json::json!({ "error": text }).to_string().into()
        }
    }
}

/// What an error's body says, whatever its form.
pub(crate) fn error_text(status: StatusCode, body: &[u8]) -> String {
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
    fn an_error_keeps_its_envelope_or_gets_one() {
        let envelope = |body: &'static str| {
            let body = error_envelope(StatusCode::BAD_GATEWAY, Bytes::from_static(body.as_bytes()));
            String::from_utf8_lossy(&body).into_owned()
        };
        assert_eq!(envelope(r#"{"error":"no"}"#), r#"{"error":"no"}"#);
        assert_eq!(envelope("<h1>\n  502</h1>"), r#"{"error":"<h1> 502</h1>"}"#);
        assert_eq!(envelope(r#"{"detail":1}"#), r#"{"error":"{\"detail\":1}"}"#);
        assert_eq!(envelope(""), r#"{"error":"Bad Gateway"}"#);
    }
}
