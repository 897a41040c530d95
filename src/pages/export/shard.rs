//! One part of the time, and the walk through it.

use std::{
    collections::VecDeque,
    task::{Context, Poll, ready},
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde_json::Value;

use super::super::{
    Cursor, Page, PageBody, Pages,
    walk::{Read, Setup},
};
use crate::error::{CallInfo, Error, ErrorKind, Phase};

/// When an item is from, be it one that doesn't decode.
pub(super) struct Times<B: PageBody> {
    pub(super) of_item: fn(&B::Item) -> DateTime<Utc>,
    pub(super) of_json: fn(&Value) -> Option<DateTime<Utc>>,
}

impl<B: PageBody> Clone for Times<B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B: PageBody> Copy for Times<B> {}

impl<B: PageBody> Times<B> {
    /// All of a page that are known, in no order.
    pub(super) fn all(self, read: &Read<B::Item>) -> impl Iterator<Item = DateTime<Utc>> {
        let items = read.page.items.iter().map(self.of_item);
        let skipped = read.skipped.iter();
        items.chain(skipped.filter_map(move |it| (self.of_json)(&it.json)))
    }

    /// How far down a page goes.
    pub(super) fn last(self, read: &Read<B::Item>) -> Option<DateTime<Utc>> {
        let last = read.page.items.last().map(self.of_item).into_iter();
        let skipped = read.skipped.iter();
        last.chain(skipped.filter_map(|it| (self.of_json)(&it.json)))
            .min()
    }
}

/// The items before one time and not before another, by the times that they show.
///
/// The API's bounds are inclusive, and may be finer than the times that it shows. So a part asks
/// for everything until its upper bound and looks itself at what belongs to it: no item is in two
/// parts, and none between them.
pub(super) struct Shard<B: PageBody> {
    /// What it is below; `None` of the first part, which begins with the newest page.
    pub(super) until: Option<DateTime<Utc>>,
    /// The oldest time that belongs to it; `None` of the last part.
    pub(super) bottom: Option<DateTime<Utc>>,
    /// The time of the last item that was seen.
    pub(super) reached: Option<DateTime<Utc>>,
    /// How many seconds lie between two items.
    pub(super) pace: Option<f64>,
    /// What was read and belongs to it.
    pub(super) ready: VecDeque<Page<B::Item>>,
    pub(super) failure: Option<Error>,
    /// The failure is from before it was this part's turn, and may be long over by then.
    pub(super) failed_early: bool,
    pub(super) is_asking: bool,
    walk: Walk<B>,
}

enum Walk<B: PageBody> {
    /// Not begun.
    From(Option<Cursor>),
    Under(Box<Pages<B>>),
    /// Nothing is left to be read.
    Done,
}

impl<B: PageBody> Shard<B> {
    pub(super) fn new(
        until: Option<DateTime<Utc>>,
        bottom: Option<DateTime<Utc>>,
        cursor: Option<Cursor>,
    ) -> Self {
        Self {
            until,
            bottom,
            reached: None,
            pace: None,
            ready: VecDeque::new(),
            failure: None,
            failed_early: false,
            is_asking: false,
            walk: Walk::From(cursor),
        }
    }

    /// Nothing is left to be read.
    pub(super) fn finish(&mut self) {
        self.walk = Walk::Done;
    }

    pub(super) fn is_done(&self) -> bool {
        matches!(self.walk, Walk::Done)
    }

    /// Whether there is a page to be asked for.
    pub(super) fn is_hungry(&self) -> bool {
        !self.is_done() && self.failure.is_none()
    }

    /// Whether there is a page to be asked for that nobody has asked for.
    pub(super) fn is_idle(&self) -> bool {
        self.is_hungry() && !self.is_asking
    }

    /// How many items were read and not handed out.
    pub(super) fn held(&self) -> usize {
        self.ready.iter().map(|it| it.items.len()).sum()
    }

    /// Reads the next page. Where there is none, it is one without items that nothing follows;
    /// where it fails, the failure is kept until it is this part's turn.
    pub(super) fn poll(
        &mut self,
        setup: &Setup<B>,
        times: Times<B>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Read<B::Item>>> {
        if let Walk::From(cursor) = &mut self.walk {
            let (until, cursor) = (self.until, cursor.take());
            let setup = Setup {
                until,
                ..setup.clone()
            };
            self.walk = Walk::Under(Box::new(Pages::at(setup, cursor).prefetch(0)));
        }
        let Walk::Under(pages) = &mut self.walk else {
            return Poll::Ready(None);
        };
        self.is_asking = true;
        let outcome = ready!(pages.poll_read(context));
        self.is_asking = false;
        let read = match outcome {
            None => Read {
                page: Page {
                    items: Vec::new(),
                    next: None,
                },
                skipped: Vec::new(),
            },
            Some(Ok(read)) => read,
            Some(Err(error)) => {
                if error.kind() == ErrorKind::RepeatedCursor {
                    self.walk = Walk::Done;
                }
                self.failure = Some(error);
                return Poll::Ready(None);
            }
        };
        if let Some(why) = self.disorder(&read.page, times.of_item) {
            let call = CallInfo {
                operation: Some(setup.source.operation),
                attempts: 1,
            };
            let message = format!(
                "{why}, so that the list can't be divided by time; walk through it with `items`"
            );
            self.walk = Walk::Done;
            self.failure =
                Some(Error::new(ErrorKind::Decode, Phase::Answered, message).of_call(call));
            return Poll::Ready(None);
        }
        self.note(&read, times);
        Poll::Ready(Some(read))
    }

    /// What is divided by time must be sorted by it, and be narrowed to it by the server.
    fn disorder(
        &self,
        page: &Page<B::Item>,
        time: fn(&B::Item) -> DateTime<Utc>,
    ) -> Option<&'static str> {
        let first = page.items.first().map(time)?;
        // What is shown may have been rounded up.
        if self.until.is_some_and(|it| first > second_after(it)) {
            return Some("the server sent what is newer than it was asked for");
        }
        let times = self.reached.into_iter().chain(page.items.iter().map(time));
        let is_sorted = times.is_sorted_by(|one, next| one >= next);
        (!is_sorted).then_some("the list isn't sorted newest first")
    }

    /// Learns how dense the list is here.
    fn note(&mut self, read: &Read<B::Item>, times: Times<B>) {
        let Some(last) = times.last(read) else { return };
        let count = read.page.items.len() + read.skipped.len();
        let first = read.page.items.first().map_or(last, times.of_item);
        let from = self.reached.or(self.until).unwrap_or(first);
        self.pace = Some(seconds(from, last) / count as f64);
        self.reached = Some(last);
    }
}

/// The first whole second that is later than a time.
pub(super) fn second_after(time: DateTime<Utc>) -> DateTime<Utc> {
    let second = time.trunc_subsecs(0);
    second
        .checked_add_signed(TimeDelta::seconds(1))
        .unwrap_or(second)
}

/// How many seconds lie between two times; none where they are the other way round.
pub(super) fn seconds(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    (from - to).as_seconds_f64().max(0.0)
}
