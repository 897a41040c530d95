//! Our error inside progenitor's.
//!
//! Generated code passes on only `reqwest::Error`, which nobody else can construct. But reading a
//! body that fails gives one whose source is whatever the body failed with: so our error travels as
//! such a source.

use std::{error::Error as StdError, fmt, future::ready};

use bytes::Bytes;
use futures_util::stream;

use crate::error::{Error, ErrorKind, Phase};

#[derive(Debug)]
struct Carried(Error);

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Carried {}

/// Packs our error for the way through generated code.
pub(crate) async fn carry(error: Error) -> reqwest::Error {
    let failing = stream::once(ready(Err::<Bytes, _>(Carried(error))));
    let response = http::Response::new(reqwest::Body::wrap_stream(failing));
    match reqwest::Response::from(response).bytes().await {
        Err(carrier) => carrier.without_url(),
        Ok(_) => unreachable!("the body consists of one error"),
    }
}

pub(crate) async fn into_reqwest<T>(outcome: Result<T, Error>) -> reqwest::Result<T> {
    match outcome {
        Ok(value) => Ok(value),
        Err(error) => Err(carry(error).await),
    }
}

/// Unpacks our error; any other `reqwest::Error` comes from building the request.
pub(crate) fn carried(error: reqwest::Error) -> Error {
    let mut source: Option<&(dyn StdError + 'static)> = Some(&error);
    while let Some(it) = source {
        if let Some(Carried(error)) = it.downcast_ref() {
            return error.clone();
        }
        source = it.source();
    }
    let error = error.without_url();
    Error::new(
        ErrorKind::InvalidRequest,
        Phase::NotSent,
        "the request can't be built",
    )
    .with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_error_comes_out_as_it_went_in() {
        let carrier = carry(Error::invalid_request("too bad")).await;
        assert!(!carrier.to_string().contains("http"), "{carrier}");
        let error = carried(carrier);
        assert_eq!(error.message(), "too bad");
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }
}
