//! Starts a hundred tasks, and waits for all of them with a few requests.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use nanonets_agents::{
    prelude::*,
    run::{RunError, Started},
    simulator::{AgentSpec, Script, Simulator},
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let agent = AgentSpec::new("Pages").script_for(|run| match run.text() {
        Some(text) if text.ends_with("7.") => Script::empty().fail("The page is empty."),
        _ => Script::empty().running(Duration::from_millis(500)),
    });
    let simulator = Simulator::builder().agent(agent).start().await?;
    let client = simulator.client()?;

    let start = |page| {
        client
            .run(simulator.agent_id())
            .query(format!("Read page {page}."))
            .start()
    };
    let started: Result<Vec<Started>, RunError> = stream::iter(1..=100)
        .map(start)
        .buffer_unordered(16)
        .try_collect()
        .await;
    let started = started?;
    println!("{} tasks are started", started.len());

    let mut ends = client
        .wait_many(&started)
        .interval(Duration::from_secs(1))
        .stream();
    let (mut completed, mut failed) = (0, 0);
    while let Some(end) = ends.next().await {
        match end {
            Ok(finished) if finished.is_completed() => completed += 1,
            Ok(_) => failed += 1,
            Err(error) => eprintln!("{error}"),
        }
    }
    let figures = client.snapshot();
    let requests: u64 = figures.requests.values().sum();
    println!("{completed} completed, {failed} failed");
    println!(
        "{} requests to start, {} to wait",
        started.len(),
        requests - started.len() as u64
    );
    Ok(())
}
