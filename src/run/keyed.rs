//! Runs with keys: each is claimed in the ledger before it is sent, and its task recorded after.

use std::{pin::pin, sync::Arc, time::Duration};

use futures_util::future::{Either, select};
use tokio::{
    runtime::Handle,
    time::{Instant, sleep},
};
use tracing::Instrument;

use super::{
    drive::{Starter, Stopped},
    error::{RunError, of_ledger},
    held_key::{HeldKey, ReleaseOnDrop},
    identity::{Identity, Marker},
    observe,
    probe::Prober,
    started::{Provenance, Started},
    twin_search::{TwinSearch, cancel, doubts},
    window::{Beginning, server_time},
};
use crate::{
    api::Client,
    error::Error,
    ids::TaskRef,
    ledger::{Claim, Claimed, Doubts, Earlier, Lease, Ledger, LedgerError, Recorded},
    transport::local_now,
    twin::{Twin, Twins},
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
pub(super) async fn start_once(starter: Starter, key: String) -> Result<Started, RunError> {
    let mut run = KeyedRun {
        starter,
        started: None,
        is_open: false,
    };
    let (mut claim, identity) = run.prepare(key).await?;
    let mut is_waiting = false;
    loop {
        run.date(&mut claim);
        let claimed = claimed(run.starter.state.ledger.clone(), claim.clone()).await;
        let claimed = claimed.map_err(|error| RunError::NotStarted(of_ledger(error)))?;
        let started = match claimed {
            Claimed::New(lease) => run.start(identity.clone(), lease, &claim, None).await,
            Claimed::InDoubt(lease, earlier) => {
                observe::key_in_doubt(run.starter.request.agent_id);
                // The earlier process has sent the request with the marker of its claim.
                let identity = run.identity_of(earlier.intent.marker.as_ref());
                run.start(identity, lease, &claim, Some(earlier)).await
            }
            Claimed::Started(recorded) => return Ok(run.recorded(recorded).await),
            Claimed::Held(rest) => {
                if !is_waiting {
                    observe::key_held(run.starter.request.agent_id, rest);
                    is_waiting = true;
                }
                sleep(rest.clamp(SHORTEST_PAUSE, LONGEST_PAUSE)).await;
                continue;
            }
            Claimed::Conflict => {
                return Err(RunError::NotStarted(Error::invalid_request(format!(
                    "the key {:?} belongs to another request: another query, output, file, \
                     agent or extra; use another key for this one",
                    claim.key
                ))));
            }
        };
        match started {
            Ok(started) => return Ok(started),
            Err(Stopped::Failed(error)) => return Err(error),
            // The ledger tells what became of the key.
            Err(Stopped::KeyLost { task, is_open }) => {
                run.started = task.or(run.started);
                run.is_open |= is_open;
            }
        }
    }
}

/// Claims a key. Where the caller goes away meanwhile, what the ledger has claimed is given back.
async fn claimed(ledger: Arc<dyn Ledger>, claim: Claim) -> Result<Claimed, LedgerError> {
    let claiming = async move {
        let claimed = ledger.claim(&claim).await?;
        Ok(Unclaimed {
            ledger,
            claimed: Some(claimed),
        })
    };
    match tokio::spawn(claiming.in_current_span()).await {
        Ok(claimed) => claimed.map(Unclaimed::take),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Its runtime shuts down, which drops this future as well.
            Err(_) => std::future::pending().await,
        },
    }
}

/// What a claim has brought, until its caller has it.
struct Unclaimed {
    ledger: Arc<dyn Ledger>,
    claimed: Option<Claimed>,
}

impl Unclaimed {
    fn take(mut self) -> Claimed {
        let claimed = self.claimed.take();
        claimed.expect("it is taken once, since that consumes it")
    }
}

impl Drop for Unclaimed {
    fn drop(&mut self) {
        let (Some(claimed), Ok(runtime)) = (self.claimed.take(), Handle::try_current()) else {
            return;
        };
        let ledger = self.ledger.clone();
        runtime.spawn(async move {
            // Where the ledger fails, the lease runs out.
            let _ = match claimed {
                Claimed::New(lease) => ledger.withdraw(&lease).await,
                Claimed::InDoubt(lease, _) => ledger.abandon(&lease).await,
                Claimed::Held(_) | Claimed::Started(_) | Claimed::Conflict => Ok(()),
            };
        });
    }
}

/// Returns what was started, as far as the ledger knows it.
pub(super) fn started_of(client: &Client, recorded: Recorded) -> Started {
    let Recorded {
        task,
        is_finished,
        doubts,
        ..
    } = recorded;
    // No other run of this client may adopt it.
    client.runs().siblings.own(task.task_id());
    let twins = doubts.twins.iter().map(|twin| Twin::new(*twin));
    let twins = Twins::none().with_found(twins).with_open(doubts.is_open);
    Started::of(client.clone(), task, Provenance::Recorded)
        .with_finished(is_finished)
        .with_twins(twins)
}

/// A run with a key, over all claims that it makes.
struct KeyedRun {
    starter: Starter,
    /// The task that the run has started itself, which the ledger didn't take.
    started: Option<TaskRef>,
    /// Whether one of its requests may start a task that isn't known.
    is_open: bool,
}

