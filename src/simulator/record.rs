//! What the simulator was asked.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// A request that the simulator got.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The operation, such as `get_task`; `None` where the path or method is no operation's.
    pub operation: Option<&'static str>,
    /// The HTTP method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query as it was sent, without the question mark; empty where there is none.
    pub query: String,
    /// The names and values of the headers, without the API key.
    pub headers: Vec<(String, String)>,
    /// The status of the answer; `None` where the connection was closed without one, or none was given yet.
    pub status: Option<u16>,
    /// When it came, since the simulator was made.
    pub at: Duration,
}

#[derive(Debug)]
pub(super) struct Records {
    start: Instant,
    requests: Mutex<Vec<RecordedRequest>>,
}

/// Which record a request has.
pub(super) struct RecordId(usize);

impl Records {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            requests: Mutex::default(),
        }
    }

    pub(super) fn add<B>(
        &self,
        operation: Option<&'static str>,
        request: &http::Request<B>,
    ) -> RecordId {
        let headers = request
            .headers()
            .iter()
            .filter(|(name, _)| **name != http::header::AUTHORIZATION);
        let mut requests = self.lock();
        requests.push(RecordedRequest {
            operation,
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            headers: headers
                .map(|(name, value)| {
                    (
                        name.to_string(),
                        String::from_utf8_lossy(value.as_bytes()).into_owned(),
                    )
                })
                .collect(),
            status: None,
            at: self.start.elapsed(),
        });
        RecordId(requests.len() - 1)
    }

    pub(super) fn answered(&self, RecordId(index): RecordId, status: u16) {
        self.lock()[index].status = Some(status);
    }

    pub(super) fn all(&self) -> Vec<RecordedRequest> {
        self.lock().clone()
    }

    pub(super) fn count(&self, operation: &str) -> usize {
        self.lock()
            .iter()
            .filter(|it| it.operation == Some(operation))
            .count()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<RecordedRequest>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
