//! What can be different from call to call.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;

use super::{
    observe::{Observer, RetryEvent},
    policy::RetryPolicy,
};
use crate::{api::Client, defaults, error::Error};

/// The options of calls; see [`OptionsExt::with`].
#[derive(Clone, Debug)]
pub struct Options {
    pub(super) retry: RetryPolicy,
    pub(super) attempt_timeout: Duration,
    pub(super) deadline: Option<Duration>,
    pub(super) observer: Option<Observer>,
    pub(super) gate: Option<Gate>,
}

/// What has to be passed before each attempt.
#[derive(Clone)]
pub(super) struct Gate(
    pub(super) Arc<dyn Fn() -> BoxFuture<'static, Result<(), Error>> + Send + Sync>,
);

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gate")
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            retry: RetryPolicy::default(),
            attempt_timeout: defaults::ATTEMPT_TIMEOUT,
            deadline: None,
            observer: None,
            gate: None,
        }
    }
}

impl Options {
    /// How often calls are tried, and after what.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How long one attempt may take, its whole reply included; 30 s by default. An upload may take
    /// longer, as long as it moves: it fails when it has made no progress for this time.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// How long a call may take in all, with its retries and the delays between them; unlimited by
    /// default.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Calls this before each further attempt. It should return soon: the call waits for it.
    pub fn on_retry(mut self, observe: impl Fn(&RetryEvent) + Send + Sync + 'static) -> Self {
        self.observer = Some(Observer::new(observe));
        self
    }

    /// Asks this right before each attempt is sent; where it fails, nothing is sent any more.
    pub(crate) fn gate(
        mut self,
        pass: impl Fn() -> BoxFuture<'static, Result<(), Error>> + Send + Sync + 'static,
    ) -> Self {
        self.gate = Some(Gate(Arc::new(pass)));
        self
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        for (name, duration) in [
            ("attempt_timeout", Some(self.attempt_timeout)),
            ("deadline", self.deadline),
        ] {
            if duration.is_some_and(|it| it.is_zero()) {
                return Err(Error::configuration(format!(
                    "`{name}` must be more than zero"
                )));
            }
        }
        Ok(())
    }
}

/// Options for some calls, on the client.
pub trait OptionsExt: Sized {
    /// The same client with other options. It shares connections, retry budget and cooldown.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::prelude::*;
    ///
    /// # fn example(client: Client) -> Result<(), Error> {
    /// let impatient = client.with(|o| o.retry(RetryPolicy::none()).attempt_timeout(Duration::from_secs(5)))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where an option can't work,
    /// such as a deadline of zero.
    fn with(&self, change: impl FnOnce(Options) -> Options) -> Result<Self, Error>;
}

impl OptionsExt for Client {
    fn with(&self, change: impl FnOnce(Options) -> Options) -> Result<Self, Error> {
        let options = change(self.inner.options().clone());
        options.check()?;
        let mut client = self.clone();
        client.inner = self.inner.with_options(options);
        Ok(client)
    }
}
