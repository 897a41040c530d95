//! Why it isn't known whether a request has started a task.

use crate::failure::Failure;

/// What was seen instead of a clear answer. It tells how long the server may take to carry the
/// request out all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Doubt {
    /// The connection broke off.
    Interrupted,
    /// The server answered 5xx.
    ServerError,
    /// No answer came in time, here or at a gateway: the server is slow, and has lost nothing.
    Timeout,
}

impl Doubt {
    pub(super) fn of(failure: Failure) -> Self {
        if failure.is_slowness() {
            Self::Timeout
        } else if failure.status.is_some() {
            Self::ServerError
        } else {
            Self::Interrupted
        }
    }

    /// Returns the name that events have for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Interrupted => "interrupted",
            Self::ServerError => "server_error",
            Self::Timeout => "timeout",
        }
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::failure::{ErrorKind, Phase};

    #[test]
    fn a_timeout_anywhere_means_that_the_server_is_slow() {
        let unanswered = |kind| Failure {
            phase: Phase::MaybeSent,
            kind,
            status: None,
        };
        assert_eq!(Doubt::of(unanswered(ErrorKind::Timeout)), Doubt::Timeout);
        let broken = unanswered(ErrorKind::Interrupted);
        assert_eq!(Doubt::of(broken), Doubt::Interrupted);
        for (code, expected) in [
            (500, Doubt::ServerError),
            (502, Doubt::ServerError),
            (503, Doubt::ServerError),
            (504, Doubt::Timeout),
            (408, Doubt::Timeout),
            (499, Doubt::Timeout),
            (302, Doubt::Timeout),
        ] {
            let status = StatusCode::from_u16(code).expect("a status");
            assert_eq!(Doubt::of(Failure::answered(status)), expected, "{code}");
        }
    }
}
