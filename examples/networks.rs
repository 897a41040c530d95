//! Calls the API from code without `async`, with the settings of a corporate network.

use std::{env, time::Duration};

use futures_util::StreamExt;
use nanonets_agents::{Error, prelude::*, simulator::Simulator, types::TaskListItem};
use tokio::runtime::{Builder, Runtime};

/// A client for sync code.
struct Agents {
    runtime: Runtime,
    client: Client,
}

impl Agents {
    fn answer(&self, agent_id: &str, query: &str) -> anyhow::Result<serde_json::Value> {
        let run = self.client.run(agent_id).query(query);
        let answer = self.runtime.block_on(async { run.await })?;
        Ok(answer.structured().unwrap_or_default().into_owned())
    }

    fn tasks(&self) -> impl Iterator<Item = Result<TaskListItem, Error>> {
        let mut tasks = self.client.list_tasks().items();
        std::iter::from_fn(move || self.runtime.block_on(tasks.next()))
    }
}

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let simulator = runtime.block_on(Simulator::builder().start())?;

    let builder = Client::builder().api_key(simulator.key());
    let mut builder = builder
        .base_url(simulator.url())
        .extra_header("x-cost-centre", "4711")
        .connect_timeout(Duration::from_secs(20))
        .attempt_timeout(Duration::from_secs(120));
    // `HTTPS_PROXY` counts without this, too. The simulator is on this machine: nothing that is
    // sent to it goes through a proxy.
    if let Ok(proxy) = env::var("COMPANY_PROXY") {
        builder = builder.proxy(proxy);
    }
    if let Some(path) = env::var_os("COMPANY_CA") {
        builder = builder.root_certificate(std::fs::read(path)?);
    }

    let client = builder.build()?;
    let agents = Agents { runtime, client };
    let agent_id = simulator.agent_id().to_string();
    println!("{:#}", agents.answer(&agent_id, "How many?")?);
    for task in agents.tasks() {
        let task = task?;
        println!("{} {}", task.task_id, task.status);
    }
    Ok(())
}
