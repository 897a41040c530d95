//! What is repeated, how often, and after which delays.

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};

use super::backoff::Backoff;
use crate::{
    defaults,
    error::Error,
    failure::{ErrorKind, Failure, Phase, RetryClass, RetryReason},
};

/// How often a call is tried, and after what.
///
/// What *may* be repeated is not a matter of policy but of the operation: reading, cancelling and
/// updating after any failure that may pass (429, 5xx, no connection, timeout, broken reply);
/// running, creating, publishing and sending messages only after a 429 or when nothing reached the
/// server. A policy can only narrow that. Numbers by
/// <https://agents.nanonets.com/docs/errors-and-pagination>.
///
/// A policy is a value: it can be compared, and read from configuration. Durations are in seconds
/// there.
///
/// ```
/// use nanonets_agents::RetryPolicy;
///
/// let policy: RetryPolicy = serde_json::from_str(r#"{"attempts": 3, "reasons": ["rate_limited"]}"#)?;
/// assert!(serde_json::from_str::<RetryPolicy>(r#"{"attempts": 0}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RetryPolicyBuilder", into = "RetryPolicyBuilder")]
pub struct RetryPolicy {
    attempts: u32,
    backoff: Backoff,
    longest_retry_after: Duration,
    reasons: BTreeSet<RetryReason>,
}

/// A policy in the making, from [`RetryPolicy::builder`]. It is also the form in which a policy is
/// stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[must_use = "a policy has to be built"]
pub struct RetryPolicyBuilder {
    attempts: u32,
    backoff: Vec<f64>,
    backoff_cap: f64,
    longest_retry_after: f64,
    reasons: BTreeSet<RetryReason>,
}

impl RetryPolicy {
    /// A policy to be changed from its defaults.
    pub fn builder() -> RetryPolicyBuilder {
        RetryPolicyBuilder::default()
    }

    /// One attempt and no more.
    pub fn none() -> Self {
        Self {
            attempts: 1,
            ..Self::default()
        }
    }

    /// The delay before the attempt after so many.
    pub(crate) fn delay(
        &self,
        attempts: u32,
        retry_after: Option<Duration>,
        random: f64,
    ) -> Duration {
        self.backoff.delay(attempts, retry_after, random)
    }

    /// Why another attempt should follow; `None` where it should not.
    pub(crate) fn reason(
        &self,
        class: RetryClass,
        attempts: u32,
        seen: &Seen,
    ) -> Option<RetryReason> {
        let failure = seen.failure?;
        let reason = failure.retry_reason()?;
        let wanted = attempts < self.attempts
            && self.reasons.contains(&reason)
            && seen
                .retry_after
                .is_none_or(|it| it <= self.longest_retry_after);
        (wanted && failure.is_safe_to_repeat(class)).then_some(reason)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicyBuilder::default()
            .build()
            .expect("the defaults are in order, which a test makes sure of")
    }
}

impl Default for RetryPolicyBuilder {
    fn default() -> Self {
        Self {
            attempts: defaults::ATTEMPTS,
            backoff: defaults::BACKOFF
                .iter()
                .map(Duration::as_secs_f64)
                .collect(),
            backoff_cap: defaults::BACKOFF_CAP.as_secs_f64(),
            longest_retry_after: defaults::LONGEST_RETRY_AFTER.as_secs_f64(),
            reasons: RetryReason::ALL.iter().copied().collect(),
        }
    }
}

impl RetryPolicyBuilder {
    /// Attempts in all, the first included; 5 by default.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The longest delays before the second, third, … attempt, after which they double up to the
    /// cap; by default 1, 2, 5 and 10 s, and 30 s. The real delay is anything from nothing to that.
    pub fn backoff(mut self, delays: &[Duration], cap: Duration) -> Self {
        self.backoff = delays.iter().map(Duration::as_secs_f64).collect();
        self.backoff_cap = cap.as_secs_f64();
        self
    }

    /// The longest `Retry-After` that is waited for; 60 s by default. When the server asks for
    /// longer, the call returns its error at once, with the delay on it.
    pub fn longest_retry_after(mut self, delay: Duration) -> Self {
        self.longest_retry_after = delay.as_secs_f64();
        self
    }

    /// What another attempt may follow; everything by default.
    pub fn reasons(mut self, reasons: impl IntoIterator<Item = RetryReason>) -> Self {
        self.reasons = reasons.into_iter().collect();
        self
    }

