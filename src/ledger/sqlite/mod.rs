//! A ledger in a SQLite file, for all processes of one machine.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{
    Connection, OpenFlags, Transaction,
    TransactionBehavior::{self, Deferred, Immediate},
};

mod file;
mod rows;

use super::{
    Claim, Claimed, Doubts, Entry, Lease, Ledger, LedgerError, LedgerErrorKind, LedgerFuture,
    Recorded,
    state::{self, Step},
};
use crate::{
    ids::{AgentId, TaskId, TaskRef},
    transport::local_now,
};
use file::{FileIdentity, failed};

/// A ledger for all processes of one machine, in a file that outlives them.
///
/// A worker that is started again with the same file gets the tasks that it has started before:
///
/// ```
/// use nanonets_agents::{ledger::SqliteLedger, prelude::*, run::Provenance, simulator::Simulator};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = std::env::temp_dir().join(format!("sqlite-ledger-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("runs.db");
/// let simulator = Simulator::builder().build();
/// let worker = || async {
///     let client = Client::builder()
///         .api_key(simulator.key())
///         .in_process(simulator.service())
///         .ledger(SqliteLedger::open(&path)?)
///         .build()?;
///     let run = client.run(simulator.agent_id()).query("How many?").key("invoice-1");
///     Ok::<_, Box<dyn std::error::Error>>(run.start().await?)
/// };
///
/// let first = worker().await?;
/// let second = worker().await?;
///
/// assert_eq!(second.provenance(), Provenance::Recorded);
/// assert_eq!(second.task_id(), first.task_id());
/// assert_eq!(simulator.count("run_agent"), 1);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok(())
/// # }
/// ```
///
/// The file is a SQLite database in WAL mode with `synchronous=NORMAL`: what is recorded survives a
/// killed process; the last records before a power failure may be lost, and their keys then count
/// as new. It must be on a local disk. Where it is deleted or replaced while it is open, claims
/// fail, on Unix. Its clock is the wall clock of the machine, ahead of itself by as much as tokio's
/// time is in a test. Its one table can be read with the `sqlite3` shell:
///
/// ```text
/// $ sqlite3 runs.db 'SELECT key, state, task_id FROM runs'
/// invoice-2026-001|started|0b9e6e5e-1111-4222-8333-444455556666
/// invoice-2026-002|claimed|
/// ```
///
/// | column | holds |
/// |---|---|
/// | `key` | the key |
/// | `state` | `claimed`, `abandoned`, `started` or `finished`, as [`Ledger`] has them |
/// | `agent_id` | the agent that runs |
/// | `fingerprint` | a hash of everything that is sent |
/// | `lookalike_hash` | a hash of the identity by which the task will be recognised |
/// | `marker` | the line in the query that names the run, or `NULL` |
/// | `local_time` | when the first claim was made, by the clock of its caller, in UTC |
/// | `server_time` | the same by the server's clock, or `NULL` |
/// | `claimed_at` | when the key was first claimed, by the ledger's clock |
/// | `changed_at` | when `state` last changed or the lease was last renewed |
/// | `holder` | which claim holds the key, while it is `claimed` |
/// | `held_until` | until when the key is that claim's alone, while it is `claimed` |
/// | `task_id` | the task, once it is `started` |
/// | `doubts` | what isn't settled about the run, as JSON, or `NULL` |
#[derive(Clone, Debug)]
pub struct SqliteLedger(Arc<Database>);

/// The open file.
#[derive(Debug)]
struct Database {
    path: PathBuf,
    /// The same path, whatever folder the process changes to.
    absolute_path: PathBuf,
    /// The file that was opened; `None` until it has been.
    identity: Option<FileIdentity>,
    connection: Mutex<Connection>,
}

