//! The judge of failures: what a failure says about the request, and whether it may pass.
//!
//! Retries, [`Error::is_retryable`](crate::Error::is_retryable), waits, answers to questions and
//! runs all ask it, and none of them judges a status by itself. A rule for one status is one row:
//!
//! | seen | effect | retry | retryable | wait | run |
//! |---|---|---|---|---|---|
//! | no connection | none | any operation | yes | goes on | send again |
//! | upload that broke off | none | any operation | yes | goes on | send again |
//! | wrong argument, configuration, ledger | none | no | no | ends | not started |
//! | timeout, broken connection, no answer | possible | safe ones | yes | goes on | probe |
//! | 2xx, body lost, late or cut off | done | safe ones | yes | goes on | probe, never send |
//! | 2xx, body undecodable | done | safe ones | no | goes on | probe, never send |
//! | 2xx, body too large | done | no | no | ends | probe, never send |
//! | 429 | none | any operation | yes | goes on | send again |
//! | 408 | possible | no | no | goes on | probe |
//! | 5xx | possible | safe ones | yes | goes on | probe |
//! | 401, 403, 404 | none | no | no | ends: gone | not started |
//! | another 4xx that HTTP defines as a refusal | none | no | no | ends | not started |
//! | any other status, such as 302, 499 or 600 | possible | no | no | ends | probe |
//!
//! The numbers of the API's guide: <https://agents.nanonets.com/docs/errors-and-pagination>.

use std::fmt;

use http::StatusCode;
use serde::{Deserialize, Serialize};

/// The kinds of failures, by what has failed; see [`Error::kind`](crate::Error::kind).
///
/// ```
/// use nanonets_agents::{Error, ErrorKind};
///
/// fn is_our_mistake(error: &Error) -> bool {
///     matches!(error.kind(), ErrorKind::Configuration | ErrorKind::InvalidRequest)
/// }
///
/// assert_eq!(ErrorKind::Decode.to_string(), "undecodable reply");
/// assert_eq!(serde_json::to_string(&ErrorKind::TooLarge)?, r#""too_large""#);
/// # let error = nanonets_agents::Client::builder().build().unwrap_err();
/// # assert!(is_our_mistake(&error));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client can't be built from what it was given. Nothing was sent.
    Configuration,
    /// The arguments of the call are wrong. Nothing was sent.
    InvalidRequest,
    /// No connection could be made. Nothing was sent.
    Connect,
    /// An attempt took longer than the client waits for one.
    Timeout,
    /// The connection broke off before the whole reply had come.
    Interrupted,
    /// The server answered with a status that isn't a success;
    /// [`Error::status`](crate::Error::status) tells which.
    Status,
    /// The server answered with something other than what the operation returns.
    Decode,
    /// The reply is larger than the client accepts.
    TooLarge,
    /// A list led back to a page that it had shown before, or went on without items for too long.
    RepeatedCursor,
    /// The ledger can't record the run. Nothing was sent.
    Ledger,
}

/// How far a failed call got; see [`Error::phase`](crate::Error::phase).
///
/// It decides whether repeating is safe: a request that was not sent can't have had an effect.
///
/// ```
/// use nanonets_agents::{Error, Phase};
///
/// fn can_have_had_an_effect(error: &Error) -> bool {
///     error.phase() != Phase::NotSent
/// }
///
/// assert_eq!(Phase::MaybeSent.to_string(), "may have been sent");
/// # let error = nanonets_agents::Client::builder().build().unwrap_err();
/// # assert!(!can_have_had_an_effect(&error));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Phase {
    /// The request provably didn't reach the server, or not all of it.
    NotSent,
    /// The request may have reached the server; no answer came.
    MaybeSent,
    /// The server answered.
    Answered,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Configuration => "configuration",
            Self::InvalidRequest => "invalid request",
            Self::Connect => "no connection",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::Status => "status",
            Self::Decode => "undecodable reply",
            Self::TooLarge => "reply too large",
            Self::RepeatedCursor => "repeated cursor",
            Self::Ledger => "ledger",
        })
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NotSent => "not sent",
            Self::MaybeSent => "may have been sent",
            Self::Answered => "answered",
        })
    }
}

