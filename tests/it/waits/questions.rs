//! Questions of agents, each of which is answered once.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use nanonets_agents::{
    TaskId,
    prelude::*,
    simulator::{AgentSpec, Fault, Script, Simulator},
    wait::{Question, Reply, WaitError},
};
use support::stage::{seconds, start_many, start_one, with_agent, with_script};
use tokio::time::{Instant, sleep};

use super::many::{count_completed, ends};

#[tokio::test(start_paused = true)]
async fn a_question_ends_the_wait_with_the_question() {
    let (simulator, client) = with_script(
        Script::empty()
            .running(seconds(5))
            .ask("Which currency?")
            .running(seconds(5)),
    );
    let task = client
        .run(simulator.agent_id())
        .query("Total?")
        .start()
        .await
        .expect("a task");
    let error = task.wait().await.expect_err("it asks");
    let WaitError::NeedsInput {
        task: reference,
        question,
        ..
    } = error
    else {
        panic!("{error}")
    };
    assert_eq!(&reference, task.task_ref());
    assert_eq!(question.text().as_deref(), Some("Which currency?"));
    assert_eq!(question.to_string(), "Which currency?");

    let body = nanonets_agents::types::SendMessageRequest::builder().message("EUR");
    client
        .send_task_message()
        .task_id(task.task_id())
        .body(body)
        .send()
        .await
        .expect("a receipt");
    // The status is still the old one, and the answered question isn't asked again.
    assert!(
        client
            .task(reference)
            .wait()
            .await
            .expect("an end")
            .is_completed()
    );
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
    let started = start_one(&simulator, &client).await;
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
        let wait = start_one(&simulator, &client).await.wait();
        let wait = wait.on_input(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            async { Reply::text("the first") }
        });
        assert!(wait.await.expect("an end").is_completed(), "{fault:?}");
        assert_eq!(calls.load(Ordering::Relaxed), 1, "{fault:?}");
        assert_eq!(simulator.count("send_task_message"), sent, "{fault:?}");
    }
}

/// The message is queued, says the documentation: it may be listed later than its acknowledgement.
#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_listed_yet_is_not_given_again() {
    let script = Script::empty().ask("Which one?").answer_delay(seconds(60));
    let (simulator, client) = with_script(script);
    let simulator = Arc::new(simulator);
    let task = start_one(&simulator, &client).await;
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
async fn a_408_is_no_reason_to_give_up() {
    let (simulator, client) = with_script(Script::empty().ask("Which one?").running(seconds(5)));
    simulator.inject(Fault::status_before(408).on("get_task").times(2));
    simulator.inject(Fault::status_after(408).on("send_task_message").times(1));
    let wait = start_one(&simulator, &client).await.wait();
    let wait = wait.on_input(|_| async { Reply::text("the first") });
    assert!(wait.await.expect("an end").is_completed());
    assert_eq!(simulator.count("send_task_message"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_handler_may_decline_panic_or_never_return() {
    let (simulator, client) = with_script(Script::empty().ask("Which one?"));
    let task = start_one(&simulator, &client).await;
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
async fn a_handler_that_panics_for_one_task_or_hangs_leaves_the_others_alone() {
    let agent = AgentSpec::new("Asking")
        .script_for(|run| Script::empty().ask(run.text().unwrap_or_default()));
    let (simulator, client) = with_agent(agent);
    let tasks = start_many(&simulator, &client, 6).await;
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

/// Each of a thousand tasks asks one to five questions; statuses are stale, replies get lost, polls
/// are doubled.
#[tokio::test(start_paused = true)]
async fn every_question_of_a_thousand_tasks_is_answered_once() {
    const TASKS: usize = 1000;
    let questions = |number: usize| number % 5 + 1;
    let agent = AgentSpec::new("Asking").script_for(move |run| {
        let number: usize = run.text().unwrap_or_default().parse().unwrap_or(0);
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
    let tasks = start_many(&simulator, &client, TASKS).await;
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
        let number: usize = task
            .run
            .text()
            .expect("a number")
            .parse()
            .expect("a number");
        assert_eq!(answers, questions(number), "each is answered once");
    }
}
