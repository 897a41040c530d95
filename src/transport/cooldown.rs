//! The cooldown: a rate limit belongs to the whole workspace, so one 429 slows every call of the
//! client.
//!
//! The limit isn't published; therefore the client measures it. Before the first 429, nothing is
//! held back. After one, requests are spaced at a rate a little below the one that the server has
//! just answered. From there the rate returns to that one along a cubic curve, as CUBIC's window
//! does, and then grows exponentially until the next 429. A limit that isn't met again for long is
//! forgotten.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

use crate::defaults;

/// The rate limiter that all clones of a client share.
#[derive(Debug)]
pub(super) struct Cooldown(Mutex<Pacing>);

/// The rate so far, and what is known of the limit.
#[derive(Debug)]
struct Pacing {
    meter: Meter,
    /// The end of the last `Retry-After`.
    held_until: Instant,
    limit: Option<Limit>,
    /// Counts the decreases. A request that was sent before the last one says nothing about the
    /// rate now.
    epoch: u64,
}

/// The server's limit, as far as it is known.
#[derive(Debug)]
struct Limit {
    /// Requests a second that the server answered when the last 429 came.
    known: f64,
    since: Instant,
    /// When the next request may be sent.
    next: Instant,
}

/// How requests are held back at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pace {
    /// Requests a second, where a limit is known.
    pub(crate) limit: Option<f64>,
    /// What is left of the last `Retry-After`.
    pub(crate) held_for: Duration,
}

/// The permission to send one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Permit {
    epoch: u64,
    /// When the permit was given.
    pub(super) at: Instant,
}

/// The longest `Retry-After` by which requests are held back.
const LONGEST_HOLD: Duration = defaults::LONGEST_RETRY_AFTER;
/// The factor of growth without a 429 after which a limit is forgotten.
const FORGOTTEN: f64 = 1000.0;
/// The least rate after the first 429, when little is known; in requests a second.
const FIRST_GUESS: f64 = 5.0;
/// The least rate, in requests a second.
const SLOWEST: f64 = 0.1;

impl Cooldown {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self(Mutex::new(Pacing {
            meter: Meter::new(now),
            held_until: now,
            limit: None,
            epoch: 0,
        }))
    }

    /// Waits until a request may be sent.
    ///
    /// # Errors
    ///
    /// The time that it would have to wait, where that ends after the deadline.
    pub(super) async fn permit(&self, deadline: Option<Instant>) -> Result<Permit, Duration> {
        loop {
            let now = Instant::now();
            let at = {
                let mut state = self.lock();
                let at = state.reserve(now, deadline)?;
                if at == now {
                    let epoch = state.epoch;
                    return Ok(Permit { epoch, at });
                }
                at
            };
            sleep_until(at).await;
            // Another call may have met a 429 meanwhile.
            let (at, state) = (Instant::now(), self.lock());
            if state.held_until <= at {
                let epoch = state.epoch;
                return Ok(Permit { epoch, at });
            }
        }
    }

    /// Returns how requests are held back now.
    pub(super) fn pace(&self) -> Pace {
        let (now, state) = (Instant::now(), self.lock());
        let limit = state.limit.as_ref();
        Pace {
            limit: limit.map(|limit| limit.rate(now)),
            held_for: state.held_until.saturating_duration_since(now),
        }
    }

    /// Counts an answer that isn't a 429.
    pub(super) fn answered(&self) {
        self.lock().meter.count(Instant::now());
    }

    /// Slows down after a 429.
    pub(super) fn limited(&self, permit: Permit, retry_after: Option<Duration>) {
        let now = Instant::now();
        let mut state = self.lock();
        let hold = retry_after.unwrap_or_default().min(LONGEST_HOLD);
        state.held_until = state.held_until.max(now + hold);
        if permit.epoch == state.epoch {
            state.epoch += 1;
            let answered = state.meter.rate(now);
            let known = match &state.limit {
                // Few answers may mean few requests; therefore the rate is halved at the most.
                Some(limit) => answered.clamp(limit.rate(now) / 2.0, limit.rate(now)),
                None => answered.max(FIRST_GUESS),
            };
            let next = state.held_until;
            state.limit = Some(Limit {
                known: known.max(SLOWEST),
                since: next,
                next,
            });
        }
    }

    fn lock(&self) -> MutexGuard<'_, Pacing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pacing {
    /// Reserves the next moment at which a request may be sent, and returns it.
    fn reserve(&mut self, now: Instant, deadline: Option<Instant>) -> Result<Instant, Duration> {
        let mut at = now.max(self.held_until);
        if self
            .limit
            .as_ref()
            .is_some_and(|limit| limit.rate(now) > limit.known * FORGOTTEN)
        {
            self.limit = None;
        }
        if let Some(limit) = &self.limit {
            at = at.max(limit.next);
        }
        if deadline.is_some_and(|deadline| at > deadline) {
            return Err(at - now);
        }
        if let Some(limit) = &mut self.limit {
            limit.next = at + Duration::from_secs_f64(1.0 / limit.rate(at));
        }
        Ok(at)
    }
}

