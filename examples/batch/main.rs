//! Runs an agent once for every file of a folder, and writes the answers as JSON Lines.
//!
//!     cargo run --example batch -- invoices --answers answers.jsonl
//!
//! It can be stopped at any moment, and started again: what was started is waited for, what was
//! answered stays answered, and a second run of the same folder starts nothing. Two at once share
//! the work. With `NANONETS_API_KEY` and `NANONETS_AGENT_ID` set it talks to the service, else to a
//! simulator of its own, which forgets everything when it ends.

mod answers;
mod arguments;

use std::{
    env,
    error::Error,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use answers::Answers;
use arguments::Arguments;
use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use nanonets_agents::{
    ClientBuilder,
    ledger::{MemoryLedger, SqliteLedger},
    prelude::*,
    simulator::Simulator,
};
use sha2::{Digest, Sha256};
use support::ask;

/// What the display shows beside the bar.
#[derive(Default)]
struct Counts {
    failed: usize,
    adopted: usize,
}

struct Batch {
    client: Client,
    agent_id: String,
    query: String,
    policy: ReconcilePolicy,
    answers: Answers,
    bar: ProgressBar,
    typing: Arc<tokio::sync::Mutex<()>>,
}

/// A file, and what its run is called: the same content under another name is another run.
struct Job {
    path: PathBuf,
    key: String,
}

impl Batch {
    /// The answer of one file, from its run, which is started unless it was before.
    async fn answer(&self, job: &Job) -> Result<Provenance, Box<dyn Error>> {
        let run = self
            .client
            .run(&self.agent_id)
            .query(&self.query)
            .file(Upload::path(&job.path))
            .key(&job.key)
            .reconcile(self.policy.clone());
        let started = run.start().await?;
        // One question after the other, with the display out of the way.
        let (typing, bar) = (self.typing.clone(), self.bar.clone());
        let wait = started.wait().on_input(move |question| {
            let (typing, bar) = (typing.clone(), bar.clone());
            async move {
                let _typing = typing.lock().await;
                bar.set_draw_target(ProgressDrawTarget::hidden());
                let reply = ask::ask(question).await;
                bar.set_draw_target(ProgressDrawTarget::stderr());
                reply
            }
        });
        let finished = wait.await?;
        let summary = finished.summary().await?;
        let answer = serde_json::json!({
            "key": job.key,
            "file": job.path.file_name().map(|it| it.to_string_lossy()),
            "task_id": started.task_id(),
            "status": finished.status(),
            "answer": summary.structured(),
        });
        self.answers.add(&job.key, &answer)?;
        // Only now: what isn't written has to be picked up again.
        let ledger = self.client.ledger();
        ledger.record_finished(started.task_id()).await?;
        Ok(started.provenance())
    }
}

/// A job for each file, except for those that the batch itself writes.
fn jobs(folder: &Path, ours: &[&Path]) -> Result<Vec<Job>, Box<dyn Error>> {
    let ours: Vec<PathBuf> = ours
        .iter()
        .filter_map(|it| it.canonicalize().ok())
        .collect();
    let is_ours = |path: &Path| {
        let path = path.canonicalize().unwrap_or_default();
        let text = path.to_string_lossy();
        // SQLite keeps two files more beside its own.
        let main = text.trim_end_matches("-wal").trim_end_matches("-shm");
        ours.iter().any(|it| *it == Path::new(main))
    };
    let unreadable = |error| format!("can't read {}: {error}", folder.display());
    let mut jobs = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_file() && !is_ours(&path) {
            let content = std::fs::read(&path)
                .map_err(|error| format!("can't read {}: {error}", path.display()))?;
            let hash = Sha256::digest(content);
            let hash: String = hash[..16].iter().map(|it| format!("{it:02x}")).collect();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let key = format!("{hash} {name}");
            jobs.push(Job { path, key });
        }
    }
    jobs.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(jobs)
}

async fn run() -> Result<bool, Box<dyn Error>> {
    let arguments = Arguments::read(env::args().skip(1))?;
    let all = jobs(&arguments.folder, &[&arguments.answers, &arguments.ledger])?;
    // Only now: a folder that isn't there should leave nothing behind.
    let answers = Answers::open(&arguments.answers)?;
    let count = all.len();
    let open: Vec<Job> = all.into_iter().filter(|it| !answers.has(&it.key)).collect();
    println!(
        "Files   {count}, of which {} are answered",
        count - open.len()
    );

    let simulator;
    let (client, agent_id) = match env::var("NANONETS_AGENT_ID") {
        Ok(agent_id) if env::var("NANONETS_API_KEY").is_ok() => {
            let ledger = SqliteLedger::open(&arguments.ledger)?;
            println!(
                "Using   the service, with the ledger {}",
                arguments.ledger.display()
            );
            let builder = ClientBuilder::from_env()?;
            (builder.ledger(ledger).build()?, agent_id)
        }
        _ => {
            println!(
                "Using   the simulator (set NANONETS_API_KEY and NANONETS_AGENT_ID for the service)"
            );
            simulator = Simulator::builder().start().await?;
            let builder = Client::builder().api_key(simulator.key());
            let builder = builder
                .base_url(simulator.url())
                .ledger(MemoryLedger::new());
            (builder.build()?, simulator.agent_id().to_string())
        }
    };
    let batch = Batch {
        client,
        agent_id,
        query: arguments.query,
        // Many files come with the same query: only a marker tells their tasks apart.
        policy: ReconcilePolicy::default()
            .marker(true)
            .lease(arguments.lease),
        answers,
        bar: ProgressBar::with_draw_target(Some(open.len() as u64), ProgressDrawTarget::stderr()),
        typing: Arc::default(),
    };

    let bar = batch.bar.clone();
    bar.set_style(ProgressStyle::with_template(
        "[{elapsed}] {bar:30} {pos}/{len} done, {msg} (ETA {eta})",
    )?);
    bar.enable_steady_tick(Duration::from_millis(250));
    let mut counts = Counts::default();
    let running = std::sync::atomic::AtomicUsize::new(0);
    let (batch, running) = (&batch, &running);
    let ordering = std::sync::atomic::Ordering::Relaxed;
    let mut ends = stream::iter(&open)
        .map(|job| async move {
            running.fetch_add(1, ordering);
            let end = batch.answer(job).await;
            running.fetch_sub(1, ordering);
            (job, end)
        })
        .buffer_unordered(arguments.concurrency);
    loop {
        bar.set_message(format!(
            "{} running, {} failed, {} adopted",
            running.load(ordering),
            counts.failed,
            counts.adopted
        ));
        let end = tokio::select! {
            end = ends.next() => end,
            _ = tokio::signal::ctrl_c() => {
                bar.abandon();
                println!("Stopped. Start it again to go on; what is running goes on meanwhile.");
                return Ok(false);
            }
            // So that the number of those that run is shown as it changes.
            () = tokio::time::sleep(Duration::from_millis(250)) => continue,
        };
        let Some((job, end)) = end else { break };
        bar.inc(1);
        match end {
            Ok(Provenance::Adopted) => counts.adopted += 1,
            Ok(_) => (),
            Err(error) => {
                counts.failed += 1;
                bar.suspend(|| eprintln!("{}: {error}", job.path.display()));
            }
        }
    }
    bar.finish_and_clear();
    println!("Answers {}", arguments.answers.display());
    if counts.failed > 0 {
        println!(
            "Failed  {}; start it again to try those again",
            counts.failed
        );
    }
    Ok(counts.failed == 0)
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