    /// Makes the policy.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] where there is no attempt, no delay, or a delay above the cap.
    pub fn build(self) -> Result<RetryPolicy, Error> {
        let refuse = |why: &str| Err(Error::configuration(format!("a retry policy {why}")));
        let duration = |seconds: f64| Duration::try_from_secs_f64(seconds).ok();
        if self.attempts == 0 {
            return refuse("needs at least one attempt; `RetryPolicy::none()` is one attempt");
        }
        let delays: Option<Vec<Duration>> = self.backoff.iter().copied().map(duration).collect();
        let (Some(delays), Some(cap), Some(longest_retry_after)) = (
            delays,
            duration(self.backoff_cap),
            duration(self.longest_retry_after),
        ) else {
            return refuse("needs durations that are numbers of seconds from 0 up");
        };
        if delays.is_empty() {
            return refuse("needs at least one delay");
        }
        if delays.iter().any(|it| *it > cap) {
            return refuse("can't have a delay above its cap");
        }
        Ok(RetryPolicy {
            attempts: self.attempts,
            backoff: Backoff::new(delays, cap),
            longest_retry_after,
            reasons: self.reasons,
        })
    }
}

impl TryFrom<RetryPolicyBuilder> for RetryPolicy {
    type Error = Error;

    fn try_from(builder: RetryPolicyBuilder) -> Result<Self, Error> {
        builder.build()
    }
}

impl From<RetryPolicy> for RetryPolicyBuilder {
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

/// The outcome of an attempt, as far as it matters for another one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    /// What failed; `None` for a success.
    pub(crate) failure: Option<Failure>,
    pub(crate) retry_after: Option<Duration>,
}

impl Seen {
    pub(crate) fn is_success(&self) -> bool {
        self.failure.is_none()
    }

    pub(crate) fn is_answered(&self) -> bool {
        self.failure
            .is_none_or(|failure| failure.phase == Phase::Answered)
    }

    pub(crate) fn is_rate_limited(&self) -> bool {
        self.failure.is_some_and(|failure| failure.is_throttled())
    }

    pub(crate) fn is_timeout(&self) -> bool {
        self.failure
            .is_some_and(|failure| failure.kind == ErrorKind::Timeout)
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    fn answered(status: u16) -> Seen {
        let status = StatusCode::from_u16(status).expect("a status");
        Seen {
            failure: Some(Failure::answered(status)),
            retry_after: None,
        }
    }

    fn failed(phase: Phase, kind: ErrorKind) -> Seen {
        Seen {
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
        let lost_body = |kind| Seen {
            failure: Some(Failure {
                kind,
                ..Failure::answered(StatusCode::OK)
            }),
            retry_after: None,
        };
        let mut table: Vec<(Seen, [bool; 3])> = vec![
            // seen, [safe, reconcile, never]
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
        for status in (100..600).filter(|it| *it != 429) {
            table.push((answered(status), [status >= 500, false, false]));
        }
        let policy = RetryPolicy::default();
        for (seen, expected) in table {
            let found = [RetryClass::Safe, RetryClass::Reconcile, RetryClass::Never]
                .map(|class| policy.reason(class, 1, &seen).is_some());
            assert_eq!(found, expected, "{seen:?}");
        }
    }

    #[test]
    fn attempts_reasons_and_long_delays_end_the_repeating() {
        let policy = RetryPolicy::default();
        let repeats = |policy: &RetryPolicy, attempts, seconds: f64| {
            let seen = Seen {
                retry_after: Some(Duration::from_secs_f64(seconds)),
                ..answered(429)
            };
            policy.reason(RetryClass::Safe, attempts, &seen).is_some()
        };
        assert!(repeats(&policy, 4, 0.0));
        assert!(!repeats(&policy, 5, 0.0));
        assert!(repeats(&policy, 1, 60.0));
        assert!(!repeats(&policy, 1, 60.001));
        let other = RetryPolicy::builder()
            .reasons([RetryReason::ServerError])
            .build();
        assert!(!repeats(&other.expect("a policy"), 1, 0.0));
        assert!(!repeats(&RetryPolicy::none(), 1, 0.0));
    }

    #[test]
    fn a_policy_that_cannot_work_is_refused() {
        let message =
            |builder: RetryPolicyBuilder| builder.build().expect_err("it can't work").to_string();
        let second = Duration::from_secs(1);
        assert!(message(RetryPolicy::builder().attempts(0)).contains("at least one attempt"));
        let above = RetryPolicy::builder().backoff(&[second * 2], second);
        assert!(message(above).contains("above its cap"));
        let empty = RetryPolicy::builder().backoff(&[], second);
        assert!(message(empty).contains("at least one delay"));
    }

    #[test]
    fn a_policy_survives_being_stored_and_is_checked_when_it_is_read() {
        let policy = RetryPolicy::builder()
            .attempts(3)
            .backoff(&[Duration::from_millis(250)], Duration::from_secs(4))
            .reasons([RetryReason::RateLimited, RetryReason::NotConnected])
            .build()
            .expect("a policy");
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
