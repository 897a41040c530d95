//! Reading replies whole, within bounds.

use bytes::{Bytes, BytesMut};
use http::StatusCode;

/// As much of an error page as is worth keeping.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// As much of a text as goes into a message.
const MAX_EXCERPT: usize = 300;

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

/// Whether a text has the outline of a JSON document, which tells a cut or foreign body from a whole one
/// without decoding it.
pub(crate) fn looks_like_json(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    matches!(
        (body.first(), body.last()),
        (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']'))
    )
}

/// The envelope that every error should have, around whatever came instead.
pub(crate) fn error_envelope(status: StatusCode, body: Bytes) -> Bytes {
    #[derive(serde::Deserialize)]
    struct Envelope {
        #[serde(rename = "error")]
        _error: String,
    }
    if serde_json::from_slice::<Envelope>(&body).is_ok() {
        return body;
    }
    let text = match excerpt(&body) {
        text if text.is_empty() => status.canonical_reason().unwrap_or("no body").to_owned(),
        text => text,
    };
    serde_json::json!({ "error": text }).to_string().into()
}

/// The beginning of a body on one line, for a message.
pub(crate) fn excerpt(body: &[u8]) -> String {
    let start = String::from_utf8_lossy(&body[..body.len().min(4 * MAX_EXCERPT)]);
    let words: Vec<&str> = start.split_whitespace().collect();
    let mut text = words.join(" ");
    if text.chars().count() > MAX_EXCERPT {
        text = text.chars().take(MAX_EXCERPT).chain(['…']).collect();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_documents_look_like_json() {
        assert!(looks_like_json(b" {\"a\":1}\n"));
        assert!(looks_like_json(b"[]"));
        for body in ["", "  ", "{\"a\":", "<html></html>", "null", "}"] {
            assert!(!looks_like_json(body.as_bytes()), "{body}");
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

    #[test]
    fn an_excerpt_is_bounded_even_for_wide_characters() {
        assert_eq!(
            excerpt("é".repeat(10_000).as_bytes()).chars().count(),
            MAX_EXCERPT + 1
        );
        assert_eq!(excerpt(&[0xff; 10]).chars().count(), 10);
    }
}
