//! Runs with keys: once for each key, whatever happens to the processes and the server.

use std::time::Duration;

use nanonets_agents::{
    ledger::SqliteLedger,
    prelude::*,
    run::{Provenance, RunError},
    simulator::{Fault, Simulator},
};
use support::{folder::Folder, stage::minute_simulator};

pub(super) fn ledger_in(folder: &Folder) -> SqliteLedger {
    SqliteLedger::open(folder.file("runs.db")).expect("a ledger")
}

/// A client as another process would have it.
pub(super) fn client(simulator: &Simulator, ledger: &SqliteLedger) -> Client {
    Client::builder()
        .api_key(simulator.key())
        .in_process(simulator.service())
        .ledger(ledger.clone())
        .build()
        .expect("a client")
}

#[tokio::test(start_paused = true)]
async fn the_same_key_gives_the_same_task_in_this_process_and_the_next() {
    let folder = Folder::new("same");
    let simulator = minute_simulator();
    let ledger = ledger_in(&folder);
    let run = |client: &Client| client.run(simulator.agent_id()).query("How many?").key("a");
    let first = client(&simulator, &ledger);
    let started = run(&first).start().await.expect("a task");
    assert_eq!(started.provenance(), Provenance::Created);
    let again = run(&first).start().await.expect("the same");
    assert_eq!(again.provenance(), Provenance::Recorded);
    drop((first, ledger));
    let next = client(&simulator, &ledger_in(&folder));
    let again = run(&next).start().await.expect("the same");
    assert_eq!(again.provenance(), Provenance::Recorded);
    assert_eq!(again.task_id(), started.task_id());
    assert_eq!(simulator.count("run_agent"), 1);
    // What is recorded can be waited for.
    let finished = again.wait().await.expect("an end");
    assert!(finished.is_completed());
}

#[tokio::test(start_paused = true)]
async fn many_at_once_with_one_key_start_one_task() {
    let folder = Folder::new("many");
    let simulator = minute_simulator();
    let clients: Vec<Client> = (0..4)
        .map(|_| client(&simulator, &ledger_in(&folder)))
        .collect();
    let runs = clients.iter().cycle().take(16);
    let runs = runs.map(|client| {
        client
            .run(simulator.agent_id())
            .query("How many?")
            .key("a")
            .start()
    });
    let started = futures_util::future::join_all(runs).await;
    let created = started.iter().filter(|started| {
        let started = started.as_ref().expect("a task");
        started.provenance() == Provenance::Created
    });
    assert_eq!(created.count(), 1);
    assert_eq!(simulator.tasks().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_not_started_leaves_its_key_free() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    simulator.inject(Fault::status_before(403).on("run_agent").times(1));
    let run = || client.run(simulator.agent_id()).query("How many?").key("a");
    let error = run().start().await.expect_err("it is refused");
    assert!(matches!(error, RunError::NotStarted(_)), "{error}");
    let started = run().start().await.expect("a task");
    assert_eq!(started.provenance(), Provenance::Created);
}

#[tokio::test(start_paused = true)]
async fn a_key_of_another_request_is_refused_before_anything_is_sent() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    let folder = Folder::new("conflict");
    let path = folder.file("a.txt");
    std::fs::write(&path, "Total: 1").expect("a file");
    let run = || client.run(simulator.agent_id()).key("a").query("Extract.");
    run()
        .file(Upload::path(&path))
        .start()
        .await
        .expect("a task");
    let sent = simulator.requests().len();
    std::fs::write(&path, "Total: 2").expect("a file");
    let others = [
        run().file(Upload::path(&path)),
        run(),
        run()
            .query("Other")
            .file(Upload::bytes("a.txt", "Total: 1")),
        run().file(Upload::bytes("b.txt", "Total: 1")),
        run()
            .file(Upload::bytes("a.txt", "Total: 1"))
            .extra_field("mode", "fast"),
        run()
            .file(Upload::bytes("a.txt", "Total: 1"))
            .output_schema(serde_json::json!({"type": "object"})),
    ];
    for other in others {
        let text = format!("{other:?}");
        let error = other.start().await.expect_err(&text).to_string();
        assert!(error.contains("belongs to another request"), "{error}");
    }
    // The same content from elsewhere is the same request.
    let same = run().file(Upload::bytes("a.txt", "Total: 1")).start().await;
    assert_eq!(same.expect("the same").provenance(), Provenance::Recorded);
    assert_eq!(simulator.requests().len(), sent);
}

#[tokio::test(start_paused = true)]
async fn a_key_has_to_be_of_some_length() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    for (key, part) in [
        (String::new(), "the key is empty"),
        ("k".repeat(10 * 1024), "10240 bytes"),
    ] {
        let run = client.run(simulator.agent_id()).query("How many?").key(key);
        let error = run.start().await.expect_err(part).to_string();
        assert!(error.contains(part), "{error}");
    }
    assert!(simulator.requests().is_empty());
}

/// The file changes after the first request, and before the second.
#[tokio::test(start_paused = true)]
async fn a_file_that_changed_meanwhile_is_not_sent() {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    let folder = Folder::new("changed");
    for key in [Some("a"), None] {
        let path = folder.file("a.txt");
        std::fs::write(&path, "Total: 1").expect("a file");
        simulator.inject(Fault::reset_before().on("run_agent").times(1));
        let mut run = client.run(simulator.agent_id()).file(Upload::path(&path));
        if let Some(key) = key {
            run = run.key(key);
        }
        let (outcome, ()) = tokio::join!(run.start(), async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            std::fs::write(&path, "Total: 20").expect("a file");
        });
        let error = outcome.expect_err("it is another file").to_string();
        assert!(error.contains("the file has changed"), "{error}");
    }
    assert!(simulator.tasks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_file_that_changes_while_the_transport_backs_off_is_not_sent() {
    let folder = Folder::new("changing");
    let simulator = minute_simulator();
    let client = client(&simulator, &ledger_in(&folder));
    let path = folder.file("a.txt");
    std::fs::write(&path, "Total: 1").expect("a file");
    simulator.inject(
        Fault::too_many_requests(Some("10"))
            .on("run_agent")
            .times(1),
    );
    let run = client
        .run(simulator.agent_id())
        .file(Upload::path(&path))
        .key("a");
    let (outcome, ()) = tokio::join!(run.start(), async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        std::fs::write(&path, "Total: 20").expect("a file");
    });
    let error = outcome.expect_err("it is another file").to_string();
    assert!(error.contains("the file has changed"), "{error}");
    assert!(simulator.tasks().is_empty());
}
