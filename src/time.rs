//! Arithmetic of times that ends where the clock ends, instead of a panic: a duration may come from
//! a user or a server, and be as long as any.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

/// A moment that can be moved.
pub(crate) trait Moment {
    /// Returns the moment that is so much later, or the last that the clock has.
    fn later(self, by: Duration) -> Self;
    /// Returns the moment that is so much earlier, or the first that the clock has.
    fn earlier(self, by: Duration) -> Self;
}

/// What stands for a moment that the monotonic clock doesn't reach.
const FAR: Duration = Duration::from_secs(100 * 365 * 86_400);

impl Moment for std::time::Instant {
    fn later(self, by: Duration) -> Self {
        let far = || self.checked_add(FAR).unwrap_or(self);
        self.checked_add(by).unwrap_or_else(far)
    }

    fn earlier(self, by: Duration) -> Self {
        // Such a clock may begin with the machine.
        self.checked_sub(by).unwrap_or(self)
    }
}

impl Moment for Instant {
    fn later(self, by: Duration) -> Self {
        self.into_std().later(by).into()
    }

    fn earlier(self, by: Duration) -> Self {
        self.into_std().earlier(by).into()
    }
}

impl Moment for DateTime<Utc> {
    fn later(self, by: Duration) -> Self {
        let moved = self.checked_add_signed(delta(by));
        moved.unwrap_or(Self::MAX_UTC)
    }

    fn earlier(self, by: Duration) -> Self {
        let moved = self.checked_sub_signed(delta(by));
        moved.unwrap_or(Self::MIN_UTC)
    }
}

/// Returns a duration that has a sign.
pub(crate) fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

/// Returns the part of a duration, or the longest one; a part is at least zero.
pub(crate) fn part(duration: Duration, share: f64) -> Duration {
    let seconds = duration.as_secs_f64() * share.max(0.0);
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_duration_is_too_long() {
        let now = Instant::now();
        assert!(now.later(Duration::MAX) > now.later(Duration::from_secs(86_400)));
        assert_eq!(now.later(Duration::ZERO), now);
        assert!(now.earlier(Duration::MAX) <= now);
        let time = DateTime::UNIX_EPOCH;
        assert_eq!(time.later(Duration::MAX), DateTime::<Utc>::MAX_UTC);
        assert_eq!(time.earlier(Duration::MAX), DateTime::<Utc>::MIN_UTC);
        assert_eq!(time.later(Duration::from_secs(3)).timestamp(), 3);
        assert_eq!(time.earlier(Duration::from_secs(3)).timestamp(), -3);
    }

    #[test]
    fn a_part_of_any_duration_is_a_duration() {
        assert_eq!(
            part(Duration::from_secs(3), 0.5),
            Duration::from_millis(1500)
        );
        assert_eq!(part(Duration::from_secs(3), -1.0), Duration::ZERO);
        for share in [1.0, 2.0, f64::NAN, f64::INFINITY] {
            assert!(part(Duration::MAX, share) >= Duration::ZERO, "{share}");
        }
        assert_eq!(part(Duration::MAX, 2.0), Duration::MAX);
    }
}
