//! Implements [`Ledger`] for pointers to ledgers.

use std::{collections::HashMap, sync::Arc, time::Duration};

use super::{Claim, Claimed, Doubts, Entry, Lease, Ledger, LedgerFuture};
use crate::ids::{AgentId, TaskId, TaskRef};

/// Implements [`Ledger`] for a pointer, by the ledger that it points to.
macro_rules! forward {
    ($pointer:ty) => {
        impl<L: Ledger + ?Sized> Ledger for $pointer {
            fn claim<'a>(&'a self, claim: &'a Claim) -> LedgerFuture<'a, Claimed> {
                (**self).claim(claim)
            }

            fn renew<'a>(&'a self, lease: &'a Lease, lease_duration: Duration) -> LedgerFuture<'a> {
                (**self).renew(lease, lease_duration)
            }

            fn record_task<'a>(
                &'a self,
                lease: &'a Lease,
                task: &'a TaskRef,
                doubts: &'a Doubts,
            ) -> LedgerFuture<'a> {
                (**self).record_task(lease, task, doubts)
            }

            fn withdraw<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
                (**self).withdraw(lease)
            }

            fn abandon<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
                (**self).abandon(lease)
            }

            fn record_finished(&self, task_id: TaskId) -> LedgerFuture<'_> {
                (**self).record_finished(task_id)
            }

            fn record_doubts<'a>(
                &'a self,
                task_id: TaskId,
                doubts: &'a Doubts,
            ) -> LedgerFuture<'a> {
                (**self).record_doubts(task_id, doubts)
            }

            fn settle<'a>(&'a self, key: &'a str, task: &'a TaskRef) -> LedgerFuture<'a> {
                (**self).settle(key, task)
            }

            fn forget<'a>(&'a self, key: &'a str) -> LedgerFuture<'a> {
                (**self).forget(key)
            }

            fn prune(&self, older_than: Duration) -> LedgerFuture<'_, u64> {
                (**self).prune(older_than)
            }

            fn keys_of_tasks<'a>(
                &'a self,
                task_ids: &'a [TaskId],
            ) -> LedgerFuture<'a, HashMap<TaskId, String>> {
                (**self).keys_of_tasks(task_ids)
            }

            fn lookalikes<'a>(
                &'a self,
                agent_id: AgentId,
                lookalike_hash: &'a str,
            ) -> LedgerFuture<'a, Vec<String>> {
                (**self).lookalikes(agent_id, lookalike_hash)
            }

            fn unfinished_after<'a>(
                &'a self,
                key: Option<&'a str>,
                limit: usize,
            ) -> LedgerFuture<'a, Vec<Entry>> {
                (**self).unfinished_after(key, limit)
            }
        }
    };
}

forward!(Arc<L>);
forward!(Box<L>);
