//! Starts many runs against a simulator that fails in many ways, and counts doubled and lost ones.
//!
//!     cargo run --release --example soak -- --runs 100000 --seed 1

use std::time::Duration;

use clap::Parser;
use support::scenario::{Caller, Scenario, play};

/// Starts many runs against a simulator that fails in many ways, and counts doubled and lost ones.
///
/// Then the same runs are started by a caller who sends again whatever has no clear answer. Time is
/// virtual, and the same seed gives the same figures.
#[derive(Parser)]
struct Arguments {
    /// Number of runs to start
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000)]
    runs: usize,
    /// Where chance begins
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let Arguments { runs, seed } = Arguments::parse();
    println!("seed {seed}");
    for (caller, prefix) in [(Caller::Reconciling, ""), (Caller::Naive, "naive_")] {
        let report = play(&Scenario {
            runs,
            seed,
            chance: 0.1,
            lag: Duration::from_secs(3),
            concurrency: 32,
            skew_seconds: 7200,
            caller,
        })
        .await;
        println!("figure {prefix}doubled {} runs", report.doubled);
        println!("figure {prefix}lost {} runs", report.lost);
        println!("figure {prefix}unknown {} runs", report.unknown);
        println!("figure {prefix}adopted {} runs", report.adopted);
        let requests = report.requests as f64 / runs.max(1) as f64;
        println!("figure {prefix}requests_a_run {requests:.2} requests");
    }
}
