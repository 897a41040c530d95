//! When a wait polls.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{defaults, error::Error, time::part};

/// The longest cap that is accepted.
const DAY: Duration = Duration::from_secs(86_400);
/// The shortest interval without `allow_fast`: the documentation asks not to poll faster.
const FLOOR: Duration = Duration::from_secs(1);

/// The intervals between the polls of a wait for one task.
///
/// By default, they are those of <https://agents.nanonets.com/docs/async-and-polling>: 1 s, ×1.5,
/// up to 10 s, each ±20 %, and never less than 1 s. Where the client has seen tasks of the same
/// agent end, it polls when another end has become likely instead, never further apart than the cap
/// and its jitter; see [`with_learning`](Self::with_learning).
///
/// A policy is a value: it can be compared, stored and read from configuration. Durations are
/// seconds there. A policy that can't work is refused when it is read, and by the wait that it is
/// given to, with [`WaitError::Refused`](super::WaitError::Refused) before anything is sent.
///
/// ```
/// use std::time::Duration;
/// use nanonets_agents::wait::PollPolicy;
///
/// let patient = PollPolicy::default()
///     .with_first(Duration::from_secs(30))
///     .with_cap(Duration::from_secs(60));
/// let read: PollPolicy = serde_json::from_str(r#"{"first": 30, "cap": 60}"#)?;
/// assert_eq!(read, patient);
/// assert!(serde_json::from_str::<PollPolicy>(r#"{"first": 0.2}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredPollPolicy", into = "StoredPollPolicy")]
pub struct PollPolicy {
    first: Duration,
    factor: f64,
    cap: Duration,
    jitter: f64,
    learning: bool,
    allow_fast: bool,
}

impl Default for PollPolicy {
    fn default() -> Self {
        Self {
            first: defaults::POLL_FIRST,
            factor: defaults::POLL_FACTOR,
            cap: defaults::POLL_CAP,
            jitter: defaults::POLL_JITTER,
            learning: true,
            allow_fast: false,
        }
    }
}

impl PollPolicy {
    /// Sets the first interval; 1 s by default. Less is refused without
    /// [`with_allow_fast`](Self::with_allow_fast).
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::wait::PollPolicy;
    ///
    /// // No task of this agent ends within the first half minute.
    /// let policy = PollPolicy::default()
    ///     .with_first(Duration::from_secs(30))
    ///     .with_cap(Duration::from_secs(30));
    /// # let _ = policy;
    /// ```
    pub fn with_first(mut self, interval: Duration) -> Self {
        self.first = interval;
        self
    }

    /// Sets the factor from one interval to the next, from 1 to 100; 1.5 by default.
    ///
    /// ```
    /// use nanonets_agents::wait::PollPolicy;
    ///
    /// let constant = PollPolicy::default().with_factor(1.0);
    /// # let _ = constant;
    /// ```
    pub fn with_factor(mut self, factor: f64) -> Self {
        self.factor = factor;
        self
    }

    /// Sets the longest interval before jitter, from the first interval to a day; 10 s by default.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::wait::PollPolicy;
    ///
    /// let overnight = PollPolicy::default().with_cap(Duration::from_secs(300));
    /// # let _ = overnight;
    /// ```
    pub fn with_cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    /// Sets the jitter: how far each interval may be off, as a share of it from 0 to less than 1;
    /// 0.2 by default. Jitter keeps waits that began together from polling together.
    ///
    /// ```
    /// use nanonets_agents::wait::PollPolicy;
    ///
    /// let exact = PollPolicy::default().with_jitter(0.0);
    /// # let _ = exact;
    /// ```
    pub fn with_jitter(mut self, share: f64) -> Self {
        self.jitter = share;
        self
    }

    /// Sets whether the wait polls by how long the agent's tasks have taken, once the client has
    /// seen enough of them end; on by default. Otherwise it keeps to the intervals.
    ///
    /// This concerns a wait for the end alone: one with [`until`](super::Wait::until) or
    /// [`on_status`](super::Wait::on_status) keeps to the intervals in any case.
    ///
    /// ```
    /// use nanonets_agents::wait::PollPolicy;
    ///
    /// let by_intervals = PollPolicy::default().with_learning(false);
    /// # let _ = by_intervals;
    /// ```
    pub fn with_learning(mut self, learning: bool) -> Self {
        self.learning = learning;
        self
    }

    /// Sets whether intervals may be less than 1 s, against the documentation's advice; off by
    /// default. Each poll takes from the rate limit of the workspace.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::wait::PollPolicy;
    ///
    /// let hasty = PollPolicy::default()
    ///     .with_allow_fast(true)
    ///     .with_first(Duration::from_millis(200));
    /// # let _ = hasty;
    /// ```
    pub fn with_allow_fast(mut self, allow: bool) -> Self {
        self.allow_fast = allow;
        self
    }

