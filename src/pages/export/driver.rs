//! Requests what the plan says, and tells the plan what has come.

use std::{
    collections::BTreeMap,
    task::{Context, Poll},
};

use chrono::{DateTime, Utc};

use super::{
    super::{
        Cursor, Page, PageBody,
        page_walk::{ReadPage, WalkOptions},
    },
    intervals::Interval,
    part::PartId,
    plan::{First, Plan},
    shard::{ItemTimes, PageFailure, Shard},
};
use crate::defaults;

/// The thin part of an export: requests and wakers.
pub(super) struct ExportDriver<B: PageBody> {
    pub(super) plan: Plan,
    pub(super) options: WalkOptions<B>,
    times: ItemTimes<B>,
    /// The parts of which a page was requested.
    shards: BTreeMap<PartId, Shard<B>>,
}

/// A page, and the part that it belongs to.
pub(super) struct PartPage<T> {
    pub(super) part: PartId,
    pub(super) page: Page<T>,
}

impl<B: PageBody> ExportDriver<B> {
    pub(super) fn new(
        options: WalkOptions<B>,
        since: Option<DateTime<Utc>>,
        times: ItemTimes<B>,
    ) -> Self {
        Self {
            plan: Plan::new(defaults::SHARDS, since),
            options,
            times,
            shards: BTreeMap::new(),
        }
    }

    /// Starts over with what is older than a time, or with the whole list.
    pub(super) fn restart(&mut self, until: Option<DateTime<Utc>>) {
        self.shards.clear();
        self.plan.restart(until);
    }

    /// Starts over in the middle of a part, at a cursor. Without one, the part is read.
    pub(super) fn restart_within(&mut self, interval: Interval, cursor: Option<Cursor>) -> PartId {
        self.shards.clear();
        let part = self.plan.restart_within(interval, cursor.is_none());
        if cursor.is_some() {
            self.shards.insert(part, Shard::new(cursor));
        }
        part
    }

    /// Drops all that is left to read.
    pub(super) fn finish(&mut self) {
        self.shards.clear();
        self.plan.finish();
    }

    /// Returns the next page in the list's order.
    pub(super) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<PartPage<B::Item>, PageFailure>>> {
        loop {
            self.poll_shards(context);
            let Some((part, _)) = self.plan.first() else {
                return Poll::Ready(None);
            };
            let shard = self.shards.get_mut(&part);
            if let Some(page) = shard.and_then(|shard| shard.ready.pop_front()) {
                self.plan.hand_out(page.items.len());
                return Poll::Ready(Some(Ok(PartPage { part, page })));
            }
            match self.plan.first_state() {
                Some(First::Done) => {
                    self.plan.drop_first();
                    self.shards.remove(&part);
                }
                Some(First::Failed { is_final }) => {
                    self.plan.failure_was_shown();
                    let shard = self.shards.get_mut(&part);
                    let error = shard.and_then(|shard| shard.failure.take());
                    return Poll::Ready(error.map(|error| Err(PageFailure { error, is_final })));
                }
                Some(First::Reading) | None => return Poll::Pending,
            }
        }
    }

    /// Takes what has come, and requests as much as the plan allows.
    ///
    /// On return, either a request is on its way and holds the waker, or the first part has
    /// something for the caller, or the list is read.
    fn poll_shards(&mut self, context: &mut Context<'_>) {
        loop {
            let mut has_come = false;
            let asked: Vec<PartId> = self.plan.asked().collect();
            for part in asked {
                has_come |= self.poll_shard(part, context);
            }
            while let Some(part) = self.plan.next_request() {
                has_come |= self.poll_shard(part, context);
            }
            if !has_come && !self.plan.divide_largest() {
                return;
            }
        }
    }

    /// Polls one part, and returns whether something has come.
    fn poll_shard(&mut self, part: PartId, context: &mut Context<'_>) -> bool {
        let Some((interval, reached)) = self.plan.bounds(part) else {
            return false;
        };
        let shard = self.shards.entry(part);
        let shard = shard.or_insert_with(|| Shard::new(None));
        let (until, times) = (interval.until, self.times);
        match shard.poll(&self.options, until, reached, times, context) {
            Poll::Pending => return false,
            Poll::Ready(Ok(read)) => self.receive(part, read),
            Poll::Ready(Err(PageFailure { error, is_final })) => {
                shard.failure = Some(error);
                if is_final {
                    shard.finish();
                }
                self.plan.fail(part, is_final);
            }
        }
        true
    }

    /// Keeps the items of a page that belong to the part, and reports those that don't decode.
    fn receive(&mut self, part: PartId, read: ReadPage<B::Item>) {
        let summary = self.times.summary(&read);
        let interval = self.plan.receive(part, &summary);
        let Some((interval, shard)) = interval.zip(self.shards.get_mut(&part)) else {
            return;
        };
        let is_read = self.plan.is_read(part);
        if is_read {
            shard.finish();
        }
        if let Some(report) = &self.options.report {
            for item in read.skipped {
                let time = (self.times.of_json)(&item.json);
                if time.is_none_or(|time| interval.contains(time)) {
                    report(item);
                }
            }
        }
        let Page {
            mut items, next, ..
        } = read.page;
        items.retain(|item| interval.contains((self.times.of_item)(item)));
        if !items.is_empty() {
            self.plan.hold(part, items.len());
            let next = next.filter(|_| !is_read);
            shard.ready.push_back(Page::new(items, next));
        }
    }
}
