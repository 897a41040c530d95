//! Consecutive intervals of time.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

/// The times before `until` and not before `bottom`. A bound that is `None` is open: the interval
/// reaches to the newest or the oldest item of the list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Interval {
    pub(super) until: Option<DateTime<Utc>>,
    pub(super) bottom: Option<DateTime<Utc>>,
}

impl Interval {
    pub(super) fn contains(self, time: DateTime<Utc>) -> bool {
        self.until.is_none_or(|until| time < until)
            && self.bottom.is_none_or(|bottom| time >= bottom)
    }

    /// Whether there can be a time in it.
    pub(super) fn is_valid(self) -> bool {
        self.until
            .zip(self.bottom)
            .is_none_or(|(until, bottom)| bottom < until)
    }
}

/// Consecutive intervals from a time down to the oldest item, each with a value.
///
/// The invariant: the intervals cover their range exactly, newest first, without a hole and without
/// an overlap, and none is empty. Each stores its upper bound only; its lower bound is the upper
/// bound of the next one. Neighbours therefore share one bound, and only the order of the bounds
/// can go wrong, which every step asserts.
#[derive(Debug)]
pub(super) struct Intervals<T> {
    entries: VecDeque<IntervalEntry<T>>,
}

#[derive(Debug)]
struct IntervalEntry<T> {
    until: Option<DateTime<Utc>>,
    value: T,
}

impl<T> Intervals<T> {
    /// Covers nothing.
    pub(super) fn none() -> Self {
        Self {
            entries: VecDeque::new(),
        }
    }

    /// Covers everything before a time, or everything, by one interval.
    pub(super) fn before(until: Option<DateTime<Utc>>, value: T) -> Self {
        Self {
            entries: VecDeque::from([IntervalEntry { until, value }]),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn interval(&self, index: usize) -> Interval {
        let next = self.entries.get(index + 1);
        Interval {
            until: self.entries[index].until,
            bottom: next.and_then(|next| next.until),
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<&T> {
        self.entries.get(index).map(|entry| &entry.value)
    }

    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.entries.get_mut(index).map(|entry| &mut entry.value)
    }

    /// Returns the values, newest first.
    pub(super) fn values(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.entries.iter().map(|entry| &entry.value)
    }

    /// Divides an interval in two at a time within it; the older one gets the value.
    pub(super) fn split(&mut self, index: usize, at: DateTime<Utc>, older: T) {
        let entry = IntervalEntry {
            until: Some(at),
            value: older,
        };
        self.entries.insert(index + 1, entry);
        self.assert_order();
    }

    /// Extends an interval down to a time, at the expense of the next one. A time above its lower
    /// bound changes nothing.
    pub(super) fn extend_to(&mut self, index: usize, bottom: DateTime<Utc>) {
        if let Some(next) = self.entries.get_mut(index + 1) {
            next.until = next.until.map(|until| until.min(bottom));
        }
        self.assert_order();
    }

    /// Joins the next interval to an interval, and returns its value.
    pub(super) fn join_next(&mut self, index: usize) -> Option<T> {
        let next = self.entries.remove(index + 1)?;
        self.assert_order();
        Some(next.value)
    }

    /// Takes the newest interval off the range.
    pub(super) fn drop_first(&mut self) -> Option<T> {
        let first = self.entries.pop_front()?;
        self.assert_order();
        Some(first.value)
    }

    /// Asserts in debug builds that each interval begins below the one before it.
    fn assert_order(&self) {
        debug_assert!(
            self.is_ordered(),
            "the bounds of intervals fall: {:?}",
            self.bounds()
        );
    }

    fn is_ordered(&self) -> bool {
        self.bounds().windows(2).all(|bounds| {
            let (newer, older) = (bounds[0], bounds[1]);
            older.is_some_and(|older| newer.is_none_or(|newer| older < newer))
        })
    }

    fn bounds(&self) -> Vec<Option<DateTime<Utc>>> {
        self.entries.iter().map(|entry| entry.until).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).expect("a time")
    }

    fn bounds(intervals: &Intervals<char>) -> Vec<(Option<i64>, Option<i64>, char)> {
        let second = |time: DateTime<Utc>| time.timestamp();
        let of = |(index, value): (usize, &char)| {
            let Interval { until, bottom } = intervals.interval(index);
            (until.map(second), bottom.map(second), *value)
        };
        intervals.values().enumerate().map(of).collect()
    }

    #[test]
    fn every_step_leaves_neither_hole_nor_overlap() {
        let mut intervals = Intervals::before(None, 'a');
        intervals.split(0, at(100), 'b');
        intervals.split(1, at(50), 'c');
        let all = [
            (None, Some(100), 'a'),
            (Some(100), Some(50), 'b'),
            (Some(50), None, 'c'),
        ];
        assert_eq!(bounds(&intervals), all);
        intervals.extend_to(0, at(70));
        intervals.extend_to(0, at(90));
        assert_eq!(intervals.interval(0).bottom, Some(at(70)));
        assert_eq!(intervals.join_next(0), Some('b'));
        assert_eq!(
            bounds(&intervals),
            [(None, Some(50), 'a'), (Some(50), None, 'c')]
        );
        assert_eq!(intervals.drop_first(), Some('a'));
        assert_eq!(bounds(&intervals), [(Some(50), None, 'c')]);
        assert_eq!(intervals.drop_first(), Some('c'));
        assert!(intervals.len() == 0 && intervals.drop_first().is_none());
    }

    #[test]
    fn a_time_is_in_one_interval_only() {
        let mut intervals = Intervals::before(Some(at(100)), 'a');
        intervals.split(0, at(50), 'b');
        for (time, holders) in [(100, 0), (99, 1), (50, 1), (49, 1), (-1, 1)] {
            let holds = |index: &usize| intervals.interval(*index).contains(at(time));
            assert_eq!((0..2).filter(holds).count(), holders, "{time}");
        }
    }

    #[test]
    #[should_panic(expected = "the bounds of intervals fall")]
    #[cfg(debug_assertions)]
    fn a_cut_outside_of_an_interval_is_a_bug() {
        let mut intervals = Intervals::before(Some(at(100)), 'a');
        intervals.split(0, at(100), 'b');
    }
}
