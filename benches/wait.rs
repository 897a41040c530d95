//! Measures what waiting costs, in requests and detection lag, beside the polling loop of the
//! documentation. Time is virtual.
//!
//!     cargo bench --bench wait
//!
//! Durations are log-normal: median 60 s, 95th percentile 300 s. Lag is the time from a task's end
//! to its being seen. The bench draws the trade-off between the two as `docs/wait.svg`.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{StreamExt, future::join_all};
use nanonets_agents::{
    TaskId, TaskRef,
    prelude::*,
    simulator::{AgentSpec, Script, Simulator},
    wait::PollPolicy,
};
use support::{
    drawing::{Anchor, Drawing},
    figures::figure,
};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

const SEED: u64 = 5;

/// Tasks that were all started a moment ago, and when each will end.
struct Stage {
    simulator: Simulator,
    client: Client,
    tasks: Vec<TaskRef>,
    start: Instant,
    ends: HashMap<TaskId, Duration>,
    /// Requests that starting them took.
    requests: usize,
}

/// Draws a log-normal duration, by the Box-Muller method.
fn duration(random: &mut fastrand::Rng) -> Duration {
    let sigma = (300f64 / 60.0).ln() / 1.645;
    let normal =
        (-2.0 * (1.0 - random.f64()).ln()).sqrt() * (std::f64::consts::TAU * random.f64()).cos();
    Duration::from_secs_f64((60f64.ln() + sigma * normal).exp())
}

impl Stage {
    /// Starts the tasks, and for each of them so many that nothing waits for.
    async fn new(count: usize, agents: usize, others: usize) -> Self {
        let simulator = Simulator::builder().seed(SEED).keep_requests(0).build();
        let client = simulator.in_process_client().expect("a client");
        let mut random = fastrand::Rng::with_seed(SEED);
        // The query of each task says how long it takes.
        let agent = || {
            AgentSpec::new("Timed").script_for(|run| {
                let seconds = run.text().and_then(|text| text.parse().ok());
                Script::empty().running(Duration::from_secs_f64(seconds.unwrap_or(1.0)))
            })
        };
        let agents: Vec<Uuid> = (0..agents).map(|_| simulator.add_agent(agent())).collect();
        let (mut tasks, mut ends) = (Vec::new(), HashMap::new());
        let start = Instant::now();
        for number in 0..count {
            for other in 0..=others {
                let time = duration(&mut random);
                let run = client.run(agents[number % agents.len()]);
                let started = run
                    .query(format!("{:.3}", time.as_secs_f64()))
                    .start()
                    .await;
                let started = started.expect("a task");
                if other == 0 {
                    tasks.push(started.task_ref().clone());
                    ends.insert(started.task_id(), time);
                }
            }
        }
        let mut stage = Self {
            simulator,
            client,
            tasks,
            start,
            ends,
            requests: 0,
        };
        stage.requests = stage.count();
        stage
    }

    fn count(&self) -> usize {
        let operations = ["run_agent", "get_task", "list_tasks", "list_task_messages"];
        let counts = operations
            .iter()
            .map(|operation| self.simulator.count(operation));
        counts.sum()
    }

    /// Computes requests and lags from the times at which ends were seen.
    fn cost(&self, seen: &HashMap<TaskId, Duration>) -> Cost {
        assert_eq!(seen.len(), self.tasks.len(), "every end is seen");
        let mut lags: Vec<f64> = seen
            .iter()
            .map(|(id, at)| at.saturating_sub(self.ends[id]).as_secs_f64())
            .collect();
        lags.sort_by(f64::total_cmp);
        Cost {
            requests: self.count() - self.requests,
            mean: lags.iter().sum::<f64>() / lags.len() as f64,
            p99: lags[lags.len() * 99 / 100],
        }
    }
}

