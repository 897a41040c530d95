//! Runs with keys: once for each key, whatever happens to the process, the server and the ledger.

use std::{path::Path, time::Duration};

use futures_util::TryStreamExt;
use nanonets_agents::{
    ledger::{LedgerErrorKind, LedgerExt, MemoryLedger, SqliteLedger, conformance},
    prelude::*,
    simulator::{Fault, Simulator},
};
use support::{folder::Folder, stage::minute_simulator};

fn ledger_in(folder: &Folder) -> SqliteLedger {
    SqliteLedger::open(folder.file("runs.db")).expect("a ledger")
}

/// A client as another process would have it.
fn client(simulator: &Simulator, ledger: &SqliteLedger) -> Client {
    Client::builder()
        .api_key(simulator.key())
        .in_process(simulator.service())
        .ledger(ledger.clone())
        .build()
        .expect("a client")
}

#[tokio::test]
async fn the_ledger_in_memory_keeps_its_promises() {
    conformance::check(|| async { MemoryLedger::new() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_in_a_file_keeps_its_promises() {
    let folder = Folder::new("conformance");
    let number = std::sync::atomic::AtomicU32::new(0);
    conformance::check(|| async {
        let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        SqliteLedger::open(folder.file(format!("{number}.db"))).expect("a ledger")
    })
    .await;
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
    let runs = runs.map(|it| {
        it.run(simulator.agent_id())
            .query("How many?")
            .key("a")
            .start()
    });
    let started = futures_util::future::join_all(runs).await;
    let created = started.iter().filter(|it| {
        let started = it.as_ref().expect("a task");
        started.provenance() == Provenance::Created
    });
    assert_eq!(created.count(), 1);
    assert_eq!(simulator.tasks().len(), 1);
}

/// A process that dies while it sends: its future is dropped, and the ledger isn't told.
#[tokio::test(start_paused = true)]
async fn what_a_dead_process_left_is_adopted_or_sent() {
    for (fault, provenance) in [
        (Fault::delay(Duration::from_secs(20)), Provenance::Adopted),
        (Fault::too_many_requests(Some("50")), Provenance::Created),
    ] {
        let folder = Folder::new("dead");
        let simulator = minute_simulator();
        let ledger = ledger_in(&folder);
        simulator.inject(fault.on("run_agent").times(1));
        let dying = client(&simulator, &ledger);
        let run = |client: &Client| client.run(simulator.agent_id()).query("How many?").key("a");
        let start = run(&dying).start();
        let broken = tokio::time::timeout(Duration::from_secs(5), start).await;
        broken.expect_err("it dies before the reply");
        let unfinished: Vec<_> = ledger.unfinished().try_collect().await.expect("it works");
        assert_eq!(unfinished.len(), 1);
        assert_eq!(unfinished[0].task, None);

        let next = client(&simulator, &ledger);
        let before = tokio::time::Instant::now();
        let started = run(&next).start().await.expect("a task");
        assert_eq!(started.provenance(), provenance);
        // Nobody can know that it died before its lease ends.
        assert!(
            before.elapsed() > Duration::from_secs(50),
            "{:?}",
            before.elapsed()
        );
        assert_eq!(simulator.tasks().len(), 1);
        let unfinished: Vec<_> = ledger.unfinished().try_collect().await.expect("it works");
        assert_eq!(unfinished[0].task.as_ref(), Some(started.reference()));
        next.ledger()
            .record_finished(started.task_id())
            .await
            .expect("noted");
        let unfinished: Vec<_> = ledger.unfinished().try_collect().await.expect("it works");
        assert!(unfinished.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_goes_on_for_as_long_as_its_process_is_at_it() {
    let folder = Folder::new("lease");
    let simulator = minute_simulator();
    let ledger = ledger_in(&folder);
    // Longer than the lease, in doubt all the time.
    simulator.inject(Fault::reset_before().on("run_agent").times(1));
    simulator.inject(Fault::status_before(500).on("list_tasks").times(60));
    let slow = client(&simulator, &ledger);
    let other = client(&simulator, &ledger);
    let run = |client: &Client| client.run(simulator.agent_id()).query("How many?").key("a");
    let patient = ReconcilePolicy::default().looks(100);
    let (first, second) = tokio::join!(run(&slow).reconcile(patient).start(), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        run(&other).start().await
    });
    let (first, second) = (first.expect("a task"), second.expect("a task"));
    assert_eq!(first.task_id(), second.task_id());
    assert_eq!(second.provenance(), Provenance::Recorded);
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
            .output_schema(&serde_json::json!({})),
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

async fn keyed_run(simulator: &Simulator, ledger: SqliteLedger) -> RunError {
    let client = client(simulator, &ledger);
    let run = client.run(simulator.agent_id()).query("How many?").key("b");
    let error = run.start().await.expect_err("the ledger fails");
    assert!(matches!(error, RunError::NotStarted(_)), "{error}");
    assert!(simulator.requests().is_empty(), "nothing is sent");
    error
}

#[tokio::test]
async fn a_ledger_that_cannot_be_opened_says_why() {
    let folder = Folder::new("open");
    let error = SqliteLedger::open(folder.path()).expect_err("it is a folder");
    assert!(error.to_string().contains("is a folder"), "{error}");
    let nowhere = folder.file("nowhere/runs.db");
    let error = SqliteLedger::open(nowhere).expect_err("there is no folder");
    assert!(error.to_string().contains("can't be opened"), "{error}");
    let garbage = folder.file("garbage.db");
    std::fs::write(&garbage, "no database ".repeat(1000)).expect("a file");
    let error = SqliteLedger::open(&garbage).expect_err("it is garbage");
    assert_eq!(error.kind(), LedgerErrorKind::Unavailable);
    assert!(
        error.to_string().contains("damaged, or no ledger"),
        "{error}"
    );
    let text = std::fs::read_to_string(&garbage).expect("it is there");
    assert!(text.starts_with("no database"), "it is left as it was");
}

/// The version of a ledger's file.
fn version(path: &Path) -> i64 {
    let file = rusqlite::Connection::open(path).expect("a database");
    let version = file.query_row("PRAGMA user_version", [], |row| row.get(0));
    version.expect("a number")
}

#[tokio::test]
async fn a_ledger_of_another_version_is_refused_and_left_alone() {
    let folder = Folder::new("versions");
    let path = folder.file("runs.db");
    drop(ledger_in(&folder));
    let current = version(&path);
    for (other, advice) in [
        (current + 1, "update the program, or use another file"),
        (current - 1, "; use another file"),
    ] {
        let file = rusqlite::Connection::open(&path).expect("a database");
        file.pragma_update(None, "user_version", other)
            .expect("changed");
        drop(file);
        let error = SqliteLedger::open(&path).expect_err("it is of another version");
        assert_eq!(error.kind(), LedgerErrorKind::OtherVersion);
        let text = error.to_string();
        assert!(text.contains(&format!("of version {other}")), "{text}");
        assert!(text.ends_with(advice), "{text}");
        assert_eq!(version(&path), other);
    }
}

#[tokio::test]
async fn a_locked_ledger_keeps_the_run_from_being_sent() {
    let folder = Folder::new("locked");
    let ledger = ledger_in(&folder).busy_timeout(Duration::from_millis(1));
    let file = rusqlite::Connection::open(folder.file("runs.db")).expect("a database");
    file.execute_batch("BEGIN EXCLUSIVE").expect("locked");
    let error = keyed_run(&minute_simulator(), ledger).await.to_string();
    assert!(
        error.contains("another program has kept it locked"),
        "{error}"
    );
}

#[tokio::test]
async fn a_damaged_ledger_keeps_the_run_from_being_sent() {
    let folder = Folder::new("damaged");
    let path = folder.file("runs.db");
    let ledger = ledger_in(&folder);
    let simulator = minute_simulator();
    let first = client(&simulator, &ledger);
    let _ = first.ledger().key_of_task(uuid::Uuid::nil().into()).await;
    drop((first, ledger));
    let mut bytes = std::fs::read(&path).expect("a file");
    bytes[100..].fill(0xff);
    std::fs::write(&path, bytes).expect("a file");
    match SqliteLedger::open(&path) {
        Err(error) => assert!(error.to_string().contains("damaged"), "{error}"),
        Ok(ledger) => {
            let error = keyed_run(&simulator, ledger).await.to_string();
            assert!(error.contains("damaged"), "{error}");
        }
    }
}

/// A process that is stopped and goes on later, when another one has taken its key.
#[tokio::test(start_paused = true)]
async fn a_process_that_was_frozen_between_two_attempts_sends_nothing_more() {
    let folder = Folder::new("frozen");
    let simulator = minute_simulator();
    let ledger = ledger_in(&folder);
    let (frozen, other) = (client(&simulator, &ledger), client(&simulator, &ledger));
    simulator.inject(
        Fault::too_many_requests(Some("15"))
            .on("run_agent")
            .times(1),
    );
    let run = |client: &Client| client.run(simulator.agent_id()).query("How many?").key("a");
    let mut first = Box::pin(run(&frozen).start());
    let start = tokio::time::timeout(Duration::from_secs(5), &mut first).await;
    start.expect_err("it backs off");
    let second = run(&other).start().await.expect("a task");
    let error = first.await.expect_err("its key is lost");
    assert!(error.to_string().contains("has a task by now"), "{error}");
    assert_eq!(simulator.tasks().len(), 1);
    assert_eq!(simulator.tasks()[0].id, second.task_id());
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

/// It dies after the second request, before it has looked for the task of the first.
#[tokio::test(start_paused = true)]
async fn the_twin_that_a_dead_process_left_is_cancelled() {
    let folder = Folder::new("twin");
    let simulator = minute_simulator();
    let ledger = ledger_in(&folder);
    simulator.inject(Fault::reset_after().on("run_agent").times(1));
    let nothing = r#"{"data":[],"has_more":false,"next_cursor":null}"#;
    let empty = Fault::reply(200, "application/json", nothing);
    simulator.inject(empty.on("list_tasks").times(3));
    let run = |client: &Client| {
        let run = client.run(simulator.agent_id()).query("How many?").key("a");
        run.reconcile(ReconcilePolicy::default().marker(true))
            .start()
    };
    let dying = tokio::time::timeout(Duration::from_secs(9), run(&client(&simulator, &ledger)));
    dying.await.expect_err("it dies");
    assert_eq!(simulator.tasks().len(), 2);
    let started = run(&client(&simulator, &ledger))
        .await
        .expect("one of them");
    assert_eq!(started.twins().len(), 1);
    let running = simulator
        .tasks()
        .into_iter()
        .filter(|it| it.status != "stopped");
    assert_eq!(
        running.map(|it| it.id).collect::<Vec<_>>(),
        [started.task_id()]
    );
}

#[tokio::test(start_paused = true)]
async fn two_processes_at_runs_that_look_alike_do_not_take_each_others_tasks() {
    let folder = Folder::new("rivals");
    let simulator = minute_simulator();
    let ledger = ledger_in(&folder);
    let (first, second) = (client(&simulator, &ledger), client(&simulator, &ledger));
    simulator.inject(Fault::reset_before().on("run_agent").times(1));
    let a = first
        .run(simulator.agent_id())
        .query("Same")
        .key("a")
        .start();
    let b = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        simulator.inject(
            Fault::delay(Duration::from_secs(20))
                .on("run_agent")
                .times(1),
        );
        second
            .run(simulator.agent_id())
            .query("Same")
            .key("b")
            .start()
            .await
    };
    let (a, b) = tokio::join!(a, b);
    let b = b.expect("its own task");
    assert_eq!(b.provenance(), Provenance::Created);
    match a {
        Ok(a) => assert_ne!(a.task_id(), b.task_id()),
        Err(error) => assert!(matches!(error, RunError::OutcomeUnknown(_)), "{error}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_was_known_is_noted_even_where_the_key_was_lost() {
    let folder = Folder::new("known");
    let simulator = minute_simulator();
    let client = client(&simulator, &ledger_in(&folder));
    simulator.inject(Fault::reset_before().on("run_agent").times(1));
    let run = client.run(simulator.agent_id()).query("How many?").key("a");
    let (outcome, ()) = tokio::join!(run.start(), async {
        // It was sent again after 7 s, and is looked for a twin until 12 s.
        tokio::time::sleep(Duration::from_secs(9)).await;
        simulator.inject(Fault::status_before(500).on("list_tasks").times(80));
        let file = rusqlite::Connection::open(folder.file("runs.db")).expect("a database");
        file.execute(
            "UPDATE runs SET holder = ?1",
            [uuid::Uuid::nil().to_string()],
        )
        .expect("changed");
    });
    let task = simulator.tasks()[0].id;
    assert_eq!(outcome.expect("it is known").task_id(), task);
    let key = client
        .ledger()
        .key_of_task(task.into())
        .await
        .expect("it works");
    assert_eq!(key.as_deref(), Some("a"));
}

#[tokio::test]
async fn the_database_of_another_program_is_left_alone() {
    let folder = Folder::new("foreign");
    let path = folder.file("other.db");
    let file = rusqlite::Connection::open(&path).expect("a database");
    file.execute_batch("CREATE TABLE things (name TEXT)")
        .expect("a table");
    drop(file);
    let before = std::fs::read(&path).expect("a file");
    let error = SqliteLedger::open(&path).expect_err("it isn't ours");
    assert!(error.to_string().contains("of another program"), "{error}");
    assert_eq!(std::fs::read(&path).expect("a file"), before);
}

#[test]
fn many_processes_can_open_a_new_ledger_at_once() {
    let folder = Folder::new("opening");
    for round in 0..20 {
        let path = folder.file(format!("{round}.db"));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| SqliteLedger::open(&path).expect("a ledger"));
            }
        });
    }
}
