//! The promises about what isn't settled of a run that has a task.

use super::trial::{Trial, task};
use crate::{
    ids::TaskId,
    ledger::{Doubts, Ledger},
};

fn twin(number: u128) -> TaskId {
    task(number).task_id()
}

pub(super) async fn doubts_are_kept_beside_the_task(trial: Trial<'_, impl Ledger>) {
    let lease = trial.lease("a").await;
    let doubts = Doubts::default()
        .with_open(true)
        .with_twins([twin(2), twin(3)]);
    let recorded = trial.ledger.record_task(&lease, &task(1), &doubts).await;
    trial.works("recording a task with doubts", recorded);
    let recorded = trial.is_started("it is started", "a", 1).await;
    trial.equal("its doubts", &recorded.doubts, &&doubts);
    trial.record_finished(1).await;
    let recorded = trial.is_started("it is finished", "a", 1).await;
    trial.equal("its doubts, when finished", &recorded.doubts, &&doubts);
    let key = trial.key_of_task(2).await;
    trial.equal("a twin isn't the key's task", key, &None);
}

pub(super) async fn doubts_add_up_until_they_are_replaced(trial: Trial<'_, impl Ledger>) {
    let lease = trial.lease("a").await;
    let (open, known) = (
        Doubts::default().with_open(true),
        Doubts::default().with_twins([twin(2)]),
    );
    for doubts in [&open, &known, &known] {
        let recorded = trial.ledger.record_task(&lease, &task(1), doubts).await;
        trial.works("recording the task, each time with other doubts", recorded);
    }
    let both = open.clone().with_twins([twin(2)]);
    let recorded = trial.is_started("it is started", "a", 1).await;
    trial.equal("all of its doubts", &recorded.doubts, &&both);
    let unknown = trial.ledger.record_doubts(twin(2), &open).await;
    trial.works("doubts about a task that no key has", unknown);
    for doubts in [&known, &Doubts::default()] {
        let replaced = trial.ledger.record_doubts(twin(1), doubts).await;
        trial.works("replacing them", replaced);
        let recorded = trial.is_started("it is started", "a", 1).await;
        trial.equal("the last doubts", &recorded.doubts, &doubts);
        trial.equal("it isn't finished", recorded.is_finished, &false);
    }
}
