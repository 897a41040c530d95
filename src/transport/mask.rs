//! The mask over the API key in whatever is quoted of a server's words.

use http::{HeaderMap, HeaderValue};

/// What stands in a text instead of the key.
const INSTEAD: &str = "[API key]";

/// How much of the key is masked where a text ends within it, since its rest may be cut off.
const LEAST_PART: usize = 4;

/// The most backslashes before a character: those of JSON within JSON within JSON.
const MOST_BACKSLASHES: usize = 7;

/// Knows the key, and takes it out of texts.
///
/// A server or a proxy may repeat what it was sent, and in its own spelling: as JSON escapes it, or
/// a page of HTML, or a URL.
#[derive(Clone)]
pub(crate) struct Mask(HeaderValue);

impl Mask {
    /// Takes the header that carries the key, which is marked as sensitive.
    pub(super) fn of(authorization: &HeaderValue) -> Self {
        Self(authorization.clone())
    }

    fn key(&self) -> &[u8] {
        key(&self.0)
    }

    /// Returns the text without the key.
    pub(super) fn apply(&self, text: &str) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let length = match self.length_at(rest.as_bytes()) {
                Some(length) => {
                    masked.push_str(INSTEAD);
                    length
                }
                None => {
                    masked.push(character);
                    character.len_utf8()
                }
            };
            rest = &rest[length..];
        }
        masked
    }

    /// Returns whether the key is in a text.
    #[cfg(feature = "drift")]
    pub(super) fn holds(&self, text: &str) -> bool {
        self.apply(text) != text
    }

    /// Marks the headers that hold the key as sensitive, so that their `Debug` doesn't show it.
    pub(super) fn hide(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            let bytes = value.as_bytes();
            if (0..bytes.len()).any(|start| self.length_at(&bytes[start..]).is_some()) {
                value.set_sensitive(true);
            }
        }
    }

    /// Returns the length of the key where a text begins with it, or ends after its beginning.
    fn length_at(&self, text: &[u8]) -> Option<usize> {
        let spelled = self.length_spelled_at(text);
        // What looks escaped may be a part of the key itself.
        spelled.or_else(|| text.starts_with(self.key()).then_some(self.key().len()))
    }

    fn length_spelled_at(&self, text: &[u8]) -> Option<usize> {
        let mut length = 0;
        for (position, byte) in self.key().iter().enumerate() {
            let rest = &text[length..];
            match spelled(rest, *byte) {
                Some(taken) => length += taken,
                None if position >= LEAST_PART && is_cut_off(rest) => return Some(text.len()),
                None => return None,
            }
        }
        Some(length)
    }
}

/// Returns the key in the header that carries it.
pub(super) fn key(authorization: &HeaderValue) -> &[u8] {
    let value = authorization.as_bytes();
    value.strip_prefix(b"Bearer ").unwrap_or(value)
}

/// Whether this is all that is left of a text, but for the beginning of an escaped character.
fn is_cut_off(rest: &[u8]) -> bool {
    let longest = MOST_BACKSLASHES + "u0043".len();
    match rest.first() {
        None => true,
        Some(b'\\' | b'%' | b'&') => rest.len() < longest,
        Some(_) => false,
    }
}

/// Returns how many bytes of the text spell this byte, escaped or plainly.
fn spelled(text: &[u8], byte: u8) -> Option<usize> {
    escaped(text, byte).or_else(|| (*text.first()? == byte).then_some(1))
}

fn escaped(text: &[u8], byte: u8) -> Option<usize> {
    match text.first()? {
        b'\\' => {
            let most = &text[..text.len().min(MOST_BACKSLASHES)];
            let slashes = most.iter().take_while(|byte| **byte == b'\\').count();
            let rest = &text[slashes..];
            let by_number = rest
                .strip_prefix(b"u")
                .and_then(|digits| number(digits.get(..4)?, 16));
            match by_number {
                Some(code) if code == u32::from(byte) => Some(slashes + 5),
                _ if rest.first() == Some(&byte) => Some(slashes + 1),
                _ => None,
            }
        }
        b'%' => {
            // Escaped percent signs, as where a URL is a part of another.
            let signs = text[1..].chunks(2).take_while(|chunk| *chunk == b"25");
            let length = 1 + 2 * signs.count();
            if byte == b'%' {
                return (length > 1).then_some(length);
            }
            let code = number(text.get(length..length + 2)?, 16)?;
            (code == u32::from(byte)).then_some(length + 2)
        }
        b'&' => {
            let end = text.iter().take(10).position(|byte| *byte == b';')?;
            let code = match &text[1..end] {
                b"amp" => u32::from(b'&'),
                b"lt" => u32::from(b'<'),
                b"gt" => u32::from(b'>'),
                b"quot" => u32::from(b'"'),
                b"apos" => u32::from(b'\''),
                [b'#', b'x' | b'X', digits @ ..] => number(digits, 16)?,
                [b'#', digits @ ..] => number(digits, 10)?,
                _ => return None,
            };
            (code == u32::from(byte)).then_some(end + 1)
        }
        _ => None,
    }
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok()?;
    u32::from_str_radix(digits, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(key: &str, text: &str) -> String {
        let header = HeaderValue::try_from(format!("Bearer {key}")).expect("a header");
        Mask::of(&header).apply(text)
    }

    #[test]
    fn the_key_is_masked_in_every_spelling() {
        const KEY: &str = r#"Can/ary%"<\+1%"#;
        for spelling in [
            KEY,
            r#"Can\/ary%\"<\\+1%"#,
            r#"\u0043an\u002Fary%\u0022\u003c\u005c+1%"#,
            r#"Can\\\/ary%\\\"<\\\\+1%"#,
            r#"\\u0043an\\u002fary%\\u0022\\u003C\\\\+1%"#,
            "Can%2Fary%25%22%3C%5C%2B1%25",
            "Can%252fary%2525%2522%253c%255c%252B1%2525",
            r"Can/ary%&quot;&lt;\+1%",
            r"&#67;an&#x2F;ary%&#34;&#X3c;&#92;+1%",
        ] {
            assert_eq!(
                masked(KEY, &format!("ü {spelling}{spelling}!")),
                "ü [API key][API key]!",
                "{spelling}"
            );
        }
    }

    #[test]
    fn what_is_cut_off_within_the_key_ends_in_the_mask() {
        for end in ["cana", "canary-ke", r"canary\u00", "canary%2", "canary&#4"] {
            assert_eq!(masked("canary-key", &format!("a {end}")), "a [API key]");
        }
    }

    #[test]
    fn other_words_stay() {
        assert_eq!(masked("a%25b", "a%25b"), "[API key]");
        for text in [
            "",
            "can",
            "canary-kex and more",
            "Canary-key",
            r"\u00",
            "%",
            "&#x;&",
            "ü\\",
        ] {
            assert_eq!(masked("canary-key", text), text);
        }
    }

    #[test]
    fn a_text_of_backslashes_takes_no_longer_than_any_other() {
        let text = "\\".repeat(1 << 20);
        assert_eq!(masked("canary-key", &text), text);
    }

    #[test]
    fn a_header_that_holds_the_key_is_not_shown() {
        let header = HeaderValue::from_static("Bearer canary-key");
        let mut headers = HeaderMap::new();
        headers.insert("x-seen", HeaderValue::from_static("auth=canary-key;"));
        headers.insert("x-other", HeaderValue::from_static("plain"));
        Mask::of(&header).hide(&mut headers);
        let shown = format!("{headers:?}");
        assert!(
            !shown.contains("canary") && shown.contains("plain"),
            "{shown}"
        );
    }
}
