//! Compares a ledger with the state machine, which takes the same steps.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Debug,
    time::Duration,
};

use chrono::{DateTime, Utc};
use fastrand::Rng;
use uuid::Uuid;

use super::trial::{Trial, agent, claim, minutes, nearly, noon, task};
use crate::{
    ids::{TaskId, TaskRef},
    ledger::{
        Claim, Doubts, Entry, Lease, Ledger, LedgerError, LedgerErrorKind, Recorded,
        state::{self, Change, Row, Step},
    },
    time::Moment,
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

    fn prune(&mut self, older_than: Duration, now: DateTime<Utc>) -> u64 {
        let before = self.0.len();
        self.0
            .retain(|_, row| !row.is_finished_for(older_than, now));
        (before - self.0.len()) as u64
    }

    fn of_task(&self, task_id: TaskId) -> Option<&Row> {
        self.0.values().find(|row| row.task_id() == Some(task_id))
    }
}

/// The ledger and its model, with the leases that claims have asked for.
struct Pair<'a, L> {
    trial: Trial<'a, L>,
    model: Model,
    /// The time by the model's clock. The ledger's has the same, but for what goes by meanwhile.
    now: DateTime<Utc>,
    leases: Vec<Lease>,
}

/// Takes the same pseudo-random steps with both. They move on from key to key and from task to
/// task, a few at a time, and every state meets every method.
///
/// Steps are taken every 7 min or a multiple of it, and no lease or other span ends less than 2 min
/// before or after one: the clocks may differ by a minute.
pub(super) async fn every_step_is_that_of_the_state_machine(trial: Trial<'_, impl Ledger>) {
    let mut random = Rng::with_seed(1);
    let mut pair = Pair {
        trial,
        model: Model::default(),
        now: noon(),
        leases: vec![Lease::from(&claim("a"))],
    };
    for number in 0..STEPS {
        pair.step(&mut random, number).await;
        if number.is_multiple_of(10) {
            pair.compare_queries().await;
        }
        let spans = random.u32(0..3);
        pair.trial.pass(7 * spans).await;
        pair.now = pair.now.later(minutes(7 * spans));
    }
    pair.compare_queries().await;
}

