//! One part of the time, and the walk through it.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll, ready},
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use futures_core::Stream;

use super::super::{Cursor, Page, PageBody, Pages, walk::Setup};
use crate::error::{CallInfo, Error, ErrorKind, Phase};

/// The items before one time and not before another, by the times that they show.
///
/// The API's bounds are inclusive, and may be finer than the times that it shows. So a part asks for everything until
/// its upper bound and looks itself at what belongs to it: no item is in two parts, and none between them.
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

    /// Reads the next page. Where there is none, it is one without items that nothing follows; where it fails, the
    /// failure is kept until it is this part's turn.
    pub(super) fn poll(
        &mut self,
        setup: &Setup<B>,
        time: fn(&B::Item) -> DateTime<Utc>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Page<B::Item>>> {
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
        let outcome = ready!(Pin::new(&mut **pages).poll_next(context));
        self.is_asking = false;
        let page = match outcome {
            None => Page {
                items: Vec::new(),
                next: None,
            },
            Some(Ok(page)) => page,
            Some(Err(error)) => {
                if error.kind() == ErrorKind::RepeatedCursor {
                    self.walk = Walk::Done;
                }
                self.failure = Some(error);
                return Poll::Ready(None);
            }
        };
        if let Some(why) = self.disorder(&page, time) {
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
        self.note(&page, time);
        Poll::Ready(Some(page))
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
    fn note(&mut self, page: &Page<B::Item>, time: fn(&B::Item) -> DateTime<Utc>) {
        let Some((first, last)) = page.items.first().zip(page.items.last()) else {
            return;
        };
        let from = self.reached.or(self.until).unwrap_or(time(first));
        let last = time(last);
        self.pace = Some(seconds(from, last) / page.items.len() as f64);
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
