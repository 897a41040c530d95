//! Waiting for one task: when it is polled, and what ends the wait.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::TryStreamExt;
use nanonets_agents::{
    TaskRef,
    prelude::*,
    run::Provenance,
    simulator::{AgentSpec, Fault, Script},
    types::{Task, TaskStatus},
    wait::{Condition, DeadlineExceeded, PollPolicy, Question, Update, WaitError},
};
use support::stage::{seconds, start_one, with_agent, with_script};
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn a_wait_polls_by_the_guides_schedule() {
    let (simulator, client) = with_script(Script::empty().running(seconds(60)));
    let task = client
        .run(simulator.agent_id())
        .query("Hi")
        .start()
        .await
        .expect("a task");
    assert_eq!(task.provenance(), Provenance::Created);
    let finished = task.wait().await.expect("an end");
    assert!(finished.is_completed());
    let polls: Vec<Duration> = simulator
        .requests()
        .into_iter()
        .filter(|request| request.operation == Some("get_task"))
        .map(|request| request.at)
        .collect();
    assert_eq!(finished.polls() as usize, polls.len());
    // 1, 1.5, 2.25, 3.4, 5.1, 7.6, then 10 s each, with a fifth of jitter either way.
    assert!(
        (seconds(1)..=Duration::from_millis(1200)).contains(&polls[0]),
        "{polls:?}"
    );
    let expected = [1.5, 2.25, 3.375, 5.062, 7.593, 10.0, 10.0];
    for (pair, expected) in polls.windows(2).zip(expected) {
        let gap = (pair[1] - pair[0]).as_secs_f64();
        assert!(
            (expected * 0.79..expected * 1.21).contains(&gap),
            "{gap} {polls:?}"
        );
    }
    assert!(finished.elapsed() >= seconds(60) && finished.elapsed() < seconds(73));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_has_ended_already_is_not_polled() {
    let (simulator, client) = with_script(Script::empty().complete("done"));
    let task = client
        .run(simulator.agent_id())
        .query("Hi")
        .start()
        .await
        .expect("a task");
    assert!(task.wait().await.expect("an end").is_completed());
    assert_eq!(simulator.count("get_task"), 0);
}

#[tokio::test(start_paused = true)]
async fn updates_yield_each_change_and_then_end() {
    let script = Script::empty()
        .stay("pending", seconds(3))
        .stay("queued", seconds(7))
        .running(seconds(40));
    let (simulator, client) = with_script(script);
    let seen: Arc<Mutex<Vec<Update>>> = Arc::default();
    let log = seen.clone();
    let wait = start_one(&simulator, &client).await.wait();
    let wait = wait.on_status(move |update| log.lock().expect("no panic").push(update.clone()));
    let updates: Vec<Update> = wait.updates().try_collect().await.expect("no failure");
    let statuses: Vec<&str> = updates
        .iter()
        .map(|update| update.status.as_str())
        .collect();
    assert_eq!(statuses, ["pending", "queued", "running", "completed"]);
    assert_eq!(updates[0].elapsed, Duration::ZERO);
    assert_eq!(*seen.lock().expect("no panic"), updates);
}

#[tokio::test(start_paused = true)]
async fn a_wait_may_be_for_something_else_than_the_end() {
    let script = Script::empty()
        .stay("pending", seconds(5))
        .running(seconds(500));
    let (simulator, client) = with_script(script);
    let running =
        Condition::status(TaskStatus::Running).and(Condition::new(|task| task.title.is_some()));
    let wait = start_one(&simulator, &client).await.wait().until(running);
    let seen = wait.await.expect("it runs");
    assert_eq!(seen.status(), &TaskStatus::Running);
    assert!(seen.elapsed() < seconds(12), "{:?}", seen.elapsed());
    let never = Condition::status(TaskStatus::Failed).or(Condition::status(TaskStatus::Queued));
    let ended = seen
        .handle()
        .wait()
        .until(never)
        .await
        .expect("it ends all the same");
    assert!(ended.is_completed());
}

#[tokio::test(start_paused = true)]
async fn a_status_and_a_function_are_conditions_too() {
    let script = Script::empty()
        .stay("pending", seconds(5))
        .running(seconds(500));
    let (simulator, client) = with_script(script);
    let task = start_one(&simulator, &client).await;
    let running = task.wait().until(TaskStatus::Running).await;
    assert_eq!(running.expect("it runs").status(), &TaskStatus::Running);
    let is_running = |task: &Task| task.status == TaskStatus::Running;
    let running = task.wait().until(is_running).await;
    assert_eq!(running.expect("it runs").status(), &TaskStatus::Running);
}

#[tokio::test(start_paused = true)]
async fn a_task_is_waited_for_in_another_process() {
    let (simulator, client) = with_script(Script::empty().running(seconds(600)));
    let json = {
        let task = start_one(&simulator, &client).await;
        serde_json::to_string(task.task_ref()).expect("plain data")
    };
    let other = simulator.in_process_client().expect("another client");
    let saved: TaskRef = serde_json::from_str(&json).expect("its own form");
    assert!(
        other
            .task(saved)
            .wait()
            .await
            .expect("an end")
            .is_completed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_faster_wait_has_to_be_asked_for() {
    let (simulator, client) = with_script(Script::empty().running(seconds(5)));
    let ms = Duration::from_millis;
    let policy = PollPolicy::default()
        .with_first(ms(100))
        .with_factor(1.0)
        .with_cap(ms(100));
    let task = start_one(&simulator, &client).await;
    let error = task.wait().poll(policy.clone()).await;
    let error = error.expect_err("it is too fast");
    assert!(matches!(error, WaitError::Refused { .. }), "{error}");
    assert_eq!(simulator.count("get_task"), 0);
    let wait = task.wait().poll(policy.with_allow_fast(true));
    assert!(wait.await.expect("an end").polls() > 40);
}

#[tokio::test(start_paused = true)]
async fn statuses_that_are_not_known_and_reviews_are_waited_out() {
    let script = Script::empty()
        .stay("unheard_of", seconds(20))
        .review()
        .running(seconds(5));
    let (simulator, client) = with_script(script);
    let task = client
        .run(simulator.agent_id())
        .query("Hi")
        .start()
        .await
        .expect("a task");
    let error = task
        .wait()
        .deadline(seconds(60))
        .await
        .expect_err("it waits for approval");
    let WaitError::Deadline(error) = error else {
        panic!("{error}")
    };
    assert_eq!(error.last_status(), Some(&TaskStatus::AwaitingReview));
    simulator.approve(task.task_id());
    assert!(task.wait().await.expect("an end").is_completed());
}

#[tokio::test(start_paused = true)]
async fn a_wait_survives_an_outage_of_the_status() {
    let (simulator, client) = with_script(Script::empty().running(seconds(30)));
    let task = client
        .run(simulator.agent_id())
        .query("Hi")
        .start()
        .await
        .expect("a task");
    for fault in [
        Fault::status_before(503),
        Fault::reset_before(),
        Fault::html_error_page(),
    ] {
        simulator.inject(fault.on("get_task").times(7));
    }
    assert!(task.wait().await.expect("an end").is_completed());
}

#[tokio::test(start_paused = true)]
async fn a_wait_survives_ten_minutes_of_outage() {
    for minutes in [5, 15] {
        let (simulator, client) = with_script(Script::empty().running(seconds(60 * minutes)));
        let task = start_one(&simulator, &client).await;
        let start = Instant::now();
        let outage = async {
            sleep(seconds(60)).await;
            simulator.inject(Fault::status_before(503));
            sleep(seconds(600)).await;
            simulator.clear_faults();
        };
        let (end, ()) = tokio::join!(std::future::IntoFuture::into_future(task.wait()), outage);
        assert!(end.expect("an end").is_completed());
        // Ten seconds and a fifth, and what an attempt that failed last waits.
        let late = start.elapsed() - seconds(60 * minutes.max(11));
        assert!(late <= seconds(12), "{late:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_cannot_be_seen_ends_the_wait() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let error = client
        .task(uuid::Uuid::nil())
        .wait()
        .await
        .expect_err("there is none");
    assert!(matches!(error, WaitError::Gone { .. }), "{error}");
    assert_eq!(simulator.count("get_task"), 1);

    simulator.inject(Fault::reply(400, "application/json", r#"{"error":"no"}"#).on("get_task"));
    let error = client
        .task(uuid::Uuid::nil())
        .wait()
        .await
        .expect_err("it is refused");
    assert!(matches!(error, WaitError::Refused { .. }), "{error}");
    assert!(error.to_string().contains("400 Bad Request: no"), "{error}");
}

/// What a user's own tests make of the types that a wait returns.
#[test]
fn outcomes_can_be_made_by_hand() {
    let task = TaskRef::from(uuid::Uuid::nil());
    let exceeded = DeadlineExceeded::new(&task, seconds(60))
        .with_last_status(TaskStatus::Running)
        .with_polls(9)
        .with_cancelled(true);
    assert_eq!(exceeded.last_status(), Some(&TaskStatus::Running));
    assert_eq!((exceeded.polls(), exceeded.elapsed()), (9, seconds(60)));
    assert!(exceeded.is_cancelled() && exceeded.last_error().is_none());
    let asked = WaitError::needs_input(Question::new(&task));
    for error in [WaitError::from(exceeded), asked] {
        assert_eq!(error.task_ref(), &task);
    }
    let update = Update::new(&task, TaskStatus::Queued).with_elapsed(seconds(2));
    assert_eq!((update.polls, update.elapsed), (0, seconds(2)));
}
