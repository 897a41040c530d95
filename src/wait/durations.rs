//! The durations of the tasks of each agent, as far as this client has seen them.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::ids::AgentId;

/// The durations that all clones of a client have seen, by agent.
#[derive(Debug, Default)]
pub(crate) struct Durations(Mutex<HashMap<AgentId, VecDeque<Duration>>>);

/// How many durations of an agent are remembered. The newest ones are kept.
const REMEMBERED: usize = 256;
/// The least number of durations that an estimate is made from.
const ENOUGH: usize = 20;
/// The likelihood of an end at which the next poll is due. With this value a wait polls less often
/// than by the documented intervals and sees the end no later (`cargo bench --bench wait`).
const LIKELY: f64 = 0.11;

impl Durations {
    /// Notes that a task of the agent has ended after this time.
    pub(super) fn saw(&self, agent_id: AgentId, duration: Duration) {
        let mut all = self.lock();
        let seen = all.entry(agent_id).or_default();
        if seen.len() == REMEMBERED {
            seen.pop_front();
        }
        seen.push_back(duration);
    }

    /// Returns how long until a task of this age is polled: until an end has become likely, or the
    /// longest interval. `None` where too little is known.
    pub(super) fn next_poll(
        &self,
        agent_id: AgentId,
        age: Duration,
        longest: Duration,
    ) -> Option<Duration> {
        let all = self.lock();
        let seen = all.get(&agent_id).filter(|seen| seen.len() >= ENOUGH)?;
        let durations = seen.iter().copied();
        let mut later: Vec<Duration> = durations.filter(|duration| *duration > age).collect();
        later.sort();
        // A few longer durations are too few for an estimate.
        let index = (later.len() as f64 * LIKELY).ceil() as usize;
        let until = match later.len() {
            0..8 => longest,
            _ => later[index.saturating_sub(1)].saturating_sub(age),
        };
        Some(until.min(longest))
    }

    /// Returns how likely a task of this age ends within a time; `None` where too little is known.
    pub(super) fn likelihood(
        &self,
        agent_id: AgentId,
        age: Duration,
        within: Duration,
    ) -> Option<f64> {
        let all = self.lock();
        let seen = all.get(&agent_id).filter(|seen| seen.len() >= ENOUGH)?;
        let later = seen.iter().filter(|duration| **duration > age);
        let soon = later
            .clone()
            .filter(|duration| **duration <= age.saturating_add(within));
        // There is no estimate past the longest duration seen.
        let later = later.count();
        (later > 0).then(|| soon.count() as f64 / later as f64)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AgentId, VecDeque<Duration>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent() -> AgentId {
        uuid::Uuid::nil().into()
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn nothing_is_said_before_enough_is_known() {
        let durations = Durations::default();
        for _ in 1..ENOUGH {
            durations.saw(agent(), seconds(60));
        }
        let next = || durations.next_poll(agent(), Duration::ZERO, seconds(100));
        assert_eq!(next(), None);
        durations.saw(agent(), seconds(60));
        assert_eq!(next(), Some(seconds(60)));
    }

    #[test]
    fn the_next_look_comes_when_an_end_is_likely() {
        let durations = Durations::default();
        for second in 101..=200 {
            durations.saw(agent(), seconds(second));
        }
        let next = |age| durations.next_poll(agent(), seconds(age), seconds(300));
        assert_eq!(next(0), Some(seconds(111)));
        assert_eq!(next(100), Some(seconds(11)));
        assert_eq!(next(150), Some(seconds(6)));
        assert_eq!(next(250), Some(seconds(300)));
        assert_eq!(
            durations.next_poll(agent(), seconds(0), seconds(15)),
            Some(seconds(15))
        );
    }

    #[test]
    fn old_durations_are_forgotten() {
        let durations = Durations::default();
        for _ in 0..REMEMBERED {
            durations.saw(agent(), seconds(60));
        }
        for _ in 0..REMEMBERED {
            durations.saw(agent(), seconds(5));
        }
        assert_eq!(
            durations.next_poll(agent(), seconds(0), seconds(100)),
            Some(seconds(5))
        );
    }
}
