//! Lists: what generated builders and pages tell of themselves, for streams to be made from.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{argument::Argument, response::Response};
use crate::error::Error;

/// Only generated code implements the traits of lists.
pub trait Sealed {}

/// A list, on the builder of its operation. Generated for each operation that has `x-paginated`.
pub trait Paged: Sealed + Sized {
    /// The body of a page.
    type Body: PageBody;

    /// Returns what gets the pages.
    fn into_source(self) -> Source<Self::Body>;
}

/// A list that can be divided by time. Generated where `x-paginated` has a `range`.
pub trait Ranged: Paged {
    /// Returns the oldest time that the caller wants.
    fn since(&self) -> Option<DateTime<Utc>>;
    /// Returns the time by which an item is sorted.
    fn time(item: &<Self::Body as PageBody>::Item) -> DateTime<Utc>;
    /// Returns the same of an item that doesn't decode, where it can be told.
    fn time_of_json(item: &Value) -> Option<DateTime<Utc>>;
    /// Returns what the list is narrowed to.
    fn filters(&self) -> Filters;
}

/// The body of a page. Generated for each type that a list returns.
pub trait PageBody: Sealed + DeserializeOwned + Send + 'static {
    /// The items of the list.
    type Item: Serialize + DeserializeOwned + Clone + Send + Unpin + 'static;
    /// The property that holds the items, and its other names.
    const ITEMS: &'static [&'static str];

    /// Takes the body apart.
    fn into_parts(self) -> PageParts<Self::Item>;
}

/// The parts of a page's body.
#[derive(Debug)]
#[non_exhaustive]
pub struct PageParts<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The cursor of the next page: absent, null and empty mean that there is none.
    pub next: Option<String>,
    /// Whether the server says that there is more.
    pub has_more: Option<bool>,
}

/// A page of a list on its way.
pub type Fetch<B> = BoxFuture<'static, Result<Response<B>, Error>>;

/// The page of a list that is asked for.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Ask {
    /// Where it starts; at the beginning without one.
    pub cursor: Option<String>,
    /// How many items it has at most, unless the builder was given a limit.
    pub page_size: Option<u32>,
    /// The newest time, where the list can be narrowed to it.
    pub until: Option<DateTime<Utc>>,
}

/// Gets the pages of a list. Generated code makes it.
pub struct Source<B> {
    pub(crate) operation: &'static str,
    /// The largest page that may be asked for, where the list takes a page size.
    pub(crate) largest_page: Option<u32>,
    fetch: Arc<dyn Fn(Ask) -> Fetch<B> + Send + Sync>,
}

impl<B> Source<B> {
    pub(crate) fn new(
        operation: &'static str,
        largest_page: Option<u32>,
        fetch: impl Fn(Ask) -> Fetch<B> + Send + Sync + 'static,
    ) -> Self {
        Self {
            operation,
            largest_page,
            fetch: Arc::new(fetch),
        }
    }

    pub(crate) fn fetch(&self, ask: Ask) -> Fetch<B> {
        (self.fetch)(ask)
    }
}

impl<B> Clone for Source<B> {
    fn clone(&self) -> Self {
        Self {
            operation: self.operation,
            largest_page: self.largest_page,
            fetch: self.fetch.clone(),
        }
    }
}

impl<B> fmt::Debug for Source<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

/// The filters of a list, by the names of the parameters. Lists with the same filters are the same
/// list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Filters(Map<String, Value>);

impl Filters {
    pub(crate) fn new<const N: usize>(filters: [(&str, Option<Value>); N]) -> Self {
        let given = filters
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Self(given.collect())
    }
}

impl fmt::Display for Filters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            f.write_str("no filters")
        } else {
            let filters = self.0.iter().map(|(name, value)| format!("{name}={value}"));
            f.write_str(&filters.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Returns the value of a parameter as it was given; `None` where it wasn't, or is wrong, which the
/// request will tell.
pub(crate) fn filter<T: Serialize>(parameter: &Argument<T>) -> Option<Value> {
    let value = serde_json::to_value(parameter.as_ref().ok()?).ok()?;
    (!value.is_null()).then_some(value)
}

/// Makes the error of a list that comes whole and was asked for a page at a cursor.
pub(crate) fn comes_whole(operation: &'static str, cursor: &str) -> Error {
    let message =
        format!("the list comes whole, without a page at {cursor:?}; leave the cursor out");
    Error::invalid_request(message).with_operation(operation)
}
