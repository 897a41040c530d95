//! How a buffered reply becomes its type.

use std::fmt::Display;

use serde::de::DeserializeOwned;

use super::response::Response;
use crate::{
    error::{Error, ErrorKind},
    transport::{Answer, ReplyBody},
};

/// Decodes the body of a success.
pub(super) fn json<T: DeserializeOwned>(answer: Answer) -> Result<Response<T>, Error> {
    // A type that needs nothing takes a reply that says nothing.
    let text = if answer.body.is_blank() {
        b"{}"
    } else {
        &answer.body.bytes[..]
    };
    match serde_json::from_slice(text) {
        Ok(value) => Ok(Response::new(value, answer.metadata)),
        Err(_) => Err(undecodable::<T>(answer)),
    }
}

/// Returns a success without its body.
pub(super) fn nothing(answer: Answer) -> Response<()> {
    Response::new((), answer.metadata)
}

fn undecodable<T: DeserializeOwned>(answer: Answer) -> Error {
    #[cfg(feature = "drift")]
    answer.record_undecodable::<T>();
    let Answer {
        operation,
        metadata,
        body,
        ..
    } = answer;
    let message = if body.is_blank() {
        body.instead_of_json(metadata.headers())
    } else {
        let (why, beginning) = (why::<T>(&body), body.quoted());
        format!("the reply doesn't decode: {why}; it begins with: {beginning}")
    };
    let (status, attempts, elapsed) = (metadata.status(), metadata.attempts(), metadata.elapsed());
    let mut headers = metadata.into_headers();
    body.hide(&mut headers);
    Error::answered(ErrorKind::Decode, status, headers, message)
        .with_body(body.bytes)
        .with_operation(operation.id)
        .with_attempts(attempts)
        .with_elapsed(elapsed)
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
