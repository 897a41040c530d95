//! Paged lists as streams.
//!
//! Every list of the spec that is marked as paged has [`items`](PageExt::items) and
//! [`pages`](PageExt::pages) on its builder:
//!
//! ```no_run
//! use futures_util::TryStreamExt;
//! use nanonets_agents::prelude::*;
//!
//! # async fn example(client: Client) -> Result<(), Error> {
//! let mut tasks = client
//!     .list_tasks()
//!     .status(any_of([TaskStatus::Completed, TaskStatus::Failed]))
//!     .items();
//! while let Some(task) = tasks.try_next().await? {
//!     println!("{} {}", task.task_id, task.status);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The page after the one that is consumed is on its way already, a failed page is asked for again when the stream is
//! polled again, and a stored [`Cursor`] goes on in another process.
//!
//! Rules by <https://agents.nanonets.com/docs/errors-and-pagination>: pages of 100 unless the builder was
//! given a `limit`, and an end where there is no next cursor or the server says that there is no more.

use std::fmt::Display;

use futures_util::future::BoxFuture;
use progenitor_client::ResponseValue;
use serde::{Deserialize, Serialize};

use crate::error::Error;

mod stream;

pub use stream::{Items, Pages};

/// The reply of a paged list on its way.
pub type Fetch<'a, B> = BoxFuture<'a, Result<ResponseValue<B>, Error>>;

/// A list that comes in pages. Generated for each builder whose operation has `x-paginated`.
pub trait Paged: Clone + Send + Sized {
    /// The body of a page.
    type Body: PageBody;
    /// The id of the operation in the spec.
    const OPERATION: &'static str;
    /// The largest page that may be asked for, where the list takes a page size.
    const LARGEST_PAGE: Option<u32>;

    /// The same list, from a cursor on.
    fn at_cursor(self, cursor: String) -> Self;
    /// The same list with a page size, unless it has one.
    fn with_page_size(self, size: u32) -> Self;
    /// Gets the page.
    fn fetch<'a>(self) -> Fetch<'a, Self::Body>
    where
        Self: 'a;
}

/// The body of a page. Generated for each type that a paged list returns.
pub trait PageBody: Send {
    /// What the list is of.
    type Item: Send;

    /// Takes the body apart.
    fn into_parts(self) -> PageParts<Self::Item>;
}

/// What matters of a page's body.
#[derive(Debug)]
pub struct PageParts<T> {
    /// The items, newest first.
    pub items: Vec<T>,
    /// The cursor of the next page: absent, null and empty mean that there is none.
    pub next: Option<String>,
    /// Whether the server says that there is more.
    pub has_more: Option<bool>,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The items, newest first. There may be none although another page follows.
    pub items: Vec<T>,
    /// Where the next page starts; `None` on the last.
    pub next: Option<Cursor>,
}

/// A place in a list, as the server names it.
///
/// Opaque: its text means something to the server only, and may change its form at any time. It can be
/// stored, to go on with [`Pages::resume_from`] in another process.
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

/// Streams over paged lists, on the builders of their operations.
pub trait PageExt: Paged {
    /// The items of all pages, one by one.
    fn items<'a>(self) -> Items<'a, Self>
    where
        Self: 'a,
    {
        Items::new(self.pages())
    }

    /// The pages, one by one.
    fn pages<'a>(self) -> Pages<'a, Self>
    where
        Self: 'a,
    {
        Pages::new(self)
    }
}

impl<L: Paged> PageExt for L {}

/// Several values for a filter that takes a comma-separated list.
///
/// ```
/// use nanonets_agents::prelude::*;
///
/// assert_eq!(any_of([TaskStatus::Pending, TaskStatus::Queued]), "pending,queued");
/// ```
pub fn any_of<T: Display>(values: impl IntoIterator<Item = T>) -> String {
    let values: Vec<String> = values.into_iter().map(|it| it.to_string()).collect();
    values.join(",")
}
