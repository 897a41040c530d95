//! Which times of a list are read by which requests. Pure: it does no IO, and knows no wakers.
//!
//! The range is covered by parts, newest first. The newest page of the list shows how dense the
//! list is. From that, the time below is divided into parts of a few pages each, and the newest of
//! these are read at once. A part that turns out denser is cut; one that turns out sparser takes in
//! what lies below it. Towards the end, the part with the most before it is divided, which keeps
//! all requests busy.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use super::{
    density::Density,
    intervals::{Interval, Intervals},
    part::{PageSummary, Part, PartId, Stage, second_after, seconds},
};

#[cfg(test)]
mod property;

/// How many pages a part should have. Shorter parts waste more requests, since of the last page of
/// each only some items belong to it; longer parts take more memory.
const PAGES_A_PART: usize = 8;
/// Larger pages don't get more room.
const USUAL_PAGE: usize = 100;
/// The least length of a part, in seconds: the API shows whole seconds, and items that have the
/// same time as a bound are read on both sides of it.
const SHORTEST: f64 = 4.0;

/// How many requests are on their way, and how many items were read and not handed out.
#[derive(Clone, Copy)]
struct Usage {
    asked: usize,
    held: usize,
}

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

/// The parts of the range that are left, newest first, and what was learnt about the list.
#[derive(Debug)]
pub(super) struct Plan {
    parts: Intervals<Part>,
    /// How many requests may be on their way.
    pub(super) shards: usize,
    /// Over all pages that were read.
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

    /// Covers what is older than a time, or the whole list, anew.
    pub(super) fn restart(&mut self, until: Option<DateTime<Utc>>) {
        let part = self.new_part(Stage::Unread);
        self.parts = Intervals::before(until, part);
    }

    /// Covers an interval that was partly or wholly read, and what is older.
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

    fn new_part(&mut self, stage: Stage) -> Part {
        self.next_id += 1;
        Part::new(PartId(self.next_id), stage)
    }

    fn position(&self, id: PartId) -> Option<usize> {
        self.parts.values().position(|part| part.id == id)
    }

    fn get_mut(&mut self, id: PartId) -> Option<&mut Part> {
        let index = self.position(id)?;
        self.parts.get_mut(index)
    }

    /// Leaves what is older than a time to a part of its own.
    fn split(&mut self, index: usize, at: DateTime<Utc>) {
        let older = self.new_part(Stage::Unread);
        self.parts.split(index, at, older);
    }
}

/// Asking.
impl Plan {
    /// Returns the part of which the next page is to be asked for, and takes it as asked for. The
    /// newest parts come first, since they are wanted first.
    pub(super) fn next_request(&mut self) -> Option<PartId> {
        if let Some(first) = self.parts.get_mut(0)
            && first.stage == Stage::FailedEarly
        {
            first.stage = Stage::Idle;
        }
        let usage = self.usage();
        if usage.asked >= self.shards {
            return None;
        }
        for index in 0..self.parts.len() {
            let stage = self.parts.get(index)?.stage;
            // Older parts aren't read before the caller has seen this part's failure.
            if matches!(stage, Stage::Failed | Stage::FailedEarly | Stage::Broken) {
                return None;
            }
            let is_ready = self.has_room(index, usage)
                && (stage == Stage::Idle || stage == Stage::Unread && self.open(index));
            if is_ready && let Some(part) = self.parts.get_mut(index) {
                part.stage = Stage::Asked;
                return Some(part.id);
            }
        }
        None
    }

    fn usage(&self) -> Usage {
        Usage {
            asked: self.asked().count(),
            held: self.parts.values().map(|part| part.held).sum(),
        }
    }

    /// Whether what is in use leaves room for another page of a part.
    fn has_room(&self, index: usize, usage: Usage) -> bool {
        // What comes next is needed in any case.
        if index == 0 && self.parts.get(0).is_none_or(|first| first.held == 0) {
            return true;
        }
        // A third of the room is kept for parts that are wanted before the last one.
        let is_last = index + 1 == self.parts.len();
        let pages = PAGES_A_PART * if is_last { 2 } else { 3 };
        let most = self.shards * pages * self.page_length.min(USUAL_PAGE);
        usage.held + usage.asked * self.page_length < most
    }

