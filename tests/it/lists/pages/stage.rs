//! Lists to walk through.

use futures_util::TryStreamExt;
use nanonets_agents::{
    prelude::*,
    simulator::{AgentSpec, Fault, Script, Simulator},
};

pub(super) async fn with_tasks(count: usize) -> (Simulator, Client) {
    let agent = AgentSpec::new("Quick").script(Script::empty());
    let simulator = Simulator::builder().agent(agent).build();
    let client = simulator.in_process_client().expect("a client");
    for number in 0..count {
        let run = client
            .run(simulator.agent_id())
            .query(format!("Task {number}"));
        run.start().await.expect("a task");
    }
    (simulator, client)
}

pub(super) fn empty_page(cursor: &str) -> Fault {
    let page = format!(r#"{{"data": [], "has_more": true, "next_cursor": "{cursor}"}}"#);
    Fault::reply(200, "application/json", page)
        .on("list_tasks")
        .times(1)
}

pub(super) fn newest_first(count: usize) -> Vec<String> {
    (0..count)
        .rev()
        .map(|number| format!("Task {number}"))
        .collect()
}

pub(super) async fn titles(client: &Client) -> Vec<String> {
    let items = client.list_tasks().items();
    items
        .map_ok(|task| task.title.expect("a title"))
        .try_collect()
        .await
        .expect("all tasks")
}
