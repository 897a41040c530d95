//! Waiting for one task and for many, with questions in between, in process under paused time.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt, StreamExt, TryStreamExt};
use nanonets_agents::{
    prelude::*,
    simulator::{AgentSpec, Fault, Script, Simulator},
    wait::{Condition, DeadlineExceeded, PollPolicy, Update},
};
use support::stage::{seconds, with_agent, with_script};
use tokio::time::{Instant, sleep, timeout};

async fn started(simulator: &Simulator, client: &Client) -> Started {
    let run = client.run(simulator.agent_id()).query("How many?");
    run.start().await.expect("a task")
}

async fn many(simulator: &Simulator, client: &Client, count: usize) -> Vec<TaskRef> {
    let mut tasks = Vec::new();
    for number in 0..count {
        let run = client.run(simulator.agent_id()).query(number.to_string());
        tasks.push(run.start().await.expect("a task").reference().clone());
    }
    tasks
}

fn status_of(simulator: &Simulator, task: &TaskRef) -> String {
    let mut tasks = simulator.tasks().into_iter();
    let found = tasks.find(|found| found.id == task.task_id());
    found.expect("it is there").status
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
    let wait = started(&simulator, &client).await.wait();
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
    let wait = started(&simulator, &client).await.wait().until(running);
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
async fn a_question_is_answered_once_although_the_status_is_older_than_the_answer() {
    let script = Script::empty()
        .ask("Which one?")
        .answer_delay(seconds(30))
        .ask("Really?")
        .running(seconds(5));
    let (simulator, client) = with_script(script);
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = asked.clone();
    let started = started(&simulator, &client).await;
    let id = started.task_id();
    let wait = started.wait().on_input(move |question: Question| {
        let log = log.clone();
        async move {
            assert_eq!(question.task_ref().task_id(), id);
            sleep(seconds(2)).await;
            log.lock().expect("no panic").push(question.to_string());
            Reply::text("the first")
        }
    });
    assert!(wait.await.expect("an end").is_completed());
    assert_eq!(*asked.lock().expect("no panic"), ["Which one?", "Really?"]);
    assert_eq!(simulator.count("send_task_message"), 2);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_not_repeated_blindly() {
    for (fault, sent) in [
        (Fault::reset_after(), 1),
        (Fault::status_after(500), 1),
        // It isn't there, twice looked for.
        (Fault::reset_before(), 2),
        (Fault::status_before(503), 2),
    ] {
        let (simulator, client) = with_script(Script::empty().ask("Which one?"));
        simulator.inject(fault.clone().on("send_task_message").times(1));
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        let wait = started(&simulator, &client).await.wait();
        let wait = wait.on_input(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            async { Reply::text("the first") }
        });
        assert!(wait.await.expect("an end").is_completed(), "{fault:?}");
        assert_eq!(calls.load(Ordering::Relaxed), 1, "{fault:?}");
        assert_eq!(simulator.count("send_task_message"), sent, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_may_decline_panic_or_never_return() {
    let (simulator, client) = with_script(Script::empty().ask("Which one?"));
    let task = started(&simulator, &client).await;
    let declined = task.wait().on_input(|_| async { Reply::decline() }).await;
    let error = declined.expect_err("it is left open");
    assert!(matches!(error, WaitError::NeedsInput { .. }), "{error}");

    let panicked = task.wait().on_input(|_| async { panic!("no idea") }).await;
    let error = panicked.expect_err("it is still open");
    assert!(
        matches!(error, WaitError::HandlerPanicked { .. }),
        "{error}"
    );

    let start = Instant::now();
    let wait = task.wait().on_input(|_| std::future::pending());
    let error = wait
        .deadline(seconds(60))
        .await
        .expect_err("it takes too long");
    assert!(matches!(error, WaitError::Deadline(_)), "{error}");
    assert_eq!(start.elapsed(), seconds(60));
    assert_eq!(simulator.count("send_task_message"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_of_zero_is_refused() {
    let (simulator, client) = with_script(Script::default());
    let wait = started(&simulator, &client).await.wait();
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
    let task = started(&simulator, &client).await;
    let wait = task.wait().deadline(seconds(30)).cancel_at_deadline(true);
    let Err(WaitError::Deadline(error)) = wait.await else {
        panic!("it takes longer");
    };
    assert!(error.is_cancelled());
    assert!(error.to_string().ends_with("it was cancelled"), "{error}");
    assert_eq!(status_of(&simulator, error.task_ref()), "stopped");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_wait_leaves_the_task_alone_unless_it_was_told_otherwise() {
    let (simulator, client) = with_script(Script::empty().running(seconds(600)));
    for (cancels, status) in [(false, "running"), (true, "stopped")] {
        let task = started(&simulator, &client).await;
        let wait = task.wait().cancel_on_drop(cancels);
        let dropped = timeout(seconds(20), std::future::IntoFuture::into_future(wait)).await;
        dropped.expect_err("it takes longer");
        sleep(seconds(1)).await;
        assert_eq!(status_of(&simulator, task.reference()), status);
    }
    // One that has ended is left as it is.
    let (simulator, client) = with_script(Script::default());
    let wait = started(&simulator, &client)
        .await
        .wait()
        .cancel_on_drop(true);
    assert!(wait.await.expect("an end").is_completed());
    sleep(seconds(1)).await;
    assert_eq!(simulator.count("cancel_task"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_task_is_waited_for_in_another_process() {
    let (simulator, client) = with_script(Script::empty().running(seconds(600)));
    let json = {
        let task = started(&simulator, &client).await;
        serde_json::to_string(task.reference()).expect("plain data")
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
async fn a_wait_survives_ten_minutes_of_outage() {
    for minutes in [5, 15] {
        let (simulator, client) = with_script(Script::empty().running(seconds(60 * minutes)));
        let task = started(&simulator, &client).await;
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
async fn a_faster_wait_has_to_be_asked_for() {
    let (simulator, client) = with_script(Script::empty().running(seconds(5)));
    let ms = Duration::from_millis;
    let policy = PollPolicy::default()
        .with_first(ms(100))
        .with_factor(1.0)
        .with_cap(ms(100));
    let task = started(&simulator, &client).await;
    let error = task.wait().poll(policy.clone()).await;
    let error = error.expect_err("it is too fast");
    assert!(matches!(error, WaitError::Refused { .. }), "{error}");
    assert_eq!(simulator.count("get_task"), 0);
    let wait = task.wait().poll(policy.with_allow_fast(true));
    assert!(wait.await.expect("an end").polls() > 40);
}

async fn ends(stream: nanonets_agents::wait::ManyEnds) -> Vec<Result<Finished, WaitError>> {
    let day = seconds(86_400);
    timeout(day, stream.collect())
        .await
        .expect("it ends within a day of virtual time")
}

fn count_completed(ends: &[Result<Finished, WaitError>]) -> usize {
    let finished = ends.iter().flatten();
    finished.filter(|finished| finished.is_completed()).count()
}

#[tokio::test(start_paused = true)]
async fn many_tasks_end_with_a_terminal_status_that_was_seen() {
    let agent = AgentSpec::new("Timed").script_for(|run| {
        let number: u32 = run
            .query
            .as_deref()
            .unwrap_or_default()
            .parse()
            .unwrap_or(0);
        let script = Script::empty().running(seconds(number % 200));
        match number % 3 {
            0 => script.fail("No."),
            _ => script,
        }
    });
    let (simulator, client) = with_agent(agent);
    let tasks = many(&simulator, &client, 600).await;
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

/// Each of a thousand tasks asks one to five questions; statuses are stale, replies get lost, polls
/// are doubled.
#[tokio::test(start_paused = true)]
async fn every_question_of_a_thousand_tasks_is_answered_once() {
    const TASKS: usize = 1000;
    let questions = |number: usize| number % 5 + 1;
    let agent = AgentSpec::new("Asking").script_for(move |run| {
        let number: usize = run
            .query
            .as_deref()
            .unwrap_or_default()
            .parse()
            .unwrap_or(0);
        let mut script = Script::empty().answer_delay(seconds(number as u32 % 20));
        for question in 0..questions(number) {
            script = script
                .running(seconds(5))
                .ask(format!("Question {question}?"));
        }
        script
    });
    let simulator = Simulator::builder()
        .agent(agent)
        .seed(3)
        .keep_requests(0)
        .build();
    let client = simulator.in_process_client().expect("a client");
    let tasks = many(&simulator, &client, TASKS).await;
    for fault in [
        Fault::reset_after().on("send_task_message"),
        Fault::status_after(500).on("send_task_message"),
        Fault::cut_body(3).on("send_task_message"),
        Fault::reset_before().on("send_task_message"),
        Fault::status_before(502).on("list_tasks"),
        Fault::reset_after().on("list_task_messages"),
    ] {
        simulator.inject(fault.chance(0.1));
    }
    simulator.inject(Fault::stale_list(seconds(10)));
    let asked: Arc<Mutex<HashMap<(TaskId, String), usize>>> = Arc::default();
    let log = asked.clone();
    let wait = client.wait_many(tasks).deadline(seconds(86_400));
    let wait = wait.on_input(move |question: Question| {
        let key = (question.task_ref().task_id(), question.to_string());
        *log.lock().expect("no panic").entry(key).or_default() += 1;
        async { Reply::text("yes") }
    });
    let ends = ends(wait.requests_per_second(200.0).stream()).await;
    assert_eq!(ends.len(), TASKS);
    for end in ends {
        assert!(end.expect("an end").is_completed());
    }
    simulator.clear_faults();
    let expected: usize = (0..TASKS).map(questions).sum();
    let asked = asked.lock().expect("no panic").clone();
    assert_eq!(asked.len(), expected);
    assert!(
        asked.values().all(|times| *times == 1),
        "each is asked once"
    );
    for task in simulator.tasks() {
        let messages = client
            .task(task.id)
            .fetch_messages()
            .await
            .expect("messages");
        let answers = messages
            .iter()
            .filter(|message| message.is_from_user())
            .count()
            - 1;
        let number: usize = task.run.query.expect("a number").parse().expect("a number");
        assert_eq!(answers, questions(number), "each is answered once");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_lags_and_pages_that_fail_change_nothing_but_the_time() {
    let (simulator, client) = with_script(Script::empty().running(seconds(50)));
    let tasks = many(&simulator, &client, 300).await;
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
    let first = many(&simulator, &client, 2).await;
    let mut wait = client.wait_many(first.clone());
    let sender = wait.sender();
    let mut stream = wait.stream();
    for _ in 0..2 {
        assert!(stream.next().await.expect("an end").is_ok());
    }
    assert!(stream.next().now_or_never().is_none(), "more may come");
    let later = many(&simulator, &client, 1).await;
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
    let good = many(&simulator, &client, 2).await;
    let nowhere = TaskRef::from(uuid::Uuid::nil());
    let twice = good[0].clone();
    let mut tasks = vec![
        foreign.reference().clone(),
        asking.reference().clone(),
        slow.reference().clone(),
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
async fn a_handler_that_panics_for_one_task_or_hangs_leaves_the_others_alone() {
    let agent = AgentSpec::new("Asking")
        .script_for(|run| Script::empty().ask(run.query.clone().unwrap_or_default()));
    let (simulator, client) = with_agent(agent);
    let tasks = many(&simulator, &client, 6).await;
    let wait = client.wait_many(tasks).deadline(seconds(300));
    let wait = wait.on_input(|question: Question| async move {
        match question.to_string().as_str() {
            "0" => panic!("no idea"),
            "1" => std::future::pending().await,
            "2" => Reply::decline(),
            _ => Reply::text("yes"),
        }
    });
    let ends = ends(wait.stream()).await;
    let completed = count_completed(&ends);
    assert_eq!((ends.len(), completed), (6, 3));
    let errors = ends.iter().filter_map(|end| end.as_ref().err());
    for error in errors {
        let expected = matches!(
            error,
            WaitError::HandlerPanicked { .. }
                | WaitError::Deadline(_)
                | WaitError::NeedsInput { .. }
        );
        assert!(expected, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn updates_of_many_tasks_show_every_change() {
    let script = Script::empty()
        .stay("pending", seconds(20))
        .running(seconds(30));
    let (simulator, client) = with_script(script);
    let tasks = many(&simulator, &client, 150).await;
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
    let mut tasks = many(&simulator, &client, 100).await;
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
    let tasks = many(&simulator, &client, 200).await;
    simulator.inject(Fault::status_before(500).on("list_tasks"));
    let ends = ends(client.wait_many(tasks).stream()).await;
    assert_eq!(ends.iter().flatten().count(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_revoked_ends_the_wait_for_many_tasks_too() {
    let (simulator, client) = with_script(Script::empty().running(seconds(500)));
    let tasks = many(&simulator, &client, 200).await;
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
    let agent = AgentSpec::new("Asking").script_for(|run| match run.query.as_deref() {
        Some("0") => Script::empty().ask("Which one?").running(seconds(60)),
        _ => Script::empty().running(seconds(300)),
    });
    let (simulator, client) = with_agent(agent);
    let tasks = many(&simulator, &client, 2).await;
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

/// The message is queued, says the documentation: it may be listed later than its acknowledgement.
#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_listed_yet_is_not_given_again() {
    let script = Script::empty().ask("Which one?").answer_delay(seconds(60));
    let (simulator, client) = with_script(script);
    let simulator = Arc::new(simulator);
    let task = started(&simulator, &client).await;
    let stage = simulator.clone();
    let wait = task.wait().on_input(move |question: Question| {
        let message = question.message().expect("a message");
        let old = serde_json::json!({ "data": [message] }).to_string();
        let stale = Fault::reply(200, "application/json", old);
        stage.inject(stale.on("list_task_messages").times(3));
        async { Reply::text("the first") }
    });
    assert!(wait.await.expect("an end").is_completed());
    assert!(simulator.count("list_task_messages") > 3);
    assert_eq!(simulator.count("send_task_message"), 1);
}

#[tokio::test(start_paused = true)]
async fn times_without_end_are_times_without_end() {
    let (simulator, client) = with_script(Script::empty().running(seconds(50)));
    let tasks = many(&simulator, &client, 30).await;
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
async fn settings_that_cannot_work_are_refused_for_each_task_before_anything_is_sent() {
    let (simulator, client) = with_script(Script::empty().running(seconds(50)));
    let tasks = many(&simulator, &client, 3).await;
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
async fn a_status_and_a_function_are_conditions_too() {
    let script = Script::empty()
        .stay("pending", seconds(5))
        .running(seconds(500));
    let (simulator, client) = with_script(script);
    let task = started(&simulator, &client).await;
    let running = task.wait().until(TaskStatus::Running).await;
    assert_eq!(running.expect("it runs").status(), &TaskStatus::Running);
    let is_running = |task: &Task| task.status == TaskStatus::Running;
    let running = task.wait().until(is_running).await;
    assert_eq!(running.expect("it runs").status(), &TaskStatus::Running);
}

#[tokio::test(start_paused = true)]
async fn all_that_names_a_task_can_be_waited_for() {
    let (simulator, client) = with_script(Script::empty().running(seconds(5)));
    let task = started(&simulator, &client).await;
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

#[tokio::test(start_paused = true)]
async fn a_cancellation_at_the_deadline_tells_the_truth_and_takes_no_time() {
    // It hangs.
    let (simulator, client) = with_script(Script::empty().running(seconds(600)));
    let task = started(&simulator, &client).await;
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
    let task = started(&simulator, &client).await;
    let wait = task.wait().deadline(seconds(29)).cancel_at_deadline(true);
    let finished = wait.await.expect("it has ended by itself");
    assert!(finished.is_completed());
}

#[tokio::test(start_paused = true)]
async fn what_a_slow_walk_has_found_is_told_at_once() {
    let (simulator, client) = with_script(Script::empty());
    let tasks = many(&simulator, &client, 1000).await;
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
    let first = many(&simulator, &client, 50).await;
    let mut wait = client.wait_many(first);
    let sender = wait.sender();
    let before = simulator.requests().len();
    let adding = async {
        let mut runs = 0;
        for _ in 0..500 {
            sleep(Duration::from_millis(200)).await;
            let task = many(&simulator, &client, 1).await.remove(0);
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
async fn a_408_is_no_reason_to_give_up() {
    let (simulator, client) = with_script(Script::empty().ask("Which one?").running(seconds(5)));
    simulator.inject(Fault::status_before(408).on("get_task").times(2));
    simulator.inject(Fault::status_after(408).on("send_task_message").times(1));
    let wait = started(&simulator, &client).await.wait();
    let wait = wait.on_input(|_| async { Reply::text("the first") });
    assert!(wait.await.expect("an end").is_completed());
    assert_eq!(simulator.count("send_task_message"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_dropped_before_it_is_polled_cancels_too() {
    let (simulator, client) = with_script(Script::empty().running(seconds(600)));
    let task = started(&simulator, &client).await;
    let wait = task.wait().cancel_on_drop(true);
    drop(std::future::IntoFuture::into_future(wait));
    sleep(seconds(1)).await;
    assert_eq!(status_of(&simulator, task.reference()), "stopped");
}
