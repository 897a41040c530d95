//! Counts of what was sent.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::failure::RetryReason;

/// The counts of a client, which all its clones share.
#[derive(Debug, Default)]
pub(super) struct Counts(Mutex<Counted>);

/// How often something was sent since the client was made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counted {
    pub(crate) requests: BTreeMap<&'static str, u64>,
    pub(crate) retries: BTreeMap<RetryReason, u64>,
}

impl Counts {
    pub(super) fn sent(&self, operation: &'static str) {
        *self.lock().requests.entry(operation).or_default() += 1;
    }

    /// Takes back a request that couldn't be sent.
    pub(super) fn not_sent(&self, operation: &'static str) {
        let mut counted = self.lock();
        let requests = counted.requests.entry(operation).or_default();
        *requests = requests.saturating_sub(1);
    }

    pub(super) fn retried(&self, reason: RetryReason) {
        *self.lock().retries.entry(reason).or_default() += 1;
    }

    pub(super) fn read(&self) -> Counted {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
