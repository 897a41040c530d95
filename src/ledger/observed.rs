//! A ledger whose calls are told to `tracing`.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures_util::FutureExt;
use tokio::time::Instant;

use super::{Claim, Claimed, Doubts, Entry, Lease, Ledger, LedgerFuture};
use crate::ids::{AgentId, TaskId, TaskRef};

/// Passes all calls on to a ledger, and tells of each.
#[derive(Debug)]
pub(crate) struct Observed(Arc<dyn Ledger>);

impl Observed {
    pub(crate) fn new(ledger: Arc<dyn Ledger>) -> Self {
        Self(ledger)
    }
}

/// Tells of a call when it is over. Its arguments aren't told: a key may be a secret of the
/// program's.
fn observed<'a, T: Send + 'a>(
    method: &'static str,
    call: LedgerFuture<'a, T>,
) -> LedgerFuture<'a, T> {
    if !tracing::enabled!(target: "nanonets_agents", tracing::Level::DEBUG) {
        return call;
    }
    let begin = Instant::now();
    let told = call.inspect(move |result| {
        let time_ms = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        let kind = result.as_ref().err().map(|error| error.kind());
        let error = kind.map(tracing::field::debug);
        tracing::debug!(target: "nanonets_agents", method, time_ms, error, "ledger");
    });
    told.boxed()
}

impl Ledger for Observed {
    fn claim<'a>(&'a self, claim: &'a Claim) -> LedgerFuture<'a, Claimed> {
        observed("claim", self.0.claim(claim))
    }

    fn renew<'a>(&'a self, lease: &'a Lease, lease_duration: Duration) -> LedgerFuture<'a> {
        observed("renew", self.0.renew(lease, lease_duration))
    }

    fn record_task<'a>(
        &'a self,
        lease: &'a Lease,
        task: &'a TaskRef,
        doubts: &'a Doubts,
    ) -> LedgerFuture<'a> {
        observed("record_task", self.0.record_task(lease, task, doubts))
    }

    fn withdraw<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
        observed("withdraw", self.0.withdraw(lease))
    }

    fn abandon<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
        observed("abandon", self.0.abandon(lease))
    }

    fn record_finished(&self, task_id: TaskId) -> LedgerFuture<'_> {
        observed("record_finished", self.0.record_finished(task_id))
    }

    fn record_doubts<'a>(&'a self, task_id: TaskId, doubts: &'a Doubts) -> LedgerFuture<'a> {
        observed("record_doubts", self.0.record_doubts(task_id, doubts))
    }

    fn settle<'a>(&'a self, key: &'a str, task: &'a TaskRef) -> LedgerFuture<'a> {
        observed("settle", self.0.settle(key, task))
    }

    fn forget<'a>(&'a self, key: &'a str) -> LedgerFuture<'a> {
        observed("forget", self.0.forget(key))
    }

    fn prune(&self, older_than: Duration) -> LedgerFuture<'_, u64> {
        observed("prune", self.0.prune(older_than))
    }

    fn keys_of_tasks<'a>(
        &'a self,
        task_ids: &'a [TaskId],
    ) -> LedgerFuture<'a, HashMap<TaskId, String>> {
        observed("keys_of_tasks", self.0.keys_of_tasks(task_ids))
    }

    fn lookalikes<'a>(
        &'a self,
        agent_id: AgentId,
        lookalike_hash: &'a str,
    ) -> LedgerFuture<'a, Vec<String>> {
        observed("lookalikes", self.0.lookalikes(agent_id, lookalike_hash))
    }

    fn unfinished_after<'a>(
        &'a self,
        key: Option<&'a str>,
        limit: usize,
    ) -> LedgerFuture<'a, Vec<Entry>> {
        observed("unfinished_after", self.0.unfinished_after(key, limit))
    }
}
