//! Every default number of the crate, in one place.
//!
//! A setting that differs can be stated in terms of its default:
//!
//! ```
//! use nanonets_agents::{RetryPolicy, defaults};
//!
//! let patient = RetryPolicy::default()
//!     .with_attempts(2 * defaults::ATTEMPTS)
//!     .with_longest_retry_after(2 * defaults::LONGEST_RETRY_AFTER);
//! assert_ne!(patient, RetryPolicy::default());
//! ```
//!
//! Those of retries follow the API's guide <https://agents.nanonets.com/docs/errors-and-pagination>,
//! those of polls <https://agents.nanonets.com/docs/async-and-polling>.
//!
#![doc = include_str!("../docs/defaults.md")]

use std::time::Duration;

/// The base URL of the API.
pub const BASE_URL: &str = "https://agents.nanonets.com";

/// The longest time that a connection may take to be made.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest time that one attempt may take; for an upload, that it may make no progress.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// The largest reply that is accepted, in bytes.
pub const MAX_RESPONSE_BYTES: usize = 64 * 1024 * 1024;

/// The number of attempts of a call, the first included.
pub const ATTEMPTS: u32 = 5;
/// The longest delays before the second, third, … attempt; after the last they double.
pub const BACKOFF: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
];
/// The longest delay between two attempts.
pub const BACKOFF_CAP: Duration = Duration::from_secs(30);
/// The longest `Retry-After` that is waited for.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);
/// The most that is added to a `Retry-After`: a tenth of it, and no more than this. Those who were
/// told the same delay don't come back together then.
pub const RETRY_AFTER_SPREAD: Duration = Duration::from_secs(1);

/// The capacity of the retry budget, a token bucket.
pub const BUDGET_TOKENS: u32 = 500;
/// The tokens that a retry takes.
pub const BUDGET_RETRY: u32 = 5;
/// The tokens that a retry after a timeout takes.
pub const BUDGET_TIMEOUT: u32 = 10;
/// The tokens that a success at the first attempt returns.
pub const BUDGET_SUCCESS: u32 = 1;

/// The requests that may be in flight before anything was answered. Each answer allows one more.
pub const FIRST_WINDOW: u32 = 32;
/// The factor by which a 429 lowers the rate of requests, below what the server has answered.
pub const RATE_DECREASE: f64 = 0.95;
/// How fast the rate grows once it is past what was known to work: after `t` seconds by the factor
/// e^(this × t²).
pub const RATE_GROWTH: f64 = 0.03;
/// The shortest time in which the rate comes back to what was known to work; longer where a 429
/// costs more.
pub const RATE_RECOVERY: Duration = Duration::from_secs(10);

/// The delay before the first probe for the task of a run of unknown outcome.
pub const FIRST_PROBE: Duration = Duration::from_secs(2);
/// The delay between the first two probes; each further one is twice as long, up to six times this.
pub const PROBE_INTERVAL: Duration = Duration::from_secs(5);
/// The number of probes that must not find a run's task before the run is sent again.
pub const PROBES_BEFORE_RESEND: u32 = 2;
/// The most probes after one request.
pub const PROBES: u32 = 8;
/// The delay before a run is sent again after its connection broke off.
pub const RESEND_AFTER_INTERRUPTION: Duration = Duration::from_secs(15);
/// The delay before a run is sent again after a 5xx.
pub const RESEND_AFTER_SERVER_ERROR: Duration = Duration::from_secs(15);
/// The delay before a run is sent again after its request timed out.
pub const RESEND_AFTER_TIMEOUT: Duration = Duration::from_secs(60);
/// The most times that a run is sent again.
pub const RESENDS: u32 = 2;
/// The longest time that the clock which dates tasks may be behind that of the `Date` headers.
pub const CLOCK_MARGIN: Duration = Duration::from_secs(5);
/// The longest time after which a request without an answer is still expected to be carried out.
pub const LATE_COMMIT: Duration = Duration::from_secs(10 * 60);
/// The time after which the lease of a key expires unless its process renews it.
pub const LEASE: Duration = Duration::from_secs(60);

