//! The one seam: every call of the crate, generated or not, goes out here.

use std::sync::{Arc, Mutex};

use http::{HeaderMap, HeaderValue, header};

use url::Url;

use crate::{api, error::Error};

mod attempt;
mod backoff;
mod body;
mod budget;
mod carry;
mod convert;
mod cooldown;
mod decode;
mod exchange;
mod exit;
mod form;
mod observe;
mod operation;
mod options;
mod policy;
mod reply;
mod retry_after;
mod server_clock;
mod source;
mod upload;
mod urls;

#[allow(unused_imports, reason = "a spec need not have a reply without a type")]
pub(crate) use decode::empty;
pub(crate) use decode::{decode, first_named};
pub(crate) use exit::Exit;
pub use exit::{InProcess, InProcessReply};
pub(crate) use form::Form;
pub use observe::RetryEvent;
use operation::operation;
pub(crate) use operation::{Bound, Operation, RetryClass};
pub use options::{Options, OptionsExt};
pub use policy::{RetryPolicy, RetryPolicyBuilder};
use reply::Reply;
pub use upload::Upload;
#[allow(
    unused_imports,
    reason = "a spec need not have a parameter of several values"
)]
pub(crate) use urls::comma_joined;
pub(crate) use urls::{path_segment, url};

use budget::Budget;
use cooldown::Cooldown;
use server_clock::ServerClock;
pub(crate) use server_clock::local_now;
use source::Source;

/// What all clones of a client share, and the options of this one. Opaque; the client's builder
/// makes it.
#[derive(Clone)]
pub struct Transport(Arc<Inner>);

struct Inner {
    exit: Exit,
    shared: Arc<Shared>,
    options: Options,
}

struct Shared {
    base_url: Url,
    authorization: HeaderValue,
    user_agent: HeaderValue,
    max_response_bytes: usize,
    budget: Budget,
    cooldown: Cooldown,
    clock: ServerClock,
    random: Mutex<fastrand::Rng>,
    /// What the layers above keep for the client, of types that this one needn't know.
    companions: http::Extensions,
}

/// What a client is made of, as its builder has checked it.
pub(crate) struct Parts {
    pub(crate) exit: Exit,
    pub(crate) base_url: Url,
    pub(crate) authorization: HeaderValue,
    pub(crate) user_agent: HeaderValue,
    pub(crate) max_response_bytes: usize,
    pub(crate) options: Options,
    pub(crate) random: fastrand::Rng,
    pub(crate) companions: http::Extensions,
}

impl Transport {
    pub(crate) fn new(parts: Parts) -> Self {
        let shared = Shared {
            base_url: parts.base_url,
            authorization: parts.authorization,
            user_agent: parts.user_agent,
            max_response_bytes: parts.max_response_bytes,
            budget: Budget::full(),
            cooldown: Cooldown::new(),
            clock: ServerClock::new(),
            random: Mutex::new(parts.random),
            companions: parts.companions,
        };
        Self(Arc::new(Inner {
            exit: parts.exit,
            shared: Arc::new(shared),
            options: parts.options,
        }))
    }

    fn with_options(&self, options: Options) -> Self {
        Self(Arc::new(Inner {
            exit: self.0.exit.clone(),
            shared: self.0.shared.clone(),
            options,
        }))
    }

    fn options(&self) -> &Options {
        &self.0.options
    }

    fn base_url(&self) -> &Url {
        &self.0.shared.base_url
    }

    fn max_response_bytes(&self) -> usize {
        self.0.shared.max_response_bytes
    }

    fn budget(&self) -> &Budget {
        &self.0.shared.budget
    }

    fn cooldown(&self) -> &Cooldown {
        &self.0.shared.cooldown
    }

    pub(crate) fn clock(&self) -> &ServerClock {
        &self.0.shared.clock
    }

    /// What a layer above keeps for the client.
    pub(crate) fn companion<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.0.shared.companions.get().cloned()
    }

    /// A uniform random number in `[0, 1)`, the source of all jitter.
    pub(crate) fn random(&self) -> f64 {
        // A panic elsewhere can't leave the generator in a state that is worse than another.
        let mut random = self
            .0
            .shared
            .random
            .lock()
            .unwrap_or_else(|it| it.into_inner());
        random.f64()
    }

    fn prepare(&self, headers: &mut HeaderMap) {
        headers.insert(header::AUTHORIZATION, self.0.shared.authorization.clone());
        headers
            .entry(header::USER_AGENT)
            .or_insert_with(|| self.0.shared.user_agent.clone());
    }
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transport")
            .field("exit", &self.0.exit)
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}

/// Carries out a call; generated code does it for every operation.
pub(crate) fn send(
    client: &api::Client,
    request: reqwest::Request,
    operation_id: &str,
) -> impl Future<Output = reqwest::Result<Reply>> {
    let call = find(operation_id)
        .map(|operation| attempt::call(&client.inner, operation, Source::request(request)));
    async {
        let outcome = match call {
            Ok(call) => call.await,
            Err(error) => Err(error),
        };
        carry::into_reqwest(outcome).await
    }
}

/// Sends a form through the same loop as every other call.
pub(crate) async fn send_form(
    client: &api::Client,
    operation_id: &'static str,
    method: http::Method,
    url: Url,
    query: Vec<(&'static str, String)>,
    form: Form,
) -> reqwest::Result<Reply> {
    let request = client.client.request(method, url).query(&query).build()?;
    let outcome = match find(operation_id) {
        Ok(operation) => {
            let source = Source::form(client.client.clone(), request, form);
            attempt::call(&client.inner, operation, source).await
        }
        Err(error) => Err(error),
    };
    carry::into_reqwest(outcome).await
}

fn find(operation_id: &str) -> Result<&'static Operation, Error> {
    operation(operation_id).ok_or_else(|| {
        Error::invalid_request(format!("the spec has no operation `{operation_id}`"))
    })
}
