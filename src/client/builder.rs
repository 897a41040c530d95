//! The settings of a client, and how it is made from them.

use std::{env, fmt, sync::Arc, time::Duration};

use secrecy::SecretString;

use super::{
    network::{Network, Proxy},
    shared::Shared,
    validate,
};
use crate::{
    api::Client,
    defaults,
    error::Error,
    ledger::Ledger,
    run::{ReconcilePolicy, RunState},
    transport::{Connector, InProcess, Options, Transport, TransportConfig, option_setters},
};

const USER_AGENT: &str = concat!("nanonets-agents/", env!("CARGO_PKG_VERSION"));

const KEY_VARIABLE: &str = "NANONETS_API_KEY";
const BASE_URL_VARIABLE: &str = "NANONETS_BASE_URL";

/// The settings of a client, from [`Client::builder`].
///
/// Nothing is checked before [`build`](Self::build).
///
/// ```
/// use std::time::Duration;
/// use nanonets_agents::{Client, Error, RetryPolicy};
///
/// let client = Client::builder()
///     .api_key("key-from-the-dashboard")
///     .attempt_timeout(Duration::from_secs(10))
///     .retry(RetryPolicy::default().with_attempts(3))
///     .build()?;
/// # Ok::<(), Error>(())
/// ```
pub struct ClientBuilder {
    api_key: Option<SecretString>,
    base_url: String,
    allow_http: bool,
    connect_timeout: Duration,
    max_response_bytes: usize,
    user_agent: String,
    options: Options,
    seed: Option<u64>,
    network: Network,
    http_client: Option<reqwest::Client>,
    in_process: Option<Arc<dyn InProcess>>,
    ledger: Option<Arc<dyn Ledger>>,
    reconcile: ReconcilePolicy,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            api_key: None,
            base_url: defaults::BASE_URL.to_owned(),
            allow_http: false,
            connect_timeout: defaults::CONNECT_TIMEOUT,
            max_response_bytes: defaults::MAX_RESPONSE_BYTES,
            user_agent: USER_AGENT.to_owned(),
            options: Options::default(),
            seed: None,
            network: Network::default(),
            http_client: None,
            in_process: None,
            ledger: None,
            reconcile: ReconcilePolicy::default(),
        }
    }
}

impl ClientBuilder {
    /// Returns a builder that has the key and the base URL from the environment, as
    /// [`Client::from_env`] reads them.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use nanonets_agents::{ClientBuilder, Error};
    ///
    /// let client = ClientBuilder::from_env()?.connect_timeout(Duration::from_secs(3)).build()?;
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where the key isn't set, which
    /// exporting it solves, or where one of the two isn't valid Unicode.
    pub fn from_env() -> Result<Self, Error> {
        let key = variable(KEY_VARIABLE)?.ok_or_else(|| {
            Error::configuration(format!(
                "{KEY_VARIABLE} is not set; make a key in the dashboard (Settings → API Keys) and export it"
            ))
        })?;
        let builder = Self::default().api_key(key);
        Ok(match variable(BASE_URL_VARIABLE)? {
            Some(url) => builder.base_url(url),
            None => builder,
        })
    }

