//! Streams what is unfinished, page by page.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::{FusedStream, Stream};
use futures_util::{
    StreamExt,
    stream::{self, BoxStream, Fuse},
};

use super::{Entry, Ledger, LedgerError};

/// Streams over any ledger.
///
/// ```
/// use futures_util::TryStreamExt;
/// use nanonets_agents::ledger::{Claim, Ledger, LedgerExt, MemoryLedger};
/// use uuid::Uuid;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), nanonets_agents::ledger::LedgerError> {
/// let ledger = MemoryLedger::new();
/// ledger.claim(&Claim::new("invoice-1", Uuid::nil(), "hash")).await?;
///
/// let unfinished: Vec<_> = ledger.unfinished().try_collect().await?;
/// assert_eq!(unfinished[0].key, "invoice-1");
/// # Ok(())
/// # }
/// ```
pub trait LedgerExt: Ledger {
    /// Streams everything that a restarted worker has to pick up: tasks that were started and not
    /// recorded as finished, and keys without a task, which are settled by running them again.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// use nanonets_agents::ledger::{Ledger, LedgerError, LedgerExt};
    ///
    /// async fn left_over(ledger: &impl Ledger) -> Result<(), LedgerError> {
    ///     let mut unfinished = ledger.unfinished();
    ///     while let Some(entry) = unfinished.try_next().await? {
    ///         match entry.task {
    ///             Some(task) => println!("wait for {}", task.task_id()),
    ///             None => println!("run {} again", entry.key),
    ///         }
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// An error of [`Ledger::unfinished_after`] is the last item.
    fn unfinished(&self) -> Unfinished<'_> {
        const PAGE: usize = 100;
        let pages = stream::try_unfold(
            Some(None),
            move |place: Option<Option<String>>| async move {
                let Some(after) = place else { return Ok(None) };
                let page = self.unfinished_after(after.as_deref(), PAGE).await?;
                let next = page
                    .last()
                    .filter(|_| page.len() == PAGE)
                    .map(|entry| Some(entry.key.clone()));
                Ok(Some((page, next)))
            },
        );
        let entries = pages.flat_map(|page| {
            let (entries, error) = match page {
                Ok(entries) => (entries, None),
                Err(error) => (Vec::new(), Some(error)),
            };
            stream::iter(entries.into_iter().map(Ok).chain(error.map(Err)))
        });
        Unfinished(entries.boxed().fuse())
    }
}

impl<L: Ledger + ?Sized> LedgerExt for L {}

/// A stream of what is unfinished in a ledger, from [`LedgerExt::unfinished`].
///
/// It goes on returning `None` after its end.
///
/// ```
/// use futures_util::StreamExt;
/// use nanonets_agents::ledger::{LedgerExt, MemoryLedger, Unfinished};
///
/// async fn count(unfinished: Unfinished<'_>) -> usize {
///     unfinished.count().await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(count(MemoryLedger::new().unfinished()).await, 0);
/// # }
/// ```
#[must_use = "streams do nothing unless polled"]
pub struct Unfinished<'a>(Fuse<BoxStream<'a, Result<Entry, LedgerError>>>);

impl Stream for Unfinished<'_> {
    type Item = Result<Entry, LedgerError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl FusedStream for Unfinished<'_> {
    fn is_terminated(&self) -> bool {
        self.0.is_terminated()
    }
}

impl fmt::Debug for Unfinished<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unfinished").finish_non_exhaustive()
    }
}
