//! The streams: pages and items.

use std::{
    fmt,
    panic::resume_unwind,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    vec,
};

use futures_core::Stream;
use futures_util::FutureExt;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

use super::{
    Cursor, Page, PageBody, Source, Undecodable,
    walk::{Place, Read, Setup, Walk},
};
use crate::{
    defaults,
    error::{Error, ErrorKind, Phase},
};

/// The pages of a list, from [`PageExt::pages`](super::PageExt::pages).
///
/// It ends after the last page. After an error it stays where it is: polled again, it asks for the
/// same page again. Dropping it stops asking.
///
/// While a page is consumed, the next one is already asked for, in a task of its own; see
/// [`prefetch`](Self::prefetch).
///
/// # Errors
///
/// What the operation's call can fail with, and [`ErrorKind::RepeatedCursor`] where the server
/// leads back to a page that was shown before, after which the stream ends. [`Error::cursor`] tells
/// at which page.
pub struct Pages<B: PageBody> {
    setup: Setup<B>,
    ahead: usize,
    /// The page that is handed out next.
    place: Place,
    walking: Walking<B>,
}

enum Walking<B: PageBody> {
    /// Not begun, or given up.
    No,
    /// Begun, and stopped where somebody has to ask for more.
    Resting(Walk<B>),
    Running {
        pages: mpsc::Receiver<Result<Read<B::Item>, Error>>,
        task: AbortOnDropHandle<Walk<B>>,
    },
}

impl<B: PageBody> Pages<B> {
    pub(super) fn new(source: Source<B>) -> Self {
        Self::at(Setup::new(source), None)
    }

    pub(super) fn at(setup: Setup<B>, cursor: Option<Cursor>) -> Self {
        Self {
            setup,
            ahead: defaults::PREFETCH,
            place: cursor.map_or(Place::Start, Place::At),
            walking: Walking::No,
        }
    }

    /// Starts at a cursor instead of at the newest item.
    pub fn resume_from(mut self, cursor: Cursor) -> Self {
        self.place = Place::At(cursor);
        self.walking = Walking::No;
        self
    }

    /// How many items a page has; as many as the list allows by default. What the list doesn't
    /// allow is an error of the first page. A limit that the builder was given comes before it, and
    /// a list that takes no page size ignores it.
    pub fn page_size(mut self, items: u32) -> Self {
        self.setup.page_size = Some(items);
        self.walking = Walking::No;
        self
    }

    /// How many pages are asked for before they are wanted; 1 by default. 0 asks only for what is
    /// wanted.
    ///
    /// A stream that is dropped early may have asked for so many pages too many.
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.ahead = pages;
        self.walking = Walking::No;
        self
    }

    /// Leaves out the items that don't decode, and reports each; by default, one fails its page,
    /// since a list with holes is worse than an error for most.
    ///
    /// What else may be wrong with a page stays an error.
    pub fn skip_undecodable(
        mut self,
        report: impl Fn(Undecodable) + Send + Sync + 'static,
    ) -> Self {
        self.setup.report = Some(Arc::new(report));
        self.walking = Walking::No;
        self
    }

    /// The cursor of the page that comes next; `None` before the first and after the last page.
    pub fn cursor(&self) -> Option<&Cursor> {
        match &self.place {
            Place::At(cursor) => Some(cursor),
            _ => None,
        }
    }

    /// Lets the walk go on, as far ahead as it may.
    fn run(&self, mut walk: Walk<B>) -> Walking<B> {
        let is_eager = self.ahead > 0;
        let room = self.ahead.clamp(1, Semaphore::MAX_PERMITS);
        let (sender, pages) = mpsc::channel(room);
        let walking = async move {
            // The room is there before the page is asked for, so that no more pages are on their
            // way than may be.
            while let Ok(room) = sender.reserve().await {
                let Some(outcome) = walk.next().await else {
                    break;
                };
                // What failed is asked for again only when somebody wants it.
                let goes_on = is_eager && outcome.is_ok();
                room.send(outcome);
                if !goes_on {
                    break;
                }
            }
            walk
        };
        let task = AbortOnDropHandle::new(tokio::spawn(walking.in_current_span()));
        Walking::Running { pages, task }
    }
}

