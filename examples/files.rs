//! Sends a file from disk, one from memory and one that is still on its way, and stores the answer.

use std::{env, io};

use futures_util::stream;
use nanonets_agents::{prelude::*, simulator::Simulator};

const INVOICE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/invoice.pdf");

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let simulator = Simulator::builder().start().await?;
    let client = simulator.client()?;

    // Such as the body of a request to your own server.
    let chunks = ["2 chairs ", "at 90.00"].map(Ok::<_, io::Error>);
    let order = Upload::stream("order.txt", stream::iter(chunks)).length(17);

    let task = client
        .run(simulator.agent_id())
        .query("Do the invoice, the note and the order agree?")
        .file(INVOICE)
        .file(Upload::bytes("note.txt", "Agreed by phone."))
        .file(order)
        .start()
        .await?;
    for file in &simulator.tasks()[0].run.files {
        println!("{} arrived with {} bytes", file.name, file.size);
    }

    // Whatever its size, the answer is never held in memory.
    let finished = task.wait().await?;
    let path = env::temp_dir().join(format!("answer-{}.json", task.task_id()));
    finished.handle().save_summary(&path).await?;
    println!(
        "stored {} bytes in {}",
        std::fs::metadata(&path)?.len(),
        path.display()
    );
    Ok(())
}
