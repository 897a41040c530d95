//! Runs an agent once for each file of a folder, and writes the answers as JSON Lines.
//!
//!     cargo run --example batch -- invoices --answers answers.jsonl

mod answers;
mod arguments;
mod ask;
mod display;
mod jobs;

use std::{pin::pin, time::Duration};

use anyhow::{anyhow, bail};
use clap::Parser;
use futures_util::{StreamExt, stream};
use nanonets_agents::{
    prelude::*,
    run::{Provenance, ReconcilePolicy, Twins},
};
use serde_json::json;
use support::backend::Backend;

use answers::Answers;
use arguments::Arguments;
use ask::ask;
use display::Display;
use jobs::{Job, jobs};

struct Batch {
    client: Client,
    agent_id: String,
    query: String,
    answers: Answers,
    display: Display,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let jobs = jobs(&arguments.folder, &[&arguments.answers, &arguments.ledger])?;
    // Opened after the folder was read: a folder that isn't there should leave nothing behind.
    let answers = Answers::open(&arguments.answers)?;
    let count = jobs.len();
    let open: Vec<Job> = jobs
        .into_iter()
        .filter(|job| !answers.has(&job.key))
        .collect();
    let answered = count - open.len();
    println!("Files   {count}, of which {answered} are answered");

    let backend = Backend::for_runs();
    let client = backend.client_with_ledger(&arguments.ledger);
    let policy = ReconcilePolicy::default().with_lease(Duration::from_secs(arguments.lease));
    let batch = Batch {
        client: client
            .map_err(|error| anyhow!(error))?
            .reconcile(policy)
            .build()?,
        agent_id: backend.agent_id(),
        query: arguments.query,
        answers,
        display: Display::new(open.len())?,
    };
    batch.run(&open, arguments.concurrency).await?;
    println!("Answers {}", arguments.answers.display());
    match batch.display.failed() {
        0 => Ok(()),
        failed => bail!("{failed} failed; start it again to try those again"),
    }
}

impl Batch {
    /// Carries out all jobs, so many of them at once.
    async fn run(&self, jobs: &[Job], concurrency: usize) -> anyhow::Result<()> {
        let ends = stream::iter(jobs).map(|job| async move {
            self.display.count(|counts| counts.running += 1);
            let end = self.answer(job).await;
            self.display.count(|counts| counts.running -= 1);
            (job, end)
        });
        let mut ends = pin!(ends.buffer_unordered(concurrency));
        let mut interrupted = pin!(tokio::signal::ctrl_c());
        loop {
            let end = tokio::select! {
                end = ends.next() => end,
                _ = &mut interrupted => {
                    self.display.bar().abandon();
                    bail!("interrupted; start it again to go on (its tasks go on meanwhile)");
                }
            };
            let Some((job, end)) = end else { break };
            self.display.bar().inc(1);
            match end {
                Ok(Provenance::Adopted) => self.display.count(|counts| counts.adopted += 1),
                Ok(_) => (),
                Err(error) => {
                    self.display.count(|counts| counts.failed += 1);
                    let file = job.path.display();
                    self.display
                        .bar()
                        .suspend(|| eprintln!("{file}: {error:#}"));
                }
            }
        }
        self.display.bar().finish_and_clear();
        Ok(())
    }

    /// Writes the answer to one file, from its run, which is started unless it was before.
    async fn answer(&self, job: &Job) -> anyhow::Result<Provenance> {
        let run = self
            .client
            .run(&self.agent_id)
            .query(&self.query)
            .file(Upload::path(&job.path))
            .key(&job.key);
        let started = run.start().await?;
        let bar = self.display.bar().clone();
        let wait = started.wait();
        let finished = wait
            .on_input(move |question| ask(question, bar.clone()))
            .await?;
        self.tell(job, finished.twins());
        let summary = finished.fetch_summary().await?;
        let answer = json!({
            "key": job.key,
            "file": job.path.file_name().map(|name| name.to_string_lossy()),
            "task_id": started.task_id(),
            "status": finished.status(),
            "answer": summary.structured(),
        });
        self.answers.add(&job.key, &answer)?;
        // Forgotten only now, since an answer that isn't written has to be picked up again.
        let ledger = self.client.ledger();
        ledger.record_finished(started.task_id()).await?;
        Ok(started.provenance())
    }

    /// Says which other tasks the run of a file has started. A person decides about those that go
    /// on.
    fn tell(&self, job: &Job, twins: &Twins) {
        for twin in twins.found() {
            let (file, id) = (job.path.display(), twin.task_id());
            let is_cancelled = twin.is_cancelled();
            let line = format!("{file} has a twin, {id}; cancelled: {is_cancelled}");
            self.display.bar().suspend(|| eprintln!("{line}"));
        }
    }
}
