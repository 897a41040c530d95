//! Implements [`Ledger`] for what passes its calls on: pointers, and the ledger that tells of them.

use std::{collections::HashMap, sync::Arc, time::Duration};

use super::{
    Claim, Claimed, Doubts, Entry, Lease, Ledger, LedgerFuture, Recorded,
    observed::{Observed, told},
};
use crate::ids::{AgentId, TaskId, TaskRef};

/// Implements [`Ledger`] for what derefs to one. Each call goes through a function, which is given
/// the name of the method and its future.
macro_rules! forward {
    ([$($bound:tt)*] $pointer:ty, $through:path) => {
        impl<$($bound)*> Ledger for $pointer {
            fn claim<'a>(&'a self, claim: &'a Claim) -> LedgerFuture<'a, Claimed> {
                $through("claim", (**self).claim(claim))
            }

            fn renew<'a>(&'a self, lease: &'a Lease, lease_duration: Duration) -> LedgerFuture<'a> {
                $through("renew", (**self).renew(lease, lease_duration))
            }

            fn record_task<'a>(
                &'a self,
                lease: &'a Lease,
                task: &'a TaskRef,
                doubts: &'a Doubts,
            ) -> LedgerFuture<'a> {
                $through("record_task", (**self).record_task(lease, task, doubts))
            }

            fn withdraw<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
                $through("withdraw", (**self).withdraw(lease))
            }

            fn abandon<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
                $through("abandon", (**self).abandon(lease))
            }

            fn record_finished(&self, task_id: TaskId) -> LedgerFuture<'_> {
                $through("record_finished", (**self).record_finished(task_id))
            }

            fn record_doubts<'a>(
                &'a self,
                task_id: TaskId,
                doubts: &'a Doubts,
            ) -> LedgerFuture<'a> {
                $through("record_doubts", (**self).record_doubts(task_id, doubts))
            }

            fn settle<'a>(&'a self, key: &'a str, task: &'a TaskRef) -> LedgerFuture<'a> {
                $through("settle", (**self).settle(key, task))
            }

            fn forget<'a>(&'a self, key: &'a str) -> LedgerFuture<'a> {
                $through("forget", (**self).forget(key))
            }

            fn prune(&self, older_than: Duration) -> LedgerFuture<'_, u64> {
                $through("prune", (**self).prune(older_than))
            }

            fn recorded<'a>(&'a self, key: &'a str) -> LedgerFuture<'a, Option<Recorded>> {
                $through("recorded", (**self).recorded(key))
            }

            fn keys_of_tasks<'a>(
                &'a self,
                task_ids: &'a [TaskId],
            ) -> LedgerFuture<'a, HashMap<TaskId, String>> {
                $through("keys_of_tasks", (**self).keys_of_tasks(task_ids))
            }

            fn lookalikes<'a>(
                &'a self,
                agent_id: AgentId,
                lookalike_hash: &'a str,
            ) -> LedgerFuture<'a, Vec<String>> {
                $through("lookalikes", (**self).lookalikes(agent_id, lookalike_hash))
            }

            fn unfinished_after<'a>(
                &'a self,
                key: Option<&'a str>,
                limit: usize,
            ) -> LedgerFuture<'a, Vec<Entry>> {
                $through("unfinished_after", (**self).unfinished_after(key, limit))
            }
        }
    };
}

forward!([L: Ledger + ?Sized] Arc<L>, untold);
forward!([L: Ledger + ?Sized] Box<L>, untold);
forward!([] Observed, told);

fn untold<'a, T>(_: &str, call: LedgerFuture<'a, T>) -> LedgerFuture<'a, T> {
    call
}
