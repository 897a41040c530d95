//! How often a call is tried, after which failures, and with which delays.

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};

use super::{backoff::Backoff, outcome::AttemptOutcome};
use crate::{
    defaults,
    error::Error,
    failure::{Failure, RetryClass, RetryReason},
};

/// How often a call is tried, and after which failures.
///
/// Whether a call *may* be repeated is not a matter of policy but of the operation: reading,
/// cancelling and updating after any failure that may pass (429, 5xx, no connection, timeout,
/// broken reply); running, creating, publishing and sending messages only after a 429 or when
/// nothing reached the server. A policy can only narrow that. Numbers by
/// <https://agents.nanonets.com/docs/errors-and-pagination>.
///
/// A policy is a value: it can be compared, stored, and read from configuration, where durations
/// are in seconds and omitted settings have their defaults. It is checked when it is read, and when
/// it is given to a client.
///
/// ```
/// use std::time::Duration;
/// use nanonets_agents::{RetryPolicy, RetryReason};
///
/// let policy = RetryPolicy::default()
///     .with_attempts(3)
///     .with_longest_retry_after(Duration::from_secs(10))
///     .with_reasons([RetryReason::RateLimited]);
/// let stored = r#"{"attempts": 3, "longest_retry_after": 10, "reasons": ["rate_limited"]}"#;
/// assert_eq!(serde_json::from_str::<RetryPolicy>(stored)?, policy);
/// assert!(serde_json::from_str::<RetryPolicy>(r#"{"attempts": 0}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredPolicy", into = "StoredPolicy")]
pub struct RetryPolicy {
    attempts: u32,
    backoff: Backoff,
    longest_retry_after: Duration,
    reasons: BTreeSet<RetryReason>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: defaults::ATTEMPTS,
            backoff: Backoff::new(defaults::BACKOFF.to_vec(), defaults::BACKOFF_CAP),
            longest_retry_after: defaults::LONGEST_RETRY_AFTER,
            reasons: RetryReason::ALL.iter().copied().collect(),
        }
    }
}

impl RetryPolicy {
    /// Returns a policy that makes one attempt and no more.
    ///
    /// ```
    /// use nanonets_agents::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::off(), RetryPolicy::default().with_attempts(1));
    /// ```
    pub fn off() -> Self {
        Self::default().with_attempts(1)
    }

    /// Sets how many attempts a call makes at most, the first included; 5 by default, at least 1.
    ///
    /// A 429 counts only where the server answers no other call of the client either, and once a
    /// second: a call that waits for its turn isn't failing. One that was refused in four different
    /// seconds for each attempt is given up all the same. With one attempt, a 429 is final.
    ///
    /// ```
    /// use nanonets_agents::{RetryPolicy, prelude::*};
    /// # use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().fault(Fault::status_before(503)).build();
    /// # let client = simulator.in_process_client()?;
    /// // The server answers 503 to everything.
    /// let client = client.with(|options| options.retry(RetryPolicy::default().with_attempts(2)))?;
    /// let error = client.list_agents().send().await.expect_err("nothing but 503");
    /// assert_eq!(error.attempts(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// Sets the longest delays before the second, third, … attempt, after which they double up to
    /// the cap; by default 1, 2, 5 and 10 s, with a cap of 30 s.
    ///
    /// The jitter is full: the real delay is anything from zero to that. There must be at least one
    /// delay, and none above the cap.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::RetryPolicy;
    ///
    /// // Up to 0.5 s, then 1 s, then 2 s, 4 s, and 5 s from there on.
    /// let delays = [Duration::from_millis(500), Duration::from_secs(1)];
    /// let policy = RetryPolicy::default().with_backoff(&delays, Duration::from_secs(5));
    /// # let _ = policy;
    /// ```
    pub fn with_backoff(mut self, delays: &[Duration], cap: Duration) -> Self {
        self.backoff = Backoff::new(delays.to_vec(), cap);
        self
    }

    /// Sets the longest `Retry-After` that is waited for; 60 s by default.
    ///
    /// When the server asks for longer, the call returns its error at once, with the delay on it.
    /// So does a call that would be held back for longer by the `Retry-After` of another one. A
    /// tenth is added to the delay at most, and no more than a second.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{RetryPolicy, prelude::*};
    /// # use nanonets_agents::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let fault = Fault::too_many_requests(Some("20"));
    /// # let simulator = Simulator::builder().fault(fault).build();
    /// # let client = simulator.in_process_client()?;
    /// let policy = RetryPolicy::default().with_longest_retry_after(Duration::from_secs(5));
    /// let client = client.with(|options| options.retry(policy))?;
    /// // The server answers 429 and asks for 20 s.
    /// let error = client.list_agents().send().await.expect_err("a long delay");
    /// assert_eq!((error.attempts(), error.retry_after()), (1, Some(Duration::from_secs(20))));
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_longest_retry_after(mut self, delay: Duration) -> Self {
        self.longest_retry_after = delay;
        self
    }

