//! Serves the simulator to programs in any language.
//!
//!     cargo run --example simulator -- --port 8080

use anyhow::Context;
use clap::Parser;
use nanonets_agents::simulator::Simulator;

/// Serves the simulator over HTTP on this machine, until it is stopped with Ctrl-C.
///
/// It accepts one API key, and has one agent, which answers with what it received. Both are
/// printed.
#[derive(Parser)]
struct Arguments {
    /// Port to listen on; 0 stands for a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Arguments { port } = Arguments::parse();
    let simulator = Simulator::builder().port(port).start().await;
    let simulator = simulator.with_context(|| format!("can't listen on port {port}"))?;
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
