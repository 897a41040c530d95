//! The main job: send a file to an agent, wait for the task, print the answer.
//!
//!     cargo run --example quickstart
//!     cargo run --example quickstart -- my-invoice.pdf
//!
//! With `NANONETS_API_KEY` and `NANONETS_AGENT_ID` set it talks to the service, else to the simulator.

use std::{
    env,
    error::Error,
    future::IntoFuture,
    io::{Write, stderr},
    process::ExitCode,
    time::Duration,
};

use nanonets_agents::{prelude::*, simulator::Simulator};

const INVOICE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/invoice.pdf");

async fn run() -> Result<(), Box<dyn Error>> {
    let file = env::args().nth(1).unwrap_or_else(|| INVOICE.to_owned());

    let simulator = Simulator::builder().start().await?;
    let (client, agent_id) = match (env::var("NANONETS_API_KEY"), env::var("NANONETS_AGENT_ID")) {
        (Ok(_), Ok(agent_id)) => {
            println!("Using   the service");
            (Client::from_env()?, agent_id)
        }
        _ => {
            println!(
                "Using   the simulator (set NANONETS_API_KEY and NANONETS_AGENT_ID for the service)"
            );
            (simulator.client()?, simulator.agent_id().to_string())
        }
    };

    println!("Sending {file}");
    let run = client
        .run(agent_id)
        .query("Extract the line items.")
        .file(Upload::path(file));
    let task = run.start().await?;
    println!("Task    {}", task.task_id());

    let mut wait = task.wait().into_future();
    let mut clock = tokio::time::interval(Duration::from_millis(250));
    let finished = loop {
        tokio::select! {
            finished = &mut wait => break finished?,
            _ = clock.tick() => write!(stderr(), ".")?,
        }
    };
    println!(
        "\nStatus  {} after {:.1?}",
        finished.status(),
        finished.elapsed()
    );

    match finished.summary().await?.structured() {
        Some(answer) => println!("Answer  {answer:#}"),
        None => println!("There is no answer."),
    }
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
