//! Waits that end before their task does: by a deadline, or because they are dropped.

use std::time::Duration;

use nanonets_agents::{
    TaskRef,
    prelude::*,
    simulator::{Fault, Script, Simulator},
    types::TaskStatus,
    wait::WaitError,
};
use support::stage::{seconds, start_one, with_script};
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
