//! What is carried out late, what takes long, and what is seen late.

use std::time::Duration;

use futures_util::FutureExt;
use nanonets_agents::simulator::{AgentSpec, Fault, Script};
use serde_json::json;

use super::{
    caller::Caller,
    direct::{Direct, TIMEOUT},
};

const DELAY: Duration = Duration::from_secs(90);

fn late_faults() -> [(Fault, Option<u16>, Duration); 3] {
    [
        (Fault::late_after_reset(DELAY), None, Duration::ZERO),
        (Fault::late_after_silence(DELAY), None, TIMEOUT),
        (
            Fault::late_after_status(502, DELAY),
            Some(502),
            Duration::ZERO,
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_late_run_gets_no_real_reply_and_has_its_task_later() {
    for (fault, status, took) in late_faults() {
        let direct = Direct::echo();
        direct.simulator.inject(fault.clone().times(1));
        let form = [("query", None, "Hi"), ("files", Some("a.txt"), "1")];
        let seen = direct.run_form(&form).await;
        assert_eq!((seen.status, seen.took), (status, took), "{fault:?}");

        tokio::time::sleep(DELAY - took - Duration::from_millis(10)).await;
        assert!(direct.simulator.tasks().is_empty(), "{fault:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
        let run = &direct.simulator.tasks()[0].run;
        assert_eq!(run.query.as_deref(), Some("Hi"));
        assert_eq!(
            (run.files[0].name.as_str(), run.files[0].size),
            ("a.txt", 1)
        );
        assert_eq!(direct.run("Hi").await.status, Some(201));
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_meets_the_question_that_is_open_then() {
    for (fault, ..) in late_faults() {
        let script = Script::empty()
            .ask("First?")
            .ask("Second?")
            .complete("done");
        let direct = Direct::new(AgentSpec::new("Asking").script(script));
        let path = format!("/tasks/{}", direct.run("Hi").await.task_id());
        direct.simulator.inject(fault.times(1));
        let message = format!("{path}/message");
        direct.post(&message, json!({ "message": "one" })).await;
        assert_eq!(direct.simulator.tasks()[0].messages.len(), 2);
        direct.post(&message, json!({ "message": "again" })).await;
        tokio::time::sleep(DELAY + Duration::from_secs(1)).await;

        let tasks = direct.simulator.tasks();
        let texts: Vec<&str> = tasks[0]
            .messages
            .iter()
            .map(|sent| sent.text.as_str())
            .collect();
        assert_eq!(texts, ["Hi", "First?", "again", "Second?", "one"]);
        assert_eq!(tasks[0].status, "completed");
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_cancellation_stops_its_task_and_reads_are_never_late() {
    for (fault, ..) in late_faults() {
        let slow = Script::empty().running(Duration::from_secs(3600));
        let direct = Direct::new(AgentSpec::new("Slow").script(slow));
        let path = format!("/tasks/{}", direct.run("Hi").await.task_id());
        direct.simulator.inject(fault);
        direct.post(&format!("{path}/cancel"), json!({})).await;
        assert_eq!(direct.get(&path).await.value()["status"], "running");
        tokio::time::sleep(DELAY + Duration::from_secs(1)).await;
        assert_eq!(direct.get(&path).await.value()["status"], "stopped");
    }
}

#[tokio::test]
async fn over_http_a_late_run_needs_no_connection_and_gets_no_real_reply() {
    const DELAY: Duration = Duration::from_millis(50);
    for (fault, expected) in [
        (Fault::late_after_reset(DELAY), Some(None)),
        (Fault::late_after_silence(DELAY), None),
        (Fault::late_after_status(502, DELAY), Some(Some(502))),
    ] {
        let caller = Caller::new().await;
        caller.simulator.inject(fault.clone());
        let request = caller.request(reqwest::Method::POST, &caller.run_path());
        let request = tokio::spawn(request.json(&json!({ "query": "Hi" })).send());
        while caller.simulator.tasks().is_empty() {
            tokio::task::yield_now().await;
        }
        let reply = match expected {
            Some(_) => Some(request.await.expect("no panic")),
            None => request.now_or_never().map(|reply| reply.expect("no panic")),
        };
        let status = reply.map(|reply| reply.ok().map(|reply| reply.status().as_u16()));
        assert_eq!(status, expected, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn latency_puts_off_every_reply_and_adds_to_other_faults() {
    const LONGEST: Duration = Duration::from_secs(5);
    let path = "/tasks?limit=0";
    for (fault, status) in [
        (Fault::delay(Duration::ZERO), Some(400)),
        (Fault::too_many_requests(None), Some(429)),
        (Fault::html_error_page(), Some(502)),
        (Fault::status_after(503), Some(503)),
        (Fault::reset_before(), None),
        (Fault::reset_after(), None),
    ] {
        let direct = Direct::echo();
        // It is added last: a fault that decides the reply doesn't keep it away.
        direct.simulator.inject(fault.clone());
        direct.simulator.inject(Fault::latency(LONGEST));
        let mut times = Vec::new();
        for _ in 0..20 {
            let seen = direct.get(path).await;
            assert_eq!(seen.status, status, "{fault:?}");
            assert!(seen.took <= LONGEST, "{fault:?}");
            times.push(seen.took);
        }
        times.sort();
        assert!(
            times[0] < LONGEST / 3 && times[19] > LONGEST / 2,
            "{times:?}"
        );
    }

    let direct = Direct::echo();
    direct
        .simulator
        .inject(Fault::late_after_status(504, DELAY));
    direct.simulator.inject(Fault::latency(LONGEST));
    let seen = direct.run("Hi").await;
    assert!(
        seen.status == Some(504) && seen.took > Duration::ZERO,
        "{seen:?}"
    );
    // The effect is as late as it would be without.
    tokio::time::sleep(DELAY - seen.took + Duration::from_millis(5)).await;
    assert_eq!(direct.simulator.tasks().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_limited_server_refuses_with_latency_too() {
    let direct = Direct::echo();
    direct.simulator.limit_rate(Some(1));
    direct.get("/tasks").await;
    direct
        .simulator
        .inject(Fault::latency(Duration::from_secs(5)));
    let seen = direct.get("/tasks").await;
    assert_eq!(seen.status, Some(429));
    assert!(seen.took > Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_replica_shows_statuses_that_run_backwards() {
    let script = Script::empty()
        .stay("pending", Duration::from_secs(5))
        .running(Duration::from_secs(5));
    let direct = Direct::new(AgentSpec::new("Slow").script(script));
    let path = format!("/tasks/{}", direct.run("Hi").await.task_id());
    tokio::time::sleep(Duration::from_secs(12)).await;
    let fault = Fault::stale_task(Duration::from_secs(15));
    direct.simulator.inject(fault);
    let rank = |status: &str| {
        ["pending", "running", "completed"]
            .iter()
            .position(|at| at == &status)
    };
    let mut ranks = Vec::new();
    for _ in 0..30 {
        let seen = direct.get(&path).await;
        let status = seen.value()["status"]
            .as_str()
            .expect("a status")
            .to_owned();
        ranks.push(rank(&status).expect("a known status"));
        // The list and the summary show what is.
        assert_eq!(
            direct.get("/tasks").await.value()["data"][0]["status"],
            "completed"
        );
        assert_eq!(
            direct.get(&format!("{path}/summary")).await.value()["status"],
            "completed"
        );
    }
    assert!(!ranks.is_sorted(), "{ranks:?}");
    assert!((0..3).all(|rank| ranks.contains(&rank)), "{ranks:?}");
    tokio::time::sleep(Duration::from_secs(15)).await;
    assert_eq!(direct.get(&path).await.value()["status"], "completed");
}

#[tokio::test(start_paused = true)]
async fn the_lags_of_lists_and_of_messages_are_independent() {
    let mut seen = Vec::new();
    let direct = Direct::echo();
    direct
        .simulator
        .inject(Fault::stale_list(Duration::from_secs(4)));
    direct
        .simulator
        .inject(Fault::stale_messages(Duration::from_secs(4)));
    let path = format!("/tasks/{}/messages", direct.run("Hi").await.task_id());
    tokio::time::sleep(Duration::from_secs(2)).await;
    let count = |list: &serde_json::Value| list["data"].as_array().map(Vec::len);
    for _ in 0..40 {
        let list = count(direct.get("/tasks").await.value());
        seen.push((list, count(direct.get(&path).await.value())));
    }
    for pair in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        assert!(seen.contains(&(Some(pair.0), Some(pair.1))), "{pair:?}");
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(count(direct.get(&path).await.value()), Some(1));
}
