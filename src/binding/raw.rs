//! Calls in the shape that progenitor's code wants them.
//!
//! Generated code passes on only `reqwest::Error`, which only reqwest can construct. But reading a
//! body that fails gives one whose source is the body's failure: the crate's error travels as such
//! a source.

use std::{error::Error as StdError, fmt, future::ready};

use bytes::Bytes;
use futures_util::stream;
use progenitor_client::ResponseValue;
use serde::de::DeserializeOwned;
use url::Url;

use crate::{
    api,
    error::{Error, ErrorKind, Phase},
    transport::{Answer, Form, Operation, RequestSource},
};

/// A success on its way through generated code.
pub(crate) struct Success(Answer);

impl Success {
    pub(crate) fn status(&self) -> http::StatusCode {
        self.0.response.status
    }

    /// Makes the answer as progenitor hands it out where the spec has no type for it.
    pub(crate) fn into_response(self) -> reqwest::Response {
        let mut response = http::Response::new(self.0.response.body);
        *response.status_mut() = self.0.response.status;
        *response.headers_mut() = self.0.response.headers;
        response.into()
    }
}

/// Carries out a call.
pub(crate) async fn send(
    client: &api::Client,
    request: reqwest::Request,
    operation_id: &str,
) -> reqwest::Result<Success> {
    call(client, operation_id, RequestSource::request(request)).await
}

/// Sends a form.
pub(crate) async fn send_form(
    client: &api::Client,
    operation_id: &'static str,
    method: http::Method,
    url: Url,
    query: Vec<(&'static str, String)>,
    form: Form,
) -> reqwest::Result<Success> {
    let request = client.client.request(method, url).query(&query).build()?;
    call(client, operation_id, RequestSource::form(request, form)).await
}

async fn call(
    client: &api::Client,
    operation_id: &str,
    source: RequestSource,
) -> reqwest::Result<Success> {
    let result = match operation(operation_id) {
        Some(operation) => client.transport().call(operation, source).await,
        None => Err(Error::invalid_request(format!(
            "the spec has no operation `{operation_id}`"
        ))),
    };
    match result {
        Ok(answer) => Ok(Success(answer)),
        Err(error) => Err(carry(error).await),
    }
}

fn operation(id: &str) -> Option<&'static Operation> {
    api::OPERATIONS.iter().find(|row| row.id == id)
}

/// Decodes a reply.
pub(crate) async fn decode<T: DeserializeOwned, E>(
    success: Success,
) -> Result<ResponseValue<T>, api::Error<E>> {
    match super::decode::json(success.0) {
        Ok((value, status, headers)) => Ok(ResponseValue::new(value, status, headers)),
        Err(error) => Err(api::Error::CommunicationError(carry(error).await)),
    }
}

/// Makes the value of a reply without a type.
#[allow(dead_code, reason = "a spec need not have a reply without a type")]
pub(crate) fn empty(success: Success) -> ResponseValue<()> {
    let response = success.0.response;
    ResponseValue::new((), response.status, response.headers)
}

impl<E> From<api::Error<E>> for Error {
    fn from(error: api::Error<E>) -> Self {
        match error {
            api::Error::InvalidRequest(message) | api::Error::Custom(message) => {
                invalid_argument(message)
            }
            api::Error::CommunicationError(error)
            | api::Error::InvalidUpgrade(error)
            | api::Error::ResponseBodyError(error) => carried(error),
            api::Error::ErrorResponse(reply) => unexpected(reply.status(), reply.headers()),
            api::Error::UnexpectedResponse(reply) => unexpected(reply.status(), reply.headers()),
            api::Error::InvalidResponsePayload(_, error) => Error::new(
                ErrorKind::Decode,
                Phase::Answered,
                format!("the reply doesn't decode: {error}"),
            ),
        }
    }
}

fn unexpected(status: http::StatusCode, headers: &http::HeaderMap) -> Error {
    let reason = status.canonical_reason().unwrap_or("without a body");
    Error::answered(ErrorKind::Status, status, headers.clone(), reason)
}

/// Takes the operation's id, which generated builders put first, out of the message.
fn invalid_argument(message: String) -> Error {
    if let Some((id, rest)) = message.split_once(": ")
        && let Some(operation) = operation(id)
    {
        return Error::invalid_request(rest).with_operation(operation.id);
    }
    Error::invalid_request(message)
}

#[derive(Debug)]
struct Carried(Error);

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Carried {}

/// Packs our error for the way through generated code.
async fn carry(error: Error) -> reqwest::Error {
    let failing = stream::once(ready(Err::<Bytes, _>(Carried(error))));
    let response = http::Response::new(reqwest::Body::wrap_stream(failing));
    match reqwest::Response::from(response).bytes().await {
        Err(carrier) => carrier.without_url(),
        Ok(_) => unreachable!("the body consists of one error"),
    }
}

/// Unpacks our error; any other `reqwest::Error` comes from building the request.
fn carried(error: reqwest::Error) -> Error {
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
