//! Reads a list in many parts of the time side by side.
//!
//! [`plan`] decides which times are read by which requests, without any IO; its [`intervals`] cover
//! the range of the export without a hole and without an overlap. [`driver`] requests what the plan
//! says, and [`shard`] reads the pages of one part. [`Export`] hands out the items in their order.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    vec,
};

use futures_core::Stream;

use super::{Cursor, Filters, PageBody, Ranged, Undecodable, page_walk::WalkOptions};
use crate::error::Error;

mod density;
mod driver;
mod intervals;
mod part;
mod plan;
mod shard;
mod state;

pub use state::ExportState;

use driver::{ExportDriver, PartPage};
use intervals::Interval;
use part::PartId;
use shard::{ItemTimes, PageFailure};
use state::{ExportPosition, PartPosition};

/// The most parts that are read at once. More requests would only be throttled.
const MOST_SHARDS: usize = 256;

/// All items of a list, newest first, each once, from [`PageExt::export`](super::PageExt::export).
///
/// It is for lists that are too long to be read page by page: [several](Self::shards) parts of the
/// time are read at once. It yields what the list held when the first page was read. Items that are
/// created meanwhile aren't in it, and items that change meanwhile come as they are when their page
/// is read. If the list is filtered by status, items that get or lose the status meanwhile may be
/// in it or not.
///
/// ```
/// use futures_util::TryStreamExt;
/// use nanonets_agents::{prelude::*, simulator::Simulator};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = Simulator::builder().build();
/// # let client = simulator.in_process_client()?;
/// # client.run(simulator.agent_id()).query("How many?").await?;
/// let mut tasks = client.list_tasks().export().shards(4);
/// while let Some(task) = tasks.try_next().await? {
///     println!("{} {}", task.created_at, task.task_id);
/// }
/// # assert_eq!(simulator.count("list_tasks"), 1);
/// # Ok(())
/// # }
/// ```
///
/// It holds 2,400 items for each part in memory at the most, and a page: by default, these are
/// 19,200 items. All requests keep to the client's rate limit and retries.
///
/// After an error it stays where it is: polled again, it requests the same page again. Another
/// process can go on from its [`state`](Self::state). Dropping it aborts its requests.
///
/// # Errors
///
/// By [`Error::kind`]. After one of these, the stream ends:
///
/// - [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest): the number of
///   [shards](Self::shards) can't work, and nothing was sent.
/// - [`ErrorKind::RepeatedCursor`](crate::ErrorKind::RepeatedCursor): the server leads back to a
///   page that it has shown before.
/// - [`ErrorKind::Decode`](crate::ErrorKind::Decode) where the list can't be divided by time: it
///   isn't newest first, or the server sends items that are newer than was requested.
///
/// After any other error of the operation's call, and after a page that doesn't decode, which has
/// the kind `Decode`, too, polling again requests the page again.
///
/// The filters by time are documented at <https://agents.nanonets.com/docs/list-tasks>.
pub struct Export<B: PageBody> {
    filters: Filters,
    driver: ExportDriver<B>,
    /// The page whose items are handed out now.
    current: Option<CurrentPage<B::Item>>,
    /// Whether an error has ended the stream.
    is_broken: bool,
}

struct CurrentPage<T> {
    part: PartId,
    items: vec::IntoIter<T>,
    /// The cursor at which its part goes on.
    next: Option<Cursor>,
}

impl<B: PageBody> Export<B> {
    pub(super) fn new<L: Ranged<Body = B>>(list: L) -> Self {
        let (filters, since) = (list.filters(), list.since());
        let options = WalkOptions::new(list.into_source());
        Self {
            filters,
            driver: ExportDriver::new(options, since, ItemTimes::of::<L>()),
            current: None,
            is_broken: false,
        }
    }

