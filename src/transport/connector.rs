//! The way out of the process: over HTTP, or to a service in this process.

use std::{error::Error as StdError, fmt, future::ready, iter, sync::Arc};

use futures_util::future::{BoxFuture, FutureExt, TryFutureExt};

/// The reply of an [`InProcess`] service: a response, or the failure of the connection.
///
/// ```
/// use nanonets_agents::InProcessReply;
///
/// let answered: InProcessReply = Ok(http::Response::new(r#"{"data": []}"#.into()));
/// let broken: InProcessReply = Err("connection reset".into());
/// # drop((answered, broken));
/// ```
pub type InProcessReply = Result<http::Response<reqwest::Body>, Box<dyn StdError + Send + Sync>>;

/// A service that answers requests without a network.
///
/// It lets programs that use the client be tested without sockets, and under tokio's paused time.
/// The simulator implements it; anything else can too.
///
/// ```
/// use futures_util::future::{BoxFuture, FutureExt};
/// use nanonets_agents::{Client, ErrorKind, InProcess, InProcessReply};
///
/// struct Down;
///
/// impl InProcess for Down {
///     fn call(&self, _: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
///         async { Err("connection reset".into()) }.boxed()
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), nanonets_agents::Error> {
/// let client = Client::builder().api_key("test").in_process(Down).build()?;
/// let error = client.list_agents().send().await.expect_err("the connection breaks");
/// assert_eq!(error.kind(), ErrorKind::Interrupted);
/// # Ok(())
/// # }
/// ```
pub trait InProcess: Send + Sync + 'static {
    /// Answers one request.
    ///
    /// An error stands for a connection that broke after the request was sent.
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply>;
}

/// The way by which requests are sent.
#[derive(Clone)]
pub(crate) enum Connector {
    Http(reqwest::Client),
    InProcess(Arc<dyn InProcess>),
}

/// Why no response came.
pub(super) enum NoResponse {
    /// No connection: nothing was sent.
    NotConnected(reqwest::Error),
    /// The connection broke, at an unknown point.
    Broken(Box<dyn StdError + Send + Sync>),
    /// The request itself is wrong.
    Invalid(Box<dyn StdError + Send + Sync>),
}

impl From<reqwest::Error> for NoResponse {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_connect() {
            Self::NotConnected(error)
        } else if error.is_builder() {
            Self::Invalid(error.into())
        } else {
            Self::Broken(error.into())
        }
    }
}

/// Tells what is wrong with an answer that came, but can't be read as HTTP.
pub(super) fn unreadable(error: &(dyn StdError + 'static)) -> Option<&'static str> {
    let mut causes = iter::successors(Some(error), |&error| error.source());
    let error = causes.find_map(|error| error.downcast_ref::<hyper::Error>())?;
    // Which of these it is, the error itself says.
    let message = "an answer came, but it isn't HTTP, or its headers are broken or too large";
    error.is_parse().then_some(message)
}

impl Connector {
    pub(super) fn is_http(&self) -> bool {
        matches!(self, Self::Http(_))
    }

    /// Sends one request; where no response comes, the failure tells how far the request got.
    ///
    /// The future is boxed, because one of this size is expensive to move, and callers move it
    /// often.
    pub(super) fn send(
        &self,
        request: reqwest::Request,
    ) -> BoxFuture<'static, Result<reqwest::Response, NoResponse>> {
        match self {
            Self::Http(client) => client.execute(request).map_err(NoResponse::from).boxed(),
            Self::InProcess(service) => match http::Request::try_from(request) {
                Ok(request) => service
                    .call(request)
                    .map_ok(reqwest::Response::from)
                    .map_err(NoResponse::Broken)
                    .boxed(),
                Err(error) => ready(Err(NoResponse::Invalid(error.without_url().into()))).boxed(),
            },
        }
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http(_) => "Http",
            Self::InProcess(_) => "InProcess",
        })
    }
}
