//! Making a client.

use std::{env, fmt, sync::Arc, time::Duration};

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::{
    api::Client,
    defaults::{self, BASE_URL},
    error::Error,
    ledger::Ledger,
    run::{ReconcilePolicy, RunState},
    transport::{Exit, InProcess, Options, Parts, RetryEvent, RetryPolicy, Transport},
    wait::Durations,
};

const USER_AGENT: &str = concat!("nanonets-agents/", env!("CARGO_PKG_VERSION"));

const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

const KEY_VARIABLE: &str = "NANONETS_API_KEY";
const BASE_URL_VARIABLE: &str = "NANONETS_BASE_URL";

impl Client {
    /// Starts a client; the API key is the one thing that has to be given.
    ///
    /// ```
    /// use nanonets_agents::prelude::*;
    ///
    /// let client = Client::builder().api_key("key-from-the-dashboard").build()?;
    /// # Ok::<(), Error>(())
    /// ```
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A client from the environment: `NANONETS_API_KEY`, and `NANONETS_BASE_URL` where it is set.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where the key isn't set, or
    /// where one of the two is malformed.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
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

/// What a client is made of. From [`Client::builder`].
pub struct ClientBuilder {
    api_key: Option<SecretString>,
    base_url: String,
    allow_http: bool,
    connect_timeout: Duration,
    max_response_bytes: usize,
    user_agent: String,
    options: Options,
    seed: Option<u64>,
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
            http_client: None,
            in_process: None,
            ledger: None,
            reconcile: ReconcilePolicy::default(),
        }
    }
}

impl ClientBuilder {
    /// A builder with the key and the base URL from the environment, as [`Client::from_env`] reads
    /// them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where the key isn't set, or
    /// where one of the two is no text.
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

    /// The API key. It is kept secret: no `Debug`, message or log of the crate shows it.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(SecretString::from(key.into()));
        self
    }

    /// Where the API is; `https://agents.nanonets.com` by default. A path prefix and a trailing
    /// slash are fine; `/api/v1` is not part of it.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Allows plain `http` to other hosts than this machine, which sends the API key unprotected.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// How long making a connection may take; 10 s by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long one attempt may take, its whole reply included; 30 s by default. An upload may take
    /// longer, as long as it moves: it fails when it has made no progress for this time.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.attempt_timeout(timeout);
        self
    }

    /// How long a call may take in all, with its retries and the delays between them; unlimited by
    /// default.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.options = self.options.deadline(deadline);
        self
    }

    /// Calls this before each further attempt. It should return soon: the call waits for it.
    pub fn on_retry(mut self, observe: impl Fn(&RetryEvent) + Send + Sync + 'static) -> Self {
        self.options = self.options.on_retry(observe);
        self
    }

    /// The largest reply that is accepted; 64 MiB by default.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// How the program presents itself; `nanonets-agents/<version>` by default.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// How often calls are tried.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options = self.options.retry(policy);
        self
    }

    /// Where runs with keys are noted; in memory by default, which serves one process.
    pub fn ledger(mut self, ledger: impl Ledger) -> Self {
        self.ledger = Some(Arc::new(ledger));
        self
    }

    /// What to do with a run of unknown outcome; [`ReconcilePolicy::default`] by default.
    pub fn reconcile(mut self, policy: ReconcilePolicy) -> Self {
        self.reconcile = policy;
        self
    }

    /// Makes the jitter of delays repeatable, for tests.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// An HTTP client of your own, for a proxy or certificates of your own.
    ///
    /// Its connect timeout then counts instead of [`connect_timeout`](Self::connect_timeout). It
    /// should follow no redirects, which could carry requests elsewhere, and have no timeout of its
    /// own.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Sends requests to a service in this process instead of over HTTP.
    pub fn in_process(mut self, service: impl InProcess) -> Self {
        self.in_process = Some(Arc::new(service));
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), with what to change, where a
    /// setting is missing or can't work.
    pub fn build(self) -> Result<Client, Error> {
        let authorization = authorization(self.api_key.as_ref())?;
        let base_url = base_url(&self.base_url, self.allow_http)?;
        let needs_tls = self.http_client.is_none() && self.in_process.is_none();
        if needs_tls && base_url.scheme() == "https" && !HAS_TLS {
            return Err(Error::configuration(
                "the crate was built without TLS, which https needs; switch on its feature `rustls` or \
                 `native-tls`, or give an HTTP client of your own",
            ));
        }
        let user_agent = HeaderValue::try_from(&self.user_agent).map_err(|_| {
            Error::configuration(format!("{:?} can't be a user agent", self.user_agent))
        })?;
        self.options.check()?;
        self.reconcile.check()?;
        if self.connect_timeout.is_zero() {
            return Err(Error::configuration(
                "`connect_timeout` must be more than zero",
            ));
        }
        let http_client = match self.http_client {
            Some(client) => client,
            None => reqwest::Client::builder()
                .connect_timeout(self.connect_timeout)
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .map_err(|error| {
                    Error::configuration("the HTTP client can't be made").with_source(error)
                })?,
        };
        let exit = match self.in_process {
            Some(service) => Exit::InProcess(service),
            None => Exit::Http(http_client.clone()),
        };
        let random = self
            .seed
            .map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        let mut companions = http::Extensions::new();
        companions.insert(Arc::new(RunState::new(self.ledger, self.reconcile)));
        companions.insert(Arc::new(Durations::default()));
        let transport = Transport::new(Parts {
            exit,
            base_url: base_url.clone(),
            authorization,
            user_agent,
            max_response_bytes: self.max_response_bytes,
            options: self.options,
            random,
            companions,
        });
        Ok(Client::new_with_client(
            base_url.as_str(),
            http_client,
            transport,
        ))
    }
}

