//! A list as a stream of its items.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
    vec,
};

use futures_core::Stream;

use super::{Cursor, PageBody, Pages, Undecodable};
use crate::error::Error;

/// The stream of the items of a list, from [`PageExt::items`](super::PageExt::items).
///
/// It ends, fails and goes on as [`Pages`] does, with the same errors. It owns what it needs, and
/// its type has a name, by which it can be stored:
///
/// ```no_run
/// use futures_util::TryStreamExt;
/// use nanonets_agents::{Client, Error, pages::Items, prelude::*, types::TaskPage};
///
/// struct Feed {
///     tasks: Items<TaskPage>,
/// }
///
/// # async fn example(client: Client) -> Result<(), Error> {
/// let mut feed = Feed {
///     tasks: client.list_tasks().items(),
/// };
/// while let Some(task) = feed.tasks.try_next().await? {
///     println!("{}", task.task_id);
/// }
/// # Ok(())
/// # }
/// ```
pub struct Items<B: PageBody> {
    pages: Pages<B>,
    page: vec::IntoIter<B::Item>,
    /// How many more items are wanted; `None` without a limit.
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

    /// Ends the stream after so many items; by default, it ends with the list. Only the pages that
    /// they need are requested. Which these are is known once the page before is there, and
    /// therefore none is requested ahead.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// # use nanonets_agents::{prelude::*, simulator::Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// # for _ in 0..3 {
    /// #     client.run(simulator.agent_id()).query("How many?").await?;
    /// # }
    /// let newest: Vec<_> = client.list_tasks().items().limit(2).try_collect().await?;
    /// assert_eq!(newest.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn limit(mut self, items: usize) -> Self {
        self.left = Some(items);
        self
    }

    /// Sets how many items a page has; see [`Pages::page_size`].
    ///
    /// ```no_run
    /// # use nanonets_agents::{Client, prelude::*};
    /// # fn example(client: Client) {
    /// let tasks = client.list_tasks().items().page_size(20);
    /// # }
    /// ```
    pub fn page_size(mut self, items: u32) -> Self {
        self.pages = self.pages.page_size(items);
        self
    }

    /// Sets how many pages are requested before they are wanted, unless there is a
    /// [`limit`](Self::limit); see [`Pages::prefetch`].
    ///
    /// ```no_run
    /// # use nanonets_agents::{Client, prelude::*};
    /// # fn example(client: Client) {
    /// let tasks = client.list_tasks().items().prefetch(3);
    /// # }
    /// ```
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.pages = self.pages.prefetch(pages);
        self
    }

    /// Starts at a cursor instead of at the newest item; see [`Pages::resume_from`].
    ///
    /// ```no_run
    /// # use nanonets_agents::{Client, prelude::*};
    /// # fn example(client: Client, stored: String) {
    /// let rest = client.list_tasks().items().resume_from(stored);
    /// # }
    /// ```
    pub fn resume_from(mut self, cursor: impl Into<Cursor>) -> Self {
        self.pages = self.pages.resume_from(cursor);
        self.page = Vec::new().into_iter();
        self
    }

    /// Leaves out the items that don't decode, and calls a function with each; see
    /// [`Pages::skip_undecodable`].
    ///
    /// ```no_run
    /// # use futures_util::TryStreamExt;
    /// # use nanonets_agents::{Client, Error, prelude::*};
    /// # async fn example(client: Client) -> Result<(), Error> {
    /// let tasks = client.list_tasks().items();
    /// let tasks: Vec<_> = tasks
    ///     .skip_undecodable(|skipped| eprintln!("{}: {}", skipped.json, skipped.reason))
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

    /// Returns the cursor of the page after the one whose items come now; `None` on the last.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// # use nanonets_agents::{prelude::*, simulator::Simulator};
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// # for _ in 0..3 {
    /// #     client.run(simulator.agent_id()).query("How many?").await?;
    /// # }
    ///
    /// let mut tasks = client.list_tasks().items().page_size(2);
    /// tasks.try_next().await?;
    /// assert!(tasks.cursor().is_some());
    /// let rest: Vec<_> = (&mut tasks).try_collect().await?;
    /// assert_eq!((rest.len(), tasks.cursor()), (2, None));
    /// # Ok(())
    /// # }
    /// ```
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
                self.left = self.left.map(|left| left - 1);
                return Poll::Ready(Some(Ok(item)));
            }
            // Whether another page is needed isn't known before this one is there.
            if self.left.is_some() {
                self.pages.ask_only_for_what_is_wanted();
            }
            match ready!(Pin::new(&mut self.pages).poll_next(context)?) {
                Some(page) => self.page = page.items.into_iter(),
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