/// Why an attempt is followed by another; see [`RetryEvent`](crate::RetryEvent).
///
/// A [`RetryPolicy`](crate::RetryPolicy::with_reasons) can be narrowed to some of them:
///
/// ```
/// use nanonets_agents::{RetryPolicy, RetryReason};
///
/// let only_throttling = RetryPolicy::default().with_reasons([RetryReason::RateLimited]);
/// assert_eq!(RetryReason::RateLimited.to_string(), "rate_limited");
/// # let _ = only_throttling;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RetryReason {
    /// No connection could be made.
    NotConnected,
    /// The attempt took too long.
    Timeout,
    /// The connection broke off before the whole reply had come.
    Interrupted,
    /// The reply was no JSON, or not all of it.
    Undecodable,
    /// The server answered 429.
    RateLimited,
    /// The server answered 5xx.
    ServerError,
}

impl RetryReason {
    /// The list of all reasons, which is the default of a
    /// [`RetryPolicy`](crate::RetryPolicy::with_reasons).
    ///
    /// ```
    /// use nanonets_agents::{RetryPolicy, RetryReason};
    ///
    /// let all_but_timeouts = RetryReason::ALL
    ///     .iter()
    ///     .copied()
    ///     .filter(|reason| *reason != RetryReason::Timeout);
    /// let policy = RetryPolicy::default().with_reasons(all_but_timeouts);
    /// assert_ne!(policy, RetryPolicy::default());
    /// ```
    pub const ALL: &'static [Self] = &[
        Self::NotConnected,
        Self::Timeout,
        Self::Interrupted,
        Self::Undecodable,
        Self::RateLimited,
        Self::ServerError,
    ];
}

/// Writes the name that the reason has in a stored policy, such as `rate_limited`.
impl fmt::Display for RetryReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// Whether an operation may be repeated after a failure (`x-retry` of the spec).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "a spec need not use every class")]
pub(crate) enum RetryClass {
    /// It is idempotent.
    Safe,
    /// A repetition may do it twice, and a probe of the server tells whether it was done.
    Reconcile,
    /// A repetition may do it twice.
    Never,
}

/// The facts of a failure that a decision may depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) phase: Phase,
    pub(crate) kind: ErrorKind,
    pub(crate) status: Option<StatusCode>,
}

/// What the server did with the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It did nothing: the request didn't arrive, or was refused.
    None,
    /// It may have carried the request out.
    Possible,
    /// It carried the request out; only its reply is lost.
    Done,
}

/// Whether the failure goes away by waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outlook {
    /// It may pass.
    Passing,
    /// It won't pass: what was asked for can't be seen with this key, or not any more.
    Gone,
    /// It won't pass for another reason.
    Lasting,
}

/// Whether a status says by itself that the request was refused, by the definitions of HTTP. Any
/// other status, such as a gateway's own 499, proves nothing: the server may have carried the
/// request out.
fn refuses(code: u16) -> bool {
    matches!(code, 400..=407 | 409..=417 | 421..=424 | 426 | 428 | 429 | 431 | 451)
}

impl Failure {
    /// Returns the facts of an answer with this status that was read whole.
    pub(crate) fn answered(status: StatusCode) -> Self {
        Self {
            phase: Phase::Answered,
            kind: ErrorKind::Status,
            status: Some(status),
        }
    }

    fn code(&self) -> Option<u16> {
        self.status.map(|status| status.as_u16())
    }

    /// Tells what the server did with the request.
    pub(crate) fn effect(&self) -> Effect {
        match (self.phase, self.kind, self.code()) {
            (Phase::NotSent, _, _) => Effect::None,
            (Phase::Answered, ErrorKind::Status, Some(code)) if refuses(code) => Effect::None,
            (Phase::Answered, ErrorKind::Status, Some(_)) => Effect::Possible,
            (Phase::Answered, _, Some(200..=299)) => Effect::Done,
            _ => Effect::Possible,
        }
    }

