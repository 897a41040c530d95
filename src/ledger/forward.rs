//! Implements [`Ledger`] for pointers to ledgers.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};

use super::{Claim, Claimed, Entry, Lease, Ledger, LedgerFuture};
use crate::ids::{AgentId, TaskId, TaskRef};

/// Implements [`Ledger`] for a pointer, by the ledger that it points to.
macro_rules! forward {
    ($pointer:ty) => {
        impl<L: Ledger + ?Sized> Ledger for $pointer {
            fn claim<'a>(&'a self, claim: &'a Claim) -> LedgerFuture<'a, Claimed> {
                (**self).claim(claim)
            }

            fn renew<'a>(
                &'a self,
                lease: &'a Lease,
                now: DateTime<Utc>,
                lease_duration: Duration,
            ) -> LedgerFuture<'a> {
                (**self).renew(lease, now, lease_duration)
            }

            fn record_task<'a>(&'a self, lease: &'a Lease, task: &'a TaskRef) -> LedgerFuture<'a> {
                (**self).record_task(lease, task)
            }

            fn forget<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
                (**self).forget(lease)
            }

            fn abandon<'a>(&'a self, lease: &'a Lease) -> LedgerFuture<'a> {
                (**self).abandon(lease)
            }

            fn record_finished(&self, task_id: TaskId) -> LedgerFuture<'_> {
                (**self).record_finished(task_id)
            }

            fn key_of_task(&self, task_id: TaskId) -> LedgerFuture<'_, Option<String>> {
                (**self).key_of_task(task_id)
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
