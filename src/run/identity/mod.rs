//! How a run is recognised among the tasks that the server lists.
//!
//! The API gives a task no name of the caller's. A run therefore recognises its task by what it has
//! sent: by a [`Marker`] in its query, unless the policy forbids one, else by the text of the
//! query. An [`Identity`] is made before the run is sent, is put into the query, and is compared
//! with listed tasks afterwards. A [`Fingerprint`] tells two requests apart before anything is
//! sent.

mod fingerprint;
mod marker;

use sha2::{Digest, Sha256};

pub(super) use fingerprint::Fingerprint;
pub(super) use marker::Marker;

/// What the task of a run is recognised by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// A line in its query that no other run has.
    marker: Option<Marker>,
    /// Its query, without the marker.
    query: Option<String>,
    /// The names of its files.
    files: Vec<String>,
    /// A hash of everything else that is sent and that no list shows: the wanted output and the
    /// extra fields.
    options: String,
    lookalike_hash: String,
}

/// What a server can show of a query, by what a run sends: whether it has a text, and files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct QueryKind {
    has_text: bool,
    has_files: bool,
}

/// What the server shows of a task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// The text of the user's first message, or of the first one where none says who wrote it.
    pub(super) first_message: Option<String>,
    /// The texts of all messages.
    pub(super) messages: Vec<String>,
    pub(super) title: Option<String>,
}

/// The result of comparing a listed task with what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    /// It shows what was sent.
    Matches,
    /// It shows that something else was sent.
    Differs,
    /// It shows what was sent, which says nothing: another run may have sent the same text with
    /// other files.
    LooksAlike,
    /// It doesn't show what was sent, or not all of it, or not yet.
    Incomparable,
    /// It shows no message, on a server that shows queries as they were sent.
    Silent,
}

impl Shown {
    /// Returns the length of all texts together, in bytes.
    pub(super) fn len(&self) -> usize {
        let first = self.first_message.as_deref();
        self.texts().chain(first).map(str::len).sum()
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.messages.iter().chain(&self.title).map(String::as_str)
    }
}

impl Identity {
    /// Creates the identity of a run from what it sends, and from its marker where it has one.
    pub(super) fn new(
        query: Option<&str>,
        files: Vec<String>,
        options: String,
        marker: Option<Marker>,
    ) -> Self {
        let recognised_by = marker.as_ref().map(Marker::as_str).or(query);
        Self {
            lookalike_hash: hex(&Sha256::digest(recognised_by.unwrap_or_default())),
            marker,
            query: query.map(str::to_owned),
            files,
            options,
        }
    }

    /// Returns the query to send: the caller's, with the marker put into it where there is one.
    pub(super) fn embed(&self) -> Option<String> {
        match &self.marker {
            Some(marker) => Some(marker.embed(self.query.as_deref())),
            None => self.query.clone(),
        }
    }

    pub(super) fn kind(&self) -> QueryKind {
        QueryKind {
            has_text: self.query.is_some(),
            has_files: !self.files.is_empty(),
        }
    }

    pub(super) fn marker(&self) -> Option<&Marker> {
        self.marker.as_ref()
    }

    /// Whether a task that matches is certainly this run's.
    pub(super) fn is_exact(&self) -> bool {
        self.marker.is_some()
    }

    /// Whether the run can be told from others of its agent at all.
    pub(super) fn is_comparable(&self) -> bool {
        self.marker.is_some() || self.query.is_some()
    }

    /// Returns a hash that lookalikes have in common, which are runs whose tasks could be taken for
    /// each other.
    ///
    /// Ledgers store it, for other processes and later versions of the crate to compare with their
    /// own.
    pub(super) fn lookalike_hash(&self) -> &str {
        &self.lookalike_hash
    }

    /// Whether the task of the one run is as good for the other: nothing that was sent differs.
    /// Files are never the same, since only their names are known here.
    pub(super) fn is_interchangeable_with(&self, other: &Self) -> bool {
        self.files.is_empty() && self == other
    }

