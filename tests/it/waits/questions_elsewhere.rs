//! Questions that are found, stored, and answered later from elsewhere, each once.

use std::time::Duration;

use futures_util::TryStreamExt;
use nanonets_agents::{
    Error, ErrorKind, RetryPolicy, TaskRef,
    prelude::*,
    simulator::{AgentSpec, Fault, Script, Simulator},
    types::TaskStatus,
    wait::{Answered, Question, TaskHandle},
};
use support::stage::{seconds, seed, start_many, start_one, with_agent, with_script};
use tokio::time::{Instant, advance, sleep};

/// A task that asks, the question as another process has stored it, and that process's client.
struct Stage {
    simulator: Simulator,
    task: TaskHandle,
    question: Question,
}

impl Stage {
    async fn new(script: Script) -> Self {
        let (simulator, client) = with_script(script);
        let task = start_one(&simulator, &client).await.handle().clone();
        let question = task.fetch_question().await.expect("a reply");
        let stored = serde_json::to_string(&question.expect("it asks")).expect("it is plain");
        let elsewhere = simulator.in_process_client().expect("a client");
        let question: Question = serde_json::from_str(&stored).expect("it was stored");
        Self {
            task: elsewhere.task(&question),
            simulator,
            question,
        }
    }

    async fn answer(&self, text: &str) -> Result<Answered, Error> {
        self.task.answer(&self.question, text).await
    }

    /// Returns the user's messages that have arrived, without the query.
    fn arrived(&self) -> Vec<String> {
        arrived(&self.simulator, 0)
    }

    fn sent(&self) -> usize {
        self.simulator.count("send_task_message")
    }
}

fn arrived(simulator: &Simulator, task: usize) -> Vec<String> {
    let messages = simulator.tasks()[task].messages.clone();
    let users = messages
        .into_iter()
        .filter(|message| message.role == "user");
    users.skip(1).map(|message| message.text).collect()
}

fn asking() -> Script {
    Script::empty().ask("Which currency?").running(seconds(5))
}

