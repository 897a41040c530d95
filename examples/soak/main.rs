//! Starts many runs against a simulator that is as unkind as the world, and counts what was
//! doubled, lost or swapped.
//!
//!     cargo run --release --example soak -- --runs 100000 --seed 1

use std::time::Duration;

use clap::{Parser, ValueEnum};
use support::scenario::{Caller, Scenario, World, play};

/// Starts many runs against a simulator that is as unkind as the world, and counts what was
/// doubled, lost or swapped.
///
/// Time is virtual. The same seed gives the same faults, and nearly the same figures: markers are
/// random.
#[derive(Parser)]
struct Arguments {
    /// Number of runs to start
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000)]
    runs: usize,
    /// Where chance begins
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// How unkind the world is
    #[arg(long, value_enum, default_value = "hostile")]
    world: WorldArgument,
    /// How often each fault hits a request, in percent; late ones keep their rate
    #[arg(long, value_name = "PERCENT")]
    chance: Option<f64>,
    /// Seconds from the start of one run to that of the next
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0)]
    interval: f64,
    /// Send again whatever has no clear answer, as a caller without this crate would
    #[arg(long)]
    naive: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum WorldArgument {
    /// Every fault hits every 50th request
    Hostile,
    /// Every fault hits every 100th request
    Usual,
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let arguments = Arguments::parse();
    println!("seed {}", arguments.seed);
    let report = play(&Scenario {
        runs: arguments.runs,
        seed: arguments.seed,
        world: match arguments.world {
            WorldArgument::Hostile => World::Hostile,
            WorldArgument::Usual => World::Usual,
        },
        chance: arguments.chance.map(|percent| percent / 100.0),
        interval: Duration::from_secs_f64(arguments.interval),
        skew_seconds: 7200,
        caller: if arguments.naive {
            Caller::Naive
        } else {
            Caller::Reconciling
        },
    })
    .await;
    for (name, count) in [
        ("silent_doubles", report.silent_doubles),
        ("lost", report.lost),
        ("swapped", report.swapped),
        ("told_doubles", report.told_doubles),
        ("told_open", report.told_open),
        ("unknown", report.unknown),
        ("unknown_marked", report.unknown_marked),
        ("adopted", report.adopted),
    ] {
        println!("figure {name} {count} runs");
    }
    let share = 100.0 * report.unknown_marked as f64 / report.marked.max(1) as f64;
    println!("figure unknown_marked_share {share:.3} %");
    let requests = report.requests as f64 / arguments.runs.max(1) as f64;
    println!("figure requests_a_run {requests:.3} requests");
    for (name, share) in [("settle_p50", 0.5), ("settle_p99", 0.99)] {
        let settled = report.settled_within(share).as_secs_f64();
        println!("figure {name} {settled:.1} s");
    }
}
