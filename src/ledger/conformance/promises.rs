//! One check for each promise, with the expected answers spelled out.

use futures_util::{TryStreamExt, future::join_all};
use uuid::Uuid;

use super::trial::{MINUTE, Trial, agent, at, claim, marker, task};
use crate::{
    ids::AgentId,
    ledger::{Claim, Claimed, Intent, Lease, Ledger, LedgerExt},
};

pub(super) async fn a_new_key_is_claimed_and_started_once(trial: Trial<impl Ledger>) {
    let lease = trial.lease("a").await;
    trial.record_task(&lease, 1).await;
    let again = trial.claim(&claim("a", 1)).await;
    trial.equal("the task is found again", again, &Claimed::Started(task(1)));
    trial.record_task(&lease, 1).await;
    let other = trial.ledger.record_task(&lease, &task(2)).await;
    trial.is_lost("another task for the same key", other);
}

pub(super) async fn a_key_is_held_until_its_lease_ends(trial: Trial<impl Ledger>) {
    let lease = trial.lease("a").await;
    let held = trial.claim(&claim("a", 59)).await;
    trial.equal("the lease goes on", held, &Claimed::Held(at(60)));
    let renewed = trial.ledger.renew(&lease, at(40), MINUTE).await;
    trial.works("renewing", renewed);
    let held = trial.claim(&claim("a", 99)).await;
    trial.equal("the lease was renewed", held, &Claimed::Held(at(100)));
    let next = claim("a", 100);
    let intent = Intent::new(at(0), Some(marker("a")));
    let in_doubt = Claimed::InDoubt(Lease::from(&next), intent);
    trial.equal("it ended", trial.claim(&next).await, &in_doubt);
}

pub(super) async fn a_lost_lease_is_noticed(trial: Trial<impl Ledger>) {
    let first = trial.lease("a").await;
    trial.claim(&claim("a", 60)).await;
    let ledger = &trial.ledger;
    trial.is_lost("renewing", ledger.renew(&first, at(140), MINUTE).await);
    trial.is_lost("forgetting", ledger.forget(&first).await);
    trial.is_lost("abandoning", ledger.abandon(&first).await);
    let held = trial.claim(&claim("a", 61)).await;
    trial.equal("nothing was changed", held, &Claimed::Held(at(120)));
}

pub(super) async fn an_expired_lease_can_be_renewed_until_the_key_is_taken(
    trial: Trial<impl Ledger>,
) {
    let lease = trial.lease("a").await;
    let renewed = trial.ledger.renew(&lease, at(70), MINUTE).await;
    trial.works("no other claim has taken the key", renewed);
    let held = trial.claim(&claim("a", 71)).await;
    trial.equal("the lease goes on", held, &Claimed::Held(at(130)));
}

pub(super) async fn a_task_is_recorded_even_after_the_lease_was_lost(trial: Trial<impl Ledger>) {
    let first = trial.lease("a").await;
    trial.claim(&claim("a", 60)).await;
    trial.record_task(&first, 1).await;
    let again = trial.claim(&claim("a", 61)).await;
    trial.equal("the task is kept", again, &Claimed::Started(task(1)));
}

pub(super) async fn an_abandoned_key_is_in_doubt_at_once(trial: Trial<impl Ledger>) {
    let lease = trial.lease("a").await;
    let ledger = &trial.ledger;
    trial.works("abandoning", ledger.abandon(&lease).await);
    trial.is_lost("renewing", ledger.renew(&lease, at(1), MINUTE).await);
    trial.is_lost("forgetting", ledger.forget(&lease).await);
    let again = trial.claim(&claim("a", 1)).await;
    if !matches!(again, Claimed::InDoubt(..)) {
        trial.breach(&format!("the next claim: found {again:?}"));
    }
}

pub(super) async fn a_forgotten_key_is_new(trial: Trial<impl Ledger>) {
    let first = trial.lease("a").await;
    trial.works("forgetting", trial.ledger.forget(&first).await);
    let recorded = trial.ledger.record_task(&first, &task(1)).await;
    trial.is_lost("recording a task of a forgotten key", recorded);
    trial.lease("a").await;
}

pub(super) async fn a_key_belongs_to_one_request(trial: Trial<impl Ledger>) {
    let first = trial.lease("a").await;
    let other = Claim {
        fingerprint: "other".to_owned(),
        ..claim("a", 100)
    };
    let claimed = trial.claim(&other).await;
    trial.equal("while it is claimed", claimed, &Claimed::Conflict);
    trial.record_task(&first, 1).await;
    let claimed = trial.claim(&other).await;
    trial.equal("when it is started", claimed, &Claimed::Conflict);
}

