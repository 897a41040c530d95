//! Faults, and settings of a simulator that can't work.

use std::time::Duration;

use nanonets_agents::simulator::{Fault, PastTask, Simulator};
use reqwest::Method;
use serde_json::{Value, json};

use super::caller::Caller;

#[tokio::test]
async fn faults_happen_before_or_after_the_effect() {
    let caller = Caller::new().await;
    let run = caller.run_path();
    let request = || {
        caller
            .request(Method::POST, &run)
            .json(&json!({"query": "Hi"}))
            .send()
    };
    for (fault, tasks) in [
        (Fault::status_before(500), 0),
        (Fault::status_after(500), 1),
        (Fault::reset_before(), 0),
        (Fault::reset_after(), 1),
        (Fault::too_many_requests(Some("3")), 0),
        (Fault::html_error_page(), 0),
    ] {
        let before = caller.simulator.tasks().len();
        caller.simulator.clear_faults();
        caller.simulator.inject(fault.clone().times(1));
        let answer = request().await;
        let is_reset = format!("{fault:?}").contains("Reset");
        assert_eq!(answer.is_err(), is_reset, "{fault:?}");
        let record = caller.simulator.requests().pop().expect("a request");
        assert_eq!(record.operation, Some("run_agent"));
        assert_eq!(
            record.status,
            answer.ok().map(|answer| answer.status().as_u16()),
            "{fault:?}"
        );
        assert_eq!(caller.simulator.tasks().len() - before, tasks, "{fault:?}");
    }
    caller.simulator.inject(Fault::too_many_requests(Some(
        "Wed, 21 Oct 2015 07:28:00 GMT",
    )));
    let answer = request().await.expect("an answer");
    assert_eq!(
        answer.headers()["retry-after"],
        "Wed, 21 Oct 2015 07:28:00 GMT"
    );
}

#[tokio::test]
async fn each_fault_hits_a_request_of_its_own() {
    let caller = Caller::new().await;
    caller
        .simulator
        .inject(Fault::status_before(500).on("list_tasks").times(1));
    caller
        .simulator
        .inject(Fault::status_before(503).on("list_tasks").times(1));
    let seen = [
        caller.get("/tasks").await.0,
        caller.get("/tasks").await.0,
        caller.get("/tasks").await.0,
    ];
    assert_eq!(seen, [500, 503, 200]);
}

#[tokio::test]
async fn a_setting_that_cannot_work_is_refused() {
    for (builder, expected) in [
        (
            Simulator::builder().fault(Fault::reset_before().on("list_task")),
            "there is no operation list_task; there are list_agents, create_agent, ",
        ),
        (
            Simulator::builder().fault(Fault::empty_page().on("get_task")),
            "get_task doesn't return a list",
        ),
        (
            Simulator::builder().fault(Fault::stale_list(Duration::ZERO).on("list_agents")),
            "only list_tasks can be stale",
        ),
        (
            Simulator::builder().fault(Fault::reset_before().chance(1.5)),
            "chance of 1.5",
        ),
        (
            Simulator::builder().fault(Fault::status_after(99)),
            "status of 99",
        ),
        (
            Simulator::builder().fault(Fault::too_many_requests(Some("a\nb"))),
            "Retry-After",
        ),
        (
            Simulator::builder().history([PastTask::new("Old", chrono::Utc::now()).ended("done")]),
            "can't have ended as done",
        ),
    ] {
        let error = builder.start().await.expect_err(expected);
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
#[should_panic(expected = "there is no operation list_task; there are list_agents, ")]
fn a_fault_on_nothing_is_refused() {
    let _ = Simulator::builder()
        .fault(Fault::reset_before().on("list_task"))
        .build();
}

#[tokio::test]
#[should_panic(expected = "there is no operation list_task; there are list_agents, ")]
async fn a_fault_on_nothing_is_refused_later_too() {
    let simulator = Simulator::builder().build();
    simulator.inject(Fault::reset_before().on("list_task"));
}

#[tokio::test]
async fn every_fault_is_noticed_in_a_list() {
    let caller = Caller::new().await;
    caller
        .post(&caller.run_path(), json!({"query": "Hi"}))
        .await;
    let whole = caller.get("/tasks").await;
    for fault in Fault::all() {
        caller.simulator.clear_faults();
        caller.simulator.inject(fault.clone().on("list_tasks"));
        let begun = tokio::time::Instant::now();
        let reply = caller.request(Method::GET, "/tasks").send().await;
        let is_same = match reply {
            Ok(reply) => {
                let status = reply.status().as_u16();
                let body = reply.json::<Value>().await;
                body.is_ok_and(|body| (status, body) == whole)
            }
            Err(_) => false,
        };
        let is_late = begun.elapsed() >= Duration::from_millis(990);
        assert!(!is_same || is_late, "{fault:?}");
    }
}
