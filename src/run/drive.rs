//! Starts a run: sends and probes as the reconciler decides.

use std::sync::Arc;

use futures_util::future::{Either, FutureExt, select};
use tokio::time::sleep;
use uuid::Uuid;

use super::{
    error::RunError,
    held_key::HeldKey,
    identity::Identity,
    observe,
    policy::ReconcilePolicy,
    probe::{Depth, Prober},
    progress::Progress,
    reconcile::{Found, NextStep, Outcome, Probed, Reconciler, Sent, View},
    request::{Receipt, RunRequest, outcome_of},
    sender::sender,
    siblings::SiblingGuard,
    started::{Provenance, Started},
    state::RunState,
    twin_search::{TwinSearch, doubts, settle},
};
use crate::{
    api::Client,
    error::{Error, ErrorKind, Phase},
    ids::TaskRef,
    ledger::{Doubts, Earlier, LedgerError, LedgerErrorKind},
    twin::Twins,
    wait::TaskHandle,
};

/// The parts that starting a run takes, with or without a key.
#[derive(Debug)]
pub(super) struct Starter {
    pub(super) client: Client,
    pub(super) state: Arc<RunState>,
    pub(super) policy: ReconcilePolicy,
    pub(super) request: RunRequest,
}

/// Why a run has no result of its own.
#[derive(Debug)]
pub(super) enum Stopped {
    Failed(RunError),
    /// Another holder has taken the key, or recorded a task for it. The ledger knows more.
    KeyLost {
        /// The task that this run has started, where it knows it.
        task: Option<TaskRef>,
        /// Whether a request of this run may have started another one, or may start it later.
        is_open: bool,
    },
}

impl From<RunError> for Stopped {
    fn from(error: RunError) -> Self {
        Self::Failed(error)
    }
}

impl Starter {
    /// Starts the run, or finds the task that an earlier process has started.
    ///
    /// The run is sent with this identity. For a run with a key, `held` is the key, and `earlier`
    /// the claim of a process that may have sent the run already.
    pub(super) async fn start(
        &mut self,
        identity: Identity,
        earlier: Option<Earlier>,
        held: Option<Arc<HeldKey>>,
    ) -> Result<Started, Stopped> {
        let agent_id = self.request.agent_id;
        let sender =
            sender(&self.client, &self.request, held.clone()).map_err(RunError::NotStarted)?;
        let siblings = self.state.siblings.enter(agent_id, &identity).await;
        let Some(siblings) = siblings else {
            return Err(RunError::NotStarted(crowded(Phase::NotSent)).into());
        };
        let identity = Arc::new(identity);
        let key = held.as_ref().map(|held| held.key().to_owned());
        let driver = RunDriver {
            sender,
            siblings,
            reconciler: Reconciler::new(self.policy.clone(), identity.is_exact()),
            prober: Prober::new(self.state.clone(), agent_id, identity.clone(), key),
            progress: Progress::new(earlier),
            starter: self,
            identity,
            held,
        };
        driver.drive().await
    }
}

/// Drives the start of one run: sends and probes as the [`Reconciler`] decides.
#[derive(Debug)]
struct RunDriver<'a> {
    starter: &'a mut Starter,
    identity: Arc<Identity>,
    held: Option<Arc<HeldKey>>,
    /// The client that sends the run, with the checks of [`sender`].
    sender: Client,
    siblings: SiblingGuard,
    reconciler: Reconciler,
    prober: Prober,
    progress: Progress,
}

