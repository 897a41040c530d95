//! When to poll.

use std::time::Duration;

use crate::defaults;

/// The documentation asks not to poll faster.
const FLOOR: Duration = Duration::from_secs(1);

/// The intervals between the polls of one wait.
pub(super) struct Schedule {
    interval: Duration,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            interval: defaults::POLL_FIRST,
        }
    }
}

impl Schedule {
    /// The time until the next poll, given a random number in `[0, 1)`.
    pub(super) fn next(&mut self, random: f64) -> Duration {
        let interval = self.interval;
        self.interval = interval
            .mul_f64(defaults::POLL_FACTOR)
            .min(defaults::POLL_CAP);
        interval
            .mul_f64(1.0 + defaults::POLL_JITTER * (2.0 * random - 1.0))
            .max(FLOOR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intervals(random: f64) -> Vec<f64> {
        let mut schedule = Schedule::default();
        (0..8)
            .map(|_| schedule.next(random).as_secs_f64())
            .collect()
    }

    #[test]
    fn intervals_grow_to_the_cap() {
        let expected = [1.0, 1.5, 2.25, 3.375, 5.0625, 7.59375, 10.0, 10.0];
        for (found, expected) in intervals(0.5).into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
    }

    #[test]
    fn jitter_stays_in_its_bounds_and_above_a_second() {
        assert_eq!(intervals(0.0)[..2], [1.0, 1.2]);
        assert_eq!(intervals(0.0)[7], 8.0);
        assert!(intervals(0.999_999)[7] < 12.0);
    }
}