    /// Sets the failures that another attempt may follow; all of them by default.
    ///
    /// ```
    /// use nanonets_agents::{RetryPolicy, RetryReason};
    ///
    /// // A status of 500 and more is reported at once.
    /// let mut reasons = RetryReason::ALL.to_vec();
    /// reasons.retain(|reason| *reason != RetryReason::ServerError);
    /// let policy = RetryPolicy::default().with_reasons(reasons);
    /// # assert_ne!(policy, RetryPolicy::default());
    /// ```
    pub fn with_reasons(mut self, reasons: impl IntoIterator<Item = RetryReason>) -> Self {
        self.reasons = reasons.into_iter().collect();
        self
    }

    /// Refuses a policy that can't work.
    pub(super) fn check(&self) -> Result<(), Error> {
        let (delays, cap) = self.backoff.parts();
        for (is_wrong, why) in [
            (
                self.attempts == 0,
                "needs at least one attempt; `RetryPolicy::off()` is one attempt",
            ),
            (delays.is_empty(), "needs at least one delay"),
            (
                delays.iter().any(|delay| *delay > cap),
                "can't have a delay above its cap",
            ),
        ] {
            if is_wrong {
                return Err(refused(why));
            }
        }
        Ok(())
    }

    /// Returns the delay after so many attempts.
    pub(crate) fn delay(
        &self,
        attempts: u32,
        retry_after: Option<Duration>,
        random: f64,
    ) -> Duration {
        self.backoff.delay(attempts, retry_after, random)
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    pub(super) fn longest_retry_after(&self) -> Duration {
        self.longest_retry_after
    }

    /// Whether an idempotent call that failed so is made again, as far as the failure tells.
    pub(crate) fn repeats(&self, failure: &Failure, retry_after: Option<Duration>) -> bool {
        let is_wanted = |reason| self.reasons.contains(&reason);
        failure.retry_reason().is_some_and(is_wanted)
            && retry_after.is_none_or(|delay| delay <= self.longest_retry_after)
    }

    /// Returns why another attempt should follow, as far as the failure tells; `None` where none
    /// should.
    pub(super) fn reason(
        &self,
        class: RetryClass,
        outcome: &AttemptOutcome,
    ) -> Option<RetryReason> {
        let failure = outcome.failure?;
        let is_wanted = self.repeats(&failure, outcome.retry_after);
        let reason = failure.retry_reason()?;
        (is_wanted && failure.is_safe_to_repeat(class)).then_some(reason)
    }
}

fn refused(why: &str) -> Error {
    Error::configuration(format!("a retry policy {why}"))
}

/// The form in which a policy is stored.
#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct StoredPolicy {
    attempts: u32,
    backoff: Vec<f64>,
    backoff_cap: f64,
    longest_retry_after: f64,
    reasons: BTreeSet<RetryReason>,
}

impl Default for StoredPolicy {
    fn default() -> Self {
        RetryPolicy::default().into()
    }
}

impl From<RetryPolicy> for StoredPolicy {
    fn from(policy: RetryPolicy) -> Self {
        let (delays, cap) = policy.backoff.parts();
        Self {
            attempts: policy.attempts,
            backoff: delays.iter().map(Duration::as_secs_f64).collect(),
            backoff_cap: cap.as_secs_f64(),
            longest_retry_after: policy.longest_retry_after.as_secs_f64(),
            reasons: policy.reasons,
        }
    }
}

impl TryFrom<StoredPolicy> for RetryPolicy {
    type Error = Error;

