//! How a run is recognised among the tasks that the server lists.
//!
//! The API gives a task no name of the caller's. A run therefore recognises its task by what it has
//! sent: by a [`Marker`] in its query, where the policy allows one, else by the text of the query.
//! An [`Identity`] is made before the run is sent, is put into the query, and is compared with
//! listed tasks afterwards. A [`Fingerprint`] tells two requests apart before anything is sent.

mod fingerprint;
mod marker;

use sha2::{Digest, Sha256};

pub(super) use fingerprint::Fingerprint;
pub(super) use marker::Marker;

/// The feature by which the task of a run is recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    /// A line in its query that no other run has.
    Marker(Marker),
    /// Its query, which is all that was sent.
    Text(String),
    /// Its query, which came with files. A match proves nothing, since another run may have sent
    /// the same query with other files; a difference proves that the task is another run's.
    TextWithFiles(String),
    /// None: only files were sent.
    Nothing,
}

/// The result of comparing a listed task with what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Matches,
    Differs,
    Incomparable,
}

impl Identity {
    /// Creates the identity of a run from what it sends, and from its marker where it has one.
    pub(super) fn new(query: Option<&str>, has_files: bool, marker: Option<Marker>) -> Self {
        match (marker, query) {
            (Some(marker), _) => Self::Marker(marker),
            (None, Some(query)) if has_files => Self::TextWithFiles(query.to_owned()),
            (None, Some(query)) => Self::Text(query.to_owned()),
            (None, None) => Self::Nothing,
        }
    }

    /// Returns the query to send: the caller's, with the marker put into it where there is one.
    pub(super) fn embed(&self, query: Option<&str>) -> Option<String> {
        match self {
            Self::Marker(marker) => Some(marker.embed(query)),
            Self::Text(_) | Self::TextWithFiles(_) | Self::Nothing => query.map(str::to_owned),
        }
    }

    pub(super) fn marker(&self) -> Option<&Marker> {
        match self {
            Self::Marker(marker) => Some(marker),
            Self::Text(_) | Self::TextWithFiles(_) | Self::Nothing => None,
        }
    }

    /// Whether a task that matches is certainly this run's.
    pub(super) fn is_exact(&self) -> bool {
        self.marker().is_some()
    }

    /// Whether the run can be told from others of its agent at all.
    pub(super) fn is_comparable(&self) -> bool {
        *self != Self::Nothing
    }

    /// Returns a hash that lookalikes have in common, which are runs whose tasks could be taken for
    /// each other.
    ///
    /// Ledgers store it, for other processes and later versions of the crate to compare with their
    /// own.
    pub(super) fn lookalike_hash(&self) -> String {
        let text = match self {
            Self::Marker(marker) => marker.as_str(),
            Self::Text(text) | Self::TextWithFiles(text) => text,
            Self::Nothing => "",
        };
        hex(&Sha256::digest(text))
    }

    /// Compares what was sent with a listed task: with the user's first message, or, where that
    /// can't be read, with the title, which the server makes from it.
    pub(super) fn compare(&self, message: Option<&str>, title: Option<&str>) -> Comparison {
        match self {
            Self::Marker(marker) => compare_marker(marker, message, title),
            Self::Text(sent) => compare_text(sent, message, title),
            Self::TextWithFiles(sent) => match compare_text(sent, message, title) {
                Comparison::Matches => Comparison::Incomparable,
                other => other,
            },
            Self::Nothing => Comparison::Incomparable,
        }
    }
}

fn compare_marker(marker: &Marker, message: Option<&str>, title: Option<&str>) -> Comparison {
    match (message, title) {
        (Some(message), _) if marker.is_in(message) => Comparison::Matches,
        (Some(_), _) => Comparison::Differs,
        (None, Some(title)) if marker.is_in(title) => Comparison::Matches,
        // A title may be shortened, or be put in other words.
        (None, _) => Comparison::Incomparable,
    }
}

fn compare_text(sent: &str, message: Option<&str>, title: Option<&str>) -> Comparison {
    let sent = normalized(sent);
    match (message.map(normalized), title.map(normalized)) {
        (Some(message), _) if message == sent => Comparison::Matches,
        (Some(message), _) if may_be_edited(&sent, &message) => Comparison::Incomparable,
        (Some(_), _) => Comparison::Differs,
        (None, Some(title)) if title == sent => Comparison::Matches,
        // A title may be shortened, or be put in other words.
        (None, _) => Comparison::Incomparable,
    }
}

/// Whether a message may be what was sent, but embedded in other text or shortened by the server.
fn may_be_edited(sent: &str, message: &str) -> bool {
    message.contains(sent) || !message.is_empty() && sent.contains(message)
}

