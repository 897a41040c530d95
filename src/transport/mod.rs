//! The way of a call to the server and back.
//!
//! [`Transport::call`] takes the row of an operation and a request. It waits for the rate limit
//! ([`cooldown`]), sends the request ([`connector`]), reads the answer whole ([`exchange`]), and
//! makes further attempts ([`repeat`]) as far as the operation, the [`RetryPolicy`] and the
//! [`budget`] allow. Nothing here knows the generated code or what is built on it.

use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderMap, HeaderValue, header};
use url::Url;

mod attempt;
mod backoff;
mod body;
mod budget;
mod clock;
mod connector;
mod cooldown;
mod counts;
mod descriptors;
mod download;
#[cfg(feature = "drift")]
mod drift;
mod exchange;
mod extras;
mod form;
mod html;
mod mask;
mod observe;
mod operation;
mod options;
mod outcome;
mod outgoing;
mod repeat;
mod request_source;
mod response;
mod retry_after;
mod retry_policy;
mod unreachable;
mod upload;

pub(crate) use attempt::Answer;
pub(crate) use body::ReplyBody;
pub(crate) use clock::local_now;
pub(crate) use connector::Connector;
pub use connector::{InProcess, InProcessReply};
pub use download::Download;
pub(crate) use extras::Extras;
pub(crate) use form::{Form, FormPart};
pub use observe::{CallEvent, RetryEvent};
pub(crate) use operation::{Bound, KeyPlace, Operation, Reading, Reply};
pub use options::Options;
pub(crate) use options::{Propagator, option_setters};
pub(crate) use request_source::RequestSource;
pub use retry_policy::RetryPolicy;
pub use upload::Upload;

use budget::Budget;
use clock::ServerClock;
use cooldown::{Cooldown, Pace};
use counts::{Counted, Counts};
use mask::Mask;

/// The transport of a client: what all its clones share, and the options of this one.
#[derive(Clone)]
pub(crate) struct Transport(Arc<Inner>);

struct Inner {
    connector: Connector,
    shared: Arc<SharedState>,
    options: Options,
}

struct SharedState {
    http_client: reqwest::Client,
    base_url: Url,
    authorization: HeaderValue,
    /// The key alone, for headers of its own.
    key: HeaderValue,
    user_agent: HeaderValue,
    max_response_bytes: usize,
    budget: Budget,
    cooldown: Cooldown,
    counts: Counts,
    clock: ServerClock,
    #[cfg(feature = "drift")]
    drift: Arc<crate::drift::Collector>,
    random: Mutex<fastrand::Rng>,
}

/// The settings of a transport, which the client's builder has checked.
pub(crate) struct TransportConfig {
    pub(crate) connector: Connector,
    /// Encodes forms, whatever the connector is.
    pub(crate) http_client: reqwest::Client,
    pub(crate) base_url: Url,
    pub(crate) authorization: HeaderValue,
    pub(crate) user_agent: HeaderValue,
    pub(crate) max_response_bytes: usize,
    pub(crate) options: Options,
    pub(crate) random: fastrand::Rng,
}

impl Transport {
    pub(crate) fn new(config: TransportConfig) -> Self {
        let shared = SharedState {
            http_client: config.http_client,
            base_url: config.base_url,
            key: key_alone(&config.authorization),
            authorization: config.authorization,
            user_agent: config.user_agent,
            max_response_bytes: config.max_response_bytes,
            budget: Budget::full(),
            cooldown: Cooldown::new(),
            counts: Counts::default(),
            clock: ServerClock::new(),
            #[cfg(feature = "drift")]
            drift: Arc::default(),
            random: Mutex::new(config.random),
        };
        Self(Arc::new(Inner {
            connector: config.connector,
            shared: Arc::new(shared),
            options: config.options,
        }))
    }

    /// Returns the same transport with other options.
    pub(crate) fn with_options(&self, options: Options) -> Self {
        Self(Arc::new(Inner {
            connector: self.0.connector.clone(),
            shared: self.0.shared.clone(),
            options,
        }))
    }

    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    /// Returns the URL that the paths of operations are appended to.
    pub(crate) fn base_url(&self) -> &Url {
        &self.0.shared.base_url
    }

    fn http_client(&self) -> &reqwest::Client {
        &self.0.shared.http_client
    }

    fn max_response_bytes(&self) -> usize {
        self.0.shared.max_response_bytes
    }

    /// Returns what takes the API key out of the words of a server.
    fn mask(&self) -> Mask {
        Mask::of(&self.0.shared.authorization)
    }

    /// Returns a text of the server without the API key, which it may repeat.
    pub(crate) fn masked(&self, text: &str) -> String {
        self.mask().apply(text)
    }

    fn budget(&self) -> &Budget {
        &self.0.shared.budget
    }

    fn cooldown(&self) -> &Cooldown {
        &self.0.shared.cooldown
    }

    fn counts(&self) -> &Counts {
        &self.0.shared.counts
    }

    /// Returns how often something was sent.
    pub(crate) fn counted(&self) -> Counted {
        self.counts().read()
    }

    /// Returns the share of the retry budget that is left.
    pub(crate) fn budget_left(&self) -> f64 {
        self.budget().left()
    }

    /// Returns how requests are held back.
    pub(crate) fn pace(&self) -> Pace {
        self.cooldown().pace()
    }

    pub(crate) fn clock(&self) -> &ServerClock {
        &self.0.shared.clock
    }

    /// Returns a uniform random number in `[0, 1)`, the source of all jitter.
    pub(crate) fn random(&self) -> f64 {
        let random = self.0.shared.random.lock();
        // No panic can leave the generator in a state that is worse than another.
        random.unwrap_or_else(PoisonError::into_inner).f64()
    }

    fn prepare(&self, operation: &Operation, headers: &mut HeaderMap) {
        let SharedState {
            authorization, key, ..
        } = &*self.0.shared;
        match operation.key {
            KeyPlace::Bearer => _ = headers.insert(header::AUTHORIZATION, authorization.clone()),
            KeyPlace::Header(name) => _ = headers.insert(name, key.clone()),
            KeyPlace::None => (),
        }
        headers
            .entry(header::USER_AGENT)
            .or_insert_with(|| self.0.shared.user_agent.clone());
    }
}

/// Returns the key without the name of its scheme.
fn key_alone(authorization: &HeaderValue) -> HeaderValue {
    let mut key = HeaderValue::from_bytes(mask::key(authorization))
        // A part of a header's value can be one.
        .unwrap_or_else(|_| authorization.clone());
    key.set_sensitive(true);
    key
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transport")
            .field("connector", &self.0.connector)
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}