impl RunDriver<'_> {
    async fn drive(mut self) -> Result<Started, Stopped> {
        let mut step = if self.progress.is_in_doubt() {
            self.reconciler.take_over()
        } else {
            NextStep::Send
        };
        loop {
            if self.is_key_lost() {
                step = self.reconciler.stop();
            }
            step = match step {
                NextStep::Send => self.send().await,
                NextStep::Probe { after } => {
                    if !self.siblings.isolate().await {
                        self.progress.probe_error = Some(crowded(Phase::MaybeSent));
                        return Err(self.into_unknown(&[]).into());
                    }
                    if self.pause(after).await {
                        self.probe().await
                    } else {
                        NextStep::Probe { after }
                    }
                }
                NextStep::Done(outcome) => return self.finish(outcome).await,
            };
        }
    }

    /// Waits, and returns whether the key is still held.
    async fn pause(&self, time: std::time::Duration) -> bool {
        match &self.held {
            None => {
                sleep(time).await;
                true
            }
            Some(held) => {
                let paused = select(sleep(time).boxed(), held.lost().boxed()).await;
                matches!(paused, Either::Left(_))
            }
        }
    }

    async fn send(&mut self) -> NextStep {
        let agent_id = self.starter.request.agent_id;
        if self.progress.requests > 0 {
            observe::sending_again(agent_id, self.progress.requests + 1);
            if let Some(held) = &self.held {
                held.distrust();
            }
        }
        self.progress.sending();
        let request = &mut self.starter.request;
        let sent = match request.send(&self.sender, &self.identity).await {
            Ok(receipt) => self.created(receipt),
            Err(error) => {
                let sent = outcome_of(&error);
                let is_unclear = matches!(sent, Sent::Unclear(_) | Sent::CreatedUnread);
                if let Sent::Unclear(doubt) = sent {
                    observe::unclear(agent_id, doubt, &error);
                }
                self.progress.failed(error, is_unclear);
                sent
            }
        };
        self.reconciler.sent(sent)
    }

    fn created(&mut self, receipt: Receipt) -> Sent {
        observe::started(self.starter.request.agent_id, receipt.task_id);
        // Nothing is awaited before this, since a sibling that probes could take the task for its
        // own.
        self.starter.state.siblings.own(receipt.task_id);
        self.starter
            .state
            .echo
            .started(receipt.task_id, &self.identity);
        if let Some(held) = &self.held {
            let doubts = Doubts::default().with_open(self.reconciler.is_in_doubt());
            held.know(&self.task_ref(receipt.task_id), doubts);
        }
        self.progress.status = receipt.status;
        self.progress.metadata = receipt.metadata;
        if let Some(created_at) = receipt.created_at {
            self.starter.state.tasks_clock.read(created_at);
        }
        Sent::Created(receipt.task_id)
    }

    async fn probe(&mut self) -> NextStep {
        let view = self.view().await;
        let agent_id = self.starter.request.agent_id;
        match &view {
            Ok(view) => observe::probed(agent_id, view.matches.len(), view.candidates().len()),
            Err(error) => observe::probe_failed(agent_id, error),
        }
        self.reconciler.probed(match view {
            Ok(mut view) => {
                view.siblings = self.siblings.doubtful_siblings();
                view.others = self.siblings.others();
                self.progress.probe_error = None;
                Probed::Seen(view)
            }
            Err(error) => {
                self.progress.probe_error = Some(error);
                Probed::Failed
            }
        })
    }

    async fn view(&mut self) -> Result<View, Error> {
        let Starter {
            client,
            state,
            policy,
            ..
        } = &*self.starter;
        let beginning = &self.progress.beginning;
        let last_sent = self.progress.last_sent;
        let window = beginning.window(client, &state.tasks_clock, policy, last_sent);
        let window = window.await?;
        self.progress.window = Some(window);
        let is_contested = self.siblings.has_doubtful_strangers();
        let depth = if self.reconciler.is_about_to_decide() {
            Depth::All
        } else {
            Depth::ByTitle
        };
        let prober = &mut self.prober;
        prober.probe(client, window, depth, is_contested).await
    }

    fn key_lost(&self, task: Option<TaskRef>) -> Stopped {
        let is_open = self.reconciler.is_in_doubt();
        Stopped::KeyLost { task, is_open }
    }

    async fn finish(self, outcome: Outcome) -> Result<Started, Stopped> {
        match outcome {
            _ if self.is_key_lost() && !matches!(outcome, Outcome::Task(_)) => {
                Err(self.key_lost(None))
            }
            Outcome::NotStarted => Err(RunError::NotStarted(self.progress.into_error()).into()),
            Outcome::Unknown { candidates } => Err(self.into_unknown(&candidates).into()),
            // The ledger has the task, and what else is known of it.
            Outcome::Task(Found {
                provenance: Provenance::Recorded,
                ..
            }) => Err(self.key_lost(None)),
            Outcome::Task(found) => self.take(found).await,
        }
    }

    /// Takes a task as the run's: records it, and does with its twins what the policy says.
    async fn take(self, found: Found) -> Result<Started, Stopped> {
        let Found { id, provenance, .. } = found;
        self.starter.state.siblings.own(id);
        let agent_id = self.starter.request.agent_id;
        if provenance == Provenance::Adopted {
            observe::found(agent_id, id, provenance);
        }
        let task = self.task_ref(id);
        let (twins, recorded) = match &self.held {
            None => (self.settled(&found, true).await, Ok(())),
            Some(held) => self.record(held, &task, &found).await,
        };
        self.prober.own_twins(&twins);
        match recorded {
            Ok(()) => (),
            Err(error) if error.kind() == LedgerErrorKind::Lost => {
                return Err(self.key_lost(Some(task)));
            }
            Err(error) => {
                return Err(RunError::NotRecorded { task, twins, error }.into());
            }
        }
        let status = match provenance {
            Provenance::Adopted => self.prober.listed(&[id]).pop().map(|task| task.status),
            _ => self.progress.status.clone(),
        };
        let metadata = match provenance {
            Provenance::Created => self.progress.metadata.clone(),
            Provenance::Adopted | Provenance::Recorded => None,
        };
        let client = self.starter.client.clone();
        if twins.is_open() || !twins.found().is_empty() {
            self.leave_last_look(id, found.unaccounted, &twins);
        }
        let handle = TaskHandle::new(client, task, status);
        let started = Started::new(handle, provenance).with_twins(twins);
        Ok(started.with_metadata(metadata))
    }

    /// Records the task of a key. Its twins are cancelled only while the key is certainly held, and
    /// before the task is recorded: if the process dies in between, the next one finds them.
    async fn record(
        &self,
        held: &HeldKey,
        task: &TaskRef,
        found: &Found,
    ) -> (Twins, Result<(), LedgerError>) {
        let twins = found.twins.iter().map(|twin| twin.id.into());
        let unsettled = Doubts::default().with_open(found.is_open).with_twins(twins);
        // Where the run is dropped meanwhile, none of them is forgotten.
        held.know(task, unsettled.clone());
        let has_twins = found.is_open || !found.twins.is_empty();
        if !has_twins || held.renew().await.is_ok() {
            let twins = self.settled(found, true).await;
            let recorded = held.record(task, &doubts(&twins)).await;
            return (twins, recorded);
        }
        let recorded = held.record(task, &unsettled).await;
        // The holder that has recorded its task decides about the others.
        (self.settled(found, recorded.is_ok()).await, recorded)
    }

    /// Cancels the twins, where this is allowed, and returns all that is known of them.
    async fn settled(&self, found: &Found, may_cancel: bool) -> Twins {
        let mut policy = self.starter.policy.clone();
        if !may_cancel {
            policy = policy.with_late_twin(super::OnLateTwin::Report);
        }
        let twins = found.twins.clone();
        let twins = settle(&self.starter.client, &self.prober, &policy, found.id, twins).await;
        let twins = Twins::none().with_found(twins).with_open(found.is_open);
        match &self.progress.probe_error {
            Some(error) if found.is_unprobed => {
                observe::twins_unknown(found.id.into(), error);
                twins.with_error(error.clone())
            }
            _ => twins,
        }
    }

    /// Has the next wait for the task tell of twins, and look for them once more where there may be
    /// others, when the task has ended.
    fn leave_last_look(self, task_id: Uuid, unaccounted: Option<u32>, known: &Twins) {
        let client = self.starter.client.clone();
        let search = TwinSearch {
            open: self.prober.keep_open(),
            prober: self.prober,
            beginning: self.progress.beginning,
            policy: self.starter.policy.clone(),
            last_sent: self.progress.last_sent,
            unaccounted,
            task_id,
            known: known.clone(),
            ledger: self.held.map(|held| held.ledger().clone()),
        };
        client.last_looks().add(task_id.into(), Arc::new(search));
    }

    fn into_unknown(self, candidates: &[Uuid]) -> RunError {
        let listed = if candidates.is_empty() {
            self.prober.all_listed()
        } else {
            self.prober.listed(candidates)
        };
        let agent_id = self.starter.request.agent_id;
        // Its caller may go on with one of them: no sibling takes it in silence.
        for task in &listed {
            self.starter.state.siblings.dispute(task.task_id);
        }
        self.siblings.end_unknown();
        observe::outcome_unknown(agent_id, listed.len(), self.progress.requests);
        self.progress.into_unknown(agent_id, listed)
    }

    fn is_key_lost(&self) -> bool {
        self.held.as_ref().is_some_and(|held| held.is_lost())
    }

    fn task_ref(&self, task_id: Uuid) -> TaskRef {
        TaskRef::new(task_id).with_agent(self.starter.request.agent_id)
    }
}

fn crowded(phase: Phase) -> Error {
    let message =
        "other runs of this client that look alike were started and are not polled to their end";
    Error::new(ErrorKind::Timeout, phase, message)
}
