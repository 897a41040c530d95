//! Meets one error of each kind, and does what is to be done about it.

use std::time::Duration;

use nanonets_agents::{
    prelude::*,
    run::RunError,
    simulator::{AgentSpec, Fault, Script, Simulator},
    wait::WaitError,
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let agent = AgentSpec::new("Totals").script_for(|run| match run.text().as_deref() {
        Some("ask") => Script::empty().ask("Net or gross?"),
        Some("fail") => Script::empty().fail("The file is no invoice."),
        Some("take long") => Script::empty().running(Duration::from_secs(60)),
        _ => Script::empty(),
    });
    let simulator = Simulator::builder().agent(agent).start().await?;
    let client = simulator.client()?;
    let agent_id = simulator.agent_id().to_string();

    for (agent_id, query) in [
        (agent_id.as_str(), "ask"),
        (&agent_id, "fail"),
        (&agent_id, "take long"),
        (&agent_id, "be refused"),
        ("invoices", "be a name instead of an id"),
    ] {
        if query == "be refused" {
            simulator.inject(Fault::status_before(403).on("run_agent").times(1));
        }
        let run = client.run(agent_id).query(query);
        let advice = match run.deadline(Duration::from_secs(3)).await {
            Ok(_) => "use the answer".to_owned(),
            Err(RunError::NotStarted(error)) if error.is_retryable() => "start it later".to_owned(),
            Err(RunError::NotStarted(error)) => format!("correct it: {error}"),
            Err(RunError::OutcomeUnknown(unknown)) => {
                format!("look at {} candidates", unknown.candidates().len())
            }
            Err(RunError::Wait { error, .. }) => match error {
                WaitError::NeedsInput { question, .. } => format!("answer it: {question}"),
                WaitError::Deadline(late) => format!("wait again for {}", late.task_ref()),
                other => format!("tell a person: {other}"),
            },
            Err(other) => format!("tell a person: {other}"),
        };
        println!("{query}: {advice}");
    }
    Ok(())
}
