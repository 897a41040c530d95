//! Exports yield every task once and newest first, for any shape of the list and with any changes
//! meanwhile.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, TryStreamExt};
use nanonets_agents::{
    prelude::*,
    simulator::{AgentSpec, Fault, PastTask, Script, Simulator},
    types::TaskListItem,
};
use support::{
    list::{List, Shown},
    stage::seed,
};
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

const NEWEST: i64 = 1_790_000_000_000;
const LATENCY: Duration = Duration::from_millis(20);

/// Returns when the task of a number was created.
type Time = Box<dyn Fn(usize) -> i64 + Send + Sync>;

/// Returns times of tasks as people create them: few at night, now and then hundreds within a
/// second, sometimes none for days.
fn times(random: &mut fastrand::Rng, count: usize) -> Vec<i64> {
    let mut time = NEWEST;
    let mut burst = 0;
    let mut next = || {
        if burst == 0 && random.f64() < 0.002 {
            burst = random.usize(100..1_000);
        }
        burst = usize::saturating_sub(burst, 1);
        let mean = match burst {
            0 if random.f64() < 0.000_5 => 300_000_000.0,
            0 => 30_000.0,
            it if it % 2 == 0 => 0.5,
            _ => 20.0,
        };
        time -= (-f64::ln(1.0 - random.f64()) * mean) as i64;
        time
    };
    (0..count).map(|_| next()).collect()
}

async fn ids(export: impl StreamExt<Item = Result<TaskListItem, Error>> + Unpin) -> Vec<Uuid> {
    let tasks = export.map_ok(|it| it.task_id).try_collect();
    tasks.await.expect("all tasks")
}