/// Computes the fewest requests by which all ends can be seen on pages of 100 tasks, in looks that
/// come so many seconds after each other, by a client that knows beforehand which way costs the
/// least at each: the list of those at work and a confirmation of each end, the list of the ended,
/// or a poll of each task.
fn fewest(ends: &HashMap<TaskId, Duration>, interval: f64) -> usize {
    let mut ends: Vec<f64> = ends.values().map(Duration::as_secs_f64).collect();
    ends.sort_by(f64::total_cmp);
    let pages = |tasks: usize| tasks.div_ceil(100).max(1);
    let (mut requests, mut known, mut time) = (0, 0, interval);
    while known < ends.len() {
        let ended = ends.partition_point(|end| *end <= time);
        let (live, new) = (ends.len() - ended, ended - known);
        let by_live = pages(live) + new.min(pages(ended));
        requests += by_live.min(pages(ended)).min(live + new);
        known = ended;
        time += interval;
    }
    requests
}

#[derive(Clone, Copy)]
struct Cost {
    requests: usize,
    mean: f64,
    p99: f64,
}

/// Waits by the loop of the documentation, one for each task.
async fn guide(stage: &Stage, cap: f64) -> Cost {
    let seen: Mutex<HashMap<TaskId, Duration>> = Mutex::default();
    join_all(stage.tasks.iter().map(|task| async {
        let id = task.task_id();
        let mut delay = 1.0;
        loop {
            let reply = stage.client.get_task().task_id(id).send().await;
            if reply.is_ok_and(|task| task.status.is_terminal()) {
                let at = stage.start.elapsed();
                seen.lock().expect("no panic").insert(id, at);
                return;
            }
            sleep(Duration::from_secs_f64(delay)).await;
            delay = f64::min(delay * 1.5, cap);
        }
    }))
    .await;
    stage.cost(&seen.into_inner().expect("no panic"))
}

async fn ours(stage: &Stage, interval: f64) -> Cost {
    let mut seen = HashMap::new();
    let wait = stage.client.wait_many(stage.tasks.clone());
    let wait = wait
        .deadline(Duration::from_secs(86_400))
        .interval(Duration::from_secs_f64(interval));
    let mut ends = wait.requests_per_second(1000.0).stream();
    while let Some(end) = ends.next().await {
        let finished = end.expect("an end");
        seen.insert(finished.task_ref().task_id(), stage.start.elapsed());
    }
    stage.cost(&seen)
}

/// Waits for one task after the other, and returns the mean polls and lag. Each wait learns from
/// those before it.
async fn single(policy: PollPolicy, count: usize) -> (f64, f64) {
    let mut random = fastrand::Rng::with_seed(SEED);
    let times: Arc<Mutex<Vec<Duration>>> = Arc::default();
    let script_times = times.clone();
    let agent = AgentSpec::new("Timed").script_for(move |_| {
        let times = script_times.lock().expect("no panic");
        Script::empty().running(times.last().copied().unwrap_or_default())
    });
    let simulator = Simulator::builder().agent(agent).keep_requests(0).build();
    let client = simulator.in_process_client().expect("a client");
    let (mut polls, mut lag) = (0.0, 0.0);
    for _ in 0..count {
        let time = duration(&mut random);
        times.lock().expect("no panic").push(time);
        let started = client.run(simulator.agent_id()).query("Hi").start().await;
        let start = Instant::now();
        let wait = started.expect("a task").wait().poll(policy.clone());
        let finished = wait.deadline(Duration::from_secs(86_400)).await;
        polls += f64::from(finished.expect("an end").polls());
        lag += (start.elapsed() - time).as_secs_f64();
    }
    (polls / count as f64, lag / count as f64)
}

/// Runs a future in virtual time, on a runtime of its own.
fn paused<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    runtime.expect("a runtime").block_on(future)
}

