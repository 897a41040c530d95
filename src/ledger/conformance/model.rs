//! Compares a ledger with the state machine, which takes the same steps.

use std::{collections::BTreeMap, fmt::Debug, time::Duration};

use super::trial::{Trial, agent, at, claim, task};
use crate::{
    ids::TaskId,
    ledger::{
        Claim, Entry, Lease, Ledger, LedgerError, LedgerErrorKind,
        state::{self, Change, Row, Step},
    },
};

const STEPS: u32 = 600;

/// The rows that the ledger should have.
#[derive(Default)]
struct Model(BTreeMap<String, Row>);

impl Model {
    fn apply<T>(&mut self, step: Result<Step<T>, LedgerError>) -> Result<T, LedgerErrorKind> {
        let Step { answer, change } = step.map_err(|error| error.kind())?;
        match change {
            Change::Keep => {}
            Change::Put(row) => drop(self.0.insert(row.key.clone(), row)),
            Change::Delete(key) => drop(self.0.remove(&key)),
        }
        Ok(answer)
    }

    fn of_key(&self, key: &str) -> Option<&Row> {
        self.0.get(key)
    }

    fn of_task(&self, task_id: TaskId) -> Option<&Row> {
        self.0.values().find(|row| row.task_id() == Some(task_id))
    }
}

/// The ledger and its model, with the leases that claims have asked for.
struct Pair<L> {
    trial: Trial<L>,
    model: Model,
    leases: Vec<Lease>,
}

/// Takes the same pseudo-random steps with both. They move on from key to key and from task to
/// task, a few at a time, and every state meets every method.
pub(super) async fn every_step_is_that_of_the_state_machine(trial: Trial<impl Ledger>) {
    let mut random = fastrand::Rng::with_seed(1);
    let mut pair = Pair {
        trial,
        model: Model::default(),
        leases: vec![Lease::from(&claim("a", 0))],
    };
    for number in 0..STEPS {
        pair.step(&mut random, number).await;
        if number.is_multiple_of(10) {
            pair.compare_queries().await;
        }
    }
    pair.compare_queries().await;
}

impl<L: Ledger> Pair<L> {
    async fn step(&mut self, random: &mut fastrand::Rng, number: u32) {
        let ledger = self.trial.ledger.clone();
        let now = at(seconds(number));
        // The lease of one of the last claims, granted or not.
        let recent = self.leases.len().saturating_sub(5);
        let lease = self.leases[random.usize(recent..self.leases.len())].clone();
        let row = self.model.of_key(&lease.key);
        let task = task(u128::from(number / 25 + random.u32(0..4)));
        match random.u8(0..10) {
            0..=3 => {
                let claim = any_claim(random, number);
                let step = state::claim(self.model.of_key(&claim.key), &claim);
                let expected = self.model.apply(Ok(step));
                self.leases.push(Lease::from(&claim));
                let found = ledger.claim(&claim).await;
                self.compare("claim", (&claim, ()), found, expected);
            }
            4..=5 => {
                let duration = Duration::from_secs(random.u64(10..90));
                let step = state::renew(row, &lease, now, duration);
                let expected = self.model.apply(step);
                let found = ledger.renew(&lease, now, duration).await;
                self.compare("renew", (&lease, now), found, expected);
            }
            6 => {
                let of_task = self.model.of_task(task.task_id());
                let key_of_task = of_task.map(|row| row.key.as_str());
                let step = state::record_task(row, key_of_task, &lease, &task);
                let expected = self.model.apply(step);
                let found = ledger.record_task(&lease, &task).await;
                self.compare("record_task", (&lease, &task), found, expected);
            }
            7 => {
                let expected = self.model.apply(state::forget(row, &lease));
                let found = ledger.forget(&lease).await;
                self.compare("forget", (&lease, ()), found, expected);
            }
            8 => {
                let expected = self.model.apply(state::abandon(row, &lease));
                let found = ledger.abandon(&lease).await;
                self.compare("abandon", (&lease, ()), found, expected);
            }
            _ => {
                let task_id = task.task_id();
                let step = state::record_finished(self.model.of_task(task_id), task_id);
                let expected = self.model.apply(Ok(step));
                let found = ledger.record_finished(task_id).await;
                self.compare("record_finished", (task_id, ()), found, expected);
            }
        }
    }

    fn compare<T: Debug + PartialEq>(
        &self,
        method: &str,
        arguments: impl Debug,
        found: Result<T, LedgerError>,
        expected: Result<T, LedgerErrorKind>,
    ) {
        let found = found.map_err(|error| error.kind());
        let what = format!("{method}{arguments:?}");
        self.trial.equal(&what, found, &expected);
    }

    async fn compare_queries(&self) {
        let (trial, model) = (&self.trial, &self.model);
        let unfinished = trial.ledger.unfinished_after(None, usize::MAX).await;
        let unfinished = trial.works("unfinished_after", unfinished);
        let expected: Vec<Entry> = model.0.values().filter_map(Row::unfinished).collect();
        trial.equal_lists("unfinished_after", &unfinished, &expected);
        for hash in ["m1", "m2"] {
            let found = trial.ledger.lookalikes(agent(), hash).await;
            let mut found = trial.works("lookalikes", found);
            found.sort();
            let rows = model.0.values();
            let alike = rows.filter(|row| row.is_lookalike(agent(), hash));
            let expected: Vec<String> = alike.map(|row| row.key.clone()).collect();
            trial.equal_lists("lookalikes", &found, &expected);
        }
        for number in 0..u128::from(STEPS / 25 + 4) {
            let task_id = task(number).task_id();
            let expected = model.of_task(task_id).map(|row| row.key.clone());
            trial.equal("key_of_task", trial.key_of_task(number).await, &expected);
        }
    }
}

fn any_claim(random: &mut fastrand::Rng, number: u32) -> Claim {
    let key = number / 40 + random.u32(0..4);
    let hash = if key.is_multiple_of(3) { "m2" } else { "m1" };
    let mut claim = claim(&format!("key {key:03}"), seconds(number)).with_lookalike_hash(hash);
    if random.u8(0..8) == 0 {
        claim.fingerprint = "other".to_owned();
    }
    claim
}

/// Returns when a step is taken.
fn seconds(number: u32) -> i64 {
    i64::from(number) * 13
}
