//! The simulator's clock. It is tokio's and follows paused time.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use tokio::time::Instant;

use crate::time::Moment;

#[derive(Debug)]
pub(super) struct Clock {
    start: DateTime<Utc>,
    since: Instant,
}

impl Clock {
    pub(super) fn new(skew_seconds: i64) -> Self {
        let now = Utc::now();
        let skewed = now.checked_add_signed(TimeDelta::seconds(skew_seconds));
        Self {
            start: skewed.unwrap_or(now),
            since: Instant::now(),
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.start.later(self.since.elapsed())
    }

    /// Returns the value of a `Date` header that is ahead by this many seconds.
    pub(super) fn http_date(&self, seconds_ahead: i64) -> String {
        // The first and the last time that the header can tell; others would panic.
        const LAST: i64 = 253_402_300_799;
        let seconds = self.now().timestamp().saturating_add(seconds_ahead);
        let time = DateTime::from_timestamp(seconds.clamp(0, LAST), 0).unwrap_or_default();
        httpdate::fmt_http_date(time.into())
    }
}

/// Writes a time as the API does: in UTC and whole seconds.
pub(super) fn timestamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
