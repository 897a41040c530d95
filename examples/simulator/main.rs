//! Serves the simulator to programs in any language.
//!
//!     cargo run --example simulator -- --port 8080

use std::{env, error::Error, process::ExitCode};

use nanonets_agents::simulator::Simulator;

const USAGE: &str = "usage: simulator [--port PORT]";

async fn run() -> Result<(), Box<dyn Error>> {
    let port = port()?;
    let simulator = Simulator::builder().port(port).start().await;
    let simulator = simulator.map_err(|error| format!("can't listen on port {port}: {error}"))?;
    let (url, key, agent_id) = (simulator.url(), simulator.key(), simulator.agent_id());
    println!("Base URL  {url}");
    println!("API key   {key}");
    println!("Agent id  {agent_id}");
    println!();
    println!("Try it:");
    println!("  curl {url}/api/v1/agents/{agent_id}/run \\");
    println!("    -H 'Authorization: Bearer {key}' \\");
    println!("    -F 'query=What is in this file?' -F 'files=@examples/data/invoice.pdf'");
    println!();
    println!("Stop it with Ctrl-C.");
    std::future::pending().await
}

fn port() -> Result<u16, String> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(0),
        ["--port", port] => port
            .parse()
            .map_err(|_| format!("{port} is not a port; use 0 to 65535")),
        _ => Err(USAGE.to_owned()),
    }
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
