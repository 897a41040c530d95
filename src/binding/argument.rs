//! The arguments of a call, as its builder was given them.

use std::fmt::Display;

use crate::{error::Error, transport::Operation};

/// A parameter as it was given, or the error that the call will fail with.
///
/// A builder keeps its errors until the request is sent.
pub(crate) type Argument<T> = Result<T, ArgumentError>;

/// Why an argument can't be sent, in a sentence that names the parameter.
#[derive(Clone, Debug)]
pub(crate) struct ArgumentError {
    message: String,
    is_missing: bool,
}

impl ArgumentError {
    pub(crate) fn new(message: String) -> Self {
        Self {
            message,
            is_missing: false,
        }
    }

    /// Returns the error of a body that can't be made of what was given.
    pub(crate) fn of_body(cause: impl Display) -> Self {
        Self::invalid_because("body", "valid", cause)
    }

    pub(crate) fn missing(parameter: &str) -> Self {
        Self {
            message: format!("`{parameter}` is required and was not given"),
            is_missing: true,
        }
    }

    /// Returns the error of a value that isn't `kind`, such as "a UUID".
    pub(crate) fn invalid(parameter: &str, kind: &str) -> Self {
        Self::new(format!("`{parameter}` is not {kind}"))
    }

    /// Returns the error of a value whose conversion says what is wrong with it.
    pub(crate) fn invalid_because(parameter: &str, kind: &str, cause: impl Display) -> Self {
        Self::new(format!("`{parameter}` is not {kind}: {cause}"))
    }

    /// Returns the error of the call.
    pub(super) fn of(self, operation: &Operation) -> Error {
        Error::invalid_request(self.message).with_operation(operation.id)
    }
}

/// Whether a required parameter wasn't given.
pub(crate) fn is_missing<T>(argument: &Argument<T>) -> bool {
    matches!(argument, Err(error) if error.is_missing)
}
