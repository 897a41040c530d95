//! A key whose lease a run holds while it is being started.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::time::sleep;

use super::error::{RunError, of_ledger};
use crate::{
    error::Error,
    ids::TaskRef,
    ledger::{Claim, Doubts, Lease, Ledger, LedgerError, LedgerErrorKind},
    transport::local_now,
};

#[derive(Debug)]
pub(super) struct HeldKey {
    ledger: Arc<dyn Ledger>,
    lease: Lease,
    /// How long the lease is good for after it was claimed or renewed.
    duration: Duration,
    state: Mutex<LeaseState>,
}

#[derive(Debug)]
struct LeaseState {
    /// When the lease was claimed or renewed last, by the wall clock, which goes on while the
    /// machine sleeps.
    renewed_at: DateTime<Utc>,
    /// The run's task, once it is known.
    task: Option<TaskRef>,
    is_recorded: bool,
}

impl HeldKey {
    pub(super) fn new(ledger: Arc<dyn Ledger>, lease: Lease, claim: &Claim) -> Self {
        let state = Mutex::new(LeaseState {
            renewed_at: claim.local_time,
            task: None,
            is_recorded: false,
        });
        Self {
            ledger,
            lease,
            duration: claim.lease_duration,
            state,
        }
    }

    pub(super) fn key(&self) -> &str {
        &self.lease.key
    }

    /// Returns the run's task, once it is known.
    pub(super) fn task(&self) -> Option<TaskRef> {
        self.state().task.clone()
    }

    /// Makes sure that the lease lasts long enough to send a request.
    pub(super) async fn ensure(&self) -> Result<(), Error> {
        if self.age() < self.duration / 4 {
            Ok(())
        } else {
            self.renew().await.map_err(of_ledger)
        }
    }

    /// Remembers the task without recording it yet. A process that takes over after a crash then
    /// finds the key in doubt, and probes for the task's twins.
    pub(super) fn remember(&self, task: TaskRef) {
        self.state().task = Some(task);
    }

    /// Records the task in the ledger, once.
    pub(super) async fn record(&self, task: TaskRef) -> Result<(), RunError> {
        if self.is_recorded() {
            return Ok(());
        }
        self.remember(task.clone());
        let doubts = Doubts::default();
        match self.ledger.record_task(&self.lease, &task, &doubts).await {
            Ok(()) => {
                self.state().is_recorded = true;
                Ok(())
            }
            Err(error) => Err(RunError::NotRecorded { task, error }),
        }
    }

    /// Forgets the key, since no task was started. Where the ledger fails, the key stays in doubt.
    pub(super) async fn forget(&self) {
        let _ = self.ledger.withdraw(&self.lease).await;
    }

    /// Gives up the lease and leaves the key in doubt. Where the ledger fails, the lease runs out.
    pub(super) async fn abandon(&self) {
        let _ = self.ledger.abandon(&self.lease).await;
    }

    /// Renews the lease until the task is recorded, and then never returns. Returns only where the
    /// lease is lost.
    pub(super) async fn keep_renewing(&self) -> Error {
        let mut pause = self.duration / 3;
        loop {
            sleep(pause).await;
            if self.is_recorded() {
                return std::future::pending().await;
            }
            match self.renew().await {
                Ok(()) => pause = self.duration / 3,
                Err(_) if self.is_recorded() => (),
                Err(error) if error.kind() == LedgerErrorKind::Lost => return of_ledger(error),
                Err(_) if self.age() < self.duration => {
                    pause = (self.duration / 3).min(self.duration - self.age());
                }
                Err(error) => return of_ledger(error),
            }
        }
    }

    async fn renew(&self) -> Result<(), LedgerError> {
        let now = local_now();
        self.ledger.renew(&self.lease, self.duration).await?;
        self.state().renewed_at = now;
        Ok(())
    }

    /// Returns how long ago the lease was renewed.
    fn age(&self) -> Duration {
        let age = local_now() - self.state().renewed_at;
        age.to_std().unwrap_or_default()
    }

    fn is_recorded(&self) -> bool {
        self.state().is_recorded
    }

    fn state(&self) -> MutexGuard<'_, LeaseState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
