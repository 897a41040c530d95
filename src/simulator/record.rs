//! The requests that the simulator received.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// A request that the simulator received, from [`Simulator::requests`](super::Simulator::requests).
///
/// ```
/// use nanonets_agents::simulator::Simulator;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let simulator = Simulator::builder().build();
/// simulator.in_process_client()?.list_agents().limit(5).send().await?;
///
/// let request = &simulator.requests()[0];
/// assert_eq!(request.operation, Some("list_agents"));
/// assert_eq!(request.query, "limit=5");
/// assert_eq!(request.status, Some(200));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The id of the operation, such as `get_task`; `None` where no operation has this path and
    /// method.
    pub operation: Option<&'static str>,
    /// The HTTP method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query as it was sent, without the question mark; empty where the URL has none.
    pub query: String,
    /// The names and values of the headers, without the API key.
    pub headers: Vec<(String, String)>,
    /// The status of the reply; `None` where there was none yet, or the connection was closed
    /// without one.
    pub status: Option<u16>,
    /// When the request came: the time since the simulator was created.
    pub at: Duration,
}

impl RecordedRequest {
    /// Returns the value of a header, whatever the case of its name; `None` where it wasn't sent.
    /// The API key is left out.
    ///
    /// ```
    /// use nanonets_agents::simulator::Simulator;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().build();
    /// simulator.in_process_client()?.list_agents().send().await?;
    ///
    /// let request = &simulator.requests()[0];
    /// assert_eq!(request.header("Accept"), Some("application/json"));
    /// assert_eq!(request.header("Authorization"), None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(sent, _)| sent.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

#[derive(Debug)]
pub(super) struct Records {
    start: Instant,
    /// How many requests are kept.
    capacity: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    requests: VecDeque<RecordedRequest>,
    /// How many older requests are no longer kept.
    forgotten: usize,
    counts: HashMap<&'static str, usize>,
}

/// The number of a request's record, counted from 1.
pub(super) struct RecordId(usize);

impl Records {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            start: Instant::now(),
            capacity,
            kept: Mutex::default(),
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
        let record = RecordedRequest {
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
        };
        let mut kept = self.lock();
        if let Some(operation) = operation {
            *kept.counts.entry(operation).or_default() += 1;
        }
        kept.requests.push_back(record);
        if kept.requests.len() > self.capacity {
            kept.requests.pop_front();
            kept.forgotten += 1;
        }
        RecordId(kept.forgotten + kept.requests.len())
    }

    pub(super) fn answered(&self, RecordId(number): RecordId, status: u16) {
        let mut kept = self.lock();
        let index = number.checked_sub(kept.forgotten + 1);
        if let Some(record) = index.and_then(|index| kept.requests.get_mut(index)) {
            record.status = Some(status);
        }
    }

    pub(super) fn all(&self) -> Vec<RecordedRequest> {
        self.lock().requests.iter().cloned().collect()
    }

    pub(super) fn count(&self, operation: &str) -> usize {
        self.lock()
            .counts
            .get(operation)
            .copied()
            .unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
