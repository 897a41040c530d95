//! The promises of claims and leases, with the expected answers spelled out.

use std::time::Duration;

use futures_util::future::join_all;

use super::trial::{Trial, claim, noon};
use crate::ledger::{Claim, Claimed, Lease, Ledger, LedgerErrorKind};

use crate::time::Moment;

const HOUR: Duration = Duration::from_secs(3600);

pub(super) async fn a_new_key_is_claimed_and_started_once(trial: Trial<'_, impl Ledger>) {
    let lease = trial.lease("a").await;
    trial.record_task(&lease, 1).await;
    trial.pass(10).await;
    let recorded = trial.is_started("the task is found again", "a", 1).await;
    trial.equal("it isn't finished", recorded.is_finished, &false);
    let seconds = recorded.claimed_ago.as_secs();
    trial.equal("minutes since the claim", (seconds + 30) / 60, &10);
    trial.record_task(&lease, 1).await;
    let other = trial.try_record_task(&lease, 2).await;
    trial.is_lost("another task for the same key", other);
    trial.record_finished(1).await;
    let recorded = trial.is_started("the finished task", "a", 1).await;
    trial.equal("it is finished", recorded.is_finished, &true);
}

pub(super) async fn a_key_is_held_until_its_lease_ends(trial: Trial<'_, impl Ledger>) {
    let lease = trial.lease("a").await;
    trial.pass(40).await;
    trial.is_held("the lease goes on", "a", 20).await;
    trial.works("renewing", trial.renew(&lease).await);
    trial.pass(40).await;
    trial.is_held("the lease was renewed", "a", 20).await;
    trial.pass(30).await;
    trial.is_in_doubt("it ended", &claim("a"), 110, 10).await;
}

pub(super) async fn a_lost_lease_is_noticed(trial: Trial<'_, impl Ledger>) {
    let first = trial.lease("a").await;
    trial.pass(70).await;
    trial.is_in_doubt("it ended", &claim("a"), 70, 10).await;
    let ledger = &trial.ledger;
    trial.is_lost("renewing", trial.renew(&first).await);
    trial.is_lost("withdrawing", ledger.withdraw(&first).await);
    trial.is_lost("abandoning", ledger.abandon(&first).await);
    trial.is_held("nothing was changed", "a", 60).await;
}

pub(super) async fn an_expired_lease_can_be_renewed_until_the_key_is_taken(
    trial: Trial<'_, impl Ledger>,
) {
    let lease = trial.lease("a").await;
    trial.pass(70).await;
    let renewed = trial.renew(&lease).await;
    trial.works("no other claim has taken the key", renewed);
    trial.is_held("the lease goes on", "a", 60).await;
}

pub(super) async fn a_task_is_recorded_even_after_the_lease_was_lost(
    trial: Trial<'_, impl Ledger>,
) {
    let first = trial.lease("a").await;
    trial.pass(70).await;
    trial.is_in_doubt("it ended", &claim("a"), 70, 10).await;
    trial.record_task(&first, 1).await;
    trial.is_started("the task is kept", "a", 1).await;
}

/// The holder must learn before it sends that another one has started the run.
pub(super) async fn no_lease_is_renewed_once_a_task_is_recorded(trial: Trial<'_, impl Ledger>) {
    let first = trial.lease("a").await;
    trial.pass(70).await;
    let second = trial.is_in_doubt("it ended", &claim("a"), 70, 10).await;
    trial.record_task(&first, 1).await;
    for (what, lease) in [("the holder", &second), ("the earlier holder", &first)] {
        trial.is_lost(what, trial.renew(lease).await);
        trial.is_lost(what, trial.ledger.withdraw(lease).await);
        trial.is_lost(what, trial.ledger.abandon(lease).await);
    }
    trial.is_started("the task is kept", "a", 1).await;
}

pub(super) async fn an_abandoned_key_is_in_doubt_at_once(trial: Trial<'_, impl Ledger>) {
    let lease = trial.lease("a").await;
    trial.pass(20).await;
    trial.abandon(&lease).await;
    let next = claim("a");
    trial.is_in_doubt("the next claim", &next, 20, 0).await;
    trial.abandon(&Lease::from(&next)).await;
    trial.pass(15).await;
    let next = claim("a");
    trial.is_in_doubt("a later claim", &next, 35, 15).await;
}

/// A renewal may arrive after the holder has given up.
pub(super) async fn an_abandoned_key_is_not_renewed(trial: Trial<'_, impl Ledger>) {
    let lease = trial.lease("a").await;
    trial.abandon(&lease).await;
    trial.is_lost("renewing", trial.renew(&lease).await);
    trial.is_lost("withdrawing", trial.ledger.withdraw(&lease).await);
    trial.is_in_doubt("the next claim", &claim("a"), 0, 0).await;
}

