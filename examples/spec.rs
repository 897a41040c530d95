//! Uses what the crate doesn't know: a field, a parameter, a header, and a status of the future.

use nanonets_agents::{
    prelude::*,
    simulator::{AgentSpec, Script, Simulator},
    types::TaskStatus,
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let paused = Script::empty().stay("paused", std::time::Duration::from_secs(2));
    let agent = AgentSpec::new("Of the future").script(paused);
    let simulator = Simulator::builder().agent(agent).start().await?;
    let client = simulator.client()?;

    // For one run.
    let run = client.run(simulator.agent_id()).query("How many?");
    let task = run.extra_field("priority", "low").start().await?;
    println!("sent: {:?}", simulator.tasks()[0].run.extra);

    // For all calls of a client.
    let debugged = client.with(|options| {
        let options = options.extra_query("debug", "true");
        options.extra_header("x-team", "billing")
    })?;
    let response = debugged.get_task().task_id(task.task_id()).send().await?;
    println!("query: {}", simulator.requests()[1].query);

    // A status that the spec doesn't know is kept with its text, and counts as not ended.
    match &response.status {
        TaskStatus::Unknown(text) => println!("the task is {text:?}, whatever that means"),
        known => println!("the task is {known}"),
    }
    println!("{} after all", task.wait().await?.status());

    // What came back beside the task.
    let metadata = response.metadata();
    println!("{} in {} attempt", metadata.status(), metadata.attempts());
    for (name, _) in metadata.headers() {
        println!("  {name}");
    }
    Ok(())
}
