//! Reads an invoice with its lines as a struct: on the service where it has a key and an agent.

use nanonets_agents::{prelude::*, simulator::*};

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Invoice {
    /// As it is printed on the invoice.
    number: String,
    lines: Vec<Line>,
    total: f64,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Line {
    text: String,
    quantity: u32,
    price: f64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let answer = std::fs::read_to_string("examples/data/invoice.json")?;
    let agent = AgentSpec::new("Invoices").script(Script::empty().complete(answer));
    let simulator = Simulator::builder().agent(agent).start().await?;
    let run = match Client::from_env() {
        Ok(client) => client.run(std::env::var("NANONETS_AGENT_ID")?),
        Err(_) => simulator.client()?.run(simulator.agent_id()),
    };

    let run = run
        .query("Read the invoice.")
        .file("examples/data/invoice.pdf");
    let invoice = run.output::<Invoice>().await?;
    println!("Invoice {} of {:.2}", invoice.number, invoice.total);
    for line in &invoice.lines {
        println!("{:>3} {:<12} {:>8.2}", line.quantity, line.text, line.price);
    }
    Ok(())
}
