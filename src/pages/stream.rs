//! The streams themselves.

use std::{
    collections::HashSet,
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
/// # Errors
///
/// What the operation's call can fail with, and [`ErrorKind::RepeatedCursor`] where the server leads back to
/// a page that was shown before, after which the stream ends.
pub struct Pages<'a, L: Paged> {
    list: L,
    place: Place,
    fetching: Option<Fetch<'a, L::Body>>,
    /// Fingerprints of the cursors so far. The cursors themselves can be long, and a list endless.
    seen: HashSet<u64>,
    hasher: RandomState,
}

enum Place {
    Start,
    At(Cursor),
    /// The server led back to a page that was shown; what is left is to say so.
    Loop,
    End,
}

impl<'a, L: Paged + 'a> Pages<'a, L> {
    pub(super) fn new(list: L) -> Self {
        let list = match L::LARGEST_PAGE {
            Some(size) => list.with_page_size(size),
            None => list,
        };
        Self {
            list,
            place: Place::Start,
            fetching: None,
            seen: HashSet::new(),
            hasher: RandomState::new(),
        }
    }

    /// Starts at a cursor instead of at the newest item.
    pub fn resume_from(mut self, cursor: Cursor) -> Self {
        self.fetching = None;
        self.place = Place::At(cursor);
        self
    }

    /// The cursor of the page that comes next; `None` before the first and after the last page.
    pub fn cursor(&self) -> Option<&Cursor> {
        match &self.place {
            Place::At(cursor) => Some(cursor),
            Place::Start | Place::Loop | Place::End => None,
        }
    }

    fn request(&self) -> Fetch<'a, L::Body> {
        let list = self.list.clone();
        match &self.place {
            Place::At(cursor) => list.at_cursor(cursor.as_str().to_owned()).fetch(),
            Place::Start | Place::Loop | Place::End => list.fetch(),
        }
    }

    /// Moves to the page after this one.
    fn advance(
        &mut self,
        parts: PageParts<<L::Body as PageBody>::Item>,
    ) -> Page<<L::Body as PageBody>::Item> {
        let next = parts
            .next
            .filter(|it| !it.is_empty() && parts.has_more != Some(false))
            .map(Cursor);
        if let Place::At(cursor) = &self.place {
            self.seen.insert(self.hasher.hash_one(cursor));
        }
        self.place = match &next {
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

    fn led_back() -> Error {
        let message = "the server led back to a page that it had shown before";
        let call = CallInfo {
            operation: Some(L::OPERATION),
            attempts: 1,
        };
        Error::new(ErrorKind::RepeatedCursor, Phase::Answered, message).of_call(call)
    }
}

impl<'a, L: Paged + Unpin + 'a> Stream for Pages<'a, L> {
    type Item = Result<Page<<L::Body as PageBody>::Item>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.place {
            Place::End => return Poll::Ready(None),
            Place::Loop => {
                self.place = Place::End;
                return Poll::Ready(Some(Err(Self::led_back())));
            }
            Place::Start | Place::At(_) => (),
        }
        let request = match self.fetching.take() {
            Some(fetching) => fetching,
            None => self.request(),
        };
        let reply = ready!(self.fetching.insert(request).as_mut().poll(context));
        self.fetching = None;
        let page = reply.map(|it| self.advance(it.into_inner().into_parts()));
        Poll::Ready(Some(page))
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
}

impl<'a, L: Paged + 'a> Items<'a, L> {
    pub(super) fn new(pages: Pages<'a, L>) -> Self {
        Self {
            pages,
            page: Vec::new().into_iter(),
        }
    }
}

impl<'a, L: Paged + Unpin + 'a> Stream for Items<'a, L>
where
    <L::Body as PageBody>::Item: Unpin,
{
    type Item = Result<<L::Body as PageBody>::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
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
