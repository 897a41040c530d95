//! Decides how a sweep takes the fewest requests: by polling each task, or by one of two lists.

/// Items on a page of a list.
const PAGE: usize = 100;

/// How often the list of the ended is swept at the least before that of the tasks at work is.
const FEWEST_ENDED_SWEEPS: usize = 5;

/// The counts that the cost of a sweep is estimated from.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// Tasks that are waited for.
    pub(super) waiting: usize,
    /// Tasks of the wait that have ended since the list of the ended was swept last.
    pub(super) ended_since_ended_sweep: usize,
    /// Tasks of the wait that ended between the last two sweeps.
    pub(super) ended_last_period: usize,
    /// Tasks at work that the wait isn't for, by the last sweep of their list.
    pub(super) others_live: usize,
    /// Ended tasks that the wait isn't for any more, or never was, by the last sweep of their list.
    pub(super) others_ended: usize,
    /// Whether all changes of a status matter, and not only the ends.
    pub(super) wants_changes: bool,
    /// Whether the status of some task was never seen.
    pub(super) has_unseen: bool,
}

/// A way to learn the statuses of the tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Approach {
    /// Poll each task.
    PollEach,
    /// Sweep the list of tasks at work. What is missing there has to be confirmed.
    SweepLive,
    /// Sweep the list of tasks that have ended or wait for input.
    SweepEnded,
}

/// Returns the requests that it takes to list so many items.
fn pages(items: usize) -> usize {
    items.div_ceil(PAGE).max(1)
}

impl Counts {
    /// Returns the pages of the list of the ended, once so many more tasks are in it.
    fn ended_pages(&self, more: usize) -> usize {
        pages(self.ended_since_ended_sweep + more + self.others_ended)
    }

    /// Returns the approach with the fewest requests, after so many sweeps of the list of the
    /// ended.
    ///
    /// A task that the server has lost is in no list. Therefore the list of those at work, which
    /// tells, is swept once in as many sweeps as it has pages: that costs a request a sweep.
    pub(super) fn cheapest(&self, ended_sweeps: usize) -> Approach {
        let expected = self.ended_last_period;
        let ended = self.ended_pages(expected);
        let live_pages = pages(self.waiting + self.others_live);
        let live = live_pages + expected.min(ended);
        // The list of the ended doesn't show other changes.
        let is_time_for_live = ended_sweeps >= live_pages.max(FEWEST_ENDED_SWEEPS);
        let ended_is_enough = !self.wants_changes && !self.has_unseen && !is_time_for_live;
        if self.waiting <= live && (self.waiting <= ended || !ended_is_enough) {
            Approach::PollEach
        } else if ended_is_enough && ended < live {
            Approach::SweepEnded
        } else {
            Approach::SweepLive
        }
    }

    /// Whether sweeping the list of the ended is cheaper than polling so many missing tasks.
    pub(super) fn sweeps_to_confirm(&self, missing: usize) -> bool {
        missing > self.ended_pages(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_asked_for_one_by_one() {
        let counts = |waiting| Counts {
            waiting,
            ended_since_ended_sweep: 500,
            ..Counts::default()
        };
        assert_eq!(counts(1).cheapest(0), Approach::PollEach);
        assert_eq!(counts(50).cheapest(0), Approach::SweepLive);
    }

    #[test]
    fn the_shorter_list_is_walked() {
        let counts = |waiting, ended, ended_last_period| Counts {
            waiting,
            ended_since_ended_sweep: ended,
            ended_last_period,
            ..Counts::default()
        };
        assert_eq!(counts(9_900, 100, 100).cheapest(0), Approach::SweepEnded);
        assert_eq!(counts(3_000, 7_000, 500).cheapest(0), Approach::SweepEnded);
        assert_eq!(counts(500, 9_500, 20).cheapest(0), Approach::SweepLive);
    }

    #[test]
    fn those_at_work_are_listed_once_in_as_many_sweeps_as_they_have_pages() {
        let counts = |waiting| Counts {
            waiting,
            ended_since_ended_sweep: 50,
            ..Counts::default()
        };
        for (waiting, sweeps, expected) in [
            (10_000, 99, Approach::SweepEnded),
            (10_000, 100, Approach::SweepLive),
            (400, 4, Approach::SweepEnded),
            (400, 5, Approach::SweepLive),
        ] {
            assert_eq!(
                counts(waiting).cheapest(sweeps),
                expected,
                "{waiting} {sweeps}"
            );
        }
    }

    #[test]
    fn who_wants_to_know_more_than_the_ends_gets_the_list_of_those_at_work() {
        let counts = Counts {
            waiting: 9_900,
            ended_since_ended_sweep: 100,
            wants_changes: true,
            ..Counts::default()
        };
        assert_eq!(counts.cheapest(0), Approach::SweepLive);
    }

    #[test]
    fn a_list_full_of_others_tasks_is_left_alone() {
        let counts = Counts {
            waiting: 20,
            others_live: 5_000,
            others_ended: 50_000,
            ..Counts::default()
        };
        assert_eq!(counts.cheapest(0), Approach::PollEach);
    }

    #[test]
    fn ends_are_confirmed_by_the_list_where_it_takes_fewer_requests() {
        let counts = |others_ended| Counts {
            waiting: 500,
            others_ended,
            ..Counts::default()
        };
        assert!(!counts(0).sweeps_to_confirm(1));
        assert!(counts(0).sweeps_to_confirm(2));
        assert!(!counts(1_000).sweeps_to_confirm(11));
        assert!(counts(1_000).sweeps_to_confirm(12));
    }
}
