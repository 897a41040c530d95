//! The meter: how many requests the server answered lately.

use std::time::Duration;

use tokio::time::Instant;

/// A count of the answers of the last seconds, in tenths.
#[derive(Debug)]
pub(super) struct Meter {
    start: Instant,
    /// The number of the current tenth of a second since the start.
    tenth: u64,
    answers: [u32; TENTHS],
}

/// The tenths of a second that are kept.
const TENTHS: usize = 101;
const TENTH_NANOS: u32 = 100_000_000;
/// The tenths of a second over which a rate is measured at least.
const LEAST_TENTHS: usize = 10;

impl Meter {
    pub(super) fn new(start: Instant) -> Self {
        Self {
            start,
            tenth: 0,
            answers: [0; TENTHS],
        }
    }

    pub(super) fn count(&mut self, now: Instant) {
        self.advance(now);
        self.answers[self.tenth as usize % TENTHS] += 1;
    }

    /// Returns the answers of the last second.
    pub(super) fn last_second(&mut self, now: Instant) -> u32 {
        self.advance(now);
        self.backwards().take(LEAST_TENTHS).sum()
    }

    /// Returns the answers a second of the last so many seconds, one at least.
    pub(super) fn rate(&mut self, now: Instant, time: Duration) -> f64 {
        self.advance(now);
        let tenths = (time.as_millis() / 100).clamp(LEAST_TENTHS as u128, TENTHS as u128 - 1);
        // The current tenth isn't over.
        let over = now.saturating_duration_since(self.start).subsec_nanos() % TENTH_NANOS;
        let time = tenths as f64 + f64::from(over) / f64::from(TENTH_NANOS);
        let sum: u32 = self.backwards().take(tenths as usize + 1).sum();
        f64::from(sum) * 10.0 / time
    }

    /// Returns the counts from the current tenth of a second on backwards.
    fn backwards(&self) -> impl Iterator<Item = u32> + '_ {
        let current = self.tenth as usize % TENTHS;
        (0..TENTHS).map(move |back| self.answers[(current + TENTHS - back) % TENTHS])
    }

    fn advance(&mut self, now: Instant) {
        let time = now.saturating_duration_since(self.start);
        let tenth = time.as_secs() * 10 + u64::from(time.subsec_millis() / 100);
        for passed in (self.tenth + 1..=tenth).take(TENTHS) {
            self.answers[passed as usize % TENTHS] = 0;
        }
        self.tenth = self.tenth.max(tenth);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::cooldown::tests::seconds;

    #[test]
    fn the_meter_counts_the_last_second_where_there_is_much() {
        let start = Instant::now();
        let mut meter = Meter::new(start);
        for tenth in 0..30 {
            for _ in 0..5 {
                meter.count(start + seconds(0.1) * tenth);
            }
        }
        let rate = |meter: &mut Meter, at: f64| meter.rate(start + seconds(at), seconds(10.0));
        assert_eq!(meter.last_second(start + seconds(2.95)), 50);
        let second = meter.rate(start + seconds(2.95), seconds(1.0));
        assert!((47.5..=52.5).contains(&second), "{second}");
        assert_eq!(meter.last_second(start + seconds(3.45)), 25);
        assert_eq!(meter.last_second(start + seconds(100.0)), 0);
        assert_eq!(rate(&mut meter, 100.0), 0.0);
    }

    #[test]
    fn a_slow_rate_is_measured_over_a_longer_time() {
        let start = Instant::now();
        let mut meter = Meter::new(start);
        for second in 0..10 {
            meter.count(start + seconds(1.0) * second);
            meter.count(start + seconds(1.0) * second);
        }
        let mut rate = |at: f64, time: f64| {
            let rate = meter.rate(start + seconds(at), seconds(time));
            (rate * 10.0).round() / 10.0
        };
        assert_eq!(rate(9.95, 10.0), 2.0);
        assert_eq!(rate(14.95, 1.0), 0.0);
        assert_eq!(rate(14.95, 10.0), 1.0);
    }
}
