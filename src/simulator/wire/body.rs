//! The bodies of requests and of replies.

use std::{convert::Infallible, fmt, io, pin::pin, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, header};
use http_body_util::{BodyExt, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Body, Frame};
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::reply::Refusal;

/// The largest JSON body in bytes. Files come as forms, which are not held in memory.
const MAX_JSON_BYTES: usize = 10 * 1024 * 1024;

/// The body of a JSON request.
pub(crate) type JsonObject = Map<String, Value>;

/// The body of a request. Clones read the same stream: one may stop, and another drain the rest.
#[derive(Clone)]
pub(crate) struct RequestBody(Arc<Mutex<UnsyncBoxBody<Bytes, io::Error>>>);

impl RequestBody {
    pub(crate) fn new<B>(body: B) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let body = body.map_err(io::Error::other).boxed_unsync();
        Self(Arc::new(Mutex::new(body)))
    }

    /// Returns the chunks that haven't been read yet.
    pub(crate) fn chunks(&self) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        stream::unfold(self.clone(), |body| async move {
            loop {
                let frame = body.0.lock().await.frame().await?;
                match frame.map(Frame::into_data) {
                    Ok(Ok(chunk)) => return Some((Ok(chunk), body)),
                    Ok(Err(_trailers)) => continue,
                    Err(error) => return Some((Err(error), body)),
                }
            }
        })
    }

    /// Reads the rest and drops it. Clients send a whole request before they read the reply: no
    /// reply may come earlier.
    pub(crate) async fn drain(&self) {
        let mut chunks = pin!(self.chunks());
        while let Some(Ok(_)) = chunks.next().await {}
    }

    /// Reads a JSON object.
    pub(crate) async fn json(&self, headers: &HeaderMap) -> Result<JsonObject, Refusal> {
        if !content_type(headers).starts_with("application/json") {
            return Err(Refusal::malformed("Content-Type must be application/json"));
        }
        let unreadable = || Refusal::malformed("The request body can't be read");
        let mut bytes = Vec::new();
        let mut chunks = pin!(self.chunks());
        while let Some(chunk) = chunks.next().await {
            bytes.extend_from_slice(&chunk.map_err(|_| unreadable())?);
            if bytes.len() > MAX_JSON_BYTES {
                return Err(unreadable());
            }
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(body)) => Ok(body),
            Ok(_) => Err(Refusal::malformed("The request body must be an object")),
            Err(_) => Err(Refusal::malformed("The request body must be valid JSON")),
        }
    }
}

/// Returns the content type of a request, which is empty where it has none.
pub(crate) fn content_type(headers: &HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_TYPE);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The body of a reply.
pub(crate) type ReplyBody = UnsyncBoxBody<Bytes, io::Error>;

/// The error for a connection that is closed without a reply, or in the middle of one.
#[derive(Debug)]
pub(crate) struct Reset;

impl fmt::Display for Reset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("connection reset by the simulator")
    }
}

impl std::error::Error for Reset {}

/// Why a request gets no reply.
#[derive(Debug)]
pub(crate) enum NoReply {
    /// The connection is closed.
    Reset,
    /// The connection stays open.
    Silence,
}

impl From<Reset> for NoReply {
    fn from(Reset: Reset) -> Self {
        Self::Reset
    }
}

/// Creates a body that comes in one piece.
pub(crate) fn whole(body: Bytes) -> ReplyBody {
    http_body_util::Full::new(body)
        .map_err(|never: Infallible| match never {})
        .boxed_unsync()
}

/// Creates a body with a pause in its middle.
pub(crate) fn slow(body: Bytes, pause: Duration) -> ReplyBody {
    let (first, rest) = (body.slice(..body.len() / 2), body.slice(body.len() / 2..));
    let rest = stream::once(async move {
        tokio::time::sleep(pause).await;
        Ok(Frame::data(rest))
    });
    StreamBody::new(stream::iter([Ok(Frame::data(first))]).chain(rest)).boxed_unsync()
}

/// Creates a body that breaks off after this many bytes.
pub(crate) fn cut(body: Bytes, bytes: usize) -> ReplyBody {
    let first = body.slice(..bytes.min(body.len()));
    let reset = stream::once(async {
        // The first bytes get time to arrive: a reset may overtake them.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(io::Error::other(Reset))
    });
    StreamBody::new(stream::iter([Ok(Frame::data(first))]).chain(reset)).boxed_unsync()
}
