//! Reads one part of the time.

use std::{
    collections::VecDeque,
    task::{Context, Poll, ready},
};

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{
    super::{
        Cursor, Page, PageBody, Pages, Ranged,
        page_walk::{ReadPage, WalkOptions},
    },
    part::{PageSummary, second_after},
};
use crate::error::{Error, ErrorKind, Phase};

/// The functions that tell the time of an item, decoded or not.
pub(super) struct ItemTimes<B: PageBody> {
    pub(super) of_item: fn(&B::Item) -> DateTime<Utc>,
    pub(super) of_json: fn(&Value) -> Option<DateTime<Utc>>,
}

impl<B: PageBody> Clone for ItemTimes<B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B: PageBody> Copy for ItemTimes<B> {}

impl<B: PageBody> ItemTimes<B> {
    pub(super) fn of<L: Ranged<Body = B>>() -> Self {
        Self {
            of_item: L::time,
            of_json: L::time_of_json,
        }
    }

    /// Returns what the plan needs to know of a page.
    pub(super) fn summary(self, read: &ReadPage<B::Item>) -> PageSummary {
        let items = read.page.items.iter().map(self.of_item);
        let skipped = read.skipped.iter();
        PageSummary {
            count: read.page.items.len() + read.skipped.len(),
            newest: items.clone().next(),
            times: items
                .chain(skipped.filter_map(|item| (self.of_json)(&item.json)))
                .collect(),
            is_last: read.page.next.is_none(),
        }
    }
}

/// Reads the pages of a part, and keeps its items until they are wanted.
///
/// The API's bounds are inclusive, and may be finer than the times that it shows. A shard therefore
/// requests everything until the upper bound of its part, and the items are chosen here, by the
/// times that they show: no item is in two parts, and none is left out.
pub(super) struct Shard<B: PageBody> {
    state: ShardState<B>,
    /// The pages that were read, with the items that belong to the part.
    pub(super) ready: VecDeque<Page<B::Item>>,
    pub(super) failure: Option<Error>,
}

enum ShardState<B: PageBody> {
    /// No page was requested; the first one is at the cursor, or is the newest.
    New(Option<Cursor>),
    Reading(Box<Pages<B>>),
    Done,
}

/// The failure to read a page.
pub(super) struct PageFailure {
    pub(super) error: Error,
    /// Whether requesting it again would change nothing.
    pub(super) is_final: bool,
}

impl<B: PageBody> Shard<B> {
    pub(super) fn new(cursor: Option<Cursor>) -> Self {
        Self {
            state: ShardState::New(cursor),
            ready: VecDeque::new(),
            failure: None,
        }
    }

    /// Drops the stream of pages, once nothing is left to be read.
    pub(super) fn finish(&mut self) {
        self.state = ShardState::Done;
    }

    /// Reads the next page of what isn't newer than `until`. `reached` is the time of the last item
    /// that was read.
    pub(super) fn poll(
        &mut self,
        options: &WalkOptions<B>,
        until: Option<DateTime<Utc>>,
        reached: Option<DateTime<Utc>>,
        times: ItemTimes<B>,
        context: &mut Context<'_>,
    ) -> Poll<Result<ReadPage<B::Item>, PageFailure>> {
        if let ShardState::New(cursor) = &mut self.state {
            let cursor = cursor.take();
            let options = WalkOptions {
                until,
                ..options.clone()
            };
            self.state = ShardState::Reading(Box::new(Pages::at(options, cursor).prefetch(0)));
        }
        let outcome = match &mut self.state {
            ShardState::Reading(pages) => ready!(pages.poll_read(context)),
            ShardState::New(_) | ShardState::Done => None,
        };
        Poll::Ready(match outcome {
            Some(Ok(read)) => match disorder(&read.page, until, reached, times.of_item) {
                None => Ok(read),
                Some(reason) => Err(PageFailure {
                    error: not_divisible(options.source.operation, reason),
                    is_final: true,
                }),
            },
            Some(Err(error)) => Err(PageFailure {
                is_final: error.kind() == ErrorKind::RepeatedCursor,
                error,
            }),
            None => Ok(ReadPage {
                page: Page::new(Vec::new(), None),
                skipped: Vec::new(),
            }),
        })
    }
}

/// Returns why a list can't be divided by time: it isn't sorted by it, or the server doesn't narrow
/// it to what was asked for.
fn disorder<T>(
    page: &Page<T>,
    until: Option<DateTime<Utc>>,
    reached: Option<DateTime<Utc>>,
    time: fn(&T) -> DateTime<Utc>,
) -> Option<&'static str> {
    let first = page.items.first().map(time)?;
    // The time that is shown may have been rounded up.
    if until.is_some_and(|until| first > second_after(until)) {
        return Some("the server sent what is newer than it was asked for");
    }
    let times = reached.into_iter().chain(page.items.iter().map(time));
    let is_sorted = times.is_sorted_by(|one, next| one >= next);
    (!is_sorted).then_some("the list isn't sorted newest first")
}

fn not_divisible(operation: &'static str, reason: &str) -> Error {
    let message = format!(
        "{reason}, and therefore the list can't be divided by time; walk through it with `items`"
    );
    Error::new(ErrorKind::Decode, Phase::Answered, message)
        .with_operation(operation)
        .with_attempts(1)
}