/// The header that carries the key, marked so that nobody logs it.
fn authorization(key: Option<&SecretString>) -> Result<HeaderValue, Error> {
    let refuse = |why: &str| Err(Error::configuration(format!("the API key {why}")));
    let key = key.map_or("", |it| it.expose_secret());
    if key.is_empty() {
        return refuse("is missing; set it with `api_key`, or NANONETS_API_KEY with `from_env`");
    }
    if key.starts_with("Bearer ") {
        return refuse("is given with `Bearer`; give the key alone");
    }
    if !key.bytes().all(|it| it.is_ascii_graphic()) {
        return refuse("holds a space, a line break or a character beyond ASCII; copy it again");
    }
    match HeaderValue::try_from(format!("Bearer {key}")) {
        Ok(mut value) => {
            value.set_sensitive(true);
            Ok(value)
        }
        Err(_) => refuse("can't be sent in a header"),
    }
}

/// The URL that paths are appended to. Its own path has no slash at the end, unless it is nothing
/// else.
fn base_url(text: &str, allow_http: bool) -> Result<Url, Error> {
    let refuse = |why: String| Err(Error::configuration(format!("the base URL {why}")));
    // A password in the URL must not get into the message.
    let shown = text.rsplit('@').next().unwrap_or_default();
    let shown = shown.split(['?', '#']).next().unwrap_or_default();
    let mut url = match Url::parse(text) {
        Ok(url) => url,
        Err(error) => {
            return refuse(format!(
                "{shown:?} is not a URL ({error}); write one such as {BASE_URL}"
            ));
        }
    };
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => {
            return refuse(format!(
                "{shown:?} has no host; write one such as {BASE_URL}"
            ));
        }
    };
    match url.scheme() {
        "https" => (),
        "http" if is_loopback || allow_http => (),
        "http" => {
            return refuse(format!(
                "{shown:?} would send the API key unprotected; use https, or `allow_http(true)` to insist"
            ));
        }
        other => return refuse(format!("{shown:?} has the scheme {other}; use https")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("holds a user name or password; remove it".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse(format!(
            "{shown:?} has a query or fragment after it; remove that"
        ));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    if path.ends_with("/api/v1") {
        return refuse(format!(
            "{shown:?} ends in /api/v1, which the client adds; remove it"
        ));
    }
    url.set_path(&path);
    Ok(url)
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("base_url", &self.base_url)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "simulator")]
mod simulated {
    use crate::{Client, error::Error, simulator::Simulator};

    impl Simulator {
        /// A client that talks to the simulator over HTTP.
        ///
        /// # Errors
        ///
        /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where no HTTP client can
        /// be made.
        pub fn client(&self) -> Result<Client, Error> {
            Client::builder()
                .api_key(self.key())
                .base_url(self.url())
                .build()
        }

        /// A client that talks to the simulator without sockets, which works under tokio's paused
        /// time.
        ///
        /// # Errors
        ///
        /// As of [`client`](Self::client).
        pub fn in_process_client(&self) -> Result<Client, Error> {
            Client::builder()
                .api_key(self.key())
                .in_process(self.service())
                .build()
        }
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
    fn a_base_url_is_normalised() {
        for (given, expected) in [
            (
                "https://agents.nanonets.com",
                "https://agents.nanonets.com/",
            ),
            (
                "https://agents.nanonets.com/",
                "https://agents.nanonets.com/",
            ),
            (
                "https://proxy.example/nanonets//",
                "https://proxy.example/nanonets",
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
            ("http://[::1]:8080/", "http://[::1]:8080/"),
            ("http://localhost", "http://localhost/"),
        ] {
            assert_eq!(base_url(given, false).expect(given).as_str(), expected);
        }
        assert!(base_url("http://example.com", true).is_ok());
    }

    #[test]
    fn a_base_url_that_cannot_work_is_refused() {
        for (given, expected) in [
            ("", "is not a URL"),
            ("agents.nanonets.com", "is not a URL"),
            ("https://", "is not a URL"),
            ("file:///tmp", "has no host"),
            ("unix:/run/socket", "has no host"),
            ("ftp://example.com", "use https"),
            ("http://example.com", "unprotected"),
            ("http://127.0.0.1.example.com", "unprotected"),
            ("https://example.com/?a=b", "query"),
            ("https://example.com/#a", "fragment"),
            ("https://agents.nanonets.com/api/v1/", "/api/v1"),
        ] {
            let error = base_url(given, false).expect_err(given).to_string();
            assert!(error.contains(expected), "{given}: {error}");
        }
        let error = base_url("https://me:secret@example.com", false).expect_err("a password");
        assert!(!error.to_string().contains("secret"), "{error}");
        let error = base_url("http://me:secret@example.com", false).expect_err("a password");
        assert!(!error.to_string().contains("secret"), "{error}");
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
