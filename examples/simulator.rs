//! Serves the simulator to programs in any language.
//!
//!     cargo run --example simulator -- --port 8080

use std::{env, error::Error};

use nanonets_agents::simulator::Simulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::builder().port(port()?).start().await?;
    let (url, key, agent_id) = (simulator.url(), simulator.key(), simulator.agent_id());
    println!("Base URL  {url}");
    println!("API key   {key}");
    println!("Agent id  {agent_id}");
    println!();
    println!("Try it:");
    println!("  curl {url}/api/v1/agents/{agent_id}/run \\");
    println!("    -H 'Authorization: Bearer {key}' \\");
    println!("    -F 'query=What is in this file?' -F 'files=@examples/invoice.pdf'");
    println!();
    println!("Stop it with Ctrl-C.");
    std::future::pending().await
}

fn port() -> Result<u16, String> {
    let mut arguments = env::args().skip(1);
    match (
        arguments.next().as_deref(),
        arguments.next(),
        arguments.next(),
    ) {
        (None, ..) => Ok(0),
        (Some("--port"), Some(port), None) => port
            .parse()
            .map_err(|_| format!("{port} is not a port; use 0 to 65535")),
        _ => Err("usage: simulator [--port PORT]".to_owned()),
    }
}
