//! The arguments of a call, as its builder was given them.

use std::{collections::BTreeSet, fmt::Display};

use crate::{error::Error, transport::Operation};

/// A parameter as it was given, or the error that the call will fail with.
///
/// A builder keeps its errors until the request is sent.
pub(crate) type Argument<T> = Result<T, ArgumentError>;

/// Why an argument can't be sent, in a sentence that names the parameter.
#[derive(Clone, Debug)]
pub(crate) struct ArgumentError(String);

impl ArgumentError {
    pub(crate) fn missing(parameter: &str) -> Self {
        Self(format!("`{parameter}` is required and was not given"))
    }

    /// Returns the error of a value that isn't `kind`, such as "a UUID".
    pub(crate) fn invalid(parameter: &str, kind: &str) -> Self {
        Self(format!("`{parameter}` is not {kind}"))
    }

    /// Returns the error of a value whose conversion says what is wrong with it.
    pub(crate) fn invalid_because(parameter: &str, kind: &str, cause: impl Display) -> Self {
        Self(format!("`{parameter}` is not {kind}: {cause}"))
    }

    /// Returns the error of the call.
    pub(super) fn of(self, operation: &Operation) -> Error {
        Error::invalid_request(self.0).with_operation(operation.id)
    }
}

/// Joins the values of a parameter that takes several.
///
/// They are sorted, because lists that are narrowed to the same values are the same list.
pub(crate) fn comma_joined(
    parameter: &str,
    values: impl IntoIterator<Item = impl Display>,
) -> Argument<String> {
    let values: BTreeSet<String> = values.into_iter().map(|value| value.to_string()).collect();
    if values.is_empty() {
        return Err(ArgumentError(format!(
            "`{parameter}` has no values; leave it out, or give it some"
        )));
    }
    let unfit = |value: &&String| value.is_empty() || value.contains(',');
    match values.iter().find(unfit) {
        Some(value) => Err(ArgumentError(format!(
            "{value:?} can't be a value of `{parameter}`"
        ))),
        None => Ok(Vec::from_iter(values).join(",")),
    }
}