    /// Begins a part, and leaves what would be too much for it to another one. Returns `false` if
    /// nothing is known yet about how much that is.
    fn open(&mut self, index: usize) -> bool {
        let interval = self.parts.interval(index);
        let newer = self.parts.values().take(index);
        let nearest = newer.filter_map(|part| part.spacing).next_back();
        // After a burst, the next items may be as far away as ever, hence the larger of the two. A
        // part that turns out too long is cut.
        let average = self.density.spacing();
        let spacing = nearest.map_or(average, |near| Some(average.unwrap_or(near).max(near)));
        if spacing.is_none() && index > 0 {
            return false;
        }
        if let Some((spacing, until)) = spacing.zip(interval.until)
            && self.shards > 1
        {
            let length = self.part_length(spacing);
            if let Some(cut) = self.place_of_cut(until, length, interval.bottom, length / 2.0) {
                self.split(index, cut);
            }
        }
        true
    }

    /// Notes that a page of a part has failed. `is_final` if asking again is no use.
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

    /// Notes that the caller has seen the failure of the first part, whose page may be asked for
    /// again.
    pub(super) fn failure_was_shown(&mut self) {
        if let Some(first) = self.parts.get_mut(0)
            && first.stage == Stage::Failed
        {
            first.stage = Stage::Idle;
        }
    }

    /// Divides the part with the most before it, if nothing else can be asked for, which lets the
    /// last parts end together. Returns whether it has divided one.
    pub(super) fn divide_largest(&mut self) -> bool {
        let usage = self.usage();
        let is_busy = self.parts.values().any(Part::is_unread)
            || usage.asked >= self.shards
            || !self.has_room(self.parts.len(), usage);
        if is_busy || self.shards == 1 {
            return false;
        }
        let left = |index: usize| {
            let part = self.parts.get(index)?;
            let is_read_on = matches!(part.stage, Stage::Idle | Stage::Asked);
            let reached = part.reached.filter(|_| is_read_on)?;
            let bottom = self.parts.interval(index).bottom;
            let length = seconds(reached, bottom.or(self.since)?);
            let pages = length / (part.spacing? * self.page_length as f64);
            let is_worth_it = pages >= 1.5 && length >= 2.0 * SHORTEST;
            let cut = self.place_of_cut(reached, length / 2.0, bottom, SHORTEST / 2.0);
            is_worth_it.then_some((pages, index, cut))
        };
        let largest = (0..self.parts.len())
            .filter_map(left)
            .max_by(|(one, ..), (other, ..)| one.total_cmp(other));
        match largest {
            Some((_, index, Some(cut))) => {
                self.split(index, cut);
                true
            }
            _ => false,
        }
    }

    /// Returns how many seconds a part should have.
    fn part_length(&self, spacing: f64) -> f64 {
        (spacing * (PAGES_A_PART * self.page_length) as f64).max(SHORTEST)
    }

    /// Returns the time so many seconds before another, to cut at; `None` if no more than
    /// `least_below` seconds would be left below the cut.
    fn place_of_cut(
        &self,
        from: DateTime<Utc>,
        length: f64,
        bottom: Option<DateTime<Utc>>,
        least_below: f64,
    ) -> Option<DateTime<Utc>> {
        let length = std::time::Duration::try_from_secs_f64(length).ok()?;
        let length = TimeDelta::from_std(length).ok()?;
        let cut = from.checked_sub_signed(length)?.trunc_subsecs(0);
        // No item is older than this.
        let floor = bottom.or(self.since).unwrap_or(DateTime::UNIX_EPOCH);
        (seconds(cut, floor) > least_below).then_some(cut)
    }
}

/// Receiving, and handing out.
impl Plan {
    /// Takes in what a page says, and returns the interval of which its items are to be kept. A
    /// part that is read to its end by it isn't asked for again.
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
        while self.parts.get(index + 1).is_some_and(Part::is_unread) {
            let bottom = self.parts.interval(index + 1).bottom;
            match known {
                Some(known) if bottom.is_none_or(|bottom| bottom < known) => {
                    return self.parts.extend_to(index, known);
                }
                _ => {
                    let joined = self.parts.join_next(index);
                    debug_assert!(
                        joined.is_some_and(|part| part.is_unread()),
                        "only what was never asked for goes to another part"
                    );
                }
            }
        }
    }

    /// Takes the unread parts farther below in which the last page of the list has no items as
    /// read: nothing is there.
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

    /// Leaves to others what is more than a part should have.
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
