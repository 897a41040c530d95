//! Goes through all tasks of a workspace, is interrupted, and goes on where it was.

use std::collections::BTreeMap;

use chrono::{TimeDelta, Utc};
use futures_util::TryStreamExt;
use nanonets_agents::{
    pages::ExportState,
    prelude::*,
    simulator::{AgentSpec, PastTask, Simulator},
    types::TaskListItem,
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let now = Utc::now();
    let past = |age| {
        let status = if age % 10 == 0 { "failed" } else { "completed" };
        PastTask::new("Read an invoice.", now - TimeDelta::minutes(age)).ended(status)
    };
    let simulator = Simulator::builder()
        .agent(AgentSpec::new("Invoices"))
        .history((1..=5_000).map(past))
        .start()
        .await?;
    let client = simulator.client()?;

    // The newest ten, as a page shows them.
    let page = client.list_tasks().limit(10).send().await?;
    println!("{} tasks, and more: {:?}", page.data.len(), page.has_more);

    // All of them, many parts side by side.
    let mut export = client.list_tasks().export().shards(8);
    let mut by_status: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..1_000 {
        if let Some(task) = export.try_next().await? {
            *by_status.entry(task.status.to_string()).or_default() += 1;
        }
    }
    let stored = serde_json::to_string(&export.state().expect("nothing has failed"))?;
    drop(export);
    println!(
        "interrupted after {by_status:?}; {} bytes are stored",
        stored.len()
    );

    // Another process, perhaps.
    let state: ExportState<TaskListItem> = serde_json::from_str(&stored)?;
    let mut export = client.list_tasks().export().resume_from(state)?;
    while let Some(task) = export.try_next().await? {
        *by_status.entry(task.status.to_string()).or_default() += 1;
    }
    println!("all of them: {by_status:?}");
    Ok(())
}
