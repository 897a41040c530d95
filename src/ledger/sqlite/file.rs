//! The file of a ledger: opening it, and what can be wrong with it.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{ErrorCode, Transaction};

use super::{Failure, Inner};
use crate::ledger::{LedgerError, LedgerErrorKind};

/// By which SQLite files know their program: "nano".
const APPLICATION: i64 = 0x6e61_6e6f;
/// Raised when the tables change; kept in the file as its `user_version`.
const VERSION: i64 = 1;
/// How long one process waits for another one's write.
const BUSY: Duration = Duration::from_secs(5);

const TABLES: &str = "
    CREATE TABLE runs (
        key         TEXT PRIMARY KEY NOT NULL,
        state       TEXT NOT NULL CHECK (state IN ('claimed', 'started', 'finished')),
        agent_id    TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        mark        TEXT NOT NULL,
        marker      TEXT,
        claimed_at  TEXT NOT NULL,
        holder      TEXT,
        held_until  TEXT,
        task_id     TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX runs_by_task ON runs (task_id) WHERE task_id IS NOT NULL;
    CREATE INDEX claimed_runs ON runs (agent_id, mark) WHERE state = 'claimed';
    CREATE INDEX unfinished_runs ON runs (key) WHERE state <> 'finished';
";

impl Inner {
    /// Makes the tables, unless they are there. What isn't a ledger of this version is left as it
    /// is.
    pub(super) fn prepare(&self) -> Result<(), LedgerError> {
        let failed = |error| failed(&self.path, error);
        self.lock().busy_timeout(BUSY).map_err(failed)?;
        let is_new = self.transact(|it| self.check(it))?;
        self.write_ahead()?;
        if is_new {
            self.transact(|it| {
                if !self.check(it)? {
                    Ok(())
                } else {
                    it.execute_batch(TABLES)?;
                    it.pragma_update(None, "application_id", APPLICATION)?;
                    it.pragma_update(None, "user_version", VERSION)?;
                    Ok(())
                }
            })?;
        }
        Ok(())
    }

    /// Whether the database is empty; fails where it is neither that nor a ledger of this version.
    fn check(&self, it: &Transaction<'_>) -> Result<bool, Failure> {
        let number = |pragma: &str| it.query_row(pragma, [], |row| row.get::<_, i64>(0));
        let (application, version) = (
            number("PRAGMA application_id")?,
            number("PRAGMA user_version")?,
        );
        let tables = number("SELECT count(*) FROM sqlite_master")?;
        let path = self.path.display();
        match (application, version) {
            (APPLICATION, VERSION) => Ok(false),
            (APPLICATION, newer) => Err(Failure::Ledger(LedgerError::new(
                LedgerErrorKind::Newer,
                format!(
                    "the ledger {path} is of version {newer}, this program knows only version {VERSION}; update the \
                     program, or use another file"
                ),
            ))),
            (0, 0) if tables == 0 => Ok(true),
            _ => Err(Failure::Ledger(LedgerError::new(
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
                // SQLite doesn't wait for others here by itself.
                Err(error) if is_busy(&error) && start.elapsed() < BUSY => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(error) => return Err(failed(error)),
                Ok(mode) => {
                    let message = format!(
                        "the ledger {} can't be used: its disk allows no write-ahead log, only {mode}; use a local disk",
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

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

/// What SQLite's failure means, and what to do.
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
            "it is damaged, or no ledger; restore it from a copy, or use another file"
        }
        Some(ErrorCode::SystemIoFailure) => "reading or writing failed; check the disk",
        _ => "the database refuses",
    };
    let message = format!("the ledger {} can't be used: {advice}", path.display());
    LedgerError::new(LedgerErrorKind::Unavailable, message).with_source(error)
}
