//! Writes all tasks of the workspace to a file, as JSON Lines, or as CSV where the file's name ends
//! in `.csv`.
//!
//!     cargo run --release --example export -- tasks.jsonl
//!
//! It can be stopped with Ctrl-C or killed, and goes on where it was when it is started again with
//! the same file. With `NANONETS_API_KEY` set it talks to the service, else to a simulator of its
//! own, which has 100,000 tasks.

use std::{env, error::Error, io, process::ExitCode, time::Duration};

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use nanonets_agents::{prelude::*, simulator::Simulator, types::TaskPage};

mod arguments;
mod oldest;
mod output;

use arguments::Arguments;
use oldest::oldest;
use output::Output;
use support::history::history;

/// After so many tasks it is stored how far it has got.
const BETWEEN_CHECKPOINTS: u64 = 2_000;

async fn run() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read(env::args().skip(1))?;
    let simulator;
    let client = match env::var("NANONETS_API_KEY") {
        Ok(_) => Client::from_env()?,
        Err(_) => {
            println!("Using the simulator (set NANONETS_API_KEY for the service)");
            // The same tasks each time, so that an export can go on.
            let newest = DateTime::<Utc>::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
            let history = history(100_000, newest);
            simulator = Simulator::builder().history(history).build();
            simulator.in_process_client()?
        }
    };
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
    if arguments.skips_undecodable {
        export = export.skip_undecodable(|it| eprintln!("skipped {}: {}", it.json, it.reason));
    }

    // Where that fails, there is no bar; what is wrong will show when the tasks are read.
    let bar = bar(oldest(list).await.unwrap_or(None));
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    let ended = loop {
        let task = tokio::select! {
            task = export.try_next() => task,
            _ = &mut interrupted => break Ok(false),
        };
        match task {
            Ok(Some(task)) => {
                output.write(&task)?;
                if output.tasks() % BETWEEN_CHECKPOINTS == 0 {
                    save(&mut output, &export)?;
                    let back = Utc::now() - task.created_at;
                    bar.set_position(u64::try_from(back.num_seconds()).unwrap_or(0));
                    bar.set_message(format!("{} tasks", output.tasks()));
                }
            }
            Ok(None) => break Ok(true),
            Err(error) => break Err(error),
        }
    };
    // Whatever happened, nothing of it has to be read again.
    save(&mut output, &export)?;
    bar.finish_and_clear();
    let (tasks, file) = (output.tasks(), arguments.file.display());
    match ended {
        Ok(true) => {
            output.finish()?;
            println!("{tasks} tasks in {file}");
            Ok(())
        }
        Ok(false) => {
            Err(format!("interrupted; {tasks} tasks are in {file}, start it again to go on").into())
        }
        Err(error) => Err(format!("{error}; start it again to go on with {file}").into()),
    }
}

/// After some errors nobody can tell where to go on. Then what was stored before still holds.
fn save(output: &mut Output, export: &Export<TaskPage>) -> io::Result<()> {
    match export.state() {
        Some(state) => output.save(state),
        None => Ok(()),
    }
}

/// How many there are is not known; how far back they go is.
fn bar(oldest: Option<DateTime<Utc>>) -> ProgressBar {
    let seconds = oldest.map_or(0, |it| (Utc::now() - it).num_seconds());
    let bar = ProgressBar::new(u64::try_from(seconds).unwrap_or(0));
    let style = ProgressStyle::with_template("{bar:40} {percent:>3} % of the time, {msg}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
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
