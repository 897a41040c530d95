//! The main job: send a file to an agent, wait for the task, print the answer. A question of the
//! agent can be answered by typing.
//!
//!     cargo run --example quickstart
//!     cargo run --example quickstart -- my-invoice.pdf
//!
//! With `NANONETS_API_KEY` and `NANONETS_AGENT_ID` set it talks to the service, else to the
//! simulator.

use std::{
    env,
    error::Error,
    future::IntoFuture,
    io::{Write, stderr},
    process::ExitCode,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use nanonets_agents::{prelude::*, simulator::Simulator};
use support::ask;

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

    let status = Arc::new(Mutex::new(String::from("sent")));
    let shown = status.clone();
    let wait = task.wait().on_input(ask::ask).on_status(move |update| {
        if let Ok(mut shown) = shown.lock() {
            *shown = update.status.to_string();
        }
    });
    let start = Instant::now();
    let mut wait = wait.into_future();
    let mut clock = tokio::time::interval(Duration::from_millis(250));
    let finished = loop {
        tokio::select! {
            finished = &mut wait => break finished?,
            _ = clock.tick() => {
                let status = status.lock().map(|it| it.clone()).unwrap_or_default();
                // A question is answered on a line of its own.
                if status != "waiting_for_input" {
                    write!(stderr(), "\r{status}, {:.0} s   ", start.elapsed().as_secs_f64())?;
                }
            }
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
