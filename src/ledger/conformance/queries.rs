//! The promises of what a ledger is asked about its keys.

use futures_util::TryStreamExt;
use uuid::Uuid;

use super::trial::{Trial, agent, claim, task};
use crate::{
    ids::{AgentId, TaskId},
    ledger::{Doubts, Ledger, LedgerExt},
};

pub(super) async fn tasks_lead_to_their_keys(trial: Trial<'_, impl Ledger>) {
    let is_recorded = |number: u128| number < 60;
    for number in (0..100).filter(|number| is_recorded(*number)) {
        let lease = trial.lease(&format!("key {number}")).await;
        trial.record_task(&lease, number).await;
    }
    let task_ids: Vec<TaskId> = (0..100).map(|number| task(number).task_id()).collect();
    let found = trial.ledger.keys_of_tasks(&task_ids).await;
    let found = trial.works("the keys of many tasks", found);
    let expected = (0..100)
        .filter(|number| is_recorded(*number))
        .map(|number| (task(number).task_id(), format!("key {number}")))
        .collect();
    trial.equal("tasks and keys", found, &expected);
    let none = trial.ledger.keys_of_tasks(&[]).await;
    let none = trial.works("the keys of no task", none);
    trial.equal("how many", none.len(), &0);
}

pub(super) async fn a_key_leads_to_what_is_recorded(trial: Trial<'_, impl Ledger>) {
    let looked_up = async |key: &str| {
        let found = trial.ledger.recorded(key).await;
        let found = trial.works("what is recorded of a key", found);
        found.map(|recorded| (recorded.task, recorded.is_finished, recorded.doubts))
    };
    trial.equal("an unknown key", looked_up("a").await, &None);
    let lease = trial.lease("a").await;
    trial.equal("a key without a task", looked_up("a").await, &None);
    let doubts = Doubts::default().with_open(true);
    let recorded = trial.ledger.record_task(&lease, &task(1), &doubts).await;
    trial.works("the task is recorded", recorded);
    let expected = Some((task(1), false, doubts.clone()));
    trial.equal("a started key", looked_up("a").await, &expected);
    trial.record_finished(1).await;
    let expected = Some((task(1), true, doubts));
    trial.equal("a finished key", looked_up("a").await, &expected);
    trial.is_started("a key that was looked up", "a", 1).await;
}

pub(super) async fn what_is_unfinished_is_streamed(trial: Trial<'_, impl Ledger>) {
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
            trial.record_finished(number).await;
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

pub(super) async fn a_task_belongs_to_one_key(trial: Trial<'_, impl Ledger>) {
    let (first, second) = (trial.lease("a").await, trial.lease("b").await);
    trial.record_task(&first, 1).await;
    let taken = trial.try_record_task(&second, 1).await;
    trial.is_lost("recording another key's task", taken);
    let key = trial.key_of_task(1).await;
    trial.equal("nothing was changed", key.as_deref(), &Some("a"));
}

async fn lookalikes(trial: &Trial<'_, impl Ledger>, agent_id: AgentId) -> Vec<String> {
    let keys = trial.ledger.lookalikes(agent_id, "m1").await;
    let mut keys = trial.works("looking for them", keys);
    keys.sort();
    keys
}

pub(super) async fn lookalikes_are_claimed_and_have_the_same_hash(trial: Trial<'_, impl Ledger>) {
    let started = trial.lease("a").await;
    trial.record_task(&started, 1).await;
    trial.lease("b").await;
    let abandoned = trial.lease("c").await;
    trial.abandon(&abandoned).await;
    trial.claim(&claim("d").with_lookalike_hash("m2")).await;
    let found = lookalikes(&trial, agent()).await;
    trial.equal("the keys", found, &["b", "c"]);
    let found = lookalikes(&trial, AgentId::from(Uuid::from_u128(8))).await;
    trial.equal("another agent's keys", found, &Vec::<String>::new());
}

/// A request that had no answer isn't carried out any more after 10 min.
pub(super) async fn old_keys_are_no_lookalikes(trial: Trial<'_, impl Ledger>) {
    let abandoned = trial.lease("abandoned").await;
    let renewed = trial.lease("renewed").await;
    trial.lease("expired").await;
    trial.abandon(&abandoned).await;
    trial.pass(5).await;
    let found = lookalikes(&trial, agent()).await;
    trial.equal("soon", found, &["abandoned", "expired", "renewed"]);
    trial.pass(10).await;
    let found = lookalikes(&trial, agent()).await;
    trial.equal("while the leases go on", found, &["expired", "renewed"]);
    trial.works("renewing", trial.renew(&renewed).await);
    trial.pass(50).await;
    let found = lookalikes(&trial, agent()).await;
    trial.equal("soon after a lease", found, &["expired", "renewed"]);
    trial.pass(15).await;
    let found = lookalikes(&trial, agent()).await;
    trial.equal("later", found, &["renewed"]);
}

/// A key with a task may have another one, of a request that is still in doubt.
pub(super) async fn keys_with_doubts_are_lookalikes(trial: Trial<'_, impl Ledger>) {
    let lease = trial.lease("a").await;
    let doubts = Doubts::default().with_open(true);
    let recorded = trial.ledger.record_task(&lease, &task(1), &doubts).await;
    trial.works("recording with doubts", recorded);
    let found = lookalikes(&trial, agent()).await;
    trial.equal("while there are doubts", found, &["a"]);
    let id = task(1).task_id();
    let settled = trial.ledger.record_doubts(id, &Doubts::default()).await;
    trial.works("removing the doubts", settled);
    let found = lookalikes(&trial, agent()).await;
    trial.equal("when there are none", found, &Vec::<String>::new());
}

pub(super) async fn keys_are_any_text(trial: Trial<'_, impl Ledger>) {
    for key in ["'; DROP TABLE runs; --", "naïve ✓", " a ", "A", "a"] {
        trial.lease(key).await;
    }
}