    fn try_from(stored: StoredPolicy) -> Result<Self, Error> {
        let duration = |seconds: f64| {
            Duration::try_from_secs_f64(seconds)
                .map_err(|_| refused("needs durations that are numbers of seconds from 0 up"))
        };
        let delays: Result<Vec<Duration>, Error> =
            stored.backoff.iter().copied().map(duration).collect();
        let policy = Self {
            attempts: stored.attempts,
            backoff: Backoff::new(delays?, duration(stored.backoff_cap)?),
            longest_retry_after: duration(stored.longest_retry_after)?,
            reasons: stored.reasons,
        };
        policy.check()?;
        Ok(policy)
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::failure::{ErrorKind, Failure, Phase};

    fn answered(status: u16) -> AttemptOutcome {
        let status = StatusCode::from_u16(status).expect("a status");
        AttemptOutcome {
            failure: Some(Failure::answered(status)),
            retry_after: None,
        }
    }

    fn failed(phase: Phase, kind: ErrorKind) -> AttemptOutcome {
        AttemptOutcome {
            failure: Some(Failure {
                phase,
                kind,
                status: None,
            }),
            retry_after: None,
        }
    }

    #[test]
    fn what_is_repeated_depends_on_the_operation_and_on_how_far_it_got() {
        use ErrorKind::*;
        use Phase::*;
        let lost_body = |kind| AttemptOutcome {
            failure: Some(Failure {
                kind,
                ..Failure::answered(StatusCode::OK)
            }),
            retry_after: None,
        };
        let mut table: Vec<(AttemptOutcome, [bool; 3])> = vec![
            // outcome, [safe, reconcile, never]
            (failed(NotSent, Connect), [true, true, true]),
            (failed(NotSent, InvalidRequest), [false, false, false]),
            (failed(MaybeSent, Timeout), [true, false, false]),
            (failed(MaybeSent, Interrupted), [true, false, false]),
            (lost_body(Timeout), [true, false, false]),
            (lost_body(Interrupted), [true, false, false]),
            (lost_body(Decode), [true, false, false]),
            (lost_body(TooLarge), [false, false, false]),
            (answered(429), [true, true, true]),
        ];
        // Every other status there is.
        for status in (100..600).filter(|status| *status != 429) {
            table.push((answered(status), [status >= 500, false, false]));
        }
        let policy = RetryPolicy::default();
        for (outcome, expected) in table {
            let found = [RetryClass::Safe, RetryClass::Reconcile, RetryClass::Never]
                .map(|class| policy.reason(class, &outcome).is_some());
            assert_eq!(found, expected, "{outcome:?}");
        }
    }

    #[test]
    fn reasons_and_long_delays_end_the_repeating() {
        let policy = RetryPolicy::default();
        let repeats = |policy: &RetryPolicy, seconds: f64| {
            let outcome = AttemptOutcome {
                retry_after: Some(Duration::from_secs_f64(seconds)),
                ..answered(429)
            };
            policy.reason(RetryClass::Safe, &outcome).is_some()
        };
        assert!(repeats(&policy, 0.0));
        assert!(repeats(&policy, 60.0));
        assert!(!repeats(&policy, 60.001));
        let other = RetryPolicy::default().with_reasons([RetryReason::ServerError]);
        assert!(!repeats(&other, 0.0));
    }

    #[test]
    fn a_policy_that_cannot_work_is_refused() {
        let message = |policy: RetryPolicy| policy.check().expect_err("it can't work").to_string();
        let second = Duration::from_secs(1);
        assert!(message(RetryPolicy::default().with_attempts(0)).contains("at least one attempt"));
        let above = RetryPolicy::default().with_backoff(&[second * 2], second);
        assert!(message(above).contains("above its cap"));
        let empty = RetryPolicy::default().with_backoff(&[], second);
        assert!(message(empty).contains("at least one delay"));
    }

    #[test]
    fn a_policy_survives_being_stored_and_is_checked_when_it_is_read() {
        let policy = RetryPolicy::default()
            .with_attempts(3)
            .with_backoff(&[Duration::from_millis(250)], Duration::from_secs(4))
            .with_reasons([RetryReason::RateLimited, RetryReason::NotConnected]);
        let text = serde_json::to_string(&policy).expect("plain data");
        assert_eq!(
            text,
            r#"{"attempts":3,"backoff":[0.25],"backoff_cap":4.0,"longest_retry_after":60.0,"reasons":["not_connected","rate_limited"]}"#
        );
        assert_eq!(
            serde_json::from_str::<RetryPolicy>(&text).expect("its own form"),
            policy
        );
        assert_eq!(
            serde_json::from_str::<RetryPolicy>("{}").expect("all defaults"),
            RetryPolicy::default()
        );
        for wrong in [
            r#"{"attempts":0}"#,
            r#"{"backoff":[-1]}"#,
            r#"{"backoff":[31]}"#,
            r#"{"attemps":3}"#,
            r#"{"reasons":["bad_luck"]}"#,
        ] {
            serde_json::from_str::<RetryPolicy>(wrong).expect_err(wrong);
        }
    }
}
