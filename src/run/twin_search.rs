//! What is done with the twins of a run: they are cancelled where that is safe, and told.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use super::{
    observe,
    policy::{OnLateTwin, ReconcilePolicy},
    probe::{Depth, Prober},
    reconcile::{FoundTwin, twins_in},
    siblings::OpenGuard,
    window::Beginning,
};
use crate::{
    api::{Client, types::TaskStatus},
    defaults::LATE_COMMIT,
    error::{Error, ErrorKind, Phase},
    ids::{TaskId, TaskRef},
    ledger::{Doubts, Ledger},
    twin::{Twin, Twins},
    wait::{LastLook, WaitExt},
};

/// The longest time that a last look may take. The end of the task is known, and isn't held back.
const LONGEST_LOOK: Duration = Duration::from_secs(60);

/// The most tasks that a last look compares. It is there to find what is rare, at a low cost.
const MOST_TASKS: usize = 500;

/// Cancels the twins that are certain, where the policy says so, and tells which were cancelled.
pub(super) async fn settle(
    client: &Client,
    prober: &Prober,
    policy: &ReconcilePolicy,
    task_id: Uuid,
    found: Vec<FoundTwin>,
) -> Vec<Twin> {
    let mut twins = Vec::new();
    for FoundTwin { id, is_certain } in found {
        let is_cancelled = if prober.is_stopped(id) {
            true
        } else {
            is_certain && cancel(client, policy, id).await
        };
        let twin = Twin::new(TaskRef::new(id).with_agent(prober.agent_id()))
            .with_certain(is_certain)
            .with_cancelled(is_cancelled);
        observe::twin(task_id.into(), &twin);
        twins.push(twin);
    }
    twins
}

/// Cancels a task of the run, where the policy says so, and tells whether it was stopped: one that
/// has completed by then stays as it is.
pub(super) async fn cancel(client: &Client, policy: &ReconcilePolicy, task_id: Uuid) -> bool {
    if policy.late_twin == OnLateTwin::Report {
        return false;
    }
    let cancelled = client.task(task_id).cancel().await;
    cancelled.is_ok_and(|task| task.status == TaskStatus::Stopped)
}

/// The look for late twins that is taken when the task of a run ends.
#[derive(Debug)]
pub(super) struct TwinSearch {
    pub(super) prober: Prober,
    pub(super) open: OpenGuard,
    pub(super) beginning: Beginning,
    pub(super) policy: ReconcilePolicy,
    /// When the run was sent last; `None` where only an earlier process has sent it.
    pub(super) last_sent: Option<Instant>,
    /// How many twins there may be; `None` where that isn't known.
    pub(super) unaccounted: Option<u32>,
    pub(super) task_id: Uuid,
    /// What was known when the run was started.
    pub(super) known: Twins,
    /// The ledger that has the run's key.
    pub(super) ledger: Option<Arc<dyn Ledger>>,
}

impl TwinSearch {
    async fn search(&self, client: &Client) -> Result<Twins, Error> {
        let mut prober = self.prober.clone().with_most_tasks(MOST_TASKS);
        let clock = prober.tasks_clock();
        let window = self
            .beginning
            .window(client, clock, &self.policy, self.last_sent);
        let window = window.await?;
        let mut view = prober.probe(client, window, Depth::ByTitle, false).await?;
        view.others = self.open.others();
        let mut found = twins_in(
            &view,
            self.task_id,
            prober.is_exact(),
            self.policy.sole_writer,
        );
        found.retain(|twin| !self.known.found().iter().any(|known| is(known, twin.id)));
        let found = settle(client, &prober, &self.policy, self.task_id, found).await;
        // A title proves nothing: the server may have put one in other words.
        let is_open = self.may_have_more(&found, view.is_partial);
        Ok(Twins::none().with_found(found).with_open(is_open))
    }

    /// Whether there may be another twin, after these were found. `is_guess` tells that tasks were
    /// taken for other runs' that may not be.
    fn may_have_more(&self, found: &[Twin], is_guess: bool) -> bool {
        let certain = found.iter().filter(|twin| twin.is_certain()).count();
        let is_complete = self
            .unaccounted
            .is_some_and(|unaccounted| certain >= unaccounted as usize);
        let is_late = self.beginning.since(self.last_sent) >= LATE_COMMIT;
        !is_complete && (is_guess || !is_late)
    }
}

fn is(twin: &Twin, id: Uuid) -> bool {
    twin.task_id() == TaskId::from(id)
}

impl LastLook for TwinSearch {
    fn take(self: Arc<Self>, client: Client) -> BoxFuture<'static, Twins> {
        async move {
            if !self.known.is_open() {
                return self.known.clone();
            }
            let task_id = TaskId::from(self.task_id);
            let found = timeout(LONGEST_LOOK, self.search(&client)).await;
            let mut twins = self.known.clone();
            match found.unwrap_or_else(|_| Err(too_slow())) {
                Ok(found) => twins.merge(found),
                Err(error) => {
                    observe::twins_unknown(task_id, &error);
                    twins.merge(Twins::none().with_open(true).with_error(error));
                }
            }
            self.prober.own_twins(&twins);
            if let Some(ledger) = &self.ledger {
                // Where the ledger fails, the key keeps the doubts that it had: they are too many.
                let _ = ledger.record_doubts(task_id, &doubts(&twins)).await;
            }
            twins
        }
        .boxed()
    }
}

/// Returns what a ledger keeps of the twins.
pub(super) fn doubts(twins: &Twins) -> Doubts {
    Doubts {
        is_open: twins.is_open(),
        twins: twins.found().iter().map(Twin::task_id).collect(),
    }
}

fn too_slow() -> Error {
    let message = format!("the look for twins took longer than {LONGEST_LOOK:?}");
    Error::new(ErrorKind::Timeout, Phase::MaybeSent, message)
}
