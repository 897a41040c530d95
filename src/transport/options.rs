//! The settings that can differ from call to call.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;

use super::{observe::RetryEvent, retry_policy::RetryPolicy};
use crate::{callback::Callback, defaults, error::Error};

/// The options of calls; see [`OptionsExt::with`](crate::OptionsExt::with).
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) retry: RetryPolicy,
    pub(crate) attempt_timeout: Duration,
    pub(crate) deadline: Option<Duration>,
    pub(crate) on_retry: Option<Callback<RetryEvent>>,
    pub(super) pre_send: Option<PreSendCheck>,
}

/// A check that each attempt must pass right before it is sent.
#[derive(Clone)]
pub(super) struct PreSendCheck(
    Arc<dyn Fn() -> BoxFuture<'static, Result<(), Error>> + Send + Sync>,
);

impl PreSendCheck {
    pub(super) async fn pass(&self) -> Result<(), Error> {
        (self.0)().await
    }
}

impl fmt::Debug for PreSendCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreSendCheck")
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            retry: RetryPolicy::default(),
            attempt_timeout: defaults::ATTEMPT_TIMEOUT,
            deadline: None,
            on_retry: None,
            pre_send: None,
        }
    }
}

/// Declares the setters of [`Options`] on a type that holds them.
macro_rules! option_setters {
    ($self:ident => $options:expr) => {
        /// Sets how often calls are tried, and after which failures.
        pub fn retry(mut $self, policy: $crate::RetryPolicy) -> Self {
            $options.retry = policy;
            $self
        }

        /// Sets how long one attempt may take, its whole reply included; 30 s by default.
        ///
        /// An upload may take longer, as long as it moves: it fails when it has made no progress
        /// for this time.
        pub fn attempt_timeout(mut $self, timeout: ::std::time::Duration) -> Self {
            $options.attempt_timeout = timeout;
            $self
        }

        /// Sets how long a call may take in all, with its retries and the delays between them;
        /// unlimited by default.
        pub fn deadline(mut $self, deadline: ::std::time::Duration) -> Self {
            $options.deadline = Some(deadline);
            $self
        }

        /// Calls the function before each further attempt.
        ///
        /// It should return soon: the call waits for it.
        pub fn on_retry(
            mut $self,
            observe: impl Fn(&$crate::RetryEvent) + Send + Sync + 'static,
        ) -> Self {
            $options.on_retry = Some($crate::callback::Callback::new(observe));
            $self
        }
    };
}
pub(crate) use option_setters;

impl Options {
    option_setters!(self => self);

    /// Asks the function right before each attempt; where it fails, nothing is sent any more.
    pub(crate) fn before_sending(
        mut self,
        check: impl Fn() -> BoxFuture<'static, Result<(), Error>> + Send + Sync + 'static,
    ) -> Self {
        self.pre_send = Some(PreSendCheck(Arc::new(check)));
        self
    }

    /// Refuses options that can't work.
    pub(crate) fn check(&self) -> Result<(), Error> {
        for (name, duration) in [
            ("attempt_timeout", Some(self.attempt_timeout)),
            ("deadline", self.deadline),
        ] {
            if duration.is_some_and(|duration| duration.is_zero()) {
                return Err(Error::configuration(format!(
                    "`{name}` must be more than zero"
                )));
            }
        }
        self.retry.check()
    }
}
