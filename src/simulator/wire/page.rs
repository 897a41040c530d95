//! Pages of lists, and their cursors.
//!
//! Each item of a list has a number, which falls along the list. A cursor holds the number of a
//! page's last item.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{query::Query, reply::Refusal};

const DEFAULT_LIMIT: usize = 20;

/// The number in a cursor that leads to the first page.
const START: usize = usize::MAX;

/// A request for a page of a list.
pub(crate) struct ListRequest<'a> {
    name: &'static str,
    pub(crate) query: &'a Query,
}

impl<'a> ListRequest<'a> {
    /// Creates a request for a page of the list of this name, such as `tasks`.
    pub(crate) fn new(name: &'static str, query: &'a Query) -> Self {
        Self { name, query }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the number in the request's cursor. All items of the page have a lower one.
    pub(crate) fn below(&self) -> Result<usize, Refusal> {
        match self.query.get("cursor") {
            Some(cursor) => self
                .read_cursor(cursor)
                .ok_or_else(|| Refusal::malformed("Invalid cursor")),
            None => Ok(START),
        }
    }

    /// Returns one page of a list that is paged by default.
    pub(crate) fn page(
        &self,
        newest_first: impl Iterator<Item = (usize, Value)>,
    ) -> Result<Value, Refusal> {
        let limit = self.query.limit()?.unwrap_or(DEFAULT_LIMIT);
        self.cut(limit, newest_first)
    }

    /// Returns a list that is whole unless a page of it is asked for.
    pub(crate) fn whole_or_page(
        &self,
        newest_first: impl Iterator<Item = (usize, Value)>,
    ) -> Result<Value, Refusal> {
        match self.query.limit()? {
            Some(limit) => self.cut(limit, newest_first),
            None => {
                let page = self.cut(usize::MAX, newest_first)?;
                Ok(json!({ "data": page["data"] }))
            }
        }
    }

    fn cut(
        &self,
        limit: usize,
        newest_first: impl Iterator<Item = (usize, Value)>,
    ) -> Result<Value, Refusal> {
        let below = self.below()?;
        let mut rest = newest_first.filter(|(number, _)| *number < below);
        let items: Vec<(usize, Value)> = rest.by_ref().take(limit).collect();
        let has_more = rest.next().is_some();
        let next = items
            .last()
            .filter(|_| has_more)
            .map(|(number, _)| self.write_cursor(&number.to_string()));
        let items: Vec<Value> = items.into_iter().map(|(_, item)| item).collect();
        Ok(json!({ "data": items, "has_more": has_more, "next_cursor": next }))
    }

    /// Returns the cursor that leads to this page: the one that was asked for.
    pub(crate) fn cursor_of_itself(&self) -> String {
        let cursor = self.query.get("cursor").map(str::to_owned);
        cursor.unwrap_or_else(|| self.write_cursor(&START.to_string()))
    }

    /// Returns another cursor that leads to this page, which no earlier page has had.
    pub(crate) fn other_cursor_of_itself(&self) -> String {
        let number = match self.query.get("cursor") {
            Some(cursor) => self
                .cursor_number(cursor)
                .map(|number| format!("0{number}")),
            None => None,
        };
        self.write_cursor(&number.unwrap_or_else(|| START.to_string()))
    }

    fn write_cursor(&self, number: &str) -> String {
        // Some of these characters become `+`, `/` and `=`, which clients have to percent-encode.
        STANDARD.encode(format!("{}?>:{number}", self.name))
    }

    fn read_cursor(&self, cursor: &str) -> Option<usize> {
        self.cursor_number(cursor)?.parse().ok()
    }

    fn cursor_number(&self, cursor: &str) -> Option<String> {
        let text = String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?;
        let number = text.strip_prefix(self.name)?.strip_prefix("?>:")?;
        Some(number.to_owned())
    }
}
