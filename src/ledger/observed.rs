//! A ledger whose calls are told to `tracing`.

use std::{ops::Deref, sync::Arc};

use futures_util::FutureExt;
use tokio::time::Instant;

use super::{Ledger, LedgerFuture};

/// Passes all calls on to a ledger, and tells of each.
#[derive(Debug)]
pub(crate) struct Observed(Arc<dyn Ledger>);

impl Observed {
    pub(crate) fn new(ledger: Arc<dyn Ledger>) -> Self {
        Self(ledger)
    }
}

impl Deref for Observed {
    type Target = dyn Ledger;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

/// Tells of a call when it is over. Its arguments aren't told: a key may be a secret of the
/// program's.
pub(super) fn told<'a, T: Send + 'a>(
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
