//! Waits that end before their task does: by a deadline, or because they are dropped.

use std::time::Duration;

use futures_util::{StreamExt, stream::FusedStream};
use nanonets_agents::{
    TaskRef,
    prelude::*,
    simulator::{Fault, Script, Simulator},
    types::TaskStatus,
    wait::{Reply, WaitError},
};
use support::stage::{seconds, start_many, start_one, with_script};
use tokio::time::{Instant, sleep, timeout};

fn status_of(simulator: &Simulator, task: &TaskRef) -> String {
    let mut tasks = simulator.tasks().into_iter();
    let found = tasks.find(|found| found.id == task.task_id());
    found.expect("it is there").status
}

#[tokio::test(start_paused = true)]
async fn a_deadline_hands_the_task_back() {
    let (simulator, client) = with_script(Script::empty().running(seconds(3600)));
    let task = client
        .run(simulator.agent_id())
        .query("Hi")
        .start()
        .await
        .expect("a task");
    let start = Instant::now();
    let error = task
        .wait()
        .deadline(seconds(100))
        .await
        .expect_err("it takes longer");
    assert_eq!(start.elapsed(), seconds(100));
    assert_eq!(error.task_ref(), task.task_ref());
    let WaitError::Deadline(error) = error else {
        panic!("{error}")
    };
    assert_eq!(error.last_status(), Some(&TaskStatus::Running));
    assert_eq!(error.polls() as usize, simulator.count("get_task"));
    assert_eq!(simulator.tasks()[0].status, "running");

    // It can be waited for again, from what was stored of it.
    let stored = serde_json::to_string(error.task_ref()).expect("plain data");
    let again: TaskRef = serde_json::from_str(&stored).expect("its own form");
    let finished = client.task(again).wait().deadline(seconds(2 * 3600)).await;
    assert!(finished.expect("an end").is_completed());
}

