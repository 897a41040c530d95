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
    types::TaskStatus,
    wait::{PollPolicy, Question, Reply, WaitError},
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

async fn panicking(_: Question) -> Reply {
    panic!("no idea")
}

#[tokio::test(start_paused = true)]
async fn a_handler_may_decline_panic_or_never_return() {
    let (simulator, client) = with_script(Script::empty().ask("Which one?"));
    let task = start_one(&simulator, &client).await;
    let declined = task.wait().on_input(|_| async { Reply::decline() }).await;
    let error = declined.expect_err("it is left open");
    assert!(matches!(error, WaitError::NeedsInput { .. }), "{error}");

    let panicked = task.wait().on_input(panicking).await;
    let error = panicked.expect_err("it is still open");
    assert!(
        matches!(error, WaitError::HandlerPanicked { .. }),
        "{error}"
    );

    let start = Instant::now();
    let wait = task.wait().on_input(|_| std::future::pending::<Reply>());
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

/// What was written in a conversation by its user, after the query.
async fn written(client: &Client, task: TaskId) -> Vec<String> {
    let messages = client.task(task).fetch_messages().await.expect("messages");
    let own = messages.iter().filter(|message| message.is_from_user());
    own.skip(1).filter_map(|message| message.text()).collect()
}

/// So often that much is seen before it is up to date.
fn each_second() -> PollPolicy {
    PollPolicy::default().with_factor(1.0)
}

/// Answers with the question's own text, after this long.
fn echo(time: u32) -> impl Fn(Question) -> futures_util::future::BoxFuture<'static, Reply> {
    move |question| {
        Box::pin(async move {
            sleep(seconds(time)).await;
            Reply::text(question.to_string())
        })
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_took_minutes_is_not_given_to_another_question() {
    let script = Script::empty().ask("A?").running(seconds(1)).ask("B?");
    let (simulator, client) = with_script(script);
    for many in [false, true] {
        let started = start_one(&simulator, &client).await;
        let id = started.task_id();
        let person = async {
            sleep(seconds(5)).await;
            let other = simulator.in_process_client().expect("a client");
            other
                .task(id)
                .send_message("by hand")
                .await
                .expect("a receipt");
        };
        if many {
            let wait = client.wait_many([id]).on_input(echo(120));
            let (ends, ()) = tokio::join!(ends(wait.stream()), person);
            assert_eq!(count_completed(&ends), 1);
        } else {
            let (end, ()) = tokio::join!(started.wait().on_input(echo(120)), person);
            assert!(end.expect("an end").is_completed());
        }
        assert_eq!(written(&client, id).await, ["by hand", "B?"]);
    }
}

/// The handler has done its part, whatever the reading after it comes to.
#[tokio::test(start_paused = true)]
async fn a_handler_is_asked_once_although_its_question_cannot_be_read_again() {
    let (simulator, client) = with_script(Script::empty().ask("Which one?"));
    let simulator = Arc::new(simulator);
    let started = start_one(&simulator, &client).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let (stage, count) = (simulator.clone(), asked.clone());
    let wait = started.wait().on_input(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        stage.inject(Fault::status_before(500).on("list_task_messages").times(10));
        async {
            sleep(seconds(5)).await;
            Reply::text("the first")
        }
    });
    assert!(wait.await.expect("an end").is_completed());
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert_eq!(written(&client, started.task_id()).await, ["the first"]);
}

/// The status is older than the answer by half a minute, and the agent talks meanwhile.
#[tokio::test(start_paused = true)]
async fn what_an_agent_says_while_it_works_is_no_question() {
    let script = Script::empty()
        .ask("Which one?")
        .answer_delay(seconds(20))
        .running(seconds(2))
        .say("Thanks, I am at it")
        .running(seconds(5));
    let (simulator, client) = with_script(script);
    let started = start_one(&simulator, &client).await;
    simulator.inject(Fault::stale_task(seconds(10)));
    let wait = started.wait().poll(each_second());
    let end = wait.on_input(echo(2)).await;
    assert!(end.expect("an end").is_completed());
    assert_eq!(written(&client, started.task_id()).await, ["Which one?"]);

    // Nor is it for a wait without a handler.
    let started = start_one(&simulator, &client).await;
    let task = started.handle();
    let error = task.wait().await.expect_err("it asks");
    assert!(matches!(error, WaitError::NeedsInput { .. }), "{error}");
    task.send_message("This one").await.expect("a receipt");
    assert!(task.wait().await.expect("an end").is_completed());
}

/// A success was seen, whatever became of its body.
#[tokio::test(start_paused = true)]
async fn an_answer_that_was_accepted_is_never_repeated() {
    let script = Script::empty().ask("Which one?").answer_delay(seconds(300));
    let (simulator, client) = with_script(script);
    simulator.inject(Fault::cut_body(3).on("send_task_message").times(1));
    simulator.inject(Fault::stale_messages(seconds(100)));
    let started = start_one(&simulator, &client).await;
    // Its question is listed later than it is asked.
    let end = started.wait().on_input(echo(0)).await;
    assert!(end.expect("an end").is_completed());
    assert_eq!(simulator.count("send_task_message"), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_arrives_late_is_not_given_twice() {
    for late in [
        Fault::late_after_reset(seconds(10)),
        Fault::late_after_status(502, seconds(10)),
        Fault::late_after_status(504, seconds(50)),
        Fault::late_after_silence(seconds(20)),
    ] {
        // Given twice, the second would answer the second question.
        let script = Script::empty().ask("A?").running(seconds(1)).ask("B?");
        let (simulator, client) = with_script(script);
        simulator.inject(late.clone().on("send_task_message").times(1));
        let started = start_one(&simulator, &client).await;
        let wait = started.wait().poll(each_second());
        let end = wait.on_input(echo(0)).await;
        assert!(end.expect("an end").is_completed());
        let written = written(&client, started.task_id()).await;
        assert_eq!(written, ["A?", "B?"], "{late:?}");
        assert_eq!(simulator.count("send_task_message"), 2, "{late:?}");
    }
}

/// The first one answers; the others see it, and ask their handlers no more.
#[tokio::test(start_paused = true)]
async fn waits_for_one_task_answer_its_question_once() {
    for is_one_client in [true, false] {
        let script = Script::empty().ask("Which one?").running(seconds(30));
        let (simulator, client) = with_script(script);
        let started = start_one(&simulator, &client).await;
        let id = started.task_id();
        let second = if is_one_client {
            client.clone()
        } else {
            simulator.in_process_client().expect("another process")
        };
        let asked = Arc::new(AtomicUsize::new(0));
        let slow = |time: u32| {
            let asked = asked.clone();
            move |_| {
                asked.fetch_add(1, Ordering::Relaxed);
                async move {
                    sleep(seconds(time)).await;
                    Reply::text(format!("after {time}"))
                }
            }
        };
        let first = started.wait().on_input(slow(20)).into_future();
        let second = second.task(id).wait().on_input(slow(10)).into_future();
        let (first, second) = tokio::join!(first, second);
        assert!(first.expect("an end").is_completed());
        assert!(second.expect("an end").is_completed());
        let answers = written(&client, id).await;
        assert_eq!(answers.len(), 1, "{answers:?}");
        let asked = asked.load(Ordering::Relaxed);
        assert_eq!(asked, if is_one_client { 1 } else { 2 });
    }
}

/// What a refusal means depends on the task.
#[tokio::test(start_paused = true)]
async fn an_answer_that_is_refused_is_kept_while_the_task_waits() {
    let (simulator, client) = with_script(Script::empty().ask("Which one?"));
    let refuse = |status| {
        simulator.inject(
            Fault::status_before(status)
                .on("send_task_message")
                .times(2),
        )
    };
    refuse(409);
    let started = start_one(&simulator, &client).await;
    let end = started.wait().on_input(echo(0)).await;
    assert!(end.expect("an end").is_completed());
    assert_eq!(written(&client, started.task_id()).await, ["Which one?"]);
    assert_eq!(simulator.count("send_task_message"), 3);

    refuse(400);
    let started = start_one(&simulator, &client).await;
    let wait = started.wait().on_input(echo(0));
    let error = wait.await.expect_err("it is refused");
    assert!(matches!(error, WaitError::Refused { .. }), "{error}");
    simulator.clear_faults();

    // Whether it has come too late can't be seen at once; the handler isn't asked once more.
    refuse(409);
    simulator.inject(Fault::status_before(500).on("get_task").times(10));
    let started = start_one(&simulator, &client).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let wait = started.wait().on_input(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        async { Reply::text("the first") }
    });
    assert!(wait.await.expect("an end").is_completed());
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    simulator.clear_faults();

    // The task has ended while its question was asked.
    for status in [400, 409] {
        refuse(status);
        let started = start_one(&simulator, &client).await;
        let task = started.handle().clone();
        let wait = started.wait().on_input(move |_| {
            let task = task.clone();
            async move {
                task.cancel().await.expect("it is stopped");
                Reply::text("too late")
            }
        });
        let finished = wait.await.expect("the end");
        assert_eq!(finished.status().to_string(), "stopped");
        simulator.clear_faults();
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_without_a_text_is_refused() {
    let (simulator, client) = with_script(Script::empty().ask("Which one?"));
    let started = start_one(&simulator, &client).await;
    for text in ["", " \n"] {
        let wait = started
            .wait()
            .on_input(move |_| async move { Reply::text(text) });
        let error = wait.await.expect_err("there is nothing to send");
        assert!(error.to_string().contains("must have a text"), "{error}");
        // Nor is it kept for the next wait.
        let slow = started.wait().on_input(move |_| async move {
            sleep(seconds(5)).await;
            Reply::text(text)
        });
        slow.await.expect_err("there is nothing to send");
    }
    assert_eq!(simulator.count("send_task_message"), 0);
    let end = started.wait().on_input(echo(0)).await;
    assert!(end.expect("an end").is_completed());
}

/// What is waited for is there already, and nothing is asked.
#[tokio::test(start_paused = true)]
async fn a_condition_that_holds_already_comes_before_a_question() {
    let script = Script::empty().ask("Which one?");
    let (simulator, client) = with_script(script);
    let started = start_one(&simulator, &client).await;
    sleep(seconds(5)).await;
    let run = client.run(simulator.agent_id()).query("How many?");
    let second = run.start().await.expect("a task");
    for task in [started.handle(), second.handle()] {
        let wait = task.wait().until(TaskStatus::WaitingForInput);
        let wait = wait.on_input(panicking);
        let finished = wait.await.expect("it waits for input");
        assert_eq!(*finished.status(), TaskStatus::WaitingForInput);
        // The handle knows, and the condition is tried all the same.
        let again = finished.handle().wait().until(TaskStatus::WaitingForInput);
        let again = again.await.expect("it still does");
        assert_eq!(*again.status(), TaskStatus::WaitingForInput);
    }
    assert_eq!(simulator.count("list_task_messages"), 0);
}