#[tokio::test(start_paused = true)]
async fn every_task_comes_once_and_newest_first() {
    let mut random = fastrand::Rng::with_seed(seed("EXPORT_SEED"));
    let second = 1_000;
    let year = 31_536_000 * second;
    let mut histories: Vec<(&str, usize, Time)> = vec![
        ("none", 0, Box::new(|_| NEWEST)),
        ("one", 1, Box::new(|_| NEWEST)),
        ("a page and one", 101, Box::new(|it| NEWEST - it as i64)),
        (
            "even",
            3_000,
            Box::new(move |it| NEWEST - 60 * second * it as i64),
        ),
        ("one second", 2_000, Box::new(|_| NEWEST)),
        (
            "hundreds of equal times",
            3_000,
            Box::new(move |it| NEWEST - it as i64 / 350 * 7 * second),
        ),
        (
            "equal times, and fractions",
            3_000,
            Box::new(move |it| NEWEST - 700 - it as i64 / 350 * 1_300),
        ),
        (
            "years between",
            1_500,
            Box::new(move |it| NEWEST - it as i64 / 150 * year - it as i64 * second),
        ),
        (
            "a burst under a sparse year",
            3_000,
            Box::new(move |it| NEWEST - it.min(200) as i64 * year / 200 - it as i64 * 10),
        ),
        (
            "a sparse year under a burst",
            3_000,
            Box::new(move |it| {
                NEWEST - it as i64 * 10 - it.saturating_sub(2_800) as i64 * year / 200
            }),
        ),
    ];
    for _ in 0..4 {
        let times = times(&mut random, 4_000);
        histories.push((
            "as people do",
            4_000,
            Box::new(move |it| times[it.min(3_999)]),
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
            let list = List::new(count, move |it| time(it));
            let list = list.shown(shown).latency(LATENCY);
            let tasks = ids(list.client().list_tasks().export().shards(shards)).await;
            assert!(tasks == list.ids(), "{name}, {shown:?}, {shards} shards");
            assert!(list.most_at_once() <= shards, "{name}, {shards} shards");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn eight_shards_are_as_many_times_faster_but_for_what_dividing_costs() {
    let list = List::new(20_000, |it| NEWEST - 30_000 * it as i64).latency(LATENCY);
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
    let list = List::new(tasks, |it| NEWEST - 30_000 * it as i64).latency(LATENCY);
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
            Box::new(move |it| -(it as i64 / 120 * day)),
        ),
        (
            "900 equal times a day",
            Box::new(move |it| -(it as i64 / 900 * day)),
        ),
        (
            "105 in a second, every hour",
            Box::new(move |it| -(it as i64 / 105 * hour + it as i64 % 105 * 9)),
        ),
        (
            "150 equal times, then 100 hourly",
            Box::new(move |it| {
                let (round, rest) = (it as i64 / 250, it as i64 % 250);
                -(round * 101 * hour + (rest - 149).max(0) * hour)
            }),
        ),
        (
            "100 in a second, then 100 once a minute",
            Box::new(move |it| {
                let (round, rest) = (it as i64 / 200, it as i64 % 200);
                -(round * 101 * minute + (rest - 99).max(0) * minute + rest.min(99) * 9)
            }),
        ),
        ("even", Box::new(move |it| -(it as i64 * minute))),
    ];
    for (name, time) in histories {
        let list = List::new(10_000, move |it| NEWEST + time(it)).latency(LATENCY);
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
        let time = move |it: usize| NEWEST - it as i64 * 100 - it as i64 / part as i64 * year;
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
    let list = List::new(40_000, move |it| times[it.min(39_999)]).latency(LATENCY);
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

fn with_history(count: usize) -> Simulator {
    let mut random = fastrand::Rng::with_seed(seed("EXPORT_SEED"));
    let now = Utc::now();
    let past = times(&mut random, count).into_iter().enumerate();
    let past = past.map(|(number, time)| {
        let status = ["completed", "failed", "stopped"][number % 3];
        let ago = TimeDelta::milliseconds(NEWEST - time);
        PastTask::new(format!("Task {number}"), now - ago).ended(status)
    });
    // Some tasks work for minutes, some ask, some are done at once.
    let agent = AgentSpec::new("Busy").script_for(|run| {
        let number = run.query.as_deref().and_then(|it| it.parse().ok());
        let script = Script::empty().running(Duration::from_millis(number.unwrap_or(0)));
        match number.unwrap_or(0) % 3 {
            0 => script.ask("Which?"),
            _ => script,
        }
    });
    Simulator::builder()
        .seed(seed("EXPORT_SEED"))
        .agent(agent)
        .history(past)
        .build()
}

fn all(simulator: &Simulator) -> Vec<Uuid> {
    simulator.tasks().iter().rev().map(|it| it.id).collect()
}

async fn create(simulator: &Simulator, client: &Client, milliseconds: u64) -> TaskRef {
    let run = client.run(simulator.agent_id());
    let started = run.query(milliseconds.to_string()).start().await;
    started.expect("a task").reference().clone()
}

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
    let exporting = client.with(|it| it.retry(RetryPolicy::off()));
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
    let ended = |it: &str| {
        simulator
            .tasks()
            .iter()
            .filter(|task| task.status == it)
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
    let list = List::new(730, |it| NEWEST - it as i64 / 150 * 5_000 - it as i64 * 300);
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
            .filter(|it| it.query.contains("created_before"))
            .all(|it| {
                it.query.contains("created_after") && it.query.contains("status=failed%2Cstopped")
            })
    );
}

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
        list().send().await.map(|_| ()).map_err(Error::from),
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
        failures.iter().any(|it| it.cursor().is_some()),
        "{failures:?}"
    );
    assert!(
        failures
            .iter()
            .all(|it| it.operation() == Some("list_tasks"))
    );
    assert!(found == all(&simulator));
}

#[tokio::test(start_paused = true)]
async fn it_keeps_to_the_rate_limit() {
    let simulator = with_history(8_000);
    let client = simulator.in_process_client().expect("a client");
    simulator.limit_rate(Some(10));
    let start = Instant::now();
    assert!(ids(client.list_tasks().export().shards(16)).await == all(&simulator));
    let requests = simulator.requests();
    let refused = requests.iter().filter(|it| it.status == Some(429)).count();
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
    let list = List::new(500, |it| NEWEST - (it as i64 ^ 64) * 60_000);
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
    let list = List::new(5_000, |it| NEWEST - it as i64 * 60_000).latency(LATENCY);
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
        ("every tenth", (|it| it % 10 == 0) as fn(usize) -> bool),
        ("the older ones", |it| it >= 1_000),
    ] {
        let list = List::new(10_000, |it| NEWEST - it as i64 * 60_000).latency(LATENCY);
        let list = list.damaged(is_damaged);
        let reports = Arc::new(Mutex::new(Vec::new()));
        let reported = reports.clone();
        let export = list.client().list_tasks().export();
        let export = export.skip_undecodable(move |it| {
            let id = it.json["task_id"].as_str().expect("an id").to_owned();
            reported.lock().expect("no panic").push(id);
        });
        let good = (0..10_000).filter(|it| !is_damaged(*it));
        let good: Vec<Uuid> = good.map(|it| list.ids()[it]).collect();
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
    let impatient = client.with(|it| it.retry(RetryPolicy::off()));
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

#[tokio::test(start_paused = true)]
async fn from_1_to_256_shards_work() {
    for shards in [1, 256] {
        let list = List::new(3_000, |it| NEWEST - it as i64 * 60_000).latency(LATENCY);
        assert!(ids(list.client().list_tasks().export().shards(shards)).await == list.ids());
    }
}

#[tokio::test(start_paused = true)]
async fn another_number_of_shards_is_refused_before_anything_is_sent() {
    for shards in [0, 257, usize::MAX] {
        let list = List::new(10, |it| NEWEST - it as i64);
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
    let list = List::new(50_000, |it| NEWEST - it as i64 * 1_000).page_size(10_000);
    assert!(ids(list.client().list_tasks().items()).await == list.ids());
    assert_eq!(list.requests(), 5);
    assert!(ids(list.client().list_tasks().export()).await == list.ids());
    assert!(list.requests() < 25, "{}", list.requests());
}