impl SqliteLedger {
    /// Opens the ledger of this file, or creates it. The folder has to exist.
    ///
    /// ```no_run
    /// use nanonets_agents::{Client, ledger::SqliteLedger};
    ///
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let ledger = SqliteLedger::open("/var/lib/invoices/runs.db")?;
    /// let client = Client::builder().api_key("key").ledger(ledger).build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`LedgerErrorKind::Unavailable`] where the file can't be opened, read and written, or is the
    /// database of another program; [`LedgerErrorKind::OtherVersion`] where another version of the
    /// crate has written it. The message says what to do, and the file is left unchanged.
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
        // SQLite takes a path that begins with `file:` for a URI, and `:memory:` for no file. An
        // absolute path is neither, and leads to the same file when the folder is changed.
        let unreadable = |error| file::unreadable(&path, error);
        let absolute_path = std::path::absolute(&path).map_err(unreadable)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&absolute_path, flags);
        let connection = connection.map_err(|error| failed(&path, error))?;
        let mut database = Database {
            absolute_path,
            path: path.clone(),
            identity: None,
            connection: Mutex::new(connection),
        };
        // The file is there once it has been read.
        database.prepare()?;
        let identity = FileIdentity::of(&database.absolute_path).map_err(unreadable)?;
        database.identity = Some(identity);
        Ok(Self(Arc::new(database)))
    }

    /// Sets how long to wait for another process that writes; 5 s by default.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use nanonets_agents::ledger::{LedgerError, SqliteLedger};
    ///
    /// # fn example() -> Result<(), LedgerError> {
    /// let ledger = SqliteLedger::open("runs.db")?.busy_timeout(Duration::from_secs(20));
    /// # Ok(())
    /// # }
    /// ```
    pub fn busy_timeout(self, timeout: Duration) -> Self {
        // It fails only for a time that SQLite's timer can't count, and then keeps the earlier one.
        let _ = self.0.lock().busy_timeout(timeout);
        self
    }

    /// Runs a transaction on a thread of its own, where it blocks no other task.
    fn run<T: Send + 'static>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, TransactionFailure> + Send + 'static,
    ) -> LedgerFuture<'static, T> {
        let database = self.0.clone();
        Box::pin(async move {
            let running = tokio::task::spawn_blocking(move || database.transact(behavior, work));
            running.await.unwrap_or_else(|error| {
                let message = "the ledger's work was broken off";
                Err(LedgerError::new(LedgerErrorKind::Unavailable, message).with_source(error))
            })
        })
    }

    /// Reads, without waiting for a process that writes.
    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Transaction<'_>) -> Result<T, TransactionFailure> + Send + 'static,
    ) -> LedgerFuture<'static, T> {
        self.run(Deferred, question)
    }

    /// Takes a step that depends on the rows.
    fn step<T: Send + 'static>(
        &self,
        decide: impl FnOnce(&Transaction<'_>) -> Result<Step<T>, TransactionFailure> + Send + 'static,
    ) -> LedgerFuture<'static, T> {
        // It begins as a write: a transaction that reads first and writes later fails if another
        // process has written in between.
        self.run(Immediate, move |transaction| {
            let step = decide(transaction)?;
            rows::apply(transaction, step.change)?;
            Ok(step.answer)
        })
    }
}

/// Why a transaction was rolled back.
enum TransactionFailure {
    Sqlite(rusqlite::Error),
    Ledger(LedgerError),
}

impl From<rusqlite::Error> for TransactionFailure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<LedgerError> for TransactionFailure {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl Database {
    fn transact<T>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, TransactionFailure>,
    ) -> Result<T, LedgerError> {
        let failed = |error| failed(&self.path, error);
        let mut connection = self.lock();
        let transaction = connection
            .transaction_with_behavior(behavior)
            .map_err(failed)?;
        let done = work(&transaction).map_err(|failure| match failure {
            TransactionFailure::Sqlite(error) => failed(error),
            TransactionFailure::Ledger(error) => error,
        })?;
        transaction.commit().map_err(failed)?;
        Ok(done)
    }

    /// Refuses to go on where the path leads to another file by now, or to none. Another process
    /// would open that one, and know nothing of the keys in this one.
    fn check_file(&self) -> Result<(), LedgerError> {
        let what = match FileIdentity::of(&self.absolute_path) {
            Ok(found) if Some(found) == self.identity => return Ok(()),
            Ok(_) => "replaced",
            Err(error) if error.kind() == io::ErrorKind::NotFound => "deleted",
            Err(error) => return Err(file::unreadable(&self.path, error)),
        };
        let message = format!(
            "the ledger {} was {what} while it was open, so other processes wouldn't find what is \
             recorded; put the file back as it was, and start the program again",
            self.path.display()
        );
        Err(LedgerError::new(LedgerErrorKind::Unavailable, message))
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

// Each step reads the clock inside its transaction: what it waited for before that counts.
impl Ledger for SqliteLedger {
    fn claim<'a>(&'a self, claim: &'a Claim) -> LedgerFuture<'a, Claimed> {
        let (claim, database) = (claim.clone(), self.0.clone());
        self.step(move |transaction| {
            database.check_file()?;
            let row = rows::of_key(transaction, &claim.key)?;
            Ok(state::claim(row.as_ref(), &claim, local_now())?)
        })
    }

    fn renew<'a>(&'a self, lease: &'a Lease, lease_duration: Duration) -> LedgerFuture<'a> {
        let lease = lease.clone();
        self.step(move |transaction| {
            let row = rows::of_key(transaction, &lease.key)?;
            let now = local_now();
            Ok(state::renew(row.as_ref(), &lease, lease_duration, now)?)
        })
    }

    fn record_task<'a>(
        &'a self,
        lease: &'a Lease,
        task: &'a TaskRef,
        doubts: &'a Doubts,
    ) -> LedgerFuture<'a> {
        let (lease, task, doubts) = (lease.clone(), task.clone(), doubts.clone());
        self.step(move |transaction| {
            let key_of_task = rows::key_of_task(transaction, task.task_id())?;
            let row = rows::of_key(transaction, &lease.key)?;
            Ok(state::record_task(
                row.as_ref(),
                key_of_task.as_deref(),
                &lease,
                &task,
                &doubts,
                local_now(),
            )?)
        })
    }

