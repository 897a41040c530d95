//! What a waiting task costs.

use std::time::Duration;

use futures_util::StreamExt;
use nanonets_agents::{
    prelude::*,
    simulator::{AgentSpec, Script, Simulator},
};

use crate::{ALLOCATOR, COUNTING};

const TASKS: usize = 10_000;

#[tokio::test(start_paused = true)]
async fn a_waiting_task_takes_less_than_a_kibibyte() {
    let _counting = COUNTING.lock().await;
    let agent = AgentSpec::new("Slow").script(Script::empty().running(Duration::from_secs(600)));
    let simulator = Simulator::builder().agent(agent).keep_requests(0).build();
    let client = simulator.in_process_client().expect("a client");
    let mut tasks = Vec::new();
    for number in 0..TASKS {
        let run = client.run(simulator.agent_id()).query(number.to_string());
        tasks.push(run.start().await.expect("a task").task_ref().clone());
    }
    let before = ALLOCATOR.live();
    let mut ends = client.wait_many(tasks).requests_per_second(1000.0).stream();
    // Until between two sweeps, when all of them have been seen to be running.
    for _ in 0..20 {
        tokio::time::timeout(Duration::from_secs(2), ends.next())
            .await
            .expect_err("they run");
    }
    let per_task = (ALLOCATOR.live() - before) as f64 / TASKS as f64;
    println!("figure wait_memory {per_task:.0} bytes");
    assert!(per_task < 1024.0, "{per_task}");
    // They were waited for indeed.
    assert!(simulator.count("list_tasks") > 100);
    let end = ends.next().await.expect("they end");
    assert!(end.expect("an end").is_completed());
}
