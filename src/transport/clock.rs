//! Two clocks: the server's, from the `Date` of its replies, and this machine's.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use chrono::{DateTime, Utc};
use http::{HeaderMap, header};
use tokio::time::Instant;

use crate::time::Moment;

/// How long a reading is used before another is taken.
const FRESH: Duration = Duration::from_secs(10);

/// The server's clock as it was seen last, carried on by this machine's monotonic clock.
#[derive(Debug)]
pub(crate) struct ServerClock(Mutex<Option<Reading>>);

#[derive(Clone, Copy, Debug)]
struct Reading {
    date: SystemTime,
    at: Instant,
}

impl ServerClock {
    pub(super) fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Whether it is time to read the clock again.
    pub(super) fn is_stale(&self, now: Instant) -> bool {
        self.lock()
            .is_none_or(|reading| now >= reading.at.later(FRESH))
    }

    /// Returns how long ago the clock was read; `None` where it never was.
    pub(crate) fn age(&self, now: Instant) -> Option<Duration> {
        let Reading { at, .. } = (*self.lock())?;
        Some(now.saturating_duration_since(at))
    }

    /// Reads the clock from the headers of a reply that came just now.
    pub(super) fn read(&self, headers: &HeaderMap, now: Instant) {
        let date = headers
            .get(header::DATE)
            .and_then(|value| value.to_str().ok());
        if let Some(date) = date.and_then(|text| httpdate::parse_http_date(text).ok()) {
            *self.lock() = Some(Reading { date, at: now });
        }
    }

    /// Returns the server's time at a moment; `None` where no reply has had a date yet.
    ///
    /// It may be a little early, never late: `Date` has no fractions of a second, and the reply
    /// took time to travel.
    pub(crate) fn at(&self, moment: Instant) -> Option<DateTime<Utc>> {
        let Reading { date, at } = (*self.lock())?;
        shifted(date, at, moment)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Reading>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns this machine's wall-clock time, ahead of itself by as much as tokio's time is in a test.
pub(crate) fn local_now() -> DateTime<Utc> {
    let (now, virtual_now) = (std::time::Instant::now(), Instant::now().into_std());
    let ahead = virtual_now.saturating_duration_since(now);
    DateTime::<Utc>::from(SystemTime::now()).later(ahead)
}

fn shifted(time: SystemTime, at: Instant, moment: Instant) -> Option<DateTime<Utc>> {
    let time = if moment >= at {
        time.checked_add(moment.saturating_duration_since(at))
    } else {
        time.checked_sub(at.saturating_duration_since(moment))
    };
    time.map(DateTime::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_servers_time_goes_on_between_replies() {
        let clock = ServerClock::new();
        let start = Instant::now();
        assert_eq!(clock.at(start), None);
        let headers = |date: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::DATE, date.parse().expect("a header"));
            headers
        };
        clock.read(&headers("Fri, 31 Dec 1999 23:59:50 GMT"), start);
        let at = |seconds| {
            let time = clock.at(start + Duration::from_secs(seconds));
            time.map(|time| time.to_rfc3339())
        };
        assert_eq!(at(15).as_deref(), Some("2000-01-01T00:00:05+00:00"));
        assert!(!clock.is_stale(start + Duration::from_secs(9)));
        let minute = Duration::from_secs(60);
        assert_eq!(clock.age(start + minute), Some(minute));
        assert!(clock.is_stale(start + Duration::from_secs(10)));
        clock.read(&headers("no date"), start + Duration::from_secs(20));
        clock.read(
            &headers("Sat, 01 Jan 2000 12:00:00 GMT"),
            start + Duration::from_secs(20),
        );
        assert_eq!(at(10).as_deref(), Some("2000-01-01T11:59:50+00:00"));
    }
}