impl KeyedRun {
    async fn prepare(&mut self, key: String) -> Result<(Claim, Identity), RunError> {
        let starter = &mut self.starter;
        let fingerprint = starter.request.fingerprint().await;
        let fingerprint = fingerprint.map_err(RunError::NotStarted)?;
        let marker = starter.policy.marker.then(Marker::random);
        let identity = starter.request.identity(marker);
        let mut claim = Claim::new(key, starter.request.agent_id, fingerprint)
            .with_lookalike_hash(identity.lookalike_hash())
            .with_lease_duration(starter.policy.lease);
        claim.marker = identity.marker().map(Marker::to_string);
        Ok((claim, identity))
    }

    /// Dates a claim that is about to be made, which may be long after the one before.
    fn date(&self, claim: &mut Claim) {
        let Starter { client, state, .. } = &self.starter;
        let now = Instant::now();
        let dated = client.transport().clock().at(now);
        claim.local_time = local_now();
        claim.server_time = server_time(dated, &state.tasks_clock, now, claim.local_time);
    }

    fn identity_of(&self, marker: Option<&String>) -> Identity {
        let marker = marker.cloned().map(Marker::stored);
        self.starter.request.identity(marker)
    }

    /// Starts the run while the key is held, and settles the key by the outcome.
    async fn start(
        &mut self,
        identity: Identity,
        lease: Lease,
        claim: &Claim,
        earlier: Option<Earlier>,
    ) -> Result<Started, Stopped> {
        let starter = &mut self.starter;
        let is_new = earlier.is_none();
        let ledger = starter.state.ledger.clone();
        let held = HeldKey::new(ledger, lease, claim.lease_duration, is_new);
        let held = Arc::new(held);
        let release = ReleaseOnDrop::new(held.clone(), is_new);
        let _in_use = starter.state.keys.enter(&claim.key);
        if let Some(task) = self.started.take() {
            let doubts = Doubts::default().with_open(self.is_open);
            let recorded = held.record(&task, &doubts).await;
            release.disarm();
            let twins = Twins::none().with_open(self.is_open);
            return Err(match recorded {
                // The next claim gets it, like any other.
                Ok(()) => Stopped::KeyLost {
                    task: None,
                    is_open: self.is_open,
                },
                Err(error) => RunError::NotRecorded { task, twins, error }.into(),
            });
        }
        let outcome = {
            let starting = pin!(starter.start(identity, earlier, Some(held.clone())));
            match select(starting, pin!(held.keep_renewing())).await {
                Either::Left((outcome, _)) => outcome,
                Either::Right((never, _)) => match never {},
            }
        };
        match &outcome {
            Err(Stopped::Failed(RunError::NotStarted(_))) if is_new => held.withdraw().await,
            // An earlier process may have started a task all the same.
            Err(Stopped::Failed(RunError::NotStarted(_) | RunError::OutcomeUnknown(_))) => {
                held.abandon().await;
            }
            // It may hold the key all the same, where another key has its task: then the next claim
            // would wait for its own lease.
            Err(Stopped::KeyLost { .. }) => held.abandon().await,
            _ => (),
        }
        release.disarm();
        outcome
    }

    /// Returns the task that the ledger has, with what it knows of twins.
    async fn recorded(&mut self, recorded: Recorded) -> Started {
        let starter = &self.starter;
        let client = &starter.client;
        let Recorded {
            task,
            is_finished,
            intent,
            claimed_ago,
            doubts: stored,
            ..
        } = recorded;
        let task_id = task.task_id();
        starter.state.siblings.own(task_id);
        let twins = stored.twins.iter().map(|twin| Twin::new(*twin));
        let is_open = stored.is_open || self.is_open;
        let mut twins = Twins::none().with_found(twins).with_open(is_open);
        let mut is_news = is_open != stored.is_open;
        if let Some(own) = self.started.take().filter(|own| own.task_id() != task_id) {
            let is_cancelled = cancel(client, &starter.policy, *own.task_id().as_uuid()).await;
            let twin = Twin::new(own)
                .with_certain(true)
                .with_cancelled(is_cancelled);
            observe::twin(task_id, &twin);
            twins.merge(Twins::none().with_found([twin]).with_open(is_open));
            is_news = true;
        }
        if is_news {
            // Where the ledger fails, the caller is told all the same.
            let _ = starter
                .state
                .ledger
                .record_doubts(task_id, &doubts(&twins))
                .await;
        }
        let identity = Arc::new(self.identity_of(intent.marker.as_ref()));
        let agent_id = starter.request.agent_id;
        let prober = Prober::new(starter.state.clone(), agent_id, identity, None);
        prober.own_twins(&twins);
        if twins.is_open() || !twins.found().is_empty() {
            let earlier = Earlier::new(intent, claimed_ago, claimed_ago);
            let search = TwinSearch {
                open: prober.keep_open(),
                prober,
                beginning: Beginning::now(Some(earlier)),
                policy: starter.policy.clone(),
                last_sent: None,
                unaccounted: None,
                task_id: *task_id.as_uuid(),
                known: twins.clone(),
                ledger: Some(starter.state.ledger.clone()),
            };
            client.last_looks().add(task_id, Arc::new(search));
        }
        Started::of(client.clone(), task, Provenance::Recorded)
            .with_finished(is_finished)
            .with_twins(twins)
    }
}