    /// Sets how many parts are read at once, which is how many requests are on their way: from 1 to
    /// 256, 8 by default. Another number is refused with
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) as the first item.
    ///
    /// All programs of the workspace share its rate limit: the more parts, the less is left for the
    /// other programs.
    ///
    /// ```no_run
    /// # use nanonets_agents::{Client, prelude::*};
    /// # fn example(client: Client) {
    /// let tasks = client.list_tasks().export().shards(16);
    /// # }
    /// ```
    pub fn shards(mut self, shards: usize) -> Self {
        self.driver.plan.shards = shards;
        self
    }

    /// Leaves out the items that don't decode, and calls a function with each; see
    /// [`Pages::skip_undecodable`](super::Pages::skip_undecodable).
    ///
    /// The function is called when a page is read, which may be long before its items are yielded.
    /// It may be called more than once with an item that is read again after a resumption, or whose
    /// time can't be told.
    ///
    /// ```no_run
    /// # use nanonets_agents::{Client, prelude::*};
    /// # fn example(client: Client) {
    /// let tasks = client
    ///     .list_tasks()
    ///     .export()
    ///     .skip_undecodable(|skipped| eprintln!("{}: {}", skipped.json, skipped.reason));
    /// # }
    /// ```
    pub fn skip_undecodable(
        mut self,
        report: impl Fn(Undecodable) + Send + Sync + 'static,
    ) -> Self {
        self.driver.options.report = Some(Arc::new(report));
        self
    }

    /// Goes on after the item that was the last one when the state was taken. Items that were
    /// created since the export began aren't in the rest, either.
    ///
    /// ```no_run
    /// use nanonets_agents::{Error, pages::{Export, ExportState}, types::{TaskListItem, TaskPage}};
    /// # use nanonets_agents::prelude::*;
    ///
    /// fn go_on(
    ///     client: &Client,
    ///     state: ExportState<TaskListItem>,
    /// ) -> Result<Export<TaskPage>, Error> {
    ///     client.list_tasks().export().resume_from(state)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the state is of a list
    /// with other filters, or was changed since it was stored and contradicts itself.
    pub fn resume_from(mut self, state: ExportState<B::Item>) -> Result<Self, Error> {
        if state.filters != self.filters {
            return Err(Error::invalid_request(format!(
                "the state is of an export of the list with {}, not with {}; \
                 give this list the same filters",
                state.filters, self.filters
            )));
        }
        self.current = None;
        self.is_broken = false;
        let driver = &mut self.driver;
        driver.plan.density = state.density;
        match state.position {
            ExportPosition::Start => driver.restart(None),
            ExportPosition::Below(top) => driver.restart(Some(top)),
            ExportPosition::End => driver.finish(),
            ExportPosition::Within(position) => {
                let interval = Interval {
                    until: position.until,
                    bottom: position.bottom,
                };
                if !interval.is_valid() {
                    return Err(Error::invalid_request(
                        "the state of the export has a part that ends before it begins; \
                         give it the state as it was stored",
                    ));
                }
                let part = driver.restart_within(interval, position.next.clone());
                self.current = Some(CurrentPage {
                    part,
                    items: position.pending.into_iter(),
                    next: position.next,
                });
            }
        }
        Ok(self)
    }

    /// Returns the state after the last item that was yielded. It can be stored, for
    /// [`resume_from`](Self::resume_from). [`ExportState`] has a whole example.
    ///
    /// The state holds the rest of the page whose items come now, which makes it independent of
    /// changes to the list meanwhile. Taking it costs a copy of that page: take it now and then,
    /// and not for each item.
    ///
    /// `None` after an error that has ended the stream, since there is no place to go on from where
    /// the server went wrong. A state that was taken before is still good.
    ///
    /// ```no_run
    /// use futures_util::TryStreamExt;
    /// # use nanonets_agents::{Client, prelude::*};
    ///
    /// # async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut tasks = client.list_tasks().export();
    /// let mut count = 0;
    /// while let Some(task) = tasks.try_next().await? {
    ///     println!("{}", task.task_id);
    ///     count += 1;
    ///     if count % 1_000 == 0 && let Some(state) = tasks.state() {
    ///         std::fs::write("export.json", serde_json::to_vec(&state)?)?;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn state(&self) -> Option<ExportState<B::Item>> {
        if self.is_broken {
            return None;
        }
        let plan = &self.driver.plan;
        let position = match (plan.first(), &self.current) {
            (None, _) => ExportPosition::End,
            (Some((part, Interval { until, bottom })), Some(current)) if current.part == part => {
                ExportPosition::Within(PartPosition {
                    until,
                    bottom,
                    next: current.next.clone(),
                    pending: current.items.as_slice().to_vec(),
                })
            }
            (Some((_, interval)), _) => interval
                .until
                .map_or(ExportPosition::Start, ExportPosition::Below),
        };
        Some(ExportState {
            filters: self.filters.clone(),
            density: plan.density,
            position,
        })
    }

    /// Returns why the export can't work as it was set up; `None` where it can.
    fn refusal(&self) -> Option<Error> {
        let shards = self.driver.plan.shards;
        let operation = self.driver.options.source.operation;
        (!(1..=MOST_SHARDS).contains(&shards)).then(|| {
            let message = format!(
                "an export can't read {shards} parts at once; \
                 give `shards` a number from 1 to {MOST_SHARDS}"
            );
            Error::invalid_request(message).with_operation(operation)
        })
    }
}

impl<B: PageBody> Stream for Export<B> {
    type Item = Result<B::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if this.is_broken {
                return Poll::Ready(None);
            }
            if let Some(error) = this.refusal() {
                this.is_broken = true;
                return Poll::Ready(Some(Err(error)));
            }
            let item = this.current.as_mut().and_then(|page| page.items.next());
            if let Some(item) = item {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(this.driver.poll_next(context)) {
                Some(Ok(PartPage { part, page })) => {
                    this.current = Some(CurrentPage {
                        part,
                        items: page.items.into_iter(),
                        next: page.next,
                    });
                }
                Some(Err(PageFailure { error, is_final })) => {
                    this.is_broken = is_final;
                    return Poll::Ready(Some(Err(error)));
                }
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<B: PageBody> fmt::Debug for Export<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Export")
            .field("filters", &self.filters)
            .field("shards", &self.driver.plan.shards)
            .finish_non_exhaustive()
    }
}