    /// Sets the API key, from the dashboard (Settings → API Keys).
    ///
    /// It is kept secret: no `Debug`, message or log of the crate shows it.
    ///
    /// ```
    /// use nanonets_agents::Client;
    ///
    /// let builder = Client::builder().api_key("key-from-the-dashboard");
    /// assert!(!format!("{builder:?}").contains("key-from-the-dashboard"));
    /// ```
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(SecretString::from(key.into()));
        self
    }

    /// Sets where the API is; `https://agents.nanonets.com` by default.
    ///
    /// It may have a path prefix and a trailing slash, but not `/api/v1`, which the client adds.
    /// One that leads to this machine, such as `http://localhost:8080`, is reached without a proxy,
    /// even if the environment names one.
    ///
    /// ```
    /// use nanonets_agents::{Client, Error};
    ///
    /// let builder = Client::builder().api_key("key-from-the-dashboard");
    /// let client = builder.base_url("https://proxy.example/nanonets/").build()?;
    /// # Ok::<(), Error>(())
    /// ```
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Sets whether the base URL may be plain `http` to another host than this machine, which sends
    /// the API key unprotected; `false` by default.
    ///
    /// ```
    /// use nanonets_agents::Client;
    ///
    /// let client = |allow| {
    ///     let builder = Client::builder().api_key("key-from-the-dashboard");
    ///     builder.base_url("http://gateway.internal").allow_http(allow).build()
    /// };
    /// assert!(client(false).is_err());
    /// assert!(client(true).is_ok());
    /// ```
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    option_setters!(self => self.options);

    /// Sets how long making a connection may take; 10 s by default, more than zero.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nanonets_agents::{Client, Error};
    ///
    /// let builder = Client::builder().api_key("key-from-the-dashboard");
    /// let client = builder.connect_timeout(Duration::from_secs(3)).build()?;
    /// # Ok::<(), Error>(())
    /// ```
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the largest reply that is accepted, in bytes; 64 MiB by default.
    ///
    /// A larger one fails its call with [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge), which
    /// bounds the memory that a call takes.
    ///
    /// ```
    /// use nanonets_agents::{Client, ErrorKind, simulator::Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().build();
    /// let builder = Client::builder().api_key(simulator.key()).in_process(simulator.service());
    /// let client = builder.max_response_bytes(100).build()?;
    /// let error = client.list_agents().send().await.expect_err("a longer reply");
    /// assert_eq!(error.kind(), ErrorKind::TooLarge);
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Sets the header `User-Agent`, by which the program presents itself;
    /// `nanonets-agents/<version>` by default.
    ///
    /// ```
    /// use nanonets_agents::{Client, simulator::Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().build();
    /// let builder = Client::builder().api_key(simulator.key()).in_process(simulator.service());
    /// let client = builder.user_agent("billing/1.2").build()?;
    /// client.list_agents().send().await?;
    /// let sent = ("user-agent".to_owned(), "billing/1.2".to_owned());
    /// assert!(simulator.requests()[0].headers.contains(&sent));
    /// # Ok(())
    /// # }
    /// ```
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Sets the ledger that records runs with keys; by default a
    /// [`MemoryLedger`](crate::ledger::MemoryLedger) of this client's own, whose keys are lost when
    /// the process ends. Clients that share their keys are given one ledger.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use nanonets_agents::{Client, Error, ledger::MemoryLedger};
    ///
    /// let ledger = Arc::new(MemoryLedger::new());
    /// let builder = || Client::builder().api_key("key-from-the-dashboard");
    /// // Neither client starts a key that the other has started.
    /// let first = builder().ledger(ledger.clone()).build()?;
    /// let second = builder().ledger(ledger).build()?;
    /// # Ok::<(), Error>(())
    /// ```
    pub fn ledger(mut self, ledger: impl Ledger) -> Self {
        self.ledger = Some(Arc::new(ledger));
        self
    }

    /// Sets what is done about a run of unknown outcome; see [`ReconcilePolicy`] for the defaults.
    ///
    /// ```
    /// use nanonets_agents::{
    ///     prelude::*, run::{ReconcilePolicy, RunError}, simulator::{Fault, Simulator},
    /// };
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().build();
    /// let builder = Client::builder().api_key(simulator.key()).in_process(simulator.service());
    /// let client = builder.reconcile(ReconcilePolicy::off()).build()?;
    /// simulator.inject(Fault::reset_after().on("run_agent").times(1));
    /// let run = client.run(simulator.agent_id()).query("How many?").start().await;
    /// assert!(matches!(run, Err(RunError::OutcomeUnknown(_))));
    /// # Ok(())
    /// # }
    /// ```
    pub fn reconcile(mut self, policy: ReconcilePolicy) -> Self {
        self.reconcile = policy;
        self
    }

    /// Sets the seed of the jitter, which makes delays repeatable in tests; random by default.
    ///
    /// ```
    /// use nanonets_agents::{Client, simulator::{Fault, Simulator}};
    /// use tokio::time::Instant;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// async fn time_of_retries(seed: u64) -> Result<std::time::Duration, nanonets_agents::Error> {
    ///     let simulator = Simulator::builder().fault(Fault::status_before(503).times(3)).build();
    ///     let builder = Client::builder().api_key(simulator.key()).seed(seed);
    ///     let client = builder.in_process(simulator.service()).build()?;
    ///     let start = Instant::now();
    ///     client.list_agents().send().await?;
    ///     Ok(start.elapsed())
    /// }
    /// assert_eq!(time_of_retries(7).await?, time_of_retries(7).await?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Sends all requests through a proxy, at a URL such as `http://proxy.internal:3128`. It may
    /// hold a user name and a password, which are shown nowhere; percent-encode what they have but
    /// letters and digits.
    ///
    /// By default the environment names the proxy: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and
    /// `NO_PROXY`, and on Windows and macOS the settings of the system. Requests to this machine,
    /// such as to a simulator, never go through one, since a proxy would carry the API key
    /// elsewhere.
    ///
    /// ```
    /// use nanonets_agents::{Client, Error, ErrorKind};
    ///
    /// let builder = || Client::builder().api_key("key-from-the-dashboard");
    /// let client = builder().proxy("http://me:secret@proxy.internal:3128").build()?;
    ///
    /// let error = builder().proxy("proxy.internal").build().unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Configuration);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.network.proxy = Some(Proxy::At(SecretString::from(url.into())));
        self
    }

    /// Sends all requests directly, whatever the environment says of a [proxy](Self::proxy).
    ///
    /// ```
    /// use nanonets_agents::{Client, Error};
    ///
    /// let client = Client::builder().api_key("key-from-the-dashboard").no_proxy().build()?;
    /// # Ok::<(), Error>(())
    /// ```
    pub fn no_proxy(mut self) -> Self {
        self.network.proxy = Some(Proxy::None);
        self
    }

    /// Trusts the certificates in a text of the form PEM, besides those of the platform: such as
    /// those of a company whose proxy reads the traffic. May be called several times.
    ///
    /// ```no_run
    /// use nanonets_agents::{Client, ClientBuilder};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let certificates = std::fs::read("/etc/ssl/company.pem")?;
    /// let client = ClientBuilder::from_env()?.root_certificate(certificates).build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A text without a certificate is refused when the client is built, with
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration).
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.network.root_certificates.push(pem.into());
        self
    }

    /// Sets the HTTP client, for what the other settings of connections don't have, such as a
    /// client certificate. It is one of `reqwest` 0.13, which this crate
    /// [re-exports](crate::reqwest).
    ///
    /// With it, [`proxy`](Self::proxy), [`no_proxy`](Self::no_proxy) and `root_certificate` are
    /// refused: they belong to the client that the crate makes.
    ///
    /// Its connect timeout counts instead of [`connect_timeout`](Self::connect_timeout). It should
    /// follow no redirects, which could carry requests elsewhere, and have no other timeout.
    ///
    /// It should make no retries of its own either. They are switched off for requests with a body,
    /// so that no run is sent twice unseen. Those without a body may be repeated by it, beyond the
    /// [`RetryPolicy`](crate::RetryPolicy) and without being counted, unless its policy is
    /// `reqwest::retry::never()`.
    ///
    /// ```
    /// use nanonets_agents::{Client, reqwest};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let http_client = reqwest::Client::builder()
    ///     .local_address(std::net::IpAddr::from([0, 0, 0, 0]))
    ///     .redirect(reqwest::redirect::Policy::none())
    ///     .retry(reqwest::retry::never())
    ///     .build()?;
    /// let builder = Client::builder().api_key("key-from-the-dashboard");
    /// let client = builder.http_client(http_client).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Sets a service in this process that requests are sent to, instead of over HTTP.
    ///
    /// ```
    /// use nanonets_agents::{Client, simulator::Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().build();
    /// let builder = Client::builder().api_key(simulator.key());
    /// let client = builder.in_process(simulator.service()).build()?;
    /// client.list_agents().send().await?;
    /// assert_eq!(simulator.count("list_agents"), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn in_process(mut self, service: impl InProcess) -> Self {
        self.in_process = Some(Arc::new(service));
        self
    }

    /// Creates the client; nothing is sent yet.
    ///
    /// ```
    /// use nanonets_agents::{Client, ErrorKind};
    ///
    /// let error = Client::builder().build().expect_err("there is no key");
    /// assert_eq!(error.kind(), ErrorKind::Configuration);
    /// assert!(error.to_string().contains("set it with `api_key`"));
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where the key is missing, a
    /// setting can't work, or no HTTP client can be created. The message says what to change.
    pub fn build(self) -> Result<Client, Error> {
        let authorization = validate::authorization(self.api_key.as_ref())?;
        let base_url = validate::base_url(&self.base_url, self.allow_http)?;
        if self.http_client.is_none() && self.in_process.is_none() {
            validate::tls(&base_url)?;
        }
        let user_agent = validate::user_agent(&self.user_agent)?;
        validate::connect_timeout(self.connect_timeout)?;
        self.options.check()?;
        self.reconcile.check().map_err(Error::configuration)?;
        let http_client = match self.http_client {
            Some(_) if !self.network.is_default() => {
                return Err(Error::configuration(
                    "`proxy`, `no_proxy` and `root_certificate` have no effect on an HTTP client of \
                     your own; set them there, or remove `http_client`",
                ));
            }
            Some(client) => client,
            None => self.network.connect(self.connect_timeout, &base_url)?,
        };
        let connector = match self.in_process {
            Some(service) => Connector::InProcess(service),
            None => Connector::Http(http_client.clone()),
        };
        let random = self
            .seed
            .map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        let transport = Transport::new(TransportConfig {
            connector,
            http_client,
            base_url,
            authorization,
            user_agent,
            max_response_bytes: self.max_response_bytes,
            options: self.options,
            random,
        });
        let runs = RunState::new(self.ledger, self.reconcile);
        Ok(Client {
            inner: Shared::new(transport, runs),
        })
    }
}

