//! A simulator, and processes that share a ledger.

use nanonets_agents::{Client, ledger::SqliteLedger, prelude::*, run::Run, simulator::Simulator};
use support::{folder::Folder, stage::seconds};
use tokio::time::timeout;

use super::keys::{client, ledger_in};

/// A simulator, and a ledger in a file that all processes of a test have.
pub(crate) struct Stage {
    pub(crate) simulator: Simulator,
    pub(crate) ledger: SqliteLedger,
    folder: Folder,
}

impl Stage {
    /// Creates the stage in a folder of this name, which has to be another one in each test.
    pub(crate) fn new(name: &str, simulator: Simulator) -> Self {
        let folder = Folder::new(name);
        Self {
            simulator,
            ledger: ledger_in(&folder),
            folder,
        }
    }

    /// Creates the client of a new process.
    pub(crate) fn client(&self) -> Client {
        client(&self.simulator, &self.ledger)
    }

    /// Prepares the run of the key "a" in a new process.
    pub(crate) fn run(&self) -> Run {
        let run = self.client().run(self.simulator.agent_id());
        run.query("How many?").key("a")
    }

    /// Has a process die so long after it has begun the run of the key "a".
    pub(crate) async fn die_after(&self, time: f64) {
        kill_after(time, self.run().start()).await;
    }

    /// Has the caller of the run of the key "a" go away so long after it has begun.
    pub(crate) async fn drop_after(&self, time: f64) {
        let dropped = timeout(seconds(time), self.run().start());
        dropped.await.expect_err("it is dropped before it is done");
    }

    /// Opens the ledger's file as a person would.
    pub(crate) fn file(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.file("runs.db")).expect("a database")
    }

    /// Has the ledger fail to record tasks, and nothing else.
    pub(crate) fn refuse_tasks(&self) {
        self.execute(
            "CREATE TRIGGER refuse BEFORE UPDATE ON runs WHEN NEW.task_id IS NOT NULL
             BEGIN SELECT RAISE(ABORT, 'no room'); END",
        );
    }

    pub(crate) fn accept_tasks(&self) {
        self.execute("DROP TRIGGER refuse");
    }

    fn execute(&self, statement: &str) {
        self.file().execute_batch(statement).expect("it works");
    }
}

/// Polls a future for so long, and leaves it as a process does that is killed: nothing of it is
/// dropped in order.
pub(crate) async fn kill_after<T: std::fmt::Debug>(time: f64, future: impl Future<Output = T>) {
    let mut dying = Box::pin(future);
    let end = timeout(seconds(time), &mut dying).await;
    end.expect_err("it dies before it is done");
    std::mem::forget(dying);
}
