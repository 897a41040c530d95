//! Runs with keys: noted in the ledger before they are sent, and their tasks after.

use std::{
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::TimeDelta;
use futures_util::future::{Either, select};
use sha2::{Digest, Sha256};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::{
    error::{OutcomeUnknown, RunError, of_ledger},
    fingerprint::fingerprint,
    start::Starter,
    started::{Provenance, Started},
};
use crate::{
    api::Client,
    error::Error,
    ledger::{Claim, Claimed, Intent, Lease, Ledger, LedgerError, LedgerErrorKind},
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
        check(&key).map_err(RunError::NotStarted)?;
        self.request
            .check_files()
            .await
            .map_err(RunError::NotStarted)?;
        let fingerprint = fingerprint(&mut self.request)
            .await
            .map_err(RunError::NotStarted)?;
        let mut claim = Claim {
            marker: self.policy.marker.then(|| marker(&key, &fingerprint)),
            key,
            fingerprint,
            agent_id: self.request.agent_id,
            holder: Uuid::new_v4(),
            now: Default::default(),
            lease: self.policy.lease,
        };
        let ledger = self.state.ledger.clone();
        loop {
            let clock = self.client.inner.clock();
            claim.now = clock.local(Instant::now());
            let claimed = ledger.claim(&claim).await;
            match claimed.map_err(|it| RunError::NotStarted(of_ledger(it)))? {
                Claimed::New(lease) => {
                    self.request.marker = claim.marker;
                    return self.start_held(lease, None).await;
                }
                Claimed::InDoubt(lease, intent) => {
                    self.request.marker = intent.marker.clone();
                    return self.start_held(lease, Some(intent)).await;
                }
                Claimed::Started(task) => {
                    self.state.siblings.own(task.task_id());
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
        earlier: Option<Intent>,
    ) -> Result<Started, RunError> {
        let ledger = self.state.ledger.clone();
        let agent_id = self.request.agent_id;
        let client = self.client.clone();
        let hold = Hold::new(client.clone(), ledger.clone(), lease, self.policy.lease);
        let sent_at = client.inner.clock().local(Instant::now()).into();
        let outcome = {
            let starting = pin!(self.start(earlier, Some(&hold)));
            match select(starting, pin!(hold.keep())).await {
                Either::Left((outcome, _)) => outcome,
                Either::Right((error, _)) => {
                    return Err(RunError::OutcomeUnknown(Box::new(OutcomeUnknown {
                        agent_id,
                        sent_at,
                        created_after: None,
                        candidates: Vec::new(),
                        look_error: None,
                        error,
                    })));
                }
            }
        };
        let lease = &hold.lease;
        match outcome {
            Ok(started) => match ledger.started(lease, started.reference()).await {
                Ok(()) => Ok(started),
                Err(error) => Err(RunError::NotRecorded {
                    task: started.reference().clone(),
                    error,
                }),
            },
            // What can't be noted here is found by the next one who claims the key.
            Err(error @ RunError::NotStarted(_)) => {
                let _ = ledger.release(lease).await;
                Err(error)
            }
            Err(error) => {
                let _ = ledger.leave(lease).await;
                Err(error)
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
pub(super) struct Hold {
    client: Client,
    ledger: Arc<dyn Ledger>,
    lease: Lease,
    time: Duration,
    /// Until when it is held for sure.
    until: Mutex<Instant>,
}

impl Hold {
    fn new(client: Client, ledger: Arc<dyn Ledger>, lease: Lease, time: Duration) -> Self {
        let until = Mutex::new(Instant::now() + time);
        Self {
            client,
            ledger,
            lease,
            time,
            until,
        }
    }

    /// Makes sure that the key is held for long enough to send something.
    pub(super) async fn ensure(&self) -> Result<(), Error> {
        let rest = self.until().saturating_duration_since(Instant::now());
        match rest > self.time / 2 {
            true => Ok(()),
            false => self.renew().await.map_err(of_ledger),
        }
    }

    /// Renews it for as long as it is needed; ends with an error where it was lost.
    async fn keep(&self) -> Error {
        loop {
            sleep(self.time / 3).await;
            match self.renew().await {
                Ok(()) => (),
                Err(error) if error.kind() == LedgerErrorKind::Lost => return of_ledger(error),
                Err(_) if Instant::now() < *self.until() => (),
                Err(error) => return of_ledger(error),
            }
        }
    }

    async fn renew(&self) -> Result<(), LedgerError> {
        let now = Instant::now();
        let local = self.client.inner.clock().local(now);
        let time = TimeDelta::from_std(self.time).unwrap_or(TimeDelta::MAX);
        self.ledger.renew(&self.lease, local + time).await?;
        *self.until() = now + self.time;
        Ok(())
    }

    fn until(&self) -> MutexGuard<'_, Instant> {
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
