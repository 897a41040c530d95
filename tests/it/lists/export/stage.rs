//! Lists and histories to export.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use futures_util::{StreamExt, TryStreamExt};
use nanonets_agents::{
    Error, TaskRef,
    prelude::*,
    simulator::{AgentSpec, PastTask, Script, Simulator},
    types::TaskListItem,
};
use support::stage::seed;
use uuid::Uuid;

pub(super) const NEWEST: i64 = 1_790_000_000_000;

pub(super) const LATENCY: Duration = Duration::from_millis(20);

/// Returns when the task of a number was created.
pub(super) type Time = Box<dyn Fn(usize) -> i64 + Send + Sync>;

/// Returns times of tasks as people create them: few at night, now and then hundreds within a
/// second, sometimes none for days.
pub(super) fn times(random: &mut fastrand::Rng, count: usize) -> Vec<i64> {
    let mut time = NEWEST;
    let mut burst = 0;
    let mut next = || {
        if burst == 0 && random.f64() < 0.002 {
            burst = random.usize(100..1_000);
        }
        burst = usize::saturating_sub(burst, 1);
        let mean = match burst {
            0 if random.f64() < 0.000_5 => 300_000_000.0,
            0 => 30_000.0,
            left if left % 2 == 0 => 0.5,
            _ => 20.0,
        };
        time -= (-f64::ln(1.0 - random.f64()) * mean) as i64;
        time
    };
    (0..count).map(|_| next()).collect()
}

pub(super) async fn ids(
    export: impl StreamExt<Item = Result<TaskListItem, Error>> + Unpin,
) -> Vec<Uuid> {
    let tasks = export.map_ok(|task| task.task_id).try_collect();
    tasks.await.expect("all tasks")
}

pub(super) fn with_history(count: usize) -> Simulator {
    let mut random = fastrand::Rng::with_seed(seed("EXPORT_SEED"));
    let now = Utc::now();
    let past = times(&mut random, count).into_iter().enumerate();
    let past = past.map(|(number, time)| {
        let status = ["completed", "failed", "stopped"][number % 3];
        let ago = TimeDelta::milliseconds(NEWEST - time);
        PastTask::new(format!("Task {number}"), now - ago).ended(status)
    });
    // Some tasks work for minutes, some ask, some are done at once.
    let agent = AgentSpec::new("Busy").script_for(|run| {
        let number = run.text().and_then(|query| query.parse().ok());
        let script = Script::empty().running(Duration::from_millis(number.unwrap_or(0)));
        match number.unwrap_or(0) % 3 {
            0 => script.ask("Which?"),
            _ => script,
        }
    });
    Simulator::builder()
        .seed(seed("EXPORT_SEED"))
        .agent(agent)
        .history(past)
        .build()
}

pub(super) fn all(simulator: &Simulator) -> Vec<Uuid> {
    simulator.tasks().iter().rev().map(|task| task.id).collect()
}

pub(super) async fn create(simulator: &Simulator, client: &Client, milliseconds: u64) -> TaskRef {
    let run = client.run(simulator.agent_id());
    let started = run.query(milliseconds.to_string()).start().await;
    started.expect("a task").task_ref().clone()
}
