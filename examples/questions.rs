//! Stores the questions that agents ask, and answers each once, from any process.
//!
//!     cargo run --example questions                           # all steps, on the simulator
//!     cargo run --example questions -- ask "An invoice."
//!     cargo run --example questions -- list                   # after a restart, too
//!     cargo run --example questions -- answer ID EUR

use std::{env, fs, path::Path};

use anyhow::Context;
use futures_util::TryStreamExt;
use nanonets_agents::{prelude::*, simulator::*, types::TaskStatus, wait::Question};
use support::backend::Backend;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let asking = AgentSpec::new("Asking").script(Script::empty().ask("Which currency?"));
    let backend = Backend::for_runs_or(|| Simulator::builder().agent(asking));
    let client = backend.client()?.build()?;
    let arguments: Vec<String> = env::args().skip(1).collect();
    let step = arguments.first().map_or("", String::as_str);
    // The ids of the simulator are the same each time.
    let run = if step.is_empty() {
        std::process::id()
    } else {
        0
    };
    let folder = env::temp_dir().join(format!("nanonets-questions-{run}"));
    fs::create_dir_all(&folder)?;
    if ["", "ask"].contains(&step) {
        let query = arguments.get(1).map_or("An invoice.", String::as_str);
        client.run(backend.agent_id()).query(query).start().await?;
    }
    if ["", "list"].contains(&step) {
        let mut tasks = client
            .list_tasks()
            .status(TaskStatus::WaitingForInput)
            .items();
        while let Some(task) = tasks.try_next().await? {
            let Some(question) = client.task(&task).fetch_question().await? else {
                continue;
            };
            let id = question.message_id().unwrap_or(task.task_id).to_string();
            let stored = folder.join(&id);
            if stored.with_extension("claimed").exists() {
                continue;
            }
            fs::write(&stored, serde_json::to_vec(&question)?)?;
            println!("{id} {question}");
            if step.is_empty() {
                answer(&client, &stored, "EUR").await?;
            }
        }
    }
    if let ["answer", id, text] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        answer(&client, &folder.join(id), text).await?;
    }
    Ok(())
}

/// Answers a question if this process claims it: of several renames of a file, one succeeds.
async fn answer(client: &Client, stored: &Path, text: &str) -> anyhow::Result<()> {
    let claimed = stored.with_extension("claimed");
    fs::rename(stored, &claimed).context("another process has it, or it isn't stored")?;
    let question: Question = serde_json::from_slice(&fs::read(&claimed)?)?;
    let answered = client.task(&question).answer(&question, text).await;
    if answered.is_err() {
        fs::rename(&claimed, stored)?; // it can be tried again, and looks for this answer first
    }
    println!("{question} {text}: {:?}", answered?);
    Ok(())
}
