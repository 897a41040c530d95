//! The outcome of one attempt, as far as the next one depends on it.

use std::time::Duration;

use super::{response::BufferedResponse, retry_after};
use crate::{
    error::Error,
    failure::{ErrorKind, Failure, Phase},
};

/// The outcome of an attempt.
#[derive(Clone, Copy, Debug)]
pub(super) struct AttemptOutcome {
    /// `None` of a success.
    pub(super) failure: Option<Failure>,
    pub(super) retry_after: Option<Duration>,
}

impl AttemptOutcome {
    pub(super) fn of(result: &Result<BufferedResponse, Error>) -> Self {
        match result {
            // After a success there is nothing to wait for.
            Ok(response) if response.status.is_success() => Self {
                failure: None,
                retry_after: None,
            },
            Ok(response) => Self {
                failure: Some(Failure::answered(response.status)),
                retry_after: retry_after::of(&response.headers),
            },
            Err(error) => Self {
                failure: Some(error.failure()),
                retry_after: retry_after::of(error.headers()),
            },
        }
    }

    pub(super) fn is_success(&self) -> bool {
        self.failure.is_none()
    }

    pub(super) fn is_answered(&self) -> bool {
        self.failure
            .is_none_or(|failure| failure.phase == Phase::Answered)
    }

    pub(super) fn is_rate_limited(&self) -> bool {
        self.failure.is_some_and(|failure| failure.is_throttled())
    }

    pub(super) fn is_timeout(&self) -> bool {
        self.failure
            .is_some_and(|failure| failure.kind == ErrorKind::Timeout)
    }
}
