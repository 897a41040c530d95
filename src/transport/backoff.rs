//! Exponential backoff: how long to wait before the next attempt.

use std::time::Duration;

use crate::{defaults, time::part};

/// The longest delays before further attempts, which grow to a cap.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Backoff {
    /// The first delays; after the last of them, they double.
    steps: Vec<Duration>,
    cap: Duration,
}

impl Backoff {
    /// Creates a backoff. It needs at least one step, and none above the cap.
    pub(super) fn new(steps: Vec<Duration>, cap: Duration) -> Self {
        Self { steps, cap }
    }

    pub(super) fn parts(&self) -> (&[Duration], Duration) {
        (&self.steps, self.cap)
    }

    /// Returns the delay after a number of failed attempts, with full jitter: anything between
    /// zero and the step.
    ///
    /// The delay that the server asked for is a floor, to which little is added.
    pub(super) fn delay(&self, attempts: u32, floor: Option<Duration>, random: f64) -> Duration {
        let jitter = part(self.step(attempts), random);
        let Some(floor) = floor else {
            return jitter;
        };
        spread(floor, random).max(jitter)
    }

    fn step(&self, attempts: u32) -> Duration {
        let index = attempts.saturating_sub(1) as usize;
        let last = self.steps.len() - 1;
        let step = self.steps[index.min(last)];
        let doublings = u32::try_from(index.saturating_sub(last)).unwrap_or(u32::MAX);
        let factor = 2u32.checked_pow(doublings).unwrap_or(u32::MAX);
        step.saturating_mul(factor).min(self.cap)
    }
}

/// Returns a delay that the server asked for, and up to a tenth more: enough for callers who were
/// told the same not to return together.
pub(super) fn spread(delay: Duration, random: f64) -> Duration {
    let most = (delay / 10).min(defaults::RETRY_AFTER_SPREAD);
    delay.saturating_add(part(most, random))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guide() -> Backoff {
        Backoff::new(defaults::BACKOFF.to_vec(), defaults::BACKOFF_CAP)
    }

    #[test]
    fn the_steps_are_the_guides_and_end_at_the_cap() {
        let steps: Vec<u64> = (1..=7)
            .map(|attempts| guide().step(attempts).as_secs())
            .collect();
        assert_eq!(steps, [1, 2, 5, 10, 20, 30, 30]);
        assert_eq!(guide().step(u32::MAX), defaults::BACKOFF_CAP);
    }

    #[test]
    fn jitter_is_full_and_a_floor_stays_a_floor() {
        let seconds = Duration::from_secs;
        assert_eq!(guide().delay(2, None, 0.0), Duration::ZERO);
        assert_eq!(guide().delay(2, None, 0.5), seconds(1));
        assert_eq!(guide().delay(2, Some(seconds(7)), 0.0), seconds(7));
        let spread = guide().delay(2, Some(seconds(7)), 0.5);
        assert_eq!(spread, Duration::from_millis(7350));
        // The backoff grows where the server asks for no delay.
        assert_eq!(guide().delay(4, Some(Duration::ZERO), 0.5), seconds(5));
        assert_eq!(guide().delay(2, Some(Duration::MAX), 0.5), Duration::MAX);
    }
}
