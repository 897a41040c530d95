//! A list as a stream of its pages.

use std::{
    fmt, mem,
    panic::resume_unwind,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use futures_core::Stream;
use futures_util::FutureExt;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

use super::{
    Cursor, Page, PageBody, Source, Undecodable,
    page_walk::{NextPage, PageWalk, ReadPage, WalkOptions},
};
use crate::{
    defaults,
    error::{Error, ErrorKind, Phase},
};

/// The stream of the pages of a list, from [`PageExt::pages`](super::PageExt::pages).
///
/// It ends after the last page. After an error it stays where it is: polled again, it requests the
/// same page again. Dropping it aborts the request that is on its way.
///
/// While a page is consumed, the next one is already requested, by a spawned task; see
/// [`prefetch`](Self::prefetch).
///
/// It owns what it needs, and its type has a name, by which it can be stored:
///
/// ```no_run
/// use futures_util::TryStreamExt;
/// use nanonets_agents::{Client, Error, pages::Pages, prelude::*, types::TaskPage};
///
/// struct Browser {
///     pages: Pages<TaskPage>,
/// }
///
/// # async fn example(client: Client) -> Result<(), Error> {
/// let mut browser = Browser {
///     pages: client.list_tasks().pages(),
/// };
/// while let Some(page) = browser.pages.try_next().await? {
///     println!("{} tasks", page.items.len());
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// By [`Error::kind`]; [`Error::cursor`] tells at which page:
///
/// - [`ErrorKind::RepeatedCursor`]: the server leads back to a page that it has shown before, or
///   shows 1,000 pages in a row without an item. The stream ends.
/// - [`ErrorKind::InvalidRequest`]: an argument of the list or the [page size](Self::page_size) is
///   wrong, and nothing was sent.
/// - [`ErrorKind::Decode`]: the reply isn't a page, or one of its items doesn't decode; see
///   [`skip_undecodable`](Self::skip_undecodable).
/// - [`ErrorKind::Status`], [`ErrorKind::Connect`], [`ErrorKind::Timeout`],
///   [`ErrorKind::Interrupted`], [`ErrorKind::TooLarge`]: the page failed after all attempts.
///   Polling again requests it again.
pub struct Pages<B: PageBody> {
    options: WalkOptions<B>,
    ahead: usize,
    /// The page that is handed out next.
    next: NextPage,
    walk: WalkTask<B>,
}

/// The task that requests pages.
enum WalkTask<B: PageBody> {
    /// There is none: it wasn't begun, or was given up.
    None,
    /// Stopped until the caller wants another page.
    Paused(Box<PageWalk<B>>),
    Running {
        pages: mpsc::Receiver<Result<ReadPage<B::Item>, Error>>,
        task: AbortOnDropHandle<PageWalk<B>>,
    },
}

impl<B: PageBody> Pages<B> {
    pub(super) fn new(source: Source<B>) -> Self {
        Self::at(WalkOptions::new(source), None)
    }

    pub(super) fn at(options: WalkOptions<B>, cursor: Option<Cursor>) -> Self {
        Self {
            options,
            ahead: defaults::PREFETCH,
            next: cursor.map_or(NextPage::First, NextPage::At),
            walk: WalkTask::None,
        }
    }

    /// Starts at a cursor instead of at the newest item.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// use nanonets_agents::pages::Cursor;
    /// # use nanonets_agents::{prelude::*, simulator::Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// # for _ in 0..3 {
    /// #     client.run(simulator.agent_id()).query("How many?").await?;
    /// # }
    /// let mut pages = client.list_tasks().pages().page_size(2);
    /// pages.try_next().await?;
    /// let stored = pages.cursor().map(Cursor::to_string).expect("there are three tasks");
    ///
    /// let mut rest = client.list_tasks().pages().resume_from(stored);
    /// let last = rest.try_next().await?.expect("one task is left");
    /// assert_eq!(last.items.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn resume_from(mut self, cursor: impl Into<Cursor>) -> Self {
        self.next = NextPage::At(cursor.into());
        self.walk = WalkTask::None;
        self
    }

    /// Sets how many items a page has; by default as many as the list allows, which is 100 for
    /// most.
    ///
    /// A size that the list doesn't allow is refused with [`ErrorKind::InvalidRequest`] as the
    /// first item. A `limit` that was set on the builder wins over it, and a list that takes no
    /// page size ignores it.
    ///
    /// ```no_run
    /// # use nanonets_agents::{Client, prelude::*};
    /// # fn example(client: Client) {
    /// let pages = client.list_tasks().pages().page_size(20);
    /// # }
    /// ```
    pub fn page_size(mut self, items: u32) -> Self {
        self.options.page_size = Some(items);
        self.walk = WalkTask::None;
        self
    }

    /// Sets how many pages are requested before they are wanted; 1 by default. With 0, a page is
    /// requested once the stream is polled for it.
    ///
    /// A stream that is dropped early may have requested so many pages in vain.
    ///
    /// ```no_run
    /// # use nanonets_agents::{Client, prelude::*};
    /// # fn example(client: Client) {
    /// let pages = client.list_tasks().pages().prefetch(3);
    /// # }
    /// ```
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.ahead = pages;
        self.walk = WalkTask::None;
        self
    }

    /// Leaves out the items that don't decode, and calls a function with each. By default, one of
    /// them fails its page, since most programs want an error rather than a list with holes.
    /// Anything else that is wrong with a page stays an error.
    ///
    /// ```no_run
    /// # use nanonets_agents::{Client, prelude::*};
    /// # fn example(client: Client) {
    /// let pages = client
    ///     .list_tasks()
    ///     .pages()
    ///     .skip_undecodable(|skipped| eprintln!("{}: {}", skipped.json, skipped.reason));
    /// # }
    /// ```
    pub fn skip_undecodable(
        mut self,
        report: impl Fn(Undecodable) + Send + Sync + 'static,
    ) -> Self {
        self.options.report = Some(Arc::new(report));
        self.walk = WalkTask::None;
        self
    }

    /// Returns the cursor of the page that comes next; `None` before the first and after the last
    /// page.
    ///
    /// ```no_run
    /// # use futures_util::TryStreamExt;
    /// # use nanonets_agents::{Client, Error, prelude::*};
    /// # async fn example(client: Client) -> Result<(), Error> {
    /// let mut pages = client.list_tasks().pages();
    /// pages.try_next().await?;
    /// if let Some(cursor) = pages.cursor() {
    ///     println!("The next page is at {cursor}.");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn cursor(&self) -> Option<&Cursor> {
        match &self.next {
            NextPage::At(cursor) => Some(cursor),
            _ => None,
        }
    }

    /// Requests no page ahead from now on.
    pub(super) fn ask_only_for_what_is_wanted(&mut self) {
        self.ahead = 0;
    }

    /// Spawns a task in which a walk goes on, as far ahead as it may.
    fn run(&self, mut walk: PageWalk<B>) -> WalkTask<B> {
        let is_eager = self.ahead > 0;
        let room = self.ahead.clamp(1, Semaphore::MAX_PERMITS);
        let (sender, pages) = mpsc::channel(room);
        let walking = async move {
            // A page is requested once there is room for it, which bounds the pages on their way.
            while let Ok(room) = sender.reserve().await {
                let Some(outcome) = walk.next().await else {
                    break;
                };
                // A failed page is requested again only when the caller polls again.
                let goes_on = is_eager && outcome.is_ok();
                room.send(outcome);
                if !goes_on {
                    break;
                }
            }
            walk
        };
        let task = AbortOnDropHandle::new(tokio::spawn(walking.in_current_span()));
        WalkTask::Running { pages, task }
    }

    /// Returns the next page, and the items of it that are to be reported.
    pub(super) fn poll_read(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<ReadPage<B::Item>, Error>>> {
        loop {
            let WalkTask::Running { pages, task } = &mut self.walk else {
                let walk = match mem::replace(&mut self.walk, WalkTask::None) {
                    WalkTask::Paused(walk) => *walk,
                    _ if matches!(self.next, NextPage::End) => return Poll::Ready(None),
                    _ => PageWalk::new(self.options.clone(), self.next.clone()),
                };
                self.walk = self.run(walk);
                continue;
            };
            let Some(outcome) = ready!(pages.poll_recv(context)) else {
                let walk = ready!(task.poll_unpin(context));
                self.walk = WalkTask::None;
                match walk {
                    Ok(walk) if walk.is_at_end() => self.next = NextPage::End,
                    Ok(walk) => self.walk = WalkTask::Paused(Box::new(walk)),
                    Err(error) => return Poll::Ready(Some(Err(stopped(error)))),
                }
                continue;
            };
            if let Ok(read) = &outcome {
                self.next = read.page.next.clone().map_or(NextPage::End, NextPage::At);
            }
            return Poll::Ready(Some(outcome));
        }
    }
}

impl<B: PageBody> Stream for Pages<B> {
    type Item = Result<Page<B::Item>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(read) = ready!(self.poll_read(context)?) else {
            return Poll::Ready(None);
        };
        if let Some(report) = &self.options.report {
            read.skipped.into_iter().for_each(&**report);
        }
        Poll::Ready(Some(Ok(read.page)))
    }
}

/// Passes on the panic of a walk's task, or returns the error of one that was stopped.
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
            .field("options", &self.options)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}
