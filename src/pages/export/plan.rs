//! Decides which times of a list are read by which requests. Pure: it does no IO, and has no
//! wakers.
//!
//! The range is covered by parts, newest first. The newest page of the list shows how dense the
//! list is. From that, the time below is divided into parts of a few pages each, and the newest of
//! these are read at once. A part that turns out denser is cut; one that turns out sparser takes in
//! the unread time below it. Towards the end, the part with the most left to read is divided, which
//! keeps all requests busy.

use chrono::{DateTime, Utc};

use super::{
    density::Density,
    intervals::{Interval, Intervals},
    part::{ListPart, PageSummary, PartId, Stage, second_after},
};

#[cfg(test)]
mod property;
mod requests;

/// What the caller is to do with the first part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum First {
    /// Its pages are still being read.
    Reading,
    /// Its pages are all there, and were handed out.
    Done,
    /// It has failed, and its failure is to be shown now. `is_final` if reading can't go on.
    Failed { is_final: bool },
}

/// The parts of the range that are left, newest first, and what is known of the list.
#[derive(Debug)]
pub(super) struct Plan {
    parts: Intervals<ListPart>,
    /// How many requests may be on their way.
    pub(super) shards: usize,
    /// The density over all pages that were read.
    pub(super) density: Density,
    /// The oldest time that the caller wants.
    since: Option<DateTime<Utc>>,
    /// The length of the largest page so far.
    page_length: usize,
    next_id: u64,
}

/// The range, and its first part.
impl Plan {
    /// Covers a whole list, from its newest page on.
    pub(super) fn new(shards: usize, since: Option<DateTime<Utc>>) -> Self {
        let mut plan = Self {
            parts: Intervals::none(),
            shards,
            density: Density::default(),
            since,
            page_length: 1,
            next_id: 0,
        };
        plan.restart(None);
        plan
    }

    /// Starts over, and covers what is older than a time, or the whole list.
    pub(super) fn restart(&mut self, until: Option<DateTime<Utc>>) {
        let part = self.new_part(Stage::Unread);
        self.parts = Intervals::before(until, part);
    }

    /// Starts over, and covers an interval that was partly or wholly read, and what is older.
    pub(super) fn restart_within(&mut self, interval: Interval, is_read: bool) -> PartId {
        let part = self.new_part(if is_read { Stage::Read } else { Stage::Idle });
        let id = part.id;
        self.parts = Intervals::before(interval.until, part);
        if let Some(bottom) = interval.bottom {
            self.split(0, bottom);
        }
        id
    }

    /// Covers nothing any more.
    pub(super) fn finish(&mut self) {
        self.parts = Intervals::none();
    }

    /// Returns the first part and its interval; `None` once all is read.
    pub(super) fn first(&self) -> Option<(PartId, Interval)> {
        Some((self.parts.get(0)?.id, self.parts.interval(0)))
    }

    /// Returns what the caller is to do with the first part; `None` once all is read.
    pub(super) fn first_state(&self) -> Option<First> {
        let first = self.parts.get(0)?;
        Some(match first.stage {
            _ if first.held > 0 => First::Reading,
            Stage::Read => First::Done,
            Stage::Failed => First::Failed { is_final: false },
            Stage::Broken => First::Failed { is_final: true },
            _ => First::Reading,
        })
    }

    /// Takes the first part off the range, once all its items were handed out.
    pub(super) fn drop_first(&mut self) {
        let first = self.parts.drop_first();
        debug_assert!(
            first.is_none_or(|part| part.stage == Stage::Read && part.held == 0),
            "a part is dropped once it is read and handed out"
        );
    }

    /// Returns the bounds of a part, and the time of the last item that was read of it.
    pub(super) fn bounds(&self, id: PartId) -> Option<(Interval, Option<DateTime<Utc>>)> {
        let index = self.position(id)?;
        Some((self.parts.interval(index), self.parts.get(index)?.reached))
    }

    /// Returns the parts of which a page is on its way, newest first.
    pub(super) fn asked(&self) -> impl Iterator<Item = PartId> {
        let asked = self
            .parts
            .values()
            .filter(|part| part.stage == Stage::Asked);
        asked.map(|part| part.id)
    }

    fn new_part(&mut self, stage: Stage) -> ListPart {
        self.next_id += 1;
        ListPart::new(PartId(self.next_id), stage)
    }

    fn position(&self, id: PartId) -> Option<usize> {
        self.parts.values().position(|part| part.id == id)
    }

    fn get_mut(&mut self, id: PartId) -> Option<&mut ListPart> {
        let index = self.position(id)?;
        self.parts.get_mut(index)
    }

