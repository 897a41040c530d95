//! When a wait polls.

use std::time::Duration;

use crate::{defaults, error::Error};

const DAY: Duration = Duration::from_secs(86_400);
/// The documentation asks not to poll faster.
const FLOOR: Duration = Duration::from_secs(1);

/// The intervals between the polls of a wait.
///
/// By default the documented ones: 1 s, ×1.5, up to 10 s, each ±20 %, and never less than 1 s.
/// Where the client has seen tasks of the same agent end, it polls when another end has become
/// likely instead, never further apart than the cap and its jitter; see
/// [`fixed`](PollPolicyBuilder::fixed).
///
/// ```
/// use std::time::Duration;
/// use nanonets_agents::wait::PollPolicy;
///
/// let patient = PollPolicy::builder().first(Duration::from_secs(30)).cap(Duration::from_secs(60)).build()?;
/// assert!(PollPolicy::builder().first(Duration::from_millis(200)).build().is_err());
/// # Ok::<(), nanonets_agents::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PollPolicy {
    pub(super) first: Duration,
    pub(super) factor: f64,
    pub(super) cap: Duration,
    pub(super) jitter: f64,
    pub(super) floor: Duration,
    pub(super) is_fixed: bool,
}

/// A [`PollPolicy`] in the making.
#[derive(Clone, Debug)]
#[must_use = "a policy has to be built"]
pub struct PollPolicyBuilder(PollPolicy);

impl Default for PollPolicy {
    fn default() -> Self {
        Self {
            first: defaults::POLL_FIRST,
            factor: defaults::POLL_FACTOR,
            cap: defaults::POLL_CAP,
            jitter: defaults::POLL_JITTER,
            floor: FLOOR,
            is_fixed: false,
        }
    }
}

impl PollPolicy {
    /// A policy to be changed from the default.
    pub fn builder() -> PollPolicyBuilder {
        PollPolicyBuilder(Self::default())
    }

    /// The interval after the first so many, without jitter.
    pub(super) fn interval(&self, number: u32) -> Duration {
        let exponent = i32::try_from(number).unwrap_or(i32::MAX);
        let seconds = self.first.as_secs_f64() * self.factor.powi(exponent);
        Duration::try_from_secs_f64(seconds).map_or(self.cap, |it| it.min(self.cap))
    }

    /// The interval with jitter, given a random number in `[0, 1)`.
    pub(super) fn jittered(&self, interval: Duration, random: f64) -> Duration {
        interval
            .mul_f64(1.0 + self.jitter * (2.0 * random - 1.0))
            .max(self.floor)
    }
}

impl PollPolicyBuilder {
    /// The first interval; 1 s by default.
    pub fn first(mut self, interval: Duration) -> Self {
        self.0.first = interval;
        self
    }

    /// What each interval is multiplied with; 1.5 by default.
    pub fn factor(mut self, factor: f64) -> Self {
        self.0.factor = factor;
        self
    }

    /// The longest interval; 10 s by default.
    pub fn cap(mut self, cap: Duration) -> Self {
        self.0.cap = cap;
        self
    }

    /// How far each interval may be off, as a share of it; 0.2 by default.
    pub fn jitter(mut self, share: f64) -> Self {
        self.0.jitter = share;
        self
    }

    /// Keeps to these intervals, whatever the client has learned of the agent's tasks.
    pub fn fixed(mut self) -> Self {
        self.0.is_fixed = true;
        self
    }

    /// Allows intervals of less than 1 s, against the documentation's advice: every poll takes from
    /// the rate limit of the workspace.
    pub fn allow_fast(mut self) -> Self {
        self.0.floor = Duration::ZERO;
        self
    }

    /// The policy.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where it can't work, or is
    /// faster than allowed.
    pub fn build(self) -> Result<PollPolicy, Error> {
        let policy = self.0;
        let refuse = |message: &str| Err(Error::configuration(message));
        match () {
            () if policy.first < policy.floor => {
                refuse("`first` of the poll policy must be 1 s or more; `allow_fast` lifts that")
            }
            () if policy.first.is_zero() => {
                refuse("`first` of the poll policy must be more than zero")
            }
            () if policy.cap > DAY => refuse("`cap` of the poll policy must be a day at the most"),
            () if policy.cap < policy.first => {
                refuse("`cap` of the poll policy must not be less than `first`")
            }
            () if !(1.0..=100.0).contains(&policy.factor) => {
                refuse("`factor` of the poll policy must be 1 to 100")
            }
            () if !(0.0..1.0).contains(&policy.jitter) => {
                refuse("`jitter` of the poll policy must be 0 to less than 1")
            }
            () => Ok(policy),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_grow_to_the_cap() {
        let policy = PollPolicy::default();
        let intervals: Vec<f64> = (0..8).map(|it| policy.interval(it).as_secs_f64()).collect();
        let expected = [1.0, 1.5, 2.25, 3.375, 5.0625, 7.59375, 10.0, 10.0];
        for (found, expected) in intervals.into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
        assert_eq!(policy.interval(u32::MAX), policy.cap);
    }

    #[test]
    fn jitter_stays_in_its_bounds_and_above_a_second() {
        let policy = PollPolicy::default();
        let second = Duration::from_secs(1);
        assert_eq!(policy.jittered(second, 0.0), second);
        assert_eq!(policy.jittered(10 * second, 0.0), 8 * second);
        assert!(policy.jittered(10 * second, 0.999_999) < 12 * second);
    }

    #[test]
    fn what_cannot_work_is_refused() {
        let builder = PollPolicy::builder;
        let ms = Duration::from_millis;
        for (policy, name) in [
            (builder().first(ms(999)), "allow_fast"),
            (builder().first(ms(0)).allow_fast(), "more than zero"),
            (builder().cap(ms(500)), "`cap`"),
            (builder().cap(Duration::MAX), "`cap`"),
            (builder().factor(0.5), "`factor`"),
            (builder().factor(f64::NAN), "`factor`"),
            (builder().jitter(1.0), "`jitter`"),
        ] {
            let error = policy.build().expect_err(name).to_string();
            assert!(error.contains(name), "{error}");
        }
        builder()
            .first(ms(100))
            .allow_fast()
            .build()
            .expect("it is allowed");
    }
}
