//! Markers: lines in queries that name one run each.

use std::fmt;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::hex;

/// A line that no other run has in its query, such as `[run 6b86b273ff34fce19d6b804eff5a3f57]`.
///
/// The agent reads it too, which is why it looks like a note and not like an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Marker(String);

impl Marker {
    /// Makes the marker of a run with a key: the same one in every process that sends this request
    /// under this key.
    pub(in super::super) fn of_key(key: &str, fingerprint: &str) -> Self {
        let hash = Sha256::digest(format!("{fingerprint}{key}"));
        Self::named(&hex(&hash[..16]))
    }

    /// Makes a marker for a run without a key.
    pub(in super::super) fn random() -> Self {
        Self::named(&Uuid::new_v4().simple().to_string())
    }

    /// Takes a marker as a ledger has stored it, which another version of the crate may have made.
    pub(in super::super) fn stored(line: String) -> Self {
        Self(line)
    }

    fn named(name: &str) -> Self {
        Self(format!("[run {name}]"))
    }

    /// Puts the marker into a query, below its text.
    pub(super) fn embed(&self, query: Option<&str>) -> String {
        match query {
            Some(query) => format!("{query}\n\n{self}"),
            None => self.0.clone(),
        }
    }

    /// Whether a message or a title contains the marker.
    pub(super) fn is_in(&self, text: &str) -> bool {
        text.contains(&self.0)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marker_of_a_key_is_the_same_in_every_process() {
        let marker = Marker::of_key("invoice-17", "c0ffee");
        assert_eq!(marker.as_str(), "[run 2102736286db7e34aef8d52d9de22c11]");
        assert_ne!(marker, Marker::of_key("invoice-18", "c0ffee"));
        assert_ne!(marker, Marker::of_key("invoice-17", "decaf"));
    }

    #[test]
    fn a_run_without_a_key_has_a_marker_of_its_own() {
        let (one, other) = (Marker::random(), Marker::random());
        assert_ne!(one, other);
        assert_eq!(one.as_str().len(), "[run ]".len() + 32);
    }

    #[test]
    fn a_marker_is_found_in_the_query_that_it_was_put_into_and_in_no_other() {
        for marker in [
            Marker::random(),
            Marker::of_key("a", "b"),
            Marker::stored("[run of another version]".to_owned()),
        ] {
            for query in [Some("How many?"), None] {
                let sent = marker.embed(query);
                assert!(marker.is_in(&sent), "{sent}");
                assert!(!Marker::random().is_in(&sent), "{sent}");
            }
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
