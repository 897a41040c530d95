//! Query parameters and ids.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::reply::Refusal;

/// Reads a UUID in its hyphenated form, the only one that the API accepts.
pub(crate) fn uuid(name: &str, text: &str) -> Result<Uuid, Refusal> {
    const HYPHENATED_LENGTH: usize = 36;
    let id = Uuid::try_parse(text).ok();
    id.filter(|_| text.len() == HYPHENATED_LENGTH)
        .ok_or_else(|| Refusal::malformed(format!("Invalid {name} format")))
}

/// The id in the path of a request, where the path has one.
#[derive(Debug)]
pub(crate) struct PathId(Option<(String, String)>);

impl PathId {
    /// Creates it from the parameter of the path: its name and its text.
    pub(crate) fn new(parameter: Option<(&str, &str)>) -> Self {
        Self(parameter.map(|(name, text)| (name.to_owned(), text.to_owned())))
    }

    pub(crate) fn read(&self) -> Result<Uuid, Refusal> {
        let (name, text) = self
            .0
            .as_ref()
            .map_or(("id", ""), |(name, text)| (name, text));
        uuid(name, text)
    }
}

/// The parameters of a query, each of which may be given once.
#[derive(Debug)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(query: &str) -> Result<Self, Refusal> {
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

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn uuid(&self, name: &str) -> Result<Option<Uuid>, Refusal> {
        self.get(name).map(|text| uuid(name, text)).transpose()
    }

    /// Reads a comma-separated list of known values.
    pub(crate) fn values(
        &self,
        name: &str,
        known: &[&str],
    ) -> Result<Option<Vec<String>>, Refusal> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let values: Vec<String> = text
            .split(',')
            .map(|value| value.trim().to_owned())
            .collect();
        match values.iter().find(|value| !known.contains(&value.as_str())) {
            Some(value) => Err(Refusal::malformed(format!("Invalid {name}: {value}"))),
            None => Ok(Some(values)),
        }
    }

    pub(crate) fn time(&self, name: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
        self.get(name)
            .map(|text| {
                DateTime::parse_from_rfc3339(text)
                    .map(|time| time.to_utc())
                    .map_err(|_| Refusal::malformed(format!("Invalid {name} format")))
            })
            .transpose()
    }

    /// Reads how many items a page may have, from 1 to 100.
    pub(crate) fn limit(&self) -> Result<Option<usize>, Refusal> {
        self.get("limit")
            .map(|text| match text.parse() {
                Ok(limit @ 1..=100) if !text.starts_with('+') => Ok(limit),
                _ => Err(Refusal::malformed("limit must be between 1 and 100")),
            })
            .transpose()
    }
}
