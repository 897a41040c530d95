//! The errors of answers that aren't of the wanted type.

use std::fmt::{self, Debug, Write};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    locate::{Located, locate},
    place::Place,
};
use crate::{api::types::TaskStatus, excerpt::excerpt};

/// The most characters that a message shows of the answer.
const MAX_ANSWER_CHARS: usize = 200;
/// The most characters that a message shows of the part that doesn't fit.
const MAX_FOUND_CHARS: usize = 80;
/// The most characters in which the API key is looked for, before they are cut.
const MAX_MASKED_CHARS: usize = 4096;

/// Takes the API key out of a text, where the client is known.
pub(crate) type Masking<'a> = &'a dyn Fn(&str) -> String;

/// Why an answer isn't of the wanted type; from
/// [`TaskSummary::output`](crate::types::TaskSummary::output).
///
/// The answer was paid for, and isn't lost: [`answer`](Self::answer) has it whole, to be stored, or
/// read in another way.
///
/// ```
/// use nanonets_agents::{output::OutputError, types::TaskSummary};
///
/// let body = r#"{"status": "completed", "extracted_data": {"lines": [1, "two"]}}"#;
/// let summary: TaskSummary = serde_json::from_str(body)?;
///
/// let error = summary.output::<std::collections::BTreeMap<String, Vec<u32>>>().unwrap_err();
/// assert!(matches!(error, OutputError::Mismatch(_)));
/// assert_eq!(error.path().as_deref(), Some("lines[1]"));
/// assert_eq!(error.found().unwrap(), "two");
/// assert_eq!(error.answer().unwrap()["lines"][0], 1);
/// assert_eq!(
///     error.to_string(),
///     "the answer doesn't fit the wanted type at `lines[1]`: found \"two\", expected u32; \
///      the answer begins with: {\"lines\":[1,\"two\"]}"
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The summary holds no answer: the task has completed without one.
    #[error("the summary holds no answer")]
    Missing,

    /// The task hasn't ended, and has this status. Wait for it, then read its answer.
    #[error("the task has not ended, its status is {0}; wait for its end, then read the answer")]
    Unfinished(TaskStatus),

    /// The agent has answered in text, and another type was wanted. The prompt may have to ask for
    /// JSON more firmly; the text may say why there is none.
    #[error(transparent)]
    Prose(Box<Misfit>),

    /// The answer has another shape.
    #[error(transparent)]
    Mismatch(Box<Misfit>),
}

/// An answer that isn't of the wanted type. The methods of [`OutputError`] tell of it.
///
/// Neither its text nor its `Debug` shows more than the beginning of the answer, and both are
/// without the API key where a client has read it.
#[derive(thiserror::Error)]
#[error("{text}")]
pub struct Misfit {
    answer: Value,
    /// The place that doesn't fit; `None` where a text is no place.
    place: Option<Place>,
    text: String,
}

impl OutputError {
    /// Returns the whole answer as it came, to store it or to read it in another way; `None` where
    /// there is none.
    ///
    /// ```
    /// # use nanonets_agents::types::TaskSummary;
    /// let body = r#"{"status": "completed", "extracted_data": {"total": "12.50 EUR"}}"#;
    /// let summary: TaskSummary = serde_json::from_str(body)?;
    /// let error = summary.output::<std::collections::BTreeMap<String, f64>>().unwrap_err();
    /// assert_eq!(error.answer().unwrap()["total"], "12.50 EUR");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn answer(&self) -> Option<&Value> {
        match self {
            Self::Missing | Self::Unfinished(_) => None,
            Self::Prose(misfit) | Self::Mismatch(misfit) => Some(&misfit.answer),
        }
    }

    /// Returns the whole answer like [`answer`](Self::answer), without a copy.
    ///
    /// ```
    /// # use nanonets_agents::types::TaskSummary;
    /// let body = r#"{"status": "completed", "extracted_data": {"total": "12.50 EUR"}}"#;
    /// let summary: TaskSummary = serde_json::from_str(body)?;
    /// let error = summary.output::<std::collections::BTreeMap<String, f64>>().unwrap_err();
    /// assert_eq!(error.into_answer().unwrap()["total"], "12.50 EUR");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn into_answer(self) -> Option<Value> {
        match self {
            Self::Missing | Self::Unfinished(_) => None,
            Self::Prose(misfit) | Self::Mismatch(misfit) => Some(misfit.answer),
        }
    }

    /// Returns the place in the answer that doesn't fit, such as `lines[1].total`, and `.` for the
    /// answer as a whole; `None` where the answer has no other shape.
    ///
    /// It may be the innermost object or list around that place: serde reads types with `flatten`,
    /// `tag` or `untagged` from a buffer, in which not every place can be told from another. The
    /// text of the error then says "at or inside".
    ///
    /// ```
    /// # use nanonets_agents::types::TaskSummary;
    /// let body = r#"{"status": "completed", "extracted_data": {"total": "12.50 EUR"}}"#;
    /// let summary: TaskSummary = serde_json::from_str(body)?;
    /// let error = summary.output::<std::collections::BTreeMap<String, f64>>().unwrap_err();
    /// assert_eq!(error.path().as_deref(), Some("total"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn path(&self) -> Option<String> {
        match self {
            Self::Missing | Self::Unfinished(_) => None,
            Self::Prose(misfit) | Self::Mismatch(misfit) => {
                misfit.place.as_ref().map(Place::to_string)
            }
        }
    }

    /// Returns what the answer has at [`path`](Self::path): all of it where the agent answered in
    /// text, `None` where there is no answer.
    ///
    /// ```
    /// # use nanonets_agents::types::TaskSummary;
    /// let body = r#"{"status": "completed", "extracted_data": {"total": "12.50 EUR"}}"#;
    /// let summary: TaskSummary = serde_json::from_str(body)?;
    /// let error = summary.output::<std::collections::BTreeMap<String, f64>>().unwrap_err();
    /// assert_eq!(error.found().unwrap(), "12.50 EUR");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn found(&self) -> Option<&Value> {
        match self {
            Self::Missing | Self::Unfinished(_) => None,
            Self::Prose(misfit) | Self::Mismatch(misfit) => match &misfit.place {
                Some(place) => place.find(&misfit.answer),
                None => Some(&misfit.answer),
            },
        }
    }

    /// Creates the error of an answer that couldn't be read as this type.
    pub(super) fn of<T: DeserializeOwned>(
        answer: Value,
        error: serde_path_to_error::Error<serde_json::Error>,
        mask: Masking<'_>,
    ) -> Self {
        let known = Place::of(error.path(), &answer);
        let message = error.into_inner().to_string();
        let beginning = shown(&answer, MAX_ANSWER_CHARS, mask);
        if answer.is_string() && message.starts_with("invalid type: string ") {
            let text = format!(
                "the agent answered in text where another type was wanted; the text begins with: \
                 {beginning}"
            );
            let place = None;
            return Self::Prose(Box::new(Misfit {
                answer,
                place,
                text,
            }));
        }
        let located = locate::<T>(known, &message, &answer);
        let what = what_is_wrong(&located, &message, &answer, mask);
        let text = format!(
            "the answer doesn't fit the wanted type {what}; the answer begins with: {beginning}"
        );
        let place = Some(located.place);
        Self::Mismatch(Box::new(Misfit {
            answer,
            place,
            text,
        }))
    }
}

