//! Creates an agent, changes and publishes it, lists its versions, and cancels what it left open.

use futures_util::TryStreamExt;
use nanonets_agents::{
    agents::{AgentPatch, Published},
    prelude::*,
    simulator::{AgentSpec, Script, Simulator},
    types::{CreateAgentRequest, TaskStatus},
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let simulator = Simulator::builder().start().await?;
    let client = simulator.client()?;

    let body = CreateAgentRequest::builder().system_prompt("Read invoices.");
    let created = client.create_agent().body(body).send().await?;
    let mut agent = client.agent(created.id);
    println!("created {} {}", created.name, created.id);

    // One key changes, and the others stay: a configuration is never sent from memory.
    let patch = AgentPatch::default().name("Invoices").set("model", "m2");
    let updated = agent.update(patch).await?;
    println!("updated {} {:?}", updated.name, updated.config);

    simulator.edit_draft(created.id); // a person edits it in the dashboard
    for _ in 0..2 {
        match agent.publish().await? {
            Published::New(version) => {
                println!("published version {}", version.version_number);
                agent = client.agent(version.id); // the old id names the old version
            }
            Published::Unchanged => println!("there was nothing to publish"),
        }
    }

    let mut versions = agent.versions()?;
    while let Some(version) = versions.try_next().await? {
        println!("version {} is {}", version.version_number, version.status);
    }

    let asking = AgentSpec::new("Asking").script(Script::empty().ask("Which currency?"));
    let asking = client.run(simulator.add_agent(asking)).query("Total?");
    asking.start().await?;
    let mut tasks = client
        .list_tasks()
        .status(TaskStatus::WaitingForInput)
        .items();
    while let Some(task) = tasks.try_next().await? {
        let task = client.task(&task).cancel().await?;
        println!("cancelled {}, now {}", task.task_id, task.status);
    }
    Ok(())
}
