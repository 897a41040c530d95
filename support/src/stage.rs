//! Simulators and clients to begin a test with.

use std::{env, time::Duration};

use nanonets_agents::{
    TaskRef,
    prelude::*,
    run::Started,
    simulator::{AgentSpec, Script, Simulator},
};

/// Returns so many seconds, whole or not.
pub fn seconds(seconds: impl Into<f64>) -> Duration {
    Duration::from_secs_f64(seconds.into())
}

/// Waits for what mustn't take for ever: a test that never ends says nothing.
///
/// # Panics
///
/// If it takes longer than a day of virtual time.
pub async fn in_time<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(seconds(86_400), future)
        .await
        .expect("it ends within a day of virtual time")
}

/// Returns the seed in an environment variable, or else 1, and prints it for a test that fails.
pub fn seed(variable: &str) -> u64 {
    let seed = env::var(variable).ok();
    let seed = seed.and_then(|text| text.parse().ok()).unwrap_or(1);
    println!("{variable}={seed}");
    seed
}

/// Creates a simulator with this one agent, and a client of it in the same process.
pub fn with_agent(agent: AgentSpec) -> (Simulator, Client) {
    let simulator = Simulator::builder().agent(agent).build();
    let client = simulator.in_process_client().expect("a client");
    (simulator, client)
}

/// Creates a simulator whose one agent goes by the script, and a client of it in the same process.
pub fn with_script(script: Script) -> (Simulator, Client) {
    with_agent(AgentSpec::new("Scripted").script(script))
}

/// Starts a simulator with this one agent on a free port, and creates a client of it.
pub async fn over_http(agent: AgentSpec) -> (Simulator, Client) {
    let simulator = Simulator::builder().agent(agent).start().await;
    let simulator = simulator.expect("a free port");
    let client = simulator.client().expect("a client");
    (simulator, client)
}

/// Creates an agent whose tasks run for a minute.
pub fn minute_agent() -> AgentSpec {
    AgentSpec::new("Quick").script(Script::empty().running(seconds(60)))
}

/// Creates a simulator whose tasks run for a minute.
pub fn minute_simulator() -> Simulator {
    Simulator::builder().agent(minute_agent()).build()
}

/// Creates a simulator whose tasks run for an hour.
pub fn hour_simulator() -> Simulator {
    let long = AgentSpec::new("Long").script(Script::empty().running(seconds(3600)));
    Simulator::builder().agent(long).build()
}

/// Makes a call that may be repeated.
///
/// # Errors
///
/// The error of the call.
pub async fn list(client: &Client) -> Result<(), nanonets_agents::Error> {
    client.list_agents().send().await?;
    Ok(())
}

/// Starts a run of the simulator's first agent.
pub async fn start_one(simulator: &Simulator, client: &Client) -> Started {
    let run = client.run(simulator.agent_id()).query("How many?");
    run.start().await.expect("a task")
}

/// Starts so many runs of the simulator's first agent, whose queries are their numbers from 0 up.
pub async fn start_many(simulator: &Simulator, client: &Client, count: usize) -> Vec<TaskRef> {
    let mut tasks = Vec::new();
    for number in 0..count {
        let run = client.run(simulator.agent_id()).query(number.to_string());
        tasks.push(run.start().await.expect("a task").task_ref().clone());
    }
    tasks
}
