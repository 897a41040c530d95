//! Two workers take the same jobs, one of them dies, and each job has one task.

use std::{env, fs, time::Duration};

use futures_util::{StreamExt, TryStreamExt, stream};
use nanonets_agents::{
    ledger::SqliteLedger,
    prelude::*,
    run::{RunError, Started},
    simulator::Simulator,
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let simulator = Simulator::builder().start().await?;
    let folder = env::temp_dir().join(format!("scaling-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let worker = || -> anyhow::Result<Client> {
        let ledger = SqliteLedger::open(folder.join("runs.db"))?;
        let builder = Client::builder().api_key(simulator.key());
        Ok(builder.base_url(simulator.url()).ledger(ledger).build()?)
    };

    // Both are given all jobs, as a queue may do that delivers at least once.
    let (one, other) = (worker()?, worker()?);
    let (first, second) = tokio::try_join!(
        start_all(&one, simulator.agent_id().to_string()),
        start_all(&other, simulator.agent_id().to_string()),
    )?;
    let (starts, tasks) = (first.len() + second.len(), simulator.tasks().len());
    println!("{starts} starts, {tasks} tasks");
    drop(one); // It dies, and waits for none of them.

    // The other finds in the ledger what is left.
    let ledger = other.ledger();
    let left: Vec<_> = ledger.unfinished().try_collect().await?;
    let tasks = left.into_iter().filter_map(|entry| entry.task);
    let waiting = other.wait_many(tasks).interval(Duration::from_secs(1));
    let mut ends = waiting.stream();
    let mut finished = 0;
    while let Some(end) = ends.next().await {
        ledger.record_finished(end?.task_ref().task_id()).await?;
        finished += 1;
    }
    let left: Vec<_> = ledger.unfinished().try_collect().await?;
    println!("{finished} finished, {} left", left.len());
    fs::remove_dir_all(folder)?;
    Ok(())
}

async fn start_all(worker: &Client, agent_id: String) -> Result<Vec<Started>, RunError> {
    let start = |order: u32| {
        let run = worker.run(&agent_id).query(format!("Read order {order}."));
        run.key(format!("order-{order}")).start()
    };
    let started = stream::iter(1..=20).map(start).buffer_unordered(4);
    started.try_collect().await
}
