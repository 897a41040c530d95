//! Decides where the next page begins, by what a page says.

use http::HeaderMap;

use super::link;
use crate::binding::Advance;

/// What is known after a page.
#[derive(Default)]
pub(super) struct Signs<'a> {
    /// Where the page began, unless it is the first.
    pub(super) cursor: Option<&'a str>,
    /// How many items it had.
    pub(super) count: u64,
    /// How many items there were up to its end, where all were counted.
    pub(super) seen: Option<u64>,
    /// The cursor in the reply.
    pub(super) next: Option<String>,
    /// Whether the server says that there is more.
    pub(super) has_more: Option<bool>,
    /// How many items the server says that there are.
    pub(super) total: Option<u64>,
    pub(super) headers: Option<&'a HeaderMap>,
}

/// Returns where the next page begins; `None` after the last.
///
/// # Errors
///
/// Why it can't be told.
pub(super) fn next(advance: Advance, signs: Signs) -> Result<Option<String>, String> {
    if signs.has_more == Some(false) {
        return Ok(None);
    }
    // Where the server says that there is more, no sign of the page says otherwise.
    let has_more = signs.has_more.is_some();
    match advance {
        Advance::Reply => Ok(signs.next.filter(|text| !text.is_empty())),
        Advance::Link(parameter) => {
            let target = signs.headers.and_then(link::to_next);
            target
                .map(|url| link::parameter(&url, parameter))
                .transpose()
        }
        Advance::Number { start, is_first } => {
            let number = number(signs.cursor, start)?;
            let seen = signs.seen.filter(|_| is_first);
            let is_last = !has_more && (signs.count == 0 || is_all(seen, signs.total));
            Ok((!is_last).then(|| number.saturating_add(1).to_string()))
        }
        Advance::Offset { start } => {
            let end = number(signs.cursor, start)?.saturating_add(signs.count);
            if signs.count == 0 && has_more {
                return Err(format!(
                    "the page is empty, though the server says that there is more, and its items \
                     are counted: there is no way past item {end}; resume from a later one"
                ));
            }
            let is_last = !has_more && (signs.count == 0 || is_all(Some(end), signs.total));
            Ok((!is_last).then(|| end.to_string()))
        }
    }
}

fn number(cursor: Option<&str>, start: u64) -> Result<u64, String> {
    let number = cursor.map_or(Ok(start), str::parse);
    number.map_err(|_| "the pages are counted, and the cursor is no number".to_owned())
}

fn is_all(seen: Option<u64>, total: Option<u64>) -> bool {
    matches!((seen, total), (Some(seen), Some(total)) if seen >= total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(advance: Advance, signs: Signs) -> Option<String> {
        next(advance, signs).expect("it can be told")
    }

    #[test]
    fn a_cursor_in_the_reply_leads_on_unless_the_server_says_that_there_is_no_more() {
        for (cursor, has_more, expected) in [
            (None, None, None),
            (Some(""), None, None),
            (Some("c"), None, Some("c")),
            (Some("c"), Some(true), Some("c")),
            (Some("c"), Some(false), None),
            (None, Some(true), None),
        ] {
            let signs = Signs {
                next: cursor.map(str::to_owned),
                has_more,
                ..Signs::default()
            };
            assert_eq!(
                after(Advance::Reply, signs).as_deref(),
                expected,
                "{cursor:?}"
            );
        }
    }

    #[test]
    fn numbers_lead_on_until_an_empty_page_or_the_total() {
        let first = Advance::number(None::<u64>, 1);
        let third = Advance::number(Some(3), 1);
        for (advance, cursor, count, seen, total, has_more, expected) in [
            (first, None, 2, Some(2), None, None, Some("2")),
            (first, Some("2"), 2, Some(4), None, None, Some("3")),
            (first, Some("3"), 0, Some(4), None, None, None),
            (first, Some("2"), 2, Some(4), Some(4), None, None),
            (first, Some("2"), 2, Some(4), Some(5), None, Some("3")),
            (first, None, 2, Some(2), None, Some(false), None),
            // How many items there were before is not known.
            (first, Some("2"), 2, None, Some(1), None, Some("3")),
            (third, None, 2, Some(2), Some(2), None, Some("4")),
            // What the server says counts more than what it shows.
            (first, Some("3"), 0, Some(4), None, Some(true), Some("4")),
            (first, Some("2"), 2, Some(4), Some(4), Some(true), Some("3")),
            (first, Some("2"), 0, Some(4), Some(9), Some(false), None),
        ] {
            let signs = Signs {
                cursor,
                count,
                seen,
                total,
                has_more,
                ..Signs::default()
            };
            assert_eq!(after(advance, signs).as_deref(), expected, "{cursor:?}");
        }
    }

    #[test]
    fn offsets_count_the_items() {
        let first = Advance::offset(None::<u64>, 0);
        let eleventh = Advance::offset(Some(10_i64), 0);
        for (advance, cursor, count, total, has_more, expected) in [
            (first, None, 2, None, None, Some("2")),
            (first, Some("2"), 3, None, None, Some("5")),
            (first, Some("5"), 0, None, None, None),
            (first, Some("5"), 0, None, Some(false), None),
            (first, Some("2"), 3, Some(5), None, None),
            (first, Some("2"), 3, Some(6), None, Some("5")),
            (first, Some("2"), 3, Some(5), Some(true), Some("5")),
            (eleventh, None, 2, Some(12), None, None),
        ] {
            let signs = Signs {
                cursor,
                count,
                total,
                has_more,
                ..Signs::default()
            };
            assert_eq!(after(advance, signs).as_deref(), expected, "{cursor:?}");
        }
        let signs = Signs {
            cursor: Some("x"),
            ..Signs::default()
        };
        assert!(next(first, signs).is_err());
        // By the items of an empty page, there is no way to what is said to follow.
        let signs = Signs {
            cursor: Some("5"),
            has_more: Some(true),
            ..Signs::default()
        };
        let why = next(first, signs).expect_err("it stays where it is");
        assert!(why.contains("empty"), "{why}");
    }
}
