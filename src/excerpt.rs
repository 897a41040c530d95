//! The excerpt of a reply that a message quotes.

/// The most characters of a reply that a message quotes.
const MAX_CHARS: usize = 300;

/// Returns the beginning of a body on one line.
pub(crate) fn excerpt(body: &[u8]) -> String {
    let start = String::from_utf8_lossy(&body[..body.len().min(4 * MAX_CHARS)]);
    let words: Vec<&str> = start.split_whitespace().collect();
    let mut text = words.join(" ");
    if text.chars().count() > MAX_CHARS {
        text = text.chars().take(MAX_CHARS).chain(['…']).collect();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_bounded_even_for_wide_characters() {
        assert_eq!(
            excerpt("é".repeat(10_000).as_bytes()).chars().count(),
            MAX_CHARS + 1
        );
        assert_eq!(excerpt(&[0xff; 10]).chars().count(), 10);
    }
}
