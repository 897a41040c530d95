//! Each reply is seen once, whatever asked for it.

use futures_util::TryStreamExt;
use nanonets_agents::{
    prelude::*,
    simulator::{Fault, Simulator},
};
use support::logs::Logs;

use crate::literal::{Literal, TASK_ID, task_with};

fn counts(client: &Client) -> Vec<(String, u64, u64)> {
    let entries = client.drift().entries.into_iter();
    entries
        .map(|entry| {
            (
                format!("{} {}", entry.status, entry.path),
                entry.count,
                entry.of,
            )
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn the_replies_of_all_attempts_count() {
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    let body = r#"{"error": "No", "code": 7}"#;
    simulator.inject(Fault::reply(503, "application/json", body).times(2));
    client.list_agents().send().await.expect("agents");
    assert_eq!(counts(&client), [("503 code".to_owned(), 2, 2)]);
}

#[tokio::test(start_paused = true)]
async fn waits_streams_and_clones_count_each_reply_once() {
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    let body = r#"{"data": [], "total": 0}"#;
    simulator.inject(Fault::reply(200, "application/json", body).on("list_agents"));
    let clone = client.with(|options| options).expect("a client");
    clone.list_agents().send().await.expect("agents");
    let items = client.list_agents().items();
    items.try_collect::<Vec<_>>().await.expect("agents");
    assert_eq!(counts(&client), [("2XX total".to_owned(), 2, 2)]);
    assert_eq!(client.drift(), clone.drift());

    let run = client.run(simulator.agent_id()).query("How many?");
    let started = run.start().await.expect("a task");
    let body = task_with(r#""title": null, "progress": 0.5"#)
        .replace(TASK_ID, &started.task_id().to_string());
    simulator.inject(
        Fault::reply(200, "application/json", body)
            .on("get_task")
            .times(3),
    );
    started.wait().await.expect("an end");
    assert_eq!(simulator.count("get_task") as u64, {
        let of = counts(&client);
        let progress = of.iter().find(|(path, ..)| path == "2XX progress");
        let (_, count, of) = progress.expect("it was there");
        assert_eq!(*count, 3);
        *of
    });
}

#[tokio::test]
async fn the_first_sight_of_each_entry_is_an_event() {
    let logs = Logs::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_ansi(false)
        .with_writer(logs.clone())
        .finish();
    // It hears the other tests too: one of this thread alone may not be heard itself.
    tracing::subscriber::set_global_default(subscriber).expect("the only one");
    let (server, client) = Literal::with_client();
    server.says_json(task_with(r#""once_told": "canary value""#));
    for _ in 0..3 {
        let call = client.get_task().task_id(TASK_ID);
        call.send().await.expect("a task");
    }
    let text = logs.text();
    let told: Vec<_> = text
        .lines()
        .filter(|line| line.contains("once_told"))
        .collect();
    let fields = r#"operation="get_task" status="2XX" path="once_told" kind="unknown_field""#;
    assert_eq!(told.len(), 1, "{text}");
    assert!(told[0].contains(fields), "{text}");
    assert!(told[0].ends_with(r#"schema="Task.once_told""#), "{text}");
    assert!(!text.contains("canary"), "{text}");
}
