//! What is repeated, how often, and within which limits.

use std::time::Duration;

use http::StatusCode;

use super::operation::RetryClass;
use crate::error::Phase;

/// How often a call is tried.
///
/// What may be repeated is not a matter of policy but of the operation: reading, cancelling and updating
/// after any failure that may pass (429, 5xx, no connection, timeout, broken reply); running, creating,
/// publishing and sending messages only after a 429 or when nothing reached the server. Numbers by
/// <https://agents.nanonets.com/docs/errors-and-pagination>.
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPolicy {
    attempts: u32,
    longest_retry_after: Duration,
}

impl RetryPolicy {
    /// Attempts in all, the first included.
    pub const DEFAULT_ATTEMPTS: u32 = 5;
    /// The longest `Retry-After` that is waited for.
    pub const DEFAULT_LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);

    /// One attempt and no more.
    pub fn none() -> Self {
        Self {
            attempts: 1,
            ..Self::default()
        }
    }

    /// Attempts in all, the first included; 5 by default. The client's builder refuses 0.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The longest `Retry-After` that is waited for; 60 s by default.
    ///
    /// When the server asks for longer, the call returns its error at once, with the delay on it.
    pub fn longest_retry_after(mut self, delay: Duration) -> Self {
        self.longest_retry_after = delay;
        self
    }

    pub(crate) fn is_valid(&self) -> bool {
        self.attempts > 0
    }

    /// Whether another attempt may follow.
    pub(crate) fn allows(&self, class: RetryClass, attempts: u32, seen: &Seen) -> bool {
        attempts < self.attempts
            && seen
                .retry_after
                .is_none_or(|it| it <= self.longest_retry_after)
            && seen.may_pass
            && is_safe_to_repeat(class, seen)
    }
}

/// What an attempt came to, as far as it matters for another one.
pub(crate) struct Seen {
    pub(crate) phase: Phase,
    pub(crate) status: Option<StatusCode>,
    /// Whether the failure is of a kind that may be gone next time.
    pub(crate) may_pass: bool,
    pub(crate) retry_after: Option<Duration>,
}

/// Whether a status may be another one next time.
pub(crate) fn may_pass(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: Self::DEFAULT_ATTEMPTS,
            longest_retry_after: Self::DEFAULT_LONGEST_RETRY_AFTER,
        }
    }
}

/// Whether repeating can do no harm: the operation is safe, or the server did nothing.
fn is_safe_to_repeat(class: RetryClass, seen: &Seen) -> bool {
    class == RetryClass::Safe
        || seen.phase == Phase::NotSent
        || seen.status == Some(StatusCode::TOO_MANY_REQUESTS)
}

/// The limits of one client.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) retry: RetryPolicy,
    /// Of one attempt; of an upload, how long it may make no progress.
    pub(crate) attempt_timeout: Duration,
    pub(crate) max_response_bytes: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(phase: Phase, status: Option<u16>) -> Seen {
        let status = status.map(|it| StatusCode::from_u16(it).expect("a status"));
        Seen {
            phase,
            status,
            // A success that is judged at all has lost its body.
            may_pass: status.is_none_or(|it| it.is_success() || may_pass(it)),
            retry_after: None,
        }
    }

    #[test]
    fn what_is_repeated_depends_on_the_operation_and_on_how_far_it_got() {
        use Phase::*;
        let table: &[(Phase, Option<u16>, [bool; 3])] = &[
            // phase, status, [safe, reconcile, never]
            (NotSent, None, [true, true, true]),
            (MaybeSent, None, [true, false, false]),
            (Answered, Some(200), [true, false, false]),
            (Answered, Some(301), [false, false, false]),
            (Answered, Some(400), [false, false, false]),
            (Answered, Some(401), [false, false, false]),
            (Answered, Some(403), [false, false, false]),
            (Answered, Some(404), [false, false, false]),
            (Answered, Some(408), [false, false, false]),
            (Answered, Some(409), [false, false, false]),
            (Answered, Some(429), [true, true, true]),
            (Answered, Some(500), [true, false, false]),
            (Answered, Some(503), [true, false, false]),
            (Answered, Some(599), [true, false, false]),
        ];
        let policy = RetryPolicy::default();
        for (phase, status, expected) in table {
            let found = [RetryClass::Safe, RetryClass::Reconcile, RetryClass::Never]
                .map(|class| policy.allows(class, 1, &seen(*phase, *status)));
            assert_eq!(found, *expected, "{phase:?} {status:?}");
        }
    }

    #[test]
    fn attempts_and_long_delays_end_the_repeating() {
        let policy = RetryPolicy::default();
        let allows = |attempts, retry_after| {
            let seen = Seen {
                retry_after,
                ..seen(Phase::Answered, Some(429))
            };
            policy.allows(RetryClass::Safe, attempts, &seen)
        };
        assert!(allows(4, None));
        assert!(!allows(5, None));
        assert!(allows(1, Some(Duration::from_secs(60))));
        assert!(!allows(1, Some(Duration::from_millis(60_001))));
    }
}