impl<L: Ledger> Pair<'_, L> {
    async fn step(&mut self, random: &mut Rng, number: u32) {
        let ledger = self.trial.ledger.clone();
        let now = self.now;
        // The lease of one of the last claims, granted or not.
        let recent = self.leases.len().saturating_sub(5);
        let lease = self.leases[random.usize(recent..self.leases.len())].clone();
        let key = lease.key.clone();
        let row = self.model.of_key(&key);
        let task = any_task(random, number);
        let task_id = task.task_id();
        let of_task = self.model.of_task(task_id);
        let key_of_task = of_task.map(|row| row.key.as_str());
        match random.u8(0..20) {
            0..=6 => {
                let claim = any_claim(random, number);
                let step = state::claim(self.model.of_key(&claim.key), &claim, now);
                let expected = self.model.apply(step);
                self.leases.push(Lease::from(&claim));
                let mut found = ledger.claim(&claim).await;
                if let (Ok(claimed), Ok(expected)) = (&mut found, &expected) {
                    *claimed = nearly(claimed.clone(), expected);
                }
                self.compare("claim", (&claim, ()), found, expected);
            }
            7..=9 => {
                let duration = minutes(7 * random.u32(1..7) + 2);
                let step = state::renew(row, &lease, duration, now);
                let expected = self.model.apply(step);
                let found = ledger.renew(&lease, duration).await;
                self.compare("renew", (&lease, duration), found, expected);
            }
            10..=11 => {
                let doubts = any_doubts(random);
                let step = state::record_task(row, key_of_task, &lease, &task, &doubts, now);
                let expected = self.model.apply(step);
                let found = ledger.record_task(&lease, &task, &doubts).await;
                self.compare("record_task", (&lease, &task, doubts), found, expected);
            }
            12 => {
                let expected = self.model.apply(state::withdraw(row, &lease));
                let found = ledger.withdraw(&lease).await;
                self.compare("withdraw", &lease, found, expected);
            }
            13..=14 => {
                let expected = self.model.apply(state::abandon(row, &lease, now));
                let found = ledger.abandon(&lease).await;
                self.compare("abandon", &lease, found, expected);
            }
            15 => {
                let step = state::record_finished(of_task, task_id, now);
                let expected = self.model.apply(Ok(step));
                let found = ledger.record_finished(task_id).await;
                self.compare("record_finished", task_id, found, expected);
            }
            16 => {
                let doubts = any_doubts(random);
                let step = state::record_doubts(of_task, &doubts);
                let expected = self.model.apply(Ok(step));
                let found = ledger.record_doubts(task_id, &doubts).await;
                self.compare("record_doubts", (task_id, doubts), found, expected);
            }
            17 => {
                let step = state::settle(row, key_of_task, &key, &task, now);
                let expected = self.model.apply(step);
                let found = ledger.settle(&key, &task).await;
                self.compare("settle", (&key, &task), found, expected);
            }
            18 => {
                let expected = self.model.apply(state::forget(row, &key, now));
                let found = ledger.forget(&key).await;
                self.compare("forget", &key, found, expected);
            }
            _ => {
                let older_than = minutes(7 * random.u32(0..40) + 2);
                let expected = self.model.prune(older_than, now);
                let found = ledger.prune(older_than).await;
                self.compare("prune", older_than, found, Ok(expected));
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
        let what = format!("{method}({arguments:?})");
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
            let alike = rows.filter(|row| row.is_lookalike(agent(), hash, self.now));
            let expected: Vec<String> = alike.map(|row| row.key.clone()).collect();
            trial.equal_lists("lookalikes", &found, &expected);
        }
        for (key, row) in &model.0 {
            let found = trial.ledger.recorded(key).await;
            let found = trial.works("recorded", found);
            let expected = state::recorded(Some(row), self.now);
            trial.equal("recorded", found.map(untimed), &expected.map(untimed));
        }
        let unknown = trial.ledger.recorded("unknown").await;
        let unknown = trial.works("recorded", unknown);
        trial.equal("recorded of an unknown key", unknown, &None);
        let numbers = 0..u128::from(STEPS / 25 + 4);
        let task_ids: Vec<TaskId> = numbers.map(|number| task(number).task_id()).collect();
        let found = trial.ledger.keys_of_tasks(&task_ids).await;
        let found = trial.works("keys_of_tasks", found);
        let rows = model.0.values();
        let with_task = rows.filter_map(|row| Some((row.task_id()?, row.key.clone())));
        let expected: HashMap<TaskId, String> = with_task.collect();
        trial.equal("keys_of_tasks", found, &expected);
    }
}

/// Leaves out the time since the claim, which goes on while the ledger answers.
fn untimed(mut recorded: Recorded) -> Recorded {
    recorded.claimed_ago = Duration::ZERO;
    recorded
}

fn any_claim(random: &mut Rng, number: u32) -> Claim {
    let key = number / 40 + random.u32(0..4);
    let hash = if key.is_multiple_of(3) { "m2" } else { "m1" };
    let mut claim = claim(&format!("key {key:03}"))
        .with_lookalike_hash(hash)
        .with_lease_duration(minutes(7 * random.u32(1..7) + 2))
        .with_local_time(noon().later(minutes(random.u32(0..1000))));
    if random.bool() {
        claim.server_time = None;
    }
    if random.u8(0..8) == 0 {
        claim.fingerprint = "other".to_owned();
    }
    claim
}

fn any_task(random: &mut Rng, number: u32) -> TaskRef {
    let task = task(u128::from(number / 25 + random.u32(0..4)));
    match random.u8(0..6) {
        0 => TaskRef::new(task.task_id()),
        1 => task.with_agent(Uuid::from_u128(8)),
        _ => task,
    }
}

fn any_doubts(random: &mut Rng) -> Doubts {
    let twins = (0..random.u128(0..3)).map(|number| task(1000 + number).task_id());
    Doubts::default().with_open(random.bool()).with_twins(twins)
}
