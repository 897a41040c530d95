//! Opens the file of a ledger, and explains why it can't be used.

use std::{
    io,
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{
    ErrorCode, Transaction,
    TransactionBehavior::{Deferred, Immediate},
};

use super::{Database, TransactionFailure};
use crate::ledger::{LedgerError, LedgerErrorKind};

/// The `application_id` that marks a SQLite file as a ledger: "nano".
const APPLICATION: i64 = 0x6e61_6e6f;
/// The version of the tables, kept in the file as its `user_version`. It is raised when they
/// change.
const VERSION: i64 = 3;
/// How long one process waits for another one's write.
const BUSY: Duration = Duration::from_secs(5);

/// The table has the columns of [`Row`](crate::ledger::state::Row), and its checks say which of
/// them belong to which [`State`](crate::ledger::state::State).
const TABLES: &str = "
    CREATE TABLE runs (
        key            TEXT PRIMARY KEY NOT NULL,
        state          TEXT NOT NULL
                       CHECK (state IN ('claimed', 'abandoned', 'started', 'finished')),
        agent_id       TEXT NOT NULL,
        fingerprint    TEXT NOT NULL,
        lookalike_hash TEXT NOT NULL,
        marker         TEXT,
        local_time     TEXT NOT NULL,
        server_time    TEXT,
        claimed_at     TEXT NOT NULL,
        changed_at     TEXT NOT NULL,
        holder         TEXT CHECK ((holder IS NOT NULL) = (state = 'claimed')),
        held_until     TEXT CHECK ((held_until IS NOT NULL) = (state = 'claimed')),
        task_id        TEXT CHECK ((task_id IS NOT NULL) = (state IN ('started', 'finished'))),
        doubts         TEXT CHECK (doubts IS NULL OR state IN ('started', 'finished'))
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX runs_by_task ON runs (task_id) WHERE task_id IS NOT NULL;
    CREATE INDEX lookalike_runs ON runs (agent_id, lookalike_hash)
        WHERE task_id IS NULL OR doubts IS NOT NULL;
    CREATE INDEX unfinished_runs ON runs (key) WHERE state <> 'finished';
    CREATE INDEX finished_runs ON runs (changed_at) WHERE state = 'finished';
";

impl Database {
    /// Creates the tables, unless they exist. A file that isn't a ledger of this version is left
    /// unchanged.
    pub(super) fn prepare(&self) -> Result<(), LedgerError> {
        let failed = |error| failed(&self.path, error);
        self.lock().busy_timeout(BUSY).map_err(failed)?;
        let is_new = self.transact(Deferred, |transaction| self.is_empty(transaction))?;
        self.write_ahead()?;
        if is_new {
            self.transact(Immediate, |transaction| {
                // Another process may have created them in between.
                if self.is_empty(transaction)? {
                    transaction.execute_batch(TABLES)?;
                    transaction.pragma_update(None, "application_id", APPLICATION)?;
                    transaction.pragma_update(None, "user_version", VERSION)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Whether the database is empty; fails where it is neither that nor a ledger of this version.
    fn is_empty(&self, transaction: &Transaction<'_>) -> Result<bool, TransactionFailure> {
        let number = |query: &str| transaction.query_row(query, [], |row| row.get::<_, i64>(0));
        let (application, version) = (
            number("PRAGMA application_id")?,
            number("PRAGMA user_version")?,
        );
        let tables = number("SELECT count(*) FROM sqlite_master")?;
        let path = self.path.display();
        match (application, version) {
            (APPLICATION, VERSION) => Ok(false),
            (APPLICATION, other) => {
                let advice = if other > VERSION {
                    "update the program, or use another file"
                } else {
                    "use another file"
                };
                Err(TransactionFailure::Ledger(LedgerError::new(
                    LedgerErrorKind::OtherVersion,
                    format!(
                        "the ledger {path} is of version {other}, this program knows only version \
                         {VERSION}; {advice}"
                    ),
                )))
            }
            (0, 0) if tables == 0 => Ok(true),
            _ => Err(TransactionFailure::Ledger(LedgerError::new(
                LedgerErrorKind::Unavailable,
                format!("{path} is a database of another program; use another file for the ledger"),
            ))),
        }
    }

    /// Switches to the mode in which readers and a writer don't wait for each other.
    fn write_ahead(&self) -> Result<(), LedgerError> {
        let connection = self.lock();
        let start = Instant::now();
        let failed = |error| failed(&self.path, error);
        loop {
            let switched = connection.query_row("PRAGMA journal_mode = WAL", [], |row| {
                row.get::<_, String>(0)
            });
            match switched {
                Ok(mode) if mode == "wal" => break,
                // SQLite doesn't wait for other processes here by itself.
                Err(error) if is_busy(&error) && start.elapsed() < BUSY => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(error) => return Err(failed(error)),
                Ok(mode) => {
                    let message = format!(
                        "the ledger {} can't be used: its disk allows no write-ahead log, \
                         only {mode}; use a local disk",
                        self.path.display()
                    );
                    return Err(LedgerError::new(LedgerErrorKind::Unavailable, message));
                }
            }
        }
        connection
            .pragma_update(None, "synchronous", "NORMAL")
            .map_err(failed)
    }
}

/// What tells the file of a ledger from another that has its name later; nothing where the platform
/// has no such thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileIdentity {
    #[cfg(unix)]
    device_and_inode: (u64, u64),
}

impl FileIdentity {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let metadata = std::fs::metadata(path)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Ok(Self {
                device_and_inode: (metadata.dev(), metadata.ino()),
            })
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            Ok(Self {})
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

/// Creates the error for a failure of SQLite, with what it means and what to do.
pub(super) fn failed(path: &Path, error: rusqlite::Error) -> LedgerError {
    let advice = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full; make room",
        Some(ErrorCode::ReadOnly) => "it is read-only; allow writing to the file and its folder",
        Some(ErrorCode::CannotOpen) => {
            "it can't be opened; check that its folder is there and may be written to"
        }
        Some(ErrorCode::PermissionDenied) => "access is denied; check the permissions",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program has kept it locked; close that one"
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            "it is damaged, or no ledger; restore it from a copy, or use another file, but keys \
             that were recorded after the copy was made, or aren't in the other file, would run \
             again"
        }
        Some(ErrorCode::SystemIoFailure) => "reading or writing failed; check the disk",
        _ => "the database refuses",
    };
    let message = format!("the ledger {} can't be used: {advice}", path.display());
    LedgerError::new(LedgerErrorKind::Unavailable, message).with_source(error)
}

/// Creates the error for a path that doesn't lead to a file one can look at.
pub(super) fn unreadable(path: &Path, error: io::Error) -> LedgerError {
    let message = format!(
        "the ledger {} can't be used: its path can't be read; check that it names a file, and the \
         permissions of its folder",
        path.display()
    );
    LedgerError::new(LedgerErrorKind::Unavailable, message).with_source(error)
}