    /// Whether the failure says that the server, or one behind it, is slow: what it was asked for
    /// may still be carried out.
    pub(crate) fn is_slowness(&self) -> bool {
        match (self.kind, self.code()) {
            (ErrorKind::Timeout, _) => true,
            (ErrorKind::Status, Some(408 | 499 | 504 | 522 | 524)) => true,
            // A status that says nothing about the request is no reason for haste.
            (ErrorKind::Status, Some(code)) => !matches!(code, 500..=599),
            _ => false,
        }
    }

    /// Tells why another attempt may succeed; `None` where it can't.
    pub(crate) fn retry_reason(&self) -> Option<RetryReason> {
        match (self.kind, self.code()) {
            (ErrorKind::Connect, _) => Some(RetryReason::NotConnected),
            (ErrorKind::Timeout, _) => Some(RetryReason::Timeout),
            (ErrorKind::Interrupted, _) => Some(RetryReason::Interrupted),
            (ErrorKind::Decode, _) => Some(RetryReason::Undecodable),
            (ErrorKind::Status, Some(429)) => Some(RetryReason::RateLimited),
            (ErrorKind::Status, Some(500..=599)) => Some(RetryReason::ServerError),
            _ => None,
        }
    }

    /// Whether another attempt can do no harm: the operation is idempotent, or nothing was done.
    pub(crate) fn is_safe_to_repeat(&self, class: RetryClass) -> bool {
        class == RetryClass::Safe || self.effect() == Effect::None
    }

    /// Whether the same call may succeed later. After an undecodable reply it won't: the call has
    /// used up its attempts, and a server that sent several such replies won't send a better one.
    pub(crate) fn is_retryable(&self) -> bool {
        let reason = self.retry_reason();
        reason.is_some_and(|reason| reason != RetryReason::Undecodable)
    }

    /// Tells whether waiting makes sense. A wait is more patient than a call, since it polls again
    /// anyway.
    pub(crate) fn outlook(&self) -> Outlook {
        match (self.kind, self.code()) {
            (ErrorKind::Status, Some(408)) => Outlook::Passing,
            (ErrorKind::Status, Some(401 | 403 | 404)) => Outlook::Gone,
            _ if self.retry_reason().is_some() => Outlook::Passing,
            _ => Outlook::Lasting,
        }
    }

