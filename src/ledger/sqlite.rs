//! A ledger in a SQLite file, for all processes of one machine.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use futures_util::future::{BoxFuture, FutureExt};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, named_params};
use uuid::Uuid;

mod file;

use super::{Claim, Claimed, Entry, Intent, Lease, Ledger, LedgerError, LedgerErrorKind};
use crate::ids::TaskRef;
use file::failed;

/// Keys for all processes of one machine, in a file that outlives them.
///
/// The file is a SQLite database in WAL mode with `synchronous=NORMAL`: what is noted survives a
/// killed process; the last notes before a power failure may be lost, after which their keys count
/// as new. It has to be on a local disk. Its one table can be read with the `sqlite3` shell:
///
/// ```text
/// $ sqlite3 runs.db 'SELECT key, state, task_id FROM runs'
/// invoice-2026-001|started|0b9e6e5e-1111-4222-8333-444455556666
/// invoice-2026-002|claimed|
/// ```
///
/// `claimed` means that the run is being sent, or was when its process died; `started` that the
/// task is known; `finished` that it needs no more attention.
#[derive(Clone, Debug)]
pub struct SqliteLedger(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    connection: Mutex<Connection>,
}

impl SqliteLedger {
    /// Opens the ledger, or makes a new one where there is no file. The folder has to be there.
    ///
    /// # Errors
    ///
    /// [`LedgerErrorKind::Unavailable`] where the file can't be opened, read and written;
    /// [`LedgerErrorKind::Newer`] where a newer version of the crate has written it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, LedgerError> {
        let path = path.as_ref().to_owned();
        if path.is_dir() {
            return Err(LedgerError::new(
                LedgerErrorKind::Unavailable,
                format!(
                    "the ledger {} is a folder; name a file in it",
                    path.display()
                ),
            ));
        }
        let connection = Connection::open(&path).map_err(|error| failed(&path, error))?;
        let inner = Inner {
            path,
            connection: Mutex::new(connection),
        };
        inner.prepare()?;
        Ok(Self(Arc::new(inner)))
    }

    /// How long to wait for another process that writes; 5 s by default.
    pub fn busy_timeout(self, timeout: Duration) -> Self {
        // It fails for times only that no timer can count.
        let _ = self.0.lock().busy_timeout(timeout);
        self
    }

    /// Does something with the database, where it keeps no other task from running.
    fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, LedgerError>> {
        let inner = self.0.clone();
        async move {
            let running = tokio::task::spawn_blocking(move || inner.transact(work));
            running.await.unwrap_or_else(|error| {
                let message = "the ledger's work was broken off";
                Err(LedgerError::new(LedgerErrorKind::Unavailable, message).with_source(error))
            })
        }
        .boxed()
    }
}

