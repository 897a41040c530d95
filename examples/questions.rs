//! Stores the questions that agents ask, and answers each once, as another process would.

use std::{env, fs, path::Path};

use futures_util::TryStreamExt;
use nanonets_agents::{prelude::*, simulator::*, types::TaskStatus, wait::Question};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let agent = AgentSpec::new("Asking").script(Script::empty().ask("Which currency?"));
    let simulator = Simulator::builder().agent(agent).start().await?;
    let (store, agent_id) = (env::temp_dir().join("questions"), simulator.agent_id());
    fs::create_dir_all(&store)?;

    // The process that starts runs ends here.
    for invoice in 1..=3 {
        let run = simulator
            .client()?
            .run(agent_id)
            .query(format!("Read {invoice}."));
        run.start().await?;
    }

    // A process that looks what is asked, and stores it.
    let looking = simulator.client()?;
    let asking = looking.list_tasks().status(TaskStatus::WaitingForInput);
    let (mut asking, mut stored) = (asking.items(), Vec::new());
    while let Some(task) = asking.try_next().await? {
        if let Some(question) = looking.task(&task).fetch_question().await? {
            println!("{} asks: {question}", task.task_id);
            // A task may ask more than once, so that its id doesn't name the question.
            let id = question.message_id().unwrap_or(task.task_id);
            stored.push(store.join(id.to_string()));
            fs::write(&stored[stored.len() - 1], serde_json::to_vec(&question)?)?;
        }
    }

    // Two processes that are told the answers.
    let (one, other) = (simulator.client()?, simulator.client()?);
    for path in &stored {
        tokio::try_join!(answer(&one, path), answer(&other, path))?;
    }
    println!("{} messages", simulator.count("send_task_message"));
    Ok(())
}

/// Answers a question if this process claims it: of several renames of a file, one succeeds.
async fn answer(client: &Client, stored: &Path) -> anyhow::Result<()> {
    let claimed = stored.with_extension("claimed");
    if fs::rename(stored, &claimed).is_ok() {
        let question: Question = serde_json::from_slice(&fs::read(&claimed)?)?;
        let answered = client.task(&question).answer(&question, "EUR").await;
        if answered.is_err() {
            fs::rename(&claimed, stored)?; // it can be tried again, and looks before it sends
        }
        println!("{:?}", answered?);
    }
    Ok(())
}
