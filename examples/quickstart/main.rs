//! Sends a file to an agent, waits for the task and prints the answer.
//!
//!     cargo run --example quickstart
//!     cargo run --example quickstart -- my-invoice.pdf

use std::{env, path::PathBuf};

use clap::Parser;
use nanonets_agents::{
    prelude::*,
    simulator::Simulator,
    wait::{Question, Reply},
};

const INVOICE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/invoice.pdf");

/// Sends a file to an agent, waits for the task and prints the answer.
///
/// Set NANONETS_API_KEY and NANONETS_AGENT_ID to use the service. Without them, the file goes to a
/// simulator, whose agent answers with what it received.
#[derive(Parser)]
struct Arguments {
    /// File to send
    #[arg(default_value = INVOICE)]
    file: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Arguments { file } = Arguments::parse();

    let simulator = Simulator::builder().start().await?;
    let (client, agent_id) = match (env::var("NANONETS_API_KEY"), env::var("NANONETS_AGENT_ID")) {
        (Ok(_), Ok(agent_id)) => (Client::from_env()?, agent_id),
        _ => {
            println!("Using the simulator; see --help for the service.");
            (simulator.client()?, simulator.agent_id().to_string())
        }
    };

    println!("Sending {}", file.display());
    let run = client
        .run(agent_id)
        .query("Extract the line items.")
        .file(Upload::path(file));
    let task = run.start().await?;
    println!("Task    {}", task.task_id());

    let finished = task
        .wait()
        .on_status(|update| {
            let seconds = update.elapsed.as_secs_f64();
            println!("Status  {} after {seconds:.1} s", update.status);
        })
        .on_input(ask)
        .await?;

    match finished.fetch_summary().await?.structured() {
        Some(answer) => println!("Answer  {answer:#}"),
        None => println!("The task ended without an answer."),
    }
    Ok(())
}

/// Answers a question of the agent with a line that is typed.
async fn ask(question: Question) -> Reply {
    println!("{question}");
    let line = tokio::task::spawn_blocking(|| std::io::stdin().lines().next());
    match line.await {
        Ok(Some(Ok(line))) => Reply::text(line),
        // There is no terminal to type at. The question stays open, and the wait ends with it.
        _ => Reply::decline(),
    }
}
