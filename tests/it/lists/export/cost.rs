//! What an export costs in requests, time and memory.

use chrono::DateTime;
use futures_util::{StreamExt, TryStreamExt};
use nanonets_agents::{prelude::*, types::TaskListItem};
use support::{list::List, stage::seed};
use tokio::time::{Instant, sleep};

use super::stage::{LATENCY, NEWEST, Time, all, ids, times, with_history};

#[tokio::test(start_paused = true)]
async fn eight_shards_are_as_many_times_faster_but_for_what_dividing_costs() {
    let list = List::new(20_000, |number| NEWEST - 30_000 * number as i64).latency(LATENCY);
    let start = Instant::now();
    let tasks: Vec<TaskListItem> = list
        .client()
        .list_tasks()
        .items()
        .try_collect()
        .await
        .expect("all tasks");
    let alone = start.elapsed();
    assert_eq!((tasks.len(), list.requests()), (20_000, 200));

    let start = Instant::now();
    assert!(ids(list.client().list_tasks().export().shards(8)).await == list.ids());
    let ratio = alone.as_secs_f64() / start.elapsed().as_secs_f64();
    let requests = list.requests() - 200;
    println!("figure export_virtual {ratio:.2} ratio, {requests} requests");
    assert!(ratio >= 6.0, "{ratio}");
    assert!(requests <= 240, "{requests}");
    assert_eq!(list.most_at_once(), 8);
}

/// Returns the number of requests of an export of evenly created tasks, and how many latencies it
/// took.
async fn cost(tasks: usize, shards: usize, since: Option<i64>) -> (usize, u128) {
    let list = List::new(tasks, |number| NEWEST - 30_000 * number as i64).latency(LATENCY);
    let start = Instant::now();
    let client = list.client();
    let export = client.list_tasks();
    let export = match since.and_then(DateTime::from_timestamp_millis) {
        Some(since) => export.created_after(since),
        None => export,
    };
    ids(export.export().shards(shards)).await;
    let rounds = start.elapsed().as_millis() / LATENCY.as_millis();
    (list.requests(), rounds)
}

/// Bursts at regular times make a list look denser than it is.
#[tokio::test(start_paused = true)]
async fn regular_bursts_do_not_cost_many_requests() {
    let (minute, hour, day) = (60_000, 3_600_000, 86_400_000);
    let histories: [(&str, Time); 6] = [
        (
            "120 equal times a day",
            Box::new(move |number| -(number as i64 / 120 * day)),
        ),
        (
            "900 equal times a day",
            Box::new(move |number| -(number as i64 / 900 * day)),
        ),
        (
            "105 in a second, every hour",
            Box::new(move |number| -(number as i64 / 105 * hour + number as i64 % 105 * 9)),
        ),
        (
            "150 equal times, then 100 hourly",
            Box::new(move |number| {
                let (round, rest) = (number as i64 / 250, number as i64 % 250);
                -(round * 101 * hour + (rest - 149).max(0) * hour)
            }),
        ),
        (
            "100 in a second, then 100 once a minute",
            Box::new(move |number| {
                let (round, rest) = (number as i64 / 200, number as i64 % 200);
                -(round * 101 * minute + (rest - 99).max(0) * minute + rest.min(99) * 9)
            }),
        ),
        ("even", Box::new(move |number| -(number as i64 * minute))),
    ];
    for (name, time) in histories {
        let list = List::new(10_000, move |number| NEWEST + time(number)).latency(LATENCY);
        let list = list.uneven();
        let start = Instant::now();
        let tasks = ids(list.client().list_tasks().export().shards(8)).await;
        assert!(tasks == list.ids(), "{name}");
        println!(
            "{name}: {} requests, {:?}",
            list.requests(),
            start.elapsed()
        );
        assert!(list.requests() <= 200, "{name}: {}", list.requests());
    }
}

/// The list has dense parts with empty years between and below them.
#[tokio::test(start_paused = true)]
async fn empty_years_cost_few_requests() {
    let year = 31_536_000_000;
    for part in [30, 150, 333, 1_000, 3_000] {
        let time =
            move |number: usize| NEWEST - number as i64 * 100 - number as i64 / part as i64 * year;
        let list = List::new(6_000, time).latency(LATENCY).uneven();
        let tasks = ids(list.client().list_tasks().export().shards(8)).await;
        assert!(tasks == list.ids());
        println!("parts of {part}: {} requests", list.requests());
        assert!(list.requests() <= 240, "{}", list.requests());
    }
}

/// Otherwise the last parts would be read page by page while most shards are idle.
#[tokio::test(start_paused = true)]
async fn what_is_left_at_the_end_is_divided() {
    let since = NEWEST - 30_000 * 2_000;
    for (tasks, shards, since, most) in [(3_000, 8, None, 7), (2_000, 16, Some(since), 7)] {
        let (requests, rounds) = cost(tasks, shards, since).await;
        assert!(rounds <= most, "{rounds} rounds, {tasks} tasks");
        assert!(
            requests <= tasks / 100 + 2 * shards,
            "{requests} requests, {tasks} tasks"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_read_ahead_is_bounded() {
    let mut random = fastrand::Rng::with_seed(seed("EXPORT_SEED"));
    let times = times(&mut random, 40_000);
    let list = List::new(40_000, move |number| times[number.min(39_999)]).latency(LATENCY);
    let mut export = list.client().list_tasks().export().shards(4);
    let (mut yielded, mut most) = (0, 0);
    while let Some(task) = export.next().await {
        task.expect("a task");
        yielded += 1;
        // A slow caller: by then, all that may be read ahead is there.
        if yielded % 10 == 0 {
            sleep(LATENCY).await;
        }
        most = most.max(list.requests() - yielded / 100);
    }
    assert_eq!(yielded, 40_000);
    // Pages of which only some items were needed count here as well, a tenth of all.
    assert!((20..=4 * 24 + 60).contains(&most), "{most}");
}

#[tokio::test(start_paused = true)]
async fn it_keeps_to_the_rate_limit() {
    let simulator = with_history(8_000);
    let client = simulator.in_process_client().expect("a client");
    simulator.limit_rate(Some(10));
    let start = Instant::now();
    assert!(ids(client.list_tasks().export().shards(16)).await == all(&simulator));
    let requests = simulator.requests();
    let refused = requests
        .iter()
        .filter(|request| request.status == Some(429))
        .count();
    println!(
        "{refused} of {} refused, {:?}",
        requests.len(),
        start.elapsed()
    );
    // Few requests are spent below the oldest task.
    assert!(requests.len() < 400, "{}", requests.len());
    assert!(
        refused > 0 && refused * 5 < requests.len(),
        "{refused} of {}",
        requests.len()
    );
}
