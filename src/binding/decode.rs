//! How a buffered reply becomes its type.

use std::fmt::Display;

use serde::de::DeserializeOwned;

use super::response::Response;
use crate::{
    error::{Error, ErrorKind},
    transport::{Answer, Download, ReplyBody},
};

/// Decodes the body of a success.
pub(super) fn json<T: DeserializeOwned>(answer: Answer) -> Result<Response<T>, Error> {
    let value = serde_json::from_slice(&answer.body.bytes);
    // A type that needs nothing takes a reply that says nothing.
    let value = value.or_else(|error| {
        if answer.body.is_blank() {
            serde_json::from_slice(b"{}")
        } else {
            Err(error)
        }
    });
    match value {
        Ok(value) => Ok(Response::new(value, answer.metadata)),
        Err(_) => Err(undecodable::<T>(answer)),
    }
}

/// Decodes the body of a success that may have none.
pub(super) fn json_or_nothing<T: DeserializeOwned>(
    answer: Answer,
) -> Result<Response<Option<T>>, Error> {
    if answer.body.is_blank() {
        return Ok(Response::new(None, answer.metadata));
    }
    match serde_json::from_slice(&answer.body.bytes) {
        Ok(value) => Ok(Response::new(Some(value), answer.metadata)),
        Err(_) => Err(undecodable::<T>(answer)),
    }
}

/// Returns the text of a success.
pub(super) fn text(answer: Answer) -> Result<Response<String>, Error> {
    match String::from_utf8(answer.body.bytes.to_vec()) {
        Ok(text) => Ok(Response::new(text, answer.metadata)),
        Err(error) => {
            let message = format!("the reply is no text of UTF-8: {}", error.utf8_error());
            Err(failed(answer, message))
        }
    }
}

/// Returns the body of a success, which is still to be read.
pub(super) fn download(answer: Answer) -> Result<Response<Download>, Error> {
    match answer.download {
        Some(download) => Ok(Response::new(*download, answer.metadata)),
        None => Err(failed(answer, "the reply was read already".to_owned())),
    }
}

/// Returns a success without its body.
pub(super) fn nothing(answer: Answer) -> Response<()> {
    Response::new((), answer.metadata)
}

fn undecodable<T: DeserializeOwned>(answer: Answer) -> Error {
    #[cfg(feature = "drift")]
    answer.record_undecodable::<T>();
    let body = &answer.body;
    let message = if body.is_blank() {
        body.instead_of_json(answer.metadata.headers())
    } else {
        let (why, beginning) = (why::<T>(body), body.quoted());
        format!("the reply doesn't decode: {why}; it begins with: {beginning}")
    };
    failed(answer, message)
}

fn failed(answer: Answer, message: String) -> Error {
    let Answer {
        operation,
        metadata,
        body,
        ..
    } = answer;
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
