//! A key whose lease a run holds while it is being started.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::{
    runtime::Handle,
    sync::watch,
    time::{Instant, sleep},
};

use super::error::of_ledger;
use crate::{
    error::Error,
    ids::TaskRef,
    ledger::{Doubts, Lease, Ledger, LedgerError, LedgerErrorKind},
    transport::local_now,
};

/// The pause before a task is recorded again, where the ledger has failed.
const RECORD_PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct HeldKey {
    ledger: Arc<dyn Ledger>,
    lease: Lease,
    /// How long the lease is good for after it was claimed or renewed.
    duration: Duration,
    state: Mutex<LeaseState>,
    /// Whether the lease is lost.
    lost: watch::Sender<bool>,
}

#[derive(Debug)]
struct LeaseState {
    /// When the lease was claimed or renewed last, by both clocks: the wall clock goes on while the
    /// machine sleeps, and the counted time can't be set back.
    renewed_at: (DateTime<Utc>, Instant),
    /// Whether a lease that was renewed lately needn't be renewed before the run is sent: nothing
    /// was sent under this key before.
    is_trusted: bool,
    /// Whether a request is under way, or is about to be.
    is_sending: bool,
    /// Whether an earlier request may be carried out.
    is_in_doubt: bool,
    /// The task that was named or found, before it is recorded.
    known: Option<(TaskRef, Doubts)>,
    is_recorded: bool,
}

impl HeldKey {
    /// Takes a lease that was claimed just now, as a key that is new or not.
    pub(super) fn new(
        ledger: Arc<dyn Ledger>,
        lease: Lease,
        duration: Duration,
        is_new: bool,
    ) -> Self {
        let state = Mutex::new(LeaseState {
            renewed_at: (local_now(), Instant::now()),
            is_trusted: is_new,
            is_sending: false,
            is_in_doubt: false,
            known: None,
            is_recorded: false,
        });
        Self {
            ledger,
            lease,
            duration,
            state,
            lost: watch::Sender::new(false),
        }
    }

    pub(super) fn key(&self) -> &str {
        &self.lease.key
    }

    pub(super) fn ledger(&self) -> &Arc<dyn Ledger> {
        &self.ledger
    }

    /// Makes sure, before the run is sent, that the lease lasts long enough and that no other
    /// holder has recorded a task.
    pub(super) async fn ensure(&self) -> Result<(), Error> {
        let is_fresh = self.age() < self.duration / 4;
        if !(is_fresh && self.state().is_trusted) {
            self.renew().await.map_err(of_ledger)?;
        }
        self.state().is_sending = true;
        Ok(())
    }

    /// Has the ledger asked before every further request: a holder before this one, or after it,
    /// may have recorded a task.
    pub(super) fn distrust(&self) {
        let mut state = self.state();
        state.is_trusted = false;
        state.is_in_doubt = true;
    }

    /// Notes that the request which was under way certainly wasn't carried out.
    pub(super) fn not_carried_out(&self) {
        self.state().is_sending = false;
    }

    /// Notes the run's task, for the ledger to have it even where it isn't recorded in order.
    pub(super) fn know(&self, task: &TaskRef, doubts: Doubts) {
        self.state().known = Some((task.clone(), doubts));
    }

    /// Gives the key back after its run was dropped.
    async fn release(&self, is_new: bool) {
        let (known, is_unsent) = {
            let state = self.state();
            let is_unsent = is_new && !state.is_sending && !state.is_in_doubt;
            (state.known.clone(), is_unsent)
        };
        if let Some((task, doubts)) = known {
            // Another start of this client would pass over the task, as that of another run.
            if self.record(&task, &doubts).await.is_err() {
                self.abandon().await;
            }
        } else if is_unsent {
            self.withdraw().await;
        } else {
            self.abandon().await;
        }
    }

