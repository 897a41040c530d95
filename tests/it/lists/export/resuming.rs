//! Exports that stop and go on, while the list changes.

use std::{collections::HashSet, time::Duration};

use futures_util::{StreamExt, TryStreamExt};
use nanonets_agents::{
    ErrorKind, RetryPolicy,
    pages::ExportState,
    prelude::*,
    simulator::Fault,
    types::{TaskListItem, TaskStatus},
};
use support::{list::List, stage::seed};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::stage::{LATENCY, NEWEST, all, create, ids, with_history};

#[tokio::test(start_paused = true)]
async fn what_is_created_meanwhile_is_not_in_it() {
    let simulator = with_history(1_000);
    let client = simulator.in_process_client().expect("a client");
    // These share their second with tasks that are created after the export begins.
    for _ in 0..250 {
        create(&simulator, &client, 1).await;
    }
    let expected = all(&simulator);
    let mut export = client.list_tasks().export();
    let mut found = Vec::new();
    while let Some(task) = export.try_next().await.expect("a task") {
        found.push(task.task_id);
        if found.len() % 40 == 1 {
            create(&simulator, &client, 1).await;
        }
        if found.len() % 400 == 1 {
            // The stored state excludes the new tasks, too.
            let stored =
                serde_json::to_string(&export.state().expect("it goes well")).expect("text");
            let state = serde_json::from_str(&stored).expect("a state");
            let rest = client.list_tasks().export();
            export = rest.resume_from(state).expect("the same list");
        }
    }
    assert!(found == expected);
    assert_eq!(simulator.tasks().len(), expected.len() + 32);
}

/// The export is killed twenty times, and goes on from a state that was stored some time before.
#[tokio::test(start_paused = true)]
async fn an_export_survives_changes_faults_and_kills() {
    let mut random = fastrand::Rng::with_seed(seed("EXPORT_SEED"));
    let simulator = with_history(12_000);
    let client = simulator.in_process_client().expect("a client");
    let mut live = Vec::new();
    for _ in 0..600 {
        live.push(create(&simulator, &client, random.u64(..120_000)).await);
    }
    let expected = all(&simulator);
    let fault = |fault: Fault| fault.on("list_tasks").chance(0.05);
    simulator.inject(fault(Fault::status_before(503)));
    simulator.inject(fault(Fault::reset_after()));
    simulator.inject(fault(Fault::cut_body(500)));
    simulator.inject(fault(Fault::empty_page()));
    simulator.inject(Fault::delay(LATENCY).on("list_tasks"));

    let mut stored =
        serde_json::to_string(&client.list_tasks().export().state().expect("it goes well"))
            .expect("text");
    let mut found: Vec<Uuid> = Vec::new();
    let mut written = 0;
    let (mut kills, mut failures) = (0, 0);
    // Without retries, the export itself must get over failures.
    let exporting = client.with(|options| options.retry(RetryPolicy::off()));
    let exporting = exporting.expect("options that can work");
    'lives: loop {
        found.truncate(written);
        let state = serde_json::from_str(&stored).expect("a state");
        let export = exporting.list_tasks().export().shards(random.usize(1..12));
        let mut export = export.resume_from(state).expect("the same list");
        let life = match kills {
            20 => usize::MAX,
            _ => random.usize(..1_200),
        };
        for lived in 0..life {
            // An export that has stalled fails the test instead of hanging it.
            let next = timeout(Duration::from_secs(3_600), export.next()).await;
            match next.expect("it goes on") {
                Some(Ok(task)) => found.push(task.task_id),
                Some(Err(error)) => {
                    assert!(error.is_retryable(), "{error}");
                    failures += 1;
                }
                None => break 'lives,
            }
            if random.f64() < 0.005 {
                stored =
                    serde_json::to_string(&export.state().expect("it goes well")).expect("text");
                written = found.len();
            }
            match random.u32(..500) {
                0 => live.push(create(&simulator, &client, random.u64(..120_000)).await),
                1 => {
                    let task = client.task(random.choice(&live).expect("there are some").clone());
                    task.cancel().await.expect("it is cancelled");
                }
                2 => sleep(Duration::from_secs(random.u64(..5))).await,
                _ => (),
            }
            if lived + 1 == life {
                kills += 1;
            }
        }
        // It may have been killed before its first item.
        if life == 0 {
            kills += 1;
        }
    }
    println!(
        "{kills} kills, {failures} failures, {} requests",
        simulator.count("list_tasks")
    );
    assert_eq!(kills, 20);
    assert!(failures >= 10, "{failures}");
    let doubles = found.len() - found.iter().collect::<HashSet<_>>().len();
    assert_eq!(doubles, 0);
    assert!(
        found == expected,
        "{} found, {} expected",
        found.len(),
        expected.len()
    );
    let ended = |status: &str| {
        simulator
            .tasks()
            .iter()
            .filter(|task| task.status == status)
            .count()
    };
    println!(
        "{} stopped, {} completed",
        ended("stopped"),
        ended("completed")
    );
}

#[tokio::test(start_paused = true)]
async fn it_goes_on_behind_any_task() {
    let list = List::new(730, |number| {
        NEWEST - number as i64 / 150 * 5_000 - number as i64 * 300
    });
    let client = list.client();
    let expected = list.ids();
    for taken in (0..730).step_by(7).chain([100, 200, 729, 730, 731]) {
        let mut export = client.list_tasks().export();
        let first: Vec<Uuid> = ids(export.by_ref().take(taken)).await;
        let stored = serde_json::to_string(&export.state().expect("it goes well")).expect("text");
        drop(export);
        let state: ExportState<TaskListItem> = serde_json::from_str(&stored).expect("a state");
        let rest = client.list_tasks().export().shards(3).resume_from(state);
        let rest = ids(rest.expect("the same list")).await;
        assert!([first, rest].concat() == expected, "behind {taken}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_state_of_another_list_is_refused() {
    let simulator = with_history(300);
    let client = simulator.in_process_client().expect("a client");
    let mut export = client.list_tasks().agent_id(simulator.agent_id()).export();
    export.next().await.expect("a task").expect("a task");
    let state = export.state().expect("it goes well");
    let error = client
        .list_tasks()
        .status([TaskStatus::Failed])
        .export()
        .resume_from(state)
        .expect_err("it is of another list");
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let text = error.to_string();
    assert!(
        text.contains("agent_id=") && text.contains("status=\"failed\""),
        "{text}"
    );
}
