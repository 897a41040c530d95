//! Measures how much of an unknown rate limit is used, how often it is hit and how long calls wait,
//! over a grid of servers and callers, beside the retry helper of the guide and a client that
//! adapts as the SDKs of AWS do. Time is virtual: the figures don't depend on the machine.
//!
//!     cargo bench --bench limits
//!     cargo bench --bench limits -- detail steady=50 latency=0.05 callers=64
//!
//! Goodput is the share of what limit and callers allow that was answered; the 99th percentile of
//! the time of a call is a multiple of the fair one, where all calls go out in order of arrival.
//! Where the whole grid was measured, the bench writes `docs/limits.md` and `docs/limits.svg`.

use std::{env, thread, time::Duration};

use nanonets_agents::Client;
use support::{
    figures::figure,
    limiter::{Kind, RetryAfter},
};

mod cell;
mod peers;
mod report;

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

/// The goodput that every cell should have.
const GOODPUT: f64 = 0.92;

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
        match caller {
            Caller::Ours => {
                let builder = Client::builder().api_key("key").in_process(server.clone());
                let client = builder.seed(1).build().expect("a client");
                let call = async || client.list_agents().send().await.is_ok();
                cell.run(&server, call).await
            }
            Caller::Guide => {
                cell.run(&server, async || peers::guide(&server).await)
                    .await
            }
            Caller::Adaptive => {
                let adaptive = peers::Adaptive::new();
                cell.run(&server, async || adaptive.call(&server).await)
                    .await
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
    let cells: Vec<Cell> = grid()
        .into_iter()
        .filter(|cell| is_wanted(cell, &filters))
        .collect();
    let ours = measure_all(&cells, Caller::Ours);
    if env::args().any(|argument| argument == "detail") {
        for (cell, outcome) in &ours {
            println!("{cell:?} {outcome:?}");
        }
    }
    summary(&ours, "");
    if !filters.is_empty() {
        return;
    }
    // The peers take the machine longer, and differ less from server to server.
    let some: Vec<Cell> = cells
        .into_iter()
        .filter(|cell| {
            cell.kind == Kind::TokenBucket
                && cell.retry_after != RetryAfter::Wrong
                && cell.callers <= 500
                && cell.latency == Duration::from_secs_f64(LATENCIES[1])
        })
        .collect();
    let adaptive = measure_all(&some, Caller::Adaptive);
    summary(&adaptive, "_adaptive");
    let guide = measure_all(&some, Caller::Guide);
    summary(&guide, "_guide");
    report::table(&ours);
    report::drawing(&ours, &adaptive, &guide);
}

/// Prints the worst of the cells.
fn summary(measured: &[(Cell, Outcome)], suffix: &str) {
    let outcomes = || measured.iter().map(|(_, outcome)| outcome);
    let least = outcomes()
        .map(|outcome| outcome.goodput)
        .fold(f64::INFINITY, f64::min);
    let most = |of: fn(&Outcome) -> f64| outcomes().map(of).fold(0.0, f64::max);
    let below = outcomes()
        .filter(|outcome| outcome.goodput < GOODPUT)
        .count();
    figure(&format!("limits_goodput_min{suffix}"), least, 3, "ratio");
    let name = format!("limits_goodput_below{suffix}");
    figure(&name, below as f64 / measured.len() as f64, 3, "ratio");
    let name = format!("limits_too_many_max{suffix}");
    figure(&name, most(|outcome| outcome.refused), 4, "ratio");
    let name = format!("limits_failed{suffix}");
    figure(
        &name,
        outcomes().map(|outcome| outcome.failed as f64).sum(),
        0,
        "calls",
    );
    let name = format!("limits_p99_max{suffix}");
    figure(&name, most(|outcome| outcome.p99), 2, "ratio");
}