    /// Cuts a part in two at a time.
    fn split(&mut self, index: usize, at: DateTime<Utc>) {
        let older = self.new_part(Stage::Unread);
        self.parts.split(index, at, older);
    }
}

/// Pages that have come or failed, and items that are handed out.
impl Plan {
    /// Notes that a page of a part has failed. `is_final` if requesting it again is no use.
    pub(super) fn fail(&mut self, id: PartId, is_final: bool) {
        let Some(index) = self.position(id) else {
            return;
        };
        if let Some(part) = self.parts.get_mut(index) {
            part.stage = match (is_final, index) {
                (true, _) => Stage::Broken,
                (false, 0) => Stage::Failed,
                (false, _) => Stage::FailedEarly,
            };
        }
    }

    /// Notes that the caller has seen the failure of the first part, whose page may be requested
    /// again.
    pub(super) fn failure_was_shown(&mut self) {
        if let Some(first) = self.parts.get_mut(0)
            && first.stage == Stage::Failed
        {
            first.stage = Stage::Idle;
        }
    }

    /// Takes in what a page says, and returns the interval of which its items are to be kept. No
    /// page is requested any more of a part that it reads to the end.
    pub(super) fn receive(&mut self, id: PartId, page: &PageSummary) -> Option<Interval> {
        let index = self.position(id)?;
        let Interval { until, bottom } = self.parts.interval(index);
        self.page_length = self.page_length.max(page.count);
        let part = self.parts.get_mut(index)?;
        part.note(page, until);
        if let Some(spacing) = part.spacing {
            self.density.add(spacing, page.count);
        }
        let oldest = page.oldest();
        let is_below = oldest
            .zip(bottom)
            .is_some_and(|(oldest, bottom)| oldest < bottom);
        if page.is_last || is_below {
            part.stage = Stage::Read;
            // The next page may have more items of the last second.
            let known = oldest.map(second_after).filter(|_| !page.is_last);
            self.take_in(index, known);
            if page.is_last {
                self.close_empty(index, &page.times);
            }
        } else {
            part.stage = Stage::Idle;
            self.cut_if_dense(index);
        }
        Some(self.parts.interval(index))
    }

    /// Notes how many items of a page belong to a part.
    pub(super) fn hold(&mut self, id: PartId, items: usize) {
        if let Some(part) = self.get_mut(id) {
            part.held += items;
        }
    }

    /// Notes that so many items of the first part were handed out.
    pub(super) fn hand_out(&mut self, items: usize) {
        if let Some(first) = self.parts.get_mut(0) {
            first.held -= items;
        }
    }

    pub(super) fn is_read(&self, id: PartId) -> bool {
        let part = self.position(id).and_then(|index| self.parts.get(index));
        part.is_none_or(|part| part.stage == Stage::Read)
    }

    /// Lets a part take in what is known of the unread parts below: all of it from a time on, or
    /// all there is.
    fn take_in(&mut self, index: usize, known: Option<DateTime<Utc>>) {
        while self.parts.get(index + 1).is_some_and(ListPart::is_unread) {
            let bottom = self.parts.interval(index + 1).bottom;
            match known {
                Some(known) if bottom.is_none_or(|bottom| bottom < known) => {
                    return self.parts.extend_to(index, known);
                }
                _ => {
                    let joined = self.parts.join_next(index);
                    debug_assert!(
                        joined.is_some_and(|part| part.is_unread()),
                        "only a part that was never requested goes to another"
                    );
                }
            }
        }
    }

    /// Marks the unread parts farther below as read in which the last page of the list has no
    /// items, since nothing is there.
    fn close_empty(&mut self, index: usize, read: &[DateTime<Utc>]) {
        for below in index + 1..self.parts.len() {
            let interval = self.parts.interval(below);
            let is_empty = !read.iter().any(|time| interval.contains(*time));
            if let Some(part) = self.parts.get_mut(below)
                && part.is_unread()
                && is_empty
            {
                part.stage = Stage::Read;
            }
        }
    }

    /// Cuts off what is more than a part should have.
    fn cut_if_dense(&mut self, index: usize) {
        let part = self.parts.get(index);
        let seen = part.and_then(|part| part.reached.zip(part.spacing));
        if let Some((reached, spacing)) = seen
            && self.shards > 1
        {
            let bottom = self.parts.interval(index).bottom;
            let length = self.part_length(spacing);
            if let Some(cut) = self.place_of_cut(reached, length, bottom, length) {
                self.split(index, cut);
            }
        }
    }
}
