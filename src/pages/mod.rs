//! Lists as streams.
//!
//! Every list of the spec has [`items`](PageExt::items) and [`pages`](PageExt::pages) on its
//! builder, also a list that comes whole:
//!
//! ```no_run
//! use futures_util::TryStreamExt;
//! use nanonets_agents::{Client, Error, prelude::*, types::TaskStatus};
//!
//! # async fn example(client: Client) -> Result<(), Error> {
//! let mut tasks = client
//!     .list_tasks()
//!     .status([TaskStatus::Completed, TaskStatus::Failed])
//!     .items();
//! while let Some(task) = tasks.try_next().await? {
//!     println!("{} {}", task.task_id, task.status);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! While a page is consumed, the next one is already requested. A failed page is requested again
//! when the stream is polled again, and another process can go on from a stored [`Cursor`]. The
//! streams own what they need, and can be moved into tasks and structs.
//!
//! A list that can be filtered by time also has [`export`](PageExt::export), which reads many parts
//! of it side by side.
//!
//! By <https://agents.nanonets.com/docs/errors-and-pagination>, pages have 100 items unless the
//! builder was given a `limit`, and a list ends where there is no next cursor or the server says
//! that there is no more.

mod advance;
mod cycle_guard;
mod export;
mod items;
mod link;
mod page_walk;
mod salvage;
mod stream;

pub use crate::{
    binding::{Ask, Fetch, Filters, PageBody, PageParts, Paged, Ranged, Source},
    cursor::Cursor,
};
pub use export::{Export, ExportState};
pub use items::Items;
pub use salvage::Undecodable;
pub use stream::Pages;

use crate::metadata::Metadata;

/// A page of a list, as [`Pages`] yields it.
///
/// ```no_run
/// use futures_util::TryStreamExt;
/// # use nanonets_agents::{Client, Error, prelude::*};
///
/// # async fn example(client: Client) -> Result<(), Error> {
/// if let Some(page) = client.list_tasks().pages().try_next().await? {
///     println!("{} tasks, and more at {:?}", page.items.len(), page.next);
/// }
/// # Ok(())
/// # }
/// ```
///
/// Pages are equal that have the same items and the same next cursor, however they came.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items, in the list's order. There may be none although another page follows.
    pub items: Vec<T>,
    /// The cursor of the next page; `None` on the last.
    pub next: Option<Cursor>,
    /// What came back beside the page; `None` where no reply was read, as in a test.
    pub metadata: Option<Metadata>,
}

impl<T: PartialEq> PartialEq for Page<T> {
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items && self.next == other.next
    }
}

impl<T> Page<T> {
    /// Creates a page, such as a test may need.
    ///
    /// ```
    /// use nanonets_agents::pages::Page;
    ///
    /// let page = Page::new(vec!["a", "b"], Some("next".into()));
    /// assert_eq!(page.items.len(), 2);
    /// ```
    pub fn new(items: Vec<T>, next: Option<Cursor>) -> Self {
        Self {
            items,
            next,
            metadata: None,
        }
    }

    /// Sets [`metadata`](Self::metadata); none by default.
    ///
    /// ```
    /// use nanonets_agents::{Metadata, pages::Page};
    ///
    /// let metadata = Metadata::new(http::StatusCode::OK).with_attempts(2);
    /// let page = Page::new(vec!["a", "b"], None).with_metadata(metadata);
    /// assert_eq!(page.metadata.map(|metadata| metadata.attempts()), Some(2));
    /// ```
    #[must_use]
    pub fn with_metadata(mut self, metadata: impl Into<Option<Metadata>>) -> Self {
        self.metadata = metadata.into();
        self
    }
}

/// The methods of builders of lists that return streams. Implemented for every builder of a list,
/// and for nothing else.
///
/// ```
/// use futures_util::TryStreamExt;
/// # use nanonets_agents::{prelude::*, simulator::Simulator};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = Simulator::builder().build();
/// # let client = simulator.in_process_client()?;
/// let agents: Vec<_> = client.list_agents().items().try_collect().await?;
/// assert_eq!(agents.len(), 1);
/// # Ok(())
/// # }
/// ```
pub trait PageExt: Paged {
    /// Returns a stream of the items of all pages, one by one.
    ///
    /// ```no_run
    /// # use futures_util::TryStreamExt;
    /// # use nanonets_agents::{Client, Error, prelude::*};
    /// # async fn example(client: Client) -> Result<(), Error> {
    /// let agents: Vec<_> = client.list_agents().items().try_collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    fn items(self) -> Items<Self::Body> {
        Items::new(self.pages())
    }

    /// Returns a stream of the pages, one by one.
    ///
    /// ```no_run
    /// # use futures_util::TryStreamExt;
    /// # use nanonets_agents::{Client, Error, prelude::*};
    /// # async fn example(client: Client) -> Result<(), Error> {
    /// let mut pages = client.list_tasks().pages();
    /// while let Some(page) = pages.try_next().await? {
    ///     println!("{} tasks", page.items.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    fn pages(self) -> Pages<Self::Body> {
        Pages::new(self.into_source())
    }

    /// Returns a stream of all items that reads many parts of the time side by side; see
    /// [`Export`].
    ///
    /// ```no_run
    /// # use futures_util::TryStreamExt;
    /// # use nanonets_agents::{Client, Error, prelude::*};
    /// # async fn example(client: Client) -> Result<(), Error> {
    /// let mut tasks = client.list_tasks().export();
    /// while let Some(task) = tasks.try_next().await? {
    ///     println!("{} {}", task.created_at, task.task_id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    fn export(self) -> Export<Self::Body>
    where
        Self: Ranged,
    {
        Export::new(self)
    }
}

impl<L: Paged> PageExt for L {}
