//! Stores the questions that agents ask, and answers each once, from any process.
//!
//!     cargo run --example questions                     # all steps, on the simulator
//!     cargo run --example questions -- ask | list | answer ID EUR

use std::{env, fs, path::Path, process};

use anyhow::Context;
use futures_util::TryStreamExt;
use nanonets_agents::{prelude::*, simulator::*, wait::Question};
use support::backend::Backend;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let asking = AgentSpec::new("Asking").script(Script::empty().ask("Which currency?"));
    let simulator = Simulator::builder().seed(process::id().into()); // its ids are new ones
    let backend = Backend::for_runs_or(|| simulator.agent(asking));
    let client = backend.client()?.build()?;
    let folder = env::temp_dir().join("nanonets-questions");
    fs::create_dir_all(&folder)?;
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [_, id, text] = &arguments[..] {
        return answer(&client, &folder.join(id), text).await;
    }
    let step = arguments.first().map_or("", String::as_str);
    if step != "list" {
        let run = client.run(backend.agent_id()).query("An invoice.");
        run.start().await?;
    }
    let mut tasks = client.list_tasks().status("waiting_for_input").items();
    while step != "ask"
        && let Some(task) = tasks.try_next().await?
    {
        if let Some(question) = client.task(&task).fetch_question().await? {
            let id = question.message_id().unwrap_or(task.task_id).to_string();
            let stored = folder.join(&id);
            if !stored.with_extension("claimed").exists() {
                fs::write(&stored, serde_json::to_vec(&question)?)?;
                println!("{id} {question}");
            }
            if step.is_empty() {
                answer(&client, &stored, "EUR").await?;
            }
        }
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