fn text_of(answered: Answered) -> String {
    match answered {
        Answered::AlreadyAnswered(message) => message.text().expect("a text"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_stored_question_is_answered_once_by_any_process() {
    let stage = Stage::new(asking()).await;
    assert_eq!(stage.question.text().as_deref(), Some("Which currency?"));
    assert!(stage.question.message_id().is_some());
    assert_eq!(
        stage.answer("EUR").await.expect("an outcome"),
        Answered::Sent
    );

    // At once, by the same process and by a third one; and again when the task has ended.
    let third = stage.simulator.in_process_client().expect("a client");
    let third = third.task(stage.task.task_id());
    for delay in [seconds(0), seconds(60)] {
        advance(delay).await;
        assert_eq!(
            text_of(stage.answer("USD").await.expect("an outcome")),
            "EUR"
        );
        let answered = third.answer(&stage.question, "GBP").await;
        assert_eq!(text_of(answered.expect("an outcome")), "EUR");
    }
    assert_eq!((stage.arrived(), stage.sent()), (vec!["EUR".to_owned()], 1));
}

#[tokio::test(start_paused = true)]
async fn an_answer_whose_reply_is_lost_arrives_once() {
    for (fault, sent) in [
        (Fault::reset_after(), 1),
        (Fault::status_after(500), 1),
        (Fault::status_after(504), 1),
        (Fault::cut_body(3), 1),
        (Fault::late_after_reset(seconds(10)), 1),
        (Fault::late_after_status(504, seconds(50)), 1),
        // It isn't there, twice looked for.
        (Fault::reset_before(), 2),
        (Fault::status_before(503), 2),
    ] {
        // The messages lag as well, and the status is older than the answer.
        let stage = Stage::new(asking().answer_delay(seconds(4))).await;
        stage.simulator.inject(Fault::stale_messages(seconds(3)));
        stage
            .simulator
            .inject(fault.clone().on("send_task_message").times(1));
        let answered = stage.answer("EUR").await.expect("an outcome");
        assert_eq!(answered, Answered::Sent, "{fault:?}");
        assert_eq!(
            (stage.arrived().len(), stage.sent()),
            (1, sent),
            "{fault:?}"
        );
    }
}

/// A process that died after it had sent its answer left nothing but the message.
#[tokio::test(start_paused = true)]
async fn an_answer_that_another_process_has_given_is_told() {
    let stage = Stage::new(asking().ask("Really?")).await;
    let person = Fault::answered_by_another("by hand").on("list_task_messages");
    stage.simulator.inject(person.times(1));
    assert_eq!(
        text_of(stage.answer("EUR").await.expect("an outcome")),
        "by hand"
    );
    // The next question is another one.
    sleep(seconds(30)).await;
    let next = stage
        .task
        .fetch_question()
        .await
        .expect("a reply")
        .expect("it asks");
    assert_eq!(next.text().as_deref(), Some("Really?"));
    assert_eq!(
        text_of(stage.answer("EUR").await.expect("an outcome")),
        "by hand"
    );
    let answered = stage.task.answer(&next, "yes").await.expect("an outcome");
    assert_eq!(answered, Answered::Sent);
    assert_eq!(
        (stage.arrived(), stage.sent()),
        (vec!["by hand".into(), "yes".into()], 1)
    );
}

#[tokio::test(start_paused = true)]
async fn a_task_that_has_ended_meanwhile_is_told() {
    // Before the answer is sent, and in the moment in which it is, when the server answers 409.
    for (operation, sent) in [("list_task_messages", 0), ("send_task_message", 1)] {
        let stage = Stage::new(asking()).await;
        let person = Fault::cancelled_by_another().on(operation).times(1);
        stage.simulator.inject(person);
        let answered = stage.answer("EUR").await.expect("an outcome");
        assert_eq!(
            answered,
            Answered::NoLongerAsked(TaskStatus::Stopped),
            "{operation}"
        );
        assert_eq!(
            (stage.arrived().len(), stage.sent()),
            (0, sent),
            "{operation}"
        );
        assert_eq!(stage.task.fetch_question().await.expect("a reply"), None);
    }
}

/// Whatever lags behind, the answer to the first question isn't given to the second one.
#[tokio::test(start_paused = true)]
async fn what_lags_behind_leads_to_no_wrong_answer() {
    let seed = seed("DIALOGUE_SEED");
    for number in 0..40 {
        let agent = AgentSpec::new("Asks").script(asking().ask("Really?"));
        let simulator = Simulator::builder()
            .agent(agent)
            .seed(seed + number)
            .build();
        let client = simulator.in_process_client().expect("a client");
        let task = start_one(&simulator, &client).await.handle().clone();
        let first = task
            .fetch_question()
            .await
            .expect("a reply")
            .expect("it asks");
        task.send_message("by hand").await.expect("a receipt");
        simulator.inject(Fault::stale_messages(seconds(4)));
        simulator.inject(Fault::stale_task(seconds(4)));
        advance(seconds(number as f64 / 4.0)).await;
        let elsewhere = simulator.in_process_client().expect("a client");
        let elsewhere = elsewhere.task(&first);
        let answered = elsewhere.answer(&first, "EUR").await.expect("an outcome");
        let arrived_now = arrived(&simulator, 0);
        // What no replica shows yet can't be seen: an answer within the lag.
        if number / 4 > 4 {
            assert_eq!(text_of(answered), "by hand", "{number}");
            assert_eq!(arrived_now, ["by hand"], "{number}");
        } else {
            assert!(arrived_now.len() <= 2, "{number}");
        }
        sleep(seconds(20)).await;
        let fresh = simulator.in_process_client().expect("a client");
        let next = fresh.task(&first).fetch_question().await.expect("a reply");
        if let Some(next) = next {
            assert_eq!(next.text().as_deref(), Some("Really?"), "{number}");
        } else {
            assert!(arrived_now.len() == 2, "{number}");
        }
    }
}

/// The agent asks something else by itself, and no answer to the first question is listed.
#[tokio::test(start_paused = true)]
async fn another_open_question_is_not_answered_instead() {
    let stage = Stage::new(asking()).await;
    let first = stage.question.message().expect("a message");
    let mut next = first.clone();
    next.id = uuid::Uuid::from_u128(7);
    let body = serde_json::json!({ "data": [first, next] }).to_string();
    let listed = Fault::reply(200, "application/json", body);
    stage.simulator.inject(listed.on("list_task_messages"));
    let answered = stage.answer("EUR").await.expect("an outcome");
    assert_eq!(
        answered,
        Answered::NoLongerAsked(TaskStatus::WaitingForInput)
    );
    assert_eq!(stage.sent(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_question_without_a_message_is_told_from_the_next_one() {
    let stage = Stage::new(asking()).await;
    let listed = Fault::reply(200, "application/json", r#"{"data": []}"#);
    stage.simulator.inject(listed.on("list_task_messages"));
    let elsewhere = stage.simulator.in_process_client().expect("a client");
    let task = elsewhere.task(stage.task.task_id());
    let question = task
        .fetch_question()
        .await
        .expect("a reply")
        .expect("it asks");
    assert_eq!(
        (question.message_id(), question.to_string().as_str()),
        (None, "(no question)")
    );

    let mut stored = serde_json::to_value(&question).expect("it is plain");
    stored["since"] = "2020-01-01T00:00:00Z".into();
    let older: Question = serde_json::from_value(stored).expect("it is whole");
    let answered = task.answer(&older, "EUR").await.expect("an outcome");
    assert_eq!(
        answered,
        Answered::NoLongerAsked(TaskStatus::WaitingForInput)
    );
    assert_eq!(stage.sent(), 0);
    let answered = task.answer(&question, "EUR").await.expect("an outcome");
    assert_eq!(answered, Answered::Sent);
    assert_eq!(stage.arrived(), ["EUR"]);
}

/// A status from before the question, or a list, doesn't make it look settled.
#[tokio::test(start_paused = true)]
async fn a_question_that_a_replica_does_not_know_yet_is_answered() {
    for lag in [
        Fault::stale_task(Duration::from_secs(3600)).times(2),
        Fault::stale_messages(Duration::from_secs(3600)).times(2),
    ] {
        let script = Script::empty().running(seconds(20)).ask("Which one?");
        let (simulator, client) = with_script(script);
        let task = start_one(&simulator, &client).await.handle().clone();
        assert_eq!(
            task.fetch_question().await.expect("a reply"),
            None,
            "it is running"
        );
        sleep(seconds(20)).await;
        let question = task
            .fetch_question()
            .await
            .expect("a reply")
            .expect("it asks");
        let elsewhere = simulator.in_process_client().expect("a client");
        simulator.inject(lag.clone());
        let answered = elsewhere.task(&question).answer(&question, "EUR").await;
        assert_eq!(answered.expect("an outcome"), Answered::Sent, "{lag:?}");
        assert_eq!(arrived(&simulator, 0), ["EUR"], "{lag:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_given_up_after_three_requests_and_says_that_it_may_have_arrived() {
    let stage = Stage::new(asking()).await;
    stage
        .simulator
        .inject(Fault::status_before(500).on("send_task_message"));
    let error = stage.answer("EUR").await.expect_err("the server fails");
    assert_eq!((stage.arrived().len(), stage.sent()), (0, 3));
    let text = error.to_string();
    assert!(text.starts_with("send_task_message: 500"), "{text}");
    assert!(
        text.contains("the answer may have arrived; give it again"),
        "{text}"
    );

    // Nor does an error of a look afterwards hide it.
    stage.simulator.clear_faults();
    stage
        .simulator
        .inject(Fault::reset_after().on("send_task_message").times(1));
    let off = |options: nanonets_agents::Options| options.retry(RetryPolicy::off());
    let client = stage.simulator.in_process_client().expect("a client");
    let client = client.with(off).expect("options");
    let task = client.task(&stage.question);
    let breaking = async {
        sleep(seconds(1)).await;
        stage
            .simulator
            .inject(Fault::status_before(503).on("get_task"));
    };
    let (answered, ()) = tokio::join!(task.answer(&stage.question, "EUR"), breaking);
    let error = answered.expect_err("the look fails").to_string();
    assert!(error.contains("get_task: 503"), "{error}");
    assert!(error.contains("the answer may have arrived"), "{error}");
    stage.simulator.clear_faults();
    assert_eq!(
        text_of(
            task.answer(&stage.question, "EUR")
                .await
                .expect("an outcome")
        ),
        "EUR"
    );
    assert_eq!(stage.arrived(), ["EUR"]);
}

#[tokio::test(start_paused = true)]
async fn one_of_two_calls_at_once_answers() {
    let stage = Stage::new(asking()).await;
    let other = stage.task.clone();
    let (first, second) = tokio::join!(stage.answer("EUR"), other.answer(&stage.question, "USD"));
    assert_eq!(first.expect("an outcome"), Answered::Sent);
    assert_eq!(second.expect("an outcome"), Answered::UnderWay);
    assert_eq!(stage.arrived(), ["EUR"]);

    // A wait of the client doesn't ask what was answered, and doesn't hand out its own turn.
    let stage = Stage::new(asking().ask("Really?")).await;
    stage.answer("EUR").await.expect("an outcome");
    let task = stage.task.clone();
    let wait = stage.task.wait().on_input(move |question: Question| {
        let task = task.clone();
        async move {
            assert_eq!(question.to_string(), "Really?");
            assert_eq!(task.fetch_question().await.expect("a reply"), None);
            let answered = task.answer(&question, "no").await.expect("an outcome");
            assert_eq!(answered, Answered::UnderWay);
            nanonets_agents::wait::Reply::text("yes")
        }
    });
    assert!(wait.await.expect("an end").is_completed());
    assert_eq!(stage.arrived(), ["EUR", "yes"]);
}

#[tokio::test(start_paused = true)]
async fn what_can_not_be_an_answer_is_refused_before_anything_is_sent() {
    let stage = Stage::new(asking()).await;
    let requests = stage.simulator.requests().len();
    let empty = stage.answer(" \n").await.expect_err("no text");
    let other = stage
        .task
        .answer(&Question::new(uuid::Uuid::nil()), "EUR")
        .await;
    let other = other.expect_err("another task's");
    for (error, said) in [
        (empty, "must have a text"),
        (other, "the question is one of the task 00000000"),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(said), "{error}");
    }
    assert_eq!(stage.simulator.requests().len(), requests);
    let unknown = stage.simulator.in_process_client().expect("a client");
    let error = unknown.task(uuid::Uuid::nil()).fetch_question().await;
    assert_eq!(error.expect_err("no task").status().expect("a reply"), 404);
}

#[tokio::test(start_paused = true)]
async fn the_open_question_comes_at_once_where_all_fits() {
    let stage = Stage::new(asking()).await;
    let begin = Instant::now();
    let question = stage.task.fetch_question().await.expect("a reply");
    assert_eq!(question.as_ref(), Some(&stage.question));
    assert_eq!(begin.elapsed(), Duration::ZERO);
    // A message by which it isn't clear yet takes another look.
    stage
        .simulator
        .inject(Fault::stale_messages(Duration::from_secs(3600)).times(2));
    let late = stage.simulator.in_process_client().expect("a client");
    let late = late.task(stage.task.task_id());
    assert_eq!(late.fetch_question().await.expect("a reply"), question);
    assert!(begin.elapsed() > Duration::ZERO);
}

/// Two processes share a store, whose claim is the lock: it is unkind, and each question has one
/// answer.
#[tokio::test(start_paused = true)]
async fn with_a_claim_each_question_is_answered_once_in_an_unkind_world() {
    const TASKS: usize = 200;
    let script = Script::empty()
        .running(seconds(5))
        .say("I look")
        .ask("First?");
    let script = script
        .answer_delay(seconds(3))
        .running(seconds(2))
        .ask("Second?");
    let agent = AgentSpec::new("Asks").script(script);
    let seed = seed("DIALOGUE_SEED");
    let simulator = Simulator::builder().agent(agent).seed(seed).build();
    let client = simulator.in_process_client().expect("a client");
    start_many(&simulator, &client, TASKS).await;
    for fault in [
        Fault::reset_after().on("send_task_message"),
        Fault::status_after(502).on("send_task_message"),
        Fault::reset_before().on("send_task_message"),
        Fault::cut_body(3).on("send_task_message"),
        Fault::late_after_status(504, seconds(40)).on("send_task_message"),
        Fault::status_before(503).on("get_task"),
        Fault::reset_after().on("list_task_messages"),
    ] {
        simulator.inject(fault.chance(0.05));
    }
    simulator.inject(Fault::stale_messages(seconds(3)));
    simulator.inject(Fault::stale_task(seconds(2)));
    let claimed = std::sync::Mutex::new(std::collections::HashSet::new());
    let process = async || {
        let client = simulator.in_process_client().expect("a client");
        for _ in 0..40 {
            let asking = client.list_tasks().status("waiting_for_input").items();
            let asking: Vec<TaskRef> = asking
                .map_ok(TaskRef::from)
                .try_collect()
                .await
                .expect("a list");
            for task in asking {
                let task = client.task(task);
                let question = task.fetch_question().await.expect("a reply");
                let Some(question) = question else { continue };
                let id = question.message_id();
                if claimed.lock().expect("no panic").insert(id) {
                    let text = format!("to {question}");
                    // An answer that stays unclear is given again, as its error says.
                    let answered = loop {
                        match task.answer(&question, text.as_str()).await {
                            Ok(answered) => break answered,
                            Err(error) => assert!(error.is_retryable(), "{error}"),
                        }
                    };
                    let is_own = match &answered {
                        Answered::Sent => true,
                        Answered::AlreadyAnswered(message) => message.text() == Some(text),
                        _ => false,
                    };
                    assert!(is_own, "{question}: {answered:?}");
                }
            }
            sleep(seconds(30)).await;
        }
    };
    tokio::join!(process(), process());
    for task in 0..TASKS {
        assert_eq!(
            arrived(&simulator, task),
            ["to First?", "to Second?"],
            "{task}"
        );
    }
    assert!(
        simulator.count("send_task_message") > 2 * TASKS,
        "it was unkind"
    );
}

#[tokio::test(start_paused = true)]
async fn all_open_questions_are_found_after_a_restart() {
    let agent = AgentSpec::new("Some ask").script_for(|run| match run.text().as_deref() {
        Some("0") => Script::empty().running(seconds(3600)),
        Some("1") => Script::empty(),
        Some(other) => Script::empty().ask(format!("What is {other}?")),
        None => Script::empty(),
    });
    let (simulator, client) = with_agent(agent);
    start_many(&simulator, &client, 5).await;
    let restarted = simulator.in_process_client().expect("a client");
    let asking = restarted
        .list_tasks()
        .status(TaskStatus::WaitingForInput)
        .items();
    let mut asking: Vec<_> = asking.try_collect().await.expect("a list");
    asking.reverse();
    let mut questions = Vec::new();
    for task in asking {
        let question = restarted
            .task(&task)
            .fetch_question()
            .await
            .expect("a reply");
        questions.push(question.expect("it asks").to_string());
    }
    assert_eq!(questions, ["What is 2?", "What is 3?", "What is 4?"]);
}
