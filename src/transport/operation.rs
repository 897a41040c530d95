//! An operation, as far as the transport knows it.

use std::ops::RangeInclusive;

use chrono::{DateTime, FixedOffset};

use crate::{error::Error, failure::RetryClass};

/// A row of the generated operation table.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: http::Method,
    /// The path with its parameters in braces, as in the spec.
    pub(crate) path: &'static str,
    /// Returns the span of a call, which has a field for each parameter of the path.
    pub(crate) span: fn() -> tracing::Span,
    pub(crate) retry: RetryClass,
    /// The names of the parameters of the query.
    pub(crate) query: &'static [&'static str],
    /// The names of the properties of the body, in whichever of its media types.
    pub(crate) fields: &'static [&'static str],
    pub(crate) bounds: &'static [Bound],
    /// The parameters of the query that narrow the list to a range of time: its start, its end.
    pub(crate) range: Option<(&'static str, &'static str)>,
    pub(crate) reply: Reply,
    /// The media types that are asked for.
    pub(crate) accept: &'static str,
    pub(crate) key: KeyPlace,
}

/// What a success carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "a spec need not have every kind")]
pub(crate) enum Reply {
    Nothing,
    /// A JSON object or array.
    Container,
    /// Any JSON.
    Json,
    JsonOrNothing,
    Text,
    /// Bytes that are read as they come.
    Download,
}

/// How the reply of a success is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Into memory, before the call returns.
    Whole,
    /// By the caller, after the call has returned.
    AsItComes,
}

/// Where the API key is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "a spec need not have every place")]
pub(crate) enum KeyPlace {
    Bearer,
    /// In a header of this name, which is in lower case.
    Header(&'static str),
    None,
}

/// The range of an integer in the query.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) parameter: &'static str,
    pub(crate) range: RangeInclusive<i64>,
}

impl Operation {
    /// Refuses a query that the API would refuse.
    pub(super) fn check(&self, url: &url::Url) -> Result<(), Error> {
        for Bound { parameter, range } in self.bounds {
            for (_, value) in url.query_pairs().filter(|(name, _)| name == parameter) {
                if !value
                    .parse()
                    .is_ok_and(|number: i64| range.contains(&number))
                {
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
