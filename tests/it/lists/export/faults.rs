//! Servers that fail during an export, or don't do what they are asked.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{TimeDelta, Utc};
use futures_util::{StreamExt, TryStreamExt};
use nanonets_agents::{ErrorKind, RetryPolicy, prelude::*, simulator::Fault};
use support::list::List;
use tokio::time::timeout;
use uuid::Uuid;

use super::stage::{LATENCY, NEWEST, all, ids, with_history};

#[tokio::test(start_paused = true)]
async fn an_inverted_time_range_is_refused_before_anything_is_sent() {
    let simulator = with_history(10);
    let client = simulator.in_process_client().expect("a client");
    let list = || {
        let now = Utc::now();
        client
            .list_tasks()
            .created_after(now)
            .created_before(now - TimeDelta::seconds(1))
    };
    let errors = [
        list().send().await.map(|_| ()),
        list().items().try_next().await.map(|_| ()),
        list().export().try_next().await.map(|_| ()),
    ];
    for error in errors {
        let error = error.expect_err("it is refused");
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(
            error.to_string().contains("exchange `created_after`"),
            "{error}"
        );
    }
    assert_eq!(simulator.count("list_tasks"), 0);
    // An instant is a range, since both ends belong to it.
    let now = Utc::now();
    let instant = client.list_tasks().created_after(now).created_before(now);
    instant.send().await.expect("an empty page");
}

#[tokio::test(start_paused = true)]
async fn a_failed_page_is_asked_for_again_when_the_export_goes_on() {
    let simulator = with_history(3_000);
    let client = simulator.in_process_client().expect("a client");
    let mut export = client.list_tasks().export();
    let mut found = Vec::new();
    for _ in 0..150 {
        found.push(
            export
                .next()
                .await
                .expect("a task")
                .expect("a task")
                .task_id,
        );
    }
    // No attempt of any shard gets through, for a while.
    simulator.inject(Fault::status_before(503).on("list_tasks").times(200));
    let mut failures = Vec::new();
    while let Some(task) = export.next().await {
        match task {
            Ok(task) => found.push(task.task_id),
            Err(error) => failures.push(error),
        }
    }
    assert!(
        failures.iter().any(|error| error.cursor().is_some()),
        "{failures:?}"
    );
    assert!(
        failures
            .iter()
            .all(|error| error.operation() == Some("list_tasks"))
    );
    assert!(found == all(&simulator));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_leads_back_ends_it_with_an_error_and_not_as_if_nothing_was_wrong() {
    for fault in [Fault::repeated_cursor(), Fault::repeated_page()] {
        let simulator = with_history(3_000);
        let client = simulator.in_process_client().expect("a client");
        let mut export = client.list_tasks().export();
        let first: Vec<Uuid> = ids(export.by_ref().take(50)).await;
        let state = export.state().expect("it goes well");
        simulator.inject(fault);
        let error = loop {
            match export.next().await.expect("it isn't the end") {
                Ok(_) => (),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::RepeatedCursor);
        assert!(export.next().await.is_none());
        assert_eq!(export.state(), None);
        simulator.clear_faults();
        let rest = export.resume_from(state);
        let rest = ids(rest.expect("the same list")).await;
        assert!([first, rest].concat() == all(&simulator));
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_not_sorted_is_refused_instead_of_losing_some_of_it() {
    let list = List::new(500, |number| NEWEST - (number as i64 ^ 64) * 60_000);
    let mut export = list.client().list_tasks().export();
    let error = export.try_next().await.expect_err("it can't be divided");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(
        error.to_string().contains("walk through it with `items`"),
        "{error}"
    );
    assert!(ids(list.client().list_tasks().items()).await == list.ids());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_narrow_the_list_is_refused() {
    let list = List::new(5_000, |number| NEWEST - number as i64 * 60_000).latency(LATENCY);
    let list = list.unnarrowed();
    let mut export = list.client().list_tasks().export();
    let failure = async {
        loop {
            match export
                .next()
                .await
                .expect("it doesn't end as if nothing was wrong")
            {
                Ok(_) => (),
                Err(error) => return error,
            }
        }
    };
    let error = timeout(Duration::from_secs(3), failure).await;
    let error = error.expect("it doesn't go on for ever");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.operation(), Some("list_tasks"));
    let text = error.to_string();
    assert!(text.contains("newer than it was asked for"), "{text}");
    assert!(list.requests() < 50, "{}", list.requests());
    assert!(export.next().await.is_none());
}

/// Every tenth task is damaged, or all but the newest thousand.
#[tokio::test(start_paused = true)]
async fn what_does_not_decode_is_reported_once_and_costs_no_more() {
    for (name, is_damaged) in [
        (
            "every tenth",
            (|number| number % 10 == 0) as fn(usize) -> bool,
        ),
        ("the older ones", |number| number >= 1_000),
    ] {
        let list = List::new(10_000, |number| NEWEST - number as i64 * 60_000).latency(LATENCY);
        let list = list.damaged(is_damaged);
        let reports = Arc::new(Mutex::new(Vec::new()));
        let reported = reports.clone();
        let export = list.client().list_tasks().export();
        let export = export.skip_undecodable(move |task| {
            let id = task.json["task_id"].as_str().expect("an id").to_owned();
            reported.lock().expect("no panic").push(id);
        });
        let good = (0..10_000).filter(|number| !is_damaged(*number));
        let good: Vec<Uuid> = good.map(|number| list.ids()[number]).collect();
        assert!(ids(export).await == good, "{name}");
        let reports = reports.lock().expect("no panic");
        let once: HashSet<&String> = reports.iter().collect();
        assert_eq!(
            (reports.len(), once.len()),
            (10_000 - good.len(), reports.len()),
            "{name}"
        );
        println!("{name}: {} requests", list.requests());
        assert!(list.requests() < 150, "{name}: {}", list.requests());
    }
}

/// All shards fail at once. By the time that the older ones are wanted, the outage is over.
#[tokio::test(start_paused = true)]
async fn one_outage_is_one_error() {
    let simulator = with_history(6_000);
    let client = simulator.in_process_client().expect("a client");
    let impatient = client.with(|options| options.retry(RetryPolicy::off()));
    let impatient = impatient.expect("options that can work");
    let mut export = impatient.list_tasks().export();
    let mut found: Vec<Uuid> = ids(export.by_ref().take(120)).await;
    simulator.inject(Fault::status_before(503).on("list_tasks"));
    let mut failures = 0;
    while let Some(task) = export.next().await {
        match task {
            Ok(task) => found.push(task.task_id),
            Err(_) => {
                failures += 1;
                simulator.clear_faults();
            }
        }
    }
    assert_eq!(failures, 1);
    assert!(found == all(&simulator));
}