/// The first interval between polls of a wait.
pub const POLL_FIRST: Duration = Duration::from_secs(1);
/// The factor by which each interval is longer than the one before.
pub const POLL_FACTOR: f64 = 1.5;
/// The longest interval between polls.
pub const POLL_CAP: Duration = Duration::from_secs(10);
/// The jitter of each interval, up or down, as a share of it.
pub const POLL_JITTER: f64 = 0.2;
/// The interval between sweeps while many tasks are waited for.
pub const SWEEP_INTERVAL: Duration = Duration::from_secs(9);
/// The most requests a second while many tasks are waited for.
pub const WAIT_REQUESTS_PER_SECOND: f64 = 10.0;
/// The deadline of a wait.
pub const WAIT_DEADLINE: Duration = Duration::from_secs(30 * 60);

/// The number of pages of a list that are fetched ahead of the consumer.
pub const PREFETCH: usize = 1;
/// The number of parts of a list that an export walks through at once.
pub const SHARDS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_in_the_docs_says_what_the_constants_say() {
        let backoff: Vec<String> = BACKOFF
            .iter()
            .map(|delay| delay.as_secs().to_string())
            .collect();
        let rows = [
            format!("| base URL | `{BASE_URL}` |"),
            format!("| longest time to connect | {CONNECT_TIMEOUT:?} |"),
            format!("| longest attempt; longest pause of an upload | {ATTEMPT_TIMEOUT:?} |"),
            format!(
                "| largest reply | {} MiB |",
                MAX_RESPONSE_BYTES / 1024 / 1024
            ),
            format!("| attempts in all | {ATTEMPTS} |"),
            format!(
                "| delays between attempts, full jitter | {} s, then doubled up to {BACKOFF_CAP:?} |",
                backoff.join(", ")
            ),
            format!("| longest `Retry-After` that is obeyed | {LONGEST_RETRY_AFTER:?} |"),
            format!("| added to a `Retry-After` at most | a tenth, up to {RETRY_AFTER_SPREAD:?} |"),
            format!("| requests in flight before anything was answered | {FIRST_WINDOW} |"),
            format!(
                "| retry budget | {BUDGET_TOKENS} tokens; a retry costs {BUDGET_RETRY}, after a timeout \
                 {BUDGET_TIMEOUT}; a first-try success brings {BUDGET_SUCCESS} |"
            ),
            format!(
                "| rate after a 429 | × {RATE_DECREASE}, back within {RATE_RECOVERY:?} or more, then \
                 × e^({RATE_GROWTH} t²) after t seconds |"
            ),
            format!(
                "| probes for the task of a run of unknown outcome | after {FIRST_PROBE:?}, then {PROBE_INTERVAL:?}, twice as long each time up to {:?}, {PROBES} in all |",
                6 * PROBE_INTERVAL
            ),
            format!(
                "| probes that find nothing before a run is sent again | {PROBES_BEFORE_RESEND} |"
            ),
            format!(
                "| a run is sent again no earlier than, after an interruption / a 5xx / a timeout | \
                 {RESEND_AFTER_INTERRUPTION:?} / {RESEND_AFTER_SERVER_ERROR:?} / \
                 {RESEND_AFTER_TIMEOUT:?} |"
            ),
            format!("| most times that a run is sent again | {RESENDS} |"),
            format!("| longest lag of the clock of tasks behind `Date` | {CLOCK_MARGIN:?} |"),
            format!(
                "| longest time after which a request without an answer is carried out | {} min |",
                LATE_COMMIT.as_secs() / 60
            ),
            format!("| lease of a key | {LEASE:?} |"),
            format!(
                "| interval between polls | {POLL_FIRST:?}, × {POLL_FACTOR}, up to {POLL_CAP:?}, ± {} % |",
                POLL_JITTER * 100.0
            ),
            format!("| interval between sweeps of many tasks | {SWEEP_INTERVAL:?} |"),
            format!(
                "| most requests to wait for many tasks | {WAIT_REQUESTS_PER_SECOND} a second |"
            ),
            format!(
                "| deadline of a wait | {} min |",
                WAIT_DEADLINE.as_secs() / 60
            ),
            format!("| pages of a list fetched ahead | {PREFETCH} |"),
            format!("| parts of a list exported at once | {SHARDS} |"),
        ];
        let docs = include_str!("../docs/defaults.md");
        let table: Vec<&str> = docs
            .lines()
            .filter(|line| line.starts_with("| "))
            .skip(1)
            .collect();
        assert_eq!(table, rows);
    }
}
