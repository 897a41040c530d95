//! The cells of the grid: a server with a limit, and callers who always have another call to make.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::join_all;
use support::limiter::{Kind, LimitedServer, RetryAfter};
use tokio::time::{Instant, sleep, timeout_at};

/// The limits of a cell, each for as long as the cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limits {
    Steady(u32),
    Changing([u32; 3]),
}

/// One cell of the grid.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    pub limits: Limits,
    pub callers: usize,
    pub latency: Duration,
    pub retry_after: RetryAfter,
    pub kind: Kind,
}

/// What was measured in a cell.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// The requests that passed, as a share of what the limit and the callers allow.
    pub goodput: f64,
    /// The refused requests, as a share of all.
    pub refused: f64,
    /// The calls that failed.
    pub failed: u64,
    /// The 99th percentile of the time of a call, as a multiple of the fair one.
    pub p99: f64,
}

const PHASE: Duration = Duration::from_secs(240);
/// The requests that a cell with a steady limit lasts at least.
const FEWEST: f64 = 3000.0;
const SHORTEST: f64 = 240.0;

impl Cell {
    pub fn server(&self) -> LimitedServer {
        let first = match self.limits {
            Limits::Steady(limit) | Limits::Changing([limit, ..]) => limit,
        };
        LimitedServer::new(self.kind, first, self.latency, self.retry_after)
    }

    /// Returns the calls a second that these callers can make at a limit.
    fn capacity(&self, limit: u32) -> f64 {
        let limit = f64::from(limit);
        match self.latency.as_secs_f64() {
            0.0 => limit,
            latency => limit.min(self.callers as f64 / latency),
        }
    }

    /// Returns the time of a call where all go out in order of arrival, at the limit. A call that
    /// is refused takes as much longer as the server asks for.
    fn fair(&self, limit: u32) -> f64 {
        // Timers count in milliseconds.
        let queue = self.callers as f64 / self.capacity(limit) + 0.001;
        match self.retry_after {
            RetryAfter::Absent => queue.max(self.latency.as_secs_f64()),
            RetryAfter::Right => queue + 1.0,
            RetryAfter::Wrong => queue + 2.0,
        }
    }

    fn length(&self, limit: u32) -> Duration {
        let requests = FEWEST / f64::from(limit);
        let queue = 3.0 * self.callers as f64 / f64::from(limit);
        Duration::from_secs_f64(SHORTEST.max(requests).max(queue))
    }

    /// Lets the callers call, as often as they can.
    pub async fn run(&self, server: &LimitedServer, call: impl AsyncFn() -> bool) -> Outcome {
        let length = match self.limits {
            Limits::Steady(limit) => self.length(limit),
            Limits::Changing(limits) => PHASE * limits.len() as u32,
        };
        let start = Instant::now();
        let end = start + length;
        let failed = Arc::new(Mutex::new(0));
        let times = Arc::new(Mutex::new(Vec::new()));
        let call = &call;
        let workers = join_all((0..self.callers).map(|_| {
            let (failed, times) = (failed.clone(), times.clone());
            async move {
                while Instant::now() < end {
                    let begin = Instant::now();
                    let ended = timeout_at(end, call()).await;
                    times
                        .lock()
                        .expect("no panic")
                        .push(begin.elapsed().as_secs_f64());
                    match ended {
                        Ok(true) => (),
                        Ok(false) => {
                            *failed.lock().expect("no panic") += 1;
                            // A call that fails at once must not keep the clock from moving.
                            sleep(Duration::from_millis(10)).await;
                        }
                        Err(_) => break,
                    }
                }
            }
        }));
        let (_, goodput) = tokio::join!(workers, self.goodput(server, length));
        let counted = server.counted();
        let failed = *failed.lock().expect("no panic");
        Outcome {
            goodput,
            refused: counted.refused as f64 / (counted.refused + counted.passed) as f64,
            failed,
            p99: self.p99(&mut times.lock().expect("no panic")),
        }
    }

    /// Measures the goodput: over the whole time of a steady limit, and in the second half of each
    /// phase of a changing one.
    async fn goodput(&self, server: &LimitedServer, length: Duration) -> f64 {
        match self.limits {
            Limits::Steady(limit) => {
                sleep(length).await;
                let passed = server.counted().passed as f64;
                passed / (self.capacity(limit) * length.as_secs_f64())
            }
            Limits::Changing(limits) => {
                let mut least = f64::INFINITY;
                for limit in limits {
                    server.limit(limit);
                    sleep(PHASE / 2).await;
                    let before = server.counted().passed;
                    sleep(PHASE / 2).await;
                    let passed = (server.counted().passed - before) as f64;
                    let possible = self.capacity(limit) * (PHASE / 2).as_secs_f64();
                    least = least.min(passed / possible);
                }
                least
            }
        }
    }

    fn p99(&self, times: &mut [f64]) -> f64 {
        let Limits::Steady(limit) = self.limits else {
            return 0.0;
        };
        times.sort_by(f64::total_cmp);
        let index = (times.len() * 99 / 100).min(times.len() - 1);
        times[index] / self.fair(limit)
    }
}
