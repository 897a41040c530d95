//! Runs with keys: each is claimed in the ledger before it is sent, and its task recorded after.

use std::{pin::pin, sync::Arc, time::Duration};

use futures_util::future::{Either, select};
use tokio::time::sleep;

use super::{
    drive::Starter,
    error::{RunError, of_ledger},
    held_key::HeldKey,
    identity::{Identity, Marker},
    outcome_unknown::OutcomeUnknown,
    started::{Provenance, Started},
};
use crate::{
    error::Error,
    ledger::{Claim, Claimed, Intent, Lease},
    transport::local_now,
};

/// The longest key, in bytes.
const LONGEST_KEY: usize = 1024;
/// The longest pause before a key that another run holds is claimed again.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// The shortest one: the other lease may end at this very moment.
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);

/// Refuses a key that is empty or too long.
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

/// Starts the run of a key, unless the ledger has its task already.
pub(super) async fn start_once(mut starter: Starter, key: String) -> Result<Started, RunError> {
    let fingerprint = starter.request.fingerprint().await;
    let fingerprint = fingerprint.map_err(RunError::NotStarted)?;
    let has_marker = starter.policy.marker;
    let marker = has_marker.then(|| Marker::of_key(&key, &fingerprint));
    let identity = starter.request.identity(marker);
    let mut claim = Claim::new(key, starter.request.agent_id, fingerprint)
        .with_lookalike_hash(identity.lookalike_hash())
        .with_lease_duration(starter.policy.lease);
    claim.marker = identity.marker().map(Marker::to_string);
    let _in_use = starter.state.keys.enter(&claim.key);
    loop {
        claim.local_time = local_now();
        let claimed = starter.state.ledger.claim(&claim).await;
        match claimed.map_err(|error| RunError::NotStarted(of_ledger(error)))? {
            Claimed::New(lease) => {
                return start_held(starter, identity, lease, &claim, None).await;
            }
            Claimed::InDoubt(lease, earlier) => {
                let mut intent = earlier.intent;
                // The moment of the first claim, by the clock of this machine.
                intent.local_time = claim.local_time - earlier.claimed_ago;
                // The earlier process has sent the request with the marker of its claim.
                let marker = intent.marker.clone().map(Marker::stored);
                let identity = starter.request.identity(marker);
                return start_held(starter, identity, lease, &claim, Some(intent)).await;
            }
            Claimed::Started(recorded) => {
                let task = recorded.task;
                starter.state.siblings.own(task.task_id());
                return Ok(Started::of(starter.client, task, Provenance::Recorded));
            }
            Claimed::Held(rest) => {
                sleep(rest.clamp(SHORTEST_PAUSE, LONGEST_PAUSE)).await;
            }
            Claimed::Conflict => {
                return Err(RunError::NotStarted(Error::invalid_request(format!(
                    "the key {:?} belongs to another request: another query, output, file or \
                     agent; use another key for this one",
                    claim.key
                ))));
            }
        }
    }
}

/// Starts the run while the key is held, and settles the key by the outcome.
async fn start_held(
    starter: Starter,
    identity: Identity,
    lease: Lease,
    claim: &Claim,
    earlier: Option<Intent>,
) -> Result<Started, RunError> {
    let client = starter.client.clone();
    let agent_id = starter.request.agent_id;
    let held = Arc::new(HeldKey::new(starter.state.ledger.clone(), lease, claim));
    let sent_at = earlier
        .as_ref()
        .map_or(claim.local_time, |intent| intent.local_time);
    let outcome = {
        let starting = pin!(starter.start(identity, earlier, Some(held.clone())));
        match select(starting, pin!(held.keep_renewing())).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right((error, _)) => Err(RunError::OutcomeUnknown(Box::new(
                OutcomeUnknown::new(agent_id, sent_at, error),
            ))),
        }
    };
    match (outcome, held.task()) {
        // The task was known when the lease was lost.
        (Err(RunError::OutcomeUnknown(_)), Some(task)) => {
            held.record(task.clone()).await?;
            Ok(Started::of(client, task, Provenance::Created))
        }
        (Err(RunError::NotStarted(error)), None) => {
            held.forget().await;
            Err(RunError::NotStarted(error))
        }
        (Err(error @ RunError::OutcomeUnknown(_)), None) => {
            held.abandon().await;
            Err(error)
        }
        (outcome, _) => outcome,
    }
}
