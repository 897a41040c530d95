//! Markers: lines in queries that name one run each.

use std::fmt;

use uuid::Uuid;

/// A line that no other run has in its query, such as `[run 6b86b273ff34fce19d6b804eff5a3f57]`.
///
/// The agent reads it too, which is why it looks like a note and not like an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Marker(String);

impl Marker {
    /// Makes the marker of a run. It is random also for a run with a key, whose ledger keeps it:
    /// two programs that use one key without a shared ledger must not take each other's tasks for
    /// twins of their own.
    pub(in super::super) fn random() -> Self {
        Self(format!("[run {}]", Uuid::new_v4().simple()))
    }

    /// Takes a marker as a ledger has stored it, which another version of the crate may have made.
    pub(in super::super) fn stored(line: String) -> Self {
        Self(line)
    }

    /// Puts the marker into a query, below its text.
    pub(super) fn embed(&self, query: Option<&str>) -> String {
        match query {
            Some(query) => format!("{query}\n\n{self}"),
            None => self.0.clone(),
        }
    }

    /// Whether a message or a title contains the marker, with or without its brackets, which a
    /// server may drop.
    pub(super) fn is_in(&self, text: &str) -> bool {
        text.contains(self.0.trim_matches(['[', ']']))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a text contains a marker, of whichever run.
pub(super) fn is_marked(text: &str) -> bool {
    text.match_indices("run ").any(|(start, word)| {
        let name = &text.as_bytes()[start + word.len()..];
        let is_name = |name: &[u8]| name.iter().all(|byte| byte.is_ascii_hexdigit());
        name.get(..NAME).is_some_and(is_name)
    })
}

/// The length of the name in a marker: that of a UUID without hyphens.
const NAME: usize = 32;

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_has_a_marker_of_its_own() {
        let (one, other) = (Marker::random(), Marker::random());
        assert_ne!(one, other);
        assert_eq!(one.as_str().len(), "[run ]".len() + 32);
    }

    #[test]
    fn a_marker_is_found_in_the_query_that_it_was_put_into_and_in_no_other() {
        for marker in [
            Marker::random(),
            Marker::stored("[run of another version]".to_owned()),
        ] {
            for query in [Some("How many?"), None] {
                let sent = marker.embed(query);
                assert!(marker.is_in(&sent), "{sent}");
                assert!(!Marker::random().is_in(&sent), "{sent}");
                let bare = sent.replace(['[', ']'], "");
                assert!(marker.is_in(&bare), "{bare}");
            }
        }
    }

    #[test]
    fn a_text_is_marked_by_whichever_run() {
        let sent = Marker::random().embed(Some("How many?"));
        assert!(is_marked(&sent));
        assert!(is_marked(&sent.replace(['[', ']'], "")));
        for text in [
            "How many?",
            "run ",
            "run 12",
            "[run of another version]",
            "é run é",
        ] {
            assert!(!is_marked(text), "{text}");
        }
    }

    #[test]
    fn a_marker_stands_in_a_paragraph_of_its_own_below_the_query() {
        let marker = Marker::random();
        assert_eq!(
            marker.embed(Some("How many?")),
            format!("How many?\n\n{marker}")
        );
        assert_eq!(marker.embed(None), marker.to_string());
    }
}
