//! How long the tasks of each agent take, as far as this client has seen.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use uuid::Uuid;

/// What all clones of a client have learned.
#[derive(Debug, Default)]
pub(crate) struct Durations(Mutex<HashMap<Uuid, VecDeque<Duration>>>);

/// How many durations of an agent are remembered, the newest ones.
const REMEMBERED: usize = 256;
/// Fewer say nothing.
const ENOUGH: usize = 20;
/// How likely an end has to have become for another poll. It makes for fewer polls than the
/// documented intervals at no more delay (`cargo bench --bench wait`).
const LIKELY: f64 = 0.11;

impl Durations {
    /// A task of the agent has ended after that time.
    pub(super) fn saw(&self, agent_id: Uuid, duration: Duration) {
        let mut all = self.lock();
        let seen = all.entry(agent_id).or_default();
        if seen.len() == REMEMBERED {
            seen.pop_front();
        }
        seen.push_back(duration);
    }

    /// When to look at a task of this age again: as soon as an end has become likely, or after the
    /// longest interval. `None` where too little is known.
    pub(super) fn next_look(
        &self,
        agent_id: Uuid,
        age: Duration,
        longest: Duration,
    ) -> Option<Duration> {
        let all = self.lock();
        let seen = all.get(&agent_id).filter(|it| it.len() >= ENOUGH)?;
        let mut later: Vec<Duration> = seen.iter().copied().filter(|it| *it > age).collect();
        later.sort();
        // The last few have no company to be compared with.
        let index = (later.len() as f64 * LIKELY).ceil() as usize;
        let until = match later.len() {
            0..8 => longest,
            _ => later[index.saturating_sub(1)] - age,
        };
        Some(until.min(longest))
    }

    /// How likely a task of this age ends within a time; `None` where too little is known.
    pub(super) fn chance(&self, agent_id: Uuid, age: Duration, within: Duration) -> Option<f64> {
        let all = self.lock();
        let seen = all.get(&agent_id).filter(|it| it.len() >= ENOUGH)?;
        let later = seen.iter().filter(|it| **it > age).count();
        let soon = seen
            .iter()
            .filter(|it| **it > age && **it <= age + within)
            .count();
        // Of what takes longer than anything before, it can't be said.
        (later > 0).then(|| soon as f64 / later as f64)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, VecDeque<Duration>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGENT: Uuid = Uuid::nil();

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn nothing_is_said_before_enough_is_known() {
        let durations = Durations::default();
        for _ in 1..ENOUGH {
            durations.saw(AGENT, seconds(60));
        }
        let next = || durations.next_look(AGENT, Duration::ZERO, seconds(100));
        assert_eq!(next(), None);
        durations.saw(AGENT, seconds(60));
        assert_eq!(next(), Some(seconds(60)));
    }

    #[test]
    fn the_next_look_comes_when_an_end_is_likely() {
        let durations = Durations::default();
        for second in 101..=200 {
            durations.saw(AGENT, seconds(second));
        }
        let next = |age| durations.next_look(AGENT, seconds(age), seconds(300));
        assert_eq!(next(0), Some(seconds(111)));
        assert_eq!(next(100), Some(seconds(11)));
        assert_eq!(next(150), Some(seconds(6)));
        assert_eq!(next(250), Some(seconds(300)));
        assert_eq!(
            durations.next_look(AGENT, seconds(0), seconds(15)),
            Some(seconds(15))
        );
    }

    #[test]
    fn old_durations_are_forgotten() {
        let durations = Durations::default();
        for _ in 0..REMEMBERED {
            durations.saw(AGENT, seconds(60));
        }
        for _ in 0..REMEMBERED {
            durations.saw(AGENT, seconds(5));
        }
        assert_eq!(
            durations.next_look(AGENT, seconds(0), seconds(100)),
            Some(seconds(5))
        );
    }
}
