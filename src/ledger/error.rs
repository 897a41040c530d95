//! The error of ledgers.

use std::{error::Error as StdError, fmt};

/// The error of a [`Ledger`](super::Ledger).
///
/// A ledger of your own makes it with [`new`](Self::new):
///
/// ```
/// use nanonets_agents::ledger::{LedgerError, LedgerErrorKind};
///
/// fn read(path: &str) -> Result<Vec<u8>, LedgerError> {
///     std::fs::read(path).map_err(|error| {
///         let message = format!("the ledger {path} can't be read");
///         LedgerError::new(LedgerErrorKind::Unavailable, message).with_source(error)
///     })
/// }
///
/// let error = read("no such file").unwrap_err();
/// assert_eq!(error.kind(), LedgerErrorKind::Unavailable);
/// assert_eq!(error.to_string(), "the ledger no such file can't be read");
/// ```
#[derive(Debug)]
pub struct LedgerError {
    kind: LedgerErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kind of a [`LedgerError`], which says what to do about it.
///
/// ```
/// use nanonets_agents::ledger::LedgerErrorKind;
///
/// fn advice(kind: LedgerErrorKind) -> &'static str {
///     match kind {
///         LedgerErrorKind::Unavailable => "mend the disk or the file, and try again",
///         LedgerErrorKind::OtherVersion => "update the program, or use another file",
///         LedgerErrorKind::Lost => "claim the key again",
///         LedgerErrorKind::Held => "wait until the lease has ended",
///         LedgerErrorKind::ClockBehind => "set the clock right, and try again",
///         _ => "read the message",
///     }
/// }
/// # let _ = advice;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LedgerErrorKind {
    /// The ledger can't be read or written: the disk is full, the file is read-only, locked or
    /// damaged. The message says what to mend.
    Unavailable,
    /// Another version of the crate has written the ledger, which is left unchanged. Update the
    /// program, or use another file.
    OtherVersion,
    /// The caller's lease is lost: another claim holds the key by now, or the run has a task, or
    /// was given up. Claim the key again to learn what became of it.
    Lost,
    /// A lease of the key runs: a process may be sending the run at this moment. The message says
    /// how long the lease has to go; wait for that, and try again.
    Held,
    /// The ledger has no such key. It may have been forgotten or pruned, or be in another ledger.
    UnknownKey,
    /// The task can't be the key's: it is another agent's or another key's, or the key has another
    /// task. The message names them.
    Mismatch,
    /// The ledger's clock is behind what it has written about the key, so it can't be known whether
    /// a lease has ended. Nothing is sent then. The message says by how much; set the clock right,
    /// or wait until it has caught up.
    ClockBehind,
    /// The arguments can't work, such as a lease of no time or of more than a day. The message says
    /// what may be given.
    Invalid,
}

impl LedgerError {
    /// Creates an error. The message is shown to users, after which they should know what to do.
    ///
    /// ```
    /// use nanonets_agents::ledger::{LedgerError, LedgerErrorKind};
    ///
    /// let message = "the table `runs` is missing; create it with `migrate`";
    /// let error = LedgerError::new(LedgerErrorKind::Unavailable, message);
    /// assert_eq!(error.to_string(), message);
    /// ```
    pub fn new(kind: LedgerErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// Adds the cause, whose text should not be a part of the message: reporters print both.
    ///
    /// ```
    /// use std::{error::Error, io};
    /// use nanonets_agents::ledger::{LedgerError, LedgerErrorKind};
    ///
    /// let cause = io::Error::other("connection refused");
    /// let error = LedgerError::new(LedgerErrorKind::Unavailable, "the ledger can't be reached")
    ///     .with_source(cause);
    /// assert_eq!(error.source().expect("a cause").to_string(), "connection refused");
    /// ```
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    pub(crate) fn into_source(self) -> Option<Box<dyn StdError + Send + Sync>> {
        self.source
    }

    /// Returns the kind of the failure.
    ///
    /// ```
    /// use nanonets_agents::ledger::{LedgerError, LedgerErrorKind};
    ///
    /// let error = LedgerError::new(LedgerErrorKind::Lost, "the key \"a\" was abandoned");
    /// assert_eq!(error.kind(), LedgerErrorKind::Lost);
    /// ```
    pub fn kind(&self) -> LedgerErrorKind {
        self.kind
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for LedgerError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