enum Failure {
    Sqlite(rusqlite::Error),
    Ledger(LedgerError),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl Inner {
    fn transact<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, LedgerError> {
        let failed = |error| failed(&self.path, error);
        let mut connection = self.lock();
        // Begun as a write, since a read that turns into one may fail for what others wrote
        // meanwhile.
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        let done = work(&transaction).map_err(|failure| match failure {
            Failure::Sqlite(error) => failed(error),
            Failure::Ledger(error) => error,
        })?;
        transaction.commit().map_err(failed)?;
        Ok(done)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn lost(message: String) -> Failure {
    Failure::Ledger(LedgerError::new(LedgerErrorKind::Lost, message))
}

/// Times are text of one length in UTC, so that their order is that of the text.
fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A row of the table.
struct Row {
    state: String,
    agent_id: String,
    fingerprint: String,
    marker: Option<String>,
    claimed_at: String,
    held_until: Option<String>,
    task_id: Option<String>,
}

impl Row {
    fn find(it: &Transaction<'_>, key: &str) -> rusqlite::Result<Option<Self>> {
        let mut statement = it.prepare_cached(
            "SELECT state, agent_id, fingerprint, marker, claimed_at, held_until, task_id
             FROM runs WHERE key = ?1",
        )?;
        statement
            .query_row([key], |row| {
                Ok(Self {
                    state: row.get(0)?,
                    agent_id: row.get(1)?,
                    fingerprint: row.get(2)?,
                    marker: row.get(3)?,
                    claimed_at: row.get(4)?,
                    held_until: row.get(5)?,
                    task_id: row.get(6)?,
                })
            })
            .optional()
    }

    fn task(&self) -> Result<Option<TaskRef>, Failure> {
        let agent_id: Uuid = parsed(&self.agent_id)?;
        let task_id = self.task_id.as_deref().map(parsed::<Uuid>).transpose()?;
        Ok(task_id.map(|it| TaskRef::new(it).with_agent(agent_id)))
    }
}

/// A value of a column that holds text of a certain form.
fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(|_| {
        let message =
            format!("the ledger holds {text:?} where it has no meaning; restore it from a copy");
        Failure::Ledger(LedgerError::new(LedgerErrorKind::Unavailable, message))
    })
}

fn until(claim: &Claim) -> DateTime<Utc> {
    claim.now + TimeDelta::from_std(claim.lease).unwrap_or(TimeDelta::MAX)
}

fn claim(it: &Transaction<'_>, claim: &Claim) -> Result<Claimed, Failure> {
    let holder = claim.holder.to_string();
    let held_until = time(until(claim));
    let Some(row) = Row::find(it, &claim.key)? else {
        it.prepare_cached(
            "INSERT INTO runs (key, state, agent_id, fingerprint, mark, marker, claimed_at, holder, held_until)
             VALUES (:key, 'claimed', :agent_id, :fingerprint, :mark, :marker, :now, :holder, :held_until)",
        )?
        .execute(named_params! {
            ":key": claim.key,
            ":agent_id": claim.agent_id.to_string(),
            ":fingerprint": claim.fingerprint,
            ":mark": claim.mark,
            ":marker": claim.marker,
            ":now": time(claim.now),
            ":holder": holder,
            ":held_until": held_until,
        })?;
        return Ok(Claimed::New(Lease::of(claim)));
    };
    if row.fingerprint != claim.fingerprint {
        return Ok(Claimed::Conflict);
    }
    if row.state != "claimed" {
        let task = row.task()?;
        return task.map(Claimed::Started).ok_or_else(|| {
            let message = format!("the ledger names no task for the key {:?}", claim.key);
            Failure::Ledger(LedgerError::new(LedgerErrorKind::Unavailable, message))
        });
    }
    if let Some(text) = &row.held_until {
        let until: DateTime<Utc> = parsed(text)?;
        if until > claim.now {
            return Ok(Claimed::Held(until));
        }
    }
    it.prepare_cached("UPDATE runs SET holder = ?2, held_until = ?3 WHERE key = ?1")?
        .execute([&claim.key, &holder, &held_until])?;
    let intent = Intent::new(parsed(&row.claimed_at)?, row.marker);
    Ok(Claimed::InDoubt(Lease::of(claim), intent))
}

fn started(it: &Transaction<'_>, lease: &Lease, task: &TaskRef) -> Result<(), Failure> {
    let task_id = task.task_id().to_string();
    if let Some(key) = key_of(it, &task_id)?.filter(|it| *it != lease.key) {
        return Err(lost(format!(
            "the task {task_id} belongs to the key {key:?}"
        )));
    }
    let changed = it
        .prepare_cached(
            "UPDATE runs SET state = 'started', task_id = ?2, holder = NULL, held_until = NULL
             WHERE key = ?1 AND state = 'claimed'",
        )?
        .execute([&lease.key, &task_id])?;
    if changed == 1 {
        return Ok(());
    }
    let noted = Row::find(it, &lease.key)?.and_then(|it| it.task_id);
    match noted {
        Some(noted) if noted == task_id => Ok(()),
        _ => Err(lost(format!(
            "the key {:?} has another task by now",
            lease.key
        ))),
    }
}

fn key_of(it: &Transaction<'_>, task_id: &str) -> rusqlite::Result<Option<String>> {
    let mut statement = it.prepare_cached("SELECT key FROM runs WHERE task_id = ?1")?;
    statement.query_row([task_id], |row| row.get(0)).optional()
}

/// Changes the row of a lease, unless it was lost.
fn held(it: &Transaction<'_>, lease: &Lease, change: &str) -> Result<(), Failure> {
    let changed = it
        .prepare_cached(&format!(
            "{change} WHERE key = ?1 AND state = 'claimed' AND holder = ?2"
        ))?
        .execute([&lease.key, &lease.holder.to_string()])?;
    match changed {
        1 => Ok(()),
        _ => Err(lost(format!(
            "the key {:?} is held by somebody else by now",
            lease.key
        ))),
    }
}

impl Ledger for SqliteLedger {
    fn claim<'a>(&'a self, wish: &'a Claim) -> BoxFuture<'a, Result<Claimed, LedgerError>> {
        let wish = wish.clone();
        self.run(move |it| claim(it, &wish))
    }

    fn renew<'a>(
        &'a self,
        lease: &'a Lease,
        until: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), LedgerError>> {
        let lease = lease.clone();
        let change = format!("UPDATE runs SET held_until = '{}'", time(until));
        self.run(move |it| held(it, &lease, &change))
    }

    fn started<'a>(
        &'a self,
        lease: &'a Lease,
        task: &'a TaskRef,
    ) -> BoxFuture<'a, Result<(), LedgerError>> {
        let (lease, task) = (lease.clone(), task.clone());
        self.run(move |it| started(it, &lease, &task))
    }

    fn release<'a>(&'a self, lease: &'a Lease) -> BoxFuture<'a, Result<(), LedgerError>> {
        let lease = lease.clone();
        self.run(move |it| held(it, &lease, "DELETE FROM runs"))
    }

    fn leave<'a>(&'a self, lease: &'a Lease) -> BoxFuture<'a, Result<(), LedgerError>> {
        let lease = lease.clone();
        self.run(move |it| held(it, &lease, "UPDATE runs SET held_until = NULL"))
    }

    fn finished(&self, task_id: Uuid) -> BoxFuture<'_, Result<(), LedgerError>> {
        self.run(move |it| {
            it.prepare_cached("UPDATE runs SET state = 'finished' WHERE task_id = ?1")?
                .execute([task_id.to_string()])?;
            Ok(())
        })
    }

    fn key_of(&self, task_id: Uuid) -> BoxFuture<'_, Result<Option<String>, LedgerError>> {
        self.run(move |it| Ok(key_of(it, &task_id.to_string())?))
    }

    fn rivals<'a>(
        &'a self,
        agent_id: Uuid,
        mark: &'a str,
    ) -> BoxFuture<'a, Result<Vec<String>, LedgerError>> {
        let mark = mark.to_owned();
        self.run(move |it| {
            let mut statement = it.prepare_cached(
                "SELECT key FROM runs WHERE state = 'claimed' AND agent_id = ?1 AND mark = ?2",
            )?;
            let keys = statement.query_map([agent_id.to_string(), mark], |row| row.get(0))?;
            Ok(keys.collect::<rusqlite::Result<_>>()?)
        })
    }

    fn unfinished_after<'a>(
        &'a self,
        key: Option<&'a str>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Entry>, LedgerError>> {
        // No key is smaller than the empty text, and none is empty.
        let after = key.unwrap_or_default().to_owned();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.run(move |it| {
            let mut statement = it.prepare_cached(
                "SELECT key, agent_id, task_id FROM runs
                 WHERE state <> 'finished' AND key > ?1 ORDER BY key LIMIT ?2",
            )?;
            let rows = statement.query_map((&after, limit), |row| {
                let columns: (String, String, Option<String>) =
                    (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(columns)
            })?;
            let mut entries = Vec::new();
            for row in rows {
                let (key, agent_id, task_id) = row?;
                let agent_id: Uuid = parsed(&agent_id)?;
                let task_id = task_id.as_deref().map(parsed::<Uuid>).transpose()?;
                let task = task_id.map(|it| TaskRef::new(it).with_agent(agent_id));
                entries.push(Entry::new(key, agent_id, task));
            }
            Ok(entries)
        })
    }
}

