//! Runs with keys: noted in the ledger before they are sent, and their tasks after.

use std::{
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use futures_util::future::{Either, select};
use sha2::{Digest, Sha256};
use tokio::time::sleep;
use uuid::Uuid;

use super::{
    RunState,
    error::{OutcomeUnknown, RunError, of_ledger},
    fingerprint::{fingerprint, hash_of_text},
    start::Starter,
    started::{Provenance, Started},
};
use crate::{
    error::Error,
    ids::TaskRef,
    ledger::{Claim, Claimed, Intent, Lease, Ledger, LedgerError, LedgerErrorKind},
    transport::local_now,
};

/// The longest key, in bytes.
const LONGEST_KEY: usize = 1024;
/// How long to wait before asking again for a key that somebody else holds, at the most.
const HELD: Duration = Duration::from_millis(500);

pub(super) fn check(key: &str) -> Result<(), Error> {
    match key.len() {
        0 => Err(Error::invalid_request(
            "the key is empty; leave it out for a run without one",
        )),
        1..=LONGEST_KEY => Ok(()),
        length => Err(Error::invalid_request(format!(
            "the key has {length} bytes, more than {LONGEST_KEY}; use a hash of it"
        ))),
    }
}

impl Starter {
    /// Starts the run of the key, unless that was done before.
    pub(super) async fn start_once(mut self, key: String) -> Result<Started, RunError> {
        let fingerprint = fingerprint(&mut self.request)
            .await
            .map_err(RunError::NotStarted)?;
        let marker = self.policy.marker.then(|| marker(&key, &fingerprint));
        let mark = self.request.mark();
        let recognised_by = marker.as_deref().or(mark.text()).unwrap_or_default();
        let mut claim = Claim::new(key, self.request.agent_id, fingerprint, local_now())
            .with_lookalike_hash(hash_of_text(recognised_by))
            .with_lease_duration(self.policy.lease);
        claim.marker = marker;
        let (state, ledger) = (self.state.clone(), self.state.ledger.clone());
        let _at_it = AtIt::new(state, &claim.key);
        loop {
            claim.now = local_now();
            let claimed = ledger.claim(&claim).await;
            match claimed.map_err(|it| RunError::NotStarted(of_ledger(it)))? {
                Claimed::New(lease) => {
                    self.request.marker = claim.marker.clone();
                    return self.start_held(lease, &claim, None).await;
                }
                Claimed::InDoubt(lease, intent) => {
                    self.request.marker = intent.marker.clone();
                    return self.start_held(lease, &claim, Some(intent)).await;
                }
                Claimed::Started(task) => {
                    self.state.siblings.own(task.task_id().into());
                    let (client, recorded) = (self.client, Provenance::Recorded);
                    return Ok(Started::new(client, task, None, recorded, Vec::new()));
                }
                Claimed::Held(until) => {
                    let rest = (until - claim.now).to_std().unwrap_or_default();
                    sleep(rest.clamp(Duration::from_millis(10), HELD)).await;
                }
                Claimed::Conflict => {
                    return Err(RunError::NotStarted(Error::invalid_request(format!(
                        "the key {:?} belongs to another request: another query, output, file or agent; use another \
                         key for this one",
                        claim.key
                    ))));
                }
            }
        }
    }

    /// Starts the run while the key is held, and notes what came of it.
    async fn start_held(
        mut self,
        lease: Lease,
        claim: &Claim,
        earlier: Option<Intent>,
    ) -> Result<Started, RunError> {
        let ledger = self.state.ledger.clone();
        let agent_id = self.request.agent_id;
        let client = self.client.clone();
        let sent_at = earlier.as_ref().map_or(claim.now, |it| it.claimed_at);
        let hold = Arc::new(Hold::new(ledger.clone(), lease, claim));
        let outcome = {
            let starting = self.start(earlier, Some(&hold));
            match select(starting, pin!(hold.keep())).await {
                Either::Left((outcome, _)) => outcome,
                Either::Right((error, _)) => {
                    Err(RunError::OutcomeUnknown(Box::new(OutcomeUnknown {
                        agent_id,
                        sent_at: sent_at.into(),
                        created_after: None,
                        candidates: Vec::new(),
                        look_error: None,
                        error,
                    })))
                }
            }
        };
        // What can't be noted here is found by the next one who claims the key.
        let is_known = hold.state().task.is_some();
        match &outcome {
            Ok(_) | Err(RunError::NotRecorded { .. }) => (),
            Err(_) if is_known => (),
            Err(RunError::NotStarted(_)) => drop(ledger.forget(&hold.lease).await),
            Err(_) => drop(ledger.abandon(&hold.lease).await),
        }
        let known = hold.state().task.clone();
        match (outcome, known) {
            // The task was known when the hold on the key was lost.
            (Err(RunError::OutcomeUnknown(_)), Some(task)) => {
                hold.note(task.clone()).await?;
                let created = Provenance::Created;
                Ok(Started::new(client, task, None, created, Vec::new()))
            }
            (outcome, _) => outcome,
        }
    }
}

/// Tells the client's other runs that it is at a key.
struct AtIt {
    state: Arc<RunState>,
    key: String,
}

impl AtIt {
    fn new(state: Arc<RunState>, key: &str) -> Self {
        *state.keys().entry(key.to_owned()).or_default() += 1;
        Self {
            state,
            key: key.to_owned(),
        }
    }
}

impl Drop for AtIt {
    fn drop(&mut self) {
        let mut keys = self.state.keys();
        if let Some(count) = keys.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                keys.remove(&self.key);
            }
        }
    }
}

