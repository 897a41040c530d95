//! The ledgers of the crate, and files that can't be one.

use std::{path::Path, sync::Arc, time::Duration};

use nanonets_agents::{
    TaskRef,
    ledger::{
        Claim, Claimed, Doubts, Lease, Ledger, LedgerErrorKind, MemoryLedger, SqliteLedger,
        conformance,
    },
    prelude::*,
    run::RunError,
    simulator::Simulator,
};
use support::{folder::Folder, stage::minute_simulator};
use tokio::time::advance;

use super::keys::{client, ledger_in};

#[tokio::test(start_paused = true)]
async fn the_ledger_in_memory_keeps_its_promises() {
    conformance::check(|| async { MemoryLedger::new() }, advance).await;
}

#[tokio::test(start_paused = true)]
async fn pointers_to_ledgers_keep_their_promises() {
    let empty = || async { Arc::new(MemoryLedger::new()) as Arc<dyn Ledger> };
    conformance::check(empty, advance).await;
    let empty = || async { Box::new(MemoryLedger::new()) as Box<dyn Ledger> };
    conformance::check(empty, advance).await;
}

#[tokio::test(start_paused = true)]
async fn the_ledger_in_a_file_keeps_its_promises() {
    let folder = Folder::new("conformance");
    let number = std::sync::atomic::AtomicU32::new(0);
    let empty = || async {
        let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        SqliteLedger::open(folder.file(format!("{number}.db"))).expect("a ledger")
    };
    conformance::check(empty, advance).await;
}

/// Starts a run that a ledger keeps from being sent.
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
    assert!(error.to_string().contains("would run again"), "{error}");
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

/// Reads need no lock, and a run in doubt probes while another process writes.
#[tokio::test]
async fn a_locked_ledger_can_be_read() {
    let folder = Folder::new("readers");
    let ledger = ledger_in(&folder).busy_timeout(Duration::from_millis(1));
    let claim = Claim::new("a", uuid::Uuid::nil(), "hash");
    let task = TaskRef::new(uuid::Uuid::from_u128(2)).with_agent(claim.agent_id);
    ledger.claim(&claim).await.expect("it works");
    let lease = Lease::from(&claim);
    let recorded = ledger.record_task(&lease, &task, &Doubts::default()).await;
    recorded.expect("it works");
    let file = rusqlite::Connection::open(folder.file("runs.db")).expect("a database");
    file.execute_batch("BEGIN IMMEDIATE; DELETE FROM runs")
        .expect("locked");
    let task_ids = [task.task_id()];
    let keys = ledger.keys_of_tasks(&task_ids).await.expect("it is read");
    assert_eq!(keys[&task.task_id()], "a");
    let lookalikes = ledger.lookalikes(claim.agent_id, "hash").await;
    assert!(lookalikes.expect("they are read").is_empty());
    let unfinished = ledger.unfinished_after(None, 10).await;
    assert_eq!(unfinished.expect("they are read").len(), 1);
    let error = ledger.claim(&claim).await.expect_err("it can't write");
    assert_eq!(error.kind(), LedgerErrorKind::Unavailable);
}

#[cfg(unix)]
#[tokio::test]
async fn a_ledger_whose_file_was_deleted_or_replaced_keeps_the_run_from_being_sent() {
    let folder = Folder::new("replaced");
    let path = folder.file("runs.db");
    let ledger = ledger_in(&folder);
    let claim = Claim::new("a", uuid::Uuid::nil(), "hash");
    let claimed = ledger.claim(&claim).await.expect("it is there");
    assert!(matches!(claimed, Claimed::New(_)));
    let elsewhere = folder.file("elsewhere.db");
    std::fs::rename(&path, &elsewhere).expect("it is moved");
    let simulator = minute_simulator();
    let error = keyed_run(&simulator, ledger.clone()).await.to_string();
    assert!(error.contains("was deleted while it was open"), "{error}");
    std::fs::copy(&elsewhere, &path).expect("it is copied");
    let error = keyed_run(&simulator, ledger.clone()).await.to_string();
    assert!(error.contains("was replaced while it was open"), "{error}");
    std::fs::rename(&elsewhere, &path).expect("it is put back");
    let claimed = ledger.claim(&claim).await.expect("it is there again");
    assert!(matches!(claimed, Claimed::Held(_)));
}

#[tokio::test]
async fn a_path_that_looks_like_a_uri_is_a_path() {
    let folder = Folder::new("uri");
    let path = folder.file("runs.db");
    let error = SqliteLedger::open(format!("file:{}", path.display()));
    let error = error.expect_err("there is no folder `file:`").to_string();
    assert!(error.contains("can't be opened"), "{error}");
    assert!(!path.exists());
}

/// The key was recorded while the clock was an hour ahead.
#[tokio::test]
async fn a_clock_that_was_set_back_keeps_the_run_from_being_sent() {
    let folder = Folder::new("set-back");
    let ledger = ledger_in(&folder);
    let simulator = minute_simulator();
    let client = client(&simulator, &ledger);
    let run = || client.run(simulator.agent_id()).query("How many?").key("b");
    let started = run().start().await.expect("a task");
    let file = rusqlite::Connection::open(folder.file("runs.db")).expect("a database");
    let later = |column: &str| format!("strftime('%Y-%m-%dT%H:%M:%fZ', {column}, '+1 hour')");
    let set = format!(
        "UPDATE runs SET claimed_at = {}, changed_at = {}",
        later("claimed_at"),
        later("changed_at")
    );
    file.execute_batch(&set).expect("changed");
    // The task is known and settled, which needs no clock.
    let recorded = run().start().await.expect("the same task");
    assert_eq!(recorded.task_id(), started.task_id());
    file.execute_batch("UPDATE runs SET state = 'abandoned', task_id = NULL")
        .expect("changed");
    let error = run().start().await.expect_err("the clock is wrong");
    assert!(matches!(error, RunError::NotStarted(_)), "{error}");
    assert!(error.to_string().contains("set the clock right"), "{error}");
    assert_eq!(simulator.count("run_agent"), 1);
    ledger.forget("b").await.expect("no lease runs");
}

#[tokio::test]
async fn a_damaged_ledger_keeps_the_run_from_being_sent() {
    let folder = Folder::new("damaged");
    let path = folder.file("runs.db");
    let ledger = ledger_in(&folder);
    let simulator = minute_simulator();
    let first = client(&simulator, &ledger);
    let _ = first.ledger().keys_of_tasks(&[]).await;
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