impl Limit {
    /// Returns the requests a second to try now.
    fn rate(&self, now: Instant) -> f64 {
        let time = now.saturating_duration_since(self.since).as_secs_f64();
        let recovery = defaults::RATE_RECOVERY.as_secs_f64();
        let factor = if time < recovery {
            1.0 - (1.0 - defaults::RATE_DECREASE) * (1.0 - time / recovery).powi(3)
        } else {
            defaults::RATE_GROWTH.powf(time - recovery)
        };
        self.known * factor
    }
}

/// A count of the answers of the last second.
#[derive(Debug)]
struct Meter {
    start: Instant,
    /// Tenths of a second since the start, and the answers in the last ten of them.
    tenth: u64,
    answers: [u32; TENTHS],
}

const TENTHS: usize = 10;
/// A burst counts as at least this long, as a share of a second.
const SHORTEST: f64 = 0.25;

impl Meter {
    fn new(start: Instant) -> Self {
        Self {
            start,
            tenth: 0,
            answers: [0; TENTHS],
        }
    }

    fn count(&mut self, now: Instant) {
        self.advance(now);
        self.answers[self.tenth as usize % TENTHS] += 1;
    }

    fn rate(&mut self, now: Instant) -> f64 {
        self.advance(now);
        let sum: u32 = self.answers.iter().sum();
        let time = now
            .duration_since(self.start)
            .as_secs_f64()
            .clamp(SHORTEST, 1.0);
        f64::from(sum) / time
    }

    fn advance(&mut self, now: Instant) {
        let time = now.duration_since(self.start);
        let tenth = time.as_secs() * 10 + u64::from(time.subsec_millis() / 100);
        for passed in (self.tenth + 1..=tenth).take(TENTHS) {
            self.answers[passed as usize % TENTHS] = 0;
        }
        self.tenth = tenth;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_held_back_before_the_first_429() {
        let cooldown = Cooldown::new();
        let start = Instant::now();
        for _ in 0..10_000 {
            cooldown.permit(None).await.expect("there is no deadline");
        }
        assert_eq!(Instant::now(), start);
    }

    #[tokio::test(start_paused = true)]
    async fn a_429_holds_every_request_back_for_as_long_as_it_says() {
        let cooldown = Cooldown::new();
        let permit = cooldown.permit(None).await.expect("a permit");
        cooldown.limited(permit, Some(seconds(7.0)));
        let start = Instant::now();
        let late = cooldown.permit(Some(start + seconds(6.0))).await;
        assert_eq!(late.expect_err("it is too late"), seconds(7.0));
        cooldown.permit(None).await.expect("a permit");
        assert_eq!(start.elapsed(), seconds(7.0));
    }

    #[tokio::test(start_paused = true)]
    async fn requests_that_wait_already_are_held_back_too() {
        let cooldown = std::sync::Arc::new(Cooldown::new());
        let permit = cooldown.permit(None).await.expect("a permit");
        cooldown.limited(permit, Some(seconds(1.0)));
        let start = Instant::now();
        let waiting = tokio::spawn({
            let cooldown = cooldown.clone();
            async move { cooldown.permit(None).await }
        });
        tokio::task::yield_now().await;
        cooldown.limited(permit, Some(seconds(3.0)));
        waiting.await.expect("no panic").expect("a permit");
        assert!(start.elapsed() >= seconds(3.0), "{:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn requests_of_before_a_decrease_do_not_decrease_again() {
        let cooldown = Cooldown::new();
        for _ in 0..100 {
            cooldown.answered();
            tokio::time::advance(seconds(0.01)).await;
        }
        let permit = cooldown.permit(None).await.expect("a permit");
        for _ in 0..50 {
            cooldown.limited(permit, None);
        }
        let state = cooldown.lock();
        let known = state.limit.as_ref().expect("a limit").known;
        assert!((90.0..=101.0).contains(&known), "{known}");
    }

    #[test]
    fn the_rate_drops_comes_back_and_grows() {
        let now = Instant::now();
        let limit = Limit {
            known: 100.0,
            since: now,
            next: now,
        };
        let rate = |at: f64| (limit.rate(now + seconds(at)) * 10.0).round() / 10.0;
        assert_eq!(
            [rate(0.0), rate(3.0), rate(6.0), rate(7.0), rate(16.0)],
            [90.0, 98.8, 100.0, 110.0, 259.4]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_that_is_not_met_again_is_forgotten() {
        let cooldown = Cooldown::new();
        let permit = cooldown.permit(None).await.expect("a permit");
        cooldown.limited(permit, None);
        tokio::time::advance(seconds(100.0)).await;
        cooldown.permit(None).await.expect("a permit");
        assert!(cooldown.lock().limit.is_none());
    }

    #[test]
    fn the_meter_counts_one_second() {
        let start = Instant::now();
        let mut meter = Meter::new(start);
        for tenth in 0..30 {
            meter.count(start + seconds(0.1) * tenth);
            meter.count(start + seconds(0.1) * tenth);
        }
        assert_eq!(meter.rate(start + seconds(2.95)), 20.0);
        assert_eq!(meter.rate(start + seconds(3.95)), 0.0);
        assert_eq!(meter.rate(start + seconds(100.0)), 0.0);
    }
}
