//! Faults, and settings of a simulator that can't work.

use std::time::Duration;

use nanonets_agents::simulator::{AgentSpec, Fault, PastTask, Script, SimulatedTask, Simulator};
use reqwest::Method;
use serde_json::json;

use super::{
    caller::Caller,
    direct::{Direct, Seen},
};

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
            "only list_tasks can be hit, and list_agents was given",
        ),
        (
            Simulator::builder().fault(Fault::late_after_reset(Duration::ZERO).on("get_task")),
            "get_task changes nothing that could come late",
        ),
        (
            Simulator::builder().fault(Fault::cancelled_by_another().on("run_agent")),
            "run_agent names no task",
        ),
        (
            Simulator::builder().fault(Fault::receipt_without("state")),
            "no field state; it has task_id, ",
        ),
        (
            Simulator::builder().fault(Fault::late_after_status(99, Duration::ZERO)),
            "status of 99",
        ),
        (
            Simulator::builder().fault(Fault::date_off(i64::MIN)),
            "at most, and -9223372036854775808 were given",
        ),
        (
            Simulator::builder().date_skew(2_000_000_000),
            "at most, and 2000000000 were given",
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

/// Sends the requests by which each fault can be noticed, and returns what can be seen.
async fn look(fault: Option<Fault>) -> (Vec<Seen>, Vec<SimulatedTask>) {
    let script = Script::empty().ask("Which?").complete("done");
    let direct = Direct::new(AgentSpec::new("Asking").script(script));
    if let Some(fault) = fault {
        direct.simulator.inject(fault);
    }
    let form = [
        ("query", None, "How [many]?  Tell me."),
        ("files", Some("a.txt"), "1"),
    ];
    let mut seen = vec![direct.run_form(&form).await];
    // The ids are the same each time; a run without a reply has its task all the same.
    let task = direct.simulator.tasks().first().map(|task| task.id);
    let path = format!("/tasks/{}", task.unwrap_or_default());
    for path in [
        &path,
        &format!("{path}/messages"),
        "/tasks",
        &format!("{path}/summary"),
    ] {
        seen.push(direct.get(path).await);
    }
    // Long enough for what is late.
    tokio::time::sleep(Duration::from_secs(60)).await;
    (seen, direct.simulator.tasks())
}

#[tokio::test(start_paused = true)]
async fn every_fault_is_noticed_by_a_caller() {
    type Look = (Vec<Seen>, Vec<SimulatedTask>);
    let same = |one: &Look, other: &Look| {
        let replies = |seen: &[Seen]| seen.iter().map(Seen::plain).collect::<Vec<_>>();
        replies(&one.0) == replies(&other.0) && shapes(&one.1) == shapes(&other.1)
    };
    let whole = look(None).await;
    assert!(same(&whole, &look(None).await), "{whole:?}");
    for fault in Fault::all() {
        let seen = look(Some(fault.clone())).await;
        assert!(!same(&whole, &seen), "{fault:?} {seen:?}");
    }
}

/// Returns what can be compared of tasks from two simulators.
fn shapes(tasks: &[SimulatedTask]) -> Vec<(String, bool, usize)> {
    let shape = |task: &SimulatedTask| (task.status.clone(), task.is_foreign, task.messages.len());
    tasks.iter().map(shape).collect()
}
