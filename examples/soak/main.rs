//! Starts many runs against a simulator that fails in every way it knows, and counts doubled and
//! lost ones.
//!
//!     cargo run --release --example soak -- --runs 100000 --seed 1
//!
//! Beside it, the same for a caller who sends again whatever has no clear answer. Time is virtual.

use std::{env, error::Error, process::ExitCode, time::Duration};

use support::scenario::{Caller, Scenario, play};

fn number(name: &str, default: u64) -> Result<u64, Box<dyn Error>> {
    let mut arguments = env::args().skip_while(|it| it != name);
    match (arguments.next(), arguments.next()) {
        (None, _) => Ok(default),
        (Some(_), Some(value)) => Ok(value
            .parse()
            .map_err(|_| format!("{name} takes a number"))?),
        (Some(_), None) => Err(format!("{name} takes a number").into()),
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let runs = number("--runs", 10_000)? as usize;
    let seed = number("--seed", 1)?;
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
    Ok(())
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