impl<B: PageBody> Pages<B> {
    /// The next page, with what of it is to be reported.
    pub(super) fn poll_read(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Read<B::Item>, Error>>> {
        let this = self;
        loop {
            match &mut this.walking {
                Walking::No if matches!(this.place, Place::End) => return Poll::Ready(None),
                Walking::No => {
                    let walk = Walk::new(this.setup.clone(), this.place.clone());
                    this.walking = this.run(walk);
                }
                Walking::Resting(_) => {
                    if let Walking::Resting(walk) =
                        std::mem::replace(&mut this.walking, Walking::No)
                    {
                        this.walking = this.run(walk);
                    }
                }
                Walking::Running { pages, task } => {
                    let Some(outcome) = ready!(pages.poll_recv(context)) else {
                        let walk = ready!(task.poll_unpin(context));
                        this.walking = Walking::No;
                        match walk {
                            Ok(walk) if walk.is_at_end() => this.place = Place::End,
                            Ok(walk) => this.walking = Walking::Resting(walk),
                            Err(error) => return Poll::Ready(Some(Err(stopped(error)))),
                        }
                        continue;
                    };
                    if let Ok(read) = &outcome {
                        this.place = read.page.next.clone().map_or(Place::End, Place::At);
                    }
                    return Poll::Ready(Some(outcome));
                }
            }
        }
    }
}

impl<B: PageBody> Stream for Pages<B> {
    type Item = Result<Page<B::Item>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let outcome = ready!(self.poll_read(context));
        Poll::Ready(outcome.map(|it| {
            it.map(|read| {
                if let Some(report) = &self.setup.report {
                    read.skipped.into_iter().for_each(&**report);
                }
                read.page
            })
        }))
    }
}

/// Why the task of a walk didn't get to its end.
fn stopped(error: tokio::task::JoinError) -> Error {
    match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(error) => {
            let message = "the runtime is shutting down";
            Error::new(ErrorKind::Interrupted, Phase::MaybeSent, message).with_source(error)
        }
    }
}

impl<B: PageBody> fmt::Debug for Pages<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("setup", &self.setup)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// The items of a list, from [`PageExt::items`](super::PageExt::items).
///
/// It ends, fails and goes on as [`Pages`] does.
pub struct Items<B: PageBody> {
    pages: Pages<B>,
    page: vec::IntoIter<B::Item>,
    /// How many more are wanted.
    left: Option<usize>,
}

impl<B: PageBody> Items<B> {
    pub(super) fn new(pages: Pages<B>) -> Self {
        Self {
            pages,
            page: Vec::new().into_iter(),
            left: None,
        }
    }

    /// At most so many items in all. No page is asked for that isn't needed for them, which is
    /// known only when the one before is there: so none is asked for ahead.
    pub fn limit(mut self, items: usize) -> Self {
        self.left = Some(items);
        self
    }

    /// How many items a page has; see [`Pages::page_size`].
    pub fn page_size(mut self, items: u32) -> Self {
        self.pages = self.pages.page_size(items);
        self
    }

    /// How many pages are asked for before they are wanted, unless there is a
    /// [`limit`](Self::limit); see [`Pages::prefetch`].
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.pages = self.pages.prefetch(pages);
        self
    }

    /// Starts at a cursor instead of at the newest item.
    pub fn resume_from(mut self, cursor: Cursor) -> Self {
        self.pages = self.pages.resume_from(cursor);
        self.page = Vec::new().into_iter();
        self
    }

    /// Leaves out the items that don't decode, and reports each; see [`Pages::skip_undecodable`].
    ///
    /// ```no_run
    /// # use futures_util::TryStreamExt;
    /// # use nanonets_agents::prelude::*;
    /// # async fn example(client: Client) -> Result<(), Error> {
    /// let tasks = client.list_tasks().items();
    /// let tasks: Vec<_> = tasks
    ///     .skip_undecodable(|it| eprintln!("skipped {}: {}", it.json, it.reason))
    ///     .try_collect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn skip_undecodable(
        mut self,
        report: impl Fn(Undecodable) + Send + Sync + 'static,
    ) -> Self {
        self.pages = self.pages.skip_undecodable(report);
        self
    }

    /// The cursor of the page after the one whose items come now; `None` on the last.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.pages.cursor()
    }
}

impl<B: PageBody> Stream for Items<B> {
    type Item = Result<B::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if self.left == Some(0) {
                return Poll::Ready(None);
            }
            if let Some(item) = self.page.next() {
                self.left = self.left.map(|it| it - 1);
                return Poll::Ready(Some(Ok(item)));
            }
            // Whether another page is needed isn't known before this one is there.
            if self.left.is_some() {
                self.pages.ahead = 0;
            }
            match ready!(Pin::new(&mut self.pages).poll_next(context)) {
                Some(Ok(page)) => self.page = page.items.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<B: PageBody> fmt::Debug for Items<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .finish_non_exhaustive()
    }
}
