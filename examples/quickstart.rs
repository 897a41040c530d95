//! The main job: send a file to an agent, wait for the task, print the answer.
//!
//!     cargo run --example quickstart
//!     cargo run --example quickstart -- my-invoice.pdf
//!
//! It runs against the simulator, inside this program, unless `NANONETS_API_KEY` is set. Then it runs against
//! the API (or whatever `NANONETS_BASE_URL` names), with the agent of `NANONETS_AGENT_ID`.

use std::{env, error::Error, path::PathBuf};

use nanonets_agents::{prelude::*, simulator::Simulator};

const QUERY: &str = "Extract the line items of this invoice.";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = env::args_os()
        .nth(1)
        .map_or_else(|| PathBuf::from("examples/invoice.pdf"), PathBuf::from);

    // Kept to the end: the simulator stops when it is dropped.
    let simulator = match env::var_os("NANONETS_API_KEY") {
        Some(_) => None,
        None => Some(Simulator::builder().start().await?),
    };
    let (client, agent_id) = match &simulator {
        Some(simulator) => {
            println!(
                "Simulator at {} (set NANONETS_API_KEY to use the API)",
                simulator.url()
            );
            (simulator.client()?, simulator.agent_id().to_string())
        }
        None => {
            let client = Client::from_env()?;
            let agent_id = agent_from_env(&client).await?;
            (client, agent_id)
        }
    };

    println!("Sending {}", file.display());
    let task = client
        .run(agent_id)
        .query(QUERY)
        .file(Upload::path(file))
        .start()
        .await?;
    println!("Task    {}", task.task_id());

    let finished = task.wait().await?;
    println!(
        "Status  {} after {:.1?}",
        finished.status(),
        finished.elapsed()
    );

    let summary = finished.summary().await?;
    match summary.structured() {
        Some(answer) => println!("Answer  {answer:#}"),
        None => println!("There is no answer."),
    }
    Ok(())
}

/// The agent to run; without one, says which there are.
async fn agent_from_env(client: &Client) -> Result<String, Box<dyn Error>> {
    if let Ok(agent_id) = env::var("NANONETS_AGENT_ID") {
        return Ok(agent_id);
    }
    let agents = client
        .list_agents()
        .limit(20)
        .send()
        .await
        .map_err(nanonets_agents::Error::from)?;
    let names: Vec<String> = agents
        .data
        .iter()
        .map(|it| format!("\n  {}  {}", it.id, it.name))
        .collect();
    Err(format!(
        "set NANONETS_AGENT_ID to one of the agents:{}",
        names.concat()
    )
    .into())
}