fn compare(name: &str, count: usize, agents: usize, others: usize) {
    let stage = || Stage::new(count, agents, others);
    let guide = paused(async { guide(&stage().await, 10.0).await });
    let ours = paused(async { ours(&stage().await, 9.0).await });
    let figure = |what: &str, value, decimals, unit| {
        figure(&format!("wait_{what}"), value, decimals, unit);
    };
    let (of_guide, of_ours) = (guide.requests as f64, ours.requests as f64);
    figure(&format!("requests_{name}_guide"), of_guide, 0, "requests");
    figure(&format!("requests_{name}_ours"), of_ours, 0, "requests");
    figure(&format!("requests_{name}"), of_ours / of_guide, 4, "ratio");
    if others == 0 {
        let ends = paused(async { stage().await.ends });
        let limit = fewest(&ends, 9.0) as f64;
        figure(&format!("requests_{name}_limit"), limit, 0, "requests");
    }
    figure(&format!("mean_lag_{name}_guide"), guide.mean, 2, "s");
    figure(&format!("mean_lag_{name}_ours"), ours.mean, 2, "s");
    figure(&format!("lag_{name}"), ours.mean / guide.mean, 3, "ratio");
    figure(&format!("p99_lag_{name}_guide"), guide.p99, 2, "s");
    figure(&format!("p99_lag_{name}_ours"), ours.p99, 2, "s");
}

/// Draws requests a task against mean lag, for several budgets of both, with a logarithmic scale of
/// requests.
fn draw() {
    const COUNT: usize = 1000;
    let stage = || Stage::new(COUNT, 1, 0);
    let guide: Vec<Cost> = [2.0, 5.0, 10.0, 20.0, 40.0]
        .map(|cap| paused(async { guide(&stage().await, cap).await }))
        .into();
    let ours: Vec<Cost> = [2.0, 4.0, 9.0, 18.0, 36.0]
        .map(|interval| paused(async { ours(&stage().await, interval).await }))
        .into();
    let per_task = |cost: &Cost| cost.requests as f64 / COUNT as f64;
    let height = |requests: f64| 260.0 - 80.0 * (requests.log10() + 1.0);
    let point = |cost: &Cost| (60.0 + cost.mean * 25.0, height(per_task(cost)));

    let mut drawing = Drawing::new(640, 330);
    let title = "Waiting for 1,000 tasks: requests a task against mean lag";
    drawing.title((60.0, 20.0), title);
    for requests in [0.1, 1.0, 10.0, 100.0] {
        let y = height(requests);
        drawing.text((50.0, y + 4.0), Anchor::End, "black", requests);
        drawing.line([(60.0, y), (600.0, y)], 1, "#ddd");
    }
    for seconds in [0.0, 5.0, 10.0, 15.0, 20.0] {
        let at = (60.0 + seconds * 25.0, 300.0);
        drawing.text(at, Anchor::Middle, "black", format_args!("{seconds} s"));
    }
    let unit = "mean time from an end to its being seen";
    drawing.text((300.0, 320.0), Anchor::Middle, "black", unit);
    for (costs, colour, label, y) in [
        (&guide, "#b3541e", "a loop for each task", 50.0),
        (&ours, "#1e6bb3", "wait_many", 68.0),
    ] {
        drawing.line(costs.iter().map(point), 2, colour);
        for cost in costs {
            drawing.dot(point(cost), colour, format_args!("{:.2}", per_task(cost)));
        }
        drawing.text((440.0, y), Anchor::Start, colour, label);
    }
    drawing.save("wait.svg");
}

fn main() {
    println!("seed {SEED}");
    compare("1000", 1000, 1, 0);
    compare("10000", 10_000, 1, 0);
    compare("50_agents", 1000, 50, 0);
    compare("others", 1000, 1, 9);
    let documented = PollPolicy::default().with_learning(false);
    let (polls, lag) = paused(single(documented, 1000));
    figure("wait_single_polls_documented", polls, 2, "polls");
    figure("wait_single_lag_documented", lag, 2, "s");
    let (polls, lag) = paused(single(PollPolicy::default(), 1000));
    figure("wait_single_polls_learned", polls, 2, "polls");
    figure("wait_single_lag_learned", lag, 2, "s");
    draw();
}