    /// Refuses a policy that can't work.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.flaw()
            .map_or(Ok(()), |flaw| Err(Error::invalid_request(flaw)))
    }

    /// Returns why the policy can't work; `None` where it can.
    fn flaw(&self) -> Option<&'static str> {
        let flaws = [
            (
                !self.allow_fast && self.first < FLOOR,
                "`first` of the poll policy must be 1 s or more; `allow_fast` lifts that",
            ),
            (
                self.first.is_zero(),
                "`first` of the poll policy must be more than zero",
            ),
            (
                self.cap > DAY,
                "`cap` of the poll policy must be a day at the most",
            ),
            (
                self.cap < self.first,
                "`cap` of the poll policy must not be less than `first`",
            ),
            (
                !(1.0..=100.0).contains(&self.factor),
                "`factor` of the poll policy must be 1 to 100",
            ),
            (
                !(0.0..1.0).contains(&self.jitter),
                "`jitter` of the poll policy must be 0 to less than 1",
            ),
        ];
        let first = flaws.into_iter().find(|(is_wrong, _)| *is_wrong);
        first.map(|(_, flaw)| flaw)
    }

    /// Whether to poll by what the client has learned.
    pub(super) fn learns(&self) -> bool {
        self.learning
    }

    /// Returns the longest interval, without jitter.
    pub(super) fn cap(&self) -> Duration {
        self.cap
    }

    /// Returns the interval after so many others, without jitter.
    pub(super) fn interval(&self, number: u32) -> Duration {
        let exponent = i32::try_from(number).unwrap_or(i32::MAX);
        let seconds = self.first.as_secs_f64() * self.factor.powi(exponent);
        Duration::try_from_secs_f64(seconds).map_or(self.cap, |interval| interval.min(self.cap))
    }

    /// Returns an interval with jitter, by a random number in `[0, 1)`.
    pub(super) fn jittered(&self, interval: Duration, random: f64) -> Duration {
        let jittered = part(interval, 1.0 + self.jitter * (2.0 * random - 1.0));
        if self.allow_fast {
            jittered
        } else {
            jittered.max(FLOOR)
        }
    }
}

/// The stored form of a policy, with durations in seconds. A field that is missing has its default.
#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct StoredPollPolicy {
    first: f64,
    factor: f64,
    cap: f64,
    jitter: f64,
    learning: bool,
    allow_fast: bool,
}

impl Default for StoredPollPolicy {
    fn default() -> Self {
        PollPolicy::default().into()
    }
}

impl From<PollPolicy> for StoredPollPolicy {
    fn from(policy: PollPolicy) -> Self {
        Self {
            first: policy.first.as_secs_f64(),
            factor: policy.factor,
            cap: policy.cap.as_secs_f64(),
            jitter: policy.jitter,
            learning: policy.learning,
            allow_fast: policy.allow_fast,
        }
    }
}

impl TryFrom<StoredPollPolicy> for PollPolicy {
    type Error = String;

    fn try_from(stored: StoredPollPolicy) -> Result<Self, Self::Error> {
        let duration = |name: &str, seconds| {
            Duration::try_from_secs_f64(seconds)
                .map_err(|error| format!("`{name}` of the poll policy: {error}"))
        };
        let policy = Self {
            first: duration("first", stored.first)?,
            factor: stored.factor,
            cap: duration("cap", stored.cap)?,
            jitter: stored.jitter,
            learning: stored.learning,
            allow_fast: stored.allow_fast,
        };
        policy
            .flaw()
            .map_or(Ok(policy.clone()), |flaw| Err(flaw.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_grow_to_the_cap() {
        let policy = PollPolicy::default();
        let intervals: Vec<f64> = (0..8)
            .map(|number| policy.interval(number).as_secs_f64())
            .collect();
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
        let policy = PollPolicy::default;
        let ms = Duration::from_millis;
        for (policy, name) in [
            (policy().with_first(ms(999)), "allow_fast"),
            (
                policy().with_first(ms(0)).with_allow_fast(true),
                "more than zero",
            ),
            (policy().with_cap(ms(500)), "`cap`"),
            (policy().with_cap(Duration::MAX), "`cap`"),
            (policy().with_factor(0.5), "`factor`"),
            (policy().with_factor(f64::NAN), "`factor`"),
            (policy().with_jitter(1.0), "`jitter`"),
        ] {
            let error = policy.check().expect_err(name).to_string();
            assert!(error.contains(name), "{error}");
        }
        policy()
            .with_first(ms(100))
            .with_allow_fast(true)
            .check()
            .expect("it is allowed");
    }

    #[test]
    fn a_stored_policy_is_read_again() {
        let policy = PollPolicy::default()
            .with_first(Duration::from_millis(1500))
            .with_factor(2.0)
            .with_cap(Duration::from_secs(20))
            .with_jitter(0.1)
            .with_learning(false)
            .with_allow_fast(true);
        let json = serde_json::to_string(&policy).expect("plain data");
        let read: PollPolicy = serde_json::from_str(&json).expect("its own form");
        assert_eq!(read, policy);
        for (text, name) in [
            (r#"{"first": 0.5}"#, "allow_fast"),
            (r#"{"cap": -1}"#, "`cap`"),
            (r#"{"speed": 1}"#, "speed"),
        ] {
            let error = serde_json::from_str::<PollPolicy>(text).expect_err(name);
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