    /// Compares what was sent with what the server shows of a task.
    ///
    /// The documentation doesn't promise that the query is the user's first message, word for word:
    /// it may be shortened, reformatted, or come with the names of files. A task therefore counts
    /// as another run's only where it shows something else in whole, and where it can't be told it
    /// counts as incomparable.
    pub(super) fn compare(&self, shown: &Shown) -> Comparison {
        match (&self.marker, &self.query) {
            (Some(marker), _) => self.compare_marker(marker, shown),
            // This run has sent no marker.
            (None, _) if shown.texts().any(marker::is_marked) => Comparison::Differs,
            (None, Some(query)) => match compare_text(query, shown) {
                Comparison::Matches if !self.files.is_empty() => Comparison::LooksAlike,
                other => other,
            },
            (None, None) => Comparison::LooksAlike,
        }
    }

    fn compare_marker(&self, marker: &Marker, shown: &Shown) -> Comparison {
        if shown.texts().any(|text| marker.is_in(text)) {
            return Comparison::Matches;
        }
        if shown.texts().any(marker::is_marked) {
            return Comparison::Differs;
        }
        // Without any marker the task may be this run's all the same: it is the last line, which a
        // server that shortens texts cuts off first.
        let sent = marker.embed(self.query.as_deref());
        match compare_text(&sent, shown) {
            Comparison::Differs if !self.mentions_the_query(shown) => Comparison::Differs,
            _ => Comparison::Incomparable,
        }
    }

    /// Compares a title that shows a marker.
    pub(super) fn compare_marker_of_title(&self, title: &str) -> Option<Comparison> {
        let marker = self.marker.as_ref();
        if marker.is_some_and(|marker| marker.is_in(title)) {
            Some(Comparison::Matches)
        } else {
            marker::is_marked(title).then_some(Comparison::Differs)
        }
    }

    /// Whether a title may have been made from the query, whole or shortened.
    pub(super) fn fits_title(&self, title: &str) -> bool {
        let sent = normalized(&self.embed().unwrap_or_default());
        let title = normalized(title);
        let shortened = title.trim_end_matches(['.', '…']);
        may_be_edited(&sent, &title) || sent.contains(shortened)
    }

    /// Whether the server shows the query as it was sent.
    pub(super) fn is_shown_whole(&self, shown: &Shown) -> bool {
        let message = shown.first_message.as_deref().map(normalized);
        self.embed().map(|sent| normalized(&sent)) == message
    }

    /// Whether a task shows the query of this run in whole but for its marker, or no message at
    /// all. Where the server shows queries as they are sent, it is another program's.
    pub(super) fn lacks_the_marker(&self, shown: &Shown) -> bool {
        let message = shown.first_message.as_deref().map(normalized);
        let is_silent = shown.messages.is_empty();
        let is_same = message.is_some() && self.query.as_deref().map(normalized) == message;
        self.is_exact() && (is_silent || is_same)
    }

    /// Whether the task shows the query, or the name of a file, among other things.
    fn mentions_the_query(&self, shown: &Shown) -> bool {
        let query = self.query.as_deref().map(normalized).unwrap_or_default();
        let mut parts = self.files.iter().chain([&query]);
        let message = shown.first_message.as_deref().map(normalized);
        message.is_some_and(|message| {
            parts.any(|part| !part.is_empty() && message.contains(part.as_str()))
        })
    }
}

fn compare_text(sent: &str, shown: &Shown) -> Comparison {
    let sent = normalized(sent);
    let message = shown.first_message.as_deref().map(normalized);
    let title = shown.title.as_deref().map(normalized);
    match (message, title) {
        (Some(message), _) if message == sent => Comparison::Matches,
        (Some(message), _) if may_be_edited(&sent, &message) => Comparison::Incomparable,
        // The server makes the title from the query, so it may be the message that is made up.
        (Some(_), Some(title)) if may_be_edited(&sent, &title) => Comparison::Incomparable,
        (Some(_), _) => Comparison::Differs,
        (None, Some(title)) if title == sent => Comparison::Matches,
        // A title may be shortened, or be put in other words.
        (None, _) => Comparison::Incomparable,
    }
}

/// Whether a text may be what was sent, but embedded in other text or shortened by the server.
fn may_be_edited(sent: &str, text: &str) -> bool {
    text.contains(sent) || sent.contains(text)
}

