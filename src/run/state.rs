//! The state of runs that all clones of a client share.

use std::sync::Arc;

use super::{
    echo::Echo, foreign_messages::ForeignMessages, keys_in_use::KeysInUse, policy::ReconcilePolicy,
    siblings::Siblings, tasks_clock::TasksClock,
};
use crate::ledger::{Ledger, MemoryLedger, Observed};

/// The ledger, the policy, and the coordination of the runs of one client.
#[derive(Debug)]
pub(crate) struct RunState {
    pub(super) siblings: Arc<Siblings>,
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) policy: ReconcilePolicy,
    pub(super) keys: Arc<KeysInUse>,
    pub(super) tasks_clock: TasksClock,
    pub(super) echo: Echo,
    pub(super) messages: ForeignMessages,
}

impl RunState {
    pub(crate) fn new(ledger: Option<Arc<dyn Ledger>>, policy: ReconcilePolicy) -> Self {
        let ledger = ledger.unwrap_or_else(|| Arc::new(MemoryLedger::new()));
        Self {
            siblings: Arc::default(),
            ledger: Arc::new(Observed::new(ledger)),
            policy,
            keys: Arc::default(),
            tasks_clock: TasksClock::default(),
            echo: Echo::default(),
            messages: ForeignMessages::default(),
        }
    }
}
