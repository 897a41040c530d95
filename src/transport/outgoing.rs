//! The request of one attempt, and how far the sending of its body has got.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::header;
use http_body::{Body, Frame, SizeHint};
use tokio::time::Instant;

/// A request that is ready to be sent.
pub(super) struct Outgoing {
    pub(super) request: reqwest::Request,
    /// How far its body has got, where it has one.
    pub(super) progress: Option<Progress>,
}

impl Outgoing {
    /// Returns a request whose body is short or absent.
    pub(super) fn short(request: reqwest::Request) -> Self {
        if request.body().is_none() {
            return Self {
                request,
                progress: None,
            };
        }
        Self::observed(request, Progress::new(false))
    }

    /// Returns a request that sends files; `progress` is what they report their failures to.
    pub(super) fn upload(request: reqwest::Request, progress: Progress) -> Self {
        Self::observed(request, progress)
    }

    fn observed(mut request: reqwest::Request, progress: Progress) -> Self {
        let length = request.headers().get(header::CONTENT_LENGTH);
        let announced = length.and_then(|value| value.to_str().ok()?.parse().ok());
        if let Some(body) = request.body_mut().take() {
            let left = announced.or_else(|| body.size_hint().exact());
            *request.body_mut() = Some(reqwest::Body::wrap(ObservedBody {
                body,
                left,
                progress: progress.clone(),
            }));
        }
        Self {
            request,
            progress: Some(progress),
        }
    }
}

/// How far the sending of a body has got.
#[derive(Clone, Debug)]
pub(super) struct Progress(Arc<Mutex<ProgressState>>);

#[derive(Debug)]
struct ProgressState {
    /// Whether it can take long, and is watched for standing still instead.
    is_upload: bool,
    last: Instant,
    is_begun: bool,
    is_complete: bool,
    failure: Option<String>,
}

impl Progress {
    pub(super) fn new(is_upload: bool) -> Self {
        Self(Arc::new(Mutex::new(ProgressState {
            is_upload,
            last: Instant::now(),
            is_begun: false,
            is_complete: false,
            failure: None,
        })))
    }

    pub(super) fn is_upload(&self) -> bool {
        self.lock().is_upload
    }

    /// Notes that the sending begins now.
    pub(super) fn begin(&self, now: Instant) {
        self.lock().last = now;
    }

    /// Returns when the connection last took something.
    pub(super) fn last(&self) -> Instant {
        self.lock().last
    }

    /// Whether the connection has asked for the body. It does so before it sends the head.
    pub(super) fn is_begun(&self) -> bool {
        self.lock().is_begun
    }

    /// Whether the connection has taken everything.
    pub(super) fn is_complete(&self) -> bool {
        self.lock().is_complete
    }

    /// Notes that the server may have everything that it needs.
    pub(super) fn complete(&self) {
        self.lock().is_complete = true;
    }

    /// Notes why the content can't be sent as it was announced.
    pub(super) fn fail(&self, why: String) {
        self.lock().failure.get_or_insert(why);
    }

    /// Returns why the content couldn't be sent as it was announced.
    pub(super) fn failure(&self) -> Option<String> {
        self.lock().failure.clone()
    }

    fn lock(&self) -> MutexGuard<'_, ProgressState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body that reports its progress.
struct ObservedBody {
    body: reqwest::Body,
    /// How many bytes are still to come, where their number was announced.
    left: Option<u64>,
    progress: Progress,
}

impl Body for ObservedBody {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        self.progress.lock().is_begun = true;
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let data = frame
            .as_ref()
            .and_then(|frame| frame.as_ref().ok()?.data_ref());
        let length = data.map_or(0, |data| data.len() as u64);
        self.left = self.left.map(|left| left.saturating_sub(length));
        // The connection stops polling once it has as many bytes as were announced. A body that
        // ends before isn't complete, whatever the server makes of it.
        let is_over = match self.left {
            Some(left) => left == 0,
            None => frame.is_none() || self.body.is_end_stream(),
        };
        let mut state = self.progress.lock();
        state.last = Instant::now();
        state.is_complete |= is_over;
        drop(state);
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
