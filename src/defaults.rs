//! Every default number of the crate, in one place.
//!
#![doc = include_str!("../docs/defaults.md")]

use std::time::Duration;

/// Where the API lives.
pub const BASE_URL: &str = "https://agents.nanonets.com";

/// How long making a connection may take.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long one attempt may take; of an upload, how long it may make no progress.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// The largest reply that is accepted.
pub const MAX_RESPONSE_BYTES: usize = 64 * 1024 * 1024;

/// Attempts of a call in all.
pub const ATTEMPTS: u32 = 5;
/// The longest delays before the second, third, … attempt; after the last they double.
pub const BACKOFF: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
];
/// What the delays end at.
pub const BACKOFF_CAP: Duration = Duration::from_secs(30);
/// The longest `Retry-After` that is waited for.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);

/// How many tokens the retry budget holds.
pub const BUDGET_TOKENS: u32 = 500;
/// What a retry costs.
pub const BUDGET_RETRY: u32 = 5;
/// What a retry after a timeout costs.
pub const BUDGET_TIMEOUT: u32 = 10;
/// What a success at the first attempt brings.
pub const BUDGET_SUCCESS: u32 = 1;

/// What the rate of requests is multiplied with after a 429.
pub const RATE_DECREASE: f64 = 0.9;
/// By how much the rate grows in a second once it is past what was known to work.
pub const RATE_GROWTH: f64 = 1.1;
/// How long the rate takes to come back to what was known to work.
pub const RATE_RECOVERY: Duration = Duration::from_secs(6);

/// How long to wait before a run of unknown outcome is looked for.
pub const FIRST_LOOK: Duration = Duration::from_secs(2);
/// How long to wait between looks.
pub const LOOK_INTERVAL: Duration = Duration::from_secs(5);
/// How often its task must not be found before a run is sent again.
pub const LOOKS_BEFORE_RESEND: u32 = 2;
/// Looks after one request at the most.
pub const LOOKS: u32 = 12;
/// How often a run is sent again at the most.
pub const RESENDS: u32 = 2;
/// How far the clock that dates tasks may be behind the one of the `Date` headers.
pub const CLOCK_MARGIN: Duration = Duration::from_secs(5);
/// For how long a key is held for a process that has died.
pub const LEASE: Duration = Duration::from_secs(60);

/// The first interval between polls of a wait.
pub const POLL_FIRST: Duration = Duration::from_secs(1);
/// What each interval is multiplied with.
pub const POLL_FACTOR: f64 = 1.5;
/// The longest interval.
pub const POLL_CAP: Duration = Duration::from_secs(10);
/// How far each interval may be off, as a share of it.
pub const POLL_JITTER: f64 = 0.2;
/// How long to wait between looks at many tasks.
pub const SWEEP_INTERVAL: Duration = Duration::from_secs(9);
/// Requests a second that waiting for many tasks may make.
pub const WAIT_REQUESTS_PER_SECOND: f64 = 10.0;
/// How long a wait lasts at most.
pub const WAIT_DEADLINE: Duration = Duration::from_secs(30 * 60);

/// How many pages of a list are asked for before they are wanted.
pub const PREFETCH: usize = 1;
/// How many parts of a list an export walks through at once.
pub const SHARDS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_in_the_docs_says_what_the_constants_say() {
        let backoff: Vec<String> = BACKOFF.iter().map(|it| it.as_secs().to_string()).collect();
        let rows = [
            format!("| base URL | `{BASE_URL}` |"),
            format!("| making a connection | {CONNECT_TIMEOUT:?} |"),
            format!("| one attempt; an upload without progress | {ATTEMPT_TIMEOUT:?} |"),
            format!(
                "| largest reply | {} MiB |",
                MAX_RESPONSE_BYTES / 1024 / 1024
            ),
            format!("| attempts in all | {ATTEMPTS} |"),
            format!(
                "| delays between attempts, full jitter | {} s, then doubled up to {BACKOFF_CAP:?} |",
                backoff.join(", ")
            ),
            format!("| longest `Retry-After` obeyed | {LONGEST_RETRY_AFTER:?} |"),
            format!(
                "| retry budget | {BUDGET_TOKENS} tokens; a retry costs {BUDGET_RETRY}, after a timeout \
                 {BUDGET_TIMEOUT}; a first-try success brings {BUDGET_SUCCESS} |"
            ),
            format!(
                "| rate after a 429 | × {RATE_DECREASE}, back within {RATE_RECOVERY:?}, then × {RATE_GROWTH} a \
                 second |"
            ),
            format!(
                "| looks for a run of unknown outcome | after {FIRST_LOOK:?}, then every {LOOK_INTERVAL:?}, up to {LOOKS} |"
            ),
            format!("| looks without a trace before it is sent again | {LOOKS_BEFORE_RESEND} |"),
            format!("| times that it is sent again | {RESENDS} |"),
            format!("| how far the clock of tasks may be behind `Date` | {CLOCK_MARGIN:?} |"),
            format!("| hold of a key | {LEASE:?} |"),
            format!(
                "| interval between polls | {POLL_FIRST:?}, × {POLL_FACTOR}, up to {POLL_CAP:?}, ± {} % |",
                POLL_JITTER * 100.0
            ),
            format!("| interval between looks at many tasks | {SWEEP_INTERVAL:?} |"),
            format!("| requests to wait for many tasks | {WAIT_REQUESTS_PER_SECOND} a second |"),
            format!("| longest wait | {} min |", WAIT_DEADLINE.as_secs() / 60),
            format!("| pages of a list asked for ahead | {PREFETCH} |"),
            format!("| parts of a list exported at once | {SHARDS} |"),
        ];
        let docs = include_str!("../docs/defaults.md");
        let table: Vec<&str> = docs
            .lines()
            .filter(|it| it.starts_with("| "))
            .skip(1)
            .collect();
        assert_eq!(table, rows);
    }
}
