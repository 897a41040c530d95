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
    /// How far its body has got, where that can take long.
    pub(super) progress: Option<UploadProgress>,
}

impl Outgoing {
    /// Returns a request whose body is short and needs no progress.
    pub(super) fn short(request: reqwest::Request) -> Self {
        Self {
            request,
            progress: None,
        }
    }

    /// Returns a request whose body reports its progress.
    pub(super) fn upload(mut request: reqwest::Request) -> Self {
        let progress = UploadProgress::start();
        let length = request.headers().get(header::CONTENT_LENGTH);
        let left = length.and_then(|value| value.to_str().ok()?.parse().ok());
        if let Some(body) = request.body_mut().take() {
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
pub(super) struct UploadProgress(Arc<Mutex<ProgressState>>);

#[derive(Debug)]
struct ProgressState {
    last: Instant,
    is_complete: bool,
}

impl UploadProgress {
    fn start() -> Self {
        Self(Arc::new(Mutex::new(ProgressState {
            last: Instant::now(),
            is_complete: false,
        })))
    }

    /// Returns when the connection last took something.
    pub(super) fn last(&self) -> Instant {
        self.lock().last
    }

    /// Whether the connection has taken everything.
    pub(super) fn is_complete(&self) -> bool {
        self.lock().is_complete
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
    progress: UploadProgress,
}

impl Body for ObservedBody {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let data = frame
            .as_ref()
            .and_then(|frame| frame.as_ref().ok()?.data_ref());
        let length = data.map_or(0, |data| data.len() as u64);
        self.left = self.left.map(|left| left.saturating_sub(length));
        // The connection stops polling once it has as many bytes as were announced.
        let is_over = frame.is_none() || self.body.is_end_stream() || self.left == Some(0);
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
