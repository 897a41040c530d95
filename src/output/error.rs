//! The errors of answers that aren't of the wanted type.

use std::fmt::{self, Write};

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
    #[error(
        "the agent answered in text where another type was wanted; the text begins with: {}",
        beginning(answer, MAX_ANSWER_CHARS)
    )]
    #[non_exhaustive]
    Prose {
        /// The whole answer, which is a text.
        answer: Value,
    },

    /// The answer has another shape.
    #[error(transparent)]
    Mismatch(Box<Mismatch>),
}

/// What doesn't fit in an answer. The methods of [`OutputError`] tell it.
#[derive(Debug)]
pub struct Mismatch {
    answer: Value,
    located: Located,
    reason: serde_json::Error,
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
            Self::Prose { answer } => Some(answer),
            Self::Mismatch(mismatch) => Some(&mismatch.answer),
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
            Self::Prose { answer } => Some(answer),
            Self::Mismatch(mismatch) => Some(mismatch.answer),
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
            Self::Mismatch(mismatch) => Some(mismatch.located.place.to_string()),
            Self::Missing | Self::Unfinished(_) | Self::Prose { .. } => None,
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
            Self::Mismatch(mismatch) => mismatch.found(),
            Self::Missing | Self::Unfinished(_) | Self::Prose { .. } => self.answer(),
        }
    }

    /// Creates the error of an answer that couldn't be read as this type.
    pub(super) fn of<T: DeserializeOwned>(
        answer: Value,
        error: serde_path_to_error::Error<serde_json::Error>,
    ) -> Self {
        let known = Place::of(error.path(), &answer);
        let reason = error.into_inner();
        let message = reason.to_string();
        if answer.is_string() && message.starts_with("invalid type: string ") {
            return Self::Prose { answer };
        }
        let located = locate::<T>(known, &message, &answer);
        Self::Mismatch(Box::new(Mismatch {
            answer,
            located,
            reason,
        }))
    }
}

impl Mismatch {
    fn found(&self) -> Option<&Value> {
        self.located.place.find(&self.answer)
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Located { place, is_exact } = &self.located;
        let place = excerpt(&place.to_string());
        let at = if *is_exact { "at" } else { "at or inside" };
        write!(f, "the answer doesn't fit the wanted type {at} `{place}`: ")?;
        let found = self.found().map(|found| beginning(found, MAX_FOUND_CHARS));
        let found = found.unwrap_or_default();
        let reason = self.reason.to_string();
        match reason.rsplit_once(", expected ") {
            Some((_, expected)) if *is_exact => {
                write!(f, "found {found}, expected {}", excerpt(expected))?;
            }
            _ => write!(f, "{}; found {found}", excerpt(&reason))?,
        }
        let answer = beginning(&self.answer, MAX_ANSWER_CHARS);
        write!(f, "; the answer begins with: {answer}")
    }
}

impl std::error::Error for Mismatch {}

/// Returns the first characters of a value's JSON, and of no more than that: it may be large.
fn beginning(value: &Value, most: usize) -> String {
    let mut text = Beginning {
        text: String::new(),
        room: most,
    };
    let is_whole = write!(text, "{value}").is_ok();
    let mut shown = excerpt(&text.text);
    if !is_whole {
        shown.push('…');
    }
    shown
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
        let large = json!(["a".repeat(10_000)]);
        assert_eq!(beginning(&large, 5), "[\"aaa…");
        assert_eq!(beginning(&json!([1]), 3), "[1]");
        assert_eq!(beginning(&json!("\u{202e}é"), 80), "\"\u{fffd}é\"");
    }
}
