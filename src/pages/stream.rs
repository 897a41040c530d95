//! The streams themselves.

use std::{
    collections::{HashSet, VecDeque},
    fmt,
    hash::{BuildHasher, RandomState},
    pin::Pin,
    task::{Context, Poll, ready},
    vec,
};

use futures_core::Stream;

use super::{Cursor, Fetch, Page, PageBody, PageParts, Paged};
use crate::error::{CallInfo, Error, ErrorKind, Phase};

/// The pages of a list, from [`PageExt::pages`](super::PageExt::pages).
///
/// It ends after the last page. After an error it stays where it is: polled again, it asks for the same page
/// again. Dropping it stops asking.
///
/// While a page is consumed, the next one is already asked for; see [`prefetch`](Self::prefetch).
///
/// # Errors
///
/// What the operation's call can fail with, and [`ErrorKind::RepeatedCursor`] where the server leads back to
/// a page that was shown before, after which the stream ends. [`Error::cursor`] tells at which page.
pub struct Pages<'a, L: Paged> {
    list: L,
    page_size: Option<u32>,
    ahead: usize,
    /// Which page is asked for next, and which one is handed out next.
    asking: Place,
    next: Option<Cursor>,
    fetching: Option<Fetch<'a, L::Body>>,
    ready: VecDeque<PageOf<L>>,
    /// Why the page that is asked for isn't there.
    failure: Option<Error>,
    /// Fingerprints of the cursors so far. The cursors themselves can be long, and a list endless.
    seen: HashSet<u64>,
    hasher: RandomState,
}

type PageOf<L> = Page<<<L as Paged>::Body as PageBody>::Item>;

enum Place {
    Start,
    At(Cursor),
    /// The server led back to a page that was shown; what is left is to say so.
    Loop,
    End,
}

impl<'a, L: Paged + 'a> Pages<'a, L> {
    pub(super) fn new(list: L) -> Self {
        Self {
            list,
            page_size: L::LARGEST_PAGE,
            ahead: 1,
            asking: Place::Start,
            next: None,
            fetching: None,
            ready: VecDeque::new(),
            failure: None,
            seen: HashSet::new(),
            hasher: RandomState::new(),
        }
    }

    /// Starts at a cursor instead of at the newest item.
    pub fn resume_from(mut self, cursor: Cursor) -> Self {
        self.fetching = None;
        self.next = Some(cursor.clone());
        self.asking = Place::At(cursor);
        self
    }

    /// How many items a page has; as many as the list allows by default, unless the builder was given a limit. What
    /// the list doesn't allow is an error of the first page.
    pub fn page_size(mut self, items: u32) -> Self {
        self.page_size = Some(items);
        self
    }

    /// How many pages are asked for before they are wanted; 1 by default. 0 asks only for what is wanted.
    ///
    /// A stream that is dropped early may have asked for so many pages too many.
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.ahead = pages;
        self
    }

    /// The cursor of the page that comes next; `None` before the first and after the last page.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.next.as_ref()
    }

    fn request(&self) -> Fetch<'a, L::Body> {
        let mut list = self.list.clone();
        if let Some(size) = self.page_size {
            list = list.with_page_size(size);
        }
        match &self.asking {
            Place::At(cursor) => list.at_cursor(cursor.as_str().to_owned()).fetch(),
            Place::Start | Place::Loop | Place::End => list.fetch(),
        }
    }

    /// Asks for pages until there are so many, or nothing more comes at once.
    fn ask(&mut self, pages: usize, context: &mut Context<'_>) {
        while self.ready.len() < pages
            && self.failure.is_none()
            && matches!(self.asking, Place::Start | Place::At(_))
        {
            let request = match self.fetching.take() {
                Some(fetching) => fetching,
                None => self.request(),
            };
            let Poll::Ready(reply) = self.fetching.insert(request).as_mut().poll(context) else {
                return;
            };
            self.fetching = None;
            match reply {
                Ok(reply) => {
                    let page = self.advance(reply.into_inner().into_parts());
                    self.ready.push_back(page);
                }
                Err(error) => self.failure = Some(self.at_cursor(error)),
            }
        }
    }

    /// Moves to the page after this one.
    fn advance(&mut self, parts: PageParts<<L::Body as PageBody>::Item>) -> PageOf<L> {
        let next = parts
            .next
            .filter(|it| !it.is_empty() && parts.has_more != Some(false))
            .map(Cursor);
        if let Place::At(cursor) = &self.asking {
            self.seen.insert(self.hasher.hash_one(cursor));
        }
        self.asking = match &next {
            None => Place::End,
            Some(cursor) if !self.seen.contains(&self.hasher.hash_one(cursor)) => {
                Place::At(cursor.clone())
            }
            Some(_) => Place::Loop,
        };
        Page {
            items: parts.items,
            next,
        }
    }

    fn at_cursor(&self, error: Error) -> Error {
        match &self.asking {
            Place::At(cursor) => error.at_cursor(cursor.as_str()),
            Place::Start | Place::Loop | Place::End => error,
        }
    }

    fn led_back(&self) -> Error {
        let message = "the server led back to a page that it had shown before";
        let call = CallInfo {
            operation: Some(L::OPERATION),
            attempts: 1,
        };
        let error = Error::new(ErrorKind::RepeatedCursor, Phase::Answered, message).of_call(call);
        match &self.next {
            Some(cursor) => error.at_cursor(cursor.as_str()),
            None => error,
        }
    }
}

