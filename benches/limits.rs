//! Measures how much of an unknown rate limit is used, and how often it is hit, beside the retry
//! helper of the guide. Time is virtual: the figures don't depend on the machine.
//!
//!     cargo bench --bench limits

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use nanonets_agents::{
    Client, Error, InProcess, InProcessReply, RetryPolicy,
    simulator::{Fault, Service, Simulator},
};
use support::figures::figure;
use tokio::time::{Instant, sleep};

const WORKERS: usize = 64;
const PHASE: Duration = Duration::from_secs(60);
const LIMITS: [u32; 3] = [50, 20, 100];
const LATENCY: Duration = Duration::from_millis(30);

/// The times of requests, and whether each was answered with 429.
type Log = Arc<Mutex<Vec<(Instant, bool)>>>;

struct Logged(Service, Log);

impl InProcess for Logged {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let (answer, log) = (self.0.call(request), self.1.clone());
        async move {
            let at = Instant::now();
            let answer = answer.await;
            let refused = answer.as_ref().is_ok_and(|answer| answer.status() == 429);
            log.lock().expect("no panic").push((at, refused));
            answer
        }
        .boxed()
    }
}

#[derive(Clone, Copy)]
enum Caller {
    Ours,
    Guide,
}

/// Calls by the retry helper of the guide, with a client that repeats nothing itself.
async fn guide(client: &Client, number: usize) -> bool {
    let mut delay = 1.0_f64;
    for attempt in 0..5 {
        let error = match call(client, number).await {
            Ok(()) => return true,
            Err(error) => error,
        };
        if attempt == 4 {
            break;
        }
        let jittered = delay.min(30.0) * (1.0 + fastrand::f64());
        let asked = error
            .retry_after()
            .map_or(jittered, |delay| delay.as_secs_f64());
        sleep(Duration::from_secs_f64(asked)).await;
        delay *= 2.0;
    }
    false
}

/// Makes the call of a worker: half of them list tasks, the others agents.
async fn call(client: &Client, number: usize) -> Result<(), Error> {
    match number % 2 {
        0 => drop(client.list_tasks().limit(1).send().await?),
        _ => drop(client.list_agents().limit(1).send().await?),
    }
    Ok(())
}

/// Returns the share of the limit that was used in each phase's second half, and the share of 429s
/// overall.
async fn run(caller: Caller) -> (Vec<f64>, f64) {
    let simulator = Simulator::builder().build();
    simulator.inject(Fault::delay(LATENCY));
    let log = Log::default();
    // The workers of the guide share no cooldown: each has a client of its own.
    let client = || {
        let service = Logged(simulator.service(), log.clone());
        let builder = Client::builder()
            .api_key(simulator.key())
            .in_process(service)
            .seed(1);
        match caller {
            Caller::Ours => builder,
            Caller::Guide => builder.retry(RetryPolicy::off()),
        }
        .build()
        .expect("a client")
    };
    let shared = client();
    let start = Instant::now();
    let end = start + PHASE * LIMITS.len() as u32;
    let workers = join_all((0..WORKERS).map(|number| {
        let client = match caller {
            Caller::Ours => shared.clone(),
            Caller::Guide => client(),
        };
        async move {
            while Instant::now() < end {
                match caller {
                    Caller::Ours => drop(call(&client, number).await),
                    Caller::Guide => drop(guide(&client, number).await),
                }
            }
        }
    }));
    let limits = async {
        for limit in LIMITS {
            simulator.limit_rate(Some(limit));
            sleep(PHASE).await;
        }
        simulator.limit_rate(None);
    };
    tokio::join!(workers, limits);

    let log = log.lock().expect("no panic");
    let goodput = (0u32..).zip(LIMITS).map(|(phase, limit)| {
        let from = start + PHASE * phase + PHASE / 2;
        let to = start + PHASE * (phase + 1);
        let good = log
            .iter()
            .filter(|(at, refused)| *at >= from && *at < to && !refused)
            .count();
        good as f64 / (f64::from(limit) * (PHASE / 2).as_secs_f64())
    });
    let asked = log.iter().filter(|(at, _)| *at < end).count();
    let refused = log
        .iter()
        .filter(|(at, refused)| *at < end && *refused)
        .count();
    (goodput.collect(), refused as f64 / asked as f64)
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    for (caller, suffix) in [(Caller::Ours, ""), (Caller::Guide, "_guide")] {
        let (goodput, refused) = run(caller).await;
        for (share, limit) in goodput.iter().zip(LIMITS) {
            figure(
                &format!("goodput_share_at_{limit}{suffix}"),
                *share,
                3,
                "ratio",
            );
        }
        let least = goodput.iter().copied().fold(f64::INFINITY, f64::min);
        figure(&format!("goodput_share{suffix}"), least, 3, "ratio");
        figure(&format!("too_many_share{suffix}"), refused, 3, "ratio");
    }
}
