//! Starts a run for each line of a file, and finishes everything that was started, however often it
//! is killed and started again.
//!
//!     cargo run --example worker -- jobs.txt

use std::{collections::HashSet, fs, path::PathBuf, time::Duration};

use anyhow::{Context, anyhow, ensure};
use clap::{Parser, value_parser};
use futures_util::{StreamExt, TryStreamExt, stream};
use nanonets_agents::{ledger::LedgerExt, prelude::*, run::ReconcilePolicy, wait::Finished};
use support::backend::Backend;

/// How many runs are being started at once.
const AT_ONCE: usize = 8;
/// The longest key of a run, in bytes.
const LONGEST_KEY: usize = 1024;

/// Starts a run for each line of a file, and finishes everything that was started, however often it
/// is killed and started again.
///
/// What an earlier worker left unfinished is picked up first.
///
/// Set NANONETS_API_KEY and NANONETS_AGENT_ID to use the service. Without them, the runs go to a
/// simulator, which forgets everything when the program ends.
#[derive(Parser)]
struct Arguments {
    /// File of queries, one a line of 1024 bytes at most; each is the key of its run, and runs once
    jobs: PathBuf,
    /// SQLite file that holds which runs were started
    #[arg(long, value_name = "FILE", default_value = "worker.db")]
    ledger: PathBuf,
    /// Seconds after which the runs of a process that died are taken over
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 60,
        value_parser = value_parser!(u64).range(5..=86_400)
    )]
    lease: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let jobs = fs::read_to_string(&arguments.jobs)
        .with_context(|| format!("can't read {}", arguments.jobs.display()))?;
    let jobs = jobs_in(&jobs)?;

    let backend = Backend::for_runs();
    let agent_id = backend.agent_id();
    let client = backend.client_with_ledger(&arguments.ledger);
    let policy = ReconcilePolicy::default().with_lease(Duration::from_secs(arguments.lease));
    let client = client
        .map_err(|error| anyhow!(error))?
        .reconcile(policy)
        .build()?;

    // What an earlier worker has started of lines that are gone. Those that are still there come
    // below, by their keys, which settles what is in doubt and tells of twins.
    let ledger = client.ledger();
    let lines: HashSet<&str> = jobs.iter().copied().collect();
    let unfinished: Vec<_> = ledger.unfinished().try_collect().await?;
    let others = unfinished
        .into_iter()
        .filter(|entry| !lines.contains(&*entry.key))
        .filter_map(|entry| entry.task);
    let mut wait = client.wait_many(others);
    let sender = wait.sender();
    let mut ends = wait.stream();

    // Starting and waiting go on side by side. A key that was used before starts nothing.
    let starting = async {
        let runs = jobs.iter().map(|&job| {
            let run = client.run(&agent_id).query(job).key(job).start();
            async move { (job, run.await) }
        });
        let mut starts = stream::iter(runs).buffer_unordered(AT_ONCE);
        let mut failed = HashSet::new();
        while let Some((job, started)) = starts.next().await {
            match started {
                // Its answer was printed before.
                Ok(started) if started.is_finished() => (),
                Ok(started) => {
                    sender.send(&started);
                }
                Err(error) => {
                    eprintln!("{job}: {error}");
                    failed.insert(job.to_owned());
                }
            }
        }
        // From here on, the stream ends when all tasks have.
        drop(sender);
        failed
    };
    let finishing = async {
        while let Some(end) = ends.next().await {
            let printed = match end {
                Ok(finished) => print(&client, &finished).await,
                Err(error) => Err(error.into()),
            };
            if let Err(error) = printed {
                eprintln!("{error:#}");
            }
        }
    };
    let (mut left, ()) = tokio::join!(starting, finishing);

    // A question without an answer, a summary that couldn't be read, a run that wasn't started.
    let unfinished: Vec<_> = ledger.unfinished().try_collect().await?;
    left.extend(unfinished.into_iter().map(|entry| entry.key));
    ensure!(
        left.is_empty(),
        "{} are left; start it again to go on with them",
        left.len()
    );
    println!("Done");
    Ok(())
}

/// Returns the lines that aren't empty, without those that are there twice. One that can't be a key
/// is refused before any run is sent.
fn jobs_in(text: &str) -> anyhow::Result<Vec<&str>> {
    let mut seen = HashSet::new();
    let lines = text.lines().enumerate();
    let jobs = lines.filter(|(_, line)| !line.trim().is_empty() && seen.insert(*line));
    jobs.map(|(index, job)| {
        ensure!(
            job.len() <= LONGEST_KEY,
            "line {} has {} bytes; each line is the key of its run, which has {LONGEST_KEY} at most",
            index + 1,
            job.len()
        );
        Ok(job)
    })
    .collect()
}

/// Prints the answer, and only then forgets the run: what isn't printed has to be picked up again.
async fn print(client: &Client, finished: &Finished) -> anyhow::Result<()> {
    let id = finished.task_ref().task_id();
    let summary = finished.fetch_summary().await?;
    println!("{id} {} {:?}", finished.status(), summary.structured());
    for twin in finished.twins().found() {
        let (twin_id, is_cancelled) = (twin.task_id(), twin.is_cancelled());
        eprintln!("{id} has a twin, {twin_id}; cancelled: {is_cancelled}");
    }
    client.ledger().record_finished(id).await?;
    Ok(())
}