pub(super) async fn a_withdrawn_key_is_new(trial: Trial<'_, impl Ledger>) {
    let first = trial.lease("a").await;
    trial.works("withdrawing", trial.ledger.withdraw(&first).await);
    let recorded = trial.try_record_task(&first, 1).await;
    trial.is_lost("recording a task of a withdrawn key", recorded);
    trial.lease("a").await;
}

pub(super) async fn a_key_belongs_to_one_request(trial: Trial<'_, impl Ledger>) {
    let first = trial.lease("a").await;
    let other = Claim {
        fingerprint: "other".to_owned(),
        ..claim("a")
    };
    let claimed = trial.claim(&other).await;
    trial.equal("while it is claimed", claimed, &Claimed::Conflict);
    trial.record_task(&first, 1).await;
    let claimed = trial.claim(&other).await;
    trial.equal("when it is started", claimed, &Claimed::Conflict);
}

pub(super) async fn a_key_in_doubt_keeps_its_first_intent(trial: Trial<'_, impl Ledger>) {
    trial.lease("a").await;
    for round in 1..4 {
        trial.pass(70).await;
        let mut next = claim("a").with_marker(format!("marker {round}"));
        next.local_time = next.local_time.later(HOUR.saturating_mul(round));
        next.server_time = (round == 1).then_some(noon());
        trial
            .is_in_doubt("a claim with another intent", &next, 70 * round, 10)
            .await;
    }
    let first = claim("a");
    trial.pass(70).await;
    let lease = trial.is_in_doubt("the last claim", &first, 280, 10).await;
    trial.record_task(&lease, 1).await;
    trial.is_started("when it is started", "a", 1).await;
}

/// The clocks of two machines may be hours apart.
pub(super) async fn the_clocks_of_callers_change_nothing(trial: Trial<'_, impl Ledger>) {
    trial.lease("a").await;
    for (round, behind, ahead) in [(1, 2, 0), (2, 0, 2), (3, 0, 0)] {
        trial.pass(30).await;
        let local_time = noon()
            .earlier(HOUR.saturating_mul(behind))
            .later(HOUR.saturating_mul(ahead));
        let found = trial.claim(&claim("a").with_local_time(local_time)).await;
        if !matches!(found, Claimed::Held(_)) {
            trial.breach(&format!(
                "a caller {behind} h behind and {ahead} h ahead: found {found:?}"
            ));
        }
        trial.pass(40).await;
        let next = claim("a").with_local_time(local_time);
        let next = next.with_server_time(local_time);
        trial
            .is_in_doubt("a caller whose clock is off", &next, 70 * round, 10)
            .await;
        trial.is_held("the other caller", "a", 60).await;
    }
}

pub(super) async fn a_lease_lasts_a_day_at_most(trial: Trial<'_, impl Ledger>) {
    const DAY: Duration = Duration::from_secs(86_400);
    let lease = trial.lease("held").await;
    for duration in [
        Duration::ZERO,
        DAY.saturating_add(Duration::from_secs(1)),
        Duration::MAX,
    ] {
        let what = format!("a lease of {duration:?}");
        let claim = claim("a").with_lease_duration(duration);
        let claimed = trial.ledger.claim(&claim).await;
        trial.fails(&what, claimed, LedgerErrorKind::Invalid);
        let renewed = trial.ledger.renew(&lease, duration).await;
        trial.fails(&what, renewed, LedgerErrorKind::Invalid);
    }
    trial.is_held("nothing was changed", "held", 60).await;
    let a_day = claim("a").with_lease_duration(DAY);
    let new = Claimed::New(Lease::from(&a_day));
    trial.equal("a lease of a day", trial.claim(&a_day).await, &new);
    let renewed = trial.ledger.renew(&lease, DAY).await;
    trial.works("renewing for a day", renewed);
    trial.is_held("the day", "held", 24 * 60).await;
}

pub(super) async fn of_many_claims_one_gets_the_key(trial: Trial<'_, impl Ledger>) {
    for what in ["a new key", "a key in doubt"] {
        let claims = join_all((0..16).map(|_| {
            let ledger = trial.ledger.clone();
            tokio::spawn(async move { ledger.claim(&claim("a")).await })
        }));
        let mut got = 0;
        for joined in claims.await {
            let claimed = joined.unwrap_or_else(|error| trial.breach(&error.to_string()));
            if !matches!(trial.works("a claim", claimed), Claimed::Held(_)) {
                got += 1;
            }
        }
        trial.equal(&format!("how many of 16 claims get {what}"), got, &1);
        trial.pass(70).await;
    }
}
