//! A walk from page to page, one request after the other.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};

use super::{
    Ask, Cursor, Page, PageBody, PageParts, Source, Undecodable, salvage::salvage, trail::Trail,
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
    pub(super) async fn next(&mut self) -> Option<Result<Page<B::Item>, Error>> {
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
        let parts = match reply.await {
            Ok(reply) => Ok(reply.into_inner().into_parts()),
            Err(error) => self.skip(error, cursor.as_ref()),
        };
        Some(match (parts, cursor) {
            (Ok(parts), cursor) => self.advance(parts, cursor.as_ref()),
            (Err(error), Some(cursor)) => Err(error.at_cursor(cursor.as_str())),
            (Err(error), None) => Err(error),
        })
    }

    /// Whether nothing comes any more.
    pub(super) fn is_at_end(&self) -> bool {
        matches!(self.place, Place::End)
    }

    /// Gets along without the items that don't decode, where that is wanted.
    fn skip(&self, error: Error, cursor: Option<&Cursor>) -> Result<PageParts<B::Item>, Error> {
        let Some(report) = &self.setup.report else {
            return Err(error);
        };
        let Some((parts, skipped)) = error.body().and_then(salvage::<B>) else {
            return Err(error);
        };
        for it in skipped {
            report(Undecodable {
                cursor: cursor.cloned(),
                ..it
            });
        }
        Ok(parts)
    }

    /// Moves on to the page after this one.
    fn advance(
        &mut self,
        parts: PageParts<B::Item>,
        cursor: Option<&Cursor>,
    ) -> Result<Page<B::Item>, Error> {
        if !self.is_new(&parts.items) {
            self.place = Place::End;
            return Err(self.led_back(cursor));
        }
        self.empty = match parts.items.is_empty() {
            true => self.empty + 1,
            false => 0,
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
        Ok(Page {
            items: parts.items,
            next,
        })
    }

    /// Whether a page wasn't shown before, be it under another cursor. Its ends tell: no item comes twice.
    fn is_new(&mut self, items: &[B::Item]) -> bool {
        let ends = items.first().zip(items.last());
        let text = ends.and_then(|it| serde_json::to_string(&it).ok());
        text.is_none_or(|it| self.trail.is_new(&(it, items.len())))
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
