//! From progenitor's error to ours.

use http::{HeaderMap, StatusCode};

use super::{carry::carried, operation::operation, retry_after};
use crate::{
    api,
    error::{CallInfo, Error, ErrorKind, Phase},
};

impl From<api::Error<api::types::ErrorBody>> for Error {
    fn from(error: api::Error<api::types::ErrorBody>) -> Self {
        match error {
            api::Error::ErrorResponse(reply) => {
                let status = reply.status();
                let (call, headers) = CallInfo::take_from(reply.headers().clone());
                refused(status, headers, reply.into_inner().error).of_call(call)
            }
            other => without_body(other),
        }
    }
}

impl From<api::Error<()>> for Error {
    fn from(error: api::Error<()>) -> Self {
        without_body(error)
    }
}

/// An answer that isn't a success, with the delay it asks for.
fn refused(status: StatusCode, headers: HeaderMap, message: String) -> Error {
    let delay = retry_after::of(&headers);
    Error::answered(ErrorKind::Status, status, headers, message).with_retry_after(delay)
}

fn without_body<E>(error: api::Error<E>) -> Error {
    match error {
        api::Error::InvalidRequest(message) | api::Error::Custom(message) => {
            invalid_argument(message)
        }
        api::Error::CommunicationError(error)
        | api::Error::InvalidUpgrade(error)
        | api::Error::ResponseBodyError(error) => carried(error),
        api::Error::ErrorResponse(reply) => {
            let status = reply.status();
            let (call, headers) = CallInfo::take_from(reply.headers().clone());
            refused(status, headers, reason(status)).of_call(call)
        }
        api::Error::InvalidResponsePayload(_, error) => Error::new(
            ErrorKind::Decode,
            Phase::Answered,
            format!("the reply doesn't decode: {error}"),
        ),
        api::Error::UnexpectedResponse(response) => {
            let status = response.status();
            let (call, headers) = CallInfo::take_from(response.headers().clone());
            refused(status, headers, reason(status)).of_call(call)
        }
    }
}

fn reason(status: StatusCode) -> String {
    status
        .canonical_reason()
        .unwrap_or("without a body")
        .to_owned()
}

/// Generated builders put the operation before what is wrong with its argument.
fn invalid_argument(message: String) -> Error {
    let (operation, message) = match message.split_once(": ") {
        Some((id, rest)) if operation(id).is_some() => (operation(id), rest.to_owned()),
        _ => (None, message),
    };
    Error::invalid_request(message).of_call(CallInfo {
        operation: operation.map(|it| it.id),
        attempts: 0,
    })
}
