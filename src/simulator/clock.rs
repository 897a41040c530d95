//! The simulator's clock. It is tokio's and follows paused time.

use std::time::SystemTime;

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

    /// Returns the value of a `Date` header.
    pub(super) fn http_date(&self) -> String {
        httpdate::fmt_http_date(SystemTime::from(self.now()))
    }
}

/// Writes a time as the API does: in UTC and whole seconds.
pub(super) fn timestamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
