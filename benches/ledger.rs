//! Measures what a key adds to a run: the time that a SQLite ledger takes on this machine's disk,
//! with `synchronous=NORMAL`.
//!
//!     cargo bench --bench ledger
//!
//! Runs with and without a key alternate, in process, against the simulator; the figures are
//! medians.

use std::{path::Path, time::Instant};

use nanonets_agents::{ledger::SqliteLedger, prelude::*, simulator::Simulator};
use support::figures::{figure, median};

const ROUNDS: usize = 1001;

#[tokio::main]
async fn main() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ledger-bench.db");
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
    }
    let simulator = Simulator::builder().build();
    let client = Client::builder()
        .api_key(simulator.key())
        .in_process(simulator.service())
        .ledger(SqliteLedger::open(&path).expect("a ledger"))
        .build()
        .expect("a client");
    let (mut plain, mut keyed) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let run = || client.run(simulator.agent_id()).query("How many?");
        let start = Instant::now();
        run().start().await.expect("a task");
        plain.push(start.elapsed().as_secs_f64() * 1000.0);
        let start = Instant::now();
        let run = run().key(format!("key {round}"));
        run.start().await.expect("a task");
        keyed.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    let (plain, keyed) = (median(plain), median(keyed));
    figure("run_plain", plain, 3, "ms");
    figure("run_keyed", keyed, 3, "ms");
    figure("ledger_time", keyed - plain, 3, "ms");
}
