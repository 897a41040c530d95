//! A worker in the background: starts a run for each line of a file of jobs, and finishes
//! everything that was started, however often it is killed and started again.
//!
//!     cargo run --example worker -- jobs.txt
//!
//! Each line is a query, and its own key. What the ledger holds unfinished is picked up first. With
//! `NANONETS_API_KEY` and `NANONETS_AGENT_ID` set it talks to the service, else to a simulator of
//! its own, which forgets everything when it ends.

use std::{
    env,
    error::Error,
    path::{Path, PathBuf},
    process::ExitCode,
};

use futures_util::{StreamExt, TryStreamExt, stream};
use nanonets_agents::{
    ClientBuilder,
    ledger::{LedgerExt, MemoryLedger, SqliteLedger},
    prelude::*,
    simulator::Simulator,
};

const USAGE: &str = "usage: worker JOBS [LEDGER [LEASE-SECONDS]]";
/// How many runs are started at once.
const AT_ONCE: usize = 8;

async fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let jobs = PathBuf::from(arguments.first().ok_or(USAGE)?);
    let ledger = arguments.get(1).map_or("worker.db", String::as_str);
    let mut policy = ReconcilePolicy::default().marker(true);
    if let Some(lease) = arguments.get(2) {
        policy = policy.lease(std::time::Duration::from_secs(
            lease.parse().map_err(|_| USAGE)?,
        ));
    }
    let text = std::fs::read_to_string(&jobs)
        .map_err(|error| format!("can't read {}: {error}", jobs.display()))?;

    let simulator;
    let (client, agent_id) = match env::var("NANONETS_AGENT_ID") {
        Ok(agent_id) if env::var("NANONETS_API_KEY").is_ok() => {
            let ledger = SqliteLedger::open(Path::new(ledger))?;
            let builder = ClientBuilder::from_env()?.ledger(ledger);
            (builder.reconcile(policy).build()?, agent_id)
        }
        _ => {
            println!(
                "Using the simulator (set NANONETS_API_KEY and NANONETS_AGENT_ID for the service)"
            );
            simulator = Simulator::builder().start().await?;
            let builder = Client::builder().api_key(simulator.key());
            let builder = builder
                .base_url(simulator.url())
                .ledger(MemoryLedger::new());
            let client = builder.reconcile(policy).build()?;
            (client, simulator.agent_id().to_string())
        }
    };

    // What an earlier worker has started. What it left in doubt is settled by its key, below.
    let ledger = client.ledger();
    let unfinished: Vec<_> = ledger.unfinished().try_collect().await?;
    let started = unfinished.into_iter().filter_map(|it| it.task);
    let mut wait = client.wait_many(started);
    let adder = wait.adder();
    let mut ends = wait.stream();

    // Starting and waiting go on side by side. A key that was used before starts nothing.
    let starting = async {
        let jobs = text.lines().filter(|it| !it.trim().is_empty());
        let runs = jobs.map(|job| client.run(&agent_id).query(job).key(job).start());
        let mut starts = stream::iter(runs).buffer_unordered(AT_ONCE);
        while let Some(started) = starts.next().await {
            match started {
                Ok(started) => {
                    adder.add(started.reference().clone());
                }
                Err(error) => eprintln!("error: {error}"),
            }
        }
        // From here on, the stream ends when everything has.
        drop(adder);
    };
    let finishing = async {
        while let Some(end) = ends.next().await {
            match end {
                Ok(finished) => {
                    let id = finished.task().task_id();
                    match finished.summary().await {
                        Ok(it) => println!("{id} {} {:?}", finished.status(), it.structured()),
                        Err(error) => {
                            eprintln!("error: {error}");
                            continue;
                        }
                    }
                    // Only now: what isn't printed has to be picked up again.
                    ledger.record_finished(id).await?;
                }
                Err(error) => eprintln!("error: {error}"),
            }
        }
        Ok::<(), Box<dyn Error>>(())
    };
    let ((), finished) = tokio::join!(starting, finishing);
    finished?;
    // A question that nobody answered, a summary that couldn't be read, a run that wasn't started.
    let left = ledger.unfinished().count().await;
    match left {
        0 => println!("Done"),
        left => println!("{left} are left; start it again to go on with them"),
    }
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
