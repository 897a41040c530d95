//! Walking a list in many parts side by side.
//!
//! The way of an export: the newest page shows how dense the list is; from that, the time below is
//! divided into parts of a few pages each, the newest of which are walked through at once. Where a
//! part turns out denser, it is cut, and where it is empty, it takes in what lies below it. The
//! parts are handed out in their order.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    vec,
};

use futures_core::Stream;

use super::{Cursor, Filters, PageBody, Ranged, Undecodable, walk::Setup};
use crate::error::Error;

mod pace;
mod parts;
mod shard;
mod state;

pub use state::ExportState;

use parts::Parts;
use shard::{Shard, Times};
use state::Position;

/// More requests at once would serve nobody.
const MOST_SHARDS: usize = 256;

/// All items of a list, newest first, each once, from [`PageExt::export`](super::PageExt::export).
///
/// For lists that are too long to be walked page by page: several parts of the time are walked
/// through side by side, [as many](Self::shards) as there should be requests on their way. What it
/// yields is what the list held when the first page was read. Items that are created meanwhile
/// aren't in it; items that change meanwhile come as they are when their page is read. Where the
/// list is narrowed to a status, what gets or loses it meanwhile may be in it or not.
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
/// It holds 2,400 items for each part in memory at the most, and a page; by default, these are
/// 19,200 items. All requests keep to the client's rate limit and retries.
///
/// After an error it stays where it is: polled again, it asks for the same page again. It can go on
/// in another process from its [`state`](Self::state). Dropping it stops asking.
///
/// # Errors
///
/// What the operation's call can fail with;
/// [`ErrorKind::RepeatedCursor`](crate::ErrorKind::RepeatedCursor) where the server leads back to a
/// page that was shown before, and [`ErrorKind::Decode`](crate::ErrorKind::Decode) where the list
/// can't be divided by time: it isn't newest first, or the server sends what is newer than it was
/// asked for. After these two it ends.
///
/// Filters by time: <https://agents.nanonets.com/docs/list-tasks>.
pub struct Export<B: PageBody> {
    filters: Filters,
    parts: Parts<B>,
    /// The page whose items come now.
    hand: Option<Hand<B::Item>>,
    /// Something was wrong that asking again doesn't change.
    is_broken: bool,
}

struct Hand<T> {
    items: vec::IntoIter<T>,
    /// Where its part goes on behind it.
    next: Option<Cursor>,
}

impl<B: PageBody> Export<B> {
    pub(super) fn new<L: Ranged<Body = B>>(list: L) -> Self {
        let (filters, since) = (list.filters(), list.since());
        let setup = Setup::new(list.into_source());
        let times = Times {
            of_item: L::time,
            of_json: L::time_of_json,
        };
        Self {
            filters,
            parts: Parts::new(setup, since, times),
            hand: None,
            is_broken: false,
        }
    }

    /// How many parts are walked through at once, which is how many requests are on their way; 8 by
    /// default, from 1 to 256: another number counts as the nearest of these.
    ///
    /// All programs of the workspace share its rate limit: more parts leave less of it for the
    /// others.
    pub fn shards(mut self, shards: usize) -> Self {
        self.parts.shards = shards.clamp(1, MOST_SHARDS);
        self
    }

    /// Leaves out the items that don't decode, and reports each; see
    /// [`Pages::skip_undecodable`](super::Pages::skip_undecodable).
    ///
    /// The reports come when a page is read, which may be long before its items are handed out.
    /// What is read again after a resumption, or doesn't show when it is from, may be reported more
    /// than once.
    pub fn skip_undecodable(
        mut self,
        report: impl Fn(Undecodable) + Send + Sync + 'static,
    ) -> Self {
        self.parts.setup.report = Some(Arc::new(report));
        self
    }

    /// Goes on behind the item that was the last one when the state was taken. Items that were
    /// created since the export began still aren't in it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) where the state is of a list
    /// with other filters.
    pub fn resume_from(mut self, state: ExportState<B::Item>) -> Result<Self, Error> {
        if state.filters != self.filters {
            return Err(Error::invalid_request(format!(
                "the export that is to go on was of the list with {}, not with {}; give it the same filters",
                state.filters, self.filters
            )));
        }
        let parts = &mut self.parts;
        parts.pace = state.pace;
        parts.clear();
        self.hand = None;
        self.is_broken = false;
        match state.position {
            Position::Start => parts.add(Shard::new(None, None, None)),
            Position::Within(within) => {
                let mut shard = Shard::new(within.until, within.bottom, within.next.clone());
                if within.next.is_none() {
                    shard.finish();
                }
                parts.add(shard);
                if let Some(bottom) = within.bottom {
                    parts.add_below(bottom);
                }
                self.hand = Some(Hand {
                    items: within.pending.into_iter(),
                    next: within.next,
                });
            }
            Position::Below(top) => parts.add_below(top),
            Position::End => (),
        }
        Ok(self)
    }

    /// Where it stands: behind the last item that it has yielded. It can be stored, for
    /// [`resume_from`](Self::resume_from).
    ///
    /// It holds the rest of the page whose items come now, so that what has changed meanwhile makes
    /// no difference. To take it for each item costs more than to take it now and then.
    ///
    /// `None` after an error that has ended it: where the server went wrong, nobody can tell where
    /// it should go on. A state that was taken before is still good.
    pub fn state(&self) -> Option<ExportState<B::Item>> {
        if self.is_broken {
            return None;
        }
        let position = match (&self.hand, self.parts.first()) {
            (Some(hand), Some(shard)) => Position::Within(state::Within {
                until: shard.until,
                bottom: shard.bottom,
                next: hand.next.clone(),
                pending: hand.items.as_slice().to_vec(),
            }),
            _ => match self.parts.top() {
                None => Position::End,
                Some(None) => Position::Start,
                Some(Some(top)) => Position::Below(top),
            },
        };
        Some(ExportState {
            filters: self.filters.clone(),
            pace: self.parts.pace,
            position,
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
            if let Some(item) = this.hand.as_mut().and_then(|it| it.items.next()) {
                return Poll::Ready(Some(Ok(item)));
            }
            this.parts.poll(context);
            let Some(shard) = this.parts.first_mut() else {
                return match this.parts.top() {
                    None => Poll::Ready(None),
                    Some(_) => Poll::Pending,
                };
            };
            if let Some(page) = shard.ready.pop_front() {
                this.hand = Some(Hand {
                    items: page.items.into_iter(),
                    next: page.next,
                });
            } else if let Some(error) = shard.failure.take_if(|_| !shard.failed_early) {
                this.is_broken = shard.is_done();
                return Poll::Ready(Some(Err(error)));
            } else if shard.is_done() {
                this.hand = None;
                this.parts.drop_first();
            } else {
                return Poll::Pending;
            }
        }
    }
}

impl<B: PageBody> fmt::Debug for Export<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Export")
            .field("filters", &self.filters)
            .field("shards", &self.parts.shards)
            .finish_non_exhaustive()
    }
}
