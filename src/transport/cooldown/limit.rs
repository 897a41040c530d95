//! The server's limit as far as it is known, and the curve along which the rate looks for it.

use std::time::Duration;

use tokio::time::Instant;

use crate::{defaults, time::Moment};

/// What is known of the server's limit.
///
/// The rate begins a little below what the server answered, comes back to that along a cubic
/// curve, as CUBIC's window does, and then leaves it: slowly at first, since the limit is most
/// likely where it was, then ever faster, since it evidently isn't.
#[derive(Clone, Debug)]
pub(super) struct Limit {
    /// Requests a second that the server answered when the last 429 came.
    pub(super) known: f64,
    /// When the rate was lowered, or when the hold that came with it ends.
    pub(super) since: Instant,
    /// Whether it began with a hold, during which the server may have saved up a burst.
    pub(super) is_after_hold: bool,
    /// The time in which the rate comes back to what is known.
    pub(super) recovery: Duration,
    /// The time since the recovery in which the rate held requests back. It alone counts for the
    /// growth: a rate that isn't used proves nothing.
    used: Duration,
    used_at: Instant,
}

/// The least rate, in requests a second.
pub(super) const SLOWEST: f64 = 0.1;
/// The seconds in which the growth becomes faster.
const CURVED: f64 = 5.0;
/// The factor of growth without a 429 after which a limit is forgotten.
const FORGOTTEN: f64 = 1000.0;
/// The time after which a limit is forgotten that no request has met.
const LONGEST_UNUSED: Duration = Duration::from_secs(300);
/// The longest time between two requests for which the rate still counts as used.
const LONGEST_GAP: Duration = Duration::from_secs(1);

impl Limit {
    pub(super) fn new(known: f64, since: Instant, is_after_hold: bool, recovery: Duration) -> Self {
        Self {
            known,
            since,
            is_after_hold,
            recovery,
            used: Duration::ZERO,
            used_at: since,
        }
    }

    /// Begins the recovery again, when the hold ends.
    pub(super) fn restart(&mut self, since: Instant) {
        self.since = since;
        self.is_after_hold = true;
        self.used = Duration::ZERO;
        self.used_at = since;
    }

    /// Returns the requests a second to try now.
    pub(super) fn rate(&self, now: Instant) -> f64 {
        let (time, recovery) = (self.time(now).as_secs_f64(), self.recovery.as_secs_f64());
        let factor = if time < recovery {
            1.0 - (1.0 - defaults::RATE_DECREASE) * (1.0 - time / recovery).powi(3)
        } else {
            // The square grows faster and faster, until its tangent takes over.
            let used = self.used.as_secs_f64();
            let (curved, straight) = (used.min(CURVED), (used - CURVED).max(0.0));
            (defaults::RATE_GROWTH * (curved.powi(2) + 2.0 * CURVED * straight)).exp()
        };
        self.known * factor
    }

    /// Whether the rate is still below the one at which the server refused.
    pub(super) fn is_recovering(&self, now: Instant) -> bool {
        self.time(now) < self.recovery
    }

    /// Notes a request that the rate held back, or one that it didn't.
    pub(super) fn used(&mut self, now: Instant, was_held_back: bool) {
        if !was_held_back {
            return;
        }
        let recovered = self.since.later(self.recovery);
        let from = self.used_at.max(recovered);
        let gap = now.saturating_duration_since(from).min(LONGEST_GAP);
        self.used = self.used.saturating_add(gap);
        self.used_at = now;
    }

    /// Whether the limit is likely gone.
    pub(super) fn is_forgotten(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.used_at) > LONGEST_UNUSED.max(self.recovery)
            || self.rate(now) > self.known * FORGOTTEN
    }

    fn time(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::cooldown::tests::seconds;

    #[test]
    fn the_rate_drops_comes_back_and_grows_faster_and_faster() {
        let now = Instant::now();
        let mut limit = Limit::new(100.0, now, false, seconds(10.0));
        let rate = |limit: &Limit, at: f64| (limit.rate(now + seconds(at)) * 10.0).round() / 10.0;
        assert_eq!(
            [rate(&limit, 0.0), rate(&limit, 5.0), rate(&limit, 10.0)],
            [95.0, 99.4, 100.0]
        );
        let mut rates = Vec::new();
        for tenth in 100..=160 {
            limit.used(now + seconds(0.1) * tenth, true);
            if tenth % 10 == 0 {
                rates.push(rate(&limit, f64::from(tenth) / 10.0));
            }
        }
        assert_eq!(rates, [100.0, 103.0, 112.7, 131.0, 161.6, 211.7, 285.8]);
    }

    #[test]
    fn a_rate_that_is_not_used_does_not_grow_and_is_forgotten() {
        let now = Instant::now();
        let mut limit = Limit::new(100.0, now, false, seconds(10.0));
        for second in 0..200 {
            limit.used(now + seconds(1.0) * second, false);
        }
        assert_eq!(limit.rate(now + seconds(200.0)), 100.0);
        assert!(!limit.is_forgotten(now + seconds(200.0)));
        assert!(limit.is_forgotten(now + seconds(301.0)));
    }
}
