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
//! While a page is consumed, the next one is already asked for. A failed page is asked for again
//! when the stream is polled again, and another process can go on from a stored [`Cursor`]. The
//! streams own what they need: they can be moved into tasks and structs.
//!
//! A list that can be narrowed to a time has [`export`](PageExt::export), too, which reads many
//! parts of it side by side.
//!
//! By <https://agents.nanonets.com/docs/errors-and-pagination>, pages have 100 items unless the
//! builder was given a `limit`, and a list ends where there is no next cursor or the server says
//! that there is no more.

mod cycle_guard;
mod export;
mod items;
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

/// A page of a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items, in the list's order. There may be none although another page follows.
    pub items: Vec<T>,
    /// Where the next page starts; `None` on the last.
    pub next: Option<Cursor>,
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
        Self { items, next }
    }
}

/// Streams over lists, on the builders of their operations.
///
/// Implemented for every builder of a list, and for nothing else.
pub trait PageExt: Paged {
    /// Returns the items of all pages, one by one.
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

    /// Returns the pages, one by one.
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

    /// Returns all items, reading many parts of the time side by side; see [`Export`].
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