pub(super) async fn a_key_in_doubt_keeps_its_first_intent(trial: Trial<impl Ledger>) {
    trial.lease("a").await;
    trial.claim(&claim("a", 60)).await;
    let third = claim("a", 120);
    let intent = Intent::new(at(0), Some(marker("a")));
    let in_doubt = Claimed::InDoubt(Lease::from(&third), intent);
    trial.equal("the third claim", trial.claim(&third).await, &in_doubt);
}

pub(super) async fn tasks_lead_to_their_keys(trial: Trial<impl Ledger>) {
    let lease = trial.lease("a").await;
    trial.record_task(&lease, 1).await;
    let key = trial.key_of_task(1).await;
    trial.equal("a recorded task", key.as_deref(), &Some("a"));
    let key = trial.key_of_task(2).await;
    trial.equal("an unknown task", key, &None);
}

pub(super) async fn what_is_unfinished_is_streamed(trial: Trial<impl Ledger>) {
    // More than one page, in the order of the keys' bytes, which a collation would change.
    let key = |number: u128| {
        let prefix = ["B", "_", "a", "é"][usize::try_from(number / 63).expect("below 250")];
        format!("{prefix}{number:03}")
    };
    let is_started = |number: u128| number.is_multiple_of(2);
    let is_finished = |number: u128| number.is_multiple_of(4);
    for number in 0..250 {
        let lease = trial.lease(&key(number)).await;
        if is_started(number) {
            trial.record_task(&lease, number).await;
        }
        if is_finished(number) {
            let finished = trial.ledger.record_finished(task(number).task_id()).await;
            trial.works("recording a finished task", finished);
        }
    }
    let unknown = trial.ledger.record_finished(task(999).task_id()).await;
    trial.works("recording an unknown task as finished", unknown);
    let unfinished: Result<Vec<_>, _> = trial.ledger.unfinished().try_collect().await;
    let unfinished = trial.works("streaming", unfinished);
    let expected: Vec<_> = (0..250u128)
        .filter(|number| !is_finished(*number))
        .map(|number| {
            let task = is_started(number).then(|| task(number));
            (key(number), task)
        })
        .collect();
    let found: Vec<_> = unfinished
        .into_iter()
        .map(|entry| (entry.key, entry.task))
        .collect();
    trial.equal_lists("the entries", &found, &expected);
}

pub(super) async fn a_task_belongs_to_one_key(trial: Trial<impl Ledger>) {
    let (first, second) = (trial.lease("a").await, trial.lease("b").await);
    trial.record_task(&first, 1).await;
    let taken = trial.ledger.record_task(&second, &task(1)).await;
    trial.is_lost("recording another key's task", taken);
    let key = trial.key_of_task(1).await;
    trial.equal("nothing was changed", key.as_deref(), &Some("a"));
}

pub(super) async fn lookalikes_are_claimed_and_have_the_same_hash(trial: Trial<impl Ledger>) {
    let started = trial.lease("a").await;
    trial.record_task(&started, 1).await;
    trial.lease("b").await;
    let abandoned = trial.lease("c").await;
    trial.works("abandoning", trial.ledger.abandon(&abandoned).await);
    trial.claim(&claim("d", 0).with_lookalike_hash("m2")).await;
    let lookalikes = trial.ledger.lookalikes(agent(), "m1").await;
    let mut lookalikes = trial.works("looking for them", lookalikes);
    lookalikes.sort();
    trial.equal("the keys", lookalikes, &["b", "c"]);
    let other = AgentId::from(Uuid::from_u128(8));
    let elsewhere = trial.ledger.lookalikes(other, "m1").await;
    let elsewhere = trial.works("looking at another agent", elsewhere);
    trial.equal("another agent's keys", elsewhere, &Vec::<String>::new());
}

pub(super) async fn keys_are_any_text(trial: Trial<impl Ledger>) {
    for key in ["'; DROP TABLE runs; --", "naïve ✓", " a ", "A", "a"] {
        trial.lease(key).await;
    }
}

pub(super) async fn of_many_claims_one_gets_the_key(trial: Trial<impl Ledger>) {
    for seconds in [0, 60] {
        let claims = join_all((0..16).map(|_| {
            let ledger = trial.ledger.clone();
            tokio::spawn(async move { ledger.claim(&claim("a", seconds)).await })
        }));
        let mut got = 0;
        for joined in claims.await {
            let claimed = joined.unwrap_or_else(|error| trial.breach(&error.to_string()));
            if !matches!(trial.works("a claim", claimed), Claimed::Held(_)) {
                got += 1;
            }
        }
        trial.equal("how many of 16 claims get the key", got, &1);
    }
}
