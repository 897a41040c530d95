//! What the transport knows of an operation, and how a reply remembers which call it belongs to.

use std::ops::RangeInclusive;

use chrono::{DateTime, FixedOffset};
use http::{HeaderMap, HeaderName, HeaderValue};

pub(crate) use crate::failure::RetryClass;

use crate::{
    api,
    error::{CallInfo, Error},
};

/// A row of the generated operation table.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) retry: RetryClass,
    pub(crate) bounds: &'static [Bound],
    /// The parameters of the query that narrow the list to a time: from, to.
    pub(crate) range: Option<(&'static str, &'static str)>,
    /// Whether a success carries JSON.
    pub(crate) replies: bool,
}

/// The range of an integer in the query.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) parameter: &'static str,
    pub(crate) range: RangeInclusive<i64>,
}

/// Finds the row of an operation.
pub(crate) fn operation(id: &str) -> Option<&'static Operation> {
    api::OPERATIONS.iter().find(|it| it.id == id)
}

impl Operation {
    /// Refuses a query that the API would refuse.
    pub(crate) fn check(&self, url: &url::Url) -> Result<(), Error> {
        for Bound { parameter, range } in self.bounds {
            for (_, value) in url.query_pairs().filter(|(name, _)| name == parameter) {
                if !value.parse().is_ok_and(|it: i64| range.contains(&it)) {
                    return Err(Error::invalid_request(format!(
                        "`{parameter}` must be {} to {}, not {value}",
                        range.start(),
                        range.end()
                    )));
                }
            }
        }
        if let Some((after, before)) = self.range
            && let (Some(from), Some(to)) = (time(url, after), time(url, before))
            && from > to
        {
            return Err(Error::invalid_request(format!(
                "nothing is both after {from} and before {to}; exchange `{after}` and `{before}`"
            )));
        }
        Ok(())
    }
}

fn time(url: &url::Url, parameter: &str) -> Option<DateTime<FixedOffset>> {
    let (_, value) = url.query_pairs().find(|(name, _)| name == parameter)?;
    DateTime::parse_from_rfc3339(&value).ok()
}

const HEADER: HeaderName = HeaderName::from_static("x-nanonets-agents-call");

/// progenitor hands out only the status and the headers of a refusal. So the call travels in a
/// header of our own. Our error takes it out; who looks at a raw refusal sees it among the headers.
impl CallInfo {
    pub(crate) fn put_into(self, headers: &mut HeaderMap) {
        let text = format!("{} {}", self.operation.unwrap_or_default(), self.attempts);
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(HEADER, value);
        }
    }

    pub(crate) fn take_from(mut headers: HeaderMap) -> (Self, HeaderMap) {
        let value = headers.remove(HEADER);
        let call = value
            .as_ref()
            .and_then(|it| it.to_str().ok()?.split_once(' '))
            .map(|(id, attempts)| Self {
                operation: operation(id).map(|it| it.id),
                attempts: attempts.parse().unwrap_or_default(),
            })
            .unwrap_or_default();
        (call, headers)
    }
}
