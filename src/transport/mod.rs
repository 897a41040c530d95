//! The one seam: every call of the crate, generated or not, goes out here.

use std::sync::{Arc, Mutex};

use http::{HeaderMap, HeaderName, HeaderValue, header};
use progenitor_client::{ClientHooks, OperationInfo};

use crate::{api, error::Error};

mod attempt;
mod backoff;
mod body;
mod carry;
mod decode;
mod exit;
mod form;
mod operation;
mod policy;
mod retry_after;
mod source;
mod upload;

pub(crate) use body::excerpt;
pub(crate) use carry::carried;
pub(crate) use decode::{decode, first_named};
pub(crate) use exit::Exit;
pub use exit::{InProcess, InProcessReply};
pub(crate) use form::Form;
pub(crate) use operation::{Bound, CallInfo, Operation, RetryClass, operation};
pub(crate) use policy::Limits;
pub use policy::RetryPolicy;
pub(crate) use retry_after::of as retry_after;
pub use upload::Upload;

use source::Source;

/// What all clones of a client share. Opaque; the client's builder makes it.
#[derive(Clone)]
pub struct Transport(Arc<Shared>);

struct Shared {
    exit: Exit,
    authorization: HeaderValue,
    user_agent: HeaderValue,
    limits: Limits,
    random: Mutex<fastrand::Rng>,
}

impl Transport {
    pub(crate) fn new(
        exit: Exit,
        authorization: HeaderValue,
        user_agent: HeaderValue,
        limits: Limits,
        random: fastrand::Rng,
    ) -> Self {
        Self(Arc::new(Shared {
            exit,
            authorization,
            user_agent,
            limits,
            random: Mutex::new(random),
        }))
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// A uniform random number in `[0, 1)`, the source of all jitter.
    pub(crate) fn random(&self) -> f64 {
        // A panic elsewhere can't leave the generator in a state that is worse than another.
        let mut random = self.0.random.lock().unwrap_or_else(|it| it.into_inner());
        random.f64()
    }

    fn prepare(&self, headers: &mut HeaderMap) {
        // progenitor adds a header that the API doesn't know.
        headers.remove(HeaderName::from_static("api-version"));
        headers.insert(header::AUTHORIZATION, self.0.authorization.clone());
        headers
            .entry(header::USER_AGENT)
            .or_insert_with(|| self.0.user_agent.clone());
    }
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transport")
            .field("exit", &self.0.exit)
            .field("limits", &self.0.limits)
            .finish_non_exhaustive()
    }
}

impl ClientHooks<Transport> for api::Client {
    async fn exec(
        &self,
        request: reqwest::Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        let outcome = match find(info.operation_id) {
            Ok(operation) => attempt::call(&self.inner, operation, Source::request(request)).await,
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
    url: String,
    query: Vec<(&'static str, String)>,
    form: Form,
) -> reqwest::Result<reqwest::Response> {
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
