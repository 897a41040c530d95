//! The clock that dates tasks, as the receipts of runs show it.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use crate::{time::delta, transport::local_now};

/// The clock that dates tasks, by the last receipts. It needn't be that of the `Date` headers,
/// which a proxy may set.
#[derive(Debug, Default)]
pub(super) struct TasksClock(Mutex<VecDeque<Reading>>);

/// How many receipts tell the time: one that is dated too late must not decide alone.
const READINGS: usize = 3;

#[derive(Clone, Copy, Debug)]
struct Reading {
    created_at: DateTime<Utc>,
    at: Instant,
    /// The same moment by this machine's wall clock, which goes on while the machine sleeps.
    local: DateTime<Utc>,
}

impl TasksClock {
    /// Takes in a receipt that came just now.
    pub(super) fn read(&self, created_at: DateTime<Utc>) {
        let reading = Reading {
            created_at,
            at: Instant::now(),
            local: local_now(),
        };
        let mut readings = self.readings();
        readings.push_front(reading);
        readings.truncate(READINGS);
    }

    /// Whether enough receipts have shown the time to go by them alone.
    pub(super) fn is_certain(&self) -> bool {
        self.readings().len() == READINGS
    }

    /// Returns the time at a moment, given by both clocks of this machine; `None` where no receipt
    /// has shown it. It may be early, never late.
    pub(super) fn at(&self, moment: Instant, local: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let readings = self.readings();
        let times = readings.iter().filter_map(|reading| {
            let counted = signed(reading.at, moment);
            let since = counted.min(local.signed_duration_since(reading.local));
            reading.created_at.checked_add_signed(since)
        });
        times.min()
    }

    fn readings(&self) -> MutexGuard<'_, VecDeque<Reading>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the time from one moment to another, which may be before it.
fn signed(from: Instant, to: Instant) -> TimeDelta {
    let forwards = delta(to.saturating_duration_since(from));
    let backwards = delta(from.saturating_duration_since(to));
    forwards.checked_sub(&backwards).unwrap_or(forwards)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_goes_on_from_the_last_receipt() {
        let clock = TasksClock::default();
        let (start, local) = (Instant::now(), local_now());
        assert_eq!(clock.at(start, local), None);
        let noon: DateTime<Utc> = "2026-01-01T12:00:00Z".parse().expect("a time");
        clock.read(noon);
        tokio::time::advance(Duration::from_secs(60)).await;
        let later = clock.at(Instant::now(), local_now()).expect("it was read");
        let error = later - (noon + TimeDelta::seconds(60));
        assert!(error.abs() < TimeDelta::seconds(1), "{error}");
        // The wall clock was set back: the earlier time counts.
        let back = local_now() - TimeDelta::hours(2);
        assert!(clock.at(Instant::now(), back).expect("it was read") < noon);
        // So it does where a receipt is dated too late.
        clock.read(noon + TimeDelta::hours(1));
        assert!(clock.at(start, local).expect("it was read") <= noon);
        assert!(!clock.is_certain());
        clock.read(noon);
        assert!(clock.is_certain());
    }
}
