//! The settings that can differ from call to call.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use http::HeaderMap;

use super::{
    extras::{self, Extras},
    observe::{CallEvent, RetryEvent},
    retry_policy::RetryPolicy,
};
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
    pub(crate) on_call: Option<Callback<CallEvent>>,
    pub(crate) propagator: Option<Propagator>,
    /// What is sent beyond the documentation; `None` where nothing is.
    extras: Option<Arc<Extras>>,
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

/// The user's function that adds headers to each call.
#[derive(Clone)]
pub(crate) struct Propagator(Arc<dyn Fn(&mut HeaderMap) + Send + Sync>);

impl Propagator {
    pub(crate) fn new(add: impl Fn(&mut HeaderMap) + Send + Sync + 'static) -> Self {
        Self(Arc::new(add))
    }

    /// Writes the headers of one call over those of its request.
    pub(super) fn write(&self, headers: &mut HeaderMap) -> Result<(), Error> {
        let mut added = HeaderMap::new();
        (self.0)(&mut added);
        for name in added.keys() {
            if let Some(why) = extras::why_reserved(name) {
                return Err(Error::invalid_request(format!(
                    "`{name}` can't be added by `propagate`: {why}"
                )));
            }
        }
        headers.extend(added);
        Ok(())
    }
}

impl fmt::Debug for Propagator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Propagator")
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            retry: RetryPolicy::default(),
            attempt_timeout: defaults::ATTEMPT_TIMEOUT,
            deadline: None,
            on_retry: None,
            on_call: None,
            propagator: None,
            extras: None,
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

        /// Sets a function that is called at the end of each call, such as to measure how long
        /// calls take.
        ///
        /// It should return soon: the call waits for it. A call whose future is dropped, or that
        /// isn't sent since an argument can't work, isn't told. A reply that doesn't decode counts
        /// as a success, since that is found out later.
        ///
        /// ```
        /// use std::sync::{Arc, Mutex};
        /// use nanonets_agents::prelude::*;
        /// # use nanonets_agents::simulator::{Fault, Simulator};
        ///
        /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
        /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
        /// # let fault = Fault::status_before(503).times(2);
        /// # let simulator = Simulator::builder().fault(fault).build();
        /// # let client = simulator.in_process_client()?;
        /// // The server answers 503 twice.
        /// let calls = Arc::new(Mutex::new(Vec::new()));
        /// let seen = calls.clone();
        /// let observed = client.with(|options| {
        ///     options.on_call(move |call| seen.lock().expect("no panic").push(call.clone()))
        /// })?;
        /// observed.list_agents().send().await?;
        /// let call = &calls.lock().expect("no panic")[0];
        /// assert_eq!((call.operation, call.attempts), ("list_agents", 3));
        /// # Ok(())
        /// # }
        /// ```
        pub fn on_call(
            mut $self,
            observe: impl Fn(&$crate::CallEvent) + Send + Sync + 'static,
        ) -> Self {
            $options.on_call = Some($crate::callback::Callback::new(observe));
            $self
        }

        /// Sets a function that adds headers to each call, such as the `traceparent` by which a
        /// trace goes on at the server. There is none by default.
        ///
        /// It is called once for each call, within the call's span of [`tracing`], with the headers
        /// to add to, which are empty at first; all attempts of the call send what it has added. It
        /// should return soon. What it adds replaces an [`extra_header`](Self::extra_header) of the
        /// same name. A call fails with
        /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) before anything is sent
        /// where it adds a header that the client sets itself, such as `Authorization`.
        ///
        /// ```
        /// use nanonets_agents::{http::HeaderValue, prelude::*};
        /// # use nanonets_agents::simulator::Simulator;
        ///
        /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
        /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
        /// # let simulator = Simulator::builder().build();
        /// # let client = simulator.in_process_client()?;
        /// // With OpenTelemetry, a `HeaderInjector` writes the context of the current span.
        /// let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        /// let traced = client.with(|options| {
        ///     options.propagate(move |headers| {
        ///         headers.insert("traceparent", HeaderValue::from_static(parent));
        ///     })
        /// })?;
        /// traced.list_agents().send().await?;
        ///
        /// let sent = ("traceparent".to_owned(), parent.to_owned());
        /// assert!(simulator.requests()[0].headers.contains(&sent));
        /// # Ok(())
        /// # }
        /// ```
        ///
        /// [`tracing`]: crate::observability
        pub fn propagate(
            mut $self,
            add: impl Fn(&mut $crate::http::HeaderMap) + Send + Sync + 'static,
        ) -> Self {
            $options.propagator = Some($crate::transport::Propagator::new(add));
            $self
        }

        /// Adds a header that the documentation doesn't name to all requests. The same name again
        /// replaces it. By default there is none.
        ///
        /// Its value is shown nowhere, and is marked as sensitive for the libraries that send it. A
        /// name or value that no header can have, and a header that the client sets itself, such as
        /// `Authorization`, are refused with
        /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration).
        ///
        /// ```
        /// use nanonets_agents::prelude::*;
        /// # use nanonets_agents::simulator::Simulator;
        ///
        /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
        /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
        /// # let simulator = Simulator::builder().build();
        /// # let client = simulator.in_process_client()?;
        /// let traced = client.with(|options| options.extra_header("x-trace", "order-17"))?;
        /// traced.list_agents().send().await?;
        ///
        /// let sent = ("x-trace".to_owned(), "order-17".to_owned());
        /// assert!(simulator.requests()[0].headers.contains(&sent));
        /// assert!(client.with(|options| options.extra_header("host", "elsewhere")).is_err());
        /// # Ok(())
        /// # }
        /// ```
        pub fn extra_header(mut $self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
            $options.extras_mut().set_header(name.as_ref(), value.as_ref());
            $self
        }

        /// Adds a parameter to the query of all requests that the documentation doesn't name. The
        /// same name again replaces it. By default there is none.
        ///
        /// Such parameters come after the documented ones, sorted by their names. An empty name is
        /// refused with [`ErrorKind::Configuration`](crate::ErrorKind::Configuration). A call that
        /// documents the parameter itself fails with
        /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) before anything is sent,
        /// since it would have two values; other calls go on. A run needs the list of tasks, which
        /// therefore mustn't document it either; and a parameter by which the server narrows that
        /// list may hide the task of a run whose reply was lost, which is then sent again.
        ///
        /// ```
        /// use nanonets_agents::{ErrorKind, prelude::*};
        /// # use nanonets_agents::simulator::Simulator;
        ///
        /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
        /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
        /// # let simulator = Simulator::builder().build();
        /// # let client = simulator.in_process_client()?;
        /// let debugged = client.with(|options| options.extra_query("debug", "true"))?;
        /// debugged.list_agents().limit(5).send().await?;
        /// assert_eq!(simulator.requests()[0].query, "limit=5&debug=true");
        ///
        /// let limited = client.with(|options| options.extra_query("limit", "5"))?;
        /// let error = limited.list_agents().send().await.unwrap_err();
        /// assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        /// # Ok(())
        /// # }
        /// ```
        pub fn extra_query(
            mut $self,
            name: impl ::std::convert::Into<::std::string::String>,
            value: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            $options.extras_mut().set_query(name.into(), value.into());
            $self
        }

        /// Adds a field to the body of all requests that the documentation doesn't name. The same
        /// name again replaces it. By default there is none.
        ///
        /// It becomes a property of a body that is a JSON object, and a text part of a form, as it
        /// is where it is a text and as JSON otherwise. Where a call leaves such a body out, the
        /// extra fields are its body. Requests without such a body leave them out. A field that the
        /// call itself adds under the same name wins.
        ///
        /// An empty name and a value that can't be written as JSON are refused with
        /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration). A call that documents the
        /// field itself fails with
        /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) before anything is sent;
        /// other calls go on.
        ///
        /// ```
        /// use nanonets_agents::prelude::*;
        /// # use nanonets_agents::simulator::Simulator;
        ///
        /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
        /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
        /// # let simulator = Simulator::builder().build();
        /// # let client = simulator.in_process_client()?;
        /// let sourced = client.with(|options| options.extra_field("source", "api"))?;
        /// sourced.run(simulator.agent_id()).query("How many?").start().await?;
        /// assert_eq!(simulator.tasks()[0].run.extra["source"], "api");
        /// # Ok(())
        /// # }
        /// ```
        pub fn extra_field(
            mut $self,
            name: impl ::std::convert::Into<::std::string::String>,
            value: impl ::serde::Serialize,
        ) -> Self {
            $options.extras_mut().set_field(name.into(), value);
            $self
        }
    };
}
pub(crate) use option_setters;

impl Options {
    option_setters!(self => self);

    /// Has a function called at each retry, before that of the user.
    pub(crate) fn before_retry(mut self, notice: impl Fn() + Send + Sync + 'static) -> Self {
        let observer = self.on_retry.take();
        self.on_retry = Some(Callback::new(move |event| {
            notice();
            if let Some(observer) = &observer {
                observer.call(event);
            }
        }));
        self
    }

    /// Sets a check that each attempt must pass right before it is sent; its failure ends the call.
    pub(crate) fn before_sending(
        mut self,
        check: impl Fn() -> BoxFuture<'static, Result<(), Error>> + Send + Sync + 'static,
    ) -> Self {
        self.pre_send = Some(PreSendCheck(Arc::new(check)));
        self
    }

    /// Returns what is sent beyond the documentation; `None` where nothing is.
    pub(crate) fn extras(&self) -> Option<&Arc<Extras>> {
        self.extras.as_ref()
    }

    /// Returns the extras, to be changed for these options alone.
    pub(crate) fn extras_mut(&mut self) -> &mut Extras {
        Arc::make_mut(self.extras.get_or_insert_default())
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
        if let Some(extras) = &self.extras {
            extras.check()?;
        }
        self.retry.check()
    }
}
