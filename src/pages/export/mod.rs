//! Reading a list in many parts of the time side by side.
//!
//! [`plan`] decides which times are read by which requests, without any IO; its [`intervals`] cover
//! the range of the export without a hole and without an overlap. [`driver`] asks for what the plan
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

use driver::{Driver, PartPage};
use intervals::Interval;
use part::PartId;
use shard::{Failure, ItemTimes};
use state::{PartPosition, Position};

/// More requests at once would only be throttled.
const MOST_SHARDS: usize = 256;

/// All items of a list, newest first, each once, from [`PageExt::export`](super::PageExt::export).
///
/// For lists that are too long to be read page by page: several parts of the time are read at once,
/// [as many](Self::shards) as there are to be requests on their way. It yields what the list held
/// when the first page was read. Items that are created meanwhile aren't in it; items that change
/// meanwhile come as they are when their page is read. If the list is narrowed to a status, items
/// that get or lose it meanwhile may be in it or not.
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
/// After an error it stays where it is: polled again, it asks for the same page again. Another
/// process can go on from its [`state`](Self::state). Dropping it stops asking.
///
/// # Errors
///
/// Those of the operation's call, by [`Error::kind`]; of them, the page is asked for again. After
/// these it ends:
///
/// - [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest): a number of
///   [shards](Self::shards) that can't work, before anything is sent.
/// - [`ErrorKind::RepeatedCursor`](crate::ErrorKind::RepeatedCursor): the server leads back to a
///   page that it has shown before.
/// - [`ErrorKind::Decode`](crate::ErrorKind::Decode) where the list can't be divided by time: it
///   isn't newest first, or the server sends what is newer than it was asked for. (A page that
///   doesn't decode has this kind, too; it is asked for again.)
///
/// Filters by time: <https://agents.nanonets.com/docs/list-tasks>.
pub struct Export<B: PageBody> {
    filters: Filters,
    driver: Driver<B>,
    /// The page whose items are handed out now.
    current: Option<CurrentPage<B::Item>>,
    /// An error has ended it.
    is_broken: bool,
}

struct CurrentPage<T> {
    part: PartId,
    items: vec::IntoIter<T>,
    /// Where its part goes on after it.
    next: Option<Cursor>,
}

impl<B: PageBody> Export<B> {
    pub(super) fn new<L: Ranged<Body = B>>(list: L) -> Self {
        let (filters, since) = (list.filters(), list.since());
        let options = WalkOptions::new(list.into_source());
        Self {
            filters,
            driver: Driver::new(options, since, ItemTimes::of::<L>()),
            current: None,
            is_broken: false,
        }
    }

    /// Sets how many parts are read at once, which is how many requests are on their way: from 1 to
    /// 256, 8 by default. Another number is refused with
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) as the first item.
    ///
    /// All programs of the workspace share its rate limit: more parts leave less of it for the
    /// others.
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

    /// Leaves out the items that don't decode, and reports each; see
    /// [`Pages::skip_undecodable`](super::Pages::skip_undecodable).
    ///
    /// The reports come when a page is read, which may be long before its items are handed out. An
    /// item that is read again after a resumption, or whose time can't be told, may be reported
    /// more than once.
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
    /// created since the export began still aren't in it. [`ExportState`] has an example.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the state is of a list
    /// with other filters, or was changed to one that can't be.
    pub fn resume_from(mut self, state: ExportState<B::Item>) -> Result<Self, Error> {
        if state.filters != self.filters {
            return Err(Error::invalid_request(format!(
                "the export that is to go on was of the list with {}, not with {}; \
                 give it the same filters",
                state.filters, self.filters
            )));
        }
        self.current = None;
        self.is_broken = false;
        let driver = &mut self.driver;
        driver.plan.density = state.density;
        match state.position {
            Position::Start => driver.restart(None),
            Position::Below(top) => driver.restart(Some(top)),
            Position::End => driver.finish(),
            Position::Within(position) => {
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

    /// Returns where it stands: after the last item that it has yielded. It can be stored, for
    /// [`resume_from`](Self::resume_from). [`ExportState`] has an example.
    ///
    /// It holds the rest of the page whose items come now, which makes it independent of changes to
    /// the list meanwhile. To take it for each item costs more than to take it now and then.
    ///
    /// `None` after an error that has ended it: where the server went wrong, there is no place to
    /// go on from. A state that was taken before is still good.
    pub fn state(&self) -> Option<ExportState<B::Item>> {
        if self.is_broken {
            return None;
        }
        let plan = &self.driver.plan;
        let position = match (plan.first(), &self.current) {
            (None, _) => Position::End,
            (Some((part, Interval { until, bottom })), Some(current)) if current.part == part => {
                Position::Within(PartPosition {
                    until,
                    bottom,
                    next: current.next.clone(),
                    pending: current.items.as_slice().to_vec(),
                })
            }
            (Some((_, interval)), _) => interval.until.map_or(Position::Start, Position::Below),
        };
        Some(ExportState {
            filters: self.filters.clone(),
            density: plan.density,
            position,
        })
    }

    /// Returns why it can't work as it was set.
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
                Some(Err(Failure { error, is_final })) => {
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