impl Debug for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Misfit")
            .field("text", &self.text)
            .finish_non_exhaustive()
    }
}

/// Says where the answer doesn't fit, what is there, and what should be.
fn what_is_wrong(located: &Located, message: &str, answer: &Value, mask: Masking<'_>) -> String {
    let Located { place, is_exact } = located;
    let found = place.find(answer);
    let found = found.map(|found| shown(found, MAX_FOUND_CHARS, mask));
    let found = found.unwrap_or_default();
    let place = excerpt(&mask(&place.to_string()));
    match message.rsplit_once(", expected ") {
        Some((_, expected)) if *is_exact => {
            let expected = excerpt(&mask(expected));
            format!("at `{place}`: found {found}, expected {expected}")
        }
        _ => {
            let at = if *is_exact { "at" } else { "at or inside" };
            let message = excerpt(&mask(message));
            format!("{at} `{place}`: {message}; found {found}")
        }
    }
}

/// Returns the first characters of a value's JSON on one line, and writes no more than it needs:
/// the value may be large.
fn shown(value: &Value, most: usize, mask: Masking<'_>) -> String {
    let mut text = Beginning {
        text: String::new(),
        room: MAX_MASKED_CHARS,
    };
    let is_whole = write!(text, "{value}").is_ok();
    let line = excerpt(&mask(&text.text));
    let mut beginning: String = line.chars().take(most).collect();
    if (beginning != line || !is_whole) && !beginning.ends_with('…') {
        beginning.push('…');
    }
    beginning
}

/// Takes so many characters, and refuses what comes after.
struct Beginning {
    text: String,
    room: usize,
}

impl Write for Beginning {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            self.room = self.room.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(character);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_beginning_of_a_large_value_is_written() {
        let unmasked = |text: &str| text.to_owned();
        let large = json!(["a".repeat(10_000)]);
        assert_eq!(shown(&large, 5, &unmasked), "[\"aaa…");
        assert_eq!(shown(&json!([1]), 3, &unmasked), "[1]");
        assert_eq!(shown(&json!("\u{202e}é"), 80, &unmasked), "\"\u{fffd}é\"");
        let mut beginning = Beginning {
            text: String::new(),
            room: 3,
        };
        assert!(write!(beginning, "{large}").is_err());
        assert_eq!(beginning.text, "[\"a");
    }

    #[test]
    fn no_text_shows_more_than_the_beginning() {
        let answer = json!({"lines": ["a".repeat(1 << 20)], "total": "b".repeat(1 << 20)});
        let body = json!({"status": "completed", "extracted_data": answer});
        let summary: crate::types::TaskSummary = serde_json::from_value(body).expect("a summary");
        let error = summary.output::<std::collections::BTreeMap<String, Vec<u8>>>();
        let error = error.expect_err("a text is no number");
        let (text, debug) = (error.to_string(), format!("{error:?}"));
        assert!(text.len() < 1000 && debug.len() < 1000, "{text} {debug}");
        assert!(
            text.contains("found \"aaa") && text.contains("expected u8"),
            "{text}"
        );
        assert_eq!(error.into_answer(), Some(answer));
    }
}