/// Returns a text with single spaces between its words, since white space changes on the way.
fn normalized(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_compared_with_the_message_and_else_the_title() {
        let identity = Identity::new(Some("How  many?\n"), false, None);
        for (message, title, expected) in [
            (Some("How many?"), None, Comparison::Matches),
            (Some(" How\nmany? "), Some("Other"), Comparison::Matches),
            (Some("How few?"), Some("How many?"), Comparison::Differs),
            (Some("How"), None, Comparison::Incomparable),
            (
                Some("Files: a.pdf. How many?"),
                None,
                Comparison::Incomparable,
            ),
            (None, Some("How many?"), Comparison::Matches),
            (None, Some("How"), Comparison::Incomparable),
            (None, Some("Counting things"), Comparison::Incomparable),
            (None, None, Comparison::Incomparable),
        ] {
            assert_eq!(
                identity.compare(message, title),
                expected,
                "{message:?} {title:?}"
            );
        }
    }

    #[test]
    fn an_empty_message_is_another_one() {
        let identity = Identity::new(Some("How many?"), false, None);
        assert_eq!(identity.compare(Some(" "), None), Comparison::Differs);
    }

    #[test]
    fn a_text_that_came_with_files_says_no_more_than_what_it_is_not() {
        let identity = Identity::new(Some("How many?"), true, None);
        assert_eq!(
            identity.compare(Some("How many?"), None),
            Comparison::Incomparable
        );
        assert_eq!(
            identity.compare(Some("How few?"), None),
            Comparison::Differs
        );
        let nothing = Identity::new(None, true, None);
        assert_eq!(
            nothing.compare(Some("How few?"), None),
            Comparison::Incomparable
        );
    }

    #[test]
    fn a_marker_decides_wherever_there_is_a_message() {
        let identity = Identity::new(Some("How many?"), true, Some(Marker::random()));
        let text = identity.embed(Some("How many?"));
        let text = text.as_deref();
        assert_eq!(identity.compare(text, None), Comparison::Matches);
        assert_eq!(
            identity.compare(Some("How many?"), None),
            Comparison::Differs
        );
        assert_eq!(
            identity.compare(None, Some("How many?")),
            Comparison::Incomparable
        );
        assert_eq!(identity.compare(None, text), Comparison::Matches);
    }

    /// What is sent, as the server may show it, is recognised by the run that sent it.
    #[test]
    fn every_identity_recognises_what_it_was_put_into() {
        for (query, has_files, marker, expected) in [
            (Some("How many?"), false, None, Comparison::Matches),
            (Some("How many?"), true, None, Comparison::Incomparable),
            (None, true, None, Comparison::Incomparable),
            (
                Some("How many?"),
                false,
                Some(Marker::random()),
                Comparison::Matches,
            ),
            (None, true, Some(Marker::random()), Comparison::Matches),
        ] {
            let identity = Identity::new(query, has_files, marker);
            let sent = identity.embed(query);
            assert_eq!(
                identity.compare(sent.as_deref(), None),
                expected,
                "{identity:?}"
            );
        }
    }

    #[test]
    fn only_a_marker_changes_the_query() {
        let query = Some("How  many?\n");
        let text = Identity::new(query, false, None);
        assert_eq!(text.embed(query).as_deref(), query);
        assert_eq!(Identity::Nothing.embed(None), None);
        assert_ne!(
            Identity::Marker(Marker::random()).embed(query).as_deref(),
            query
        );
    }

    /// A ledger may hold hashes that another version has made.
    #[test]
    fn runs_that_look_alike_have_the_same_hash_for_good() {
        let hash_of =
            |query, has_files, marker| Identity::new(query, has_files, marker).lookalike_hash();
        let text = hash_of(Some("How many?"), false, None);
        let expected = "ba352e24c64c7137d1e4e1386b99b0eda7332e4e2d47863bbb213763d7ac6d27";
        assert_eq!(text, expected);
        assert_eq!(text, hash_of(Some("How many?"), true, None));
        assert_ne!(text, hash_of(Some("How few?"), false, None));
        let marker = Marker::of_key("a", "b");
        let marked = hash_of(Some("How many?"), false, Some(marker.clone()));
        assert_ne!(text, marked);
        assert_eq!(marked, hash_of(None, true, Some(marker)));
        assert_ne!(marked, hash_of(None, true, Some(Marker::random())));
    }

    #[test]
    fn only_a_run_of_files_without_a_query_cannot_be_told_from_others() {
        assert!(!Identity::new(None, true, None).is_comparable());
        assert!(Identity::new(Some("How many?"), true, None).is_comparable());
        assert!(Identity::new(None, true, Some(Marker::random())).is_comparable());
    }
}
