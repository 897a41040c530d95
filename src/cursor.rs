//! A place in a list.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place in a list, as the server names it.
///
/// It is opaque: its text means something to the server only, and may change its form at any time.
/// It can be stored as text, and another process can go on from it with
/// [`Pages::resume_from`](crate::pages::Pages::resume_from).
///
/// Documented at <https://agents.nanonets.com/docs/errors-and-pagination>.
///
/// ```
/// use chrono::Utc;
/// use futures_util::TryStreamExt;
/// use nanonets_agents::{pages::Cursor, prelude::*, simulator::{PastTask, Simulator}};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let history = (0..5).map(|_| PastTask::new("Invoice", Utc::now()));
/// # let client = Simulator::builder().history(history).build().in_process_client()?;
/// let mut pages = client.list_tasks().limit(3).pages();
/// pages.try_next().await?.expect("a page of three tasks");
/// let stored = pages.cursor().map(Cursor::to_string).expect("there are more");
///
/// let mut rest = client.list_tasks().limit(3).pages().resume_from(stored);
/// assert_eq!(rest.try_next().await?.expect("a page").items.len(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// Creates a cursor from the server's text, as it was stored.
    ///
    /// ```
    /// use nanonets_agents::pages::Cursor;
    ///
    /// let cursor = Cursor::new("dGFza3M6MTAw");
    /// assert_eq!(cursor, Cursor::from(cursor.to_string()));
    /// ```
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the server's text, for a file or a column of a database.
    ///
    /// ```
    /// use nanonets_agents::pages::Cursor;
    ///
    /// assert_eq!(Cursor::new("dGFza3M6MTAw").as_str(), "dGFza3M6MTAw");
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Cursor {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<&Cursor> for Cursor {
    fn from(cursor: &Cursor) -> Self {
        cursor.clone()
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.0
    }
}

impl AsRef<str> for Cursor {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
