//! How a buffered reply becomes its type.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::response::Response;
use crate::{
    error::{Error, ErrorKind},
    excerpt::excerpt,
    transport::{Answer, BufferedResponse},
};

/// Decodes the body of a success.
pub(super) fn json<T: DeserializeOwned>(answer: Answer) -> Result<Response<T>, Error> {
    let BufferedResponse {
        status,
        headers,
        body,
    } = answer.response;
    match serde_json::from_slice(&body) {
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

fn undecodable<T: DeserializeOwned>(status: StatusCode, headers: HeaderMap, body: Bytes) -> Error {
    let message = format!(
        "the reply doesn't decode: {}; it begins with: {}",
        why::<T>(&body),
        excerpt(&body)
    );
    Error::answered(ErrorKind::Decode, status, headers, message).with_body(body)
}

/// Returns why the body doesn't decode, and where.
///
/// Finding the place costs more than decoding; therefore it is looked for only after a failure.
fn why<T: DeserializeOwned>(bytes: &[u8]) -> String {
    let deserializer = &mut serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize::<_, T>(deserializer) {
        Err(error) if error.path().iter().next().is_some() => {
            format!("{} at `{}`", error.inner(), error.path())
        }
        Err(error) => error.inner().to_string(),
        Ok(_) => "there is text after its end".to_owned(),
    }
}
