//! The table and the drawing of the grid, for the documentation.

use std::{fmt::Write, fs, path::Path};

use support::{
    drawing::{Anchor, Drawing},
    limiter::RetryAfter,
};

use crate::{
    LATENCIES, LIMITS, RETRY_AFTERS,
    cell::{Cell, Limits, Outcome},
};

type Measured = [(Cell, Outcome)];

fn name(limits: Limits) -> String {
    match limits {
        Limits::Steady(limit) => format!("{limit} a second"),
        Limits::Changing(limits) => {
            let limits = limits.map(|limit| limit.to_string());
            format!("{} a second, in turn", limits.join(", "))
        }
    }
}

/// Returns the worst of the cells that a condition holds for.
fn worst(measured: &Measured, is_wanted: impl Fn(&Cell) -> bool) -> Outcome {
    let wanted = measured.iter().filter(|(cell, _)| is_wanted(cell));
    let none = Outcome {
        goodput: f64::INFINITY,
        refused: 0.0,
        failed: 0,
        p99: 0.0,
    };
    wanted.fold(none, |worst, (_, outcome)| Outcome {
        goodput: worst.goodput.min(outcome.goodput),
        refused: worst.refused.max(outcome.refused),
        failed: worst.failed + outcome.failed,
        p99: worst.p99.max(outcome.p99),
    })
}

/// Writes the table: for each limit, latency and form of `Retry-After` the worst of all kinds of
/// limiters and numbers of callers.
pub fn table(measured: &Measured) {
    let mut text = String::from(
        "# How a limit is found\n\n\
         `cargo bench --bench limits` writes this page. Callers who always have another call to make \
         meet servers of which they don't know the limit. Each row is the worst of three kinds of \
         limiters (a token bucket that holds a second's worth, fixed and sliding windows of a second) \
         and of 1, 64, 500 and 5,000 callers.\n\n\
         Goodput is the share of the limit that was used, over the whole time; where the limit changes \
         every four minutes, it is that of the worst second half. The last column is the 99th \
         percentile of the time of a call as a multiple of the fair one, where all calls go out in \
         order of arrival and a refused one takes as much longer as the server asks for.\n\n\
         | limit | reply takes | `Retry-After` | goodput | 429s | failed calls | p99 |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for limits in LIMITS {
        for latency in LATENCIES {
            for retry_after in RETRY_AFTERS {
                let outcome = worst(measured, |cell| {
                    cell.limits == limits
                        && cell.latency.as_secs_f64() == latency
                        && cell.retry_after == retry_after
                });
                let p99 = match limits {
                    Limits::Steady(_) => format!("{:.2}", outcome.p99),
                    Limits::Changing(_) => "–".to_owned(),
                };
                writeln!(
                    text,
                    "| {} | {:.0} ms | {} | {:.3} | {:.1} % | {} | {p99} |",
                    name(limits),
                    latency * 1000.0,
                    match retry_after {
                        RetryAfter::Right => "right",
                        RetryAfter::Absent => "absent",
                        RetryAfter::Wrong => "wrong",
                    },
                    outcome.goodput,
                    outcome.refused * 100.0,
                    outcome.failed,
                )
                .expect("a string takes any text");
            }
        }
    }
    text.push_str("\n![goodput and refusals](limits.svg)\n");
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    fs::write(docs.join("limits.md"), text).expect("the table is written");
}

const LEFT: f64 = 60.0;
const TOP: f64 = 50.0;
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 260.0;

/// Draws every cell as a dot: its goodput over its share of refusals.
pub fn drawing(ours: &Measured, adaptive: &Measured, guide: &Measured) {
    let mut drawing = Drawing::new(680, 400);
    drawing.title(
        (LEFT, 20.0),
        "How much of an unknown limit is used, and how often it is hit",
    );
    let place = |goodput: f64, refused: f64| {
        // A refusal in a thousand and one in one are three steps apart.
        let x = (refused.max(0.000_1).log10() + 4.0) / 4.0;
        (
            LEFT + WIDTH * x,
            TOP + HEIGHT * (1.1 - goodput.clamp(0.0, 1.1)) / 1.1,
        )
    };
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (x, y) = place(share, 0.0);
        drawing.line([(x, y), (LEFT + WIDTH, y)], 1, "#dddddd");
        drawing.text((LEFT - 6.0, y + 4.0), Anchor::End, "black", share);
    }
    for (refused, label) in [
        (0.000_1, "0"),
        (0.001, "0.1 %"),
        (0.01, "1 %"),
        (0.1, "10 %"),
        (1.0, "all"),
    ] {
        let (x, y) = place(0.0, refused);
        drawing.text((x, y + 18.0), Anchor::Middle, "black", label);
    }
    let middle = LEFT + WIDTH / 2.0;
    drawing.text(
        (middle, TOP + HEIGHT + 40.0),
        Anchor::Middle,
        "black",
        "requests refused with 429",
    );
    drawing.text(
        (LEFT, TOP - 10.0),
        Anchor::Start,
        "black",
        "goodput, as a share of the limit",
    );
    let sides = [
        (guide, "#d62728", "the helper of the guide"),
        (adaptive, "#ff7f0e", "adaptive mode as in the SDKs of AWS"),
        (ours, "#1f77b4", "this crate"),
    ];
    for (index, (measured, colour, label)) in sides.into_iter().enumerate() {
        for (_, outcome) in measured {
            drawing.dot(place(outcome.goodput, outcome.refused), colour, "");
        }
        let y = TOP + HEIGHT + 62.0;
        let x = LEFT + index as f64 * 190.0;
        drawing.dot((x, y), colour, "");
        drawing.text((x + 8.0, y + 4.0), Anchor::Start, "black", label);
    }
    drawing.save("limits.svg");
}
