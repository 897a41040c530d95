//! Lists as streams.
//!
//! Every list of the spec has [`items`](PageExt::items) and [`pages`](PageExt::pages) on its
//! builder, those that come whole as well:
//!
//! ```no_run
//! use futures_util::TryStreamExt;
//! use nanonets_agents::prelude::*;
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
//! The page after the one that is consumed is on its way already, a failed page is asked for again
//! when the stream is polled again, and a stored [`Cursor`] goes on in another process. The streams
//! hold what they need: they can be moved into tasks and structs.
//!
//! A list that can be narrowed to a time has [`export`](PageExt::export), too, which walks many
//! parts of it side by side.
//!
//! Rules by <https://agents.nanonets.com/docs/errors-and-pagination>: pages of 100 unless the
//! builder was given a `limit`, and an end where there is no next cursor or the server says that
//! there is no more.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

mod export;
mod salvage;
mod source;
mod stream;
mod trail;
mod walk;

pub use export::{Export, ExportState};
pub use salvage::Undecodable;
pub use source::{Ask, Fetch, Filters, Source};
pub(crate) use source::{comes_whole, filter};
pub use stream::{Items, Pages};

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
pub struct Page<T> {
    /// The items, in the list's order. There may be none although another page follows.
    pub items: Vec<T>,
    /// Where the next page starts; `None` on the last.
    pub next: Option<Cursor>,
}

/// A place in a list, as the server names it.
///
/// Opaque: its text means something to the server only, and may change its form at any time. It can
/// be stored, to go on with [`Pages::resume_from`] in another process.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// A cursor from the server's text, as it was stored.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The server's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Streams over lists, on the builders of their operations.
pub trait PageExt: Paged {
    /// The items of all pages, one by one.
    fn items(self) -> Items<Self::Body> {
        Items::new(self.pages())
    }

    /// The pages, one by one.
    fn pages(self) -> Pages<Self::Body> {
        Pages::new(self.into_source())
    }

    /// All items, by walking through many parts of the time side by side; see [`Export`].
    fn export(self) -> Export<Self::Body>
    where
        Self: Ranged,
    {
        Export::new(self)
    }
}

impl<L: Paged> PageExt for L {}
