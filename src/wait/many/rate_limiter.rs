//! The rate limit of a wait's own requests.

use std::time::Duration;

use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until},
};

/// An interval that is longer than any program runs. A longer one may exceed the clock's range.
const FOREVER: Duration = Duration::from_secs(30 * 365 * 86_400);

/// Lets requests go one after the other, evenly spaced. There are no bursts: time in which nothing
/// was sent isn't made up for.
#[derive(Debug)]
pub(super) struct RateLimiter {
    interval: Duration,
    next: Mutex<Instant>,
}

impl RateLimiter {
    pub(super) fn new(requests_per_second: f64) -> Self {
        let interval = Duration::try_from_secs_f64(1.0 / requests_per_second);
        Self {
            interval: interval.map_or(FOREVER, |interval| interval.min(FOREVER)),
            next: Mutex::new(Instant::now()),
        }
    }

    /// Waits until the next request may go.
    pub(super) async fn acquire(&self) {
        let at = {
            let mut next = self.next.lock().await;
            let at = (*next).max(Instant::now());
            *next = at.checked_add(self.interval).unwrap_or(at);
            at
        };
        sleep_until(at).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_are_evenly_spaced() {
        let limiter = RateLimiter::new(4.0);
        let start = Instant::now();
        for _ in 0..5 {
            limiter.acquire().await;
        }
        assert_eq!(start.elapsed(), Duration::from_secs(1));
    }

    #[test]
    fn no_rate_panics() {
        for rate in [f64::MIN_POSITIVE, f64::MAX, 0.0, -1.0, f64::NAN] {
            RateLimiter::new(rate);
        }
    }
}
