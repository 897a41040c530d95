//! The settings that can differ from call to call.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;

use super::{observe::RetryEvent, retry_policy::RetryPolicy};
use crate::{callback::Callback, defaults, error::Error};

/// The options of calls, which [`OptionsExt::with`](crate::OptionsExt::with) changes for some.
///
/// Options that can't work, such as a deadline of zero, are refused there.
///
/// ```
/// use std::time::Duration;
/// use nanonets_agents::{Options, RetryPolicy};
///
/// fn interactive(options: Options) -> Options {
///     options.retry(RetryPolicy::default().with_attempts(2)).deadline(Duration::from_secs(10))
/// }
/// # let _ = interactive(Options::default());
/// ```
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
        /// Sets how often calls are tried, and after which failures; see
        /// [`RetryPolicy`](crate::RetryPolicy) for the defaults.
        ///
        /// ```
        /// use nanonets_agents::{Error, RetryPolicy, prelude::*};
        ///
        /// let builder = Client::builder().api_key("key-from-the-dashboard");
        /// let client = builder.retry(RetryPolicy::default().with_attempts(3)).build()?;
        /// let impatient = client.with(|options| options.retry(RetryPolicy::off()))?;
        /// # Ok::<(), Error>(())
        /// ```
        pub fn retry(mut $self, policy: $crate::RetryPolicy) -> Self {
            $options.retry = policy;
            $self
        }

        /// Sets how long one attempt may take, its whole reply included; 30 s by default, more than
        /// zero.
        ///
        /// An upload may take longer, as long as it moves: it fails when it has made no progress
        /// for this time.
        ///
        /// ```
        /// use std::time::Duration;
        /// use nanonets_agents::{Error, prelude::*};
        ///
        /// let builder = Client::builder().api_key("key-from-the-dashboard");
        /// let client = builder.attempt_timeout(Duration::from_secs(10)).build()?;
        /// let patient = client.with(|options| options.attempt_timeout(Duration::from_secs(120)))?;
        /// # Ok::<(), Error>(())
        /// ```
        pub fn attempt_timeout(mut $self, timeout: ::std::time::Duration) -> Self {
            $options.attempt_timeout = timeout;
            $self
        }

        /// Sets how long a call may take in all, with its retries and the delays between them;
        /// unlimited by default. Where no time is left for a retry, the call fails with its last
        /// failure.
        ///
        /// ```
        /// use std::time::Duration;
        /// use nanonets_agents::{Error, prelude::*};
        ///
        /// let builder = Client::builder().api_key("key-from-the-dashboard");
        /// let client = builder.deadline(Duration::from_secs(60)).build()?;
        /// let interactive = client.with(|options| options.deadline(Duration::from_secs(5)))?;
        /// # Ok::<(), Error>(())
        /// ```
        pub fn deadline(mut $self, deadline: ::std::time::Duration) -> Self {
            $options.deadline = Some(deadline);
            $self
        }

        /// Sets a function that is called before each further attempt.
        ///
        /// It should return soon: the call waits for it.
        ///
        /// ```
        /// use std::sync::{Arc, atomic::{AtomicU32, Ordering}};
        /// use nanonets_agents::prelude::*;
        /// # use nanonets_agents::simulator::{Fault, Simulator};
        ///
        /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
        /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
        /// # let fault = Fault::status_before(503).times(2);
        /// # let simulator = Simulator::builder().fault(fault).build();
        /// # let client = simulator.in_process_client()?;
        /// // The server answers 503 twice.
        /// let retries = Arc::new(AtomicU32::new(0));
        /// let counter = retries.clone();
        /// let observed = client.with(|options| {
        ///     options.on_retry(move |_event| _ = counter.fetch_add(1, Ordering::Relaxed))
        /// })?;
        /// observed.list_agents().send().await?;
        /// assert_eq!(retries.load(Ordering::Relaxed), 2);
        /// # Ok(())
        /// # }
        /// ```
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

    /// Sets a check that each attempt must pass right before it is sent; its failure ends the call.
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
