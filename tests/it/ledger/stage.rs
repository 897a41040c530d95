//! A ledger whose answers a test decides.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use nanonets_agents::{
    AgentId, TaskId, TaskRef,
    ledger::{
        Claim, Claimed, Doubts, Entry, Lease, Ledger, LedgerError, LedgerErrorKind, LedgerFuture,
        MemoryLedger,
    },
};
use std::collections::HashMap;

/// A ledger in memory that fails to record tasks, so many times.
#[derive(Clone, Debug)]
pub(crate) struct FailsToRecord {
    inner: Arc<MemoryLedger>,
    failures: Arc<AtomicU32>,
}

impl FailsToRecord {
    pub(crate) fn times(failures: u32) -> Self {
        Self {
            inner: Arc::default(),
            failures: Arc::new(failures.into()),
        }
    }

    pub(crate) fn for_ever() -> Self {
        Self::times(u32::MAX)
    }
}

impl Ledger for FailsToRecord {
    fn claim<'a>(&'a self, claim: &'a Claim) -> LedgerFuture<'a, Claimed> {
        self.inner.claim(claim)
    }

    fn renew<'a>(&'a self, lease: &'a Lease, lease_duration: Duration) -> LedgerFuture<'a> {
        self.inner.renew(lease, lease_duration)
    }

    fn record_task<'a>(
        &'a self,
        lease: &'a Lease,
        task: &'a TaskRef,
        doubts: &'a Doubts,
    ) -> LedgerFuture<'a> {
        let decrement = |failures: u32| failures.checked_sub(1);
        let (order, failures) = (Ordering::SeqCst, &self.failures);
        if failures.fetch_update(order, order, decrement).is_err() {
            return self.inner.record_task(lease, task, doubts);
        }
        let error = LedgerError::new(LedgerErrorKind::Unavailable, "the disk is full");
        Box::pin(async move { Err(error) })
    }

    fn withdraw<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
        self.inner.withdraw(lease)
    }

    fn abandon<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
        self.inner.abandon(lease)
    }

    fn record_finished(&self, task_id: TaskId) -> LedgerFuture<'_> {
        self.inner.record_finished(task_id)
    }

    fn record_doubts<'a>(&'a self, task_id: TaskId, doubts: &'a Doubts) -> LedgerFuture<'a> {
        self.inner.record_doubts(task_id, doubts)
    }

    fn settle<'a>(&'a self, key: &'a str, task: &'a TaskRef) -> LedgerFuture<'a> {
        self.inner.settle(key, task)
    }

    fn forget<'a>(&'a self, key: &'a str) -> LedgerFuture<'a> {
        self.inner.forget(key)
    }

    fn prune(&self, older_than: Duration) -> LedgerFuture<'_, u64> {
        self.inner.prune(older_than)
    }

    fn keys_of_tasks<'a>(
        &'a self,
        task_ids: &'a [TaskId],
    ) -> LedgerFuture<'a, HashMap<TaskId, String>> {
        self.inner.keys_of_tasks(task_ids)
    }

    fn lookalikes<'a>(
        &'a self,
        agent_id: AgentId,
        lookalike_hash: &'a str,
    ) -> LedgerFuture<'a, Vec<String>> {
        self.inner.lookalikes(agent_id, lookalike_hash)
    }

    fn unfinished_after<'a>(
        &'a self,
        key: Option<&'a str>,
        limit: usize,
    ) -> LedgerFuture<'a, Vec<Entry>> {
        self.inner.unfinished_after(key, limit)
    }
}