fn variable(name: &str) -> Result<Option<String>, Error> {
    match env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => {
            Err(Error::configuration(format!("{name} is not valid text")))
        }
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("base_url", &validate::shown(&self.base_url))
            .field("network", &self.network)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(builder: ClientBuilder) -> String {
        let error = builder.build().expect_err("it can't work");
        assert_eq!(error.kind(), crate::ErrorKind::Configuration);
        error.to_string()
    }

    #[test]
    fn a_key_that_cannot_be_sent_is_refused() {
        let with_key = |key: &str| message(Client::builder().api_key(key));
        assert!(message(Client::builder()).contains("is missing"));
        assert!(with_key("").contains("is missing"));
        assert!(with_key("Bearer abc").contains("give the key alone"));
        for key in ["abc\n", "abc\r\ndef", "a b", "ключ", "a\0b"] {
            let message = with_key(key);
            assert!(message.contains("copy it again"), "{message}");
            assert!(!message.contains(key.trim()), "{message}");
        }
    }

    #[test]
    fn a_password_in_the_base_url_is_not_shown() {
        for url in [
            "https://me:secret@example.com/a",
            "https://me:sec@secret@example.com",
            "https://me:sec?secret#@example.com",
            "https://example.com/a?token=secret",
            "me:secret@",
        ] {
            let shown = format!("{:?}", Client::builder().base_url(url));
            let is_hidden = !shown.contains("secret") && !shown.contains("me:");
            assert!(is_hidden, "{shown}");
        }
        let shown = format!("{:?}", Client::builder().base_url("https://example.com/a"));
        assert!(shown.contains("\"https://example.com/a\""), "{shown}");
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        let builder = || Client::builder().api_key("key");
        assert!(message(builder().attempt_timeout(Duration::ZERO)).contains("attempt_timeout"));
        assert!(message(builder().deadline(Duration::ZERO)).contains("deadline"));
        assert!(message(builder().connect_timeout(Duration::ZERO)).contains("connect_timeout"));
        assert!(message(builder().user_agent("a\nb")).contains("user agent"));
    }
}