    fn withdraw<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
        let lease = lease.clone();
        self.step(move |transaction| {
            let row = rows::of_key(transaction, &lease.key)?;
            Ok(state::withdraw(row.as_ref(), &lease)?)
        })
    }

    fn abandon<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
        let lease = lease.clone();
        self.step(move |transaction| {
            let row = rows::of_key(transaction, &lease.key)?;
            Ok(state::abandon(row.as_ref(), &lease, local_now())?)
        })
    }

    fn record_finished(&self, task_id: TaskId) -> LedgerFuture<'_> {
        self.step(move |transaction| {
            let row = rows::of_task(transaction, task_id)?;
            let now = local_now();
            Ok(state::record_finished(row.as_ref(), task_id, now))
        })
    }

    fn record_doubts<'a>(&'a self, task_id: TaskId, doubts: &'a Doubts) -> LedgerFuture<'a> {
        let doubts = doubts.clone();
        self.step(move |transaction| {
            let row = rows::of_task(transaction, task_id)?;
            Ok(state::record_doubts(row.as_ref(), &doubts))
        })
    }

    fn settle<'a>(&'a self, key: &'a str, task: &'a TaskRef) -> LedgerFuture<'a> {
        let (key, task) = (key.to_owned(), task.clone());
        self.step(move |transaction| {
            let key_of_task = rows::key_of_task(transaction, task.task_id())?;
            let row = rows::of_key(transaction, &key)?;
            let now = local_now();
            Ok(state::settle(
                row.as_ref(),
                key_of_task.as_deref(),
                &key,
                &task,
                now,
            )?)
        })
    }

    fn forget<'a>(&'a self, key: &'a str) -> LedgerFuture<'a> {
        let key = key.to_owned();
        self.step(move |transaction| {
            let row = rows::of_key(transaction, &key)?;
            Ok(state::forget(row.as_ref(), &key, local_now())?)
        })
    }

    fn prune(&self, older_than: Duration) -> LedgerFuture<'_, u64> {
        self.run(Immediate, move |transaction| {
            rows::prune(transaction, older_than, local_now())
        })
    }

    fn recorded<'a>(&'a self, key: &'a str) -> LedgerFuture<'a, Option<Recorded>> {
        let key = key.to_owned();
        self.ask(move |transaction| {
            let row = rows::of_key(transaction, &key)?;
            Ok(state::recorded(row.as_ref(), local_now()))
        })
    }

    fn keys_of_tasks<'a>(
        &'a self,
        task_ids: &'a [TaskId],
    ) -> LedgerFuture<'a, HashMap<TaskId, String>> {
        let task_ids = task_ids.to_owned();
        self.ask(move |transaction| rows::keys_of_tasks(transaction, &task_ids))
    }

    fn lookalikes<'a>(
        &'a self,
        agent_id: AgentId,
        lookalike_hash: &'a str,
    ) -> LedgerFuture<'a, Vec<String>> {
        let hash = lookalike_hash.to_owned();
        self.ask(move |transaction| rows::lookalikes(transaction, agent_id, &hash, local_now()))
    }

    fn unfinished_after<'a>(
        &'a self,
        key: Option<&'a str>,
        limit: usize,
    ) -> LedgerFuture<'a, Vec<Entry>> {
        let key = key.map(str::to_owned);
        self.ask(move |transaction| rows::unfinished_after(transaction, key.as_deref(), limit))
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

    #[tokio::test(start_paused = true)]
    async fn a_full_disk_keeps_runs_from_being_sent() {
        // As many pages as a disk may have room for.
        let error = failure("full", "max_page_count", 20).await;
        assert!(error.contains("the disk is full"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_only_ledger_keeps_runs_from_being_sent() {
        let error = failure("read-only", "query_only", 1).await;
        assert!(error.contains("it is read-only"), "{error}");
    }
}
