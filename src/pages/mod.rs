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

use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

mod cycle_guard;
mod export;
mod items;
mod page_walk;
mod salvage;
mod source;
mod stream;

pub use crate::cursor::Cursor;
pub use export::{Export, ExportState};
pub use items::Items;
pub use salvage::Undecodable;
pub use source::{Ask, Fetch, Filters, Source};
pub(crate) use source::{comes_whole, filter};
pub use stream::Pages;

/// A list, on the builder of its operation. Generated for each operation that has `x-paginated`.
pub trait Paged: Sized {
    /// The body of a page.
    type Body: PageBody;

    /// What gets the pages.
    fn into_source(self) -> Source<Self::Body>;
}

/// A list that can be divided by time. Generated where `x-paginated` has a `range`.
pub trait Ranged: Paged {
    /// The oldest time that the caller wants.
    fn since(&self) -> Option<DateTime<Utc>>;
    /// The time by which an item is sorted.
    fn time(item: &<Self::Body as PageBody>::Item) -> DateTime<Utc>;
    /// The same of an item that doesn't decode, where it can be told.
    fn time_of_json(item: &Value) -> Option<DateTime<Utc>>;
    /// What the list is narrowed to.
    fn filters(&self) -> Filters;
}

/// The body of a page. Generated for each type that a list returns.
pub trait PageBody: DeserializeOwned + Send + 'static {
    /// What the list is of.
    type Item: Serialize + DeserializeOwned + Clone + Send + Unpin + 'static;
    /// The property that holds the items, and its other names.
    const ITEMS: &'static [&'static str];

    /// Takes the body apart.
    fn into_parts(self) -> PageParts<Self::Item>;
}

/// What matters of a page's body.
#[derive(Debug)]
pub struct PageParts<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The cursor of the next page: absent, null and empty mean that there is none.
    pub next: Option<String>,
    /// Whether the server says that there is more.
    pub has_more: Option<bool>,
}

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
pub trait PageExt: Paged + sealed::Sealed {
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

mod sealed {
    pub trait Sealed {}
    impl<L: super::Paged> Sealed for L {}
}
