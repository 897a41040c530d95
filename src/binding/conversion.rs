//! Why a builder of a type can't become the type.

use std::fmt;

/// The error of a builder of a type that lacks a required field, or has one of another kind.
///
/// ```
/// use nanonets_agents::types::{RunAgentRequest, error::ConversionError};
///
/// let built: Result<RunAgentRequest, ConversionError> = RunAgentRequest::builder().try_into();
/// assert!(built.expect_err("it lacks the query").to_string().contains("query"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversionError(String);

impl From<String> for ConversionError {
    fn from(message: String) -> Self {
        Self(message)
    }
}

impl fmt::Display for ConversionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConversionError {}
