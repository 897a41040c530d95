//! Lists: the traits of generated builders and pages, which streams are made from.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{argument::Argument, response::Response};
use crate::{error::Error, transport::Transport};

/// Only generated code implements the traits of lists.
pub trait Sealed {}

/// A list, on the builder of its operation. Generated for each operation that has `x-paginated`.
///
/// It is the bound of functions that take any list:
///
/// ```
/// use futures_util::TryStreamExt;
/// use nanonets_agents::{Error, pages::Paged, prelude::*};
/// # use nanonets_agents::simulator::Simulator;
///
/// async fn count(list: impl Paged) -> Result<usize, Error> {
///     Ok(list.items().try_collect::<Vec<_>>().await?.len())
/// }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = Simulator::builder().build().in_process_client()?;
/// assert_eq!(count(client.list_agents()).await?, 1);
/// # Ok(())
/// # }
/// ```
pub trait Paged: Sealed + Sized {
    /// The body of a page.
    type Body: PageBody;

    /// Returns the source that requests the pages.
    fn into_source(self) -> Source<Self::Body>;
}

/// A list that can be divided by time. Generated where `x-paginated` has a `range`.
///
/// It is the bound of functions that export any such list:
///
/// ```
/// use nanonets_agents::{pages::{Export, Ranged}, prelude::*};
///
/// fn gentle<L: Ranged>(list: L) -> Export<L::Body> {
///     list.export().shards(2)
/// }
/// # fn example(client: Client) {
/// #     drop(gentle(client.list_tasks()));
/// # }
/// ```
pub trait Ranged: Paged {
    /// Returns the oldest time that the caller wants.
    fn since(&self) -> Option<DateTime<Utc>>;
    /// Returns the time by which an item is sorted.
    fn time(item: &<Self::Body as PageBody>::Item) -> DateTime<Utc>;
    /// Returns the time of an item that doesn't decode, where it has a readable one.
    fn time_of_json(item: &Value) -> Option<DateTime<Utc>>;
    /// Returns the filters of the list.
    fn filters(&self) -> Filters;
}

/// The body of a page. Generated for each type that a list returns.
///
/// It is the bound of functions that take the stream of any list:
///
/// ```
/// use futures_util::TryStreamExt;
/// use nanonets_agents::{Error, pages::{Items, PageBody}};
///
/// async fn first<B: PageBody>(mut items: Items<B>) -> Result<Option<B::Item>, Error> {
///     items.try_next().await
/// }
/// ```
pub trait PageBody: Sealed + DeserializeOwned + Send + 'static {
    /// The items of the list.
    type Item: Serialize + DeserializeOwned + Clone + Send + Unpin + 'static;
    /// The path of properties to the items, each with its names; empty where the body is a list.
    const ITEMS: &'static [&'static [&'static str]];

    /// Returns the parts of the body.
    fn into_parts(self) -> PageParts<Self::Item>;
}

/// The parts of a page's body.
#[derive(Debug)]
#[non_exhaustive]
pub struct PageParts<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The cursor of the next page; absent, null or empty where there is none.
    pub next: Option<String>,
    /// Whether the server says that there is more.
    pub has_more: Option<bool>,
    /// How many items the server says that the whole list has.
    pub total: Option<u64>,
}

/// How a list leads from one page to the next.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Advance {
    /// The reply has the cursor of the next page.
    Reply,
    /// The pages are counted from this one.
    Number {
        start: u64,
        /// Whether it is the first of the list.
        is_first: bool,
    },
    /// The items are counted from this one.
    Offset { start: u64 },
    /// A `Link` header has the URL of the next page, which has the cursor in this parameter.
    Link(&'static str),
}

impl Advance {
    /// Returns that of a list whose pages are counted, where the caller may have given one.
    pub(crate) fn number(given: Option<impl TryInto<u64>>, first: u64) -> Self {
        let start = start(given, first);
        Self::Number {
            start,
            is_first: start == first,
        }
    }

    /// Returns that of a list whose items are counted, where the caller may have given one.
    pub(crate) fn offset(given: Option<impl TryInto<u64>>, first: u64) -> Self {
        let start = start(given, first);
        Self::Offset { start }
    }
}

fn start(given: Option<impl TryInto<u64>>, first: u64) -> u64 {
    let given = given.and_then(|number| number.try_into().ok());
    given.unwrap_or(first)
}

/// The future of a page that has been requested.
pub type Fetch<B> = BoxFuture<'static, Result<Response<B>, Error>>;

/// The request for one page of a list.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Ask {
    /// Where the page starts; `None` for the first one.
    pub cursor: Option<String>,
    /// How many items the page has at most, unless the builder was given a limit.
    pub page_size: Option<u32>,
    /// The newest time of its items, for a list that can be divided by time.
    pub until: Option<DateTime<Utc>>,
}

/// The source of a list's pages, which generated code makes.
pub struct Source<B> {
    pub(crate) operation: &'static str,
    /// The largest page size that the list takes; `None` where it takes none.
    pub(crate) largest_page: Option<u32>,
    pub(crate) advance: Advance,
    fetch: Arc<dyn Fn(Ask) -> Fetch<B> + Send + Sync>,
}

impl<B> Source<B> {
    pub(crate) fn new(
        operation: &'static str,
        largest_page: Option<u32>,
        advance: Advance,
        fetch: impl Fn(Ask) -> Fetch<B> + Send + Sync + 'static,
    ) -> Self {
        Self {
            operation,
            largest_page,
            advance,
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
            advance: self.advance,
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
///
/// ```
/// use nanonets_agents::{pages::Ranged, types::TaskStatus};
/// # use nanonets_agents::Client;
///
/// # fn example(client: Client) {
/// let failed = client.list_tasks().status([TaskStatus::Failed]);
/// assert_eq!(failed.filters().to_string(), "status=\"failed\"");
/// # }
/// # let client = Client::builder().api_key("key-from-the-dashboard").build();
/// # example(client.expect("a client"));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Filters(Map<String, Value>);

impl Filters {
    /// Creates the filters of a call, among which are the extra parameters of its query: any of
    /// them may narrow the list. Of their values, which may be secrets, only hashes are kept.
    pub(crate) fn new<const N: usize>(
        transport: &Transport,
        filters: [(&str, Option<Value>); N],
    ) -> Self {
        let given = filters
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let extras = transport.options().extras();
        let extra = extras.into_iter().flat_map(|extras| extras.query());
        let extra = extra.map(|(name, value)| {
            let hash = Sha256::digest(value);
            let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            (
                format!("extra_query({name})"),
                format!("sha256:{hash}").into(),
            )
        });
        Self(given.chain(extra).collect())
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

/// Returns the value of a parameter; `None` where it wasn't given, or where it is wrong and the
/// request will fail.
pub(crate) fn filter<T: Serialize>(parameter: &Argument<T>) -> Option<Value> {
    let value = serde_json::to_value(parameter.as_ref().ok()?).ok()?;
    (!value.is_null()).then_some(value)
}

/// Returns the values of a parameter that takes several. Their order decides on nothing that a
/// filter does.
pub(crate) fn filter_of_list(values: Option<&Vec<String>>) -> Option<Value> {
    let mut values = values?.clone();
    values.sort();
    values.dedup();
    Some(values.join(",").into())
}

/// Returns the error of a list that comes whole and was asked for a page at a cursor.
pub(crate) fn comes_whole(operation: &'static str, cursor: &str) -> Error {
    let message =
        format!("the list comes whole, without a page at {cursor:?}; leave the cursor out");
    Error::invalid_request(message).with_operation(operation)
}
