//! The parts of an export in their order, and which of them are walked through now.

use std::{
    collections::VecDeque,
    task::{Context, Poll},
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use super::{
    super::{
        Page, PageBody,
        walk::{Read, Setup},
    },
    Shard,
    pace::Pace,
    shard::{Times, second_after, seconds},
};
use crate::defaults;

/// How many pages a part should have. The last one of each is read in part only; longer parts take
/// more memory.
const PAGES_A_SHARD: usize = 8;
/// Larger pages don't get more room.
const USUAL_PAGE: usize = 100;
/// A part isn't shorter: the times that the API shows are whole seconds, and what has the same time
/// as a bound is read on both sides of it.
const SHORTEST: f64 = 4.0;

/// Newest first, and without a hole: each begins where the one before it ends.
pub(super) struct Parts<B: PageBody> {
    pub(super) setup: Setup<B>,
    pub(super) shards: usize,
    /// How many seconds lie between two items, over all that was seen.
    pub(super) pace: Pace,
    parts: VecDeque<Part<B>>,
    /// The oldest time that is wanted.
    since: Option<DateTime<Utc>>,
    times: Times<B>,
    /// The largest page so far.
    page_length: usize,
}

enum Part<B: PageBody> {
    Shard(Box<Shard<B>>),
    /// What nobody has looked at.
    Gap(Gap),
}

/// How many requests are on their way, and how many items weren't handed out.
#[derive(Clone, Copy)]
struct Load {
    asking: usize,
    held: usize,
}

#[derive(Clone, Copy)]
struct Gap {
    top: DateTime<Utc>,
    bottom: Option<DateTime<Utc>>,
}

impl<B: PageBody> Parts<B> {
    /// All of a list, from its newest page on.
    pub(super) fn new(setup: Setup<B>, since: Option<DateTime<Utc>>, times: Times<B>) -> Self {
        let mut parts = Self {
            page_length: 1,
            setup,
            shards: defaults::SHARDS,
            pace: Pace::default(),
            parts: VecDeque::new(),
            since,
            times,
        };
        parts.add(Shard::new(None, None, None));
        parts
    }

    pub(super) fn clear(&mut self) {
        self.parts.clear();
    }

    pub(super) fn add(&mut self, shard: Shard<B>) {
        self.parts.push_back(Part::Shard(Box::new(shard)));
    }

    /// What is older than this.
    pub(super) fn add_below(&mut self, top: DateTime<Utc>) {
        self.parts.push_back(Part::Gap(Gap { top, bottom: None }));
    }

    /// The first part, where somebody has begun to look at it.
    pub(super) fn first(&self) -> Option<&Shard<B>> {
        match self.parts.front() {
            Some(Part::Shard(shard)) => Some(shard),
            _ => None,
        }
    }

    pub(super) fn first_mut(&mut self) -> Option<&mut Shard<B>> {
        self.shard_mut(0)
    }

    pub(super) fn drop_first(&mut self) {
        self.parts.pop_front();
    }

    /// Where the first part begins: at a time, or with the newest page. `None` where nothing is
    /// left.
    pub(super) fn top(&self) -> Option<Option<DateTime<Utc>>> {
        self.parts.front().map(|it| match it {
            Part::Shard(shard) => shard.until,
            Part::Gap(gap) => Some(gap.top),
        })
    }

    fn shard_mut(&mut self, index: usize) -> Option<&mut Shard<B>> {
        match self.parts.get_mut(index) {
            Some(Part::Shard(shard)) => Some(shard),
            _ => None,
        }
    }

    fn shards(&self) -> impl Iterator<Item = (usize, &Shard<B>)> {
        let parts = self.parts.iter().enumerate();
        parts.filter_map(|(index, it)| match it {
            Part::Shard(shard) => Some((index, &**shard)),
            Part::Gap(_) => None,
        })
    }

    /// Takes what has come, and asks for as much as may be asked for.
    ///
    /// Where nothing came, something is on its way, or nothing is left to be asked for: somebody
    /// will wake the caller.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) {
        loop {
            let has_come = self.take_replies(context);
            let has_come = self.ask(context) || has_come;
            if !has_come && !self.divide_largest() {
                return;
            }
        }
    }

    fn take_replies(&mut self, context: &mut Context<'_>) -> bool {
        let mut has_come = false;
        let mut index = 0;
        while index < self.parts.len() {
            if self.shard_mut(index).is_some_and(|it| it.is_asking) {
                has_come |= self.poll_shard(index, context);
            }
            index += 1;
        }
        has_come
    }

    /// The newest parts come first, since they are wanted first.
    fn ask(&mut self, context: &mut Context<'_>) -> bool {
        let mut has_come = false;
        let mut load = self.load();
        let mut index = 0;
        if let Some(first) = self.first_mut()
            && first.failed_early
        {
            (first.failure, first.failed_early) = (None, false);
        }
        while index < self.parts.len() && load.asking < self.shards {
            // What lies below has time until somebody has heard of it.
            if self.shard_mut(index).is_some_and(|it| it.failure.is_some()) {
                break;
            }
            if self.has_room(index, load) {
                if let Part::Gap(gap) = self.parts[index] {
                    self.open(index, gap);
                }
                if self.shard_mut(index).is_some_and(|it| it.is_idle()) {
                    has_come |= self.poll_shard(index, context);
                    load = self.load();
                }
            }
            index += 1;
        }
        has_come
    }

    /// Whether something has come.
    fn poll_shard(&mut self, index: usize, context: &mut Context<'_>) -> bool {
        let Some(Part::Shard(shard)) = self.parts.get_mut(index) else {
            return false;
        };
        match shard.poll(&self.setup, self.times, context) {
            Poll::Pending => return false,
            Poll::Ready(None) => shard.failed_early = index > 0 && !shard.is_done(),
            Poll::Ready(Some(read)) => self.receive(index, read),
        }
        true
    }

    fn load(&self) -> Load {
        let mut load = Load { asking: 0, held: 0 };
        for (_, shard) in self.shards() {
            load.asking += usize::from(shard.is_asking);
            load.held += shard.held();
        }
        load
    }

    /// Whether there is room for another page of a part.
    fn has_room(&self, index: usize, load: Load) -> bool {
        // What comes next is needed in any case.
        if index == 0 && self.first().is_none_or(|it| it.ready.is_empty()) {
            return true;
        }
        // A third of the room is left to what will be wanted before the oldest of what is there.
        let is_last = index + 1 == self.parts.len();
        let pages = PAGES_A_SHARD * if is_last { 2 } else { 3 };
        let most = self.shards * pages * self.page_length.min(USUAL_PAGE);
        load.held + load.asking * self.page_length < most
    }

    /// Begins to look at a gap, or at the newest part of it.
    fn open(&mut self, index: usize, gap: Gap) {
        let above = self.shards().take_while(|(it, _)| *it < index);
        let nearest = above.filter_map(|(_, it)| it.pace).last();
        // Where a few come at once, the next ones may be as far away as ever. A part that is too
        // long gets cut.
        let average = self.pace.average();
        let pace = nearest.map_or(average, |it| Some(average.unwrap_or(it).max(it)));
        let bottom = match pace {
            Some(pace) if self.shards > 1 => {
                let span = self.span(pace);
                self.place_of_cut(gap.top, span, gap.bottom, span / 2.0)
            }
            Some(_) => None,
            // Nobody knows how far to look. The first page will tell.
            None if index == 0 => None,
            None => return,
        };
        if let Some(top) = bottom {
            self.parts.insert(index + 1, Part::Gap(Gap { top, ..gap }));
        }
        let shard = Shard::new(Some(gap.top), bottom.or(gap.bottom), None);
        self.parts[index] = Part::Shard(Box::new(shard));
    }

    /// How many seconds a part should have.
    fn span(&self, pace: f64) -> f64 {
        (pace * (PAGES_A_SHARD * self.page_length) as f64).max(SHORTEST)
    }

    /// Where to cut so long below a time; `None` where not so much would be left below the cut.
    fn place_of_cut(
        &self,
        from: DateTime<Utc>,
        span: f64,
        bottom: Option<DateTime<Utc>>,
        least_below: f64,
    ) -> Option<DateTime<Utc>> {
        let span = TimeDelta::from_std(std::time::Duration::try_from_secs_f64(span).ok()?).ok()?;
        let cut = from.checked_sub_signed(span)?.trunc_subsecs(0);
        // Nothing is older than this.
        let floor = bottom.or(self.since).unwrap_or(DateTime::UNIX_EPOCH);
        (seconds(cut, floor) > least_below).then_some(cut)
    }

    fn receive(&mut self, index: usize, read: Read<B::Item>) {
        let count = read.page.items.len() + read.skipped.len();
        self.page_length = self.page_length.max(count);
        let (times, last) = (self.times, self.times.last(&read));
        let Some(shard) = self.shard_mut(index) else {
            return;
        };
        let (is_end, pace) = (read.page.next.is_none(), shard.pace);
        let is_below = last
            .zip(shard.bottom)
            .is_some_and(|(last, bottom)| last < bottom);
        if let Some(pace) = pace {
            self.pace.add(pace, count);
        }
        if is_end || is_below {
            // Others of the last second may come on the next page.
            let known = last.map(second_after).filter(|_| !is_end);
            self.take_in(index, known);
            if is_end {
                let times: Vec<DateTime<Utc>> = times.all(&read).collect();
                self.close_empty(index, &times);
            }
        } else {
            self.cut_if_dense(index);
        }
        let Some(Part::Shard(shard)) = self.parts.get_mut(index) else {
            return;
        };
        if is_end || is_below {
            shard.finish();
        }
        let (until, bottom) = (shard.until, shard.bottom);
        let is_ours = |time: DateTime<Utc>| {
            until.is_none_or(|until| time < until) && bottom.is_none_or(|bottom| time >= bottom)
        };
        if let Some(report) = &self.setup.report {
            let skipped = read.skipped.into_iter();
            skipped
                .filter(|it| (times.of_json)(&it.json).is_none_or(is_ours))
                .for_each(&**report);
        }
        let mut items = read.page.items;
        items.retain(|it| is_ours((times.of_item)(it)));
        if !items.is_empty() {
            let next = read.page.next.filter(|_| !shard.is_done());
            shard.ready.push_back(Page { items, next });
        }
    }

    /// Lets a part take in what it knows of the gap below: all that isn't before a time, or all
    /// there is.
    fn take_in(&mut self, index: usize, known: Option<DateTime<Utc>>) {
        while let Some(Part::Gap(gap)) = self.parts.get_mut(index + 1) {
            let is_covered = match (known, gap.bottom) {
                (None, _) => true,
                (Some(known), Some(bottom)) => known <= bottom,
                (Some(_), None) => false,
            };
            let bottom = match (is_covered, known) {
                (false, Some(known)) => {
                    gap.top = known.min(gap.top);
                    Some(gap.top)
                }
                _ => gap.bottom,
            };
            if is_covered {
                self.parts.remove(index + 1);
            }
            if let Some(shard) = self.shard_mut(index) {
                shard.bottom = bottom;
            }
            if !is_covered {
                return;
            }
        }
    }

    /// Nobody need look at the gaps farther below in which there is nothing: what was read is all
    /// there is.
    fn close_empty(&mut self, index: usize, read: &[DateTime<Utc>]) {
        for part in self.parts.iter_mut().skip(index + 1) {
            let Part::Gap(Gap { top, bottom }) = *part else {
                continue;
            };
            let is_in = |it: &DateTime<Utc>| *it < top && bottom.is_none_or(|bottom| *it >= bottom);
            if !read.iter().any(is_in) {
                let mut empty = Shard::new(Some(top), bottom, None);
                empty.finish();
                *part = Part::Shard(Box::new(empty));
            }
        }
    }

    /// Leaves to others what is more than a part should have.
    fn cut_if_dense(&mut self, index: usize) {
        if self.shards == 1 {
            return;
        }
        let Some(shard) = self.shard_mut(index) else {
            return;
        };
        let (bottom, seen) = (shard.bottom, shard.reached.zip(shard.pace));
        if let Some((reached, pace)) = seen {
            let span = self.span(pace);
            if let Some(cut) = self.place_of_cut(reached, span, bottom, span) {
                self.cut(index, cut);
            }
        }
    }

    fn cut(&mut self, index: usize, top: DateTime<Utc>) {
        let Some(shard) = self.shard_mut(index) else {
            return;
        };
        let bottom = shard.bottom.replace(top);
        self.parts.insert(index + 1, Part::Gap(Gap { top, bottom }));
    }

    /// Divides the part with the most before it, where there is nothing else to do. So the last
    /// ones get done together.
    fn divide_largest(&mut self) -> bool {
        let has_gaps = self.parts.iter().any(|it| matches!(it, Part::Gap(_)));
        let load = self.load();
        let has_room = load.asking < self.shards && self.has_room(self.parts.len(), load);
        if has_gaps || self.shards == 1 || !has_room {
            return false;
        }
        let left = |shard: &Shard<B>| {
            let reached = shard.reached.filter(|_| shard.is_hungry())?;
            let left = seconds(reached, shard.bottom.or(self.since)?);
            let pages = left / (shard.pace? * self.page_length as f64);
            (pages >= 1.5 && left >= 2.0 * SHORTEST).then_some((pages, reached, left))
        };
        let largest = self
            .shards()
            .filter_map(|(index, it)| Some((index, left(it)?)))
            .max_by(|(_, one), (_, other)| one.0.total_cmp(&other.0));
        let Some((index, (_, reached, left))) = largest else {
            return false;
        };
        let bottom = self.shards().find(|(it, _)| *it == index);
        let bottom = bottom.and_then(|(_, it)| it.bottom);
        match self.place_of_cut(reached, left / 2.0, bottom, SHORTEST / 2.0) {
            Some(cut) => {
                self.cut(index, cut);
                true
            }
            None => false,
        }
    }
}