#[cfg(all(test, feature = "simulator"))]
mod tests {
    use super::*;
    use crate::{
        api::Client,
        run::{RunError, RunExt},
        simulator::Simulator,
    };

    /// Starts runs with new keys until the ledger fails.
    async fn failure(name: &str, pragma: &str, value: i64) -> String {
        let folder = std::env::temp_dir();
        let path = folder.join(format!("nanonets-agents-{}-{name}.db", std::process::id()));
        let ledger = SqliteLedger::open(&path).expect("a ledger");
        let set = |value: i64| ledger.0.lock().pragma_update(None, pragma, value);
        set(value).expect("a setting");
        let simulator = Simulator::builder().build();
        let client = Client::builder()
            .api_key(simulator.key())
            .in_process(simulator.service())
            .ledger(ledger.clone())
            .build()
            .expect("a client");
        for number in 0..1000 {
            let sent = simulator.count("run_agent");
            let key = format!("{number}{}", "k".repeat(500));
            let run = client.run(simulator.agent_id()).query("Hi").key(key);
            let error = match run.start().await {
                Ok(_) => continue,
                // The room was enough for the key, but not for its task.
                Err(RunError::NotRecorded { .. }) => continue,
                Err(error) => error,
            };
            assert!(matches!(error, RunError::NotStarted(_)), "{error}");
            assert_eq!(simulator.count("run_agent"), sent, "nothing is sent");
            for suffix in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
            }
            return error.to_string();
        }
        panic!("it never fails");
    }

    #[tokio::test]
    async fn a_full_disk_keeps_runs_from_being_sent() {
        // As many pages as a disk may have room for.
        let error = failure("full", "max_page_count", 20).await;
        assert!(error.contains("the disk is full"), "{error}");
    }

    #[tokio::test]
    async fn a_read_only_ledger_keeps_runs_from_being_sent() {
        let error = failure("read-only", "query_only", 1).await;
        assert!(error.contains("it is read-only"), "{error}");
    }
}
