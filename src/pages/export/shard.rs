//! One part of the time, and the walk through it.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll, ready},
};

use chrono::{DateTime, Utc};
use futures_core::Stream;

use super::super::{Cursor, Page, PageBody, Pages, walk::Setup};
use crate::error::{Error, ErrorKind, Phase};

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
        if let Some(error) = self.disorder(&page, time) {
            self.walk = Walk::Done;
            self.failure = Some(error);
            return Poll::Ready(None);
        }
        self.note(&page, time);
        Poll::Ready(Some(page))
    }

    /// What is divided by time must be sorted by it.
    fn disorder(&self, page: &Page<B::Item>, time: fn(&B::Item) -> DateTime<Utc>) -> Option<Error> {
        let mut times = self.reached.into_iter().chain(page.items.iter().map(time));
        let mut last = times.next()?;
        let is_sorted = times.all(|it| it <= std::mem::replace(&mut last, it));
        (!is_sorted).then(|| {
            let message = "the list isn't sorted newest first, so that it can't be divided by time; walk \
                           through it with `items`";
            Error::new(ErrorKind::Decode, Phase::Answered, message)
        })
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

/// How many seconds lie between two times; none where they are the other way round.
pub(super) fn seconds(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    (from - to).as_seconds_f64().max(0.0)
}
