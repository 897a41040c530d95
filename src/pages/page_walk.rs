//! The walk through a list, one page after the other.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};

use super::{
    Ask, Cursor, Page, PageBody, PageParts, Source, Undecodable,
    advance::{self, Signs},
    cycle_guard::CycleGuard,
    salvage::{Salvaged, salvage},
};
use crate::{
    error::{Error, ErrorKind, Phase},
    metadata::Metadata,
};

/// The user's function that is called with each item that is skipped.
pub(super) type SkipReport = Arc<dyn Fn(Undecodable) + Send + Sync>;

/// A list, and the settings of a walk through it.
pub(super) struct WalkOptions<B> {
    pub(super) source: Source<B>,
    pub(super) page_size: Option<u32>,
    /// The newest time that is requested.
    pub(super) until: Option<DateTime<Utc>>,
    /// If set, items that don't decode are skipped and reported; otherwise one fails its page.
    pub(super) report: Option<SkipReport>,
}

impl<B> WalkOptions<B> {
    pub(super) fn new(source: Source<B>) -> Self {
        Self {
            page_size: source.largest_page,
            source,
            until: None,
            report: None,
        }
    }
}

impl<B> Clone for WalkOptions<B> {
    fn clone(&self) -> Self {
        Self {
            source: self.source.clone(),
            page_size: self.page_size,
            until: self.until,
            report: self.report.clone(),
        }
    }
}

impl<B> fmt::Debug for WalkOptions<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WalkOptions")
            .field("source", &self.source)
            .field("page_size", &self.page_size)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

/// A page, and the items of it that don't decode and are to be reported.
pub(super) struct ReadPage<T> {
    pub(super) page: Page<T>,
    pub(super) skipped: Vec<Undecodable>,
}

/// The page that a walk requests next.
#[derive(Clone, Debug)]
pub(super) enum NextPage {
    First,
    At(Cursor),
    /// There is none: the server has led back to this cursor, which the next step reports.
    Cycle(Cursor),
    End,
}

/// A walk from page to page of a list, one request after the other.
pub(super) struct PageWalk<B> {
    options: WalkOptions<B>,
    next: NextPage,
    guard: CycleGuard,
    /// How many of the last pages had no items.
    empty_pages: usize,
    /// How many items there were, where all of the list were counted.
    seen: Option<u64>,
}

/// The most pages in a row without an item. More are an error, since they would probably never end.
const MOST_EMPTY: usize = 1_000;

impl<B: PageBody> PageWalk<B> {
    pub(super) fn new(options: WalkOptions<B>, next: NextPage) -> Self {
        let seen = matches!(next, NextPage::First).then_some(0);
        let mut guard = CycleGuard::new();
        if let NextPage::At(cursor) = &next {
            guard.visit(cursor);
        }
        Self {
            options,
            next,
            guard,
            empty_pages: 0,
            seen,
        }
    }

    /// Requests the next page. After an error, the same page is next.
    pub(super) async fn next(&mut self) -> Option<Result<ReadPage<B::Item>, Error>> {
        let cursor = match &self.next {
            NextPage::First => None,
            NextPage::At(cursor) => Some(cursor.clone()),
            NextPage::Cycle(cursor) => {
                let error = self.led_back(Some(cursor));
                self.next = NextPage::End;
                return Some(Err(error));
            }
            NextPage::End => return None,
        };
        let reply = self.options.source.fetch(Ask {
            cursor: cursor.clone().map(String::from),
            page_size: self.options.page_size,
            until: self.options.until,
        });
        let cursor = cursor.as_ref();
        let ((parts, skipped), metadata) = match reply.await {
            Ok(reply) => {
                let (body, metadata) = reply.into_parts();
                ((body.into_parts(), Vec::new()), Some(metadata))
            }
            Err(error) => match (self.skip(&error, cursor), cursor) {
                (Some(rest), _) => (rest, error.metadata()),
                (None, Some(cursor)) => return Some(Err(error.with_cursor(cursor))),
                (None, None) => return Some(Err(error)),
            },
        };
        let read = self.advance(parts, skipped, cursor, metadata.as_ref());
        Some(read.map(|read| ReadPage {
            page: read.page.with_metadata(metadata),
            ..read
        }))
    }

