//! The bodies of replies, which are read whole and within bounds.

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, StatusCode, header};
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{html, mask::Mask, operation::Operation};
use crate::{
    excerpt::{self, excerpt},
    failure::RetryClass,
};

/// The most bytes of an error page that are read.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// The most bytes of a reply in which the beginning of its words is looked for.
const MAX_QUOTED_BYTES: usize = 64 * 1024;

/// A body that was read, and the only way in which its words get into a message: the server may
/// have put the API key among them, and what acts on a terminal.
pub(crate) struct ReplyBody {
    pub(crate) bytes: Bytes,
    mask: Mask,
}

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

/// Returns a body that was read to its end, and not cut off at the limit of an error page.
#[cfg(feature = "drift")]
pub(super) fn whole<E>(
    outcome: &Result<Result<Bytes, BodyError>, E>,
    status: StatusCode,
) -> Option<&[u8]> {
    let bytes = outcome.as_ref().ok()?.as_ref().ok()?;
    let is_whole = status.is_success() || bytes.len() < MAX_ERROR_BYTES;
    is_whole.then_some(bytes)
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

impl ReplyBody {
    /// Marks the headers that hold the key as sensitive, so that their `Debug` doesn't show it.
    pub(crate) fn hide(&self, headers: &mut HeaderMap) {
        self.mask.hide(headers);
    }

    pub(super) fn new(bytes: Bytes, mask: Mask) -> Self {
        Self { bytes, mask }
    }

    /// Returns the beginning of the body.
    pub(crate) fn quoted(&self) -> String {
        self.quote(&self.beginning())
    }

    fn beginning(&self) -> Cow<'_, str> {
        let beginning = &self.bytes[..self.bytes.len().min(MAX_QUOTED_BYTES)];
        String::from_utf8_lossy(beginning)
    }

    /// Returns the beginning of a text that holds words of the server.
    pub(crate) fn quote(&self, text: &str) -> String {
        // Masked first, so that no part of the key is left where the text is cut.
        excerpt(&self.mask.apply(text))
    }

    /// Whether the body says nothing, as that of a receipt may.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self.bytes.trim_ascii(), b"" | b"null")
    }

    /// Whether a body that says nothing is left to the type of the reply, which may need nothing.
    /// An operation that isn't repeated has been carried out, so that its reply isn't worth failing
    /// for.
    pub(super) fn is_receipt(&self, operation: &Operation, status: StatusCode) -> bool {
        let has_none = matches!(status, StatusCode::ACCEPTED | StatusCode::NO_CONTENT);
        let may_be_blank = operation.retry == RetryClass::Never || has_none;
        may_be_blank && operation.method != Method::GET && self.is_blank()
    }

    /// Tells what a body is that should have been a JSON object.
    pub(crate) fn instead_of_json(&self, headers: &HeaderMap) -> String {
        if let Some(encoding) = self.encoding(headers) {
            return format!("the reply {encoding}");
        }
        let is_value = serde_json::from_slice::<Value>(&self.bytes)
            .is_ok_and(|value| !value.is_object() && !value.is_array());
        match self.quoted() {
            text if text.is_empty() => "the reply is empty".to_owned(),
            text if is_value => format!("the reply is {text}, which is JSON, but no object"),
            text => format!("the reply isn't JSON, or not all of it: {text}"),
        }
    }

    /// Returns what an error's body says, whatever its form.
    pub(super) fn error_text(&self, status: StatusCode, headers: &HeaderMap) -> String {
        let reason = || status.canonical_reason().unwrap_or("no body");
        if let Some(encoding) = self.encoding(headers).filter(|_| !self.bytes.is_empty()) {
            return format!("{}; the reply {encoding}", reason());
        }
        let said = match serde_json::from_slice::<Envelope>(&self.bytes) {
            Ok(envelope) => excerpt::whole(&self.mask.apply(&envelope.error)),
            Err(_) => self.quote(&html::text_of(&self.beginning())),
        };
        if said.trim().is_empty() {
            reason().to_owned()
        } else {
            said
        }
    }

    /// Tells of an encoding that the client didn't ask for, and doesn't decode.
    fn encoding(&self, headers: &HeaderMap) -> Option<String> {
        let encoding = headers.get(header::CONTENT_ENCODING)?.as_bytes();
        let encoding = self.quote(&String::from_utf8_lossy(encoding));
        let is_plain = encoding.is_empty() || encoding.eq_ignore_ascii_case("identity");
        (!is_plain).then(|| {
            format!("has the content encoding {encoding}, which the client didn't ask for")
        })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn body(text: &str) -> ReplyBody {
        let mask = Mask::of(&HeaderValue::from_static("Bearer canary-key"));
        ReplyBody::new(Bytes::copy_from_slice(text.as_bytes()), mask)
    }

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
        let text = |text: &str| body(text).error_text(StatusCode::BAD_GATEWAY, &HeaderMap::new());
        assert_eq!(text(r#"{"error":"no"}"#), "no");
        assert_eq!(text("<h1>\n  502</h1>"), "<h1> 502</h1>");
        assert_eq!(text(r#"{"detail":1}"#), r#"{"detail":1}"#);
        assert_eq!(text(""), "Bad Gateway");
        assert_eq!(text(r#"{"error":" "}"#), "Bad Gateway");
        assert_eq!(
            text(r#"{"error":"\u0063anary-key\u001b[2J"}"#),
            "[API key]\u{fffd}[2J"
        );
    }

    #[test]
    fn no_part_of_the_key_is_left_where_a_text_is_cut() {
        for length in 280..300 {
            let text = format!("{} canary-key", "a".repeat(length));
            let quoted = body(&text).quoted();
            assert!(!quoted.contains("can"), "{quoted}");
        }
        let spaces = " ".repeat(MAX_QUOTED_BYTES - 5);
        assert_eq!(body(&format!("{spaces}canary-key")).quoted(), "[API key]");
    }

    #[test]
    fn what_is_not_an_object_is_called_what_it_is() {
        let mut headers = HeaderMap::new();
        let said = |text: &str, headers: &HeaderMap| body(text).instead_of_json(headers);
        assert_eq!(said("", &headers), "the reply is empty");
        assert_eq!(
            said("null", &headers),
            "the reply is null, which is JSON, but no object"
        );
        assert!(said("\"hi\"", &headers).starts_with("the reply is \"hi\", which is JSON"));
        assert!(said("<p>", &headers).contains("isn't JSON"));
        headers.insert(
            header::CONTENT_ENCODING,
            HeaderValue::from_static("identity"),
        );
        assert!(said("<p>", &headers).contains("isn't JSON"));
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        let text = "the content encoding gzip, which the client didn't ask for";
        assert!(said("\x1f", &headers).contains(text));
        let refused = body("\x1f").error_text(StatusCode::BAD_GATEWAY, &headers);
        assert!(
            refused.starts_with("Bad Gateway; ") && refused.contains(text),
            "{refused}"
        );
    }
}
