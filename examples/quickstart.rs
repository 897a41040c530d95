//! Sends a file to an agent, waits for the task and prints the answer.

use std::{env, path::PathBuf};

use anyhow::Context;
use clap::Parser;
use nanonets_agents::{prelude::*, simulator::Simulator, wait::Reply};

/// Sends a file to an agent, waits for the task and prints the answer.
///
/// Set NANONETS_API_KEY and NANONETS_AGENT_ID to use the service. Without them, the file goes to a
/// simulator, whose agent answers with what it received.
#[derive(Parser)]
struct Arguments {
    /// File to send
    #[arg(default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/invoice.pdf"))]
    file: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Arguments { file } = Arguments::parse();
    let simulator = Simulator::builder().start().await?;
    let (client, agent_id) = if env::var_os("NANONETS_API_KEY").is_some() {
        let agent_id = env::var("NANONETS_AGENT_ID").context("set NANONETS_AGENT_ID, too")?;
        (Client::from_env()?, agent_id)
    } else {
        println!("Using the simulator; see --help for the service.");
        (simulator.client()?, simulator.agent_id().to_string())
    };

    println!("Sending {}", file.display());
    let run = client.run(agent_id).query("Extract the line items.");
    let task = run.file(file).start().await?;
    println!("Task    {}", task.task_id());

    let wait = task.wait().on_status(|update| {
        let seconds = update.elapsed.as_secs_f64();
        println!("Status  {} after {seconds:.1} s", update.status);
    });
    let finished = wait.on_input(|question| async move {
        println!("{question}");
        let line = tokio::task::spawn_blocking(|| std::io::stdin().lines().next()).await;
        match line {
            Ok(Some(Ok(line))) => Reply::text(line),
            // There is no terminal to type at. The question stays open, and the wait ends with it.
            _ => Reply::decline(),
        }
    });
    match finished.await?.fetch_summary().await?.structured() {
        Some(answer) => println!("Answer  {answer:#}"),
        None => println!("The task ended without an answer."),
    }
    Ok(())
}
