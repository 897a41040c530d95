//! The texts of values that are sent outside of bodies.

use std::fmt::{self, Display};

use serde::Serialize;

use super::argument::{Argument, ArgumentError};

/// Shows a value as its text in JSON, without quotes: a time as RFC 3339 has it, an enum's value as
/// the spec does.
///
/// Showing anything but a text, number or boolean fails.
pub(crate) struct Plain<'a, T>(pub(crate) &'a T);

impl<T: Serialize> Display for Plain<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(formatter)
    }
}

/// Returns the text of a value; `None` where it has none.
pub(crate) fn text_of(value: &impl Serialize) -> Option<String> {
    use fmt::Write;

    let mut text = String::new();
    write!(text, "{}", Plain(value)).ok()?;
    Some(text)
}

/// How several values of a parameter are sent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ListStyle {
    /// The name is repeated for each.
    Repeated,
    /// They are joined by this character.
    Joined(char),
}

/// Returns the values of a parameter that takes several, in their order.
pub(crate) fn list(
    parameter: &str,
    style: ListStyle,
    values: impl IntoIterator<Item = impl Serialize>,
) -> Argument<Vec<String>> {
    let texts = values.into_iter().map(|value| text_of(&value));
    let Some(texts) = texts.collect::<Option<Vec<String>>>() else {
        return Err(ArgumentError::invalid(parameter, "a list of plain values"));
    };
    if texts.is_empty() {
        return Err(ArgumentError::new(format!(
            "`{parameter}` has no values; leave it out, or give it some"
        )));
    }
    let is_unfit = |text: &&String| match style {
        ListStyle::Repeated => false,
        ListStyle::Joined(delimiter) => text.is_empty() || text.contains(delimiter),
    };
    match texts.iter().find(is_unfit) {
        Some(text) => Err(ArgumentError::new(format!(
            "{text:?} can't be a value of `{parameter}`"
        ))),
        None => Ok(texts),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    #[test]
    fn a_value_has_the_text_of_its_json() {
        let time: DateTime<Utc> = "2026-05-12T08:00:00.5+02:00".parse().expect("a time");
        assert_eq!(text_of(&time).as_deref(), Some("2026-05-12T06:00:00.500Z"));
        assert_eq!(text_of(&"a \"b\"").as_deref(), Some("a \"b\""));
        assert_eq!(text_of(&true).as_deref(), Some("true"));
        assert_eq!(text_of(&0.5).as_deref(), Some("0.5"));
        assert_eq!(text_of(&uuid::Uuid::nil()).map(|text| text.len()), Some(36));
        assert_eq!(text_of(&vec![1]), None);
    }

    #[test]
    fn values_keep_their_order_and_hold_no_delimiter() {
        let joined = |values: &[&str]| list("sort", ListStyle::Joined(','), values.iter());
        assert_eq!(
            joined(&["b", "a", "b"]).ok(),
            Some(vec!["b".into(), "a".into(), "b".into()])
        );
        for values in [&[][..], &["a,b"], &[""]] {
            assert!(joined(values).is_err(), "{values:?}");
        }
        assert!(list("tag", ListStyle::Repeated, ["a,b", ""]).is_ok());
    }
}
