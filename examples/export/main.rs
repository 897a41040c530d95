//! Writes all tasks of the workspace to a file, as JSON Lines or CSV.
//!
//!     cargo run --release --example export -- tasks.jsonl

mod arguments;
mod checkpoint;
mod format;
mod oldest;
mod output;
mod resumable;

use std::{io, pin::pin, time::Duration};

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use clap::Parser;
use futures_util::TryStreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use nanonets_agents::{pages::Export, prelude::*, simulator::Simulator, types::TaskPage};
use support::{backend::Backend, history::history};

use arguments::Arguments;
use oldest::oldest;
use output::Output;

/// After so many tasks a checkpoint is stored.
const BETWEEN_CHECKPOINTS: u64 = 2_000;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    // The same tasks each time, so that an export of the simulator can go on as well.
    let newest = DateTime::<Utc>::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
    let simulator = || Simulator::builder().history(history(100_000, newest));
    let client = Backend::for_lists(simulator).client()?.build()?;

    let list = || match arguments.since {
        Some(since) => client.list_tasks().created_after(since),
        None => client.list_tasks(),
    };
    let (mut output, state) = Output::open(&arguments.file)?;
    let mut export = list().export().shards(arguments.shards);
    if let Some(state) = state {
        println!("Going on behind {} tasks", output.tasks());
        export = export.resume_from(state)?;
    }
    if arguments.skip_undecodable {
        export =
            export.skip_undecodable(|task| eprintln!("skipped {}: {}", task.json, task.reason));
    }

    // Without the time of the oldest task there is no bar. What is wrong will show when the tasks
    // are read.
    let bar = bar(oldest(list).await.unwrap_or(None));
    let ended = write_all(&mut export, &mut output, &bar).await;
    // However it ended, what was written needn't be read again.
    save(&mut output, &export)?;
    bar.finish_and_clear();
    let (tasks, file) = (output.tasks(), arguments.file.display());
    match ended.with_context(|| format!("start it again to go on with {file}"))? {
        Ended::Complete => {
            output.finish()?;
            println!("{tasks} tasks in {file}");
            Ok(())
        }
        Ended::Interrupted => {
            bail!("interrupted; {tasks} tasks are in {file}, start it again to go on")
        }
    }
}

enum Ended {
    Complete,
    Interrupted,
}

/// Writes the tasks as they come, until there are no more or Ctrl-C is pressed.
async fn write_all(
    export: &mut Export<TaskPage>,
    output: &mut Output,
    bar: &ProgressBar,
) -> anyhow::Result<Ended> {
    let mut interrupted = pin!(tokio::signal::ctrl_c());
    loop {
        let task = tokio::select! {
            task = export.try_next() => task?,
            _ = &mut interrupted => return Ok(Ended::Interrupted),
        };
        let Some(task) = task else {
            return Ok(Ended::Complete);
        };
        output.write(&task)?;
        if output.tasks().is_multiple_of(BETWEEN_CHECKPOINTS) {
            save(output, export)?;
            bar.set_position(seconds_since(task.created_at));
            bar.set_message(format!("{} tasks", output.tasks()));
        }
    }
}

/// Stores a checkpoint. After some errors there is no place to go on from, and the last checkpoint
/// still holds.
fn save(output: &mut Output, export: &Export<TaskPage>) -> io::Result<()> {
    match export.state() {
        Some(state) => output.save(state),
        None => Ok(()),
    }
}

/// Creates a bar over time: how many tasks there are is not known, but how far back they go is.
fn bar(oldest: Option<DateTime<Utc>>) -> ProgressBar {
    let bar = ProgressBar::new(oldest.map_or(0, seconds_since));
    let style = ProgressStyle::with_template("{bar:40} {percent:>3} % of the time, {msg}");
    bar.set_style(style.expect("the template is a constant"));
    bar
}

fn seconds_since(time: DateTime<Utc>) -> u64 {
    let seconds = (Utc::now() - time).num_seconds();
    u64::try_from(seconds).unwrap_or(0)
}