/// Returns a text with single spaces between its words and without brackets, since white space and
/// punctuation may change on the way.
fn normalized(text: &str) -> String {
    let text = text.replace(['[', ']'], "");
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(query: Option<&str>, files: &[&str], marker: Option<Marker>) -> Identity {
        let files = files.iter().map(|name| (*name).to_owned()).collect();
        Identity::new(query, files, String::new(), marker)
    }

    fn shown(message: Option<&str>, title: Option<&str>) -> Shown {
        Shown {
            first_message: message.map(str::to_owned),
            messages: message.into_iter().map(str::to_owned).collect(),
            title: title.map(str::to_owned),
        }
    }

    #[test]
    fn a_text_is_compared_with_the_message_and_else_the_title() {
        let identity = identity(Some("How  many?\n"), &[], None);
        for (message, title, expected) in [
            (Some("How many?"), None, Comparison::Matches),
            (Some(" How\nmany? "), Some("Other"), Comparison::Matches),
            (Some("How few?"), Some("Counting"), Comparison::Differs),
            (
                Some("How few?"),
                Some("How many?"),
                Comparison::Incomparable,
            ),
            (Some("How"), None, Comparison::Incomparable),
            (Some(" "), None, Comparison::Incomparable),
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
            let found = identity.compare(&shown(message, title));
            assert_eq!(found, expected, "{message:?} {title:?}");
        }
        let marked = Marker::random().embed(Some("How many?"));
        let found = identity.compare(&shown(Some(&marked), None));
        assert_eq!(found, Comparison::Differs, "this run has no marker");
    }

    #[test]
    fn a_text_that_came_with_files_says_no_more_than_what_it_is_not() {
        let with_file = identity(Some("How many?"), &["a.pdf"], None);
        let found = with_file.compare(&shown(Some("How many?"), None));
        assert_eq!(found, Comparison::LooksAlike);
        let found = with_file.compare(&shown(Some("How few?"), None));
        assert_eq!(found, Comparison::Differs);
        let nothing = identity(None, &["a.pdf"], None);
        let found = nothing.compare(&shown(Some("How few?"), None));
        assert_eq!(found, Comparison::LooksAlike);
    }

    /// The marker may be cut off, lose its brackets, or be embedded in other text: only a task that
    /// shows another marker, or another text in whole, is another run's.
    #[test]
    fn a_marked_run_takes_only_what_is_certainly_anothers_for_anothers() {
        let marked = identity(Some("How many?"), &["a.pdf"], Some(Marker::random()));
        let sent = marked.embed().expect("a query");
        let other = Marker::random().embed(Some("How many?"));
        let cut = &sent[..sent.len() - 20];
        let bare = sent.replace(['[', ']'], "");
        let prefixed = format!("Files: a.pdf\n\n{sent}");
        for (message, title, expected) in [
            (Some(sent.as_str()), None, Comparison::Matches),
            (Some(&bare), None, Comparison::Matches),
            (Some(&prefixed), None, Comparison::Matches),
            (Some("Counting"), Some(sent.as_str()), Comparison::Matches),
            (None, Some(sent.as_str()), Comparison::Matches),
            (Some(&other), None, Comparison::Differs),
            (Some("How few?"), None, Comparison::Differs),
            (Some("How few?"), Some("Counting"), Comparison::Differs),
            (Some(cut), None, Comparison::Incomparable),
            (Some("How many?"), None, Comparison::Incomparable),
            (Some("How"), None, Comparison::Incomparable),
            (
                Some("Files: a.pdf. How many?"),
                None,
                Comparison::Incomparable,
            ),
            (Some("Files: a.pdf"), None, Comparison::Incomparable),
            (
                Some("How few?"),
                Some("How many?"),
                Comparison::Incomparable,
            ),
            (None, Some("How many?"), Comparison::Incomparable),
            (None, None, Comparison::Incomparable),
        ] {
            let found = marked.compare(&shown(message, title));
            assert_eq!(found, expected, "{message:?} {title:?}");
        }
    }

    #[test]
    fn a_title_decides_by_a_marker_and_fits_what_it_was_made_from() {
        let marker = Marker::random();
        let marked = identity(Some("How many items?"), &[], Some(marker.clone()));
        let own = marker.embed(None);
        let other = Marker::random().embed(None);
        assert_eq!(
            marked.compare_marker_of_title(&own),
            Some(Comparison::Matches)
        );
        assert_eq!(
            marked.compare_marker_of_title(&other),
            Some(Comparison::Differs)
        );
        assert_eq!(marked.compare_marker_of_title("How many items?"), None);
        for title in [
            "How many items?",
            "How many…",
            "How many i...",
            "",
            "How  many",
        ] {
            assert!(marked.fits_title(title), "{title}");
        }
        for title in ["How few?", "Counting items"] {
            assert!(!marked.fits_title(title), "{title}");
        }
    }

    #[test]
    fn a_query_without_its_marker_is_told_from_one_that_was_cut() {
        let marked = identity(Some("How many?"), &[], Some(Marker::random()));
        let sent = marked.embed().expect("a query");
        for (message, lacks, is_whole) in [
            (Some("How  many?"), true, false),
            (None, true, false),
            (Some("How"), false, false),
            (Some(&sent[..sent.len() - 9]), false, false),
            (Some(sent.as_str()), false, true),
        ] {
            let shown = shown(message, None);
            assert_eq!(marked.lacks_the_marker(&shown), lacks, "{message:?}");
            assert_eq!(marked.is_shown_whole(&shown), is_whole, "{message:?}");
        }
        let unmarked = identity(Some("How many?"), &[], None);
        assert!(!unmarked.lacks_the_marker(&shown(Some("How many?"), None)));
    }

    #[test]
    fn a_marker_is_found_in_any_message() {
        let marked = identity(None, &["a.pdf"], Some(Marker::random()));
        let echoed = Shown {
            first_message: Some("Process the document".to_owned()),
            messages: vec![
                "Process the document".to_owned(),
                marked.embed().expect("a query"),
            ],
            title: None,
        };
        assert_eq!(marked.compare(&echoed), Comparison::Matches);
    }

    #[test]
    fn only_a_marker_changes_the_query() {
        let query = Some("How  many?\n");
        assert_eq!(identity(query, &[], None).embed().as_deref(), query);
        assert_eq!(identity(None, &["a.pdf"], None).embed(), None);
        let marked = identity(query, &[], Some(Marker::random()));
        assert_ne!(marked.embed().as_deref(), query);
    }

    /// A ledger may hold hashes that another version has made.
    #[test]
    fn runs_that_look_alike_have_the_same_hash_for_good() {
        let hash_of =
            |query, files, marker| identity(query, files, marker).lookalike_hash().to_owned();
        let text = hash_of(Some("How many?"), &[], None);
        let expected = "ba352e24c64c7137d1e4e1386b99b0eda7332e4e2d47863bbb213763d7ac6d27";
        assert_eq!(text, expected);
        assert_eq!(text, hash_of(Some("How many?"), &["a.pdf"], None));
        assert_ne!(text, hash_of(Some("How few?"), &[], None));
        let marker = Marker::random();
        let marked = hash_of(Some("How many?"), &[], Some(marker.clone()));
        assert_ne!(text, marked);
        assert_eq!(marked, hash_of(None, &["a.pdf"], Some(marker)));
        assert_ne!(marked, hash_of(None, &["a.pdf"], Some(Marker::random())));
    }

    #[test]
    fn only_runs_that_send_the_same_in_all_are_interchangeable() {
        let text = identity(Some("How many?"), &[], None);
        assert!(text.is_interchangeable_with(&text.clone()));
        let other_output = Identity {
            options: "schema".to_owned(),
            ..text.clone()
        };
        assert!(!text.is_interchangeable_with(&other_output));
        let with_file = identity(Some("How many?"), &["a.pdf"], None);
        assert!(!with_file.is_interchangeable_with(&with_file.clone()));
    }

    #[test]
    fn only_a_run_of_files_without_a_query_and_a_marker_cannot_be_told_from_others() {
        assert!(!identity(None, &["a.pdf"], None).is_comparable());
        assert!(identity(Some("How many?"), &["a.pdf"], None).is_comparable());
        assert!(identity(None, &["a.pdf"], Some(Marker::random())).is_comparable());
    }
}
