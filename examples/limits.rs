//! Sends a burst of runs into a limit that isn't known: all succeed, and take their time.

use std::time::Instant;

use futures_util::future::try_join_all;
use nanonets_agents::{prelude::*, simulator::Simulator};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let simulator = Simulator::builder().start().await?;
    let client = simulator.client()?;
    simulator.limit_rate(Some(20));

    let start = Instant::now();
    let runs = (1..=60).map(|page| {
        let run = client
            .run(simulator.agent_id())
            .query(format!("Read page {page}."));
        run.start()
    });
    let started = try_join_all(runs).await?;
    println!(
        "{} runs in {:.1} s",
        started.len(),
        start.elapsed().as_secs_f64()
    );

    let figures = client.snapshot();
    let refused: u64 = figures.retries.values().sum();
    println!(
        "{} requests, {refused} of them refused",
        figures.requests["run_agent"]
    );
    if let Some(rate) = figures.rate_limit {
        println!("the client now tries {rate:.0} requests a second");
    }
    println!(
        "{:.0} % of the retry budget is left",
        100.0 * figures.retry_budget
    );
    Ok(())
}
