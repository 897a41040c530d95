//! A walk from page to page, one request after the other.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};

use super::{
    Ask, Cursor, Page, PageBody, PageParts, Source, Undecodable,
    salvage::{Salvaged, salvage},
    trail::Trail,
};
use crate::error::{CallInfo, Error, ErrorKind, Phase};

/// Is told of each item that is skipped.
pub(super) type Report = Arc<dyn Fn(Undecodable) + Send + Sync>;

/// What is walked through, and how.
pub(super) struct Setup<B> {
    pub(super) source: Source<B>,
    pub(super) page_size: Option<u32>,
    pub(super) until: Option<DateTime<Utc>>,
    /// Items that don't decode are skipped where this is set, and fail their page otherwise.
    pub(super) report: Option<Report>,
}

impl<B> Setup<B> {
    pub(super) fn new(source: Source<B>) -> Self {
        Self {
            page_size: source.largest_page,
            source,
            until: None,
            report: None,
        }
    }
}

impl<B> Clone for Setup<B> {
    fn clone(&self) -> Self {
        Self {
            source: self.source.clone(),
            page_size: self.page_size,
            until: self.until,
            report: self.report.clone(),
        }
    }
}

impl<B> fmt::Debug for Setup<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup")
            .field("source", &self.source)
            .field("page_size", &self.page_size)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

/// A page, and what of it doesn't decode and is to be skipped.
pub(super) struct Read<T> {
    pub(super) page: Page<T>,
    pub(super) skipped: Vec<Undecodable>,
}

/// Which page comes next.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Start,
    At(Cursor),
    /// The server led back to a place; what is left is to say so.
    Circle(Cursor),
    End,
}

pub(super) struct Walk<B> {
    setup: Setup<B>,
    place: Place,
    trail: Trail,
    /// How many of the last pages had no items.
    empty: usize,
}

/// So many pages without items in a row lead nowhere.
const MOST_EMPTY: usize = 1_000;

impl<B: PageBody> Walk<B> {
    pub(super) fn new(setup: Setup<B>, place: Place) -> Self {
        let mut trail = Trail::new();
        if let Place::At(cursor) = &place {
            trail.is_new(cursor);
        }
        Self {
            setup,
            place,
            trail,
            empty: 0,
        }
    }

    /// Gets the next page. After an error it stays where it is.
    pub(super) async fn next(&mut self) -> Option<Result<Read<B::Item>, Error>> {
        let cursor = match &self.place {
            Place::Start => None,
            Place::At(cursor) => Some(cursor.clone()),
            Place::Circle(cursor) => {
                let error = self.led_back(Some(cursor));
                self.place = Place::End;
                return Some(Err(error));
            }
            Place::End => return None,
        };
        let reply = self.setup.source.fetch(Ask {
            cursor: cursor.clone().map(|it| it.0),
            page_size: self.setup.page_size,
            until: self.setup.until,
        });
        let cursor = cursor.as_ref();
        let (parts, skipped) = match reply.await {
            Ok(reply) => (reply.into_inner().into_parts(), Vec::new()),
            Err(error) => match (self.skip(&error, cursor), cursor) {
                (Some(rest), _) => rest,
                (None, Some(cursor)) => return Some(Err(error.at_cursor(cursor.as_str()))),
                (None, None) => return Some(Err(error)),
            },
        };
        Some(self.advance(parts, skipped, cursor))
    }

    /// Whether nothing comes any more.
    pub(super) fn is_at_end(&self) -> bool {
        matches!(self.place, Place::End)
    }

    /// Gets along without the items that don't decode, where that is wanted.
    fn skip(&self, error: &Error, cursor: Option<&Cursor>) -> Option<Salvaged<B>> {
        self.setup.report.as_ref()?;
        let (parts, mut skipped) = salvage::<B>(error.body()?)?;
        for it in &mut skipped {
            it.cursor = cursor.cloned();
        }
        Some((parts, skipped))
    }

    /// Moves on to the page after this one.
    fn advance(
        &mut self,
        parts: PageParts<B::Item>,
        skipped: Vec<Undecodable>,
        cursor: Option<&Cursor>,
    ) -> Result<Read<B::Item>, Error> {
        if !self.is_new(&parts.items, &skipped) {
            self.place = Place::End;
            return Err(self.led_back(cursor));
        }
        self.empty = if parts.items.is_empty() && skipped.is_empty() {
            self.empty + 1
        } else {
            0
        };
        if self.empty > MOST_EMPTY {
            self.place = Place::End;
            let message = format!("{MOST_EMPTY} pages in a row have held nothing");
            return Err(self.circle(message, cursor));
        }
        let next = parts
            .next
            .filter(|it| !it.is_empty() && parts.has_more != Some(false))
            .map(Cursor);
        self.place = match &next {
            None => Place::End,
            Some(cursor) if self.trail.is_new(cursor) => Place::At(cursor.clone()),
            Some(cursor) => Place::Circle(cursor.clone()),
        };
        let items = parts.items;
        let page = Page { items, next };
        Ok(Read { page, skipped })
    }

    /// Whether a page wasn't shown before, be it under another cursor. Its ends tell: no item comes
    /// twice.
    fn is_new(&mut self, items: &[B::Item], skipped: &[Undecodable]) -> bool {
        let ends = (items.first(), items.last());
        let skipped_ends = (skipped.first(), skipped.last());
        let skipped_ends = (
            skipped_ends.0.map(|it| &it.json),
            skipped_ends.1.map(|it| &it.json),
        );
        let length = items.len() + skipped.len();
        match serde_json::to_string(&(ends, skipped_ends)) {
            Ok(ends) if length > 0 => self.trail.is_new(&(ends, length)),
            _ => true,
        }
    }

    fn led_back(&self, cursor: Option<&Cursor>) -> Error {
        let message = "the server led back to a page that it had shown before";
        self.circle(message, cursor)
    }

    fn circle(&self, message: impl Into<String>, cursor: Option<&Cursor>) -> Error {
        let call = CallInfo {
            operation: Some(self.setup.source.operation),
            attempts: 1,
        };
        let error = Error::new(ErrorKind::RepeatedCursor, Phase::Answered, message).of_call(call);
        match cursor {
            Some(cursor) => error.at_cursor(cursor.as_str()),
            None => error,
        }
    }
}
