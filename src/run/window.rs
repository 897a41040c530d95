//! The time in which the task of a run was created, by the clock that dates tasks.
//!
//! A window that begins too late hides the task, and the run is sent again: it is started twice.
//! One that begins too early costs a few comparisons. Where the clocks of one machine contradict
//! each other, the earlier time counts; where `Date` contradicts the dates of tasks, those decide.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::{policy::ReconcilePolicy, tasks_clock::TasksClock};
use crate::{
    api::Client, defaults, error::Error, ledger::Earlier, time::Moment, transport::local_now,
};

/// The time in which the task of a run was created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// When it begins, as far as the clocks can be trusted.
    pub(super) from: DateTime<Utc>,
    /// When it begins if a clock was set in between. What is older than `from` is listed, and is
    /// the run's only where a marker proves it.
    pub(super) earliest: DateTime<Utc>,
    /// When it ends, where that is known.
    pub(super) until: Option<DateTime<Utc>>,
}

/// The moment at which the run was sent first, by each clock that tells.
#[derive(Clone, Debug)]
pub(super) struct Beginning {
    at: Instant,
    /// The same moment by this machine's wall clock, which goes on while the machine sleeps.
    local: DateTime<Utc>,
    /// The claim of a process that ended before it learned what came of its request.
    earlier: Option<Earlier>,
}

/// How old a reading of the server's clock may be. A monotonic clock drifts, and stands still while
/// the machine sleeps.
const FRESH: Duration = Duration::from_secs(600);
/// How far a clock may have been set between two readings.
const CLOCK_SET: Duration = Duration::from_secs(3600);
/// How far this machine's wall clock may be off where no other clock is known.
const CLOCK_OFF: Duration = Duration::from_secs(86_400);

impl Beginning {
    pub(super) fn now(earlier: Option<Earlier>) -> Self {
        Self {
            at: Instant::now(),
            local: local_now(),
            earlier,
        }
    }

    /// Returns when the run was sent first, by this machine's clock.
    pub(super) fn local(&self) -> DateTime<Utc> {
        match &self.earlier {
            Some(earlier) => back(self.local, earlier.claimed_ago),
            None => self.local,
        }
    }

    /// Returns how long ago the run was sent last, by this process or by an earlier one.
    pub(super) fn since(&self, last_sent: Option<Instant>) -> Duration {
        match (last_sent, &self.earlier) {
            (Some(last_sent), _) => last_sent.elapsed(),
            (None, Some(earlier)) => self.at.elapsed().saturating_add(earlier.held_ago),
            (None, None) => self.at.elapsed(),
        }
    }

    pub(super) fn earlier(&self) -> Option<&Earlier> {
        self.earlier.as_ref()
    }

    /// Returns the window, and asks the server for the time where no reply has shown it lately.
    ///
    /// `last_sent` is when this process sent the run last; `None` where it didn't.
    pub(super) async fn window(
        &self,
        client: &Client,
        tasks_clock: &TasksClock,
        policy: &ReconcilePolicy,
        last_sent: Option<Instant>,
    ) -> Result<Window, Error> {
        let clock = client.transport().clock();
        let is_old = || clock.age(Instant::now()).is_none_or(|age| age > FRESH);
        if !tasks_clock.is_certain() && is_old() {
            // Any reply tells the time.
            client.list_tasks().limit(1).send().await?;
        }
        let margin = policy.clock_margin;
        let dated = clock.at(self.at).map(|date| {
            // The server's clock went on while this machine slept, and the counted time didn't.
            let passed = local_now().signed_duration_since(self.local);
            let passed = passed.to_std().unwrap_or_default();
            date.earlier(passed.saturating_sub(self.at.elapsed()))
        });
        let time = server_time(dated, tasks_clock, self.at, self.local);
        let time = time.unwrap_or(self.local.earlier(CLOCK_OFF));
        Ok(self.window_by(time, margin, last_sent))
    }