#[tokio::test(start_paused = true)]
async fn a_deadline_of_zero_is_refused() {
    let (simulator, client) = with_script(Script::default());
    let wait = start_one(&simulator, &client).await.wait();
    let error = wait
        .deadline(Duration::ZERO)
        .await
        .expect_err("no time at all");
    assert!(error.to_string().contains("`deadline`"), "{error}");
    assert_eq!(simulator.count("get_task"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_task_can_be_cancelled_at_the_deadline() {
    let (simulator, client) = with_script(Script::empty().running(seconds(600)));
    let task = start_one(&simulator, &client).await;
    let wait = task.wait().deadline(seconds(30)).cancel_at_deadline(true);
    let Err(WaitError::Deadline(error)) = wait.await else {
        panic!("it takes longer");
    };
    assert!(error.is_cancelled());
    assert!(error.to_string().ends_with("it was cancelled"), "{error}");
    assert_eq!(status_of(&simulator, error.task_ref()), "stopped");
}

#[tokio::test(start_paused = true)]
async fn a_cancellation_at_the_deadline_tells_the_truth_and_takes_no_time() {
    // It hangs.
    let (simulator, client) = with_script(Script::empty().running(seconds(600)));
    let task = start_one(&simulator, &client).await;
    simulator.inject(Fault::delay(seconds(300)).on("cancel_task"));
    let start = Instant::now();
    let wait = task.wait().deadline(seconds(30)).cancel_at_deadline(true);
    let Err(WaitError::Deadline(error)) = wait.await else {
        panic!("it takes longer");
    };
    assert!(!error.is_cancelled());
    assert_eq!(start.elapsed(), seconds(40));
    // It comes too late: the task has ended since the last poll.
    let (simulator, client) = with_script(Script::empty().running(seconds(28)));
    let task = start_one(&simulator, &client).await;
    let wait = task.wait().deadline(seconds(29)).cancel_at_deadline(true);
    let finished = wait.await.expect("it has ended by itself");
    assert!(finished.is_completed());
}

#[tokio::test(start_paused = true)]
async fn a_dropped_wait_leaves_the_task_alone_unless_it_was_told_otherwise() {
    let (simulator, client) = with_script(Script::empty().running(seconds(600)));
    for (cancels, status) in [(false, "running"), (true, "stopped")] {
        let task = start_one(&simulator, &client).await;
        let wait = task.wait().cancel_on_drop(cancels);
        let dropped = timeout(seconds(20), std::future::IntoFuture::into_future(wait)).await;
        dropped.expect_err("it takes longer");
        sleep(seconds(1)).await;
        assert_eq!(status_of(&simulator, task.task_ref()), status);
    }
    // One that has ended is left as it is.
    let (simulator, client) = with_script(Script::default());
    let wait = start_one(&simulator, &client)
        .await
        .wait()
        .cancel_on_drop(true);
    assert!(wait.await.expect("an end").is_completed());
    sleep(seconds(1)).await;
    assert_eq!(simulator.count("cancel_task"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_dropped_before_it_is_polled_cancels_too() {
    let (simulator, client) = with_script(Script::empty().running(seconds(600)));
    let task = start_one(&simulator, &client).await;
    let wait = task.wait().cancel_on_drop(true);
    drop(std::future::IntoFuture::into_future(wait));
    sleep(seconds(1)).await;
    assert_eq!(status_of(&simulator, task.task_ref()), "stopped");
}

/// The settings of a wait count from its first poll on.
#[tokio::test(start_paused = true)]
async fn a_wait_that_is_set_after_its_first_poll_cancels_nothing() {
    let (simulator, client) = with_script(Script::empty().running(seconds(600)));
    let task = start_one(&simulator, &client).await;
    let mut wait = task.wait();
    let polled = timeout(seconds(20), &mut wait).await;
    polled.expect_err("it takes longer");
    drop(wait.cancel_on_drop(true));
    sleep(seconds(1)).await;
    assert_eq!(simulator.count("cancel_task"), 0);
}

/// What has ended by its deadline has ended, whatever time a consumer takes for the ends before.
#[tokio::test(start_paused = true)]
async fn no_end_is_lost_to_a_slow_consumer() {
    for pause in [0, 1, 10, 60] {
        let (simulator, client) = with_script(Script::empty().running(seconds(5)));
        let tasks = start_many(&simulator, &client, 40).await;
        let mut ends = client.wait_many(tasks).deadline(seconds(60)).stream();
        let mut completed = 0;
        while let Some(end) = ends.next().await {
            let finished = end.unwrap_or_else(|error| panic!("{pause} s an end: {error}"));
            completed += usize::from(finished.is_completed());
            sleep(seconds(pause)).await;
        }
        assert_eq!(completed, 40, "{pause} s an end");
    }
}

/// A wait that is left alone for long, as in a loop that does something else meanwhile.
#[tokio::test(start_paused = true)]
async fn a_task_that_ended_while_its_wait_was_not_polled_has_ended() {
    let (simulator, client) = with_script(Script::empty().running(seconds(100)));
    let task = start_one(&simulator, &client).await;
    let many = start_many(&simulator, &client, 3).await;
    let mut updates = task.wait().deadline(seconds(60)).updates();
    let mut ends = client.wait_many(many).deadline(seconds(60)).stream();
    updates.next().await.expect("an update").expect("a status");
    assert!(timeout(seconds(20), ends.next()).await.is_err());
    sleep(seconds(300)).await;
    let update = updates.next().await.expect("the end").expect("no error");
    assert_eq!(update.status, TaskStatus::Completed);
    for _ in 0..3 {
        let end = ends.next().await.expect("an end");
        assert!(end.expect("it has ended").is_completed());
    }

    // One that hasn't is handed back.
    let (simulator, client) = with_script(Script::empty().running(seconds(3600)));
    let many = start_many(&simulator, &client, 3).await;
    let mut ends = client.wait_many(many).deadline(seconds(60)).stream();
    assert!(timeout(seconds(20), ends.next()).await.is_err());
    sleep(seconds(300)).await;
    let begin = Instant::now();
    for _ in 0..3 {
        let end = ends.next().await.expect("an end");
        let error = end.expect_err("it goes on");
        assert!(matches!(error, WaitError::Deadline(_)), "{error}");
    }
    assert_eq!(begin.elapsed(), Duration::ZERO, "after one look");
}

#[tokio::test(start_paused = true)]
async fn streams_of_waits_can_be_polled_after_their_end() {
    let (simulator, client) = with_script(Script::empty());
    let task = start_one(&simulator, &client).await;
    let mut ends = client.wait_many([task.task_id()]).stream();
    let mut changes = client.wait_many([task.task_id()]).updates();
    let mut updates = task.wait().updates();
    while ends.next().await.is_some() {}
    while changes.next().await.is_some() {}
    while updates.next().await.is_some() {}
    assert!(ends.is_terminated() && changes.is_terminated() && updates.is_terminated());
    assert!(ends.next().await.is_none());
    assert!(changes.next().await.is_none());
    assert!(updates.next().await.is_none());
}

/// A replica that lags behind shows what was there before.
#[tokio::test(start_paused = true)]
async fn a_wait_tells_of_no_status_that_was_there_before() {
    let script = Script::empty()
        .running(seconds(20))
        .ask("Which one?")
        .running(seconds(20));
    let (simulator, client) = with_script(script);
    let started = start_one(&simulator, &client).await;
    simulator.inject(Fault::stale_task(seconds(15)).chance(0.5));
    let wait = started
        .wait()
        .on_input(|_| async { Reply::text("the first") });
    let updates: Vec<_> = wait.updates().collect().await;
    let statuses = updates
        .into_iter()
        .map(|update| update.expect("a status").status.to_string());
    let statuses: Vec<_> = statuses.collect();
    let mut expected = vec![
        "pending",
        "running",
        "waiting_for_input",
        "running",
        "completed",
    ];
    expected.retain(|status| statuses.iter().any(|seen| seen == status));
    assert_eq!(statuses, expected);

    let finished = started.wait().await.expect("an end");
    // It knows its status, and asks no more.
    let polls = simulator.count("get_task");
    assert!(
        finished
            .handle()
            .wait()
            .await
            .expect("the same")
            .is_completed()
    );
    assert!(simulator.count("get_task") <= polls + 1);
}