    /// Records the task in the ledger. Where the ledger fails, tries again for as long as a lease
    /// lasts.
    pub(super) async fn record(&self, task: &TaskRef, doubts: &Doubts) -> Result<(), LedgerError> {
        let start = Instant::now();
        loop {
            let recorded = self.ledger.record_task(&self.lease, task, doubts).await;
            match recorded {
                Ok(()) => {
                    self.state().is_recorded = true;
                    return Ok(());
                }
                Err(error) if error.kind() == LedgerErrorKind::Lost => return Err(error),
                Err(error) if start.elapsed() >= self.duration || self.is_lost() => {
                    return Err(error);
                }
                Err(_) => sleep(RECORD_PAUSE).await,
            }
        }
    }

    /// Withdraws the claim, since no task was started. Where the ledger fails, the key stays in
    /// doubt.
    pub(super) async fn withdraw(&self) {
        let _ = self.ledger.withdraw(&self.lease).await;
    }

    /// Gives up the lease and leaves the key in doubt. Where the ledger fails, the lease runs out.
    pub(super) async fn abandon(&self) {
        let _ = self.ledger.abandon(&self.lease).await;
    }

    /// Renews the lease until the task is recorded or the lease is lost. Never returns.
    pub(super) async fn keep_renewing(&self) -> std::convert::Infallible {
        let mut pause = self.duration / 3;
        loop {
            sleep(pause).await;
            if self.state().is_recorded || self.is_lost() {
                return std::future::pending().await;
            }
            pause = self.duration / 3;
            if self.renew().await.is_err() {
                let rest = self.duration.saturating_sub(self.age());
                if rest.is_zero() {
                    self.lose();
                }
                pause = pause.min(rest);
            }
        }
    }

    /// Waits until the lease is lost.
    pub(super) async fn lost(&self) {
        let mut lost = self.lost.subscribe();
        // It fails only where the sender is gone, which this key holds.
        let _ = lost.wait_for(|is_lost| *is_lost).await;
    }

    pub(super) fn is_lost(&self) -> bool {
        *self.lost.borrow()
    }

    /// Renews the lease. It is lost where another holder has taken the key or recorded a task.
    pub(super) async fn renew(&self) -> Result<(), LedgerError> {
        let now = (local_now(), Instant::now());
        let renewed = self.ledger.renew(&self.lease, self.duration).await;
        match &renewed {
            Ok(()) => self.state().renewed_at = now,
            // The run's own record ends the lease as well.
            Err(error) if error.kind() == LedgerErrorKind::Lost && !self.state().is_recorded => {
                self.lose();
            }
            Err(_) => (),
        }
        renewed
    }

    fn lose(&self) {
        self.lost.send_replace(true);
    }

    /// Returns how long ago the lease was renewed.
    fn age(&self) -> Duration {
        let (local, counted) = self.state().renewed_at;
        let by_wall_clock = local_now().signed_duration_since(local);
        let by_wall_clock = by_wall_clock.to_std().unwrap_or_default();
        by_wall_clock.max(counted.elapsed())
    }

    fn state(&self) -> MutexGuard<'_, LeaseState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives a key back when the future of its run is dropped: a caller that went away, or a timeout,
/// isn't a process that died, and the next start of the key needn't wait for the lease to run out.
pub(super) struct ReleaseOnDrop {
    held: Option<Arc<HeldKey>>,
    /// Whether no earlier holder may have sent the run.
    is_new: bool,
}

impl ReleaseOnDrop {
    pub(super) fn new(held: Arc<HeldKey>, is_new: bool) -> Self {
        let held = Some(held);
        Self { held, is_new }
    }

    /// Leaves the key as it is: the run has come to its end.
    pub(super) fn disarm(mut self) {
        self.held = None;
    }
}

impl Drop for ReleaseOnDrop {
    fn drop(&mut self) {
        let Some(held) = self.held.take() else {
            return;
        };
        // Without a runtime, the lease runs out.
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let is_new = self.is_new;
        runtime.spawn(async move { held.release(is_new).await });
    }
}
