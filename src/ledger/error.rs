//! Why a ledger can't do its work.

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

/// The kind of a [`LedgerError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LedgerErrorKind {
    /// It can't be read or written: the disk is full, the file is read-only, locked or damaged.
    Unavailable,
    /// Another version of the crate has written it. It is left unchanged.
    OtherVersion,
    /// The caller's lease is lost: another claim holds the key by now, or its run has been settled.
    Lost,
}

impl LedgerError {
    /// Creates an error. The message is shown to users, after which they should know what to do.
    pub fn new(kind: LedgerErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// Adds the cause, whose text should not be a part of the message.
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    pub(crate) fn into_source(self) -> Option<Box<dyn StdError + Send + Sync>> {
        self.source
    }

    /// Returns the kind of the failure.
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
