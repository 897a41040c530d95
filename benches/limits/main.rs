//! Measures how much of an unknown rate limit is used, how often it is hit and how long calls wait,
//! over a grid of servers and callers, beside the retry helper of the guide and a client that
//! adapts as the SDKs of AWS do. Time is virtual: the figures don't depend on the machine.
//!
//!     cargo bench --bench limits
//!     cargo bench --bench limits -- detail           # every cell, the worst first
//!     cargo bench --bench limits -- steady=50 latency=0.05
//!
//! The bench writes the table and the drawing of `docs/limits.md` where the whole grid was measured.

use std::{env, thread, time::Duration};

use nanonets_agents::{Client, RetryPolicy};
use support::{
    figures::figure,
    limiter::{Kind, RetryAfter},
};

mod cell;
mod peers;

use cell::{Cell, Limits, Outcome};

const LIMITS: [Limits; 4] = [
    Limits::Steady(5),
    Limits::Steady(50),
    Limits::Steady(1000),
    Limits::Changing([50, 20, 100]),
];
const CALLERS: [usize; 4] = [1, 64, 500, 5000];
const LATENCIES: [f64; 3] = [0.0, 0.05, 0.5];
const RETRY_AFTERS: [RetryAfter; 3] = [RetryAfter::Right, RetryAfter::Absent, RetryAfter::Wrong];
const KINDS: [Kind; 3] = [Kind::TokenBucket, Kind::FixedWindow, Kind::SlidingWindow];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    Ours,
    Guide,
    Adaptive,
}

fn grid() -> Vec<Cell> {
    let mut cells = Vec::new();
    for limits in LIMITS {
        for callers in CALLERS {
            for latency in LATENCIES {
                for retry_after in RETRY_AFTERS {
                    for kind in KINDS {
                        cells.push(Cell {
                            limits,
                            callers,
                            latency: Duration::from_secs_f64(latency),
                            retry_after,
                            kind,
                        });
                    }
                }
            }
        }
    }
    cells
}

/// Measures a cell, in a runtime of its own.
fn measure(cell: Cell, caller: Caller) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let server = cell.server();
        let builder = Client::builder()
            .api_key("key")
            .in_process(server.clone())
            .seed(1);
        let builder = match caller {
            Caller::Ours => builder,
            Caller::Guide | Caller::Adaptive => builder.retry(RetryPolicy::off()),
        };
        let client = builder.build().expect("a client");
        match caller {
            Caller::Ours => {
                let call = |_| async { peers::call(&client).await.is_ok() };
                cell.run(&server, call).await
            }
            Caller::Guide => {
                // The callers of the guide share nothing.
                let call = |_| {
                    let builder = Client::builder().api_key("key").in_process(server.clone());
                    let client = builder.retry(RetryPolicy::off()).build().expect("a client");
                    async move { peers::guide(&client).await }
                };
                cell.run(&server, call).await
            }
            Caller::Adaptive => {
                let adaptive = peers::Adaptive::new();
                let call = |_| {
                    let builder = Client::builder().api_key("key").in_process(server.clone());
                    let client = builder.retry(RetryPolicy::off()).build().expect("a client");
                    let adaptive = adaptive.clone();
                    async move { adaptive.call(&client).await }
                };
                cell.run(&server, call).await
            }
        }
    })
}

/// Measures cells, on two threads.
fn measure_all(cells: &[Cell], caller: Caller) -> Vec<(Cell, Outcome)> {
    let halves: Vec<Vec<(usize, Cell)>> = (0..2)
        .map(|half| {
            let cells = cells.iter().copied().enumerate();
            cells.filter(|(index, _)| index % 2 == half).collect()
        })
        .collect();
    let mut measured: Vec<(usize, Cell, Outcome)> = thread::scope(|scope| {
        let threads: Vec<_> = halves
            .into_iter()
            .map(|half| {
                scope.spawn(move || {
                    let measured = half.into_iter();
                    let measured =
                        measured.map(|(index, cell)| (index, cell, measure(cell, caller)));
                    measured.collect::<Vec<_>>()
                })
            })
            .collect();
        let measured = threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"));
        measured.flatten().collect()
    });
    measured.sort_by_key(|(index, ..)| *index);
    measured
        .into_iter()
        .map(|(_, cell, outcome)| (cell, outcome))
        .collect()
}

fn is_wanted(cell: &Cell, filters: &[(String, String)]) -> bool {
    filters.iter().all(|(name, value)| match name.as_str() {
        "steady" => cell.limits == Limits::Steady(value.parse().expect("a limit")),
        "changing" => matches!(cell.limits, Limits::Changing(_)),
        "callers" => cell.callers == value.parse::<usize>().expect("a number"),
        "latency" => cell.latency == Duration::from_secs_f64(value.parse().expect("seconds")),
        "kind" => format!("{:?}", cell.kind) == *value,
        "asks" => format!("{:?}", cell.retry_after) == *value,
        _ => true,
    })
}

fn main() {
    let filters: Vec<(String, String)> = env::args()
        .filter_map(|argument| {
            let (name, value) = argument.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        })
        .collect();
    let has_detail = env::args().any(|argument| argument == "detail");
    let cells: Vec<Cell> = grid()
        .into_iter()
        .filter(|cell| is_wanted(cell, &filters))
        .collect();
    let ours = measure_all(&cells, Caller::Ours);
    if has_detail {
        for (cell, outcome) in &ours {
            println!(
                "{:?} callers {} latency {:?} {:?} {:?}: goodput {:.3} refused {:.4} failed {} p99 {:.2}",
                cell.limits,
                cell.callers,
                cell.latency,
                cell.retry_after,
                cell.kind,
                outcome.goodput,
                outcome.refused,
                outcome.failed,
                outcome.p99
            );
        }
    }
    summary(&ours, "");
}

fn summary(measured: &[(Cell, Outcome)], suffix: &str) {
    let outcomes = || measured.iter().map(|(_, outcome)| outcome);
    let least = outcomes()
        .map(|outcome| outcome.goodput)
        .fold(f64::INFINITY, f64::min);
    let most = |of: fn(&Outcome) -> f64| outcomes().map(of).fold(0.0, f64::max);
    figure(&format!("limits_goodput_min{suffix}"), least, 3, "ratio");
    figure(
        &format!("limits_too_many_max{suffix}"),
        most(|outcome| outcome.refused),
        4,
        "ratio",
    );
    figure(
        &format!("limits_failed{suffix}"),
        most(|outcome| outcome.failed as f64),
        0,
        "calls",
    );
    figure(
        &format!("limits_p99_max{suffix}"),
        most(|outcome| outcome.p99),
        2,
        "ratio",
    );
}