    /// Whether the server refuses the call for good, as it does where this key may not read it.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self.code(), Some(400..=499)) && !self.is_retryable()
    }

    /// Whether the server says that the current state doesn't allow the call (409). Where the call
    /// was to answer a question, that question is settled.
    pub(crate) fn is_conflict(&self) -> bool {
        self.kind == ErrorKind::Status && self.status == Some(StatusCode::CONFLICT)
    }

    /// Whether the server throttles (429).
    pub(crate) fn is_throttled(&self) -> bool {
        self.kind == ErrorKind::Status && self.status == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the status is that of a failing server, or of a gateway before it (5xx).
    pub(crate) fn is_server_error(&self) -> bool {
        self.status.is_some_and(|status| status.is_server_error())
    }

    /// Returns what the user can do about the failure, where there is something.
    pub(crate) fn advice(&self) -> Option<&'static str> {
        Some(match (self.kind, self.code()) {
            (ErrorKind::Status, Some(401)) => {
                "check the API key: it is missing, revoked or mistyped"
            }
            (ErrorKind::Status, Some(403)) => "the key may not do this",
            (ErrorKind::Status, Some(404)) => {
                "check the id: it isn't there, or not in this workspace"
            }
            (ErrorKind::Status, Some(409)) => "the current state doesn't allow it",
            (ErrorKind::Status, Some(300..=399)) => {
                "check the base URL: redirects are not followed"
            }
            (ErrorKind::Status, Some(429)) => "try again later, with fewer requests",
            (ErrorKind::Status, Some(500..=599)) => "try again later",
            (ErrorKind::Connect, _) => "check the network and the base URL",
            (ErrorKind::TooLarge, _) => {
                "raise `max_response_bytes`, or save the reply to a file by `download()`"
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Effect as E;
    use ErrorKind::*;
    use Outlook as O;
    use Phase::*;

    fn failure(phase: Phase, kind: ErrorKind, status: Option<u16>) -> Failure {
        let status = status.map(|code| StatusCode::from_u16(code).expect("a status"));
        Failure {
            phase,
            kind,
            status,
        }
    }

    /// Every row of the table above: effect, repeated [safe, reconcile, never], retryable, outlook.
    #[test]
    fn every_failure_is_judged_as_the_table_says() {
        const ANY: [bool; 3] = [true, true, true];
        const SAFE: [bool; 3] = [true, false, false];
        const NO: [bool; 3] = [false, false, false];
        let mut table = vec![
            (
                failure(NotSent, Connect, None),
                E::None,
                ANY,
                true,
                O::Passing,
            ),
            (
                failure(NotSent, Interrupted, None),
                E::None,
                ANY,
                true,
                O::Passing,
            ),
            (
                failure(NotSent, Timeout, None),
                E::None,
                ANY,
                true,
                O::Passing,
            ),
            (
                failure(NotSent, InvalidRequest, None),
                E::None,
                NO,
                false,
                O::Lasting,
            ),
            (
                failure(NotSent, Configuration, None),
                E::None,
                NO,
                false,
                O::Lasting,
            ),
            (
                failure(NotSent, Ledger, None),
                E::None,
                NO,
                false,
                O::Lasting,
            ),
            (
                failure(MaybeSent, Timeout, None),
                E::Possible,
                SAFE,
                true,
                O::Passing,
            ),
            (
                failure(MaybeSent, Interrupted, None),
                E::Possible,
                SAFE,
                true,
                O::Passing,
            ),
            (
                failure(Answered, Timeout, Some(200)),
                E::Done,
                SAFE,
                true,
                O::Passing,
            ),
            (
                failure(Answered, Interrupted, Some(201)),
                E::Done,
                SAFE,
                true,
                O::Passing,
            ),
            (
                failure(Answered, Decode, Some(200)),
                E::Done,
                SAFE,
                false,
                O::Passing,
            ),
            (
                failure(Answered, TooLarge, Some(200)),
                E::Done,
                NO,
                false,
                O::Lasting,
            ),
            (
                failure(Answered, RepeatedCursor, None),
                E::Possible,
                NO,
                false,
                O::Lasting,
            ),
        ];
        for code in (100..200).chain(300..1000) {
            let (effect, repeated, retryable, outlook) = match code {
                401 | 403 | 404 => (E::None, NO, false, O::Gone),
                408 => (E::Possible, NO, false, O::Passing),
                429 => (E::None, ANY, true, O::Passing),
                500..=599 => (E::Possible, SAFE, true, O::Passing),
                400..=407 | 409..=417 | 421..=424 | 426 | 428 | 431 | 451 => {
                    (E::None, NO, false, O::Lasting)
                }
                _ => (E::Possible, NO, false, O::Lasting),
            };
            let seen = failure(Answered, Status, Some(code));
            table.push((seen, effect, repeated, retryable, outlook));
        }
        for (failure, effect, repeated, retryable, outlook) in table {
            assert_eq!(failure.effect(), effect, "{failure:?}");
            let classes = [RetryClass::Safe, RetryClass::Reconcile, RetryClass::Never];
            let repeats =
                |class| failure.retry_reason().is_some() && failure.is_safe_to_repeat(class);
            assert_eq!(classes.map(repeats), repeated, "{failure:?}");
            assert_eq!(failure.is_retryable(), retryable, "{failure:?}");
            assert_eq!(failure.outlook(), outlook, "{failure:?}");
        }
    }

    #[test]
    fn a_reason_reads_as_it_is_stored() {
        let names: Vec<String> = RetryReason::ALL.iter().map(ToString::to_string).collect();
        let expected = [
            "not_connected",
            "timeout",
            "interrupted",
            "undecodable",
            "rate_limited",
            "server_error",
        ];
        assert_eq!(names, expected);
    }
}
