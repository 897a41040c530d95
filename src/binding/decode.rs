//! How a buffered reply becomes its type.

use std::fmt::Display;

use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::response::Response;
use crate::{
    error::{Error, ErrorKind},
    transport::{Answer, BufferedResponse, ReplyBody},
};

/// Decodes the body of a success.
pub(super) fn json<T: DeserializeOwned>(answer: Answer) -> Result<Response<T>, Error> {
    let BufferedResponse {
        status,
        headers,
        body,
    } = answer.response;
    // A type that needs nothing takes a reply that says nothing.
    let text = if body.is_blank() {
        b"{}"
    } else {
        &body.bytes[..]
    };
    match serde_json::from_slice(text) {
        Ok(value) => Ok(Response::new(value, status, headers)),
        Err(_) => Err(undecodable::<T>(status, headers, body)
            .with_operation(answer.operation.id)
            .with_attempts(answer.attempts)),
    }
}

/// Returns a success without its body.
pub(super) fn nothing(answer: Answer) -> Response<()> {
    Response::new((), answer.response.status, answer.response.headers)
}

fn undecodable<T: DeserializeOwned>(
    status: StatusCode,
    headers: HeaderMap,
    body: ReplyBody,
) -> Error {
    let message = if body.is_blank() {
        body.instead_of_json(&headers)
    } else {
        let (why, beginning) = (why::<T>(&body), body.quoted());
        format!("the reply doesn't decode: {why}; it begins with: {beginning}")
    };
    Error::answered(ErrorKind::Decode, status, headers, message).with_body(body.bytes)
}

/// Returns why the body doesn't decode, and where.
///
/// Finding the place costs more than decoding; therefore it is looked for only after a failure.
fn why<T: DeserializeOwned>(body: &ReplyBody) -> String {
    // Its own words aside, the text names values and keys of the reply.
    let quote = |text: &dyn Display| body.quote(&text.to_string());
    let deserializer = &mut serde_json::Deserializer::from_slice(&body.bytes);
    match serde_path_to_error::deserialize::<_, T>(deserializer) {
        Err(error) if error.path().iter().next().is_some() => {
            format!("{} at `{}`", quote(error.inner()), quote(error.path()))
        }
        Err(error) => quote(error.inner()),
        Ok(_) => "there is text after its end".to_owned(),
    }
}
