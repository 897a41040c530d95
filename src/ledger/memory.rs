//! A ledger in memory.

use std::{
    collections::{BTreeMap, HashMap},
    future::ready,
    ops::Bound,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};

use super::{
    Claim, Claimed, Entry, Lease, Ledger, LedgerError, LedgerFuture,
    state::{self, Change, Row, Step},
};
use crate::ids::{AgentId, TaskId, TaskRef};

/// A ledger for one process: two runs with one key start one task. Its keys are lost when the
/// process ends.
///
/// Each client has one of its own by default. Clients that are to share their keys get the same
/// one:
///
/// ```
/// use std::sync::Arc;
/// use nanonets_agents::{ledger::MemoryLedger, prelude::*, run::Provenance, simulator::Simulator};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let simulator = Simulator::builder().build();
/// let ledger = Arc::new(MemoryLedger::new());
/// let client = || {
///     let builder = Client::builder().api_key(simulator.key()).in_process(simulator.service());
///     builder.ledger(ledger.clone()).build()
/// };
/// let run = |client: Client| {
///     client.run(simulator.agent_id()).query("How many?").key("invoice-1").start()
/// };
///
/// let first = run(client()?).await?;
/// let second = run(client()?).await?;
///
/// assert_eq!(second.provenance(), Provenance::Recorded);
/// assert_eq!(second.task_id(), first.task_id());
/// assert_eq!(simulator.count("run_agent"), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct MemoryLedger(Mutex<Rows>);

#[derive(Debug, Default)]
struct Rows {
    by_key: BTreeMap<String, Row>,
    /// The keys that have a task.
    keys: HashMap<TaskId, String>,
}

impl MemoryLedger {
    /// Creates an empty ledger.
    ///
    /// ```
    /// use nanonets_agents::{Client, Error, ledger::MemoryLedger};
    ///
    /// let client = Client::builder().api_key("key").ledger(MemoryLedger::new()).build()?;
    /// # Ok::<(), Error>(())
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a step that depends on the rows.
    fn step<'a, T: Send + 'a>(
        &self,
        decide: impl FnOnce(&Rows) -> Result<Step<T>, LedgerError>,
    ) -> LedgerFuture<'a, T> {
        let mut rows = self.rows();
        let answer = decide(&rows).map(|step| {
            rows.apply(step.change);
            step.answer
        });
        Box::pin(ready(answer))
    }
}

impl Rows {
    fn apply(&mut self, change: Change) {
        match change {
            Change::Keep => {}
            Change::Put(row) => {
                if let Some(task_id) = row.task_id() {
                    self.keys.insert(task_id, row.key.clone());
                }
                self.by_key.insert(row.key.clone(), row);
            }
            Change::Delete(key) => {
                self.by_key.remove(&key);
            }
        }
    }

    fn of_key(&self, key: &str) -> Option<&Row> {
        self.by_key.get(key)
    }

    fn key_of_task(&self, task_id: TaskId) -> Option<&str> {
        self.keys.get(&task_id).map(String::as_str)
    }
}

impl Ledger for MemoryLedger {
    fn claim<'a>(&'a self, claim: &'a Claim) -> LedgerFuture<'a, Claimed> {
        self.step(|rows| Ok(state::claim(rows.of_key(&claim.key), claim)))
    }

    fn renew<'a>(
        &'a self,
        lease: &'a Lease,
        now: DateTime<Utc>,
        lease_duration: Duration,
    ) -> LedgerFuture<'a> {
        self.step(|rows| state::renew(rows.of_key(&lease.key), lease, now, lease_duration))
    }

    fn record_task<'a>(&'a self, lease: &'a Lease, task: &'a TaskRef) -> LedgerFuture<'a> {
        self.step(|rows| {
            let key_of_task = rows.key_of_task(task.task_id());
            state::record_task(rows.of_key(&lease.key), key_of_task, lease, task)
        })
    }

    fn forget<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
        self.step(|rows| state::forget(rows.of_key(&lease.key), lease))
    }

    fn abandon<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
        self.step(|rows| state::abandon(rows.of_key(&lease.key), lease))
    }

    fn record_finished(&self, task_id: TaskId) -> LedgerFuture<'_> {
        self.step(|rows| {
            let row = rows.key_of_task(task_id).and_then(|key| rows.of_key(key));
            Ok(state::record_finished(row, task_id))
        })
    }

    fn key_of_task(&self, task_id: TaskId) -> LedgerFuture<'_, Option<String>> {
        let key = self.rows().key_of_task(task_id).map(str::to_owned);
        Box::pin(ready(Ok(key)))
    }

    fn lookalikes<'a>(
        &'a self,
        agent_id: AgentId,
        lookalike_hash: &'a str,
    ) -> LedgerFuture<'a, Vec<String>> {
        let rows = self.rows();
        let alike = rows
            .by_key
            .values()
            .filter(|row| row.is_lookalike(agent_id, lookalike_hash));
        let keys = alike.map(|row| row.key.clone()).collect();
        Box::pin(ready(Ok(keys)))
    }

    fn unfinished_after<'a>(
        &'a self,
        key: Option<&'a str>,
        limit: usize,
    ) -> LedgerFuture<'a, Vec<Entry>> {
        let after = key.map_or(Bound::Unbounded, Bound::Excluded);
        let rows = self.rows();
        let later = rows.by_key.range::<str, _>((after, Bound::Unbounded));
        let page = later
            .filter_map(|(_, row)| row.unfinished())
            .take(limit)
            .collect();
        Box::pin(ready(Ok(page)))
    }
}
