//! Tests a program of your own: ten minutes of an unkind world pass at once.

use std::time::Duration;

use nanonets_agents::{
    prelude::*,
    run::RunError,
    simulator::{AgentSpec, Fault, Script, Simulator},
};
use serde_json::json;

/// The program: it asks for the total of an invoice.
async fn total(client: &Client, agent_id: &str, pdf: Vec<u8>) -> Result<Option<f64>, RunError> {
    let run = client
        .run(agent_id)
        .query("Total?")
        .file(Upload::bytes("invoice.pdf", pdf));
    let answer = run.on_input(|_| async { "gross" }).await?;
    Ok(answer
        .structured()
        .and_then(|answer| answer["total"].as_f64()))
}

// In a test, write `#[tokio::test(start_paused = true)]`.
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> anyhow::Result<()> {
    let script = Script::empty()
        .running(Duration::from_secs(600))
        .ask("Net or gross?")
        .complete(json!({"total": 214.2}));
    let simulator = Simulator::builder()
        .seed(7)
        .agent(AgentSpec::new("Totals").script(script))
        .fault(Fault::reset_after().on("run_agent").times(1))
        .fault(Fault::latency(Duration::from_secs(1)))
        .fault(Fault::status_before(503).on("get_task").chance(0.2))
        .build();
    let client = simulator.in_process_client()?;
    let agent_id = simulator.agent_id().to_string();

    let start = tokio::time::Instant::now();
    let total = total(&client, &agent_id, b"%PDF-1.7".to_vec()).await?;
    assert_eq!(total, Some(214.2));

    // What was sent is what is to be tested.
    let tasks = simulator.tasks();
    assert_eq!(tasks.len(), 1, "the lost reply has started no second task");
    assert_eq!(tasks[0].run.files[0].name, "invoice.pdf");
    assert_eq!(simulator.count("send_task_message"), 1);
    println!(
        "{:.0} s of the simulator's time, {} requests",
        start.elapsed().as_secs_f64(),
        simulator.requests().len()
    );
    Ok(())
}
