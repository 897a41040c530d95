//! Creates an agent, changes and publishes it, lists its versions, and cancels its old tasks.
//!
//!     cargo run --example agents
//!
//! Set NANONETS_API_KEY to use the service, or else it is the simulator.

use futures_util::TryStreamExt;
use nanonets_agents::{
    agents::{AgentPatch, Published},
    chrono::{TimeDelta, Utc},
    prelude::*,
    simulator::Simulator,
    types::{CreateAgentRequest, TaskStatus},
};
use support::backend::Backend;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let client = Backend::for_lists(Simulator::builder).client()?.build()?;

    let body = CreateAgentRequest::builder().system_prompt("Read invoices.");
    let created = client.create_agent().body(body).send().await?;
    let agent = client.agent(created.id);
    println!("Created {} {}", created.name, created.id);

    // One key changes, and the others stay: a configuration is never sent from memory.
    let patch = AgentPatch::default().set("model", "m2").active(true);
    let updated = agent.update(patch).await?;
    println!("Updated {:?}", updated.config);

    for _ in 0..2 {
        match agent.publish().await? {
            Published::New(version) => println!("Live    version {}", version.version_number),
            Published::Unchanged => println!("Live    as before: the draft has no changes"),
        }
    }

    let mut versions = agent.versions()?;
    while let Some(version) = versions.try_next().await? {
        println!("Version {} is {}", version.version_number, version.status);
    }

    let old = Utc::now() - TimeDelta::hours(1);
    let stuck = [TaskStatus::Queued, TaskStatus::WaitingForInput];
    let tasks = client.list_tasks().agent_id(created.id).status(stuck);
    let mut tasks = tasks.created_before(old).items();
    while let Some(task) = tasks.try_next().await? {
        let task = client.task(&task).cancel().await?;
        println!("Ended   {} as {}", task.task_id, task.status);
    }
    Ok(())
}
