//! Tasks that are in a simulator before it starts.

use chrono::{DateTime, TimeDelta, Utc};
use nanonets_agents::simulator::PastTask;

/// Creates tasks as people do: few at night, and now and then hundreds within a minute. The same
/// arguments give the same tasks.
pub fn history(count: usize, newest: DateTime<Utc>) -> Vec<PastTask> {
    let mut random = fastrand::Rng::with_seed(5);
    let mut time = newest;
    let mut burst: usize = 0;
    let mut next = |number: usize| {
        burst = match burst {
            0 if random.f64() < 0.001 => random.usize(100..2_000),
            burst => burst.saturating_sub(1),
        };
        let is_night = time.timestamp() % 86_400 < 28_800;
        let mean = match (burst, is_night) {
            (1.., _) => 0.02,
            (0, true) => 200.0,
            (0, false) => 20.0,
        };
        let seconds = -mean * f64::ln(1.0 - random.f64());
        time -= TimeDelta::microseconds((seconds * 1e6) as i64);
        PastTask::new(format!("Task {}", count - number), time)
    };
    (0..count).map(&mut next).collect()
}
