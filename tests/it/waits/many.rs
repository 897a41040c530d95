//! Waiting for many tasks at once.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt, StreamExt, TryStreamExt};
use nanonets_agents::{
    TaskRef,
    prelude::*,
    simulator::{AgentSpec, Fault, Script},
    types::TaskStatus,
    wait::{Finished, Reply, Update, WaitError},
};
use support::stage::{seconds, start_many, start_one, with_agent, with_script};
use tokio::time::{Instant, sleep, timeout};

pub(super) async fn ends(
    stream: nanonets_agents::wait::ManyEnds,
) -> Vec<Result<Finished, WaitError>> {
    let day = seconds(86_400);
    timeout(day, stream.collect())
        .await
        .expect("it ends within a day of virtual time")
}

pub(super) fn count_completed(ends: &[Result<Finished, WaitError>]) -> usize {
    let finished = ends.iter().flatten();
    finished.filter(|finished| finished.is_completed()).count()
}

#[tokio::test(start_paused = true)]
async fn many_tasks_end_with_a_terminal_status_that_was_seen() {
    let agent = AgentSpec::new("Timed").script_for(|run| {
        let number: u32 = run.text().unwrap_or_default().parse().unwrap_or(0);
        let script = Script::empty().running(seconds(number % 200));
        match number % 3 {
            0 => script.fail("No."),
            _ => script,
        }
    });
    let (simulator, client) = with_agent(agent);
    let tasks = start_many(&simulator, &client, 600).await;
    let started = simulator.requests().len();
    let ends = ends(client.wait_many(tasks.clone()).stream()).await;
    let ids: HashSet<_> = ends
        .iter()
        .map(|end| end.as_ref().expect("an end").task_ref().task_id())
        .collect();
    assert_eq!((ends.len(), ids.len()), (600, 600));
    let failed = ends
        .iter()
        .flatten()
        .filter(|finished| *finished.status() == TaskStatus::Failed);
    assert_eq!(failed.count(), 200);
    let requests = simulator.requests().len() - started;
    assert!(requests < 600, "{requests}");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_lags_and_pages_that_fail_change_nothing_but_the_time() {
    let (simulator, client) = with_script(Script::empty().running(seconds(50)));
    let tasks = start_many(&simulator, &client, 300).await;
    simulator.inject(Fault::stale_list(seconds(30)));
    simulator.inject(Fault::status_before(500).on("list_tasks").chance(0.3));
    simulator.inject(Fault::empty_page().chance(0.1));
    simulator.inject(Fault::repeated_cursor().chance(0.1));
    let start = Instant::now();
    let ends = ends(client.wait_many(tasks).stream()).await;
    assert_eq!(ends.len(), 300);
    assert!(
        ends.iter()
            .all(|end| end.as_ref().is_ok_and(Finished::is_completed))
    );
    assert!(start.elapsed() < seconds(200), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn tasks_can_be_added_while_others_are_waited_for() {
    let (simulator, client) = with_script(Script::empty().running(seconds(50)));
    let first = start_many(&simulator, &client, 2).await;
    let mut wait = client.wait_many(first.clone());
    let sender = wait.sender();
    let mut stream = wait.stream();
    for _ in 0..2 {
        assert!(stream.next().await.expect("an end").is_ok());
    }
    assert!(stream.next().now_or_never().is_none(), "more may come");
    let later = start_many(&simulator, &client, 1).await;
    assert!(sender.send(later[0].clone()));
    // What has ended can be waited for again; twice the same is once.
    assert!(sender.send(first[0].clone()) && sender.send(first[0].clone()));
    drop(sender);
    let rest = ends(stream).await;
    assert_eq!(rest.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn one_task_that_cannot_be_waited_for_does_not_hold_up_the_others() {
    let (simulator, client) = with_script(Script::empty().running(seconds(50)));
    let foreign_agent = simulator.add_workspace("other-key");
    let other = Client::builder()
        .api_key("other-key")
        .in_process(simulator.service());
    let other = other.build().expect("a client");
    let foreign = other
        .run(foreign_agent)
        .query("Hi")
        .start()
        .await
        .expect("a task");
    let asking =
        simulator.add_agent(AgentSpec::new("Asking").script(Script::empty().ask("Which?")));
    let asking = client
        .run(asking)
        .query("Hi")
        .start()
        .await
        .expect("a task");
    let slow = AgentSpec::new("Slow").script(Script::empty().running(seconds(5000)));
    let slow = client
        .run(simulator.add_agent(slow))
        .query("Hi")
        .start()
        .await
        .expect("a task");
    let good = start_many(&simulator, &client, 2).await;
    let nowhere = TaskRef::from(uuid::Uuid::nil());
    let twice = good[0].clone();
    let mut tasks = vec![
        foreign.task_ref().clone(),
        asking.task_ref().clone(),
        slow.task_ref().clone(),
        nowhere.clone(),
        twice,
    ];
    tasks.extend(good);
    let ends = ends(client.wait_many(tasks).deadline(seconds(600)).stream()).await;
    let mut kinds: Vec<String> = ends
        .iter()
        .map(|end| match end {
            Ok(finished) => finished.status().to_string(),
            Err(WaitError::Gone { .. }) => "gone".to_owned(),
            Err(WaitError::NeedsInput { .. }) => "asks".to_owned(),
            Err(WaitError::Deadline(_)) => "late".to_owned(),
            Err(other) => panic!("{other}"),
        })
        .collect();
    kinds.sort();
    assert_eq!(
        kinds,
        ["asks", "completed", "completed", "gone", "gone", "late"]
    );
}

#[tokio::test(start_paused = true)]
async fn updates_of_many_tasks_show_every_change() {
    let script = Script::empty()
        .stay("pending", seconds(20))
        .running(seconds(30));
    let (simulator, client) = with_script(script);
    let tasks = start_many(&simulator, &client, 150).await;
    let updates: Vec<Update> = client
        .wait_many(tasks)
        .updates()
        .try_collect()
        .await
        .expect("ends");
    let count = |status: TaskStatus| {
        updates
            .iter()
            .filter(|update| update.status == status)
            .count()
    };
    let counts = [
        TaskStatus::Pending,
        TaskStatus::Running,
        TaskStatus::Completed,
    ]
    .map(count);
    assert_eq!(counts, [150, 150, 150]);
}

#[tokio::test(start_paused = true)]
async fn a_hundred_thousand_tasks_at_once_keep_to_the_budget() {
    let (simulator, client) = with_script(Script::empty().running(seconds(30)));
    let mut tasks = start_many(&simulator, &client, 100).await;
    let strangers = (0..99_900u128).map(|number| TaskRef::from(uuid::Uuid::from_u128(number)));
    tasks.extend(strangers);
    let before = simulator.requests().len();
    let start = Instant::now();
    let ends = ends(client.wait_many(tasks).deadline(seconds(60)).stream()).await;
    assert_eq!(start.elapsed(), seconds(60));
    assert_eq!(ends.len(), 100_000);
    let completed = count_completed(&ends);
    assert_eq!(completed, 100);
    let requests = simulator.requests().len() - before;
    assert!(requests <= 10 * 60 + 10, "{requests}");
}

#[tokio::test(start_paused = true)]
async fn ends_are_seen_although_the_list_never_works() {
    let (simulator, client) = with_script(Script::empty().running(seconds(5)));
    let tasks = start_many(&simulator, &client, 200).await;
    simulator.inject(Fault::status_before(500).on("list_tasks"));
    let ends = ends(client.wait_many(tasks).stream()).await;
    assert_eq!(ends.iter().flatten().count(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_revoked_ends_the_wait_for_many_tasks_too() {
    let (simulator, client) = with_script(Script::empty().running(seconds(500)));
    let tasks = start_many(&simulator, &client, 200).await;
    simulator.inject(Fault::status_before(401));
    let start = Instant::now();
    let ends = ends(client.wait_many(tasks).stream()).await;
    let gone = ends
        .iter()
        .filter(|end| matches!(end, Err(WaitError::Gone { .. })));
    assert_eq!(gone.count(), 200);
    assert!(start.elapsed() < seconds(120), "{:?}", start.elapsed());
}

/// A task that is added again after its deadline has all its time again, and its old handler is
/// gone.
#[tokio::test(start_paused = true)]
async fn a_task_that_is_added_again_starts_anew() {
    let agent = AgentSpec::new("Asking").script_for(|run| match run.text().as_deref() {
        Some("0") => Script::empty().ask("Which one?").running(seconds(60)),
        _ => Script::empty().running(seconds(300)),
    });
    let (simulator, client) = with_agent(agent);
    let tasks = start_many(&simulator, &client, 2).await;
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let mut wait = client.wait_many([tasks[0].clone()]).deadline(seconds(100));
    let sender = wait.sender();
    let wait = wait.on_input(move |_| {
        let call = counted.fetch_add(1, Ordering::Relaxed);
        async move {
            // The first call takes longer than the wait.
            sleep(seconds(if call == 0 { 130 } else { 1 })).await;
            Reply::text("the first")
        }
    });
    let mut stream = wait.stream();
    let later = async {
        sleep(seconds(50)).await;
        sender.send(tasks[1].clone());
    };
    let (end, ()) = tokio::join!(stream.next(), later);
    let error = end.expect("an end").expect_err("it takes longer");
    assert_eq!(error.task_ref().task_id(), tasks[0].task_id());
    let again = Instant::now();
    sender.send(tasks[0].clone());
    let error = stream
        .next()
        .await
        .expect("an end")
        .expect_err("it takes longer");
    assert_eq!(error.task_ref().task_id(), tasks[1].task_id());
    let end = stream
        .next()
        .await
        .expect("an end")
        .expect("it is answered now");
    assert!(end.is_completed());
    assert!(again.elapsed() > seconds(60));
    assert_eq!(simulator.count("send_task_message"), 1);
    drop(sender);
    assert_eq!(stream.count().await, 0);
}

#[tokio::test(start_paused = true)]
async fn times_without_end_are_times_without_end() {
    let (simulator, client) = with_script(Script::empty().running(seconds(50)));
    let tasks = start_many(&simulator, &client, 30).await;
    let wait = client.wait_many(tasks.clone()).deadline(Duration::MAX);
    assert_eq!(ends(wait.stream()).await.iter().flatten().count(), 30);
    let wait = client.wait_many(tasks.clone()).interval(seconds(86_400));
    assert_eq!(ends(wait.stream()).await.iter().flatten().count(), 30);
    let slowest = client
        .wait_many(&tasks[..1])
        .requests_per_second(f64::MIN_POSITIVE);
    assert_eq!(ends(slowest.stream()).await.iter().flatten().count(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_slow_walk_has_found_is_told_at_once() {
    let (simulator, client) = with_script(Script::empty());
    let tasks = start_many(&simulator, &client, 1000).await;
    sleep(seconds(60)).await;
    simulator.inject(Fault::delay(seconds(12)).on("list_tasks"));
    let wait = client.wait_many(tasks).deadline(seconds(60));
    let ends = ends(wait.stream()).await;
    let seen = ends.iter().flatten().count();
    assert!(seen >= 300, "{seen}");
}

#[tokio::test(start_paused = true)]
async fn adding_tasks_all_the_time_does_not_mean_looking_all_the_time() {
    let (simulator, client) = with_script(Script::empty().running(seconds(100)));
    let first = start_many(&simulator, &client, 50).await;
    let mut wait = client.wait_many(first);
    let sender = wait.sender();
    let before = simulator.requests().len();
    let adding = async {
        let mut runs = 0;
        for _ in 0..500 {
            sleep(Duration::from_millis(200)).await;
            let task = start_many(&simulator, &client, 1).await.remove(0);
            sender.send(task);
            runs += 1;
        }
        drop(sender);
        runs
    };
    let (runs, ends) = tokio::join!(adding, ends(wait.stream()));
    assert_eq!(ends.iter().flatten().count(), 550);
    let requests = simulator.requests().len() - before - runs;
    assert!(requests < 550, "{requests}");
}

#[tokio::test(start_paused = true)]
async fn settings_that_cannot_work_are_refused_for_each_task_before_anything_is_sent() {
    let (simulator, client) = with_script(Script::empty().running(seconds(50)));
    let tasks = start_many(&simulator, &client, 3).await;
    let before = simulator.requests().len();
    let wait = || client.wait_many(tasks.clone());
    for (wait, setting) in [
        (wait().deadline(Duration::ZERO), "`deadline`"),
        (wait().requests_per_second(0.0), "`requests_per_second`"),
        (wait().requests_per_second(-1.0), "`requests_per_second`"),
        (
            wait().requests_per_second(f64::NAN),
            "`requests_per_second`",
        ),
        (
            wait().requests_per_second(f64::INFINITY),
            "`requests_per_second`",
        ),
        (wait().interval(Duration::from_millis(999)), "`interval`"),
        (wait().interval(seconds(86_401)), "`interval`"),
        (wait().interval(Duration::MAX), "`interval`"),
    ] {
        let mut wait = wait;
        let sender = wait.sender();
        let mut stream = wait.stream();
        assert!(sender.send(TaskRef::from(uuid::Uuid::nil())));
        drop(sender);
        let mut refused = HashSet::new();
        while let Some(end) = stream.next().await {
            let error = end.expect_err("it is refused");
            assert!(matches!(error, WaitError::Refused { .. }), "{error}");
            assert!(error.to_string().contains(setting), "{error}");
            assert!(refused.insert(error.task_ref().task_id()), "{error}");
        }
        assert_eq!(refused.len(), 4, "{setting}");
    }
    let error = wait().interval(Duration::ZERO).updates().try_next().await;
    assert!(matches!(error, Err(WaitError::Refused { .. })));
    assert_eq!(simulator.requests().len(), before);
}

#[tokio::test(start_paused = true)]
async fn all_that_names_a_task_can_be_waited_for() {
    let (simulator, client) = with_script(Script::empty().running(seconds(5)));
    let task = start_one(&simulator, &client).await;
    let mut wait = client.wait_many([task.task_id()]);
    let sender = wait.sender();
    let mut stream = wait.stream();
    let finished = stream.next().await.expect("an end").expect("it ends");
    for name in [
        TaskRef::from(&task),
        TaskRef::from(task),
        TaskRef::from(finished.handle()),
        TaskRef::from(&finished),
    ] {
        assert_eq!(&name, finished.task_ref());
    }
    assert!(sender.send(&finished));
    drop(sender);
    assert!(
        stream
            .next()
            .await
            .expect("an end")
            .expect("it ends")
            .is_completed()
    );
    assert!(stream.next().await.is_none());
}
