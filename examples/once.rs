//! Starts a run whose reply is lost, and whose caller goes away, once more: there is one task.

use std::{env, fs, time::Duration};

use nanonets_agents::{
    ledger::SqliteLedger,
    prelude::*,
    run::ReconcilePolicy,
    simulator::{Fault, Simulator},
};
use tokio::time::timeout;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let lost = Fault::reset_after().on("run_agent").times(1);
    let simulator = Simulator::builder().fault(lost).start().await?;
    let folder = env::temp_dir().join(format!("once-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let process = || -> anyhow::Result<Client> {
        let builder = Client::builder()
            .api_key(simulator.key())
            .base_url(simulator.url());
        let ledger = SqliteLedger::open(folder.join("runs.db"))?;
        // Probes sooner than by default, since the simulator never lags behind.
        let policy = ReconcilePolicy::default().with_first_probe(Duration::from_millis(500));
        Ok(builder.ledger(ledger).reconcile(policy).build()?)
    };
    let run = |client: &Client| {
        client
            .run(simulator.agent_id())
            .query("Pay A-17.")
            .key("A-17")
    };

    // The task is created, its reply is lost, and the caller goes away.
    let first = process()?;
    let end = timeout(Duration::from_millis(200), run(&first).start()).await;
    println!(
        "first process: {}",
        if end.is_err() { "gone" } else { "done" }
    );
    drop(first);

    let second = process()?;
    let started = run(&second).start().await?;
    println!(
        "second process: {} is {}",
        started.task_id(),
        started.provenance()
    );
    let again = run(&second).start().await?;
    println!("once more: {} is {}", again.task_id(), again.provenance());
    println!("{} task at the server", simulator.tasks().len());

    started.wait().await?;
    second.ledger().record_finished(started.task_id()).await?;
    println!("finished: {}", run(&second).start().await?.is_finished());
    fs::remove_dir_all(folder)?;
    Ok(())
}