/// The line that names the run of a key: the same whoever sends it.
fn marker(key: &str, fingerprint: &str) -> String {
    let hash = Sha256::digest(format!("{fingerprint}{key}"));
    let name: String = hash[..16].iter().map(|it| format!("{it:02x}")).collect();
    marker_of(&name)
}

/// The line that names a run without a key.
pub(super) fn any_marker() -> String {
    marker_of(&Uuid::new_v4().simple().to_string())
}

fn marker_of(name: &str) -> String {
    format!("[run {name}]")
}

/// A key that is held.
#[derive(Debug)]
pub(super) struct Hold {
    ledger: Arc<dyn Ledger>,
    lease: Lease,
    time: Duration,
    state: Mutex<HoldState>,
}

#[derive(Debug)]
struct HoldState {
    /// When it was claimed or renewed last, by the clock that goes on while the machine sleeps.
    renewed: DateTime<Utc>,
    /// The task, once it is known, and whether it is noted.
    task: Option<TaskRef>,
    is_noted: bool,
}

impl Hold {
    fn new(ledger: Arc<dyn Ledger>, lease: Lease, claim: &Claim) -> Self {
        let state = Mutex::new(HoldState {
            renewed: claim.now,
            task: None,
            is_noted: false,
        });
        Self {
            ledger,
            lease,
            time: claim.lease_duration,
            state,
        }
    }

    pub(super) fn key(&self) -> &str {
        &self.lease.key
    }

    /// Makes sure that the key is held for long enough to send something.
    pub(super) async fn ensure(&self) -> Result<(), Error> {
        if self.age() < self.time / 4 {
            Ok(())
        } else {
            self.renew().await.map_err(of_ledger)
        }
    }

    /// Remembers the task, which is noted later: whoever comes after a crash has to look for its
    /// twins.
    pub(super) fn know(&self, task: TaskRef) {
        self.state().task = Some(task);
    }

    /// Notes the task.
    pub(super) async fn note(&self, task: TaskRef) -> Result<(), RunError> {
        if self.is_noted() {
            return Ok(());
        }
        self.know(task.clone());
        match self.ledger.record_task(&self.lease, &task).await {
            Ok(()) => {
                self.state().is_noted = true;
                Ok(())
            }
            Err(error) => Err(RunError::NotRecorded { task, error }),
        }
    }

    fn is_noted(&self) -> bool {
        self.state().is_noted
    }

    /// Renews it for as long as it is needed; ends with an error where it was lost.
    async fn keep(&self) -> Error {
        let mut pause = self.time / 3;
        loop {
            sleep(pause).await;
            if self.is_noted() {
                return std::future::pending().await;
            }
            match self.renew().await {
                Ok(()) => pause = self.time / 3,
                Err(_) if self.is_noted() => (),
                Err(error) if error.kind() == LedgerErrorKind::Lost => return of_ledger(error),
                Err(_) if self.age() < self.time => {
                    pause = (self.time / 3).min(self.time - self.age());
                }
                Err(error) => return of_ledger(error),
            }
        }
    }

    /// How long ago it was renewed.
    fn age(&self) -> Duration {
        let age = local_now() - self.state().renewed;
        age.to_std().unwrap_or_default()
    }

    async fn renew(&self) -> Result<(), LedgerError> {
        let now = local_now();
        self.ledger.renew(&self.lease, now, self.time).await?;
        self.state().renewed = now;
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, HoldState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
