//! Other programs and persons in the same workspace.

use std::time::Duration;

use nanonets_agents::simulator::{AgentSpec, Fault, Script, SimulatedTask};
use serde_json::json;

use super::direct::Direct;

const MARKER: &str = "[run 2102736286db7e34aef8d52d9de22c11]";

fn foreign(tasks: &[SimulatedTask]) -> Vec<bool> {
    tasks.iter().map(|task| task.is_foreign).collect()
}

#[tokio::test(start_paused = true)]
async fn another_program_starts_the_same_run_without_the_marker() {
    for (fault, expected) in [
        (Fault::lookalike(), [true, false]),
        (Fault::lookalike_after(), [false, true]),
    ] {
        let direct = Direct::echo();
        direct.simulator.inject(fault);
        let seen = direct
            .run_form(&[
                ("query", None, &format!("Sum it.\n\n{MARKER}")),
                ("output_config", None, "{\"instructions\": \"short\"}"),
                ("files", Some("a.txt"), "1"),
            ])
            .await;
        let tasks = direct.simulator.tasks();
        assert_eq!(foreign(&tasks), expected);
        let ours = tasks.iter().find(|task| !task.is_foreign).expect("ours");
        let theirs = tasks.iter().find(|task| task.is_foreign).expect("theirs");
        assert_eq!(ours.id.to_string(), seen.task_id());
        assert_eq!(theirs.run.query.as_deref(), Some("Sum it."));
        assert_eq!(theirs.run.files, ours.run.files);
        assert_eq!(theirs.run.output_config, ours.run.output_config);
        assert_eq!(
            (theirs.agent_id, theirs.created_at),
            (ours.agent_id, ours.created_at)
        );
        // They are listed like any other.
        let list = direct.get("/tasks").await;
        assert_eq!(list.value()["data"].as_array().map(Vec::len), Some(2));
    }
}

#[tokio::test(start_paused = true)]
async fn another_program_starts_its_run_whatever_becomes_of_ours() {
    let delay = Duration::from_secs(10);
    for (fault, at_once, in_the_end) in [
        (Fault::reset_before(), vec![true], vec![true]),
        (Fault::too_many_requests(None), vec![true], vec![true]),
        (Fault::reset_after(), vec![true, false], vec![true, false]),
        (
            Fault::late_after_reset(delay),
            vec![true],
            vec![true, false],
        ),
    ] {
        let direct = Direct::echo();
        direct.simulator.inject(fault.clone());
        direct.simulator.inject(Fault::lookalike());
        direct.run("Sum it.").await;
        assert_eq!(foreign(&direct.simulator.tasks()), at_once, "{fault:?}");
        tokio::time::sleep(2 * delay).await;
        assert_eq!(foreign(&direct.simulator.tasks()), in_the_end, "{fault:?}");
    }

    let direct = Direct::echo();
    direct.simulator.inject(Fault::lookalike_after());
    direct.simulator.inject(Fault::late_after_reset(delay));
    direct.run("Sum it.").await;
    assert!(direct.simulator.tasks().is_empty());
    tokio::time::sleep(2 * delay).await;
    assert_eq!(foreign(&direct.simulator.tasks()), [false, true]);

    direct.simulator.limit_rate(Some(1));
    direct.simulator.inject(Fault::lookalike());
    direct.get("/tasks").await;
    assert_eq!(direct.run("Sum it.").await.status, Some(429));
    assert_eq!(
        foreign(&direct.simulator.tasks()),
        [false, true, true, true]
    );
    // A run that is refused for its form can't be understood by others either.
    direct.simulator.limit_rate(None);
    direct.simulator.clear_faults();
    direct.simulator.inject(Fault::lookalike());
    assert_eq!(direct.run("").await.status, Some(400));
    assert_eq!(direct.simulator.tasks().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn another_person_answers_first() {
    let script = Script::empty()
        .ask("First?")
        .ask("Second?")
        .complete("done");
    let direct = Direct::new(AgentSpec::new("Asking").script(script));
    let path = format!("/tasks/{}", direct.run("Hi").await.task_id());
    let fault = Fault::answered_by_another("theirs");
    direct
        .simulator
        .inject(fault.clone().on("list_task_messages").times(1));
    // Where nothing is asked, there is no answer.
    let messages = direct.get(&format!("{path}/messages")).await;
    assert_eq!(messages.value()["data"][2]["content"], "theirs");
    direct
        .simulator
        .inject(fault.clone().on("get_task").times(1));
    direct.get(&path).await;
    assert_eq!(direct.simulator.tasks()[0].messages.len(), 3);

    tokio::time::sleep(Duration::from_secs(1)).await;
    direct.simulator.inject(Fault::reset_before());
    direct
        .simulator
        .inject(fault.on("send_task_message").times(1));
    let ours = json!({ "message": "ours" });
    assert_eq!(
        direct.post(&format!("{path}/message"), ours).await.status,
        None
    );
    tokio::time::sleep(Duration::from_secs(1)).await;
    let task = &direct.simulator.tasks()[0];
    let texts: Vec<&str> = task
        .messages
        .iter()
        .map(|message| message.text.as_str())
        .collect();
    assert_eq!(texts, ["Hi", "First?", "theirs", "Second?", "theirs"]);
    assert_eq!(task.status, "completed");
}

#[tokio::test(start_paused = true)]
async fn another_person_stops_the_task() {
    let slow = Script::empty().running(Duration::from_secs(60));
    let direct = Direct::new(AgentSpec::new("Slow").script(slow));
    let path = format!("/tasks/{}", direct.run("Hi").await.task_id());
    direct
        .simulator
        .inject(Fault::cancelled_by_another().on("get_task").times(1));
    assert_eq!(
        direct.get("/tasks").await.value()["data"][0]["status"],
        "running"
    );
    assert_eq!(direct.get(&path).await.value()["status"], "stopped");
    // A task that isn't there stays that way.
    direct.simulator.inject(Fault::cancelled_by_another());
    let nil = uuid::Uuid::nil();
    assert_eq!(direct.get(&format!("/tasks/{nil}")).await.status, Some(404));
}
