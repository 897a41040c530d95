//! Why an answer isn't of the wanted type.

use std::{error::Error as StdError, fmt};

use serde_json::Value;

use super::place::Place;
use crate::excerpt::excerpt;

/// The most characters of an answer that an error's text repeats.
const SHOWN: usize = 200;

/// Why an answer isn't of the wanted type; from
/// [`TaskSummary::output`](crate::types::TaskSummary::output).
///
/// ```
/// use nanonets_agents::{output::OutputError, types::TaskSummary};
///
/// let body = r#"{"status": "completed", "extracted_data": {"lines": [1, "two"]}}"#;
/// let summary: TaskSummary = serde_json::from_str(body)?;
///
/// let error = summary.output::<std::collections::BTreeMap<String, Vec<u32>>>().unwrap_err();
/// let OutputError::Mismatch(mismatch) = &error else { panic!("there is an answer") };
/// assert_eq!(mismatch.path(), "lines[1]");
/// assert_eq!(mismatch.found().unwrap(), "two");
/// // Nothing that was paid for is lost.
/// assert_eq!(mismatch.answer()["lines"][0], 1);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum OutputError {
    /// The summary holds no answer: the task hasn't completed, or came to nothing.
    Missing,
    /// The answer has another shape.
    Mismatch(Box<Mismatch>),
}

impl OutputError {
    /// Returns the whole answer; `None` where there is none.
    ///
    /// ```
    /// use nanonets_agents::output::OutputError;
    ///
    /// assert_eq!(OutputError::Missing.answer(), None);
    /// ```
    pub fn answer(&self) -> Option<&Value> {
        match self {
            Self::Missing => None,
            Self::Mismatch(mismatch) => Some(&mismatch.answer),
        }
    }
}

impl From<Mismatch> for OutputError {
    fn from(mismatch: Mismatch) -> Self {
        Self::Mismatch(Box::new(mismatch))
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no answer"),
            Self::Mismatch(mismatch) => mismatch.fmt(f),
        }
    }
}

impl StdError for OutputError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Missing => None,
            // The mismatch itself is told by `Display`.
            Self::Mismatch(mismatch) => mismatch.source(),
        }
    }
}

/// An answer that doesn't fit the wanted type, and where; from [`OutputError::Mismatch`].
#[derive(Debug)]
pub struct Mismatch {
    place: Place,
    answer: Value,
    error: serde_json::Error,
}

impl Mismatch {
    pub(super) fn new(place: Place, answer: Value, error: serde_json::Error) -> Self {
        Self {
            place,
            answer,
            error,
        }
    }

    /// Returns the place in the answer that doesn't fit, such as `lines[1].total`; `.` is the
    /// answer itself.
    ///
    /// Where a type is flattened, or an enum that is untagged or tagged inside, serde doesn't tell
    /// the place. It is then looked for by what serde has found; where that stands in several
    /// places, it is the one that holds them all.
    pub fn path(&self) -> &str {
        &self.place.path
    }

    /// Returns what stands in that place; `None` where something is missing there.
    pub fn found(&self) -> Option<&Value> {
        self.place.found.as_ref()
    }

    /// Returns the whole answer.
    pub fn answer(&self) -> &Value {
        &self.answer
    }

    /// Returns why that place doesn't fit, in the words of serde.
    pub fn error(&self) -> &serde_json::Error {
        &self.error
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, error, .. } = self;
        // What was found is in it, and may be long.
        let error = excerpt(&error.to_string());
        if let Value::String(text) = &self.answer {
            let shown = shown(text.clone());
            return write!(
                f,
                "the agent answered in words, which the wanted type is not ({error}); the answer \
                 begins with: {shown}"
            );
        }
        write!(
            f,
            "the answer doesn't fit the wanted type at `{}`: {error}; the answer begins with: {}",
            place.path,
            shown(self.answer.to_string())
        )
    }
}

/// Returns the beginning of an answer, without what could harm a terminal.
fn shown(answer: String) -> String {
    let beginning: String = answer.chars().take(SHOWN).collect();
    excerpt(&beginning)
}

impl StdError for Mismatch {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.source()
    }
}
