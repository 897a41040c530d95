//! The outcome of one attempt, as far as the next one depends on it.

use std::time::Duration;

use super::{response::BufferedResponse, retry_after};
use crate::{
    error::Error,
    failure::{Effect, ErrorKind, Failure, Phase},
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

    pub(super) fn is_answered(&self) -> bool {
        self.failure
            .is_none_or(|failure| failure.phase == Phase::Answered)
    }

    pub(super) fn is_server_error(&self) -> bool {
        self.failure
            .is_some_and(|failure| failure.is_server_error())
    }

    /// Whether the server, or the way to it, may do better next time.
    pub(super) fn is_passing(&self) -> bool {
        self.failure
            .is_some_and(|failure| failure.retry_reason().is_some())
    }

    /// Whether the request may have had an effect.
    pub(super) fn may_have_arrived(&self) -> bool {
        self.failure
            .is_some_and(|failure| failure.effect() != Effect::None)
    }

    pub(super) fn is_rate_limited(&self) -> bool {
        self.failure.is_some_and(|failure| failure.is_throttled())
    }

    pub(super) fn is_timeout(&self) -> bool {
        self.failure
            .is_some_and(|failure| failure.kind == ErrorKind::Timeout)
    }
}
