//! The URLs of requests.

use std::{
    collections::BTreeSet,
    fmt::{self, Display, Write},
};

use url::Url;

use crate::api;

/// The URL of a path of the API, whose parameters are encoded; generated code calls it for every
/// request.
///
/// The base is parsed already, since parsing it costs as much as all else that a call adds.
pub(crate) fn url(client: &api::Client, path: &str) -> Url {
    let base = client.transport().base_url();
    let mut url = base.clone();
    match base.path() {
        "/" => url.set_path(path),
        prefix => url.set_path(&format!("{prefix}{path}")),
    }
    url
}

/// The values of a parameter that takes several, sorted, since lists with the same values are the
/// same list; generated code calls it.
#[allow(dead_code, reason = "a spec need not have such a parameter")]
pub(crate) fn comma_joined(
    operation: &str,
    parameter: &str,
    values: impl IntoIterator<Item = impl Display>,
) -> Result<String, String> {
    let values: BTreeSet<String> = values.into_iter().map(|it| it.to_string()).collect();
    if values.is_empty() {
        return Err(format!(
            "{operation}: `{parameter}` has no values; leave it out, or give it some"
        ));
    }
    match values.iter().find(|it| it.is_empty() || it.contains(',')) {
        Some(value) => Err(format!(
            "{operation}: {value:?} can't be a value of `{parameter}`"
        )),
        None => Ok(Vec::from_iter(values).join(",")),
    }
}

/// A value as one segment of a path, whatever it holds.
pub(crate) fn path_segment(value: &impl Display) -> impl Display {
    PathSegment(value)
}

struct PathSegment<'a, T>(&'a T);

impl<T: Display> Display for PathSegment<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Encoder(f), "{}", self.0)
    }
}

struct Encoder<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Write for Encoder<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let is_plain = |it: u8| it.is_ascii_alphanumeric() || it == b'-';
        if text.bytes().all(is_plain) {
            self.0.write_str(text)
        } else {
            write!(self.0, "{}", progenitor_client::encode_path(text))
        }
    }
}