impl<'a, L: Paged + Unpin + 'a> Stream for Pages<'a, L>
where
    <L::Body as PageBody>::Item: Unpin,
{
    type Item = Result<PageOf<L>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.ask(1, context);
        if let Some(page) = self.ready.pop_front() {
            self.next.clone_from(&page.next);
            // On its way while this one is consumed.
            let ahead = self.ahead;
            self.ask(ahead, context);
            return Poll::Ready(Some(Ok(page)));
        }
        if let Some(failure) = self.failure.take() {
            return Poll::Ready(Some(Err(failure)));
        }
        match self.asking {
            Place::End => Poll::Ready(None),
            Place::Loop => {
                let error = self.led_back();
                (self.asking, self.next) = (Place::End, None);
                Poll::Ready(Some(Err(error)))
            }
            Place::Start | Place::At(_) => Poll::Pending,
        }
    }
}

impl<'a, L: Paged + 'a> fmt::Debug for Pages<'a, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &L::OPERATION)
            .field("cursor", &self.cursor())
            .finish_non_exhaustive()
    }
}

/// The items of a list, from [`PageExt::items`](super::PageExt::items).
///
/// It ends, fails and goes on as [`Pages`] does.
pub struct Items<'a, L: Paged> {
    pages: Pages<'a, L>,
    page: vec::IntoIter<<L::Body as PageBody>::Item>,
    /// How many more are wanted.
    left: Option<usize>,
}

impl<'a, L: Paged + 'a> Items<'a, L> {
    pub(super) fn new(pages: Pages<'a, L>) -> Self {
        Self {
            pages,
            page: Vec::new().into_iter(),
            left: None,
        }
    }

    /// At most so many items in all; no page is asked for that isn't needed for them.
    pub fn limit(mut self, items: usize) -> Self {
        self.left = Some(items);
        self
    }

    /// How many items a page has; see [`Pages::page_size`].
    pub fn page_size(mut self, items: u32) -> Self {
        self.pages = self.pages.page_size(items);
        self
    }

    /// How many pages are asked for before they are wanted; see [`Pages::prefetch`].
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.pages = self.pages.prefetch(pages);
        self
    }

    /// Starts at a cursor instead of at the newest item.
    pub fn resume_from(mut self, cursor: Cursor) -> Self {
        self.pages = self.pages.resume_from(cursor);
        self
    }

    /// The cursor of the page after the one whose items come now; `None` on the last.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.pages.cursor()
    }
}

impl<'a, L: Paged + Unpin + 'a> Stream for Items<'a, L>
where
    <L::Body as PageBody>::Item: Unpin,
{
    type Item = Result<<L::Body as PageBody>::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if self.left == Some(0) {
                return Poll::Ready(None);
            }
            if let Some(item) = self.page.next() {
                self.left = self.left.map(|it| it - 1);
                return Poll::Ready(Some(Ok(item)));
            }
            // Whether another page is needed isn't known before this one is there.
            if self.left.is_some() {
                self.pages.ahead = 0;
            }
            match ready!(Pin::new(&mut self.pages).poll_next(context)) {
                Some(Ok(page)) => self.page = page.items.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<'a, L: Paged + 'a> fmt::Debug for Items<'a, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .finish_non_exhaustive()
    }
}