    /// Returns the window, given the beginning by the clock that dates tasks.
    fn window_by(
        &self,
        time: DateTime<Utc>,
        margin: Duration,
        last_sent: Option<Instant>,
    ) -> Window {
        let (from, earliest) = match &self.earlier {
            None => (time, time),
            Some(earlier) => {
                let claimed_at = back(time, earlier.claimed_ago);
                match earlier.intent.server_time {
                    Some(server_time) => {
                        let from = claimed_at.min(server_time);
                        (from, from)
                    }
                    None => (claimed_at, claimed_at.earlier(CLOCK_SET)),
                }
            }
        };
        let ended_at = match (last_sent, &self.earlier) {
            (Some(last_sent), _) => time.later(last_sent.saturating_duration_since(self.at)),
            (None, Some(earlier)) => back(time, earlier.held_ago),
            (None, None) => time,
        };
        let now = time.later(self.at.elapsed());
        let until = ended_at.later(defaults::LATE_COMMIT).later(CLOCK_SET);
        Window {
            from: back(from, margin),
            earliest: back(earliest, margin),
            until: Some(until).filter(|until| *until < now),
        }
    }
}

/// Returns the time by the clock that dates tasks, given that by `Date`. Where receipts and `Date`
/// contradict each other, the receipts decide, once there are enough of them.
pub(super) fn server_time(
    dated: Option<DateTime<Utc>>,
    tasks_clock: &TasksClock,
    moment: Instant,
    local: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let by_receipts = tasks_clock.at(moment, local);
    match (by_receipts, dated) {
        (Some(by_receipts), Some(dated)) if !tasks_clock.is_certain() => {
            Some(by_receipts.min(dated))
        }
        (by_receipts, dated) => by_receipts.or(dated),
    }
}

fn back(time: DateTime<Utc>, duration: Duration) -> DateTime<Utc> {
    // The API takes no time before that.
    time.earlier(duration).max(DateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::ledger::Intent;

    fn noon() -> DateTime<Utc> {
        "2026-01-01T12:00:00Z".parse().expect("a time")
    }

    fn window(earlier: Option<Earlier>, last_sent: Option<Instant>) -> Window {
        Beginning::now(earlier).window_by(noon(), Duration::from_secs(5), last_sent)
    }

    fn earlier(server_time: Option<DateTime<Utc>>) -> Earlier {
        let intent = Intent::new(noon(), server_time, None);
        Earlier::new(intent, Duration::from_secs(90), Duration::from_secs(30))
    }

    #[tokio::test(start_paused = true)]
    async fn a_fresh_run_is_looked_for_from_its_beginning() {
        let found = window(None, Some(Instant::now()));
        let from = noon() - Duration::from_secs(5);
        let expected = Window {
            from,
            earliest: from,
            until: None,
        };
        assert_eq!(found, expected);
    }

    /// The ledger's clock may have been set since the claim; the server's own time tells.
    #[tokio::test(start_paused = true)]
    async fn a_run_that_was_taken_over_is_looked_for_from_the_earlier_of_two_times() {
        let from = |server_time| {
            let found = window(Some(earlier(server_time)), None);
            assert_eq!(found.until, None);
            (noon() - found.from, noon() - found.earliest)
        };
        let seconds = TimeDelta::seconds;
        let before = |time: i64| Some(noon() - seconds(time));
        assert_eq!(from(before(120)), (seconds(125), seconds(125)));
        assert_eq!(from(before(60)), (seconds(95), seconds(95)));
        assert_eq!(from(None), (seconds(95), seconds(95 + 3600)));
    }

    #[tokio::test(start_paused = true)]
    async fn no_margin_is_too_large() {
        let beginning = Beginning::now(None);
        let found = beginning.window_by(noon(), Duration::MAX, None);
        assert_eq!(found.from, DateTime::UNIX_EPOCH);
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_ends_when_no_request_can_be_carried_out_any_more() {
        let mut old = earlier(None);
        old.held_ago = Duration::from_secs(86_400);
        old.claimed_ago = Duration::from_secs(90_000);
        let found = window(Some(old.clone()), None);
        let expected = noon() - CLOCK_OFF + CLOCK_SET + defaults::LATE_COMMIT;
        assert_eq!(found.until, Some(expected));
        assert_eq!(
            window(Some(old), Some(Instant::now())).until,
            None,
            "it was sent again"
        );
    }
}