    pub(super) fn is_at_end(&self) -> bool {
        matches!(self.next, NextPage::End)
    }

    /// Decodes what can be decoded of a page, if items that can't are to be skipped.
    fn skip(&self, error: &Error, cursor: Option<&Cursor>) -> Option<Salvaged<B>> {
        self.options.report.as_ref()?;
        // A refusal has a body too, and is none of a page.
        if error.kind() != ErrorKind::Decode {
            return None;
        }
        let (parts, mut skipped) = salvage::<B>(error.body()?)?;
        for item in &mut skipped {
            item.cursor = cursor.cloned();
        }
        Some((parts, skipped))
    }

    /// Moves on to the page after this one.
    fn advance(
        &mut self,
        parts: PageParts<B::Item>,
        skipped: Vec<Undecodable>,
        cursor: Option<&Cursor>,
        metadata: Option<&Metadata>,
    ) -> Result<ReadPage<B::Item>, Error> {
        let count = (parts.items.len() as u64).saturating_add(skipped.len() as u64);
        let seen = self.seen.map(|seen| seen.saturating_add(count));
        let signs = Signs {
            cursor: cursor.map(Cursor::as_str),
            count,
            seen,
            next: parts.next,
            has_more: parts.has_more,
            total: parts.total,
            headers: metadata.map(Metadata::headers),
        };
        // A page that can't lead on isn't counted: it is requested again.
        let next = match advance::next(self.options.source.advance, signs) {
            Ok(next) => next.map(Cursor::from),
            Err(why) => return Err(self.failed(ErrorKind::Decode, why, cursor)),
        };
        if !self.is_new(&parts.items, &skipped) {
            self.next = NextPage::End;
            return Err(self.led_back(cursor));
        }
        self.empty_pages = if parts.items.is_empty() && skipped.is_empty() {
            self.empty_pages + 1
        } else {
            0
        };
        if self.empty_pages > MOST_EMPTY {
            self.next = NextPage::End;
            let message = format!("{MOST_EMPTY} pages in a row have held nothing");
            return Err(self.cycle(message, cursor));
        }
        self.seen = seen;
        self.next = match &next {
            None => NextPage::End,
            Some(cursor) if self.guard.visit(cursor) => NextPage::At(cursor.clone()),
            Some(cursor) => NextPage::Cycle(cursor.clone()),
        };
        let page = Page::new(parts.items, next);
        Ok(ReadPage { page, skipped })
    }

    /// Whether a page wasn't shown before, under this or another cursor. Its first and last item
    /// and its length are enough to tell, since no item comes twice.
    fn is_new(&mut self, items: &[B::Item], skipped: &[Undecodable]) -> bool {
        let ends = (items.first(), items.last());
        let skipped_ends = (
            skipped.first().map(|item| &item.json),
            skipped.last().map(|item| &item.json),
        );
        let length = items.len() + skipped.len();
        match serde_json::to_string(&(ends, skipped_ends)) {
            Ok(ends) if length > 0 => self.guard.visit(&(ends, length)),
            _ => true,
        }
    }

    fn led_back(&self, cursor: Option<&Cursor>) -> Error {
        let message = "the server led back to a page that it had shown before";
        self.cycle(message, cursor)
    }

    fn cycle(&self, message: impl Into<String>, cursor: Option<&Cursor>) -> Error {
        self.failed(ErrorKind::RepeatedCursor, message, cursor)
    }

    fn failed(
        &self,
        kind: ErrorKind,
        message: impl Into<String>,
        cursor: Option<&Cursor>,
    ) -> Error {
        let error = Error::new(kind, Phase::Answered, message)
            .with_operation(self.options.source.operation)
            .with_attempts(1);
        match cursor {
            Some(cursor) => error.with_cursor(cursor),
            None => error,
        }
    }
}

#[cfg(test)]
mod tests;
