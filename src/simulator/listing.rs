//! Query parameters and pages.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use uuid::Uuid;

use super::reply::Refusal;

/// A UUID in the one form that the API calls so.
pub(super) fn uuid(name: &str, text: &str) -> Result<Uuid, Refusal> {
    match text.len() {
        36 => Uuid::try_parse(text).ok(),
        _ => None,
    }
    .ok_or_else(|| Refusal::malformed(format!("Invalid {name} format")))
}

/// The parameters of a query, each of which may be given once.
#[derive(Debug)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn parse(query: &str) -> Result<Self, Refusal> {
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let repeated = pairs
            .iter()
            .enumerate()
            .find(|(index, (name, _))| pairs[..*index].iter().any(|(other, _)| other == name));
        match repeated {
            Some((_, (name, _))) => Err(Refusal::malformed(format!("{name} is given twice"))),
            None => Ok(Self(pairs)),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(it, _)| it == name)
            .map(|(_, value)| value.as_str())
    }

    /// A comma-separated list of known values.
    pub(super) fn values(
        &self,
        name: &str,
        known: &[&str],
    ) -> Result<Option<Vec<String>>, Refusal> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let values: Vec<String> = text.split(',').map(|it| it.trim().to_owned()).collect();
        match values.iter().find(|it| !known.contains(&it.as_str())) {
            Some(value) => Err(Refusal::malformed(format!("Invalid {name}: {value}"))),
            None => Ok(Some(values)),
        }
    }

    pub(super) fn time(&self, name: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
        self.get(name)
            .map(|text| {
                DateTime::parse_from_rfc3339(text)
                    .map(|it| it.to_utc())
                    .map_err(|_| Refusal::malformed(format!("Invalid {name} format")))
            })
            .transpose()
    }

    /// The number that the cursor of a list stands for.
    pub(super) fn cursor(&self, list: &str) -> Result<Option<usize>, Refusal> {
        self.get("cursor")
            .map(|cursor| read_cursor(list, cursor))
            .transpose()
    }

    fn limit(&self) -> Result<Option<usize>, Refusal> {
        self.get("limit")
            .map(|text| match text.parse() {
                Ok(limit @ 1..=100) if !text.starts_with('+') => Ok(limit),
                _ => Err(Refusal::malformed("limit must be between 1 and 100")),
            })
            .transpose()
    }
}

const DEFAULT_LIMIT: usize = 20;

/// One page of a list that is paged by default.
pub(super) fn page(
    list: &str,
    query: &Query,
    newest_first: impl Iterator<Item = (usize, Value)>,
) -> Result<Value, Refusal> {
    let limit = query.limit()?.unwrap_or(DEFAULT_LIMIT);
    cut(list, query, limit, newest_first)
}

/// A list that is whole unless a page of it is asked for.
pub(super) fn whole_or_page(
    list: &str,
    query: &Query,
    newest_first: impl Iterator<Item = (usize, Value)>,
) -> Result<Value, Refusal> {
    match query.limit()? {
        Some(limit) => cut(list, query, limit, newest_first),
        None => {
            let page = cut(list, query, usize::MAX, newest_first)?;
            Ok(json!({ "data": page["data"] }))
        }
    }
}

/// Each item comes with its number, which falls along the list; a cursor is the number of a page's
/// last item.
fn cut(
    list: &str,
    query: &Query,
    limit: usize,
    newest_first: impl Iterator<Item = (usize, Value)>,
) -> Result<Value, Refusal> {
    let before = query.cursor(list)?.unwrap_or(usize::MAX);
    let mut rest = newest_first.filter(|(number, _)| *number < before);
    let items: Vec<(usize, Value)> = rest.by_ref().take(limit).collect();
    let has_more = rest.next().is_some();
    let next = items
        .last()
        .filter(|_| has_more)
        .map(|(number, _)| write_cursor(list, *number));
    let items: Vec<Value> = items.into_iter().map(|(_, item)| item).collect();
    Ok(json!({ "data": items, "has_more": has_more, "next_cursor": next }))
}

fn write_cursor(list: &str, number: usize) -> String {
    // The padding makes sure that clients have something to percent-encode.
    STANDARD.encode(format!("{list}?>:{number}"))
}

fn read_cursor(list: &str, cursor: &str) -> Result<usize, Refusal> {
    let read = || {
        let text = String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?;
        text.strip_prefix(list)?.strip_prefix("?>:")?.parse().ok()
    };
    read().ok_or_else(|| Refusal::malformed("Invalid cursor"))
}

/// Leads to the page itself instead of the next one.
pub(super) fn repeat_cursor(list: &str, query: &Query, body: &mut Value) {
    let cursor = query.get("cursor").map(str::to_owned);
    body["next_cursor"] = cursor
        .unwrap_or_else(|| write_cursor(list, usize::MAX))
        .into();
    body["has_more"] = true.into();
}

/// Leads to the page itself under another cursor.
pub(super) fn repeat_page(list: &str, query: &Query, body: &mut Value) {
    body["next_cursor"] = same_place(list, query).into();
    body["has_more"] = true.into();
}

/// Leads to the page by way of a page without items.
pub(super) fn empty_page(list: &str, query: &Query, body: &mut Value) {
    *body = json!({ "data": [], "has_more": true, "next_cursor": same_place(list, query) });
}

/// The cursor that was asked for, under another name.
fn same_place(list: &str, query: &Query) -> String {
    let cursor = query.get("cursor");
    let text = cursor.and_then(|it| String::from_utf8(STANDARD.decode(it).ok()?).ok());
    STANDARD.encode(match text.as_deref().and_then(|it| it.split_once(':')) {
        Some((list, number)) => format!("{list}:0{number}"),
        None => format!("{list}?>:{}", usize::MAX),
    })
}

/// The body of a list in the shape that the guide shows.
pub(super) fn guide_shape(name: &str, mut body: Value) -> Value {
    let mut guide = json!({ name: body["data"].take() });
    if let Value::String(cursor) = body["next_cursor"].take() {
        guide["next_cursor"] = Value::String(cursor);
    }
    guide
}
