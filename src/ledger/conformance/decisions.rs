//! The promises about what a person decides.

use std::time::Duration;

use uuid::Uuid;

use super::trial::{Trial, claim, minutes, task};
use crate::{
    ids::TaskRef,
    ledger::{
        Ledger,
        LedgerErrorKind::{Held, Mismatch, UnknownKey},
    },
};

pub(super) async fn a_person_settles_a_key(trial: Trial<'_, impl Ledger>) {
    let abandoned = trial.lease("a").await;
    trial.abandon(&abandoned).await;
    let expired = trial.lease("b").await;
    trial.pass(70).await;
    for (key, number, lease) in [("a", 1, &abandoned), ("b", 2, &expired)] {
        // An agent that isn't named may be the key's.
        let task = TaskRef::new(task(number).task_id());
        for what in ["settling", "settling again"] {
            trial.works(what, trial.ledger.settle(key, &task).await);
        }
        let recorded = trial.is_started("it is started", key, number).await;
        let open = (recorded.is_finished, recorded.doubts.is_open);
        trial.equal(
            "it isn't finished, and has no doubts",
            open,
            &(false, false),
        );
        let found = trial.key_of_task(number).await;
        trial.equal("the key of its task", found.as_deref(), &Some(key));
        trial.is_lost("renewing", trial.renew(lease).await);
        let other = trial.try_record_task(lease, 3).await;
        trial.is_lost("recording another task", other);
    }
    let unknown = trial.ledger.settle("c", &task(3)).await;
    trial.fails("settling an unknown key", unknown, UnknownKey);
}

pub(super) async fn only_a_fitting_task_settles_a_key(trial: Trial<'_, impl Ledger>) {
    let (first, second) = (trial.lease("a").await, trial.lease("b").await);
    trial.record_task(&first, 1).await;
    trial.abandon(&second).await;
    let foreign = task(2).with_agent(Uuid::from_u128(8));
    for (what, key, task) in [
        ("another key's task", "b", task(1)),
        ("another agent's task", "b", foreign),
        ("a second task", "a", task(2)),
    ] {
        trial.fails(what, trial.ledger.settle(key, &task).await, Mismatch);
    }
    trial.is_started("nothing was changed", "a", 1).await;
    trial.is_in_doubt("nor here", &claim("b"), 0, 0).await;
}

pub(super) async fn a_person_forgets_a_key(trial: Trial<'_, impl Ledger>) {
    let forget = async |key: &str| {
        trial.works("forgetting", trial.ledger.forget(key).await);
        trial.lease(key).await
    };
    let lease = trial.lease("a").await;
    trial.abandon(&lease).await;
    let lease = forget("a").await;
    trial.pass(70).await;
    let expired = lease;
    let lease = forget("a").await;
    trial.is_lost("the earlier lease", trial.renew(&expired).await);
    trial.record_task(&lease, 1).await;
    let lease = forget("a").await;
    trial.equal("the task's key", trial.key_of_task(1).await, &None);
    trial.record_task(&lease, 1).await;
    trial.record_finished(1).await;
    let lease = forget("a").await;
    let other = trial.lease("b").await;
    trial.record_task(&other, 1).await;
    trial.is_lost(
        "its task is another key's",
        trial.try_record_task(&lease, 1).await,
    );
    let unknown = trial.ledger.forget("c").await;
    trial.fails("forgetting an unknown key", unknown, UnknownKey);
}

pub(super) async fn a_running_lease_is_not_ended(trial: Trial<'_, impl Ledger>) {
    let lease = trial.lease("a").await;
    trial.pass(50).await;
    trial.fails("settling", trial.ledger.settle("a", &task(1)).await, Held);
    trial.fails("forgetting", trial.ledger.forget("a").await, Held);
    trial.is_held("nothing was changed", "a", 10).await;
    trial.works("renewing", trial.renew(&lease).await);
}

pub(super) async fn finished_keys_are_pruned(trial: Trial<'_, impl Ledger>) {
    let prune =
        async |older_than: Duration| trial.works("pruning", trial.ledger.prune(older_than).await);
    trial.equal("an empty ledger", prune(Duration::ZERO).await, &0);
    for (number, key) in [(1, "old"), (2, "new"), (3, "started")] {
        let lease = trial.lease(key).await;
        trial.record_task(&lease, number).await;
    }
    let abandoned = trial.lease("abandoned").await;
    trial.abandon(&abandoned).await;
    trial.lease("claimed").await;
    trial.record_finished(1).await;
    trial.pass(60).await;
    trial.record_finished(2).await;
    // It doesn't count as finished once more.
    trial.record_finished(1).await;
    trial.pass(60).await;
    trial.equal("older than all", prune(minutes(150)).await, &0);
    trial.equal("older than all time", prune(Duration::MAX).await, &0);
    trial.equal("older than one", prune(minutes(90)).await, &1);
    trial.lease("old").await;
    trial.equal("the task's key", trial.key_of_task(1).await, &None);
    trial.is_started("the newer one is kept", "new", 2).await;
    trial.equal("the other one", prune(minutes(30)).await, &1);
    trial.pass(600).await;
    trial.equal("nothing else is finished", prune(Duration::ZERO).await, &0);
    trial
        .is_started("what isn't finished is kept", "started", 3)
        .await;
    for key in ["abandoned", "claimed"] {
        let next = claim(key);
        let held_ago = if key == "claimed" { 660 } else { 720 };
        trial.is_in_doubt("in doubt", &next, 720, held_ago).await;
    }
}
