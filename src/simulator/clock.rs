//! The simulator's clock. It is tokio's and follows paused time.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use tokio::time::Instant;

#[derive(Debug)]
pub(super) struct Clock {
    start: DateTime<Utc>,
    since: Instant,
}

impl Clock {
    pub(super) fn new(skew_seconds: i64) -> Self {
        Self {
            start: Utc::now() + TimeDelta::seconds(skew_seconds),
            since: Instant::now(),
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.start + self.since.elapsed()
    }

    /// Returns the value of a `Date` header that is ahead by this many seconds.
    pub(super) fn http_date(&self, seconds_ahead: i64) -> String {
        // The first and the last time that the header can tell; others would panic.
        const LAST: i64 = 253_402_300_799;
        let seconds = self.now().timestamp().saturating_add(seconds_ahead);
        let since_epoch = Duration::from_secs(seconds.clamp(0, LAST).unsigned_abs());
        httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + since_epoch)
    }
}

/// Writes a time as the API does: in UTC and whole seconds.
pub(super) fn timestamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
