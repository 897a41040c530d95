//! Run, wait, answer: the main job and what can go wrong on the way, in process under paused time.

use std::time::Duration;

use futures_util::stream;
use nanonets_agents::{
    prelude::*,
    simulator::{AgentSpec, Fault, Script, Simulator},
};
use serde_json::json;
use support::stage::{seconds, with_agent, with_script};
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn a_run_returns_the_summary_of_what_was_sent() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let summary = client
        .run(simulator.agent_id())
        .query("Read these.")
        .file(Upload::bytes("abc.txt", "abc"))
        .file(Upload::bytes("table.csv", "a,b\n").mime("application/x-table"))
        .file(Upload::path("examples/data/invoice.pdf").name("renamed.pdf"))
        .extra_field("source", "test")
        .await
        .expect("an answer");
    let answer = summary.structured().expect("an answer").into_owned();
    assert_eq!(answer["query"], "Read these.");
    assert_eq!(answer["extra"], json!({"source": "test"}));
    let files = &answer["files"];
    assert_eq!(
        files[0],
        json!({
            "name": "abc.txt",
            "mime": "text/plain",
            "size": 3,
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        })
    );
    assert_eq!(files[1]["mime"], "application/x-table");
    assert_eq!(
        (&files[2]["name"], &files[2]["mime"]),
        (&json!("renamed.pdf"), &json!("application/pdf"))
    );
    assert_eq!(simulator.count("run_agent"), 1);
    assert_eq!(simulator.count("get_task_summary"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stream_is_sent_with_and_without_its_length() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let pieces = || stream::iter(["a", "b", "c"].map(Ok::<_, std::io::Error>));
    for upload in [
        Upload::stream("s", pieces()),
        Upload::stream("s", pieces()).length(3),
    ] {
        let summary = client
            .run(simulator.agent_id())
            .file(upload)
            .await
            .expect("an answer");
        let file = summary.structured().expect("an answer")["files"][0].clone();
        assert_eq!(
            (&file["size"], &file["mime"]),
            (&json!(3), &json!("application/octet-stream"))
        );
        assert_eq!(
            file["sha256"],
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_output_is_a_type_and_its_schema_is_sent() {
    #[derive(serde::Deserialize, schemars::JsonSchema, Debug, PartialEq)]
    struct Invoice {
        total: f64,
        lines: Vec<String>,
    }
    let (simulator, client) =
        with_script(Script::empty().complete(json!({"total": 12.5, "lines": ["Paper"]})));
    for run in [
        client.run(simulator.agent_id()).query("Total?"),
        client
            .run(simulator.agent_id())
            .file(Upload::bytes("a.txt", "abc")),
    ] {
        let invoice: Invoice = run.output().await.expect("an invoice");
        assert_eq!(
            invoice,
            Invoice {
                total: 12.5,
                lines: vec!["Paper".to_owned()]
            }
        );
    }
    for task in simulator.tasks() {
        let config = task.run.output_config.expect("a schema was sent");
        let schema = config["output_schema"]
            .as_str()
            .expect("the schema is text");
        let schema: serde_json::Value = serde_json::from_str(schema).expect("of JSON");
        assert_eq!(schema["properties"]["total"]["type"], "number");
    }

    #[derive(serde::Deserialize, schemars::JsonSchema, Debug)]
    struct Letter {
        #[allow(dead_code)]
        sender: String,
    }
    let error = client
        .run(simulator.agent_id())
        .query("Who?")
        .output::<Letter>()
        .await;
    let error = error.expect_err("the answer is no letter");
    assert!(matches!(error, RunError::Output { .. }));
    assert!(
        error.to_string().contains("missing field `sender`"),
        "{error}"
    );
}

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
        .filter(|it| it.operation == Some("get_task"))
        .map(|it| it.at)
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
    assert_eq!(error.task_ref(), task.reference());
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
async fn the_default_deadline_is_half_an_hour() {
    let (simulator, client) = with_script(Script::empty().running(seconds(36000)));
    let start = Instant::now();
    let error = client
        .run(simulator.agent_id())
        .query("Hi")
        .await
        .expect_err("it takes longer");
    assert!(
        matches!(error, RunError::Wait(WaitError::Deadline(_))),
        "{error}"
    );
    assert_eq!(start.elapsed(), seconds(30 * 60));
}

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
    assert_eq!(&reference, task.reference());
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
async fn statuses_that_are_not_known_and_reviews_are_waited_out() {
    let script = Script::empty()
        .stay("scheduled", seconds(20))
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
        .expect_err("nobody has approved");
    let WaitError::Deadline(error) = error else {
        panic!("{error}")
    };
    assert_eq!(error.last_status(), Some(&TaskStatus::AwaitingReview));
    simulator.approve(task.task_id().into());
    assert!(task.wait().await.expect("an end").is_completed());
}

#[tokio::test(start_paused = true)]
async fn tasks_beyond_the_agents_limit_are_queued_and_done_in_turn() {
    let agent = AgentSpec::new("One at a time").concurrency(1);
    let (simulator, client) = with_agent(agent.script(Script::empty().running(seconds(10))));
    let run = || client.run(simulator.agent_id()).query("Hi").start();
    let (first, second, third) = (
        run().await.expect("a task"),
        run().await.expect("a task"),
        run().await.expect("a task"),
    );
    assert_eq!(
        second.task().fetch().await.expect("a state").status,
        TaskStatus::Queued
    );
    third.task().cancel().await.expect("a state");
    assert!(second.wait().await.expect("an end").is_completed());
    let first = first.task().fetch().await.expect("a state");
    assert_eq!(first.status, TaskStatus::Completed);
    assert_eq!(
        third.wait().await.expect("an end").status(),
        &TaskStatus::Stopped
    );
}

#[tokio::test(start_paused = true)]
async fn a_task_that_failed_is_an_error_of_the_run_and_no_error_of_the_wait() {
    let (simulator, client) = with_script(Script::empty().running(seconds(3)).fail("no such page"));
    let error = client
        .run(simulator.agent_id())
        .query("Hi")
        .await
        .expect_err("it fails");
    let text = error.to_string();
    let RunError::NotCompleted(finished) = error else {
        panic!("{text}")
    };
    assert_eq!(finished.status(), &TaskStatus::Failed);
    assert!(text.contains("ended as failed"), "{text}");
    let feed = finished.handle().fetch_result().await.expect("a feed").feed;
    assert_eq!(feed.last().expect("a step")["content"], "no such page");
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

/// What the server may do to a run, whether a task exists afterwards, and what the caller must be
/// told.
#[tokio::test(start_paused = true)]
async fn without_reconciliation_an_unclear_start_is_reported_and_never_sent_again() {
    for (fault, tasks) in [
        (Fault::status_before(500), 0),
        (Fault::status_before(503), 0),
        (Fault::status_before(408), 0),
        (Fault::status_after(500), 1),
        (Fault::reset_before(), 0),
        (Fault::reset_after(), 1),
        (Fault::html_error_page(), 0),
        (Fault::cut_body(10), 1),
        (Fault::reply(200, "application/json", ""), 0),
        (Fault::reply(200, "text/html", "<html></html>"), 0),
        (
            Fault::reply(200, "application/json", r#"{"task_id": 7}"#),
            0,
        ),
        (Fault::delay(seconds(31)), 1),
    ] {
        for has_file in [false, true] {
            let (simulator, client) = with_agent(AgentSpec::default());
            simulator.inject(fault.clone().on("run_agent"));
            let run = client.run(simulator.agent_id()).query("Hi");
            let mut run = run.reconcile(ReconcilePolicy::off());
            if has_file {
                run = run.file(Upload::bytes("a.txt", "abc"));
            }
            let error = run.start().await.expect_err("there is no clear answer");
            let RunError::OutcomeUnknown(unknown) = error else {
                panic!("{fault:?}: {error}")
            };
            assert_eq!(unknown.agent_id(), simulator.agent_id());
            assert!(
                unknown.to_string().contains("list its tasks created since"),
                "{unknown}"
            );
            assert_eq!(unknown.error().attempts(), 1, "{fault:?}");
            assert_eq!(simulator.count("run_agent"), 1, "{fault:?}");
            assert_eq!(simulator.tasks().len(), tasks, "{fault:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_not_started_is_sent_again_or_reported_as_such() {
    // Files are opened anew for each sending.
    for upload in [None, Some("path"), Some("bytes")] {
        let (simulator, client) = with_agent(AgentSpec::default());
        simulator.inject(Fault::too_many_requests(Some("7")).on("run_agent").times(2));
        let mut run = client.run(simulator.agent_id()).query("Hi");
        match upload {
            Some("path") => run = run.file(Upload::path("examples/data/invoice.pdf")),
            Some(_) => run = run.file(Upload::bytes("a.txt", "abc")),
            None => (),
        }
        let start = Instant::now();
        run.start().await.expect("a task");
        assert!(start.elapsed() >= seconds(14), "{:?}", start.elapsed());
        assert_eq!(
            (simulator.count("run_agent"), simulator.tasks().len()),
            (3, 1)
        );
    }

    let (simulator, client) = with_agent(AgentSpec::default());
    simulator.inject(Fault::too_many_requests(None).on("run_agent"));
    let error = client
        .run(simulator.agent_id())
        .query("Hi")
        .start()
        .await
        .expect_err("429");
    let RunError::NotStarted(error) = error else {
        panic!("{error}")
    };
    assert_eq!(
        (error.attempts(), error.status().map(|it| it.as_u16())),
        (5, Some(429))
    );
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_was_sent_is_not_sent_again() {
    let (simulator, client) = with_agent(AgentSpec::default());
    simulator.inject(Fault::too_many_requests(Some("1")).on("run_agent").times(1));
    let upload = Upload::stream("scan", stream::iter(["abc"].map(Ok::<_, std::io::Error>)));
    let start = Instant::now();
    let run = client.run(simulator.agent_id()).file(upload);
    let RunError::NotStarted(error) = run.start().await.expect_err("429") else {
        panic!("it was refused");
    };
    assert_eq!(error.status().map(|it| it.as_u16()), Some(429));
    assert!(
        error
            .to_string()
            .contains("the stream scan can be sent only once"),
        "{error}"
    );
    // There is nothing to wait for.
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(simulator.count("run_agent"), 1);
}

/// Half a form starts nothing, so that sending it again is safe.
#[tokio::test(start_paused = true)]
async fn an_upload_that_broke_off_is_sent_again() {
    use futures_util::future::{BoxFuture, FutureExt};
    use nanonets_agents::{InProcess, InProcessReply};

    /// Breaks the first connection before it has read anything.
    struct BreaksOnce(
        nanonets_agents::simulator::Service,
        std::sync::atomic::AtomicBool,
    );

    impl InProcess for BreaksOnce {
        fn call(
            &self,
            request: http::Request<reqwest::Body>,
        ) -> BoxFuture<'static, InProcessReply> {
            if self.1.swap(true, std::sync::atomic::Ordering::Relaxed) {
                self.0.call(request)
            } else {
                async { Err("broken pipe".into()) }.boxed()
            }
        }
    }

    let simulator = Simulator::builder().build();
    let client = Client::builder()
        .api_key(simulator.key())
        .in_process(BreaksOnce(simulator.service(), false.into()))
        .build()
        .expect("a client");
    let run = client
        .run(simulator.agent_id())
        .file(Upload::bytes("a.txt", "abc"));
    run.start().await.expect("a task");
    assert_eq!(simulator.tasks().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_breaks_off_is_no_task() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let pieces = [Ok("abc"), Err(std::io::Error::other("the disk is gone"))];
    let upload = Upload::stream("s", stream::iter(pieces));
    let run = client.run(simulator.agent_id()).file(upload);
    let error = run.start().await.expect_err("it broke off");
    assert!(matches!(error, RunError::NotStarted(_)), "{error}");
    assert!(simulator.tasks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_never_repeats_is_sent_once_and_what_is_safe_up_to_five_times() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let id = simulator.agent_id();
    let task = client
        .run(id)
        .query("Hi")
        .start()
        .await
        .expect("a task")
        .task_id();
    for fault in [
        Fault::status_before(503),
        Fault::reset_before(),
        Fault::reset_after(),
    ] {
        simulator.clear_faults();
        simulator.inject(fault);
        let before = |operation| simulator.count(operation);
        let counts = ["create_agent", "publish_agent_version", "send_task_message"].map(before);
        client.create_agent().send().await.expect_err("a fault");
        client
            .publish_agent_version()
            .agent_id(id)
            .send()
            .await
            .expect_err("a fault");
        let body = nanonets_agents::types::SendMessageRequest::builder().message("x");
        client
            .send_task_message()
            .task_id(task)
            .body(body)
            .send()
            .await
            .expect_err("a fault");
        let after = ["create_agent", "publish_agent_version", "send_task_message"].map(before);
        assert_eq!(after, counts.map(|it| it + 1));

        let counts = ["cancel_task", "update_agent", "get_agent", "list_tasks"].map(before);
        client
            .cancel_task()
            .task_id(task)
            .send()
            .await
            .expect_err("a fault");
        client
            .update_agent()
            .agent_id(id)
            .send()
            .await
            .expect_err("a fault");
        client
            .get_agent()
            .agent_id(id)
            .send()
            .await
            .expect_err("a fault");
        client.list_tasks().send().await.expect_err("a fault");
        let after = ["cancel_task", "update_agent", "get_agent", "list_tasks"].map(before);
        assert_eq!(after, counts.map(|it| it + 5));
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_a_floor_and_too_long_a_one_is_reported() {
    for form in ["10", "10.5"] {
        let (simulator, client) = with_agent(AgentSpec::default());
        simulator.inject(Fault::too_many_requests(Some(form)).times(1));
        let start = Instant::now();
        client.list_agents().send().await.expect("a page");
        assert!(
            (seconds(10)..seconds(12)).contains(&start.elapsed()),
            "{:?}",
            start.elapsed()
        );
    }
    let (simulator, client) = with_agent(AgentSpec::default());
    simulator.inject(Fault::too_many_requests(Some("61")).times(1));
    let start = Instant::now();
    let error = client
        .list_agents()
        .send()
        .await
        .expect_err("it is too long");
    let error = Error::from(error);
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(error.retry_after(), Some(seconds(61)));
    assert!(error.to_string().contains("try again in 61 s"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_is_given_up_and_repeated() {
    let (simulator, client) = with_agent(AgentSpec::default());
    simulator.inject(Fault::delay(seconds(40)).on("list_agents").times(1));
    let start = Instant::now();
    client.list_agents().send().await.expect("a page");
    assert!(
        (seconds(30)..seconds(31)).contains(&start.elapsed()),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(simulator.count("list_agents"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_is_only_half_of_its_json_is_asked_for_again() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let half = r#"{"data": [], "more": {"a": 1"#;
    simulator.inject(Fault::reply(200, "application/json", half).times(2));
    client.list_agents().send().await.expect("a page");
    assert_eq!(simulator.count("list_agents"), 3);
}

#[tokio::test(start_paused = true)]
async fn a_schema_may_be_given_as_json() {
    let (simulator, client) = with_agent(AgentSpec::default());
    let schema = json!({"type": "object"});
    let run = client
        .run(simulator.agent_id())
        .query("Hi")
        .output_schema(&schema);
    run.start().await.expect("a task");
    let config = simulator.tasks()[0]
        .run
        .output_config
        .clone()
        .expect("it was sent");
    assert_eq!(config["output_schema"], schema.to_string());
}
