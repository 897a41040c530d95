//! Starts a run: sends and probes as the reconciler decides.

use std::sync::Arc;

use futures_util::future::FutureExt;
use tokio::time::sleep;
use uuid::Uuid;

use super::{
    error::RunError,
    held_key::HeldKey,
    identity::Identity,
    policy::{OnLateTwin, ReconcilePolicy},
    probe::Prober,
    progress::Progress,
    reconcile::{NextStep, Outcome, Probed, Reconciler, Sent},
    request::{FileVersions, RunRequest, outcome_of},
    siblings::SiblingGuard,
    started::{Provenance, Started, Twin},
    state::RunState,
};
use crate::{
    api::{Client, types::RunAgentResponse},
    client::OptionsExt,
    error::{Error, ErrorKind, Phase},
    ids::TaskRef,
    ledger::Intent,
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

impl Starter {
    /// Starts the run, or finds the task that an earlier process has started.
    ///
    /// The run is sent with this identity. For a run with a key, `held` is the key, and `earlier`
    /// the claim of a process that may have sent the run already.
    pub(super) async fn start(
        self,
        identity: Identity,
        earlier: Option<Intent>,
        held: Option<Arc<HeldKey>>,
    ) -> Result<Started, RunError> {
        let agent_id = self.request.agent_id;
        let versions = self.request.versions.clone();
        let sender = sender(&self.client, versions, held.clone()).map_err(RunError::NotStarted)?;
        let siblings = self.state.siblings.enter(agent_id, &identity).await;
        let driver = RunDriver {
            sender,
            siblings,
            reconciler: Reconciler::new(self.policy.clone(), identity.is_exact()),
            prober: Prober::new(
                self.client.clone(),
                self.state.clone(),
                agent_id,
                identity.clone(),
                held.as_ref().map(|held| held.key().to_owned()),
            ),
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
struct RunDriver {
    starter: Starter,
    identity: Identity,
    held: Option<Arc<HeldKey>>,
    /// The client that sends the run, with the checks of [`sender`].
    sender: Client,
    siblings: SiblingGuard,
    reconciler: Reconciler,
    prober: Prober,
    progress: Progress,
}

impl RunDriver {
    async fn drive(mut self) -> Result<Started, RunError> {
        let mut step = if self.progress.is_in_doubt() {
            self.reconciler.sent(Sent::Unclear)
        } else {
            NextStep::Send
        };
        loop {
            step = match step {
                NextStep::Send => self.send().await?,
                NextStep::Probe { after } => {
                    if !self.siblings.isolate().await {
                        self.progress.probe_error = Some(siblings_unfinished());
                        return Err(self.into_unknown(&[]));
                    }
                    sleep(after).await;
                    self.probe().await
                }
                NextStep::Done(outcome) => return self.finish(outcome).await,
            };
        }
    }

    async fn send(&mut self) -> Result<NextStep, RunError> {
        let request = &mut self.starter.request;
        match request.send(&self.sender, &self.identity).await {
            Ok(response) => self.created(response).await,
            Err(error) => {
                let sent = outcome_of(&error);
                self.progress.error = Some(error);
                Ok(self.reconciler.sent(sent))
            }
        }
    }

    async fn created(&mut self, response: RunAgentResponse) -> Result<NextStep, RunError> {
        // Nothing is awaited before this, since a sibling that probes could take the task for its
        // own.
        self.starter.state.siblings.own(response.task_id);
        self.progress.status = Some(response.status);
        let step = self.reconciler.sent(Sent::Created(response.task_id));
        if let Some(held) = &self.held {
            let task = self.task_ref(response.task_id);
            if let NextStep::Done(_) = step {
                held.record(task).await?;
            } else {
                held.remember(task);
            }
        }
        Ok(step)
    }

    async fn probe(&mut self) -> NextStep {
        let Starter { client, policy, .. } = &self.starter;
        let view = match self.progress.created_after(client, policy).await {
            Ok(created_after) => self.prober.probe(created_after).await,
            Err(error) => Err(error),
        };
        self.reconciler.probed(match view {
            Ok(mut view) => {
                view.siblings = self.siblings.doubtful_siblings();
                view.others = self.siblings.others();
                Probed::Seen(view)
            }
            Err(error) => {
                self.progress.probe_error = Some(error);
                Probed::Failed
            }
        })
    }

    async fn finish(self, outcome: Outcome) -> Result<Started, RunError> {
        match outcome {
            Outcome::NotStarted => Err(RunError::NotStarted(self.progress.into_error())),
            Outcome::Unknown { candidates } => Err(self.into_unknown(&candidates)),
            Outcome::Task {
                id,
                is_adopted,
                twins,
                twins_are_certain,
            } => {
                self.starter.state.siblings.own(id);
                let task = self.task_ref(id);
                if let Some(held) = &self.held {
                    held.record(task.clone()).await?;
                }
                let cancels =
                    twins_are_certain && self.starter.policy.late_twin == OnLateTwin::Cancel;
                let twins = twins.into_iter().map(|id| self.task_ref(id)).collect();
                let twins = settle(&self.starter.client, twins, cancels).await;
                for twin in &twins {
                    self.starter.state.siblings.own(twin.task_ref().task_id());
                }
                let (provenance, status) = if is_adopted {
                    let listed = self.prober.listed(&[id]).pop();
                    (Provenance::Adopted, listed.map(|task| task.status))
                } else {
                    (Provenance::Created, self.progress.status)
                };
                let client = self.starter.client;
                let handle = TaskHandle::new(client, task, status);
                Ok(Started::new(handle, provenance).with_twins(twins))
            }
        }
    }

    fn into_unknown(self, candidates: &[Uuid]) -> RunError {
        let candidates = self.prober.listed(candidates);
        let agent_id = self.starter.request.agent_id;
        self.progress.into_unknown(agent_id, candidates)
    }

    fn task_ref(&self, task_id: Uuid) -> TaskRef {
        TaskRef::new(task_id).with_agent(self.starter.request.agent_id)
    }
}

/// Cancels late twins where `cancels` says so, and tells which were cancelled.
async fn settle(client: &Client, twins: Vec<TaskRef>, cancels: bool) -> Vec<Twin> {
    let mut settled = Vec::new();
    for task in twins {
        let cancel = client.cancel_task().task_id(task.task_id());
        let is_cancelled = cancels && cancel.send().await.is_ok();
        settled.push(Twin::new(task).with_cancelled(is_cancelled));
    }
    settled
}

/// Returns a client that makes sure before each attempt that the files are still the same, and that
/// the key is still held.
fn sender(
    client: &Client,
    versions: FileVersions,
    held: Option<Arc<HeldKey>>,
) -> Result<Client, Error> {
    client.with(|options| {
        options.before_sending(move || {
            let (versions, held) = (versions.clone(), held.clone());
            async move {
                versions.check().await?;
                match held {
                    Some(held) => held.ensure().await,
                    None => Ok(()),
                }
            }
            .boxed()
        })
    })
}

fn siblings_unfinished() -> Error {
    let message =
        "other runs of this client that look alike were started and are not polled to their end";
    Error::new(ErrorKind::Timeout, Phase::NotSent, message)
}
