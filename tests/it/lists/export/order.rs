//! An export yields every task once and newest first, for any shape of the list.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt};
use nanonets_agents::{
    ErrorKind,
    prelude::*,
    types::{TaskListItem, TaskStatus},
};
use support::{
    list::{List, Shown},
    stage::seed,
};

use super::stage::{LATENCY, NEWEST, Time, ids, times, with_history};

#[tokio::test(start_paused = true)]
async fn every_task_comes_once_and_newest_first() {
    let mut random = fastrand::Rng::with_seed(seed("EXPORT_SEED"));
    let second = 1_000;
    let year = 31_536_000 * second;
    let mut histories: Vec<(&str, usize, Time)> = vec![
        ("none", 0, Box::new(|_| NEWEST)),
        ("one", 1, Box::new(|_| NEWEST)),
        (
            "a page and one",
            101,
            Box::new(|number| NEWEST - number as i64),
        ),
        (
            "even",
            3_000,
            Box::new(move |number| NEWEST - 60 * second * number as i64),
        ),
        ("one second", 2_000, Box::new(|_| NEWEST)),
        (
            "hundreds of equal times",
            3_000,
            Box::new(move |number| NEWEST - number as i64 / 350 * 7 * second),
        ),
        (
            "equal times, and fractions",
            3_000,
            Box::new(move |number| NEWEST - 700 - number as i64 / 350 * 1_300),
        ),
        (
            "years between",
            1_500,
            Box::new(move |number| NEWEST - number as i64 / 150 * year - number as i64 * second),
        ),
        (
            "a burst under a sparse year",
            3_000,
            Box::new(move |number| {
                NEWEST - number.min(200) as i64 * year / 200 - number as i64 * 10
            }),
        ),
        (
            "a sparse year under a burst",
            3_000,
            Box::new(move |number| {
                NEWEST - number as i64 * 10 - number.saturating_sub(2_800) as i64 * year / 200
            }),
        ),
    ];
    for _ in 0..4 {
        let times = times(&mut random, 4_000);
        histories.push((
            "as people do",
            4_000,
            Box::new(move |number| times[number.min(3_999)]),
        ));
    }
    for (name, count, time) in histories {
        let time = Arc::new(time);
        for (shown, shards) in [
            (Shown::Truncated, 1),
            (Shown::Truncated, 8),
            (Shown::Rounded, 3),
            (Shown::Whole, 32),
        ] {
            let time = time.clone();
            let list = List::new(count, move |number| time(number));
            let list = list.shown(shown).latency(LATENCY);
            let tasks = ids(list.client().list_tasks().export().shards(shards)).await;
            assert!(tasks == list.ids(), "{name}, {shown:?}, {shards} shards");
            assert!(list.most_at_once() <= shards, "{name}, {shards} shards");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn filters_hold_for_every_shard() {
    let simulator = with_history(5_000);
    let client = simulator.in_process_client().expect("a client");
    let narrowed = || {
        let list = client
            .list_tasks()
            .status([TaskStatus::Failed, TaskStatus::Stopped]);
        list.q("TASK").agent_id(simulator.agent_id())
    };
    let items: Vec<TaskListItem> = narrowed().items().try_collect().await.expect("a list");
    assert!(items.len() > 3_000);
    let (after, before) = (items[2_500].created_at, items[200].created_at);
    let narrowed = || narrowed().created_after(after).created_before(before);
    let expected = ids(narrowed().items()).await;
    assert!((2_000..3_000).contains(&expected.len()));
    for shards in [1, 8] {
        assert!(ids(narrowed().export().shards(shards)).await == expected);
    }
    // No request asked for older tasks.
    let requests = simulator.requests();
    assert!(
        requests
            .iter()
            .filter(|request| request.query.contains("created_before"))
            .all(|request| {
                request.query.contains("created_after")
                    && request.query.contains("status=failed%2Cstopped")
            })
    );
}

#[tokio::test(start_paused = true)]
async fn from_1_to_256_shards_work() {
    for shards in [1, 256] {
        let list = List::new(3_000, |number| NEWEST - number as i64 * 60_000).latency(LATENCY);
        assert!(ids(list.client().list_tasks().export().shards(shards)).await == list.ids());
    }
}

#[tokio::test(start_paused = true)]
async fn another_number_of_shards_is_refused_before_anything_is_sent() {
    for shards in [0, 257, usize::MAX] {
        let list = List::new(10, |number| NEWEST - number as i64);
        let mut export = list.client().list_tasks().export().shards(shards);
        let error = export.try_next().await.expect_err("it is refused");
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.operation(), Some("list_tasks"));
        assert!(error.to_string().contains("from 1 to 256"), "{error}");
        assert!(export.next().await.is_none());
        assert_eq!(list.requests(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn large_pages_are_taken_as_they_come() {
    let list = List::new(50_000, |number| NEWEST - number as i64 * 1_000).page_size(10_000);
    assert!(ids(list.client().list_tasks().items()).await == list.ids());
    assert_eq!(list.requests(), 5);
    assert!(ids(list.client().list_tasks().export()).await == list.ids());
    assert!(list.requests() < 25, "{}", list.requests());
}
