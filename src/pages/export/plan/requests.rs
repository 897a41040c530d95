//! Decides of which part the next page is requested, and how parts are divided for that.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use super::{
    super::part::{ListPart, PartId, Stage, seconds},
    Plan,
};

/// How many pages a part should have. Shorter parts waste more requests, since only some items of
/// each part's last page belong to it; longer parts take more memory.
const PAGES_A_PART: usize = 8;
/// The page length that the bound on memory is made for. Larger pages don't get more room.
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

impl Plan {
    /// Returns the part of which the next page is to be requested, and counts the request as made.
    /// The newest parts come first, since they are wanted first.
    pub(in crate::pages::export) fn next_request(&mut self) -> Option<PartId> {
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
        // The next page of the first part is needed in any case.
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

    /// Divides the part with the most left to read, if nothing else can be requested, which lets
    /// the last parts end together. Returns whether it has divided one.
    pub(in crate::pages::export) fn divide_largest(&mut self) -> bool {
        let usage = self.usage();
        let is_busy = self.parts.values().any(ListPart::is_unread)
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
    pub(super) fn part_length(&self, spacing: f64) -> f64 {
        (spacing * (PAGES_A_PART * self.page_length) as f64).max(SHORTEST)
    }

    /// Returns the time so many seconds before another, to cut at; `None` if no more than
    /// `least_below` seconds would be left below the cut.
    pub(super) fn place_of_cut(
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
