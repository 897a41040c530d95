//! Starts a run for each line of a file, and finishes everything that was started, however often it
//! is killed and started again.
//!
//!     cargo run --example worker -- jobs.txt

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context, anyhow};
use clap::Parser;
use futures_util::{StreamExt, TryStreamExt, stream};
use nanonets_agents::{ledger::LedgerExt, prelude::*, run::ReconcilePolicy, wait::Finished};
use support::backend::Backend;

/// How many runs are being started at once.
const AT_ONCE: usize = 8;

/// Starts a run for each line of a file, and finishes everything that was started, however often it
/// is killed and started again.
///
/// What an earlier worker left unfinished is picked up first.
///
/// Set NANONETS_API_KEY and NANONETS_AGENT_ID to use the service. Without them, the runs go to a
/// simulator, which forgets everything when the program ends.
#[derive(Parser)]
struct Arguments {
    /// File of queries, one a line; each line is the key of its run, and runs once
    jobs: PathBuf,
    /// SQLite file that holds which runs were started
    #[arg(long, value_name = "FILE", default_value = "worker.db")]
    ledger: PathBuf,
    /// Seconds after which the runs of a process that died are taken over
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    lease: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let jobs = fs::read_to_string(&arguments.jobs)
        .with_context(|| format!("can't read {}", arguments.jobs.display()))?;

    let backend = Backend::for_runs();
    let agent_id = backend.agent_id();
    let client = backend.client_with_ledger(&arguments.ledger);
    let policy = ReconcilePolicy::default()
        .with_marker(true)
        .with_lease(Duration::from_secs(arguments.lease));
    let client = client
        .map_err(|error| anyhow!(error))?
        .reconcile(policy)
        .build()?;

    // What an earlier worker has started. What it left in doubt is settled by its key, below.
    let ledger = client.ledger();
    let unfinished: Vec<_> = ledger.unfinished().try_collect().await?;
    let started = unfinished.into_iter().filter_map(|entry| entry.task);
    let mut wait = client.wait_many(started);
    let sender = wait.sender();
    let mut ends = wait.stream();

    // Starting and waiting go on side by side. A key that was used before starts nothing.
    let starting = async {
        let jobs = jobs.lines().filter(|line| !line.trim().is_empty());
        let runs = jobs.map(|job| client.run(&agent_id).query(job).key(job).start());
        let mut starts = stream::iter(runs).buffer_unordered(AT_ONCE);
        while let Some(started) = starts.next().await {
            match started {
                Ok(started) => {
                    sender.send(&started);
                }
                Err(error) => eprintln!("error: {error}"),
            }
        }
        // From here on, the stream ends when all tasks have.
        drop(sender);
    };
    let finishing = async {
        while let Some(end) = ends.next().await {
            let end = match end {
                Ok(finished) => print(&client, &finished).await,
                Err(error) => Err(error.into()),
            };
            if let Err(error) = end {
                eprintln!("error: {error:#}");
            }
        }
    };
    tokio::join!(starting, finishing);

    // A question without an answer, a summary that couldn't be read, a run that wasn't started.
    match ledger.unfinished().count().await {
        0 => println!("Done"),
        left => println!("{left} are left; start it again to go on with them"),
    }
    Ok(())
}

/// Prints the answer, and only then forgets the run: what isn't printed has to be picked up again.
async fn print(client: &Client, finished: &Finished) -> anyhow::Result<()> {
    let id = finished.task_ref().task_id();
    let summary = finished.fetch_summary().await?;
    println!("{id} {} {:?}", finished.status(), summary.structured());
    client.ledger().record_finished(id).await?;
    Ok(())
}
