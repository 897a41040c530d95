//! A ledger in memory.

use std::{
    collections::{BTreeMap, HashMap},
    future::ready,
    ops::Bound,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::{
    Claim, Claimed, Doubts, Entry, Lease, Ledger, LedgerError, LedgerFuture, Recorded,
    state::{self, Change, Row, Step},
};
use crate::ids::{AgentId, TaskId, TaskRef};

use crate::time::Moment;

/// A ledger for one process: two runs with one key start one task. Its keys are lost when the
/// process ends, and stay until then, unless they are [pruned](Ledger::prune).
///
/// Each client has one of its own by default, and knows nothing of the keys of another. Clients
/// that are to share their keys get the same one:
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
///
/// Its clock is tokio's, which a test can pause.
#[derive(Debug)]
pub struct MemoryLedger {
    rows: Mutex<Rows>,
    /// One moment by tokio's clock and by the wall clock, whose later corrections it ignores.
    created_at: (Instant, DateTime<Utc>),
}

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
        Self {
            rows: Mutex::default(),
            created_at: (Instant::now(), Utc::now()),
        }
    }

    fn now(&self) -> DateTime<Utc> {
        let (moment, time) = self.created_at;
        time.later(moment.elapsed())
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a step that depends on the rows and the time.
    fn step<'a, T: Send + 'a>(
        &self,
        decide: impl FnOnce(&Rows, DateTime<Utc>) -> Result<Step<T>, LedgerError>,
    ) -> LedgerFuture<'a, T> {
        let mut rows = self.rows();
        let answer = decide(&rows, self.now()).map(|step| {
            rows.apply(step.change);
            step.answer
        });
        Box::pin(ready(answer))
    }
}

impl Default for MemoryLedger {
    fn default() -> Self {
        Self::new()
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
                let row = self.by_key.remove(&key);
                if let Some(task_id) = row.and_then(|row| row.task_id()) {
                    self.keys.remove(&task_id);
                }
            }
        }
    }

    fn of_key(&self, key: &str) -> Option<&Row> {
        self.by_key.get(key)
    }

    fn key_of_task(&self, task_id: TaskId) -> Option<&str> {
        self.keys.get(&task_id).map(String::as_str)
    }

    fn of_task(&self, task_id: TaskId) -> Option<&Row> {
        self.of_key(self.key_of_task(task_id)?)
    }
}

impl Ledger for MemoryLedger {
    fn claim<'a>(&'a self, claim: &'a Claim) -> LedgerFuture<'a, Claimed> {
        self.step(|rows, now| state::claim(rows.of_key(&claim.key), claim, now))
    }

    fn renew<'a>(&'a self, lease: &'a Lease, lease_duration: Duration) -> LedgerFuture<'a> {
        self.step(|rows, now| state::renew(rows.of_key(&lease.key), lease, lease_duration, now))
    }

    fn record_task<'a>(
        &'a self,
        lease: &'a Lease,
        task: &'a TaskRef,
        doubts: &'a Doubts,
    ) -> LedgerFuture<'a> {
        self.step(|rows, now| {
            let key_of_task = rows.key_of_task(task.task_id());
            state::record_task(
                rows.of_key(&lease.key),
                key_of_task,
                lease,
                task,
                doubts,
                now,
            )
        })
    }

    fn withdraw<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
        self.step(|rows, _| state::withdraw(rows.of_key(&lease.key), lease))
    }

    fn abandon<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
        self.step(|rows, now| state::abandon(rows.of_key(&lease.key), lease, now))
    }

    fn record_finished(&self, task_id: TaskId) -> LedgerFuture<'_> {
        self.step(|rows, now| Ok(state::record_finished(rows.of_task(task_id), task_id, now)))
    }

    fn record_doubts<'a>(&'a self, task_id: TaskId, doubts: &'a Doubts) -> LedgerFuture<'a> {
        self.step(|rows, _| Ok(state::record_doubts(rows.of_task(task_id), doubts)))
    }

    fn settle<'a>(&'a self, key: &'a str, task: &'a TaskRef) -> LedgerFuture<'a> {
        self.step(|rows, now| {
            let key_of_task = rows.key_of_task(task.task_id());
            state::settle(rows.of_key(key), key_of_task, key, task, now)
        })
    }

    fn forget<'a>(&'a self, key: &'a str) -> LedgerFuture<'a> {
        self.step(|rows, now| state::forget(rows.of_key(key), key, now))
    }

    fn prune(&self, older_than: Duration) -> LedgerFuture<'_, u64> {
        let mut rows = self.rows();
        let now = self.now();
        let all = rows.by_key.values();
        let old: Vec<String> = all
            .filter(|row| row.is_finished_for(older_than, now))
            .map(|row| row.key.clone())
            .collect();
        let count = old.len() as u64;
        for key in old {
            rows.apply(Change::Delete(key));
        }
        Box::pin(ready(Ok(count)))
    }

    fn recorded<'a>(&'a self, key: &'a str) -> LedgerFuture<'a, Option<Recorded>> {
        let recorded = state::recorded(self.rows().of_key(key), self.now());
        Box::pin(ready(Ok(recorded)))
    }

    fn keys_of_tasks<'a>(
        &'a self,
        task_ids: &'a [TaskId],
    ) -> LedgerFuture<'a, HashMap<TaskId, String>> {
        let rows = self.rows();
        let key = |task_id: &TaskId| Some((*task_id, rows.key_of_task(*task_id)?.to_owned()));
        let keys = task_ids.iter().filter_map(key).collect();
        Box::pin(ready(Ok(keys)))
    }

    fn lookalikes<'a>(
        &'a self,
        agent_id: AgentId,
        lookalike_hash: &'a str,
    ) -> LedgerFuture<'a, Vec<String>> {
        let rows = self.rows();
        let now = self.now();
        let alike = rows
            .by_key
            .values()
            .filter(|row| row.is_lookalike(agent_id, lookalike_hash, now));
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
